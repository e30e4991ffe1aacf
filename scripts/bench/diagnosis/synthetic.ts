/**
 * Made-up systems, seeded: random call graphs, faults that spread from callee to caller with delay and noise, and what real
 * metrics do besides: heavy tails, holes, levels that moved since the normal window, load that falls when callers wait. Three
 * styles of measuring, so that no constant fits one only. A guard, not a goal: they are easier than real systems, since every
 * fault spreads along edges that the graph knows.
 */
import { seeded } from '../../../backend/diagnosis/system.testkit.ts';
import type { CallGraph, DiagnosisInput, MetricColumn } from '../../../backend/diagnosis/index.ts';
import type { KnownCase } from './cases.ts';

export const STYLES = ['golden', 'pods', 'seconds'] as const;
export type Style = (typeof STYLES)[number];
export const FAULTS = ['cpu', 'memory', 'disk', 'network', 'errors'] as const;
type Fault = (typeof FAULTS)[number];

/** Rows of each style: normal, a gap between, anomalous; and how many seconds a row is. */
const SHAPE: Readonly<Record<Style, { normal: number; gap: number; anomalous: number; stepS: number }>> = {
  golden: { normal: 400, gap: 2, anomalous: 3, stepS: 300 },
  pods: { normal: 600, gap: 10, anomalous: 5, stepS: 60 },
  seconds: { normal: 600, gap: 0, anomalous: 300, stepS: 1 },
};

interface Dice {
  readonly next: () => number;
  readonly normal: () => number;
  readonly int: (below: number) => number;
}

function diceOf(seed: number): Dice {
  const next = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal, int: (below) => Math.floor(next() * below) };
}

/** A graph in layers: everybody but the entry has a caller nearer to it, some have two, and leaves are many. */
function randomGraph(dice: Dice): CallGraph {
  const nodes = Array.from({ length: 10 + dice.int(51) }, (_, index) => `s${index}`);
  const edges = new Map<string, readonly [string, string]>();
  for (let index = 1; index < nodes.length; index += 1) {
    const callers = 1 + Number(dice.next() < 0.25);
    for (let count = 0; count < callers; count += 1) {
      const caller = Math.floor(index * dice.next() ** 1.5);
      edges.set(`${caller} ${index}`, [`s${caller}`, `s${index}`]);
    }
  }
  return { nodes, edges: [...edges.values()] };
}

interface Node {
  readonly calls: number;
  readonly latency: number;
  readonly cpu: number;
  readonly memory: number;
  readonly noise: number;
  /** The normal window was another time: then everything of this node was at this factor. */
  readonly shift: number;
}

export function makeCase(style: Style, seed: number): KnownCase {
  const dice = diceOf(seed);
  const graph = randomGraph(dice);
  const { normal, gap, anomalous, stepS } = SHAPE[style];
  const rows = normal + gap + anomalous;
  const begin = normal + gap;
  const calleesOf = new Map(graph.nodes.map((node) => [node, graph.edges.filter(([caller]) => caller === node).map(([, callee]) => callee)]));
  // Only what the entry can feel is a case: a node with traffic, seldom the entry itself.
  const root = graph.nodes[dice.next() < 0.1 ? 0 : 1 + dice.int(graph.nodes.length - 1)] ?? 's0';
  const fault: Fault = FAULTS[dice.int(FAULTS.length)] ?? 'cpu';
  const size = 2 + 8 * dice.next();
  const about = new Map(graph.nodes.map((node): [string, Node] => [node, {
    calls: 20 + 500 * dice.next() ** 2, latency: 0.002 * 100 ** dice.next(), cpu: 2 + 50 * dice.next() ** 2, memory: 50 + 400 * dice.next(), noise: 0.02 + 0.1 * dice.next() ** 2,
    shift: gap > 0 && dice.next() < 0.2 ? 0.4 + dice.next() : 1,
  }]));
  const ownAt = new Map<string, { time: number; fail: number }[]>();
  const strength = (row: number): number => (row < begin + (style === 'seconds' ? 5 : 0) || (row === rows - 1 && anomalous === 3 && dice.next() < 0.4) ? 0 : size * (0.7 + 0.6 * dice.next()));
  const hit = Array.from({ length: rows }, (_, row) => (row < begin ? 0 : strength(row)));
  const spread = (node: string, depth = 0): { time: number; fail: number }[] => {
    const known = ownAt.get(node);
    if (known !== undefined) return known;
    const me = about.get(node);
    const callees = depth > graph.nodes.length ? [] : (calleesOf.get(node) ?? []).map((callee) => ({ their: spread(callee, depth + 1), ratio: 0.2 + 0.8 * dice.next(), late: style === 'seconds' ? dice.int(3) : 0 }));
    const mine = Array.from({ length: rows }, (_, row) => {
      const own = node === root ? (hit[row] ?? 0) : 0;
      let time = fault === 'errors' ? 0 : own * (me?.latency ?? 0) * (fault === 'memory' ? 0.5 : 1.5) + (fault === 'network' ? own * 0.05 : 0);
      let fail = fault === 'errors' ? Math.min(0.6, own * 0.04) : fault === 'memory' ? own * 0.004 : 0;
      for (const { their, ratio, late } of callees) {
        time += ratio * (their[Math.max(0, row - late)]?.time ?? 0);
        fail = 1 - (1 - fail) * (1 - ratio * 0.9 * (their[Math.max(0, row - late)]?.fail ?? 0));
      }
      return { time, fail };
    });
    ownAt.set(node, mine);
    return mine;
  };
  graph.nodes.forEach((node) => spread(node));
  const columns: MetricColumn[] = [];
  // What is felt at the entry slows the users down as well: load falls everywhere, and what depends on it.
  const slower = (ownAt.get('s0') ?? []).map(({ time }) => 1 / (1 + 0.5 * time));
  for (const node of graph.nodes) {
    const me = about.get(node);
    if (me === undefined) continue;
    const base = spread(node);
    const isHit = (row: number): number => (node === root ? (hit[row] ?? 0) : 0);
    const add = (metric: string, at: (row: number) => number, noise = me.noise, holes = 0): void => {
      let drift = 0;
      const values = Array.from({ length: rows }, (_, row) => {
        drift = 0.9 * drift + 0.4 * noise * dice.normal();
        const spike = dice.next() < 0.004 ? 1 + 2 * dice.next() : 1;
        const moved = row < normal ? me.shift : 1;
        return dice.next() < holes ? Number.NaN : Number((at(row) * moved * spike * Math.exp(noise * dice.normal() + drift)).toPrecision(5));
      });
      columns.push({ node, metric, values });
    };
    const latency = (row: number): number => me.latency + (base[row]?.time ?? 0) * (node === root && fault === 'network' && style === 'pods' ? 0.1 : 1);
    const requests = (row: number): number => me.calls * (1 + 0.2 * Math.sin(row / 40)) * (slower[row] ?? 1);
    const failed = (row: number): number => base[row]?.fail ?? 0;
    const whole = (metric: string, full: number): void => {
      columns.push({ node, metric, values: Array.from({ length: rows }, (_, row) => Math.max(0, Number((full * (1 - failed(row) * Math.exp(0.2 * dice.normal()) - (dice.next() < 0.03 ? 0.005 * dice.next() : 0))).toPrecision(5)))) });
    };
    const cpu = (row: number): number => me.cpu * (slower[row] ?? 1) + (fault === 'cpu' ? isHit(row) * 8 : 0);
    const memory = (row: number): number => me.memory + (fault === 'memory' ? isHit(row) * 60 : 0);
    if (style === 'golden') {
      add('latency_average', latency, me.noise, 0.01);
      add('latency_p95', (row) => 3 * latency(row), 2 * me.noise, 0.01);
      add('requests_sum', requests, 0.03);
      whole('availability_average', 100);
    } else if (style === 'pods') {
      add('server_latency_p50_ms', (row) => 1000 * latency(row));
      add('server_latency_p95_ms', (row) => 2500 * latency(row), 2 * me.noise);
      add('ops', requests, 0.03);
      add('cpu_millicores', cpu);
      add('memory_mib', memory, 0.005);
      add('net_rx_bytes', (row) => 100 * requests(row));
      add('disk_write_bytes', (row) => 3 * requests(row) + (fault === 'disk' ? isHit(row) * 400 : 0), 0.2);
      whole('success_pct', 100);
      for (const [caller] of graph.edges.filter(([, callee]) => callee === node)) {
        columns.push({ node: caller, metric: `call_latency_p50:${node}`, values: Array.from({ length: rows }, (_, row) => Number(((me.latency + (base[row]?.time ?? 0)) * Math.exp(1.5 * me.noise * dice.normal())).toPrecision(5))) });
      }
    } else {
      add('latency-50', latency, 3 * me.noise);
      add('latency-90', (row) => 2 * latency(row), 4 * me.noise);
      add('workload', requests, 0.1);
      add('cpu', (row) => cpu(row) / 100, 2 * me.noise);
      add('mem', (row) => 1e6 * memory(row), 0.01);
      add('diskio', (row) => 3 * requests(row) + (fault === 'disk' ? isHit(row) * 400 : 0), 0.4);
      add('error', (row) => failed(row) * requests(row), 0.2);
    }
  }
  const startMs = Date.UTC(2026, 0, 1);
  const at = (row: number): number => startMs + row * stepS * 1000;
  const [felt] = [(ownAt.get('s0') ?? [])[begin + Math.floor(anomalous / 2)]];
  const isFailing = (felt?.fail ?? 0) > 0.02;
  const symptomMetric: Readonly<Record<Style, string>> = {
    golden: isFailing ? 'availability_average' : 'latency_average', pods: isFailing ? 'success_pct' : 'server_latency_p95_ms', seconds: isFailing ? 'error' : 'latency-90',
  };
  const input: DiagnosisInput = {
    graph, symptom: { node: 's0', metric: symptomMetric[style] },
    normal: { fromMs: at(0), toMs: at(normal - 1) }, anomalous: { fromMs: at(begin), toMs: at(rows - 1) },
    series: { timesMs: Array.from({ length: rows }, (_, row) => at(row)), columns },
  };
  return { id: `${style}-${seed}`, set: style, kind: fault, causes: [root], input };
}
