/** cap 113: what is said of a crossing holds of those crossings that are named, not of all forecasts alone. */
import { forecastFigures } from '../../backend/insight/accuracy/figures.ts';
import { madeSeries } from '../../scripts/bench/forecast/series.ts';
import { LENGTH, watch } from '../../scripts/bench/forecast/watch.ts';

const SEEDS = [21, 22, 23];
/** What fills goes over its limit and is to be seen long before. */
const FILLS = ['line with noise', 'day and trend', 'fills unevenly'];

test('cap 113: of the crossings that are named as many come as is said, between the times that are said; what fills is named hours before', () => {
  const all = SEEDS.flatMap((seed) => madeSeries(seed, LENGTH).map((series) => ({ name: series.name, ...watch({ ...series, limit: null }, seed) })));
  const said = all.flatMap((each) => each.said);
  const { judged, score, baseline, precision, recall } = forecastFigures(said);
  expect(judged).toBeGreaterThan(40);
  // Said are 90 % by the latest time, and 80 % between both.
  expect(precision).toBeGreaterThanOrEqual(0.8);
  expect(recall).toBeGreaterThanOrEqual(0.75);
  expect(recall).toBeLessThanOrEqual(0.9);
  expect(score).toBeLessThan(baseline ?? 0);

  const crossings = all.filter(({ name }) => FILLS.includes(name)).flatMap((each) => each.crossings);
  expect(crossings.length).toBeGreaterThan(10);
  // An hour, two and four before.
  for (const place of [0, 1, 2]) expect(crossings.filter((named) => named[place]).length / crossings.length).toBeGreaterThanOrEqual(0.85);
}, 240_000);
