/** Limits that will be crossed: when, how sure that is, and whether it came so. */
import { z } from 'zod';
import { detectorId, detectorQuery, detectorStepSeconds, detectorThreshold } from './detectors.ts';
import { instant, labels, page, pageQuery } from './primitives.ts';
import { attachedRunbook } from './runbooks/index.ts';

export const forecastId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the number of a forecast').brand<'ForecastId'>();
export type ForecastId = z.infer<typeof forecastId>;

/** `open`: it may still come. `eased`: it is not expected any more. Then what came: before, within or after the time that was said. */
export const FORECAST_STATES = ['open', 'eased', 'sooner', 'inside', 'later'] as const;
export const forecastState = z.enum(FORECAST_STATES).meta({ id: 'ForecastState' });
export type ForecastState = z.infer<typeof forecastState>;

/** It has crossed its limit by then with 10, 50 and 90 %: between the first and the last lie 80 %. Null: beyond what can be seen. */
export const breachTimes = z.object({ earliest: instant, at: instant, latest: instant.nullable() }).meta({ id: 'BreachTimes' });
export type BreachTimes = z.infer<typeof breachTimes>;

export const forecast = z.object({
  id: forecastId, detector: detectorId,
  /** Of the detector. */
  name: z.string(),
  service: z.string().nullable(),
  labels,
  threshold: detectorThreshold,
  /** The newest. */
  value: z.number(),
  since: instant, updatedAt: instant,
  /** As it is expected now, and as it was said at first: that is held against what comes. */
  expected: breachTimes, said: breachTimes,
  state: forecastState,
  /** When it crossed. */
  crossedAt: instant.nullable(), endedAt: instant.nullable(),
  /** What waits for it to be warned of. */
  runbooks: z.array(attachedRunbook),
}).meta({ id: 'BreachForecast' });
export type BreachForecast = z.infer<typeof forecast>;

export const forecastQuery = pageQuery.extend({
  service: z.string().max(200).optional(),
  /** With those that a detector in shadow keeps to itself; left out, those that people were told. */
  detector: detectorId.optional(),
  state: z.enum(['open', 'ended', 'all']).default('open'),
});
/** Of the detector that was asked for: when it was last looked ahead at its series (null: not yet), and what went wrong then. */
export const forecastLook = z.object({ at: instant.nullable(), error: z.string().nullable() }).meta({ id: 'ForecastLook' });
/**
 * `look` is null where no detector with a limit was asked for. `shadow`: forecasts of limits did worse than their baseline. People are
 * told of none meanwhile; a detector still shows its own.
 */
export const forecastPage = page(forecast).extend({ look: forecastLook.nullable(), shadow: z.boolean() });

/** What a forecast is made of: what was, and what is expected. Times are epoch milliseconds; arrays belong together, place by place. */
export const forecastSeries = z.object({
  labels,
  times: z.array(z.number()), values: z.array(z.number().nullable()),
  /** The highest value until then (for a limit below: the lowest), between `low` and `high` with 80 %; it crosses the limit where the breach is. */
  ahead: z.object({ times: z.array(z.number()), low: z.array(z.number()), middle: z.array(z.number()), high: z.array(z.number()) }),
  /** Null: it is not expected as far as can be seen, or the limit is crossed already. */
  breach: breachTimes.nullable(),
  isOver: z.boolean(),
}).meta({ id: 'ForecastSeries' });
export type ForecastSeries = z.infer<typeof forecastSeries>;

export const forecastChart = forecastSeries.extend({ threshold: detectorThreshold }).meta({ id: 'ForecastChart' });
export type ForecastChart = z.infer<typeof forecastChart>;

export const forecastPreviewBody = z.object({ query: detectorQuery, stepSeconds: detectorStepSeconds, threshold: detectorThreshold });
export type ForecastPreviewBody = z.infer<typeof forecastPreviewBody>;
/** The series nearest to a breach first; `seriesTotal` says how many there are, `leftOut` how many of them were not reckoned, for their values are farther from the limit now. */
export const forecastPreview = z.object({ series: z.array(forecastSeries), seriesTotal: z.number().int(), leftOut: z.number().int() }).meta({ id: 'ForecastPreview' });
export type ForecastPreview = z.infer<typeof forecastPreview>;

/** How often the 80 % held: of forecasts with both ends, as they were said at first. */
export const forecastCoverage = z.object({ judged: z.number().int(), inside: z.number().int(), sooner: z.number().int(), later: z.number().int() }).meta({ id: 'ForecastCoverage' });
export type ForecastCoverage = z.infer<typeof forecastCoverage>;
