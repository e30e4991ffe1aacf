/** Which change comes first among those about the time of the trouble. */
import fc from 'fast-check';
import type { ChangeEvent } from '../catalog/index.ts';
import { whatChanged, type Deviation } from './index.ts';
import { MINUTE_MS, SHOP, START_MS } from './system.testkit.ts';

const at = (minute: number): number => START_MS + minute * MINUTE_MS;
const WINDOW = { fromMs: at(0), toMs: at(120) };
const change = (id: string, minute: number, service: string | null, kind: ChangeEvent['kind'] = 'deploy'): ChangeEvent => ({ id, kind, service, clusters: [], at: new Date(at(minute)), title: `Change ${id}`, author: null, link: null });
const deviation = (node: string, minute: number, strength = 0.9, fields: Partial<Deviation> = {}): Deviation => ({
  node, metric: 'latency_average', kind: 'latency', seenBy: null, direction: 'up', typical: 0.1, observed: 0.9, times: 40, changeTimes: 40, before: 0.1, normalShare: 0.002, onsetMs: at(minute), strength, ...fields,
});
const idsOf = (changes: readonly ChangeEvent[], deviations: readonly Deviation[]): string[] => whatChanged(WINDOW, changes, deviations, SHOP).map(({ what }) => (what.kind === 'change' ? what.change.id : what.kind === 'traffic' ? `traffic of ${what.node}` : `lines of ${what.pattern.node}`));

test('cap 117: the change just before, where something deviates, comes first; what came after comes late', () => {
  const suspects = whatChanged(WINDOW, [change('old', 5, 'cart'), change('elsewhere', 58, 'search'), change('near', 57, 'cart'), change('late', 70, 'cart'), change('callee', 57, 'db'), change('outside', 130, 'cart')], [deviation('cart', 60), deviation('shop', 61, 0.6)], SHOP);

  expect(suspects.map(({ what }) => (what.kind === 'change' ? what.change.id : ''))).toEqual(['near', 'callee', 'elsewhere', 'old', 'late']);
  expect(suspects[0]?.reasons.map(({ text }) => text)).toEqual(['changed cart, which is not as it was', 'came 3 min before the trouble began']);
  expect(suspects[1]?.reasons[0]?.text).toBe('changed db, which cart calls; cart is not as it was');
  expect(suspects.at(-1)?.reasons[1]?.text).toBe('came 10 min after the trouble had begun');
});

test('cap 117: load that rose is a suspect, load that fell mostly a consequence', () => {
  const rose = deviation('shop', 60, 0.8, { kind: 'traffic', metric: 'requests_sum' });
  const fell = deviation('db', 60, 0.8, { kind: 'traffic', metric: 'requests_sum', direction: 'down' });
  expect(idsOf([change('calm', 10, 'search')], [deviation('cart', 60), rose, fell])).toEqual(['traffic of shop', 'traffic of db', 'calm']);
});

test('cap 111: a new pattern of lines just before, where something deviates, stands below the change itself and above what came elsewhere or afterwards', () => {
  const pattern = (node: string, minute: number, isNew = true) => ({ node, isNew, atMs: at(minute), strength: 0.9 });
  const suspects = whatChanged(WINDOW, [change('near', 57, 'cart'), change('elsewhere', 58, 'search')], [deviation('cart', 60)], SHOP, [pattern('cart', 59), pattern('cart', 59.5, false), pattern('cart', 75), pattern('search', 59), pattern('cart', 130)]);
  expect(suspects.map(({ what }) => (what.kind === 'change' ? what.change.id : what.kind === 'pattern' ? `${what.pattern.node} ${(what.pattern.atMs - START_MS) / MINUTE_MS}` : ''))).toEqual(['near', 'cart 59', 'cart 59.5', 'elsewhere', 'search 59', 'cart 75']);
  expect(suspects[1]?.reasons.map(({ text }) => text)).toEqual(['no such line had come before', 'logged by cart, which is not as it was', 'came as the trouble began']);
  expect(suspects[2]?.reasons[0]?.text).toBe('such lines came much more often than they do');
});

test('cap 117: a change that names no service is neither accused nor cleared', () => {
  expect(idsOf([change('calm', 59, 'search', 'config'), change('somewhere', 59, null, 'config'), change('here', 59, 'cart', 'config')], [deviation('cart', 60)])).toEqual(['here', 'somewhere', 'calm']);
});

test('cap 117: without deviations the window alone tells when, and nothing is left out', () => {
  expect(whatChanged(WINDOW, [change('a', 0, 'cart'), change('b', 30, 'db')], []).map(({ suspicion }) => suspicion < 0.2)).toEqual([true, true]);
});

test('cap 117: suspicion stays between 0 and 1, falls in order, and falls with age', () => {
  fc.assert(fc.property(fc.array(fc.record({ minute: fc.integer({ min: 0, max: 120 }), service: fc.constantFrom('shop', 'cart', 'db', 'search', null) }), { maxLength: 12 }), fc.integer({ min: 20, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (made, onset, strength) => {
    const suspects = whatChanged(WINDOW, made.map(({ minute, service }, index) => change(String(index), minute, service)), [deviation('cart', onset, strength)], SHOP);
    expect(suspects).toHaveLength(made.length);
    suspects.forEach(({ suspicion, reasons }, index) => {
      expect(suspicion >= 0 && suspicion <= 1 && suspicion >= (suspects[index + 1]?.suspicion ?? 0) && reasons.length > 0).toBe(true);
    });
    const [younger, older] = [2, 12].map((minutes) => whatChanged(WINDOW, [change('x', onset - minutes, 'cart')], [deviation('cart', onset, 0.9)], SHOP)[0]?.suspicion ?? 0);
    expect(younger ?? 0).toBeGreaterThan(older ?? 1);
  }), { numRuns: 40, seed: 117 });
});
