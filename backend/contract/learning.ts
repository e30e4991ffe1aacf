/** What Muster has learned from past incidents and from what people did with them; all of it can be looked at and forgotten. */
import { z } from 'zod';
import { actor, incidentNumber, instant, page, pageQuery } from './primitives.ts';

/** `pair`: what fires together, or apart. `candidate`: what people made of candidates of one kind. */
export const LEARNED_KINDS = ['pair', 'candidate'] as const;
export const learnedKind = z.enum(LEARNED_KINDS);
export type LearnedKind = z.infer<typeof learnedKind>;

/** `together` and `apart` move alerts; `held` and `sooner` decide on candidates; `none`: not enough yet. */
export const learnedEffect = z.enum(['together', 'apart', 'held', 'sooner', 'none']);
export type LearnedEffect = z.infer<typeof learnedEffect>;

/** A service, an alert rule, or the suspected cause of candidates. */
export const learnedTerm = z.object({ kind: z.enum(['service', 'rule', 'cause']), name: z.string() });
export type LearnedTerm = z.infer<typeof learnedTerm>;

/** What it was learned from, as counts of different incidents. */
export const learnedEvidence = z.object({
  /** Incidents with both, with the first, with the other, and all that were looked at. */
  together: z.number().int(),
  withSubject: z.number().int(),
  withOther: z.number().int(),
  incidents: z.number().int(),
  /** How many times more often together than chance would have it; null where it was never so. */
  lift: z.number().nullable(),
  /** In how many incidents people put them together, or took them apart. */
  merged: z.number().int(),
  parted: z.number().int(),
  /** How often people decided on such candidates, in the last 30 days and since they last decided otherwise. */
  rejected: z.number().int(),
  promoted: z.number().int(),
});
export type LearnedEvidence = z.infer<typeof learnedEvidence>;

export const learnedItem = z.object({
  id: z.string(),
  kind: learnedKind,
  subject: learnedTerm,
  /** Null for candidates. */
  other: learnedTerm.nullable(),
  effect: learnedEffect,
  /** Log-odds of a pair; what is added to the score of a candidate. */
  weight: z.number(),
  /** In words. */
  summary: z.string(),
  evidence: learnedEvidence,
  /** Newest first, at most ten. */
  incidents: z.array(incidentNumber),
  lastSeenAt: instant,
  /** Who said that this is not to be learned; null while it is. */
  ignored: z.object({ at: instant, by: actor, reason: z.string() }).nullable(),
}).meta({ id: 'LearnedItem' });
export type LearnedItem = z.infer<typeof learnedItem>;

export const learnedListQuery = pageQuery.extend({
  kind: learnedKind.optional(),
  /** `ignored`: what somebody said is not to be learned. */
  state: z.enum(['learned', 'ignored']).default('learned'),
  /** Part of a name. */
  search: z.string().trim().max(200).optional(),
});
export const learnedPage = page(learnedItem);

export const learningStatus = z.object({
  /** Null: never yet. */
  learnedAt: instant.nullable(),
  /** Grows whenever the engine has to know something else. */
  version: z.number().int(),
  pairs: z.number().int(),
  candidates: z.number().int(),
  ignored: z.number().int(),
  /** Incidents that ended, and acts of people, that it was learned from. */
  incidents: z.number().int(),
  acts: z.number().int(),
  days: z.number().int(),
}).meta({ id: 'LearningStatus' });
export type LearningStatus = z.infer<typeof learningStatus>;

export const learnedReason = z.object({ reason: z.string().trim().min(3, 'say in at least 3 characters why').max(500) });
