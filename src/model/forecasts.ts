/** Forecasts of limits in words. */
import type { BreachForecast, BreachTimes, DetectorThreshold, ForecastCoverage, ForecastSeries, ForecastState } from '#contract';
import { seriesText, valueText } from './detectors.ts';
import { formatShare } from './amounts.ts';

const MINUTE_MS = 60_000;

export const FORECAST_STATE_WORDS: Readonly<Record<ForecastState, string>> = {
  open: 'Expected', eased: 'Not expected any more', sooner: 'Came sooner', inside: 'Came in that time', later: 'Did not come in that time',
};
export const SIDES = ['above', 'below'] as const satisfies readonly DetectorThreshold['side'][];
export const SIDE_WORDS: Readonly<Record<DetectorThreshold['side'], string>> = { above: 'Above it', below: 'Below it' };

/** `3 h 10 min`, `2 d 4 h`, `12 min`. */
function spanText(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / MINUTE_MS));
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60)];
  if (days >= 2) return `${days} d ${hours % 24} h`;
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}

/** `2:40`; from two days on `2 d 4 h`. */
function edgeText(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / MINUTE_MS));
  return minutes >= 2 * 1_440 ? spanText(milliseconds) : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `in 3 h 10 min (80 %: 2:40–4:05)`, from now on; when that is over and nothing newer is known, `any moment (80 %: within 0:25)`, then `by now`. */
export function breachText({ earliest, at, latest }: BreachTimes, nowMs: number): string {
  const to = (time: string): number => Date.parse(time) - nowMs;
  if (latest !== null && to(latest) <= 0) return 'by now';
  if (to(at) <= 0) return latest === null ? 'any moment' : `any moment (80 %: within ${edgeText(to(latest))})`;
  return `in ${spanText(to(at))} (80 %: ${latest === null ? `not before ${edgeText(to(earliest))}` : `${edgeText(to(earliest))}–${edgeText(to(latest))}`})`;
}

/** Looks come every ten minutes, and later where they take long. */
const FRESH_MS = 45 * MINUTE_MS;

/** Whether an open forecast has not been looked at for so long that its series must have given nothing. */
export function isStale({ state, updatedAt }: Pick<BreachForecast, 'state' | 'updatedAt'>, nowMs: number): boolean {
  return state === 'open' && nowMs - Date.parse(updatedAt) > FRESH_MS;
}

/** What is crossed first stands first. */
export function soonestFirst(forecasts: readonly BreachForecast[]): BreachForecast[] {
  return forecasts.toSorted((a, b) => Date.parse(a.expected.at) - Date.parse(b.expected.at));
}

/** `above 90`. */
export function limitText({ value, side }: DetectorThreshold): string {
  return `${side} ${valueText(value)}`;
}

/** What crosses: the detector, and which of its series, but for its service, which stands beside it. */
export function forecastName({ name, labels, service }: Pick<BreachForecast, 'name' | 'labels' | 'service'>): string {
  const told = Object.fromEntries(Object.entries(labels).filter(([label, value]) => label !== 'service' || value !== service));
  return Object.keys(told).length === 0 ? name : `${name} (${seriesText(told)})`;
}

/** What is to come of a series, in a line. */
export function outlookText({ breach, isOver }: Pick<ForecastSeries, 'breach' | 'isOver'>, threshold: DetectorThreshold, nowMs: number): string {
  if (isOver) return `${limitText(threshold)} already`;
  // Seen with 50 % and not with 90 %: a detector does not name it.
  if (breach !== null && breach.latest === null) return `perhaps ${limitText(threshold)}, not before ${edgeText(Date.parse(breach.earliest) - nowMs)}: too unsure to be said`;
  return breach === null ? `not ${limitText(threshold)} as far as can be seen` : `${limitText(threshold)} ${breachText(breach, nowMs)}`;
}

/** `18 of 22 came in the time that was said (82 %; 80 % is meant)`. */
export function coverageText({ judged, inside, sooner, later }: ForecastCoverage): string {
  return `${inside} of ${judged} limits were crossed in the time that was said (${formatShare(inside / judged)}; 80 % is meant), ${sooner} sooner, ${later} later or not at all.`;
}
