/** What stands first on the board of each of some incidents: what cards, graphs and lists tell of it is what the board says. */
import type { OrgId, ProbableCause } from '#contract';
import type { CauseAsked } from '../../incidents/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { boardOf } from './board.ts';
import { selectHypothesesOf } from './causeStore.ts';
import { readDiagnosisScores } from './metrics/diagnosisStore.ts';
import { suspectsOf } from './metrics/suspects.ts';

/** By number; those of which nothing measured or confirmed is known are left out. While diagnosis is in shadow only what people confirmed is told. */
export async function leadingCauses(q: Queryable, orgId: OrgId, incidents: readonly CauseAsked[]): Promise<ReadonlyMap<number, ProbableCause>> {
  if (incidents.length === 0) return new Map();
  const numbers = incidents.map(({ number }) => number);
  const [hypotheses, diagnoses] = await Promise.all([selectHypothesesOf(q, orgId, numbers), readDiagnosisScores(q, orgId, numbers)]);
  return new Map(incidents.flatMap(({ number, roots, isShadow }): [number, ProbableCause][] => {
    const [first] = boardOf(isShadow ? [] : suspectsOf(roots, diagnoses.get(number) ?? null), hypotheses.get(number) ?? []);
    if (first === undefined || first.verdict === 'refuted' || first.confidence === null) return [];
    return [[number, { text: first.origin === 'engine' && first.service !== null ? first.service : first.text, service: first.service, confidence: first.confidence, confirmed: first.verdict === 'confirmed' }]];
  }));
}
