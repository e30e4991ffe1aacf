/**
 * Forecasts of one series with intervals that hold what they say. Several simple continuations compete, at each horizon by
 * how far they were off there lately; the interval comes from how far the mixture was off. Online, bounded, no clock.
 */
import type { Edges } from './conformal.ts';
import { createHorizon, type Horizon, type HorizonSnapshot, type Measure } from './horizon.ts';
import { createTrack, type TrackSnapshot } from './track.ts';

export interface Forecast {
  readonly value: number;
  /** Between these with 80 %; null before enough forecasts of that length could be checked. */
  readonly range: { readonly low: number; readonly middle: number; readonly high: number } | null;
}

export interface ForecasterSnapshot {
  readonly track: TrackSnapshot;
  readonly horizons: readonly HorizonSnapshot[];
}

export interface Forecaster {
  /** The next point; null where one is missing: it counts as what was expected, and checks nothing. */
  push(value: number | null): void;
  /** So many steps ahead, from 1: the range of the value then, or of the highest or lowest until then. */
  ahead(steps: number, measure?: Measure): Forecast;
  /** The farthest that can be looked ahead. */
  readonly farthest: number;
  snapshot(): ForecasterSnapshot;
}

export interface ForecasterOptions {
  /** In steps, such as 288 for a day of five minutes; 0 for none. */
  readonly period: number;
  readonly from?: ForecasterSnapshot;
}

/** Lengths that are checked, in steps; others lie between two of them. */
const HORIZONS = [1, 2, 4, 8, 16, 32, 64, 128] as const;

/** Starts with nothing, or from a snapshot. */
export function createForecaster({ period, from }: ForecasterOptions): Forecaster {
  const track = createTrack(period, from?.track);
  const horizons: readonly Horizon[] = HORIZONS.map((steps, index) => createHorizon(steps, from?.horizons[index]));
  const farthest = Math.max(...HORIZONS);
  /** Edges of each length, as far as somebody asked since the last point. */
  const known = new Map<Measure, Map<number, Edges | null>>();

  function edgesOf(horizon: Horizon, measure: Measure): Edges | null {
    const edges = known.get(measure) ?? new Map<number, Edges | null>();
    const found = edges.get(horizon.steps);
    if (found !== undefined) return found;
    const level = horizon.mix(track.continuations(horizon.steps));
    const made = horizon.edges(measure, { level, rise: level - track.last });
    known.set(measure, edges.set(horizon.steps, made));
    return made;
  }

  /** The two checked lengths around a number of steps, and how near it is to the second. */
  function around(steps: number): { readonly near: Horizon; readonly far: Horizon; readonly share: number } {
    const index = Math.max(1, horizons.findIndex((horizon) => horizon.steps >= steps));
    const near = horizons[index - 1];
    const far = horizons[index];
    if (steps < 1 || steps > farthest || near === undefined || far === undefined) throw new RangeError(`cannot look ${steps} steps ahead`);
    return { near, far, share: Math.log(steps / near.steps) / Math.log(far.steps / near.steps) };
  }

  function ahead(steps: number, measure: Measure = 'value'): Forecast {
    const { near, far, share } = around(steps);
    const kinds = track.continuations(steps);
    const value = near.mix(kinds) * (1 - share) + far.mix(kinds) * share;
    const first = edgesOf(share === 1 ? far : near, measure);
    const second = share === 0 ? first : edgesOf(far, measure);
    if (first === null || second === null) return { value, range: null };
    const between = (a: number, b: number): number => value + a * (1 - share) + b * share;
    return { value, range: { low: between(first.low, second.low), middle: between(first.middle, second.middle), high: between(first.high, second.high) } };
  }

  return {
    farthest,
    ahead,
    push(value) {
      if (value === null && track.count === 0) return;
      const index = track.count;
      const taken = value ?? ahead(1).value;
      for (const horizon of horizons) {
        if (value === null) horizon.skip(index);
        else horizon.check(index, value);
      }
      track.push(taken);
      known.clear();
      for (const horizon of horizons) horizon.guess(index, taken, (steps) => track.continuations(steps));
    },
    snapshot: () => ({ track: track.snapshot(), horizons: horizons.map((horizon) => horizon.snapshot()) }),
  };
}
