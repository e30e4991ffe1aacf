import fc from 'fast-check';
import { probabilityOf } from './prior.ts';
import { recalibrated, shareThatComes, type Answered } from './recalibration.ts';
import { createWarnings } from './warnings.ts';

const odds = fc.double({ min: -6, max: 6, noNaN: true });
const records = fc.nat({ max: 300 }).chain((warnings) => fc.record<Answered>({ warnings: fc.constant(warnings), came: fc.nat({ max: warnings }) }));
const NOTHING: Answered = { warnings: 0, came: 0 };
const MINUTE_MS = 60_000;

test('cap 114: what is said of a warning is a probability, and rises with what speaks for it and with how many came true', () => {
  fc.assert(fc.property(records, odds, odds, odds, (answered, atWarning, now, other) => {
    const said = probabilityOf(recalibrated(answered, atWarning, now));
    expect(said).toBeGreaterThan(0);
    expect(said).toBeLessThan(1);
    if (other >= now) expect(probabilityOf(recalibrated(answered, atWarning, other))).toBeGreaterThanOrEqual(said);
    if (answered.came < answered.warnings) expect(probabilityOf(recalibrated({ ...answered, came: answered.came + 1 }, atWarning, now))).toBeGreaterThan(said);
  }), { seed: 114 });
});

test('cap 114: a warning begins at the share that came, whatever the evidence; it lies between that and what was believed before', () => {
  fc.assert(fc.property(records, odds, (answered, atWarning) => {
    const begins = probabilityOf(recalibrated(answered, atWarning, atWarning));
    expect(begins).toBeCloseTo(shareThatComes(answered), 12);
    const [believed, came] = [shareThatComes(NOTHING), answered.came / Math.max(1, answered.warnings)];
    if (answered.warnings > 0) expect([Math.min(believed, came) - 1e-12 <= begins, begins <= Math.max(believed, came) + 1e-12]).toEqual([true, true]);
  }), { seed: 114 });
  expect(shareThatComes(NOTHING)).toBe(0.45);
  for (const share of [0, 0.1, 0.9, 1]) expect(Math.abs(shareThatComes({ warnings: 5_000, came: 5_000 * share }) - share)).toBeLessThan(0.002);
});

test('cap 114: few outcomes move it little', () => {
  fc.assert(fc.property(records, (answered) => {
    for (const came of [0, 1]) expect(Math.abs(shareThatComes({ warnings: answered.warnings + 1, came: answered.came + came }) - shareThatComes(answered))).toBeLessThan(1 / 16);
  }), { seed: 114 });
  expect(shareThatComes({ warnings: 3, came: 0 })).toBeGreaterThan(0.37);
  expect(shareThatComes({ warnings: 3, came: 3 })).toBeLessThan(0.54);
});

test('cap 114: what became of warnings counts once, may be corrected, and in any order; what was never warned of counts nothing', () => {
  const told = [['db', 0, true], ['web', 5, false], ['mail', 9, true], ['db', 60, false]] as const;
  const learn = (order: readonly (readonly [string, number, boolean])[]) => {
    const warnings = createWarnings();
    for (const [service, minute] of told) warnings.warn(service, minute * MINUTE_MS, 0);
    for (const [service, minute, came] of order) warnings.told(service, minute * MINUTE_MS + 30_000, came);
    return probabilityOf(warnings.saidOf('search', 200 * MINUTE_MS, 1.5));
  };
  const twoOfFour = shareThatComes({ warnings: 4, came: 2 });
  expect(learn(told)).toBeCloseTo(twoOfFour, 12);
  expect(learn([...told, ...told].reverse())).toBeCloseTo(twoOfFour, 12);
  expect(learn([['web', 5, true], ['web', 30, true], ['queue', 5, true], ...told])).toBeCloseTo(twoOfFour, 12);
  expect(learn([...told, ['web', 5, true]])).toBeCloseTo(shareThatComes({ warnings: 4, came: 3 }), 12);
});

test('cap 114: two hundred warnings are remembered, and all that are open', () => {
  const warnings = createWarnings();
  for (let count = 0; count < 500; count += 1) warnings.warn(`service-${count}`, count * MINUTE_MS, 0);
  expect(warnings.snapshot()).toHaveLength(200);
  const together = createWarnings();
  for (let count = 0; count < 500; count += 1) together.warn(`service-${count}`, 0, 0);
  expect(together.isOpen('service-0', MINUTE_MS)).toBe(true);
});
