/** Alert sources, their tokens, what could not be read from them, and how values are mapped. */
import { z } from 'zod';
import { instant, page, pageQuery, severity, sourceId } from './primitives.ts';
import { reconciliation, sourceRules } from './sourceRules.ts';

export const SOURCE_KINDS = ['grafana', 'alertmanager', 'generic', 'change'] as const;
export const sourceKind = z.enum(SOURCE_KINDS);
export type SourceKind = z.infer<typeof sourceKind>;

/** A webhook token as it can be shown: never the token itself. */
export const sourceToken = z.object({
  id: z.string(),
  /** The last four characters, to tell two apart. */
  hint: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  /** It follows a provisioning file, and is revoked there. */
  provisioned: z.boolean(),
});
export type SourceToken = z.infer<typeof sourceToken>;

export const hmacSettings = z.object({
  enabled: z.boolean(),
  header: z.string(),
  /** Header with the time of sending in Unix seconds. Empty: the sender signs the body alone, and a delivery that is sent again later cannot be told. */
  timestampHeader: z.string(),
});

const sourceName = z.string().trim().min(1).max(100);
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,80}$/, 'is not a header name');

export const source = z.object({
  id: sourceId,
  kind: sourceKind,
  name: sourceName,
  enabled: z.boolean(),
  /** A provisioning file says what it is: it is changed there, and not through the API. */
  provisioned: z.boolean(),
  hmac: hmacSettings,
  tokens: z.array(sourceToken),
  /** Where to post, as seen by the service's own configuration. */
  webhookUrl: z.string(),
  lastReceivedAt: instant.nullable(),
  /** Set while the sender's newest payload said that it left alerts out. */
  truncation: z.object({ alerts: z.number().int(), at: instant }).nullable(),
  deadLetters: z.number().int(),
  rules: sourceRules,
  /** Set while the source is silent for longer than it may be. */
  silentSince: instant.nullable(),
  /** The newest comparison with Grafana's active alerts; null before the first. */
  reconciliation: reconciliation.nullable(),
  version: z.number().int(),
}).meta({ id: 'Source' });
export type Source = z.infer<typeof source>;

export const sourcePage = page(source);

/** Parts without their defaults, so that a part left out is told from one set to null. */
const sourceRulesEdit = z.strictObject({
  mapping: sourceRules.shape.mapping.unwrap(),
  heartbeatSeconds: sourceRules.shape.heartbeatSeconds.unwrap(),
  fingerprintLabels: sourceRules.shape.fingerprintLabels.unwrap(),
  severity: sourceRules.shape.severity.unwrap(),
  reconcile: sourceRules.shape.reconcile.unwrap(),
}).partial();

export const createSourceBody = z.object({ id: sourceId, kind: sourceKind, name: sourceName });
export const editSourceBody = z
  .object({
    name: sourceName,
    enabled: z.boolean(),
    hmac: z.object({
      enabled: z.boolean(),
      header: headerName.default('X-Grafana-Alerting-Signature'),
      timestampHeader: z.union([headerName, z.literal('')]).default('X-Grafana-Alerting-Timestamp'),
      /** Left out: the stored secret stays. */
      secret: z.string().min(16, 'use at least 16 characters').max(500).optional(),
    }),
    /** What is named is replaced; what is left out stays. */
    rules: sourceRulesEdit,
  })
  .partial();

/** Answer to making a token: the only time it is shown. */
export const issuedToken = z.object({ token: z.string(), source }).meta({ id: 'IssuedSourceToken' });

/** One station of a test alert on its way. */
export const testStep = z.object({
  hop: z.enum(['sent', 'accepted', 'stored', 'correlated']),
  ok: z.boolean(),
  at: instant.nullable(),
  detail: z.string(),
  fix: z.string().nullable(),
});
export const testAlertResult = z.object({ ok: z.boolean(), steps: z.array(testStep) });
export type TestAlertResult = z.infer<typeof testAlertResult>;

export const deadLetter = z.object({
  id: z.string(),
  source: sourceId,
  receivedAt: instant,
  error: z.string(),
  /** Where in the payload, when known. */
  field: z.string().nullable(),
  /** The payload as it came, cut at 64 KiB for showing. */
  payload: z.string(),
  payloadBytes: z.number().int(),
  attempts: z.number().int(),
  replayedAt: instant.nullable(),
});
export type DeadLetter = z.infer<typeof deadLetter>;
export const deadLetterQuery = pageQuery.extend({ source: sourceId.optional() });
export const deadLetterPage = page(deadLetter);
export const replayResult = z.object({ replayed: z.boolean(), alerts: z.number().int(), error: z.string().nullable() });

/** How values of labels become Muster's own fields. One per organisation, editable. */
const labelList = z.array(z.string().min(1).max(200)).max(50);
export const mapping = z.object({
  /** Labels that may hold the severity, first one present wins. */
  severityLabels: labelList,
  /** Value (lower case) to severity. */
  severityValues: z.record(z.string(), severity),
  defaultSeverity: severity,
  serviceLabels: labelList,
  teamLabels: labelList,
  environmentLabels: labelList,
  clusterLabels: labelList,
});
export type Mapping = z.infer<typeof mapping>;
export const mappingDocument = mapping.extend({
  version: z.number().int(),
  /** A provisioning file says what it is: it is changed there, and not through the API. */
  provisioned: z.boolean(),
}).meta({ id: 'MappingDocument' });

export const UNMAPPED_KINDS = ['severity', 'service', 'team', 'environment', 'cluster'] as const;
export type UnmappedKind = (typeof UNMAPPED_KINDS)[number];
export const unmappedValue = z.object({
  /** `severity`: a value without a mapping. The others: a rule whose alerts carry none of the labels that may name it. */
  kind: z.enum(UNMAPPED_KINDS),
  value: z.string(),
  count: z.number().int(),
  lastSeenAt: instant,
});
export type UnmappedValue = z.infer<typeof unmappedValue>;
export const unmappedPage = page(unmappedValue);
