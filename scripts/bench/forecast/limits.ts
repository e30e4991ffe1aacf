/** What is named of limits, as the service names it: against the naive forecast, by the figures of the page Accuracy; and what a look costs. */
import { forecastFigures } from '../../../backend/insight/accuracy/figures.ts';
import { outlookOf, pastsOf } from '../../../backend/insight/breaches/outlook.ts';
import { heldBackSeries } from './heldBackSeries.ts';
import { otherSeries, type LimitedSeries } from './otherSeries.ts';
import { madeSeries } from './series.ts';
import { BEFORE, LENGTH, watch, type Watched } from './watch.ts';

/** On the first the constants were chosen. */
const CHOSEN_ON = { from: 1, count: 12 };
const OTHER_SEEDS = { from: 101, count: 12 };

function shareOf(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(2);
}

function line(name: string, all: readonly Watched[]): void {
  const said = all.flatMap((each) => each.said);
  const crossings = all.flatMap((each) => each.crossings);
  const { judged, score, baseline, precision, recall } = forecastFigures(said);
  const by = [0, 1, 2].map((place) => shareOf(said.filter(({ times }) => times[place]?.crossed).length, judged));
  const before = BEFORE.map((_, place) => shareOf(crossings.filter((named) => named[place]).length, crossings.length));
  process.stdout.write(`| ${name} | ${judged} | ${precision?.toFixed(2) ?? '–'} | ${recall?.toFixed(2) ?? '–'} | ${by.join(' / ')} | ${score?.toFixed(3) ?? '–'} (${baseline?.toFixed(3) ?? '–'}) | ${crossings.length} | ${before.join(' / ')} |\n`);
}

function printKinds(title: string, { from, count }: typeof CHOSEN_ON, seriesOf: (seed: number) => readonly LimitedSeries[]): void {
  const kinds = new Map<string, Watched[]>();
  for (let seed = from; seed < from + count; seed += 1) for (const series of seriesOf(seed)) kinds.set(series.name, [...(kinds.get(series.name) ?? []), watch(series, seed)]);
  for (const [name, all] of kinds) line(name, all);
  line(`**${title}**`, [...kinds.values()].flat());
}

/** Prints how what is named does, kind by kind. */
export function printStanding(): void {
  process.stdout.write(`| limits of | named | came | inside 80 % | by earliest / middle / latest | Brier score (naive) | crossings | named ${BEFORE.join(' / ')} steps before |\n|--|---:|---:|---:|--|--|---:|--|\n`);
  const made = (seed: number): LimitedSeries[] => madeSeries(seed, LENGTH).map((series) => ({ ...series, limit: null }));
  printKinds('made', CHOSEN_ON, made);
  printKinds('made, other seeds', OTHER_SEEDS, made);
  printKinds('other kinds', OTHER_SEEDS, (seed) => otherSeries(seed, LENGTH));
  printKinds('kinds looked at once, in the end', OTHER_SEEDS, (seed) => heldBackSeries(seed, LENGTH));
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
