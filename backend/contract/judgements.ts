/** What people say, looking back, of how alerts were put together. A back-test is scored against it. */
import { z } from 'zod';
import { actor, alertId, incidentNumber, instant, page } from './primitives.ts';

/** Alerts that did not belong with the rest: of one other cause, or of none (`background`). */
export const judgedPart = z.object({
  name: z.string().trim().min(1).max(100),
  background: z.boolean().default(false),
  alerts: z.array(alertId).min(1).max(10_000),
});
export type JudgedPart = z.infer<typeof judgedPart>;

export const judgementBody = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('correct') }),
  z.object({ verdict: z.literal('should_merge'), with: z.array(incidentNumber).min(1).max(20) }),
  z.object({ verdict: z.literal('should_split'), parts: z.array(judgedPart).min(1).max(20) }),
]);
export type JudgementBody = z.infer<typeof judgementBody>;

export const judgement = z.object({
  incident: incidentNumber,
  judgement: judgementBody,
  judgedAt: instant,
  judgedBy: actor,
}).meta({ id: 'Judgement' });
export type Judgement = z.infer<typeof judgement>;

export const judgementAnswer = z.object({
  judgement: judgement.nullable(),
  /** Zero before anybody judges; grows with each judgement and with taking one back. */
  version: z.number().int(),
}).meta({ id: 'JudgementAnswer' });
export type JudgementAnswer = z.infer<typeof judgementAnswer>;
export const judgementPage = page(judgement);
