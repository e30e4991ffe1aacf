/**
 * Edges from how far past forecasts were off, with the share of misses held where it should be by feedback: adaptive
 * conformal inference (Gibbs and Candès, 2021), for each side by itself. No assumption about the series but that errors
 * to come are like recent ones; where they are not, the feedback widens or narrows.
 */
export interface ErrorsSnapshot {
  readonly errors: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** Offsets to a forecast: 10 % lie below the first, half below the second, 10 % above the third. */
export interface Edges {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

export interface Errors {
  /** What came minus what was forecast; with the edges that were given then, null when there were none. */
  note(error: number, given: Edges | null): void;
  /** Null before there are enough errors. */
  edges(): Edges | null;
  snapshot(): ErrorsSnapshot;
}

/** Of each side. */
export const TAIL = 0.1;
const KEPT = 128;
const ENOUGH = 12;
const FEEDBACK = 0.01;
/** The feedback never asks for more than the widest error or for less than the middle ones. */
const LEAST_TAIL = 0.005;
const MOST_TAIL = 0.3;

function quantile(sorted: readonly number[], share: number): number {
  const place = Math.max(0, Math.min(sorted.length - 1, share * (sorted.length + 1) - 1));
  const low = sorted[Math.floor(place)] ?? 0;
  return low + ((sorted[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place));
}

/** Where a number stands in a sorted list, or would. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function held(tail: number): number {
  return Math.max(LEAST_TAIL, Math.min(MOST_TAIL, tail));
}

/** Errors of forecasts at one horizon. */
export function createErrors(from?: ErrorsSnapshot): Errors {
  const errors = [...(from?.errors ?? [])];
  /** The same in order of size, kept so from one to the next. */
  const sorted = [...errors].sort((a, b) => a - b);
  let { below, above } = from ?? { below: TAIL, above: TAIL };
  let known: Edges | null = null;
  return {
    note(error, given) {
      known = null;
      if (given !== null) {
        below = held(below + FEEDBACK * (TAIL - (error < given.low ? 1 : 0)));
        above = held(above + FEEDBACK * (TAIL - (error > given.high ? 1 : 0)));
      }
      errors.push(error);
      sorted.splice(placeOf(sorted, error), 0, error);
      if (errors.length <= KEPT) return;
      const oldest = errors.shift();
      if (oldest !== undefined) sorted.splice(placeOf(sorted, oldest), 1);
    },
    edges() {
      if (errors.length < ENOUGH) return null;
      if (known !== null) return known;
      known = { low: quantile(sorted, below), middle: quantile(sorted, 0.5), high: quantile(sorted, 1 - above) };
      return known;
    },
    snapshot: () => ({ errors: [...errors], below, above }),
  };
}
