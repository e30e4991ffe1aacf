/** Why a machine decided what it decided: pieces of evidence, each with its share. */
import { z } from 'zod';

/** One piece of evidence for a decision, with its share of the score. */
export const contribution = z.object({ kind: z.string(), text: z.string(), weight: z.number() });
export type Contribution = z.infer<typeof contribution>;

/** Why the correlator did what it did. */
export const decisionReason = z.object({
  strategy: z.string(),
  summary: z.string(),
  contributions: z.array(contribution),
}).meta({ id: 'DecisionReason' });
export type DecisionReason = z.infer<typeof decisionReason>;
