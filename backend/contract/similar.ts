/** Memory: past incidents that are like one, why, and what ended them (docs/aiops.md). */
import { z } from 'zod';
import { incidentState } from './incidentStates.ts';
import { incidentNumber, instant, severity } from './primitives.ts';

/** What ended an incident, as far as it was written down: a runbook that succeeded, the cause that was confirmed, reasons given, notes and updates at the end. */
export const REMEDY_KINDS = ['runbook', 'cause', 'reason', 'update', 'note'] as const;
export const remedy = z.object({
  kind: z.enum(REMEDY_KINDS),
  text: z.string(),
  at: instant,
  /** The run of a runbook. */
  run: z.string().nullable(),
});
export type Remedy = z.infer<typeof remedy>;

export const SIMILARITY_KINDS = ['words', 'services', 'labels', 'alerts'] as const;
export const similarIncident = z.object({
  number: incidentNumber,
  key: z.string(),
  title: z.string(),
  state: incidentState,
  severity,
  beganAt: instant,
  endedAt: instant.nullable(),
  /** 0 to 1. */
  similarity: z.number(),
  /** What both have in common. */
  reasons: z.array(z.object({ kind: z.enum(SIMILARITY_KINDS), what: z.array(z.string()) })),
  fixedBy: z.array(remedy),
}).meta({ id: 'SimilarIncident' });
export type SimilarIncident = z.infer<typeof similarIncident>;

/** Whether its kind comes often, comes now and then, or has never come. */
export const unusualLabel = z.object({
  label: z.enum(['frequent', 'rare', 'anomaly']),
  text: z.string(),
  /** Earlier incidents of its kind. */
  ofKind: z.array(incidentNumber),
}).meta({ id: 'UnusualLabel' });
export type UnusualLabel = z.infer<typeof unusualLabel>;

export const similarIncidents = z.object({
  /** `preparing`: the memory is being made for the first time; ask again in a moment. */
  state: z.enum(['ready', 'preparing']),
  /** The most similar first. */
  items: z.array(similarIncident),
  /** Null while nothing is remembered that could be compared. */
  unusual: unusualLabel.nullable(),
  /** So many past incidents were compared. */
  compared: z.number().int(),
}).meta({ id: 'SimilarIncidents' });
export type SimilarIncidents = z.infer<typeof similarIncidents>;
