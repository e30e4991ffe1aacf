/** Ways to rank causes that were tried, each from the same calibrated signals or from the values as they are. */
import { rankCauses, symptomsAmong, withoutSymptoms, type DiagnosisInput } from '../../../backend/diagnosis/index.ts';
import type { DiagnosisParameters } from '../../../backend/diagnosis/parameters.ts';
import { gatherSignals, type Signals } from '../../../backend/diagnosis/signals.ts';
import { covariance, quantile, robustSpread, sortedMeasured } from '../../../backend/diagnosis/statistics.ts';
import { weighNodes, type Weighed } from '../../../backend/diagnosis/weigh.ts';

/** Everything of a case that methods look at, worked out once. */
export interface Prepared {
  readonly input: DiagnosisInput;
  readonly signals: Signals;
  readonly weighed: readonly Weighed[];
  readonly p: DiagnosisParameters;
}

export function prepare(input: DiagnosisInput, p: DiagnosisParameters): Prepared {
  const signals = gatherSignals(input, p);
  return { input, signals, weighed: weighNodes(signals, p), p };
}

/** Score of each node; the highest is ranked first, of equals the first in the graph. */
export type Method = (prepared: Prepared) => ReadonlyMap<string, number>;

function bestOf(entries: Iterable<readonly [string, number]>): Map<string, number> {
  const best = new Map<string, number>();
  for (const [node, value] of entries) if (!(value <= (best.get(node) ?? Number.NEGATIVE_INFINITY))) best.set(node, value);
  return best;
}

/** Robust z of every column, of one statistic over the anomalous rows: no calibration, no direction, no graph. */
function scaled(statistic: (sorted: readonly number[]) => number): Method {
  return ({ input }) => {
    const within = (from: number, to: number): number[] => input.series.timesMs.flatMap((at, row) => (at >= from && at <= to ? [row] : []));
    const normal = within(input.normal.fromMs, input.normal.toMs);
    const anomalous = within(input.anomalous.fromMs, input.anomalous.toMs);
    return bestOf(input.series.columns.flatMap((column): (readonly [string, number])[] => {
      const usual = sortedMeasured(normal.map((row) => column.values[row] ?? Number.NaN));
      const now = sortedMeasured(anomalous.map((row) => column.values[row] ?? Number.NaN));
      if (usual.length < 10 || now.length === 0) return [];
      const middle = quantile(usual, 0.5);
      const spread = Math.max(robustSpread(usual), 0.02 * Math.abs(middle), 1e-9);
      return [[column.node, statistic(now.map((value) => Math.abs(value - middle) / spread).sort((a, b) => a - b))]];
    }));
  };
}

const strongest = ({ signals }: Weighed): number => Math.max(0, ...signals.deviations.map(({ deviation, weight }) => weight * deviation.strength));
const ANOMALOUS = 0.02;

/** Correlation of a node's excess with the symptom's, for nodes that deviate at all. */
const correlation: Method = ({ weighed }) => new Map(weighed.map((each) => [each.node, strongest(each) > ANOMALOUS ? Math.abs(each.signals.correlation) : 0]));

/** From the symptom along callees that deviate; the deepest first. */
const deepest: Method = ({ weighed, input }) => {
  const by = new Map(weighed.map((each) => [each.node, each]));
  const depth = new Map([[input.symptom.node, 1]]);
  const waiting = [input.symptom.node];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    for (const callee of by.get(node)?.signals.callees ?? []) {
      const other = by.get(callee);
      if (depth.has(callee) || other === undefined || strongest(other) <= ANOMALOUS) continue;
      depth.set(callee, (depth.get(node) ?? 0) + 1);
      waiting.push(callee);
    }
  }
  return depth;
};

/** Random walk from the symptom over calls, drawn to what deviates and moves with the symptom, as MonitorRank does. */
const walk: Method = ({ weighed, input }) => {
  const pull = new Map(weighed.map((each) => [each.node, 0.01 + strongest(each) * Math.abs(each.signals.correlation)]));
  const total = [...pull.values()].reduce((a, b) => a + b, 0);
  let rank = new Map(weighed.map(({ node }) => [node, node === input.symptom.node ? 1 : 0]));
  for (let round = 0; round < 40; round += 1) {
    const next = new Map(weighed.map(({ node }) => [node, (0.15 * (pull.get(node) ?? 0)) / total]));
    for (const { node, signals } of weighed) {
      // It stays where its own pull is the strongest, and may go back a little.
      const ways = [...signals.callees, node].map((to): [string, number] => [to, pull.get(to) ?? 0]);
      const whole = ways.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [to, weight] of ways) next.set(to, (next.get(to) ?? 0) + (0.85 * (rank.get(node) ?? 0) * weight) / whole);
    }
    rank = next;
  }
  return rank;
};

const slope: Method = ({ input }) => {
  // Correlation of raw values over all rows of both windows: what a chart beside a chart shows.
  const symptom = input.series.columns.find(({ node, metric }) => node === input.symptom.node && metric === input.symptom.metric);
  return bestOf(input.series.columns.map((column): [string, number] => {
    const { xy, xx, yy } = covariance(symptom?.values ?? [], column.values);
    return [column.node, xx > 0 && yy > 0 ? Math.abs(xy) / Math.sqrt(xx * yy) : 0];
  }));
};

function places(scores: ReadonlyMap<string, number>, nodes: readonly string[]): Map<string, number> {
  const ranked = [...nodes].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
  return new Map(ranked.map((node, place) => [node, place]));
}

const deviating: Method = ({ weighed }) => new Map(weighed.map((each) => [each.node, strongest(each)]));
const unexplained: Method = ({ weighed }) => new Map(weighed.map((each) => [each.node, each.deviating]));
const own: Method = ({ weighed }) => new Map(weighed.map((each) => [each.node, each.own]));
const whole: Method = ({ weighed }) => new Map(weighed.map((each) => [each.node, each.weight]));
const borda: Method = (prepared) => {
  const nodes = prepared.weighed.map(({ node }) => node);
  const lists = [deviating, correlation, own].map((method) => places(method(prepared), nodes));
  return new Map(nodes.map((node) => [node, -lists.reduce((sum, list) => sum + (list.get(node) ?? 0), 0)]));
};

/** As the board of causes shows it: what is only a symptom of a dependency goes below that. */
const board: Method = ({ input, p }) => {
  const ranked = rankCauses(input, p);
  const symptoms = symptomsAmong(ranked.map(({ node, evidence }) => ({
    node, noticedMs: null, deviations: evidence.flatMap((each) => (each.kind === 'deviation' ? [each.deviation] : [])), own: evidence.flatMap((each) => (each.kind === 'own-share' ? [each.share] : []))[0] ?? 0,
  })), input.graph);
  return withoutSymptoms(new Map(ranked.map(({ node, score }) => [node, score])), symptoms);
};

export const METHODS: readonly (readonly [string, Method])[] = [
  ['largest deviation: median of the window, median/IQR', scaled((sorted) => quantile(sorted, 0.5))],
  ['BARO: largest value of the window, median/IQR', scaled((sorted) => sorted.at(-1) ?? 0)],
  ['correlation with the symptom, raw values', slope],
  ['correlation of excess with the symptom, among what deviates', correlation],
  ['from the symptom along what deviates, the deepest first', deepest],
  ['random walk to what deviates and moves with the symptom', walk],
  ['strongest calibrated change of state', deviating],
  ['the same, less what callees explain', unexplained],
  ['own share of the symptom alone', own],
  ['rank aggregation of three of these', borda],
  ['**all of it** (`rankCauses`)', whole],
  ['the same, symptoms below what they come from (the board)', board],
];

/** Place of the first true cause, from 1; infinite where none is in the graph. */
export function placeOf(scores: ReadonlyMap<string, number>, nodes: readonly string[], causes: readonly string[]): number {
  const order = places(scores, nodes);
  return Math.min(...causes.map((cause) => (order.get(cause) ?? Number.POSITIVE_INFINITY) + 1));
}
