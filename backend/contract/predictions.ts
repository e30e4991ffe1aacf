/** What is likely to break soon, and whether it did. */
import { z } from 'zod';
import { incidentNumber, instant, page, pageQuery } from './primitives.ts';
import { contribution } from './reasons.ts';
import { attachedRunbook } from './runbooks/index.ts';

/** `open`: it may still come. `came_true`: the service had a serious incident in that time. `passed`: it had none. */
export const PREDICTION_STATES = ['open', 'came_true', 'passed'] as const;
export const predictionState = z.enum(PREDICTION_STATES).meta({ id: 'PredictionState' });
export type PredictionState = z.infer<typeof predictionState>;

export const prediction = z.object({
  id: z.string(),
  service: z.string(),
  /** Of a serious incident of the service until `until`, 0 to 1, as it was said last. */
  probability: z.number(),
  /** What speaks for it and against it, the strongest first; weights are log odds. */
  reasons: z.array(contribution),
  /** Since when it has been warned of. */
  since: instant,
  updatedAt: instant,
  until: instant,
  state: predictionState,
  /** The incident that came. */
  incident: incidentNumber.nullable(),
  endedAt: instant.nullable(),
  /** What waits for it to be warned of. */
  runbooks: z.array(attachedRunbook),
}).meta({ id: 'Prediction' });
export type Prediction = z.infer<typeof prediction>;

export const predictionQuery = pageQuery.extend({
  service: z.string().max(200).optional(),
  state: z.enum(['open', 'ended', 'all']).default('open'),
});
/** `shadow`: prediction did worse than its baseline. What it says now is not among these. */
export const predictionPage = page(prediction).extend({ shadow: z.boolean() });
