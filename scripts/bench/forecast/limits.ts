/** What is said of limits as the service says it: against the naive forecast, by the figures of the page Accuracy; and what a look costs. */
import { forecastFigures, type SaidCrossing } from '../../../backend/insight/accuracy/figures.ts';
import { naiveChances } from '../../../backend/insight/breaches/naive.ts';
import { outlookOf, pastsOf } from '../../../backend/insight/breaches/outlook.ts';
import { breachOf, createForecaster } from '../../../backend/prediction/index.ts';
import { madeSeries, type Series } from './series.ts';

const SEEDS = 40;
/** The limit lies beyond what was seen until then by a tenth of its range. */
const SEEN = 600;
const BEYOND = 0.1;
/** What was named is settled before the next one is asked for. */
const REST = 140;
const STEP_MS = 300_000;

/** Everything that would have been said of one series, with what came. */
function saidOf({ values, period }: Series): SaidCrossing[] {
  const seen = values.slice(0, SEEN);
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  const threshold = { value: most + BEYOND * (most - least), side: 'above' } as const;
  const forecaster = createForecaster({ period });
  const all: SaidCrossing[] = [];
  let next = SEEN;
  for (const [index, value] of values.entries()) {
    forecaster.push(value);
    if (index < next || index + REST >= values.length || value >= threshold.value) continue;
    const breach = breachOf(forecaster, value, threshold);
    if (breach === null || breach.steps === null) continue;
    next = index + REST;
    const steps = [breach.earliest, breach.steps, ...(breach.latest === null ? [] : [breach.latest])];
    const crossed = values.findIndex((later, at) => at > index && later >= threshold.value) - index;
    const hasBy = (count: number): boolean => crossed > 0 && crossed <= count;
    const naive = naiveChances({ atMs: 0, value, past: values.slice(Math.max(0, index - 999), index + 1), stepMs: STEP_MS }, threshold, steps.map((count) => count * STEP_MS));
    all.push({
      at: new Date(0), came: hasBy(breach.latest ?? forecaster.farthest), isInside: breach.latest === null ? null : hasBy(breach.latest) && !hasBy(breach.earliest),
      times: steps.map((count, place) => ({ chance: [0.1, 0.5, 0.9][place] ?? 1, naive: naive[place] ?? 0, crossed: hasBy(count) })),
    });
  }
  return all;
}

function line(name: string, said: readonly SaidCrossing[]): void {
  const { judged, score, baseline, precision, recall } = forecastFigures(said);
  process.stdout.write(`| ${name} | ${judged} | ${score?.toFixed(3) ?? '–'} | ${baseline?.toFixed(3) ?? '–'} | ${precision?.toFixed(2) ?? '–'} | ${recall?.toFixed(2) ?? '–'} |\n`);
}

/** Prints how what is named does, kind by kind. */
export function printStanding(): void {
  process.stdout.write('| limits of | named | Brier score | naive | came | inside 80 % |\n|--|---:|---:|---:|---:|---:|\n');
  const kinds = new Map<string, SaidCrossing[]>();
  for (let seed = 1; seed <= SEEDS; seed += 1) for (const series of madeSeries(seed)) kinds.set(series.name, [...(kinds.get(series.name) ?? []), ...saidOf(series)]);
  for (const [name, said] of kinds) line(name, said);
  line('all made', [...kinds.values()].flat());
}

/** Prints what one look costs: a thousand values five minutes apart, and four weeks by the hour, of series that do and do not cross. */
export function printCost(): void {
  const query = { kind: 'prometheus', url: 'http://127.0.0.1', expr: 'x' } as const;
  const toMs = Date.UTC(2026, 0, 1);
  const looks = Array.from({ length: 25 }, (_, seed) => madeSeries(seed + 1)).flat().map(({ values }) => ({
    pasts: pastsOf(query, 60).map((past) => ({ past, toMs, values: Float64Array.from({ length: past.steps }, (_, place) => values[values.length - past.steps + place] ?? 0) })),
    limit: Math.max(...values) + 1,
  }));
  for (const { pasts, limit } of looks.slice(0, 20)) outlookOf(pasts, { value: limit, side: 'above' });
  const before = process.cpuUsage();
  for (const { pasts, limit } of looks) outlookOf(pasts, { value: limit, side: 'above' });
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`one look: ${((user + system) / 1_000 / looks.length).toFixed(1)} ms of computing a series (n ${looks.length})\n`);
}
