/** The incident as the database keeps it, and its shape for the outside. */
import {
  contextLink, declareDecision, decisionReason, fieldValues, incidentAssessment, incidentKey, incidentNumber, severityInputs, userKey,
  type ContextLink, type DecisionReason, type DeclareDecision, type FieldValues, type IncidentAssessment, type IncidentImpact, type IncidentNumber,
  type IncidentState, type IncidentSummary, type ImpactSummary, type ProbableCause, type SeverityInputs, type UserKey, type UserRef,
} from '#contract';
import { seenBy } from '../access/index.ts';
import { severityOf } from '../ingest/index.ts';
import { isShadowSql } from '../standing/index.ts';
import type { CauseAsked } from './ports.ts';

/** A row of `incidents`. Does not leave this module. */
export interface IncidentRow {
  number: number;
  title: string;
  description: string;
  state: IncidentState;
  severity: number;
  /** What the machine ever made of it at worst. */
  computed_severity: number | null;
  gravest_alert: number | null;
  severity_inputs: unknown;
  severity_origin: 'computed' | 'manual';
  origin: 'correlation' | 'manual';
  primary_service: string | null;
  services: string[];
  commander_key: string | null;
  group_keys: string[];
  grouping_reason: unknown;
  declaration_reason: string | null;
  alerts_total: number;
  alerts_firing: number;
  first_alert_at: Date | null;
  last_alert_at: Date | null;
  impact_started_at: Date | null;
  detected_at: Date;
  declared_at: Date | null;
  acknowledged_at: Date | null;
  identified_at: Date | null;
  mitigated_at: Date | null;
  resolved_at: Date | null;
  closed_at: Date | null;
  updated_at: Date;
  merged_into: number | null;
  assessment: unknown;
  declaration: unknown;
  ignored_by_policy: boolean;
  regressions: number;
  recurrence_of: number | null;
  incident_type: string;
  /** The drill run that it belongs to. */
  drill: string | null;
  is_private: boolean;
  /** Diagnosis is in shadow: what it suspects is not shown. */
  diagnosis_shadow: boolean;
  fields: unknown;
  links: unknown;
  version: number;
}

export const INCIDENT_COLUMNS = `i.number, i.title, i.description, i.state, i.severity, i.computed_severity, i.gravest_alert,
  i.severity_inputs, i.severity_origin, i.origin,
  i.primary_service, i.services, i.commander_key, i.group_keys, i.grouping_reason, i.declaration_reason, i.alerts_total,
  i.alerts_firing, i.first_alert_at, i.last_alert_at, i.impact_started_at, i.detected_at, i.declared_at,
  i.acknowledged_at, i.identified_at, i.mitigated_at, i.resolved_at, i.closed_at, i.updated_at, i.merged_into,
  i.assessment, i.declaration, i.ignored_by_policy, i.regressions, i.recurrence_of, i.incident_type, i.drill, i.fields, i.links, i.version,
  exists (select 1 from private_incidents as own where own.org_id = i.org_id and own.incident_number = i.number) as is_private,
  ${isShadowSql('diagnosis', 'i.org_id')} as diagnosis_shadow`;

/** The columns as a viewer may read them: without links to incidents that are hidden from them. */
export function incidentColumnsSeenBy(viewer: string): string {
  return ['merged_into', 'recurrence_of'].reduce((columns, link) => columns.replace(`i.${link}`, `case when ${seenBy(viewer, `i.${link}`)} then i.${link} end as ${link}`), INCIDENT_COLUMNS);
}

function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

/** Checks a number that comes from the database. */
export function toIncidentNumber(value: number): IncidentNumber {
  return incidentNumber.parse(value);
}

export function toDecisionReason(value: unknown): DecisionReason | null {
  return value === null || value === undefined ? null : decisionReason.parse(value);
}

export function toAssessment(value: unknown): IncidentAssessment | null {
  return value === null ? null : incidentAssessment.parse(value);
}

/** What may be told of an assessment: while diagnosis is in shadow neither its suspects nor the change that it holds for the cause. */
export function shownAssessment(row: Pick<IncidentRow, 'assessment' | 'diagnosis_shadow'>): IncidentAssessment | null {
  const assessment = toAssessment(row.assessment);
  return assessment === null || !row.diagnosis_shadow ? assessment : { ...assessment, roots: [], causeChangeId: null, shadow: true };
}

/** The same as a question for what stands first on its board. */
export function causeAskedOf(row: Pick<IncidentRow, 'number' | 'assessment' | 'diagnosis_shadow'>): CauseAsked {
  return { number: row.number, roots: toAssessment(row.assessment)?.roots ?? [], isShadow: row.diagnosis_shadow };
}

export function toDeclaration(value: unknown): DeclareDecision | null {
  return value === null ? null : declareDecision.parse(value);
}

export function toSeverityInputs(value: unknown): SeverityInputs | null {
  return value === null ? null : severityInputs.parse(value);
}

export function toFields(value: unknown): FieldValues {
  return fieldValues.parse(value);
}

export function toLinks(value: unknown): ContextLink[] {
  return contextLink.array().parse(value);
}

/** Impact at a glance. */
export function toImpactSummary(impact: IncidentImpact): ImpactSummary {
  return {
    affected: impact.affected.length, atRisk: impact.atRisk.length,
    businessServices: impact.businessServices.filter((business) => business.state === 'affected').map((business) => business.name),
    users: impact.users, costPerMinute: impact.costPerMinute, runningCost: impact.runningCost,
  };
}

/** When a candidate expires: so long after its newest alert. */
export function expiryOf(row: Pick<IncidentRow, 'state' | 'last_alert_at' | 'detected_at'>, expiryMinutes: number): Date | null {
  return row.state === 'candidate' ? new Date((row.last_alert_at ?? row.detected_at).getTime() + expiryMinutes * 60_000) : null;
}

/** What a summary shows that does not stand in the row. */
export interface SummaryView {
  readonly impact: IncidentImpact;
  readonly expiresAt: Date | null;
  /** Name of its type. */
  readonly type: string;
  readonly cause: ProbableCause | null;
}

/** Finds how a user is called. Unknown keys are shown as they are. */
export type FindUser = (key: UserKey) => UserRef | undefined;

export function commanderOf(row: Pick<IncidentRow, 'commander_key'>, findUser: FindUser): UserRef | null {
  if (row.commander_key === null) return null;
  const key = userKey.parse(row.commander_key);
  return findUser(key) ?? { key, login: key, name: key };
}

/** The summary that lists show. */
export function toSummary(row: IncidentRow, findUser: FindUser, view: SummaryView): IncidentSummary {
  const assessment = shownAssessment(row);
  return {
    number: toIncidentNumber(row.number),
    key: incidentKey(row.number),
    title: row.title,
    state: row.state,
    severity: severityOf(row.severity),
    severityOrigin: row.severity_origin,
    origin: row.origin,
    primaryService: row.primary_service,
    services: row.services,
    commander: commanderOf(row, findUser),
    alertsTotal: row.alerts_total,
    alertsFiring: row.alerts_firing,
    firstAlertAt: iso(row.first_alert_at),
    lastAlertAt: iso(row.last_alert_at),
    impactStartedAt: iso(row.impact_started_at),
    detectedAt: row.detected_at.toISOString(),
    declaredAt: iso(row.declared_at),
    acknowledgedAt: iso(row.acknowledged_at),
    identifiedAt: iso(row.identified_at),
    mitigatedAt: iso(row.mitigated_at),
    resolvedAt: iso(row.resolved_at),
    closedAt: iso(row.closed_at),
    updatedAt: row.updated_at.toISOString(),
    mergedInto: row.merged_into === null ? null : toIncidentNumber(row.merged_into),
    confidence: assessment?.confidence ?? null,
    probableCause: view.cause,
    score: toDeclaration(row.declaration)?.score ?? null,
    expiresAt: iso(view.expiresAt),
    impact: toImpactSummary(view.impact),
    regressions: row.regressions,
    recurrenceOf: row.recurrence_of === null ? null : toIncidentNumber(row.recurrence_of),
    type: view.type,
    drill: row.drill,
    private: row.is_private,
    version: row.version,
  };
}
