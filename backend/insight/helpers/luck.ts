/** How likely luck alone makes a helper look that much worse than its baseline. Pure. */

/**
 * One answer on which a helper and its baseline may differ, as a bet between them. If both were equally good there, the answer
 * would come with `chance`; the helper lost `stake * chance` when it did not, and won `stake * (1 - chance)` when it did.
 */
export interface Bet {
  /** Negative: the helper bets against it. */
  readonly stake: number;
  /** 0 to 1. */
  readonly chance: number;
  readonly came: boolean;
}

/** Who of both was right, by toss of a coin; both or neither tells nothing. */
export function rightBet(isHelperRight: boolean, isBaselineRight: boolean): Bet[] {
  return isHelperRight === isBaselineRight ? [] : [{ stake: 1, chance: 0.5, came: isHelperRight }];
}

/** Two probabilities for one question, by their squared errors: those are alike where it comes with the mean of both. */
export function squaredErrorBet(said: number, baseline: number, came: boolean): Bet {
  return { stake: 2 * (said - baseline), chance: (said + baseline) / 2, came };
}

/** The same answers, seen from the baseline. */
export function fromBaseline(bets: readonly Bet[]): Bet[] {
  return bets.map((bet) => ({ ...bet, stake: -bet.stake }));
}

function lossOf(bets: readonly Bet[]): number {
  return bets.reduce((sum, { stake, chance, came }) => sum + stake * (chance - (came ? 1 : 0)), 0);
}

/** Logarithm of the mean of exp(tilt * loss), and its slope, when both are equally good. */
function cumulants(bets: readonly Bet[], tilt: number): { readonly value: number; readonly slope: number } {
  let value = 0;
  let slope = 0;
  for (const { stake, chance } of bets) {
    const weight = chance * Math.exp(-tilt * stake);
    const whole = 1 - chance + weight;
    value += tilt * stake * chance + Math.log(whole);
    slope += stake * (chance - weight / whole);
  }
  return { value, slope };
}

/** Exponents stay below this. */
const STEEPEST = 50;
const HALVINGS = 50;

/**
 * At most so likely a helper that is as good as its baseline on every answer loses as much as this one did, or more: Chernoff's bound, which holds
 * for any number of answers and any mixture of chances. 1 where it lost nothing.
 */
export function chanceOfLoss(bets: readonly Bet[]): number {
  const largest = bets.reduce((most, { stake }) => Math.max(most, Math.abs(stake)), 0);
  const lost = lossOf(bets);
  if (largest === 0 || lost <= 0) return 1;
  let low = 0;
  let high = STEEPEST / largest;
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (low + high) / 2;
    if (cumulants(bets, middle).slope < lost) low = middle;
    else high = middle;
  }
  return Math.min(1, Math.exp(cumulants(bets, low).value - low * lost));
}
