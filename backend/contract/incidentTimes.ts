/** How long the stages of an incident took, and how much of that was under planned work. */
import { z } from 'zod';
import { instant } from './primitives.ts';

/**
 * `detect`: from the begin of the impact to its detection. `declare`, `acknowledge`, `identify`, `mitigate`, `resolve`: from
 * detection to that. `impact`: from its begin until it was removed, or the incident resolved.
 */
export const TIME_MEASURES = ['detect', 'declare', 'acknowledge', 'identify', 'mitigate', 'resolve', 'impact'] as const;
export const timeMeasure = z.enum(TIME_MEASURES).meta({ id: 'TimeMeasure' });
export type TimeMeasure = z.infer<typeof timeMeasure>;

export const incidentTime = z.object({
  measure: timeMeasure,
  from: instant,
  /** Null: not yet; the figures then reach to `at`. */
  to: instant.nullable(),
  /** By the clock on the wall. */
  wallMs: z.number().int(),
  /** Of which under planned work. */
  maintenanceMs: z.number().int(),
  /** What counts: the rest. */
  countedMs: z.number().int(),
}).meta({ id: 'IncidentTime' });
export type IncidentTime = z.infer<typeof incidentTime>;

export const incidentTimes = z.object({
  at: instant,
  /** Stages that were reached or are still open; one without a begin, or that can no longer come, is left out. */
  measures: z.array(incidentTime),
  /** Stages that would end before they began: a mistake in the times. They have no length. */
  impossible: z.array(timeMeasure),
  /** When planned work meant every alert of the incident. */
  underMaintenance: z.array(z.object({ startsAt: instant, endsAt: instant })),
  /** Windows that meant at least one of its alerts in that time. */
  windows: z.array(z.object({ id: z.string(), name: z.string() })),
}).meta({ id: 'IncidentTimes' });
export type IncidentTimes = z.infer<typeof incidentTimes>;
