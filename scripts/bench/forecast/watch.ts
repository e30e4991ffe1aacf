/** What the service would have named of the limit of one series, looking every ten minutes, and how long before its crossings. */
import type { SaidCrossing } from '../../../backend/insight/accuracy/figures.ts';
import { naiveChances } from '../../../backend/insight/breaches/naive.ts';
import { chosenOf, isBeyond, isNamed, seenBreach, type Sight } from '../../../backend/insight/breaches/outlook.ts';
import { breachOf, createForecaster, type Forecaster, type Limit } from '../../../backend/prediction/index.ts';
import type { LimitedSeries } from './otherSeries.ts';

const STEP_MS = 300_000;
const HOUR = 12;
/** 28 days of hours are known, and the last of the minutes. */
const KNOWN = 28 * 288;
const KNOWN_FINE = 1_000;
/** Looked at for nine days. */
export const LENGTH = KNOWN + 2_600;
/** After what was named is settled the series is left alone for an hour. */
const REST = 12;
/** The limit lies beyond what was seen of late by a share of its range. */
const LATE = 600;
const BEYOND = [0.1, 0.3, 0.02, 0.6] as const;
/** A crossing is one after half a day on the other side. */
const APART = 128;
/** So many steps before a crossing: was it named? */
export const BEFORE = [12, 24, 48, 96, 288] as const;

export interface Watched {
  readonly said: readonly SaidCrossing[];
  /** Of each crossing, whether it was named at these times before. */
  readonly crossings: readonly (readonly boolean[])[];
}

interface View {
  readonly forecaster: Forecaster;
  readonly steps: number;
  at: number;
  value: number;
}

function viewOf(values: readonly number[], from: number, to: number, steps: number, period: number): View {
  const view = { forecaster: createForecaster({ period }), steps, at: 0, value: 0 };
  for (let index = from; index < to; index += 1) take(view, index, values[index] ?? 0);
  return view;
}

function take(view: View, index: number, value: number): void {
  if (index % view.steps !== 0) return;
  view.forecaster.push(value);
  Object.assign(view, { at: index, value });
}

function sightOf({ forecaster, steps, at, value }: View, limit: Limit): Sight {
  const after = (count: number): number => (at + count * steps) * STEP_MS;
  const seenToMs = after(forecaster.farthest);
  return { atMs: at * STEP_MS, isOver: isBeyond(limit, value), seenToMs, breach: seenBreach(breachOf(forecaster, value, limit), seenToMs, after) };
}

/** Looks at it for nine days. Everything beyond the limit already says nothing. */
export function watch({ values, period, limit: own }: LimitedSeries, seed: number): Watched {
  const from = KNOWN + ((37 * seed) % 300);
  const late = values.slice(from - LATE, from);
  const [least, most] = [Math.min(...late), Math.max(...late)];
  const limit: Limit = own ?? { value: most + (BEYOND[seed % BEYOND.length] ?? 0.1) * (most - least), side: 'above' };
  const minutes = viewOf(values, from - KNOWN_FINE, from, 1, period);
  const hours = viewOf(values, 0, from, HOUR, period / HOUR);
  const named = new Set<number>();
  const said: SaidCrossing[] = [];
  let next = from;
  for (let index = from; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    take(minutes, index, value);
    take(hours, index, value);
    if (index % 2 !== 0) continue;
    function* seen(): Iterable<Sight> {
      yield sightOf(minutes, limit);
      yield sightOf(hours, limit);
    }
    const breach = chosenOf(seen())?.breach ?? null;
    if (!isNamed(breach)) continue;
    named.add(index);
    if (index < next) continue;
    const times = [breach.earliestMs, breach.medianMs, breach.latestMs];
    const last = Math.floor(breach.latestMs / STEP_MS);
    const crossed = values.findIndex((later, place) => place > index && place <= last && isBeyond(limit, later));
    if (crossed === -1 && last >= values.length) break;
    next = (crossed === -1 ? last : crossed) + REST;
    const hasBy = (timeMs: number): boolean => crossed !== -1 && crossed * STEP_MS <= timeMs;
    const naive = naiveChances({ atMs: index * STEP_MS, value, past: values.slice(index - KNOWN_FINE + 1, index + 1), stepMs: STEP_MS }, limit, times);
    said.push({
      at: new Date(0), came: crossed !== -1, isInside: crossed !== -1 && !hasBy(breach.earliestMs),
      times: times.map((timeMs, place) => ({ chance: [0.1, 0.5, 0.9][place] ?? 1, naive: naive[place] ?? 0, crossed: hasBy(timeMs) })),
    });
  }
  const crossings: boolean[][] = [];
  let lastBeyond = 0;
  for (const [index, value] of values.entries()) {
    if (!isBeyond(limit, value)) continue;
    if (index - lastBeyond > APART && index > from + APART) crossings.push(BEFORE.map((steps) => named.has(index - steps) || named.has(index - steps - 1)));
    lastBeyond = index;
  }
  return { said, crossings };
}
