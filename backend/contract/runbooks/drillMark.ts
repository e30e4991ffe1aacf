/** The mark by which alerts of a drill are known, from intake to incident. */

/** Label that names the drill an alert belongs to. */
export const DRILL_LABEL = 'muster_drill';

/** The drill that an alert with these labels belongs to; null for a real one. */
export function drillOf(labels: Readonly<Record<string, string>>): string | null {
  const drill = labels[DRILL_LABEL];
  return drill === undefined || drill === '' ? null : drill;
}
