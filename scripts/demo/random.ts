/** Random numbers in the shapes that the demo needs. */
import { randomFrom } from '../../backend/platform/seededRandom.ts';

export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** A number between `min` and `max`. */
  between(min: number, max: number): number;
}

/** A seed gives the same outage each time. */
export function createRandom(seed: number): Random {
  const next = randomFrom(seed);
  return {
    next,
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    between: (min, max) => min + next() * (max - min),
  };
}
