/** Regrouping: merging, splitting and moving alerts, and taking that back. */
import { z } from 'zod';
import { actor, alertId, incidentNumber, instant, page } from './primitives.ts';

/** For how long a regrouping can be undone. */
export const UNDO_WITHIN_MINUTES = 10;
/** Most alerts that one request names. */
export const MAX_REGROUPED_ALERTS = 5_000;

export const REGROUPING_KINDS = ['merge', 'split', 'move'] as const;
export const regrouping = z.object({
  id: z.string(),
  kind: z.enum(REGROUPING_KINDS),
  at: instant,
  by: actor,
  from: incidentNumber,
  /** Null: the alerts were taken out and belong to no incident. */
  into: incidentNumber.nullable(),
  alerts: z.number().int(),
  reason: z.string(),
  undoableUntil: instant,
  undoneAt: instant.nullable(),
}).meta({ id: 'Regrouping' });
export type Regrouping = z.infer<typeof regrouping>;
export const regroupingPage = page(regrouping);

const reason = z.string().trim().min(3, 'say why in at least 3 characters').max(2000);
const alerts = z.array(alertId).min(1, 'choose at least one alert').max(MAX_REGROUPED_ALERTS);

export const splitBody = z.object({
  alerts,
  /** Left out: made of the alerts. */
  title: z.string().trim().min(3).max(200).optional(),
  reason,
});
export type SplitBody = z.infer<typeof splitBody>;

export const moveAlertsBody = z.object({
  alerts,
  /** Null takes the alerts out: they are held and belong to no incident. */
  into: incidentNumber.nullable(),
  reason,
});
export type MoveAlertsBody = z.infer<typeof moveAlertsBody>;
export const undoBody = z.object({ reason: z.string().trim().max(2000).optional() });
