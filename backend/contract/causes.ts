/** Why an incident came: what the engine suspects and what people think, with evidence, and what people found out of each. */
import { z } from 'zod';
import { detectorId, detectorState } from './detectors.ts';
import { actor, instant, labels } from './primitives.ts';
import { contribution } from './reasons.ts';

export const CAUSE_VERDICTS = ['open', 'confirmed', 'refuted'] as const;
export const causeVerdict = z.enum(CAUSE_VERDICTS).meta({ id: 'CauseVerdict' });
export type CauseVerdict = z.infer<typeof causeVerdict>;

/** `service:<name>` for what the engine suspects, `hypothesis:<id>` for what a person added. */
export const causeId = z.string().max(220).regex(/^(service:.{1,200}|hypothesis:\d{1,18})$/, 'is no cause of an incident');

/** A series that a detector watches and that is not as it was. */
export const causeSeries = z.object({
  detector: detectorId,
  name: z.string(),
  /** In shadow it alerts nobody. */
  state: detectorState,
  labels,
  /** What it did, against what is usual and against just before. */
  text: z.string(),
  /** When it was half of the way; null when no single value was. */
  changedAt: instant.nullable(),
  /** 0 to 1: how far beyond what is rare. */
  strength: z.number(),
  /** What its detector found in it. */
  finding: z.object({ at: instant, score: z.number(), mode: z.enum(['shadow', 'active']) }).nullable(),
  /** The query about that time: a path of Grafana, or an address of the Prometheus. */
  query: z.object({ kind: z.enum(['explore', 'prometheus']), url: z.string() }),
}).meta({ id: 'CauseSeries' });
export type CauseSeries = z.infer<typeof causeSeries>;

export const cause = z.object({
  id: causeId,
  /** What may have been the cause, in words. */
  text: z.string(),
  service: z.string().nullable(),
  /** `engine`: suspected from the alerts and from metrics. `person`: added by somebody. */
  origin: z.enum(['engine', 'person']),
  /** 0 to 1; null where nothing measured speaks for it. */
  confidence: z.number().nullable(),
  evidence: z.array(contribution),
  /** Series of it that changed, the strongest first. */
  series: z.array(causeSeries),
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

/**
 * What metrics told. `none`: no detector watches these services. `preparing`: they are being asked. `failed`: they could not be.
 * `calm`: none changed its state. `ready`: they count in the order.
 */
export const causeMetrics = z.object({
  state: z.enum(['none', 'preparing', 'failed', 'calm', 'ready']),
  at: instant.nullable(),
  /** Series that were looked at, and services that they are of. */
  series: z.number().int(),
  services: z.number().int(),
  /** Detectors that could not be asked. */
  failed: z.array(z.object({ name: z.string(), reason: z.string() })),
  leftOut: z.number().int(),
}).meta({ id: 'CauseMetrics' });
export type CauseMetrics = z.infer<typeof causeMetrics>;

export const causeBoard = z.object({
  /** The likeliest first: what was confirmed, then by confidence, then guesses; what was refuted comes last. */
  items: z.array(cause),
  /** How sure the engine is that the alerts share one cause; null for an incident without alerts. */
  confidence: z.number().nullable(),
  /** When trouble began, by the alerts. */
  onsetAt: instant.nullable(),
  metrics: causeMetrics,
  /** Diagnosis is in shadow: what it suspects is not here until somebody judged it. */
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
