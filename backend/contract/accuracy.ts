/** How often Muster's helpers were right, by what people said and what came, against a simple baseline. */
import { z } from 'zod';
import { forecastCoverage } from './forecasts.ts';
import { instant } from './primitives.ts';

export const HELPERS = ['correlation', 'prediction', 'diagnosis'] as const;
export const helper = z.enum(HELPERS).meta({ id: 'Helper' });
export type Helper = z.infer<typeof helper>;

export const accuracyFigures = z.object({
  /** How many answers are known. */
  judged: z.number().int(),
  /** 0 to 1; null where nothing is known. */
  score: z.number().nullable(),
  /** The same measure for the baseline. */
  baseline: z.number().nullable(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
}).meta({ id: 'AccuracyFigures' });
export type AccuracyFigures = z.infer<typeof accuracyFigures>;

export const helperAccuracy = z.object({
  helper,
  /** What the score is: pairwise F1, Brier score, share of causes that stood first. */
  measure: z.enum(['f1', 'brier', 'first']),
  lowerIsBetter: z.boolean(),
  total: accuracyFigures,
  /** The oldest first; weeks of which nothing is known are among them. */
  weeks: z.array(accuracyFigures.extend({ from: instant })),
  /** `worse`: two weeks in a row, with enough answers in each, it did worse than its baseline. */
  verdict: z.enum(['better', 'worse', 'unknown']),
}).meta({ id: 'HelperAccuracy' });
export type HelperAccuracy = z.infer<typeof helperAccuracy>;

export const accuracyQuery = z.object({ weeks: z.coerce.number().int().min(1).max(52).default(12) });
export const accuracy = z.object({ from: instant, to: instant, helpers: z.array(helperAccuracy), forecasts: forecastCoverage }).meta({ id: 'Accuracy' });
export type Accuracy = z.infer<typeof accuracy>;
