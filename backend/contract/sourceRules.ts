/** What may be set for one source: how its JSON becomes alerts, what identifies them, how grave they are, how often it must be heard. */
import { z } from 'zod';
import { alertsPath, valuePath } from './jsonPath.ts';
import { alertId, instant, labels, severity, sourceId } from './primitives.ts';

const labelName = z.string().trim().min(1).max(200);
const labelList = z.array(labelName).max(50);
const word = z.string().trim().min(1).max(200);

/** One field: taken from a path, or always the same; `default` stands in for what is missing or empty. */
export const fieldMapping = z.strictObject({
  path: valuePath.optional(),
  const: z.string().max(1000).optional(),
  default: z.string().max(1000).optional(),
}).refine((field) => (field.path === undefined) !== (field.const === undefined), 'give a path or a constant, not both');
export type FieldMapping = z.infer<typeof fieldMapping>;

/** How the JSON of a sender becomes alerts. */
export const genericMapping = z.strictObject({
  /** `$` when the body is one alert, `$.alerts[*]` when it holds a list. */
  alerts: alertsPath,
  /** Becomes the label `alertname`. */
  name: fieldMapping,
  /** Words that mean firing and resolved, whatever their case; a word that is in neither list, or a missing one, is `otherwise`. */
  status: z.strictObject({
    path: valuePath.optional(),
    firing: z.array(word).max(50).default([]),
    resolved: z.array(word).max(50).default([]),
    /** `fault`: the payload is kept as a dead letter. */
    otherwise: z.enum(['firing', 'resolved', 'fault']).default('fault'),
  }),
  /** Left out or missing in a payload: the time of receipt begins an episode, and a resolve ends the one that is open. */
  startsAt: valuePath.optional(),
  endsAt: valuePath.optional(),
  summary: fieldMapping.optional(),
  description: fieldMapping.optional(),
  /** Address that leads back to the sender. */
  link: fieldMapping.optional(),
  /** Label name to where its value is. Severity, service, team, environment and cluster are made of labels, as for every source. */
  labels: z.record(labelName, fieldMapping).refine((map) => Object.keys(map).length <= 50, 'has more than 50 labels'),
  /** Labels that make an alert the same alert, `alertname` among them or not. */
  identity: z.array(labelName).min(1).max(30),
}).superRefine((mapping, context) => {
  mapping.identity.forEach((name, index) => {
    if (name !== 'alertname' && mapping.labels[name] === undefined) {
      context.addIssue({ code: 'custom', path: ['identity', index], message: `"${name}" is not among the labels` });
    }
  });
});
export type GenericMapping = z.infer<typeof genericMapping>;

/** Severity of one source's words, looked at before the organisation's mapping. */
export const sourceSeverity = z.strictObject({
  /** Labels that may hold the severity; empty: those of the organisation's mapping. */
  labels: labelList,
  /** Value (whatever its case) to severity. */
  values: z.record(word, severity),
  /** For values that neither table knows; null: the organisation's default. */
  otherwise: severity.nullable(),
});
export type SourceSeverity = z.infer<typeof sourceSeverity>;

export const sourceRules = z.strictObject({
  mapping: genericMapping.nullable().default(null),
  /** Silence after which Muster raises an alert of its own; null: never. */
  heartbeatSeconds: z.number().int().min(60, 'at least 60 seconds').max(7 * 86_400, 'at most 7 days').nullable().default(null),
  /** Labels that identify an alert in place of the sender's fingerprint; null: the sender's own. */
  fingerprintLabels: z.array(labelName).min(1).max(30).nullable().default(null),
  severity: sourceSeverity.nullable().default(null),
  /** Compare with Grafana's active alerts. Null: yes when it is the only Grafana of the organisation. */
  reconcile: z.boolean().nullable().default(null),
});
export type SourceRules = z.infer<typeof sourceRules>;

/** The rules of a source that nobody has set. */
export const NO_RULES: SourceRules = { mapping: null, heartbeatSeconds: null, fingerprintLabels: null, severity: null, reconcile: null };

export const previewMappingBody = z.object({
  mapping: genericMapping,
  /** A payload as the sender posts it. */
  sample: z.string().max(500_000),
  /** Whose severity table and labels to use; left out: the organisation's mapping alone. */
  source: sourceId.optional(),
});

/** What Muster would make of one alert of the sample. */
export const previewedAlert = z.object({
  name: z.string(),
  status: z.enum(['firing', 'resolved']),
  severity,
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable(),
  cluster: z.string().nullable(),
  summary: z.string(),
  description: z.string(),
  link: z.string().nullable(),
  /** Null: the time of receipt, or the open episode's. */
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  fingerprint: z.string(),
  labels,
  /** Values that no table knows, as `severity: urgent`. */
  unmapped: z.array(z.string()),
});
export const mappingFault = z.object({
  /** Which alert of the payload, counted from 0; null: the payload itself. */
  alert: z.number().int().nullable(),
  /** Part of the mapping, as `labels.host`. */
  field: z.string(),
  /** Path that it reads; null where it has none. */
  path: z.string().nullable(),
  message: z.string(),
});
export type MappingFault = z.infer<typeof mappingFault>;
export const mappingPreview = z.object({ alerts: z.array(previewedAlert), faults: z.array(mappingFault) }).meta({ id: 'MappingPreview' });
export type MappingPreview = z.infer<typeof mappingPreview>;

export const previewFingerprintBody = z.object({ labels: z.array(labelName).min(1).max(30) });
export const regroupedAlert = z.object({
  /** The chosen labels with their values. */
  labels,
  /** Alerts of today that would become this one. */
  alerts: z.number().int(),
  episodes: z.number().int(),
  names: z.array(z.string()),
});
export const fingerprintPreview = z.object({
  /** Newest episodes looked at. */
  episodes: z.number().int(),
  alertsNow: z.number().int(),
  alertsThen: z.number().int(),
  /** Of those, how many would lack one of the labels. */
  lacking: z.array(z.object({ label: z.string(), episodes: z.number().int() })),
  /** Those that would swallow most first; at most 50. */
  groups: z.array(regroupedAlert),
  /** Label names that the source uses, the most frequent first. */
  labelNames: z.array(z.string()),
}).meta({ id: 'FingerprintPreview' });
export type FingerprintPreview = z.infer<typeof fingerprintPreview>;

/** One thing that a comparison with Grafana put right. */
export const repair = z.object({ at: instant, kind: z.enum(['firing', 'resolved']), alert: alertId, name: z.string() });
export type Repair = z.infer<typeof repair>;
export const reconciliation = z.object({
  /** When Grafana was asked last. */
  at: instant,
  ok: z.boolean(),
  detail: z.string(),
  /** The newest repairs. */
  repairs: z.array(repair),
}).meta({ id: 'Reconciliation' });
export type Reconciliation = z.infer<typeof reconciliation>;
