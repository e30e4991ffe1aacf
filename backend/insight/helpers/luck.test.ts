/** cap 121: what luck alone explains is not held against a helper. */
import fc from 'fast-check';
import { chanceOfLoss, fromBaseline, rightBet, squaredErrorBet, type Bet } from './luck.ts';

const tosses = (lost: number, won: number): Bet[] => [...Array.from({ length: lost }, () => rightBet(false, true)), ...Array.from({ length: won }, () => rightBet(true, false))].flat();

/** How often so many of both are lost, or more, by a fair coin. */
function exactTail(lost: number, won: number): number {
  const all = lost + won;
  let [ways, tail] = [1, 0];
  for (let place = 0; place <= all; place += 1) {
    if (place >= lost) tail += ways;
    ways = (ways * (all - place)) / (place + 1);
  }
  return tail / 2 ** all;
}

test('what both got right, or both wrong, tells nothing; six of six lost are luck once in 64 times; what was won is none of a loss', () => {
  expect(chanceOfLoss([...rightBet(true, true), ...rightBet(false, false)])).toBe(1);
  expect(chanceOfLoss([])).toBe(1);
  expect(chanceOfLoss(tosses(6, 0))).toBeCloseTo(1 / 64, 6);
  expect(chanceOfLoss(tosses(3, 3))).toBe(1);
  expect(chanceOfLoss(tosses(2, 9))).toBe(1);
  expect(chanceOfLoss(fromBaseline(tosses(0, 6)))).toBeCloseTo(1 / 64, 6);
});

test('a low probability of something that did not come is no proof against it; sure warnings that come to nothing are, and so is silence before what comes', () => {
  const quiet = Array.from({ length: 20 }, () => squaredErrorBet(0.05, 0.02, false));
  expect(chanceOfLoss(quiet)).toBeGreaterThan(0.3);
  expect(chanceOfLoss(Array.from({ length: 8 }, () => squaredErrorBet(0.9, 0.03, false)))).toBeLessThan(0.01);
  expect(chanceOfLoss(Array.from({ length: 4 }, () => squaredErrorBet(0.01, 0.2, true)))).toBeLessThan(0.01);
});

test('it is never below the true chance, and more of the same makes luck less likely', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (lost, won) => {
    const bound = chanceOfLoss(tosses(lost, won));
    if (lost > won) {
      expect(bound).toBeGreaterThanOrEqual(exactTail(lost, won) - 1e-9);
      expect(chanceOfLoss(tosses(2 * lost, 2 * won))).toBeCloseTo(bound ** 2, 6);
    }
  }));
});

test('whatever the stakes and chances, it is a probability', () => {
  const bet = fc.record({ stake: fc.double({ min: -2, max: 2, noNaN: true }), chance: fc.double({ min: 0, max: 1, noNaN: true }), came: fc.boolean() });
  fc.assert(fc.property(fc.array(bet, { maxLength: 30 }), (bets) => {
    const chance = chanceOfLoss(bets);
    expect(chance).toBeGreaterThanOrEqual(0);
    expect(chance).toBeLessThanOrEqual(1);
  }));
});
