/** What settings mean for the engine. Pure. */
import type { CorrelationSettings, CorrelationTuning } from '#contract';
import type { Topology, TopologyEdge } from '../../catalog/index.ts';
import type { EngineParameters } from '../engine/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The engine's numbers in the words of the API. */
export function tuningOf(parameters: EngineParameters): CorrelationTuning {
  return {
    quietMinutes: parameters.closeMs / MINUTE_MS, waitMinutes: parameters.holdMs / MINUTE_MS, changeMinutes: parameters.changeMs / MINUTE_MS,
    habitHours: parameters.habitMs / HOUR_MS, incidentsPerHour: parameters.incidentsPerHour, spread: parameters.hopDecay,
    openEvidence: parameters.openLogOdds, mergeEvidence: parameters.mergeLogOdds, splitEvidence: parameters.splitLogOdds, minAlerts: parameters.minAlerts,
  };
}

/** The engine's numbers with those that people have set in the place of the configured ones. */
export function parametersWith(base: EngineParameters, set: CorrelationSettings['tuning']): EngineParameters {
  const configured = tuningOf(base);
  const of = (key: keyof CorrelationTuning): number => set[key] ?? configured[key];
  const holdMs = of('waitMinutes') * MINUTE_MS;
  return {
    ...base, closeMs: of('quietMinutes') * MINUTE_MS, holdMs, changeMs: of('changeMinutes') * MINUTE_MS, habitMs: of('habitHours') * HOUR_MS,
    incidentsPerHour: of('incidentsPerHour'), hopDecay: of('spread'), openLogOdds: of('openEvidence'), mergeLogOdds: of('mergeEvidence'),
    splitLogOdds: of('splitEvidence'), minAlerts: of('minAlerts'),
    // Reviews after the end of the wait would find nobody.
    reviewMs: base.reviewMs.filter((delay) => delay < holdMs),
  };
}

function keyOf({ from, to }: Pick<TopologyEdge, 'from' | 'to'>): string {
  return `${from}\u0000${to}`;
}

/** The topology as correlation shall see it. The very same object where nothing is edited. */
export function topologyWith(topology: Topology, edits: CorrelationSettings['topology']): Topology {
  if (edits.added.length + edits.removed.length === 0) return topology;
  const removed = new Set(edits.removed.map(keyOf));
  const known = new Set(topology.edges.map(keyOf));
  const added = edits.added.filter((edit) => !known.has(keyOf(edit))).map((edit): TopologyEdge => ({ ...edit, type: 'calls' }));
  return { ...topology, edges: [...topology.edges.filter((edge) => !removed.has(keyOf(edge))), ...added] };
}
