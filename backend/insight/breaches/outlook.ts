/** When a series will cross its limit, from its past at two steps: a fine one that sees half a day ahead, and hours that see five days. Pure. */
import type { BreachTimes, DetectorQuery, DetectorThreshold, ForecastSeries, Labels } from '#contract';
import { breachOf, createForecaster, type Breach, type Forecaster } from '../../prediction/index.ts';

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** When it has crossed with 10, 50 and 90 %; null: beyond what can be seen, which ends at `seenToMs`. */
export interface SeenBreach {
  readonly earliestMs: number;
  readonly medianMs: number;
  readonly latestMs: number | null;
  readonly seenToMs: number;
}

/** What one step sees. */
export interface Sight {
  readonly atMs: number;
  /** Beyond the limit already. */
  readonly isOver: boolean;
  /** Null: it is less likely than not as far as can be seen. */
  readonly breach: SeenBreach | null;
  /** So far it sees. */
  readonly seenToMs: number;
}

/** How the past is asked for: so many values, so far apart. */
export interface Past {
  readonly stepMs: number;
  readonly steps: number;
  /** Values of a day; 0: it has no day that could be known. */
  readonly period: number;
}

export interface Outlook extends Sight {
  /** The newest. */
  readonly value: number;
  /** Of the step that it was seen with, for charts. */
  readonly past: readonly (number | null)[];
  readonly stepMs: number;
  readonly ahead: { readonly low: readonly number[]; readonly middle: readonly number[]; readonly high: readonly number[] };
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const FINE_MS = 300_000;
const FINE_STEPS = 1_000;
const COARSE_STEPS = 28 * 24;
/** A series that has given nothing for so many steps is not forecast. */
const SILENT_STEPS = 4;
const SHOWN_PAST = 240;
/** So far of what it sees, a step is to be trusted before a coarser one. */
const SEEN_WELL = 0.75;

/** The steps at which the past of a query is asked for, the finest first. Counts of alerts mean another thing at another step, so they keep theirs. */
export function pastsOf(query: DetectorQuery, stepSeconds: number): readonly Past[] {
  const ownMs = stepSeconds * 1_000;
  const stepMs = query.kind === 'alerts' ? ownMs : Math.ceil(FINE_MS / ownMs) * ownMs;
  const period = DAY_MS % stepMs === 0 && DAY_MS / stepMs <= FINE_STEPS / 3 ? DAY_MS / stepMs : 0;
  const fine: Past = { stepMs, steps: FINE_STEPS, period };
  return query.kind === 'alerts' || stepMs >= HOUR_MS ? [fine] : [fine, { stepMs: HOUR_MS, steps: COARSE_STEPS, period: 24 }];
}

/** True where a value is beyond the limit. */
export function isBeyond({ value, side }: DetectorThreshold, given: number): boolean {
  return side === 'above' ? given >= value : given <= value;
}

/** The past of a series as it is kept while it is looked at: one value a step up to `toMs`, `NaN` where there is none. */
export interface SeriesPast {
  readonly past: Past;
  readonly toMs: number;
  readonly values: Float64Array;
}

/** Of which nothing is known yet. */
export function emptyPast(past: Past, toMs: number): SeriesPast {
  return { past, toMs, values: new Float64Array(past.steps).fill(Number.NaN) };
}

/** Takes values in. Of several in a step the last one counts. */
export function takeIn({ past: { stepMs, steps }, toMs, values }: SeriesPast, samples: readonly Sample[]): void {
  for (const { atMs, value } of samples) {
    const place = steps - 1 - Math.floor((toMs - atMs) / stepMs);
    if (place >= 0 && place < steps) values[place] = value;
  }
}

/** The newest value; null where there is none. */
export function newestOf({ values }: SeriesPast): number | null {
  const place = values.findLastIndex((value) => !Number.isNaN(value));
  return place === -1 ? null : (values[place] ?? null);
}

function lookAhead(forecaster: Forecaster, side: DetectorThreshold['side']): Outlook['ahead'] {
  const [low, middle, high]: [number[], number[], number[]] = [[], [], []];
  // What was the highest until some time is at least that later on; the lengths are forecast each by itself, and need not agree.
  const farther = (edge: number[], next: number): void => void edge.push(edge.length === 0 ? next : side === 'above' ? Math.max(edge.at(-1) ?? next, next) : Math.min(edge.at(-1) ?? next, next));
  for (let step = 1; step <= forecaster.farthest; step += 1) {
    const { range } = forecaster.ahead(step, side === 'above' ? 'highest' : 'lowest');
    if (range === null) break;
    farther(low, range.low);
    farther(middle, range.middle);
    farther(high, range.high);
  }
  return { low, middle, high };
}

/** At one step; null: there is nothing to go by. */
function seenAt({ past, toMs, values: kept }: SeriesPast, threshold: DetectorThreshold): Outlook | null {
  const first = kept.findIndex((value) => !Number.isNaN(value));
  const values = first === -1 ? [] : Array.from(kept.subarray(first), (value) => (Number.isNaN(value) ? null : value));
  const lastPlace = values.findLastIndex((value) => value !== null);
  const value = values[lastPlace] ?? null;
  if (value === null || values.length - 1 - lastPlace > SILENT_STEPS) return null;
  const forecaster = createForecaster({ period: past.period });
  for (const one of values) forecaster.push(one);
  const isOver = isBeyond(threshold, value);
  const ahead = lookAhead(forecaster, threshold.side);
  const after = (steps: number): number => Math.round(toMs + steps * past.stepMs);
  return {
    atMs: toMs - (values.length - 1 - lastPlace) * past.stepMs, value, isOver, stepMs: past.stepMs, past: values, ahead,
    seenToMs: after(ahead.middle.length), breach: isOver ? null : seenBreach(breachOf(forecaster, value, threshold), after(forecaster.farthest), after),
  };
}

/** As times; what merely might happen is nothing. */
export function seenBreach(found: Breach | null, seenToMs: number, after: (steps: number) => number): SeenBreach | null {
  if (found === null || found.steps === null) return null;
  return { earliestMs: after(found.earliest), medianMs: after(found.steps), latestMs: found.latest === null ? null : after(found.latest), seenToMs };
}

/**
 * A crossing is named where it will have come within sight with 90 %. Where it is merely as likely as not, half of what is named would
 * not come, and more: a series is asked again and again, and the first time that it looks so is often by chance.
 */
export function isNamed(breach: SeenBreach | null): breach is SeenBreach & { readonly latestMs: number } {
  return breach !== null && breach.latestMs !== null;
}

/** Hours go on with a trend long after it ended: what minutes would have to see as well, as likely as not, and do not, is not believed. */
function isBelieved({ medianMs }: SeenBreach, finest: Sight | undefined): boolean {
  return finest === undefined || finest.breach !== null || medianMs > finest.atMs + SEEN_WELL * (finest.seenToMs - finest.atMs);
}

/** Of what several steps see, the finest first: the one that names the crossing, or else the one that sees it, or else the finest. Asks for no more than it needs. */
export function chosenOf<T extends Sight>(seen: Iterable<T>): T | null {
  const unnamed: T[] = [];
  for (const one of seen) {
    if (one.isOver || (isNamed(one.breach) && isBelieved(one.breach, unnamed[0]))) return one;
    unnamed.push(one);
  }
  return unnamed.find(({ breach }) => breach !== null && isBelieved(breach, unnamed[0])) ?? unnamed[0] ?? null;
}

/** What is to come of one series. Null: it gives nothing to go by. */
export function outlookOf(pasts: readonly SeriesPast[], threshold: DetectorThreshold): Outlook | null {
  function* seen(): Iterable<Outlook> {
    for (const past of pasts) {
      const one = seenAt(past, threshold);
      if (one !== null) yield one;
    }
  }
  return chosenOf(seen());
}

/** The first time after `afterMs` at which a series was beyond its limit, to the step; null: it was not. */
export function crossedAt(pasts: readonly SeriesPast[], threshold: DetectorThreshold, afterMs: number): number | null {
  const times = pasts.flatMap(({ past: { stepMs, steps }, toMs, values }) => {
    const timeOf = (place: number): number => toMs - (steps - 1 - place) * stepMs;
    const place = values.findIndex((value, at) => timeOf(at) > afterMs && isBeyond(threshold, value));
    return place === -1 ? [] : [timeOf(place)];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** A breach as others see it. */
export function toTimes(breach: { readonly earliestMs: number; readonly medianMs: number; readonly latestMs: number | null }): BreachTimes {
  return { earliest: new Date(breach.earliestMs).toISOString(), at: new Date(breach.medianMs).toISOString(), latest: breach.latestMs === null ? null : new Date(breach.latestMs).toISOString() };
}

/** An outlook as a chart shows it: the newest of the past, and what is expected. */
export function toForecastSeries(labels: Labels, { atMs, past, stepMs, ahead, breach, isOver }: Outlook): ForecastSeries {
  const lastPlace = past.findLastIndex((value) => value !== null);
  const shown = past.slice(0, lastPlace + 1).slice(-SHOWN_PAST);
  const endMs = atMs + (past.length - 1 - lastPlace) * stepMs;
  return {
    labels, times: shown.map((_, place) => atMs - (shown.length - 1 - place) * stepMs), values: shown,
    ahead: { times: ahead.low.map((_, place) => endMs + (place + 1) * stepMs), low: [...ahead.low], middle: [...ahead.middle], high: [...ahead.high] },
    breach: breach === null ? null : toTimes(breach), isOver,
  };
}
