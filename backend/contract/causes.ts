/** Why an incident came: what the engine suspects and what people think, with evidence, and what people found out of each. */
import { z } from 'zod';
import { actor, instant } from './primitives.ts';
import { contribution } from './reasons.ts';

export const CAUSE_VERDICTS = ['open', 'confirmed', 'refuted'] as const;
export const causeVerdict = z.enum(CAUSE_VERDICTS).meta({ id: 'CauseVerdict' });
export type CauseVerdict = z.infer<typeof causeVerdict>;

/** `service:<name>` for what the engine suspects, `hypothesis:<id>` for what a person added. */
export const causeId = z.string().max(220).regex(/^(service:.{1,200}|hypothesis:\d{1,18})$/, 'is no cause of an incident');

export const cause = z.object({
  id: causeId,
  /** What may have been the cause, in words. */
  text: z.string(),
  service: z.string().nullable(),
  /** `engine`: suspected from the alerts. `person`: added by somebody. */
  origin: z.enum(['engine', 'person']),
  /** 0 to 1; null where nothing measured speaks for it. */
  confidence: z.number().nullable(),
  evidence: z.array(contribution),
  verdict: causeVerdict,
  /** What was said with the verdict. */
  note: z.string(),
  judgedBy: actor.nullable(),
  judgedAt: instant.nullable(),
  addedBy: actor.nullable(),
  addedAt: instant.nullable(),
  /** 0 while nobody has said anything of it. */
  version: z.number().int(),
}).meta({ id: 'Cause' });
export type Cause = z.infer<typeof cause>;

export const causeBoard = z.object({
  /** The likeliest first: what was confirmed, then by confidence, then guesses; what was refuted comes last. */
  items: z.array(cause),
  /** How sure the engine is that the alerts share one cause; null for an incident without alerts. */
  confidence: z.number().nullable(),
  /** When trouble began, by the alerts. */
  onsetAt: instant.nullable(),
  /** Diagnosis did worse than its baseline: what it suspects is not shown until somebody judged it. */
  shadow: z.boolean(),
}).meta({ id: 'CauseBoard' });
export type CauseBoard = z.infer<typeof causeBoard>;

export const addHypothesisBody = z.object({
  text: z.string().trim().min(3).max(500),
  /** The service that it is about. */
  service: z.string().trim().min(1).max(200).optional(),
});
export type AddHypothesisBody = z.infer<typeof addHypothesisBody>;

export const judgeCauseBody = z.object({ cause: causeId, verdict: causeVerdict, note: z.string().trim().max(2000).default('') });
export type JudgeCauseBody = z.infer<typeof judgeCauseBody>;
