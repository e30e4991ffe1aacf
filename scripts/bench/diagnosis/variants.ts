/** The same cases with something taken away: what is not everywhere measured must not be what the ranking stands on. */
import type { DiagnosisInput, MetricColumn } from '../../../backend/diagnosis/index.ts';
import { seeded } from '../../../backend/diagnosis/system.testkit.ts';

type Change = (input: DiagnosisInput, seed: number) => DiagnosisInput;

const only = (keep: (column: MetricColumn, input: DiagnosisInput) => boolean): Change => (input) => ({
  ...input, series: { ...input.series, columns: input.series.columns.filter((column) => keep(column, input)) },
});
const isSymptom = (column: MetricColumn, input: DiagnosisInput): boolean => column.node === input.symptom.node && column.metric === input.symptom.metric;

export const VARIANTS: readonly (readonly [string, Change])[] = [
  ['as it is', (input) => input],
  ['no counts of requests', only((column) => !/request|ops|workload/.test(column.metric))],
  ['no metrics of single calls', only((column) => !column.metric.includes(':'))],
  ['no rows outside the windows', (input) => {
    const inside = input.series.timesMs.flatMap((at, row) => ([input.normal, input.anomalous].some(({ fromMs, toMs }) => at >= fromMs && at <= toMs) ? [row] : []));
    const kept = (values: readonly number[]): number[] => inside.map((row) => values[row] ?? Number.NaN);
    return { ...input, series: { timesMs: kept(input.series.timesMs), columns: input.series.columns.map((column) => ({ ...column, values: kept(column.values) })) } };
  }],
  ['a fifth of the edges unknown', (input, seed) => {
    const random = seeded(seed);
    return { ...input, graph: { ...input.graph, edges: input.graph.edges.filter(() => random() >= 0.2) } };
  }],
  ['a fifth of the metrics unknown', (input, seed) => {
    const random = seeded(seed);
    return only((column) => random() >= 0.2 || isSymptom(column, input))(input, seed);
  }],
  ['a quarter of the normal rows', (input) => ({ ...input, normal: { ...input.normal, fromMs: input.normal.toMs - (input.normal.toMs - input.normal.fromMs) / 4 } })],
  ['no graph', (input) => ({ ...input, graph: { ...input.graph, edges: [] } })],
];
