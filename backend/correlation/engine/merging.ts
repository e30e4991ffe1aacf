/** Are two groups one? Asked of both as a whole, by what one cause would explain. */
import type { RecentChanges } from './changes.ts';
import type { Group } from './group.ts';
import type { EngineParameters } from './parameters.ts';
import type { ServiceGraph } from './serviceGraph.ts';
import { qualityOf, qualityTogether } from './suspects.ts';

/** Switches and hosts of one cluster rarely fail each for its own reason at one time. */
const KIN = -8;
/** Log-odds lost for each minute between the last alert of one and the first of the other. */
const PER_SILENT_MINUTE = 0.5;

/**
 * Log-odds that two groups have one cause; both have been looked at lately. Less than `floor`, without more being known of
 * it, where they cannot reach that: most neighbours have nothing to do with each other, and that shows soon.
 */
export function mergeLogOdds(a: Group, b: Group, graph: ServiceGraph, changes: RecentChanges, parameters: EngineParameters, floor: number): number {
  const [older, younger] = a.firstMs <= b.firstMs ? [a, b] : [b, a];
  const minutesApart = Math.max(1, (younger.firstMs - older.firstMs) / 60_000);
  const root = younger.suspects[0]?.node ?? '';
  // That a second incident begins by itself so soon, just there.
  const apart = Math.log(Math.min(1, (parameters.incidentsPerHour / 60) * minutesApart)) - Math.log(graph.size)
    + changes.bonus(root, younger.firstMs) + (graph.areKin(root, older.suspects[0]?.node ?? '') ? KIN : 0);
  const silent = PER_SILENT_MINUTE * Math.max(0, (younger.firstMs - older.lastMs) / 60_000);
  const separate = qualityOf(a, a.trials) + qualityOf(b, b.trials) + apart + silent;
  return qualityTogether(a, b, graph, (node) => changes.bonus(node, older.firstMs), separate + floor) - separate;
}
