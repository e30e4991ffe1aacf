/** The alerts of an incident over time, a lane for each service: what broke first, and what followed. */
import { z } from 'zod';
import { alertStatus } from './alerts.ts';
import { alertId, instant, severity } from './primitives.ts';

/** One alert as a bar from its start to its end. */
export const laneBar = z.object({
  id: alertId,
  name: z.string(),
  summary: z.string(),
  severity,
  status: alertStatus,
  startsAt: instant,
  endsAt: instant.nullable(),
});
export type LaneBar = z.infer<typeof laneBar>;

export const incidentLane = z.object({
  /** Null: alerts that name no service. */
  service: z.string().nullable(),
  firstAt: instant,
  alertsFiring: z.number().int(),
  alertsTotal: z.number().int(),
  worst: severity,
  /** Its first alerts and its worst ones, earliest first; not all of them. */
  bars: z.array(laneBar),
});
export type IncidentLane = z.infer<typeof incidentLane>;

export const incidentLanes = z.object({
  /** The service that broke first comes first. */
  lanes: z.array(incidentLane),
  /** Services that found no room, the last ones to break. */
  leftOut: z.number().int(),
}).meta({ id: 'IncidentLanes' });
export type IncidentLanes = z.infer<typeof incidentLanes>;
