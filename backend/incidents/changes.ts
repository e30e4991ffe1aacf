/** Changes of incidents within the transaction of whoever makes them; each checks, writes, and gives the events to append last. */
import { incidentKey, type DeclareIncidentBody, type IncidentNumber, type LifecycleCommand, type SetFieldsBody, type Severity } from '#contract';
import type { NewEvent } from '../eventlog/index.ts';
import { severityOf, severityRank } from '../ingest/index.ts';
import type { Transaction } from '../platform/db/database.ts';
import { conflictError, inputError } from '../platform/errors.ts';
import { moveIncident, setFields, setSeverity } from './commandStore.ts';
import { applyFields, missingFields, typeOf, valueFaults } from './fieldRules.ts';
import { checkVersion, eventBy, lifecycleFacts, loadIncident, refuseMerged, whoWasQuicker, type Command } from './guards.ts';
import { toAssessment, toDeclaration, toFields, toIncidentNumber, type IncidentRow } from './incident.ts';
import type { PrivacyService } from './privacyService.ts';
import type { Regrouper } from './regrouper.ts';
import type { SettingsReader } from './settingsStore.ts';
import { insertIncidents, takeNumbers } from './sinkStore.ts';
import { decideTransition, waysOn, type LifecycleRules } from './stateMachine.ts';

export interface IncidentChangesDeps {
  readonly rules: LifecycleRules;
  readonly settings: SettingsReader;
  readonly regrouper: Regrouper;
  readonly privacy: Pick<PrivacyService, 'declarePrivate'>;
}

export interface IncidentChanges {
  /** `why` is what the declaration says of its reason. */
  declare(tx: Transaction, command: Command, at: Date, body: DeclareIncidentBody, why: string): Promise<{ readonly number: IncidentNumber; readonly events: readonly NewEvent[] }>;
  run(tx: Transaction, command: Command, at: Date, number: number, what: LifecycleCommand, reason: string | undefined): Promise<readonly NewEvent[]>;
  changeSeverity(tx: Transaction, command: Command, at: Date, number: number, severity: Severity, reason: string): Promise<readonly NewEvent[]>;
  /** Sets custom fields, and the type if one is given. */
  setFields(tx: Transaction, command: Command, at: Date, number: number, body: SetFieldsBody): Promise<readonly NewEvent[]>;
}

/** What promote and reject teach: on which grounds the machine had left it to a person. */
function groundsOf(row: IncidentRow): Record<string, unknown> {
  return {
    severity: severityOf(row.severity), services: row.services, keys: row.group_keys, alerts: row.alerts_total,
    score: toDeclaration(row.declaration)?.score ?? null, confidence: toAssessment(row.assessment)?.confidence ?? null,
  };
}

/** Makes them. */
export function createIncidentChanges({ rules, settings, regrouper, privacy }: IncidentChangesDeps): IncidentChanges {
  return {
    async declare(tx, command, at, body, why) {
      const { incidentTypes } = await settings.read(tx, command.orgId);
      if (body.type !== undefined && !incidentTypes.types.some((type) => type.id === body.type)) {
        throw inputError('there is no such incident type', [{ field: 'body.type', message: `must be one of ${incidentTypes.types.map((type) => type.id).join(', ')}` }]);
      }
      const type = typeOf(incidentTypes, body.type ?? '');
      const missing = missingFields(type, body.fields, 'declared').map((field) => ({ field: `body.fields.${field.key}`, message: `${field.label} is needed to declare` }));
      const faults = [...valueFaults(type, body.fields), ...missing];
      if (faults.length > 0) throw inputError(faults.map((fault) => fault.message).join('; '), faults);
      const claim = body.alerts.length === 0 ? null : await regrouper.claim(tx, command, at, body.alerts);
      const first = await takeNumbers(tx, command.orgId, 1);
      await insertIncidents(tx, command.orgId, at, [{
        number: first, title: body.title, description: body.description, state: 'declared', severity: severityRank(body.severity),
        computedSeverity: null, severityOrigin: 'manual', origin: 'manual', services: body.services, groupKeys: claim === null ? [] : [`incident/${first}`],
        groupingReason: null, declarationReason: why,
        impactStartedAt: body.impactStartedAt === undefined ? (claim?.firstAlertAt ?? null) : new Date(body.impactStartedAt),
        declaredAt: at, commanderKey: null, recurrenceOf: null, incidentType: type.id, fields: body.fields, links: body.links, detectedAt: null, drill: null,
      }]);
      const hidden = body.private === undefined ? [] : [await privacy.declarePrivate(tx, command, at, first, body.private)];
      const moved = claim === null ? [] : await claim.into(first);
      const events = [eventBy(command, 'incident.declared', first, {
        to: 'declared', title: body.title, severity: body.severity, services: body.services, alerts: body.alerts.length, links: body.links, reason: why,
      }), ...hidden, ...moved];
      return { number: toIncidentNumber(first), events };
    },

    async run(tx, command, at, number, what, reason) {
      const { incidentTypes } = await settings.read(tx, command.orgId);
      const row = await loadIncident(tx, command, number);
      refuseMerged(row);
      const result = decideTransition(what, lifecycleFacts(row), reason, at.getTime(), rules);
      if (!result.ok && result.fault === 'reason_missing') {
        throw inputError(`${incidentKey(row.number)} ${result.message}`, [{ field: 'body.reason', message: result.message }]);
      }
      if (!result.ok) {
        const { sentence, extra } = await whoWasQuicker(tx, command, row);
        throw conflictError(`${sentence}; "${what}" is ${result.message}`, { extra: { ...extra, ...waysOn(lifecycleFacts(row), at.getTime(), rules) } });
      }
      await checkVersion(tx, command, row);
      const missing = missingFields(typeOf(incidentTypes, row.incident_type), toFields(row.fields), result.to);
      if (missing.length > 0) {
        throw inputError(`fill in ${missing.map((field) => field.label).join(', ')} first`, missing.map((field) => ({
          field: `fields.${field.key}`, message: `${field.label} is needed before the incident is ${result.to}`,
        })));
      }
      if (!(await moveIncident(tx, command.orgId, row.number, row.state, result.to, at))) {
        throw conflictError(`${incidentKey(row.number)} changed at this moment; look again`);
      }
      const grounds = what === 'promote' || what === 'reject' ? groundsOf(row) : {};
      return [eventBy(command, result.event, row.number, { from: row.state, to: result.to, reason: reason ?? null, ...grounds })];
    },

    async changeSeverity(tx, command, at, number, severity, reason) {
      const row = await loadIncident(tx, command, number);
      refuseMerged(row);
      await checkVersion(tx, command, row);
      await setSeverity(tx, command.orgId, row.number, severityRank(severity), at);
      return [eventBy(command, 'incident.severity_changed', row.number, {
        from: severityOf(row.severity), to: severity, reason, computed: row.computed_severity === null ? null : severityOf(row.computed_severity), inputs: row.severity_inputs,
      })];
    },

    async setFields(tx, command, at, number, body) {
      const { incidentTypes } = await settings.read(tx, command.orgId);
      const row = await loadIncident(tx, command, number);
      refuseMerged(row);
      await checkVersion(tx, command, row);
      if (body.type !== undefined && !incidentTypes.types.some((type) => type.id === body.type)) {
        throw inputError('there is no such incident type', [{ field: 'body.type', message: `must be one of ${incidentTypes.types.map((type) => type.id).join(', ')}` }]);
      }
      const type = typeOf(incidentTypes, body.type ?? row.incident_type);
      const before = toFields(row.fields);
      const after = applyFields(before, body.fields);
      const emptied = missingFields(type, after, row.state).map((field) => ({ field: `body.fields.${field.key}`, message: `${field.label} is needed while the incident is ${row.state}` }));
      const faults = [...valueFaults(type, body.fields), ...emptied.filter((fault) => Object.keys(body.fields).some((key) => fault.field === `body.fields.${key}`))];
      if (faults.length > 0) throw inputError(faults.map((fault) => fault.message).join('; '), faults);
      await setFields(tx, command.orgId, row.number, type.id, after, at);
      return [eventBy(command, 'incident.fields_changed', row.number, {
        type: type.id, typeBefore: row.incident_type, fields: body.fields, labels: type.fields.filter((field) => field.key in body.fields).map((field) => field.label),
        before: Object.fromEntries(Object.keys(body.fields).map((key) => [key, before[key] ?? null])),
      })];
    },
  };
}
