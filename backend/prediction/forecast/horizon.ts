/** Forecasts of one length: which continuation does well there, and how far what came was off. */
import { edgesAlike, type Settled, type Standing } from './alike.ts';
import { createErrors, type Edges, type ErrorsSnapshot } from './conformal.ts';
import { KINDS } from './track.ts';

/** Of what an error is: the value at that time, or the highest or lowest on the way there. */
export const MEASURES = ['value', 'highest', 'lowest'] as const;
export type Measure = (typeof MEASURES)[number];

interface Pending {
  readonly due: number;
  readonly kinds: readonly number[];
  readonly value: number;
  /** The last value then. */
  readonly from: number;
  /** On the way so far; null before the first point of it. */
  highest: number | null;
  lowest: number | null;
  /** Of the value. */
  readonly given: Edges | null;
}

export interface HorizonSnapshot {
  readonly misses: readonly number[];
  readonly checked: number;
  readonly errors: ErrorsSnapshot;
  readonly settled: readonly Settled[];
  readonly pending: readonly Readonly<Pending>[];
}

export interface Horizon {
  readonly steps: number;
  /** One forecast of several continuations: the better they did lately at this length, the more they count. */
  mix(kinds: readonly number[]): number;
  /** Of what is forecast now, which stands so. */
  edges(measure: Measure, now: Standing): Edges | null;
  /** A point came, as the `index`-th: looks at what was forecast for it. */
  check(index: number, value: number): void;
  /** A point is missing: what was forecast for it is not looked at. */
  skip(index: number): void;
  /** Forecasts from the `index`-th point on, which is `now`, unless enough forecasts wait. */
  guess(index: number, now: number, kindsAhead: (steps: number) => readonly number[]): void;
  snapshot(): HorizonSnapshot;
}

/** About so many forecasts of a length wait at a time. */
const WAITING = 8;
const MISS_SHARE = 0.05;
/** How strongly the better continuation is preferred. */
const PREFERENCE = 4;
const MIXED_AFTER = 3;
/** Of what came of forecasts. */
const KEPT = 128;

/** Starts with nothing, or from a snapshot. */
export function createHorizon(steps: number, from?: HorizonSnapshot): Horizon {
  const misses = [...(from?.misses ?? Array.from({ length: KINDS }, () => 0))];
  const errors = createErrors(from?.errors);
  const settled = [...(from?.settled ?? [])];
  const every = Math.max(1, Math.floor(steps / WAITING));
  let pending: Pending[] = (from?.pending ?? []).map((each) => ({ ...each }));
  let checked = from?.checked ?? 0;

  /** How much each continuation counts, until the next forecast is looked at. */
  let weights: readonly number[] | null = null;

  function weighed(): readonly number[] {
    const least = Math.min(...misses);
    return misses.map((miss) => (least <= 0 ? (miss <= 0 ? 1 : 0) : (least / miss) ** PREFERENCE));
  }

  function mix(kinds: readonly number[]): number {
    if (checked < MIXED_AFTER) return kinds[0] ?? 0;
    weights ??= weighed();
    let sum = 0;
    let total = 0;
    for (const [kind, value] of kinds.entries()) {
      const weight = weights[kind] ?? 0;
      sum += weight * value;
      total += weight;
    }
    return sum / total;
  }

  function settle({ kinds, value: expected, from: before, given }: Pending, highest: number, lowest: number, value: number): void {
    checked += 1;
    weights = null;
    const share = Math.max(MISS_SHARE, 1 / checked);
    for (const [kind, guess] of kinds.entries()) misses[kind] = (misses[kind] ?? 0) + (Math.abs(value - guess) - (misses[kind] ?? 0)) * share;
    errors.note(value - expected, given);
    settled.push({ level: expected, rise: expected - before, highest: highest - expected, lowest: lowest - expected });
    if (settled.length > KEPT) settled.shift();
  }

  return {
    steps,
    mix,
    edges: (measure, now) => (measure === 'value' ? errors.edges() : edgesAlike(settled, measure, now, steps / every)),
    check(index, value) {
      let isAnyDue = false;
      for (const each of pending) {
        each.highest = Math.max(each.highest ?? value, value);
        each.lowest = Math.min(each.lowest ?? value, value);
        if (each.due > index) continue;
        isAnyDue = true;
        settle(each, each.highest, each.lowest, value);
      }
      if (isAnyDue) pending = pending.filter((each) => each.due > index);
    },
    skip(index) {
      pending = pending.filter((each) => each.due > index);
    },
    guess(index, now, kindsAhead) {
      if (index % every !== 0) return;
      const kinds = kindsAhead(steps);
      pending.push({ due: index + steps, kinds, value: mix(kinds), from: now, highest: null, lowest: null, given: errors.edges() });
    },
    snapshot: () => ({ misses: [...misses], checked, errors: errors.snapshot(), settled: [...settled], pending: pending.map((each) => ({ ...each })) }),
  };
}
