/** What an organisation sets for its incidents: when they are declared, how grave they are, and which fields they carry. */
import { z } from 'zod';
import { declareOutcome, level } from './assessment.ts';
import { INCIDENT_STATES } from './incidentStates.ts';
import { severity } from './primitives.ts';

const share = z.number().min(0).max(1);
const names = z.array(z.string().trim().min(1).max(200)).max(200);

/** All conditions that are given must hold. The first rule that holds decides. */
export const declareRule = z.object({
  name: z.string().trim().min(1).max(100),
  /** At least this grave. */
  severity: severity.optional(),
  minAlerts: z.number().int().min(1).max(100_000).optional(),
  minServices: z.number().int().min(1).max(10_000).optional(),
  minConfidence: share.optional(),
  minScore: share.optional(),
  /** One of these business services is affected. */
  businessServices: names.optional(),
  /** One of these services is affected. */
  services: names.optional(),
  outcome: declareOutcome,
});
export type DeclareRule = z.infer<typeof declareRule>;

/** When a kind of incident counts as frequent, rare or never seen before (cap 116). */
export const usualThresholds = z.object({
  /** From this similarity on an earlier incident is of the same kind. */
  sameKind: share,
  /** How far back is looked. */
  days: z.number().int().min(1).max(3_650),
  /** So many of the same kind in that time make it frequent. */
  frequentFrom: z.number().int().min(1).max(1_000),
});
export type UsualThresholds = z.infer<typeof usualThresholds>;
export const DEFAULT_USUAL: UsualThresholds = { sameKind: 0.4, days: 90, frequentFrom: 3 };

export const declarePolicy = z.object({
  rules: z.array(declareRule).max(50),
  /** What the score is made of; brought to a sum of 1. */
  weights: z.object({ confidence: share, breadth: share, severity: share, business: share }),
  /** From this score on a candidate is shown; below it is ignored until more comes. */
  proposeFrom: share,
  /** From this score on it is declared without waiting for a person; null: never by score. */
  declareFrom: share.nullable(),
  /** So many affected services count as full breadth. */
  fullBreadthServices: z.number().int().min(1).max(1000),
  /** A candidate that nobody decided on for so long, without new alerts, is rejected as expired. */
  candidateExpiryMinutes: z.number().int().min(5).max(43_200),
  /** What makes a kind of incident frequent or rare; the defaults when not given. It moves nothing but the label beside similar incidents. */
  usual: usualThresholds.optional(),
}).refine((policy) => policy.declareFrom === null || policy.declareFrom >= policy.proposeFrom, {
  path: ['declareFrom'], message: 'must not be below proposeFrom',
});
export type DeclarePolicy = z.infer<typeof declarePolicy>;
/** `provisioned`: a file says it, so page and API leave it alone. */
const head = { version: z.number().int(), provisioned: z.boolean() };
export const declarePolicyDocument = declarePolicy.safeExtend(head).meta({ id: 'DeclarePolicyDocument' });

const row = z.tuple([severity, severity, severity, severity]);
export const severityPolicy = z.object({
  /** Row: impact 1 to 4, column: urgency 1 to 4. */
  matrix: z.tuple([row, row, row, row]),
  /** Impact by the most critical business service that is affected. */
  businessImpact: z.object({ critical: level, important: level, standard: level }),
  /** Impact by the share of all users that is affected, from the first value that it reaches. */
  userShares: z.object({ extensive: share, significant: share }),
  /** The computed severity is at most so many steps graver than the gravest alert. */
  stepsAboveAlerts: z.number().int().min(0).max(4),
  /** How many steps along the graph count as at risk. */
  atRiskHops: z.number().int().min(0).max(10),
});
export type SeverityPolicy = z.infer<typeof severityPolicy>;
export const severityPolicyDocument = severityPolicy.extend(head).meta({ id: 'SeverityPolicyDocument' });

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'use 1 to 40 lower-case letters, digits and underscores, a letter first');
export const FIELD_KINDS = ['text', 'number', 'boolean', 'choice', 'date', 'link'] as const;

export const fieldDefinition = z.object({
  key: identifier,
  label: z.string().trim().min(1).max(100),
  help: z.string().trim().max(500).default(''),
  kind: z.enum(FIELD_KINDS),
  /** Only for a choice. */
  choices: z.array(z.string().trim().min(1).max(100)).max(100).default([]),
  /** The incident enters none of these states while the field is empty. */
  requiredIn: z.array(z.enum(INCIDENT_STATES)).default([]),
});
export type FieldDefinition = z.infer<typeof fieldDefinition>;

export const incidentType = z.object({
  id: identifier,
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(500).default(''),
  fields: z.array(fieldDefinition).max(50),
});
export type IncidentType = z.infer<typeof incidentType>;

/** The first type is the one that new incidents get. */
export const incidentTypes = z.object({ types: z.array(incidentType).min(1).max(50) });
export type IncidentTypes = z.infer<typeof incidentTypes>;
export const incidentTypesDocument = incidentTypes.extend(head).meta({ id: 'IncidentTypesDocument' });

export const fieldValue = z.union([z.string().max(4000), z.number(), z.boolean()]);
export type FieldValue = z.infer<typeof fieldValue>;
export const fieldValues = z.record(z.string().max(40), fieldValue);
export type FieldValues = z.infer<typeof fieldValues>;
/** Null empties a field; fields that are not named stay. */
export const setFieldsBody = z.object({ type: identifier.optional(), fields: z.record(z.string().max(40), fieldValue.nullable()).default({}) });
export type SetFieldsBody = z.infer<typeof setFieldsBody>;
