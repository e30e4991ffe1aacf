/** The board of causes of an incident: what the engine suspects and what people say, in one order. Pure. */
import type { Actor, Cause, CauseVerdict, Contribution, IncidentAssessment } from '#contract';
import type { Suspect } from './metrics/suspects.ts';

/** What was added or judged. */
export interface Hypothesis {
  readonly id: string;
  readonly origin: 'engine' | 'person';
  readonly text: string;
  readonly service: string | null;
  readonly verdict: CauseVerdict;
  readonly note: string;
  readonly addedAt: Date | null;
  readonly addedBy: Actor | null;
  readonly judgedAt: Date | null;
  readonly judgedBy: Actor | null;
  readonly version: number;
}

/** Most incidents have one cause: once it is confirmed, what else is suspected keeps so much. */
const BESIDE_CONFIRMED = 0.25;
const ORDER: Readonly<Record<CauseVerdict, number>> = { confirmed: 0, open: 1, refuted: 2 };

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** What the verdicts of others make of a confidence, with the reason. */
function reweighed(score: number, refuted: readonly Suspect[], confirmed: readonly string[]): { confidence: number; evidence: Contribution[] } {
  const lost = refuted.reduce((sum, root) => sum + root.score, 0);
  const shared = lost > 0 && lost < 1 ? Math.min(1, score / (1 - lost)) : score;
  const evidence: Contribution[] = [];
  if (shared > score) evidence.push({ kind: 'refuted', text: `${refuted.map(({ service }) => service).join(', ')} ${refuted.length === 1 ? 'was' : 'were'} refuted; what is left shares the weight`, weight: rounded(shared - score) });
  if (confirmed.length === 0) return { confidence: rounded(shared), evidence };
  const kept = shared * BESIDE_CONFIRMED;
  evidence.push({ kind: 'confirmed', text: `${confirmed.join(', ')} was confirmed, and most incidents have one cause`, weight: rounded(kept - shared) });
  return { confidence: rounded(kept), evidence };
}

function said(hypothesis: Hypothesis): Pick<Cause, 'verdict' | 'note' | 'judgedBy' | 'judgedAt' | 'addedBy' | 'addedAt' | 'version'> {
  return {
    verdict: hypothesis.verdict, note: hypothesis.note, judgedBy: hypothesis.judgedBy, judgedAt: hypothesis.judgedAt?.toISOString() ?? null,
    addedBy: hypothesis.addedBy, addedAt: hypothesis.addedAt?.toISOString() ?? null, version: hypothesis.version,
  };
}

const UNSAID = { verdict: 'open', note: '', judgedBy: null, judgedAt: null, addedBy: null, addedAt: null, version: 0 } as const;

/** Puts both together: a person's hypothesis on a service that the engine suspects takes over its evidence. */
export function boardOf(roots: readonly Suspect[], hypotheses: readonly Hypothesis[]): Cause[] {
  const ofEngine = new Map(hypotheses.flatMap((each) => (each.origin === 'engine' && each.service !== null ? [[each.service, each] as const] : [])));
  const ofPeople = hypotheses.filter(({ origin }) => origin === 'person');
  /** Named by a person first: the engine's suspect is shown there. */
  const adopted = new Map<string, Hypothesis>();
  for (const each of ofPeople) if (each.service !== null && !ofEngine.has(each.service) && !adopted.has(each.service)) adopted.set(each.service, each);
  const verdictOf = (service: string): CauseVerdict => (ofEngine.get(service) ?? adopted.get(service))?.verdict ?? 'open';
  const refuted = roots.filter(({ service }) => verdictOf(service) === 'refuted');
  const confirmed = hypotheses.filter(({ verdict }) => verdict === 'confirmed').map(({ service, text }) => service ?? text);

  function weighed(root: Suspect | undefined, verdict: CauseVerdict): Pick<Cause, 'confidence' | 'evidence' | 'series'> {
    if (root === undefined) return { confidence: verdict === 'confirmed' ? 1 : null, evidence: [], series: [] };
    const series = [...root.series];
    if (verdict !== 'open') return { confidence: verdict === 'confirmed' ? 1 : 0, evidence: [...root.evidence], series };
    const { confidence, evidence } = reweighed(root.score, refuted, confirmed);
    return { confidence, evidence: [...root.evidence, ...evidence], series };
  }

  const rootOf = new Map(roots.map((root) => [root.service, root]));
  const suspects = [...new Set([...roots.map(({ service }) => service), ...ofEngine.keys()])].filter((service) => !adopted.has(service)).map((service): Cause => {
    const judged = ofEngine.get(service);
    return { id: `service:${service}`, text: judged?.text ?? rootOf.get(service)?.text ?? `${service} failed first`, service, origin: 'engine', ...weighed(rootOf.get(service), verdictOf(service)), ...(judged === undefined ? UNSAID : said(judged)) };
  }).filter((each) => each.verdict !== 'open' || each.evidence.length > 0 || each.confidence !== null);
  const added = ofPeople.map((each): Cause => ({
    id: `hypothesis:${each.id}`, text: each.text, service: each.service, origin: 'person',
    ...weighed(each.service !== null && adopted.get(each.service) === each ? rootOf.get(each.service) : undefined, each.verdict), ...said(each),
  }));
  return [...suspects, ...added].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict] || (b.confidence ?? -1) - (a.confidence ?? -1));
}

/** What is left of the suspicion of the engine after what people said: what was refuted is no suspect, and the change points to a suspect that stands. */
export function standingSuspicion({ roots, causeChangeId }: IncidentAssessment, hypotheses: readonly Hypothesis[]): Pick<IncidentAssessment, 'roots' | 'causeChangeId'> {
  const said = (verdict: CauseVerdict): Hypothesis[] => hypotheses.filter((each) => each.verdict === verdict);
  const refuted = new Set(said('refuted').map(({ service }) => service));
  const [first] = roots;
  const isStanding = first !== undefined && !refuted.has(first.service) && said('confirmed').every(({ service }) => service === first.service);
  return { roots: roots.filter(({ service }) => !refuted.has(service)), causeChangeId: isStanding ? causeChangeId : null };
}
