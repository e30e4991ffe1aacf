/** The table of methods: each alone, as it reads and brought to rareness, and the detector's views put together in several ways. */
import { createDetector, type Views } from '../../../backend/detection/index.ts';
import { createTail, TAIL_SIZE } from '../../../backend/detection/tail.ts';
import { TUNING } from '../../../backend/detection/tuning.ts';
import { contexts, deviation, nearestNeighbours, periodic, resonance, type Method } from './readings.ts';
import { halfSpaceTrees, spectralResidual } from './readingsOfTrees.ts';
import type { LabelledSeries } from './series.ts';
import { weighReadings, type Verdict } from './trial.ts';

const METHODS: readonly (readonly [string, Method])[] = [
  ['an alarm every 400 points, whatever comes', periodic],
  ['value against a long mean (windowed Gaussian)', deviation({ gain: 1 })],
  ['value against a long mean, outliers limited', deviation({ gain: 1, most: 3 })],
  ['short mean against a long one', deviation({ gain: 0.1, most: 6 })],
  ['short mean of errors of the last value as forecast (anomaly likelihood)', deviation({ gain: 0.1, ofChange: true })],
  ['spectral residual, 64 points', spectralResidual],
  ['streaming half-space trees, 25 trees over 6 values', halfSpaceTrees],
  ['nearest neighbours, 10 of 400 windows of 12 (KNN-CAD)', nearestNeighbours({ lags: 12, kept: 400, neighbours: 10 })],
  ['hashed contexts (CAD OSE)', contexts],
  ['fuzzy adaptive resonance, 100 categories of 8 values (ARTime)', resonance],
];

const VIEWS = ['point', 'sustained', 'level', 'shape', 'drift'] as const satisfies readonly (keyof Views)[];
type View = (typeof VIEWS)[number];
const VIEW_NAMES: Readonly<Record<View, string>> = {
  point: 'value against the profile of its hour', sustained: 'lasting difference from the profile', level: 'level against its own long run',
  shape: 'windows remembered by shape', drift: 'windows remembered by drift off the profile',
};

export interface Row {
  readonly name: string;
  readonly asRead: Verdict | null;
  readonly asRareness: Verdict | null;
}

function toRareness(readings: Float32Array): Float32Array {
  const tail = createTail(new Float64Array(TAIL_SIZE), 0, TUNING);
  return readings.map((reading) => tail.rate(reading));
}

/** What each view of the detector said at each point. */
function viewsOf(series: LabelledSeries): Record<View, Float32Array> {
  const length = series.values.length;
  const said = { point: new Float32Array(length), sustained: new Float32Array(length), level: new Float32Array(length), shape: new Float32Array(length), drift: new Float32Array(length) };
  const detector = createDetector();
  series.values.forEach((value, at) => {
    const { views } = detector.step(series.timesMs[at] ?? 0, value);
    for (const view of VIEWS) said[view][at] = views[view];
  });
  return said;
}

type Combine = (sorted: readonly number[]) => number;
const COMBINATIONS: readonly (readonly [string, Combine])[] = [
  ['the largest of the five', (sorted) => sorted[0] ?? 0],
  ['root of the sum of squares of the five', (sorted) => Math.hypot(...sorted)],
  ['the second largest of the five (the detector)', (sorted) => sorted[1] ?? 0],
  ['the third largest of the five', (sorted) => sorted[2] ?? 0],
];

/** All rows; takes a minute or two. */
export function compareMethods(series: readonly LabelledSeries[]): Row[] {
  const rows = METHODS.map(([name, method]): Row => {
    const readings = series.map(method);
    if (method === periodic) return { name, asRead: weighReadings(series, readings, 400), asRareness: null };
    return { name, asRead: weighReadings(series, readings, TUNING.restPoints), asRareness: weighReadings(series, readings.map(toRareness), TUNING.restPoints) };
  });
  const said = series.map(viewsOf);
  const combined = (views: readonly View[], combine: Combine): Float32Array[] => said.map((one) =>
    one.point.map((_, at) => combine(views.map((view) => one[view][at] ?? 0).sort((a, b) => b - a))));
  const add = (name: string, views: readonly View[], combine: Combine): void => void rows.push({ name, asRead: null, asRareness: weighReadings(series, combined(views, combine), TUNING.restPoints) });
  for (const view of VIEWS) add(VIEW_NAMES[view], [view], (sorted) => sorted[0] ?? 0);
  for (const [name, combine] of COMBINATIONS) add(name, VIEWS, combine);
  for (const left of VIEWS) add(`the second largest without "${VIEW_NAMES[left]}"`, VIEWS.filter((view) => view !== left), (sorted) => sorted[1] ?? 0);
  return rows;
}
