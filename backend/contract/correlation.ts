/** How alerts become incidents, as far as people steer it: rules of their own. */
import { z } from 'zod';
import { actor, instant, page, severity } from './primitives.ts';

/** A field of an alert that a rule may group by; `labels.<name>` for any label. */
export const ruleField = z.string().max(200).regex(/^(name|service|team|environment|cluster|severity|labels\.[A-Za-z_][A-Za-z0-9_.:/-]*)$/,
  'use name, service, team, environment, cluster, severity or labels.<name>');
export type RuleField = z.infer<typeof ruleField>;

/**
 * `tumbling`: fixed slots, one after the other. `sliding`: the past so many seconds at any moment. `session`: as long as
 * no pause is longer than this.
 */
export const ruleWindow = z.object({ kind: z.enum(['tumbling', 'sliding', 'session']), seconds: z.number().int().min(10).max(86_400) });
export type RuleWindow = z.infer<typeof ruleWindow>;

/** How grave an incident of the rule is: as its worst alert, always the same, or by a CEL expression that gives `sev1` to `sev5`. */
export const ruleSeverity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('highest') }),
  z.object({ kind: z.literal('fixed'), severity }),
  z.object({ kind: z.literal('expression'), expression: z.string().trim().min(1).max(4_000) }),
]);
export type RuleSeverity = z.infer<typeof ruleSeverity>;

/** Alerts that meet the condition and agree in the grouped fields belong to one incident, once there are enough of them. */
export const correlationRule = z.object({
  id: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes'),
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  /** CEL over `name`, `summary`, `severity`, `rank` (1 to 5), `service`, `team`, `environment`, `cluster`, `labels`. */
  condition: z.string().trim().min(1).max(4_000),
  groupBy: z.array(ruleField).max(8),
  window: ruleWindow,
  minAlerts: z.number().int().min(1).max(10_000).default(1),
  minServices: z.number().int().min(1).max(1_000).default(1),
  severity: ruleSeverity.default({ kind: 'highest' }),
}).meta({ id: 'CorrelationRule' });
export type CorrelationRule = z.infer<typeof correlationRule>;

const minutes = (low: number, high: number) => z.number().min(low).max(high);

/** The numbers of the engine that people may set; docs/correlation.md says what each does. What is left out is as the service is configured. */
export const correlationTuning = z.object({
  /** Quiet time after which an incident takes no more alerts. */
  quietMinutes: minutes(5, 240),
  /** How long an alert waits for company before it counts as background. */
  waitMinutes: minutes(5, 120),
  /** How long after a change its service is suspected. */
  changeMinutes: minutes(1, 120),
  /** Time over which the habits of alerts are learned. */
  habitHours: z.number().min(1).max(168),
  /** Incidents to expect in an hour: the more, the sooner alerts are taken for different ones. */
  incidentsPerHour: z.number().min(0.01).max(20),
  /** How much of its force trouble keeps on each call towards the users. */
  spread: z.number().min(0.1).max(0.95),
  /** Evidence (log-odds against background) at which alerts become a candidate. */
  openEvidence: z.number().min(0).max(20),
  /** Evidence at which two incidents are taken for one. */
  mergeEvidence: z.number().min(0).max(60),
  /** Evidence at which part of an incident is taken for another one. */
  splitEvidence: z.number().min(0).max(60),
  /** Alerts that a candidate needs. */
  minAlerts: z.number().int().min(1).max(50),
});
export type CorrelationTuning = z.infer<typeof correlationTuning>;

/** A dependency, as an edit of the topology names it: `from` needs `to`. */
export const topologyEdit = z.object({ from: z.string().trim().min(1).max(200), to: z.string().trim().min(1).max(200) });
export type TopologyEdit = z.infer<typeof topologyEdit>;

/** Everything by which people steer correlation. A draft of it can be tried on the past before it is activated. */
export const correlationSettings = z.object({
  rules: z.array(correlationRule).max(200).default([]),
  tuning: correlationTuning.partial().default({}),
  /** Dependencies that correlation adds to the catalogue's, and those that it leaves out. */
  topology: z.object({ added: z.array(topologyEdit).max(1_000).default([]), removed: z.array(topologyEdit).max(1_000).default([]) }).default({ added: [], removed: [] }),
}).meta({ id: 'CorrelationSettings' });
export type CorrelationSettings = z.infer<typeof correlationSettings>;

/** Settings that are, or were, in force. Version 0 stands for those that Muster comes with. */
export const correlationVersion = z.object({
  version: z.number().int(),
  settings: correlationSettings,
  note: z.string(),
  activatedAt: instant.nullable(),
  activatedBy: actor.nullable(),
  /** The earlier version whose settings these are again. */
  revertedTo: z.number().int().nullable(),
}).meta({ id: 'CorrelationVersion' });
export type CorrelationVersion = z.infer<typeof correlationVersion>;

export const correlationState = z.object({
  /** Grows with each edit of the draft and each activation; the ETag. */
  version: z.number().int(),
  active: correlationVersion,
  /** The numbers that hold where settings leave them out. */
  defaults: correlationTuning,
  /** What somebody is working on; the whole organisation shares it. */
  draft: z.object({ settings: correlationSettings, editedAt: instant, editedBy: actor }).nullable(),
}).meta({ id: 'CorrelationState' });
export type CorrelationState = z.infer<typeof correlationState>;

export const correlationVersionPage = page(correlationVersion);
export const activationBody = z.object({ note: z.string().trim().min(3, 'say in at least 3 characters what changes').max(500) });
