/** The suspects of the engine, which come from alerts, and those that metrics show, as one list. Pure. */
import type { CauseMetrics, CauseSeries, Contribution, IncidentAssessment } from '#contract';
import { withoutSymptoms } from '../../../diagnosis/index.ts';
import type { Diagnosis } from './diagnose.ts';

type Root = IncidentAssessment['roots'][number];

/** What metrics showed; nothing counts but of state `ready`. */
type Shown = Omit<Diagnosis, 'state'> & Pick<CauseMetrics, 'state'>;

/** A service that is suspected by the machine. */
export interface Suspect {
  readonly service: string;
  readonly text: string;
  readonly score: number;
  readonly evidence: readonly Contribution[];
  readonly series: readonly CauseSeries[];
}

/** Metrics show what changed, alerts only what somebody made a rule for: where both speak, metrics count so much. */
const OF_METRICS = 0.7;
/** Less sure than this is not worth a row, unless alerts speak for it. */
const LEAST = 0.03;
const MOST = 10;

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** The suspects, the likeliest first; those of the engine alone where metrics show nothing. */
export function suspectsOf(roots: readonly Root[], diagnosis: Shown | null): Suspect[] {
  if (diagnosis === null || diagnosis.state !== 'ready') return roots.map((root) => ({ ...root, text: `${root.service} failed first`, series: [] }));
  const ofMetrics = roots.length === 0 ? 1 : OF_METRICS;
  const rootOf = new Map(roots.map((root) => [root.service, root]));
  const measuredOf = new Map(diagnosis.services.map((each) => [each.service, each]));
  const names = [...new Set([...measuredOf.keys(), ...rootOf.keys()])];
  const plain = new Map(names.map((name) => [name, ofMetrics * (measuredOf.get(name)?.score ?? 0) + (1 - ofMetrics) * (rootOf.get(name)?.score ?? 0)]));
  const symptoms = new Map(diagnosis.symptoms.filter(({ service, of }) => plain.has(service) && plain.has(of)).map(({ service, ...symptom }) => [service, symptom]));
  const scores = withoutSymptoms(plain, symptoms);
  return names.map((service): Suspect => {
    const [root, measured, symptom] = [rootOf.get(service), measuredOf.get(service), symptoms.get(service)];
    const score = rounded(scores.get(service) ?? 0);
    const moved = rounded(score - (plain.get(service) ?? 0));
    const evidence: Contribution[] = [...(measured?.evidence ?? []), ...(root?.evidence ?? [])];
    if (symptom !== undefined) evidence.push({ kind: 'symptom', text: `a symptom: ${symptom.of}, which it needs, changed ${symptom.earlierMs === 0 ? 'at the same time' : `${duration(symptom.earlierMs)} earlier`}`, weight: moved });
    const explained = [...symptoms].filter(([, { of }]) => of === service).map(([name]) => name);
    if (explained.length > 0) evidence.unshift({ kind: 'explains', text: `changed first; explains the trouble of ${explained.join(', ')}`, weight: Math.max(0, moved) });
    return { service, text: (measured?.series.length ?? 0) > 0 ? `${service} changed its state` : `${service} failed first`, score, evidence, series: measured?.series ?? [] };
  }).filter(({ score, service }) => score >= LEAST || rootOf.has(service)).sort((a, b) => b.score - a.score).slice(0, MOST);
}
