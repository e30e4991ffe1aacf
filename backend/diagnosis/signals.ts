/** What speaks for each node, as numbers: the strengths of its deviations, its own part in the symptom, its place. */
import { callsFrom } from './callGraph.ts';
import { growthOf, isCounter } from './counters.ts';
import { deviationOf, readColumn, type ReadColumn } from './deviations.ts';
import { sharesIn } from './excess.ts';
import { meaningOf, type MetricMeaning } from './metricKinds.ts';
import type { Deviation, DiagnosisInput, MetricColumn } from './model.ts';
import type { DiagnosisParameters } from './parameters.ts';
import { splitRows } from './rows.ts';

export interface NodeSignals {
  readonly node: string;
  /** The strongest first; only those that count for a cause. */
  readonly deviations: readonly { readonly deviation: Deviation; readonly weight: number }[];
  /** Part of the symptom that moves with this node. */
  readonly share: number;
  readonly correlation: number;
  /** How well each callee's excess moves with this node's. */
  readonly together: ReadonlyMap<string, number>;
  readonly path: readonly string[] | null;
  /** The graph is known about the symptom, and no way leads from there to here. */
  readonly isOffPath: boolean;
  readonly callees: readonly string[];
  /** Share of the callees at which nothing of the symptom's kind was measured: they may be what it waits for. */
  readonly unseen: number;
  /** Callees that answered in the anomalous window and were hardly ever called in the normal one. */
  readonly newCallees: readonly string[];
}

export interface Signals {
  readonly nodes: ReadonlyMap<string, NodeSignals>;
  readonly shareOf: 'time' | 'failures' | null;
  /** The symptom's own deviation; null when it was not measured. */
  readonly symptom: Deviation | null;
}

/** Of fewer rows nothing is usual. */
const MIN_BASELINE = 8;

function weightOf(meaning: MetricMeaning, isWatched: boolean, p: DiagnosisParameters): number {
  if (meaning.isOutgoing) return 0;
  const weight = p.kindWeight[meaning.kind] * (meaning.ofHost ? p.hostWeight : 1);
  return isWatched ? Math.max(weight, p.watchedWeight) : weight;
}

/** What a column tells of: by its name, and by what those who watch it say. */
function meaningFrom({ metric, watched }: MetricColumn, nodes: ReadonlySet<string>): MetricMeaning {
  const named = meaningOf(metric, nodes);
  if (watched === undefined) return named;
  const meaning = named.kind === 'other' ? { ...meaningOf(watched.words, new Set()), statistic: named.statistic } : named;
  return watched.bad === 0 ? meaning : { ...meaning, bad: watched.bad };
}

/** Reads every column once and gathers what is known of each node. */
export function gatherSignals(input: DiagnosisInput, p: DiagnosisParameters): Signals {
  // What is measured may be the cause, too, where the graph does not know it.
  const measured = input.series.columns.map(({ node }) => node);
  const calls = callsFrom({ ...input.graph, nodes: [...input.graph.nodes, ...measured] }, input.symptom.node);
  const rows = splitRows(input.series, input.normal, input.anomalous, p.leadRows);
  // A short normal window is a baseline all the same, as long as a metric was measured in a good part of it.
  const leastBaseline = Math.max(MIN_BASELINE, Math.min(p.leastBaseline, Math.ceil(0.3 * rows.normal.length)));
  const columnsOf = new Map<string, ReadColumn[]>([...calls.nodes].map((node) => [node, []]));
  const found = new Map<string, { deviation: Deviation; weight: number }[]>();
  const meanings = new Map<string, MetricMeaning>();
  let symptom: Deviation | null = null;
  for (const asMeasured of input.series.columns) {
    const column = isCounter(asMeasured.values) ? { ...asMeasured, values: growthOf(asMeasured.values, input.series.timesMs) } : asMeasured;
    const meaning = (column.watched === undefined ? meanings.get(column.metric) : undefined) ?? meaningFrom(column, calls.nodes);
    if (column.watched === undefined) meanings.set(column.metric, meaning);
    const read = readColumn(column, meaning, calls.calleesOf, rows);
    const list = columnsOf.get(read.subject);
    if (list === undefined) continue;
    list.push(read);
    const deviation = deviationOf(read, rows, input.series.timesMs, leastBaseline, p);
    if (deviation === null) continue;
    if (column.node === input.symptom.node && column.metric === input.symptom.metric) symptom = deviation;
    const weight = weightOf(meaning, column.watched !== undefined, p);
    if (weight > 0) found.set(read.subject, [...(found.get(read.subject) ?? []), { deviation, weight }]);
  }
  const shares = sharesIn(input, columnsOf, leastBaseline);
  const isNew = (node: string): boolean => {
    const columns = columnsOf.get(node) ?? [];
    const answered = columns.filter((column) => column.meaning.kind === 'latency' || column.meaning.kind === 'availability');
    return answered.some((column) => column.anomalous.some((value) => !Number.isNaN(value)))
      && answered.every((column) => column.normal.filter((value) => !Number.isNaN(value)).length < leastBaseline);
  };
  const unmeasured = (names: readonly string[]): number => (shares === null || names.length === 0 ? 0 : names.filter((name) => !shares.isMeasuredAt(name)).length / names.length);
  const elsewhere = unmeasured([...calls.nodes].filter((node) => node !== input.symptom.node));
  const unseenOf = (callees: readonly string[]): number => unmeasured(callees) * elsewhere;
  const nodes = new Map([...calls.nodes].map((node): [string, NodeSignals] => {
    const callees = calls.calleesOf(node);
    const share = shares?.shareOf(node) ?? 0;
    return [node, {
      node, callees, share, unseen: unseenOf(callees), correlation: shares?.correlationOf(node) ?? 0, path: calls.pathTo(node), isOffPath: calls.isStartKnown && calls.pathTo(node) === null,
      deviations: (found.get(node) ?? []).sort((a, b) => b.weight * b.deviation.strength - a.weight * a.deviation.strength),
      together: new Map(callees.map((callee) => [callee, shares?.togetherOf(node, callee) ?? 0])),
      newCallees: callees.filter(isNew),
    }];
  }));
  return { nodes, shareOf: shares?.of ?? null, symptom };
}
