import type { Deviation, MetricKind } from './model.ts';
import { symptomsAmong, withoutSymptoms, type Suspected } from './symptoms.ts';

const T = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const GRAPH = { nodes: ['web', 'cart', 'db'], edges: [['web', 'cart'], ['cart', 'db']] as const };

function deviationOf(node: string, kind: MetricKind, minute: number, strength = 0.5): Deviation {
  return { node, metric: kind, kind, seenBy: null, direction: 'up', typical: 1, observed: 5, times: 9, normalShare: 0.01, before: 1, changeTimes: 9, onsetMs: T + minute * MINUTE, strength };
}
const node = (name: string, deviations: Deviation[], more: Partial<Suspected> = {}): Suspected => ({ node: name, deviations, own: 0, noticedMs: null, ...more });

describe('cap 117: a cause is a change of state, never a symptom', () => {
  test('what a dependency that changed earlier explains is its symptom, through others too; with an own change of state it is not', () => {
    const db = node('db', [deviationOf('db', 'latency', 0)]);
    const found = symptomsAmong([node('web', [deviationOf('web', 'errors', 3)]), node('cart', [deviationOf('cart', 'latency', 1)]), db], GRAPH);
    expect([...found]).toEqual([['web', { of: 'db', atMs: T + 3 * MINUTE, earlierMs: 3 * MINUTE }], ['cart', { of: 'db', atMs: T + MINUTE, earlierMs: MINUTE }]]);
    expect(symptomsAmong([node('web', [deviationOf('web', 'errors', 3), deviationOf('web', 'memory', 3)]), db], GRAPH).size).toBe(0);
    const own = node('web', [deviationOf('web', 'errors', 3)], { own: 0.8 });
    expect(symptomsAmong([own, db], GRAPH).size).toBe(0);
    expect([...symptomsAmong([own, { ...db, noticedMs: T }], GRAPH).keys()]).toEqual(['web']);
  });

  test('not what changed first, not what is needed, and not because more calls came or noise moved', () => {
    expect(symptomsAmong([node('web', [deviationOf('web', 'latency', 0)]), node('db', [deviationOf('db', 'latency', 2)])], GRAPH).size).toBe(0);
    expect(symptomsAmong([node('db', [deviationOf('db', 'latency', 2)]), node('web', [deviationOf('web', 'latency', 0)])], GRAPH).size).toBe(0);
    expect(symptomsAmong([node('web', [deviationOf('web', 'latency', 2)]), node('db', [deviationOf('db', 'traffic', 0)])], GRAPH).size).toBe(0);
    expect(symptomsAmong([node('web', [deviationOf('web', 'latency', 2)]), node('db', [deviationOf('db', 'latency', 0, 0.02)])], GRAPH).size).toBe(0);
  });

  test('a service without series has trouble since its alert', () => {
    expect([...symptomsAmong([node('web', [], { noticedMs: T + MINUTE }), node('db', [deviationOf('db', 'cpu', 0)])], GRAPH).keys()]).toEqual(['web']);
  });

  test('the confidence of symptoms goes to their causes and stays the same in all', () => {
    const scores = withoutSymptoms(new Map([['web', 0.6], ['cart', 0.2], ['db', 0.1]]), new Map([['web', { of: 'cart', atMs: 3, earlierMs: 1 }], ['cart', { of: 'db', atMs: 2, earlierMs: 1 }]]));
    expect([...scores.values()].reduce((sum, score) => sum + score, 0)).toBeCloseTo(0.9);
    expect([...scores].sort(([, a], [, b]) => b - a)[0]?.[0]).toBe('db');
    const [web = 1, cart = 0, db = 0] = ['web', 'cart', 'db'].map((name) => scores.get(name));
    expect([web < db, cart < db]).toEqual([true, true]);
  });
});
