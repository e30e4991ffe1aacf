/** What is known of one pattern, and of all patterns of a detector together, as it is kept. Pure. */
import type { Rate } from './rate.ts';
import { emptyTally, type Tally } from './tally.ts';

export type PatternKind = 'new' | 'rate';

/** A finding of a pattern that is not over. */
export interface OpenPattern {
  readonly kind: PatternKind;
  readonly startsAtMs: number;
  /** Lines in the step that began it (`rate`), or since its first line (`new`). */
  readonly value: number;
  readonly usualMid: number;
  readonly usualHigh: number;
  readonly score: number;
  /** Lines since it began. */
  readonly lines: number;
  /** The end of the last step that was not calm. */
  readonly loudMs: number;
}

export interface PatternState {
  readonly id: string;
  /** Value of the label by which patterns are told apart; empty where there is none. */
  readonly group: string;
  readonly tokens: readonly string[];
  readonly order: number;
  /** It may still be found as new: not where it is known patterns with a hole more, nor twice. */
  readonly isNews: boolean;
  readonly bornMs: number;
  readonly example: string;
  readonly lines: number;
  readonly lastMs: number;
  readonly rate: Rate;
  readonly open: OpenPattern | null;
}

export interface WatchState {
  readonly sinceMs: number;
  /** The order of the next pattern. */
  readonly next: number;
  readonly births: Tally;
  readonly spikes: Tally;
}

export const BIRTH_HEIGHTS = 18;
export const SPIKE_HEIGHTS = 48;

/** Before anything was seen. */
export function newWatch(atMs: number): WatchState {
  return { sinceMs: atMs, next: 1, births: emptyTally(BIRTH_HEIGHTS, atMs), spikes: emptyTally(SPIKE_HEIGHTS, atMs) };
}
