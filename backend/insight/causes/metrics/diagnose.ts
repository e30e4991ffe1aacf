/** What series of detectors tell of the cause of an incident: who changed its state, when, and what is only a symptom of that. Pure. */
import type { CauseSeries, Contribution, OrgId } from '#contract';
import type { WatchedSeries } from '../../../detection/index.ts';
import { namesCause, rankCauses, symptomsAmong, type CallGraph, type CauseEvidence, type Deviation, type RankedCause } from '../../../diagnosis/index.ts';
import { queryLink } from '../../exploreLink.ts';
import { tableOf, type Column } from './table.ts';

export interface DiagnoseInput {
  readonly orgId: OrgId;
  readonly series: readonly WatchedSeries[];
  readonly graph: CallGraph;
  /** Services of the incident, the one that is noticed most first. */
  readonly noticed: readonly string[];
  /** When trouble began, by the alerts, and until when it is looked at. */
  readonly onsetMs: number;
  readonly untilMs: number;
}

/** One service as metrics show it. */
export interface MeasuredService {
  readonly service: string;
  readonly score: number;
  readonly evidence: readonly Contribution[];
  readonly series: readonly CauseSeries[];
}

/** A service with trouble that another one's explains. `atMs`: when it was noticed. */
export interface ServiceSymptom {
  readonly service: string;
  readonly of: string;
  readonly atMs: number;
  readonly earlierMs: number;
}

export interface Diagnosis {
  readonly state: 'none' | 'calm' | 'ready';
  readonly services: readonly MeasuredService[];
  readonly symptoms: readonly ServiceSymptom[];
}

/** Findings so long before the alerts belong to it. */
export const FINDINGS_BEFORE_MS = 2 * 3_600_000;
/** What is usual is learned from so long before, up to this long before trouble began. */
export const NORMAL_MS = 24 * 3_600_000;
export const CALM_BEFORE_MS = 15 * 60_000;
/** So much of an incident is looked at: later, people have changed more than the cause did. */
export const WINDOW_MS = 60 * 60_000;
const MARGIN_MS = 30 * 60_000;
const MOST_SERVICES = 10;
const MOST_SERIES = 4;
/** Weaker changes are not shown. */
const LEAST_STRENGTH = 0.01;
/** Weights of evidence that is no share of anything by itself. */
const WEIGHTS = { earlier: 0.3, together: 0.2, newCallee: 0.3, found: 0.3 } as const;

function earliestFinding(series: readonly WatchedSeries[], fromMs: number, untilMs: number): number | null {
  const starts = series.flatMap(({ findings }) => findings.map(({ startsAtMs }) => startsAtMs)).filter((at) => at >= fromMs && at <= untilMs);
  return starts.length === 0 ? null : Math.min(...starts);
}

/** Where it was noticed: a series of the incident's services that tells of what users feel, else any. */
function symptomOf(columns: readonly Column[], noticed: readonly string[], ranked: ReadonlyMap<Column, number>): { node: string; metric: string } {
  const candidates = columns.filter(({ node }) => noticed.includes(node));
  const order = (column: Column): number => 10 * noticed.indexOf(column.node) + (ranked.get(column) ?? 9);
  const [best] = [...candidates].sort((a, b) => order(a) - order(b));
  return best === undefined ? { node: noticed[0] ?? '', metric: '' } : { node: best.node, metric: best.metric };
}

/** Series in which something was found first; then those of latency and failures, by their words. */
function ranksOf(columns: readonly Column[]): Map<Column, number> {
  return new Map(columns.map((column) => [column, (column.of.findings.length > 0 ? 0 : 4) + (/latenc|duration|time|error|fail|availab/i.test(`${column.metric} ${column.watched?.words ?? ''}`) ? 0 : 2)]));
}

function contributionsOf(evidence: readonly CauseEvidence[]): Contribution[] {
  return evidence.flatMap((each): Contribution[] => {
    switch (each.kind) {
      case 'own-share': return [{ kind: each.kind, text: each.text, weight: each.share }];
      case 'onset': return [{ kind: each.kind, text: each.text, weight: each.beforeSymptomMs > 0 ? WEIGHTS.earlier : 0 }];
      case 'co-movement': return [{ kind: each.kind, text: each.text, weight: WEIGHTS.together * each.correlation }];
      case 'explained-by': return [{ kind: each.kind, text: each.text, weight: -each.share }];
      case 'new-callee': return [{ kind: each.kind, text: each.text, weight: WEIGHTS.newCallee }];
      case 'path': return each.distance === 0 ? [] : [{ kind: each.kind, text: each.text, weight: 0 }];
      case 'no-path':
      case 'calm':
      case 'deviation': return [];
    }
  });
}

function seriesOf(orgId: OrgId, { deviation, text }: { deviation: Deviation; text: string }, column: Column, range: { fromMs: number; toMs: number }): CauseSeries[] {
  const { of } = column;
  const query = queryLink(orgId, of.query, range);
  if (query === null) return [];
  const found = of.findings.filter(({ startsAtMs }) => startsAtMs >= range.fromMs && startsAtMs <= range.toMs).sort((a, b) => b.score - a.score)[0];
  return [{
    detector: of.detector, name: of.name, state: of.state, labels: of.labels, text, changedAt: deviation.onsetMs === null ? null : new Date(deviation.onsetMs).toISOString(),
    strength: Math.round(1000 * deviation.strength) / 1000, query,
    finding: found === undefined ? null : { at: new Date(found.startsAtMs).toISOString(), score: found.score, mode: found.mode },
  }];
}

const deviationsOf = ({ evidence }: RankedCause): { deviation: Deviation; text: string }[] => evidence.flatMap((each) => (each.kind === 'deviation' ? [{ deviation: each.deviation, text: each.text }] : []));

/** Ranks the services by what their series did. */
export function diagnose({ orgId, series, graph, noticed, onsetMs, untilMs }: DiagnoseInput): Diagnosis {
  const begunMs = Math.min(onsetMs, earliestFinding(series, onsetMs - FINDINGS_BEFORE_MS, untilMs) ?? onsetMs);
  const normalToMs = begunMs - CALM_BEFORE_MS;
  const made = tableOf(series, { fromMs: normalToMs - NORMAL_MS, toMs: Math.min(untilMs, begunMs + WINDOW_MS) });
  if (made === null) return { state: 'none', services: [], symptoms: [] };
  const { table, columns } = made;
  const ranking = rankCauses({
    graph, symptom: symptomOf(columns, noticed, ranksOf(columns)), series: table,
    normal: { fromMs: table.timesMs[0] ?? normalToMs, toMs: normalToMs }, anomalous: { fromMs: begunMs, toMs: untilMs },
  });
  if (!namesCause(ranking)) return { state: 'calm', services: [], symptoms: [] };
  const foundAt = (service: string): number | null => earliestFinding(series.filter((each) => each.service === service), begunMs, untilMs);
  const measured = new Set(columns.map(({ node }) => node));
  const suspected = ranking.map((each) => ({
    node: each.node, deviations: deviationsOf(each).map(({ deviation }) => deviation), own: each.evidence.flatMap((one) => (one.kind === 'own-share' ? [one.share] : []))[0] ?? 0,
    // Of a service without series the alerts tell that it has trouble, and when that began.
    noticedMs: foundAt(each.node) ?? (!measured.has(each.node) && noticed.includes(each.node) ? onsetMs : null),
  }));
  const symptoms = [...symptomsAmong(suspected, graph)].map(([service, symptom]) => ({ service, ...symptom }));
  const range = { fromMs: begunMs - MARGIN_MS, toMs: Math.min(untilMs, begunMs + WINDOW_MS) + CALM_BEFORE_MS };
  const columnOf = new Map(columns.map((column) => [`${column.node}\n${column.metric}`, column]));
  const services = ranking.slice(0, MOST_SERVICES).map((each): MeasuredService => {
    const shown = deviationsOf(each).filter(({ deviation }) => deviation.strength >= LEAST_STRENGTH).slice(0, MOST_SERIES);
    const changed = shown.flatMap((one) => {
      const column = columnOf.get(`${one.deviation.node}\n${one.deviation.metric}`);
      return column === undefined ? [] : seriesOf(orgId, one, column, range);
    });
    return { service: each.node, score: each.score, evidence: contributionsOf(each.evidence), series: changed };
  });
  return { state: 'ready', services, symptoms };
}
