/** Incidents: what people respond to. States and transitions follow docs/decisions/0005. */
import { z } from 'zod';
import { declareDecision, impactSummary, incidentAssessment, incidentImpact, probableCause, severityInputs } from './assessment.ts';
import { fieldValues } from './incidentSettings.ts';
import { incidentState } from './incidentStates.ts';
import { incidentTimes } from './incidentTimes.ts';
import {
  actor, alertId, incidentNumber, instant, logPosition, page, pageQuery, severity, userKey, userRef,
} from './primitives.ts';
import { makePrivateBody, privacy } from './privacy.ts';
import { decisionReason } from './reasons.ts';
import { MAX_REGROUPED_ALERTS } from './regrouping.ts';
import { taskRef } from './tasks.ts';

/** What one can do to the state of an incident. Each is an operation and a button. */
export const LIFECYCLE_COMMANDS = [
  'promote', 'reject', 'acknowledge', 'identify', 'start-mitigation', 'mitigate', 'resolve',
  'review', 'close', 'reopen', 'cancel',
] as const;
export const lifecycleCommand = z.enum(LIFECYCLE_COMMANDS);
export type LifecycleCommand = z.infer<typeof lifecycleCommand>;

/** A command that is open to the asker now, and whether it needs a reason. */
export const availableCommand = z.object({
  command: lifecycleCommand,
  to: incidentState,
  reasonRequired: z.boolean(),
  /** Why a reason is asked for, when that is not obvious ("3 alerts still fire"). */
  reasonHint: z.string().nullable(),
  /** Labels of the custom fields that must be filled first. */
  missingFields: z.array(z.string()),
}).meta({ id: 'AvailableCommand' });
export type AvailableCommand = z.infer<typeof availableCommand>;

/** A place that a person declared from, or pinned. */
export const contextLink = z.object({
  title: z.string().trim().min(1).max(200),
  url: z.string().max(4000).regex(/^(https?:\/\/\S|\/(?![/\\]))/i, 'must be a web address or a path of Grafana'),
});
export type ContextLink = z.infer<typeof contextLink>;

export const incidentSummary = z.object({
  number: incidentNumber,
  key: z.string(),
  title: z.string(),
  state: incidentState,
  severity,
  /** `computed` from its alerts, or set by a person (then never changed by the machine downwards). */
  severityOrigin: z.enum(['computed', 'manual']),
  origin: z.enum(['correlation', 'manual']),
  /** The service in front; the others are in `services`. Null when no alert names one. */
  primaryService: z.string().nullable(),
  services: z.array(z.string()),
  commander: userRef.nullable(),
  alertsTotal: z.number().int(),
  alertsFiring: z.number().int(),
  firstAlertAt: instant.nullable(),
  lastAlertAt: instant.nullable(),
  impactStartedAt: instant.nullable(),
  detectedAt: instant,
  declaredAt: instant.nullable(),
  acknowledgedAt: instant.nullable(),
  identifiedAt: instant.nullable(),
  mitigatedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  closedAt: instant.nullable(),
  updatedAt: instant,
  mergedInto: incidentNumber.nullable(),
  /** How sure the engine is that its alerts share one cause; null for one declared by hand. */
  confidence: z.number().nullable(),
  /** Best suspect for the cause. */
  probableCause: probableCause.nullable(),
  /** Score of the declare policy, 0 to 1. */
  score: z.number().nullable(),
  /** When a candidate that nobody decides on is rejected. */
  expiresAt: instant.nullable(),
  impact: impactSummary,
  /** How often its alerts came back after it was quiet or resolved. */
  regressions: z.number().int(),
  /** The earlier incident whose alerts came back too late to reopen it. */
  recurrenceOf: incidentNumber.nullable(),
  type: z.string(),
  /** The run of a drill that it belongs to; null: it is real. What belongs to a drill counts nowhere. */
  drill: z.string().nullable(),
  /** Seen by its members alone. */
  private: z.boolean(),
  /** Version of what people edit; the ETag. Alerts joining do not change it. */
  version: z.number().int(),
}).meta({ id: 'IncidentSummary' });
export type IncidentSummary = z.infer<typeof incidentSummary>;

export const incident = incidentSummary.extend({
  description: z.string(),
  /** Why this is one incident. Null for one declared by hand. */
  groupingReason: decisionReason.nullable(),
  /** Why it was declared, or what made it a candidate. */
  declarationReason: z.string().nullable(),
  /** What the declare policy made of it last; null for one declared by hand. */
  declaration: declareDecision.nullable(),
  assessment: incidentAssessment.nullable(),
  impactDetails: incidentImpact,
  /** How the computed severity came about; null without alerts. */
  severityInputs: severityInputs.nullable(),
  fields: fieldValues,
  /** Where it was seen: dashboards, panels, queries. */
  links: z.array(contextLink),
  recurrences: z.array(incidentNumber),
  times: incidentTimes,
  /** Who sees it; null: everybody. */
  privacy: privacy.nullable(),
  availableCommands: z.array(availableCommand),
  mergedFrom: z.array(incidentNumber),
  lastEventPosition: logPosition,
}).meta({ id: 'Incident' });
export type Incident = z.infer<typeof incident>;

/** `active`: from declared to monitoring. `done`: resolved and after. `open`: candidate or active. */
export const incidentPhase = z.enum(['candidate', 'active', 'open', 'done', 'all']);
export type IncidentPhase = z.infer<typeof incidentPhase>;

export const INCIDENT_SORTS = ['newest', 'oldest', 'severity', 'last_alert', 'alerts'] as const;
export const incidentListQuery = pageQuery.extend({
  phase: incidentPhase.default('open'),
  /** Comma-separated severities. */
  severity: z.string().regex(/^sev[1-5](,sev[1-5])*$/, 'is a comma-separated list of sev1 to sev5').optional(),
  service: z.string().max(200).optional(),
  commander: userKey.optional(),
  /** `private`: those that only members see. */
  visibility: z.enum(['all', 'private', 'open']).default('all'),
  /** `without`: real ones alone. */
  drills: z.enum(['without', 'with', 'only']).default('without'),
  /** Words to find in title, services or the incident key. */
  q: z.string().max(200).optional(),
  sort: z.enum(INCIDENT_SORTS).default('newest'),
});
export type IncidentListQuery = z.infer<typeof incidentListQuery>;

export const incidentPage = page(incidentSummary).extend({
  /** How many match the filter in all. */
  total: z.number().int(),
});
export type IncidentPage = z.infer<typeof incidentPage>;

export const incidentCounts = z.object({
  candidates: z.number().int(),
  active: z.number().int(),
  bySeverity: z.record(severity, z.number().int()),
});

const title = z.string().trim().min(3).max(200);
const reasonText = z.string().trim().max(2000);

export const declareIncidentBody = z.object({
  title,
  severity,
  services: z.array(z.string().trim().min(1).max(200)).max(100).default([]),
  description: z.string().trim().max(10_000).default(''),
  /** When users began to be hurt, if that was before now. */
  impactStartedAt: instant.optional(),
  /** Alerts that belong to it; they leave the incident they are in. */
  alerts: z.array(alertId).max(MAX_REGROUPED_ALERTS).default([]),
  links: z.array(contextLink).max(20).default([]),
  type: z.string().max(40).optional(),
  fields: fieldValues.default({}),
  /** Private from the beginning. */
  private: makePrivateBody.optional(),
});
export type DeclareIncidentBody = z.infer<typeof declareIncidentBody>;

export const editIncidentBody = z
  .object({ title, description: z.string().trim().max(10_000), impactStartedAt: instant.nullable() })
  .partial();
export type EditIncidentBody = z.infer<typeof editIncidentBody>;

export const commandBody = z.object({ reason: reasonText.optional() }).meta({ id: 'CommandBody' });
export const setSeverityBody = z.object({ severity, reason: reasonText.min(3, 'say why in at least 3 characters') });
export const assignCommanderBody = z.object({ commander: userKey.nullable() });
export const mergeBody = z.object({ into: incidentNumber, reason: reasonText.optional() });
export const noteBody = z.object({ text: z.string().trim().min(1).max(20_000) });

/** One line of the timeline: an event of the log, told for people. */
export const timelineEntry = z.object({
  position: logPosition,
  type: z.string(),
  at: instant,
  recordedAt: instant,
  actor,
  /** The event in one sentence. For a note: its text. */
  text: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** Earlier wordings, oldest first, when a note was revised. */
  revisions: z.array(z.object({ at: instant, actor, text: z.string() })),
  /** Tasks that were made of it. */
  tasks: z.array(taskRef),
  /** Of a note: how many wordings it has had. Whatever is not revised stays at 1. */
  version: z.number().int(),
}).meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const TIMELINE_KINDS = ['all', 'people', 'alerts', 'notes'] as const;
export const timelineQuery = pageQuery.extend({
  kind: z.enum(TIMELINE_KINDS).default('all'),
  order: z.enum(['newest', 'oldest']).default('newest'),
});
export const timelinePage = page(timelineEntry);
