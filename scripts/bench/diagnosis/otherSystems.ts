/**
 * Made-up systems of other shapes than `synthetic.ts` has: deep chains, a front end with everything behind it, layers of sixty; measured in
 * three other ways, with faults of CPU, memory, delay, packet loss and configuration. Seeded. Nothing of the detector of
 * causes was chosen on them: they tell whether it carries over.
 */
import { normal, randomFrom } from '../../../backend/platform/seededRandom.ts';
import type { CallGraph, MetricColumn } from '../../../backend/diagnosis/index.ts';
import type { KnownCase } from './cases.ts';

export const SHAPES = ['chain', 'star', 'layers'] as const;
type Shape = (typeof SHAPES)[number];
/** Rates of containers and their meshes; the same as counters that only grow; the front end alone has latency and errors, the others only resources. */
export const MEASURED = ['containers', 'counters', 'front only'] as const;
type Measured = (typeof MEASURED)[number];
const FAULTS = ['cpu', 'memory', 'delay', 'loss', 'config'] as const;

const NORMAL = 240;
const BEFORE = 10;
const ANOMALOUS = 10;
const STEP_MS = 60_000;
const ROWS = NORMAL + BEFORE + ANOMALOUS;
const BEGIN = NORMAL + BEFORE;
const START_MS = Date.UTC(2026, 0, 1);

function graphOf(shape: Shape, random: () => number): CallGraph {
  const size = shape === 'chain' ? 14 : shape === 'star' ? 30 : 60;
  const nodes = Array.from({ length: size }, (_, at) => (at === 0 ? 'front' : `svc-${at}`));
  const edges = nodes.slice(1).flatMap((node, at): (readonly [string, string])[] => {
    // Of layers: six behind the front end, each other one called by one or two of those before it.
    const callers = shape === 'chain' ? [at] : shape === 'star' || at < 6 ? [0] : [Math.floor(1 + at * random() * 0.5), ...(random() < 0.3 ? [Math.floor(1 + at * random())] : [])];
    return [...new Set(callers)].map((caller) => [nodes[caller] ?? 'front', node] as const);
  });
  return { nodes, edges };
}

/** A case. */
export function makeOther(shape: Shape, measured: Measured, seed: number): KnownCase {
  const random = randomFrom(seed * 131 + shape.length * 7 + measured.length);
  const graph = graphOf(shape, random);
  const fault = FAULTS[seed % FAULTS.length] ?? 'cpu';
  const root = graph.nodes[1 + Math.floor(random() * (graph.nodes.length - 1))] ?? 'front';
  const size = 1 + 2 * random();
  const hit = Array.from({ length: ROWS }, (_, row) => (row < BEGIN ? 0 : size * (0.7 + 0.6 * random())));
  const calleesOf = (node: string): string[] => graph.edges.filter(([caller]) => caller === node).map(([, callee]) => callee);
  /** How much of the root's trouble reaches a node from its callees: 1 at the root. */
  const reach = new Map<string, number>();
  const reachOf = (node: string): number => {
    const known = reach.get(node);
    if (known !== undefined) return known;
    const got = node === root ? 1 : Math.max(0, ...calleesOf(node).map((callee) => reachOf(callee) * (0.6 + 0.4 * random())));
    reach.set(node, got);
    return got;
  };
  graph.nodes.forEach(reachOf);
  /** What the root needs is called less when the root fails or waits. */
  const below = new Set<string>();
  const goDown = (node: string): void => calleesOf(node).forEach((callee) => {
    if (below.has(callee)) return;
    below.add(callee);
    goDown(callee);
  });
  goDown(root);

  const columns: MetricColumn[] = [];
  for (const node of graph.nodes) {
    const isRoot = node === root;
    const noise = 0.03 + 0.12 * random() ** 2;
    const calls = 20 + 300 * random() ** 2;
    const latency = 0.005 * 30 ** random();
    const cpu = 0.05 + 0.6 * random() ** 2;
    const memory = 5e7 + 5e8 * random();
    const at = (row: number): number => hit[row] ?? 0;
    const calm = (row: number): number => 1 - (below.has(node) ? 0.15 : isRoot ? 0.1 : 0.05 * (reach.get(node) ?? 0)) * Math.min(1, at(row));
    const slow = (row: number): number => ({ cpu: 0.12, memory: 0.06, delay: 0.2, loss: 0.1, config: 0 })[fault] * at(row) * (reach.get(node) ?? 0);
    const fails = (row: number): number => Math.min(0.6, ({ cpu: 0, memory: 0.01, delay: 0, loss: 0.02, config: 0.12 })[fault] * at(row) * (reach.get(node) ?? 0));
    const mine = (kind: typeof fault, factor: number) => (row: number): number => (isRoot && fault === kind ? factor * at(row) : 0);
    const rates: Readonly<Record<string, (row: number) => number>> = {
      'container-cpu-usage-seconds-total': (row) => cpu * calm(row) + mine('cpu', 0.5)(row),
      'container-network-receive-bytes-total': (row) => 900 * calls * calm(row) * (1 - Math.min(0.5, mine('delay', 0.15)(row) + mine('loss', 0.1)(row))),
      'container-network-transmit-packets-total': (row) => 8 * calls * calm(row) * (1 - Math.min(0.5, mine('delay', 0.15)(row))),
      'tcp-retransmits-total': (row) => 0.2 + mine('loss', 6)(row) + mine('delay', 0.3)(row),
      'container-fs-writes-total': (row) => 3 + 0.05 * calls * calm(row),
      ...(measured === 'front only' && node !== 'front' ? {} : { 'istio-requests-total': (row: number): number => calls * calm(row), 'istio-errors-total': (row: number): number => 0.001 * calls + calls * fails(row) }),
    };
    const gauges: Readonly<Record<string, (row: number) => number>> = {
      'container-memory-working-set-bytes': (row) => memory * (1 + mine('memory', 0.25)(row)),
      'container-threads': () => 20 + calls / 20,
      ...(measured === 'front only' && node !== 'front' ? {} : { 'istio-latency-50': (row: number): number => latency + 0.6 * slow(row), 'istio-latency-90': (row: number): number => 2.2 * latency + slow(row) }),
    };
    const noisy = (value: (row: number) => number, scale: number): number[] => {
      let drift = 0;
      return Array.from({ length: ROWS }, (_, row) => {
        drift = 0.9 * drift + 0.3 * scale * normal(random);
        return value(row) * (random() < 0.004 ? 1.5 + random() : 1) * Math.exp(scale * normal(random) + drift);
      });
    };
    for (const [metric, value] of Object.entries(rates)) {
      let sum = 1e4 * random();
      const values = noisy(value, noise);
      columns.push({ node, metric, values: measured !== 'counters' ? values : values.map((rate) => (sum = random() < 0.002 ? 0 : sum + (rate * STEP_MS) / 1000)) });
    }
    for (const [metric, value] of Object.entries(gauges)) columns.push({ node, metric, values: noisy(value, metric.includes('memory') ? 0.01 : noise) });
  }
  const time = (row: number): number => START_MS + row * STEP_MS;
  return {
    id: `${shape}-${measured}-${seed}`, set: `${shape}, ${measured}`, kind: fault, causes: [root],
    input: {
      graph, symptom: { node: 'front', metric: fault === 'config' ? 'istio-errors-total' : 'istio-latency-90' },
      normal: { fromMs: time(0), toMs: time(NORMAL - 1) }, anomalous: { fromMs: time(BEGIN), toMs: time(ROWS - 1) },
      series: { timesMs: Array.from({ length: ROWS }, (_, row) => time(row)), columns },
    },
  };
}
