/** Runbooks that are likely to help in an incident, learned from what they did in earlier ones (docs/aiops.md). */
import { z } from 'zod';
import { actor, incidentNumber, instant } from './primitives.ts';
import { runId } from './runbooks/runs.ts';
import { jsonValue, runbookId } from './runbooks/values.ts';

/** How often it ended incidents, of those in which it was run. */
export const runbookTally = z.object({ worked: z.number().int(), tried: z.number().int() }).meta({ id: 'RunbookTally' });
export type RunbookTally = z.infer<typeof runbookTally>;

/**
 * `worked`: it succeeded, and the incident was mitigated meanwhile or within half an hour. `worked_edited`: the same, with other inputs than it
 * was recommended with. `no_help`: it succeeded, and the incident went on.
 */
export const RUNBOOK_OUTCOMES = ['worked', 'worked_edited', 'no_help', 'failed', 'cancelled', 'undone', 'rejected'] as const;
export const runbookOutcome = z.enum(RUNBOOK_OUTCOMES);
export type RunbookOutcome = z.infer<typeof runbookOutcome>;

/** What became of it in an earlier incident. */
export const runbookTrial = z.object({
  number: incidentNumber, key: z.string(), title: z.string(),
  /** Of that incident to this one, 0 to 1; null: it is not like it, or was not compared yet. */
  similarity: z.number().nullable(),
  outcome: runbookOutcome,
  run: runId.nullable(),
}).meta({ id: 'RunbookTrial' });
export type RunbookTrial = z.infer<typeof runbookTrial>;

const span = z.object({ medianMs: z.number(), incidents: z.number().int() });

export const recommendation = z.object({
  runbook: runbookId, title: z.string(), description: z.string(), steps: z.number().int(),
  /** That it ends the incident: expected share, and the 95 % credible interval of it. */
  probability: z.number(), low: z.number(), high: z.number(),
  /** In incidents like this one, and in all that the asker may see. */
  similar: runbookTally, all: runbookTally,
  /** What it says of itself that fits. */
  reasons: z.array(z.string()),
  /** The most telling of what it was learned from. */
  evidence: z.array(runbookTrial),
  /** Time to mitigate incidents like this one with it and without; null where either is of fewer than five. */
  effect: z.object({ with: span, without: span }).nullable(),
  /** It stands higher than its record would put it, so that more becomes known of it. */
  explored: z.boolean(),
  /** All its steps only read, or it may run by itself. Only such ones are explored. */
  safe: z.boolean(),
  heldBack: z.string().nullable(), stale: z.boolean(),
  inputs: z.record(z.string(), jsonValue),
  /** The last run of it for this incident. */
  run: z.object({ id: runId, state: z.string() }).nullable(),
  rejected: z.object({ reason: z.string(), by: actor, at: instant }).nullable(),
}).meta({ id: 'Recommendation' });
export type Recommendation = z.infer<typeof recommendation>;

export const recommendations = z.object({
  /** `preparing`: past incidents are being compared for the first time; ask again in a moment. */
  state: z.enum(['ready', 'preparing']),
  /** The likeliest first; what was rejected for this incident comes last. */
  items: z.array(recommendation),
  /** Why there is none. */
  none: z.string().nullable(),
  /** Recommendation did worse than its baseline: what it would say is kept for its accuracy, and not here. */
  shadow: z.boolean(),
}).meta({ id: 'Recommendations' });
export type Recommendations = z.infer<typeof recommendations>;

export const judgeRecommendationBody = z.object({
  runbook: runbookId,
  /** `open`: the rejection is taken back. */
  verdict: z.enum(['rejected', 'open']),
  reason: z.string().trim().max(2_000).default(''),
}).refine(({ verdict, reason }) => verdict === 'open' || reason.length >= 3, { path: ['reason'], message: 'say why in at least 3 characters' });
export type JudgeRecommendationBody = z.infer<typeof judgeRecommendationBody>;
