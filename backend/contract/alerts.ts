/** Alerts: one row is one episode (fingerprint + startsAt) of a condition at a source. */
import { z } from 'zod';
import { alertNoise } from './noise.ts';
import { alertId, incidentNumber, instant, labels, page, pageQuery, severity, sourceId } from './primitives.ts';
import { decisionReason } from './reasons.ts';

export const alertStatus = z.enum(['firing', 'resolved']);
export type AlertStatus = z.infer<typeof alertStatus>;

/** `resolved`: the source said so. `superseded`: the same alert began anew, so this one must have ended. */
export const alertEndReason = z.enum(['resolved', 'superseded']);
export type AlertEndReason = z.infer<typeof alertEndReason>;

/** Addresses that lead back to where the alert comes from. Empty ones are left out. */
export const alertLinks = z.object({
  rule: z.string().optional(),
  silence: z.string().optional(),
  dashboard: z.string().optional(),
  panel: z.string().optional(),
  image: z.string().optional(),
  runbook: z.string().optional(),
});

export const alertSummary = z.object({
  id: alertId,
  source: sourceId,
  fingerprint: z.string(),
  name: z.string(),
  summary: z.string(),
  status: alertStatus,
  severity,
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable(),
  cluster: z.string().nullable(),
  startsAt: instant,
  /** What the source wrote as start where that cannot be true: more than a day ahead, or before 1971. `startsAt` is then the time of receipt. */
  saidStartsAt: z.string().nullable(),
  endsAt: instant.nullable(),
  endReason: alertEndReason.nullable(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  /** Deliveries that told of this episode. Repeats are added up every few seconds. */
  occurrences: z.number().int(),
  labels,
  links: alertLinks,
  incident: incidentNumber.nullable(),
  /** Why it belongs to that incident. */
  why: decisionReason.nullable(),
  /** Why it is in no incident, as far as that was decided; null once it is in one. */
  whyNot: z.object({
    at: instant,
    /** The incident that came nearest. */
    nearest: incidentNumber.nullable(),
    reason: decisionReason,
  }).nullable(),
}).meta({ id: 'AlertSummary' });
export type AlertSummary = z.infer<typeof alertSummary>;

export const alertHistoryEntry = z.object({
  at: instant,
  kind: z.enum(['opened', 'changed', 'resolved', 'superseded']),
  endsAt: instant.nullable(),
  values: z.record(z.string(), z.unknown()).nullable(),
});

export const alert = alertSummary.extend({
  /** Labels that tables and patterns added; `labels` is what the source sent. */
  derived: labels,
  annotations: labels,
  values: z.record(z.string(), z.unknown()).nullable(),
  /** Everything else that the source sent about this alert, as it came. */
  details: z.record(z.string(), z.unknown()),
  /** The envelope of the notification group it came in: groupKey, receiver, groupLabels, … */
  notification: z.record(z.string(), z.unknown()).nullable(),
  history: z.array(alertHistoryEntry),
  noise: alertNoise,
}).meta({ id: 'Alert' });
export type Alert = z.infer<typeof alert>;

/** The past of one alert: all its episodes together. */
export const alertTrend = z.object({
  /** Episodes kept, and when the first and the newest began. */
  episodes: z.number().int(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  /** Mean length of those that ended; null when none did. */
  meanSeconds: z.number().nullable(),
  /** Share of those that ended which did so without an incident, or before anybody had acknowledged it; null when none ended. */
  selfResolvedRatio: z.number().min(0).max(1).nullable(),
  /** True when only the newest episodes were looked at. */
  capped: z.boolean(),
  /** Episodes begun in each stretch of time, oldest first. */
  sparkline: z.object({ from: instant, bucketSeconds: z.number().int(), counts: z.array(z.number().int()) }),
}).meta({ id: 'AlertTrend' });
export type AlertTrend = z.infer<typeof alertTrend>;

export const alertListQuery = pageQuery.extend({
  status: z.enum(['firing', 'resolved', 'all']).default('all'),
  q: z.string().max(200).optional(),
});
export type AlertListQuery = z.infer<typeof alertListQuery>;

export const allAlertsQuery = alertListQuery.extend({
  /** `none`: alerts that belong to no incident and that no rule, window or silence holds back. */
  incident: z.enum(['any', 'none']).default('any'),
});
export type AllAlertsQuery = z.infer<typeof allAlertsQuery>;
export const alertPage = page(alertSummary).extend({ total: z.number().int() }).meta({ id: 'AlertPage' });
