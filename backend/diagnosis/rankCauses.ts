/** The ranking: every node of the graph with its confidence and its evidence. */
import { evidenceOf } from './evidence.ts';
import type { DiagnosisInput, RankedCause } from './model.ts';
import { DEFAULT_PARAMETERS, type DiagnosisParameters } from './parameters.ts';
import { gatherSignals } from './signals.ts';
import { confidences, weighNodes } from './weigh.ts';

/**
 * Ranks the nodes by how much speaks for each being the cause: a change of state of its own, that its callees do not
 * explain, and that carries the symptom. The likeliest first; of equals the one nearer to the symptom, then the order of
 * the graph. Scores add up to less than 1: the rest is "none of these". All nodes are answered; see `namesCause`.
 */
export function rankCauses(input: DiagnosisInput, p: DiagnosisParameters = DEFAULT_PARAMETERS): RankedCause[] {
  const signals = gatherSignals(input, p);
  const weighed = weighNodes(signals, p);
  const scores = confidences(weighed, p);
  const distance = (path: readonly string[] | null): number => path?.length ?? Number.POSITIVE_INFINITY;
  return weighed
    .map((each, place) => ({ each, place, score: scores[place] ?? 0 }))
    .sort((a, b) => b.each.weight - a.each.weight || (distance(a.each.signals.path) < distance(b.each.signals.path) ? -1 : distance(a.each.signals.path) > distance(b.each.signals.path) ? 1 : a.place - b.place))
    .map(({ each, score }) => ({ node: each.node, score, evidence: evidenceOf(each, signals, p) }));
}

/** Whether a ranking names a cause at all: of calm data none is likely enough. */
export function namesCause(ranking: readonly RankedCause[], p: DiagnosisParameters = DEFAULT_PARAMETERS): boolean {
  return (ranking[0]?.score ?? 0) >= p.leastConfidence;
}
