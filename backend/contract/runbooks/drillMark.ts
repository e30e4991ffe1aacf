/** The mark by which alerts of a drill are known, from intake to incident. */
import { sourceId } from '../primitives.ts';

/** Label that names the run of a drill an alert belongs to. It is believed only of `DRILL_SOURCE`. */
export const DRILL_LABEL = 'muster_drill';
/** What intake calls the label when another source sends it, as Prometheus does with labels that are taken ("exported_…"). */
export const FOREIGN_DRILL_LABEL = 'exported_muster_drill';
/** The source that drills send their alerts as. Made with the first drill; nobody else can have one of this id. */
export const DRILL_SOURCE = sourceId.parse('muster-drills');

/** The run of a drill that an alert with these labels belongs to; null for a real one. */
export function drillOf(labels: Readonly<Record<string, string>>): string | null {
  const drill = labels[DRILL_LABEL];
  return drill === undefined || drill === '' ? null : drill;
}
