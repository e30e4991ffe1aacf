/**
 * `MUSTER_DATA=<data> npm run bench -- detection`: how well and how fast anomalies are found. Prints Markdown. `--only nab,methods`
 * takes parts: `nab` (the benchmark), `methods` (the table of docs/aiops.md), `constants` (each moved by itself), `synthetic`,
 * `steps` (made-up series of other steps, lengths and seasons), `calendar` (zones and holidays), `noise` (false alarms at each sensitivity), `speed`. `--into docs` puts them into docs/benchmarks.md and docs/aiops.md. Only
 * Node is needed; `nab`, `methods` and `constants` are left out where the data is not there.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { DEFAULT_ALARMS_A_WEEK } from '../../../backend/contract/index.ts';
import { putBetween } from '../document.ts';
import { byPoint, byWindow, emptyTally, tallyUp, type Rates } from './accuracy.ts';
import { measureCalendar } from './calendar.ts';
import { anomaliesIn, moveConstants, scoresOf, shake } from './constants.ts';
import { compareMethods } from './methods.ts';
import { FEW_FALSE, FEW_MISSED, judge, STANDARD, total } from './nab.ts';
import { alarmsAWeek, NOISES } from './noise.ts';
import { loadNab, type LabelledSeries } from './series.ts';
import { SHAPES, unlike } from './otherSteps.ts';
import { OWN_SEASONS, ownSeason } from './ownSeasons.ts';
import { deviation } from './readings.ts';
import { measureSpeed } from './speed.ts';
import { KINDS, POINTS_A_DAY, synthesise } from './synthetic.ts';
import { weighReadings, type Verdict } from './trial.ts';
import { vusPr } from './vus.ts';

const PARTS = ['nab', 'methods', 'constants', 'synthetic', 'steps', 'calendar', 'noise', 'speed'];
const SYNTHETIC_SERIES = 60;
const SERIES_OF_A_SHAPE = 12;
/** The first seeds of each round of made-up series. */
const SEEDS = [1, 101, 201];
const CALENDAR_SERIES = 20;
const { values: options } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', default: PARTS.join(',') }, into: { type: 'string' } } });
const parts = options.only.split(',');
const lines = new Map<string, string[]>();
const write = (name: string, added: readonly string[]): void => {
  lines.set(name, [...(lines.get(name) ?? []), ...added, '']);
  process.stdout.write(`${added.join('\n')}\n\n`);
};
const one = (number: number): string => number.toFixed(1);
const two = (number: number): string => number.toFixed(2);
const three = (number: number): string => number.toFixed(3);
const percent = ({ precision, recall, f1 }: Rates): string => `${three(precision)} | ${three(recall)} | ${three(f1)}`;

function writeNab(series: readonly LabelledSeries[]): void {
  const found = series.map((each) => anomaliesIn(each));
  const results = series.map((each, at) => judge(each, found[at] ?? []));
  const tally = emptyTally();
  series.forEach((each, at) => tallyUp(tally, each, found[at] ?? []));
  const profile = (weights: typeof STANDARD): string => one(total(series.map((each, at) => judge(each, found[at] ?? [], weights)), weights));
  const shaken = shake(series);
  const areas = series.flatMap((each) => vusPr(each, scoresOf(each)) ?? []);
  const chance = series.filter(({ windows }) => windows.length > 0).map((each) => vusPr(each, new Float64Array(each.values.length)) ?? 0);
  write('detection', [
    `Column \`anomaly\`, default sensitivity (at most ${DEFAULT_ALARMS_A_WEEK} false alarms a week), one configuration, ${series.length} series:`, '',
    '| standard | low FP | low FN | windows found | detections outside | standard, series shaken (least–greatest of five) |', '|--|--|--|--|--|--|',
    `| **${profile(STANDARD)}** | ${profile(FEW_FALSE)} | ${profile(FEW_MISSED)} | ${tally.found} of ${tally.windows} | ${tally.outside} | ${one(Math.min(...shaken))}–${one(Math.max(...shaken))} |`, '',
    '| | precision | recall | F1 |', '|--|--|--|--|', `| window by window | ${percent(byWindow(tally))} |`, `| point by point, unadjusted | ${percent(byPoint(tally))} |`, '',
    `VUS-PR of the column \`score\`, mean of the ${areas.length} series with windows: ${three(areas.reduce((sum, area) => sum + area, 0) / areas.length)} (the same score everywhere: ${three(chance.reduce((sum, area) => sum + area, 0) / chance.length)}).`, '',
    '| category | windows found | detections outside | standard |', '|--|--|--|--|',
    ...[...new Set(series.map(({ category }) => category))].map((category) => {
      const those = results.filter((_, at) => series[at]?.category === category);
      const sum = (key: 'windows' | 'found' | 'outside'): number => those.reduce((all, result) => all + result[key], 0);
      return `| ${category} | ${sum('found')} of ${sum('windows')} | ${sum('outside')} | ${sum('windows') === 0 ? '–' : one(total(those))} |`;
    }),
  ]);
}

function writeMethods(series: readonly LabelledSeries[]): void {
  const cells = (verdict: Verdict | null): string => (verdict === null ? '– | – |' : `${one(verdict.best)} | ${one(verdict.heldOut)} |`);
  write('methods', ['| method | as it reads: all 29 | held out | as rareness: all 29 | held out |', '|--|--|--|--|--|', ...compareMethods(series).map((row) => `| ${row.name} | ${cells(row.asRead)} ${cells(row.asRareness)}`)]);
}

function writeConstants(series: readonly LabelledSeries[]): void {
  write('constants', ['| constant | here | scores (value: score) | chosen with a category left out |', '|--|--|--|--|',
    ...moveConstants(series).map(({ name, value, scores, heldOut }) => `| \`${name}\` | ${value} | ${scores.map(([setting, score]) => `${setting}: ${one(score)}`).join(', ')} | ${one(heldOut)} |`)]);
}

function writeSynthetic(): void {
  const series = Array.from({ length: SYNTHETIC_SERIES }, (_, at) => synthesise(at + 1));
  const weeks = series.reduce((sum, each) => sum + (each.values.length - each.trial) / (7 * POINTS_A_DAY), 0);
  const rows = [1, 3, DEFAULT_ALARMS_A_WEEK, 20].map((allowed) => {
    const tally = emptyTally();
    const perKind = new Map(KINDS.map((kind) => [kind, { found: 0, all: 0 }]));
    for (const each of series) {
      const found = anomaliesIn(each, {}, allowed);
      tallyUp(tally, each, found);
      each.windows.forEach(([from, to], at) => {
        const kind = perKind.get(each.kinds[at] ?? 'spike');
        if (kind === undefined) return;
        kind.all += 1;
        if (found.some((index) => index >= from && index <= to)) kind.found += 1;
      });
    }
    return `| ${allowed}${allowed === DEFAULT_ALARMS_A_WEEK ? ' (default)' : ''} | ${percent(byWindow(tally))} | ${two(tally.outside / weeks)} | ${KINDS.map((kind) => `${perKind.get(kind)?.found ?? 0} of ${perKind.get(kind)?.all ?? 0}`).join(' | ')} |`;
  });
  write('detection', [`${SYNTHETIC_SERIES} synthetic series of eight weeks, the first two not judged, ${series.reduce((sum, each) => sum + each.windows.length, 0)} anomalies, by allowed false alarms a week:`, '',
    `| allowed | precision | recall | F1 | false alarms a series-week | ${KINDS.join(' | ')} |`, `|--|--|--|--|--|${KINDS.map(() => '--|').join('')}`, ...rows]);
}

/** What is said of made-up series of each shape; the mean of all at the end. */
function ofShapes<Shape>(shapes: Readonly<Record<string, Shape>>, make: (name: string, shape: Shape, seed: number) => LabelledSeries): string[] {
  const means = SEEDS.map(() => 0);
  let gaussians = 0;
  let f1s = 0;
  const rows = Object.entries(shapes).map(([name, shape]) => {
    const tally = emptyTally();
    const scores = SEEDS.map((first) => {
      const series = Array.from({ length: SERIES_OF_A_SHAPE }, (_, at) => make(name, shape, first + at));
      const found = series.map((each) => anomaliesIn(each));
      if (first === SEEDS[0]) series.forEach((each, at) => tallyUp(tally, each, found[at] ?? []));
      return total(series.map((each, at) => judge(each, found[at] ?? [])));
    });
    const series = Array.from({ length: SERIES_OF_A_SHAPE }, (_, at) => make(name, shape, at + 1));
    const gaussian = weighReadings(series, series.map(deviation({ gain: 1 })), 120).best;
    const { f1 } = byWindow(tally);
    scores.forEach((score, at) => (means[at] = (means[at] ?? 0) + score / Object.keys(shapes).length));
    gaussians += gaussian / Object.keys(shapes).length;
    f1s += f1 / Object.keys(shapes).length;
    return `| ${name} | ${scores.map(one).join(' | ')} | ${one(gaussian)} | ${tally.found} of ${tally.windows} | ${tally.outside} | ${three(f1)} |`;
  });
  return ['| series | standard | other seeds | and others | windowed Gaussian, its best threshold for these | windows found | detections outside | F1, window by window |', '|--|--|--|--|--|--|--|--|',
    ...rows, `| mean | ${means.map(one).join(' | ')} | ${one(gaussians)} | | | ${three(f1s)} |`];
}

function writeSteps(): void {
  write('detection', [`Made-up series of other steps, lengths and seasons, ${SERIES_OF_A_SHAPE} of each, scored as the benchmark does, default sensitivity:`, '', ...ofShapes(SHAPES, unlike)]);
  write('detection', ['The same with seasons of their own, and two kinds without:', '', ...ofShapes(OWN_SEASONS, ownSeason)]);
}

function writeNoise(): void {
  const allowances = [0.5, 1, 3, DEFAULT_ALARMS_A_WEEK, 20];
  write('detection', ['Alarms a week on nothing but noise, after the first week:', '', `| noise, interval | ${allowances.map((allowed) => `at most ${allowed}`).join(' | ')} |`, `|--|${allowances.map(() => '--|').join('')}`,
    ...Object.entries(NOISES).flatMap(([name, noise]) => [1, 5, 60].map((minutes) => `| ${name}, ${minutes} min | ${allowances.map((allowed) => two(alarmsAWeek(noise, { intervalMs: minutes * 60_000, weeks: minutes === 60 ? 20 : minutes === 5 ? 8 : 4, seeds: minutes === 1 ? 10 : 3, allowed }))).join(' | ')} |`))]);
}

function writeSpeed(): void {
  const speed = measureSpeed();
  const count = (number: number): string => Math.round(number).toLocaleString('en');
  write('detection', ['| points a second, one series after the other | 10,000 series side by side | state as stored, bytes | in memory, bytes a series |', '|--|--|--|--|',
    `| ${count(speed.pointsASecond)} | ${count(speed.sideBySideASecond)} | ${count(speed.stateBytes)} | ${count(speed.memoryBytes)} |`, '',
    `By CPU time of one thread, warm, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}.`]);
}

const series = loadNab();
if (series === null) process.stderr.write('No nab/ under MUSTER_DATA: what is measured on it is left out.\n');
if (series !== null && parts.includes('nab')) writeNab(series);
if (parts.includes('synthetic')) writeSynthetic();
if (parts.includes('steps')) writeSteps();
if (parts.includes('calendar')) for (const allowed of [1, DEFAULT_ALARMS_A_WEEK]) write('calendar', measureCalendar(CALENDAR_SERIES, allowed));
if (parts.includes('noise')) writeNoise();
if (parts.includes('speed')) writeSpeed();
if (series !== null && parts.includes('methods')) writeMethods(series);
if (series !== null && parts.includes('constants')) writeConstants(series);
if (options.into !== undefined) {
  const documents = new Map([['detection', 'benchmarks.md'], ['calendar', 'benchmarks.md'], ['methods', 'aiops.md'], ['constants', 'aiops.md']]);
  for (const [name, written] of lines) await putBetween(`${options.into}/${documents.get(name) ?? ''}`, name, written.slice(0, -1));
}
