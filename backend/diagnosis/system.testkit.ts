/** A small made-up system for tests: metrics with a little seeded noise, and faults put into chosen rows. */
import type { CallGraph, DiagnosisInput, MetricColumn } from './model.ts';

export const START_MS = Date.UTC(2026, 0, 5);
export const MINUTE_MS = 60_000;
/** Rows of the normal window, and of the anomalous one right after it. */
export const NORMAL_ROWS = 120;
export const ANOMALOUS_ROWS = 5;

/** Numbers between 0 and 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A metric about a level; `fault` is what the anomalous rows have instead. */
export function metricOf(node: string, metric: string, level: number, fault: number | null, random: () => number, spread = 0.05): MetricColumn {
  return {
    node, metric,
    values: Array.from({ length: NORMAL_ROWS + ANOMALOUS_ROWS }, (_, row) => (row >= NORMAL_ROWS && fault !== null ? fault : level) * (1 + spread * (2 * random() - 1))),
  };
}

/** shop → cart → db, shop → search; the symptom is the latency of shop. */
export const SHOP: CallGraph = { nodes: ['shop', 'cart', 'search', 'db'], edges: [['shop', 'cart'], ['shop', 'search'], ['cart', 'db']] };

export function inputOf(columns: readonly MetricColumn[], graph: CallGraph = SHOP, symptom = { node: 'shop', metric: 'latency_average' }): DiagnosisInput {
  const at = (row: number): number => START_MS + row * MINUTE_MS;
  return {
    graph, symptom,
    normal: { fromMs: at(0), toMs: at(NORMAL_ROWS - 1) }, anomalous: { fromMs: at(NORMAL_ROWS), toMs: at(NORMAL_ROWS + ANOMALOUS_ROWS - 1) },
    series: { timesMs: Array.from({ length: NORMAL_ROWS + ANOMALOUS_ROWS }, (_, row) => at(row)), columns },
  };
}

/** Latency and requests of every node of the shop; what a fault adds is given for each node in seconds. */
export function latencies(added: Readonly<Record<string, number>>, seed = 1): MetricColumn[] {
  const random = seeded(seed);
  const usual: Readonly<Record<string, number>> = { shop: 0.2, cart: 0.08, search: 0.05, db: 0.02 };
  return Object.entries(usual).flatMap(([node, level]) => [
    metricOf(node, 'latency_average', level, added[node] === undefined ? null : level + added[node], random),
    metricOf(node, 'requests_sum', 100, null, random),
  ]);
}
