/** What people and programs do to one incident: each use case loads, decides, writes and appends its event. */
import {
  incidentKey, type DeclareIncidentBody, type EditIncidentBody, type IncidentNumber, type LifecycleCommand, type OrgId, type SetFieldsBody,
  type Severity, userKey, type UserKey, type UserRef,
} from '#contract';
import { findPrivacy, writePrivacy } from '../access/index.ts';
import { appendEvents, listEvents, type NewEvent } from '../eventlog/index.ts';
import { severityOf, severityRank } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { editIncident, moveIncident, setFields, setSeverity } from './commandStore.ts';
import { applyFields, missingFields, typeOf, valueFaults } from './fieldRules.ts';
import { checkVersion, eventBy, lifecycleFacts, loadIncident, refuseMerged, whoWasQuicker, type Command } from './guards.ts';
import { toAssessment, toDeclaration, toFields, toIncidentNumber, type IncidentRow } from './incident.ts';
import type { RoleMoved } from './ports.ts';
import type { PrivacyService } from './privacyService.ts';
import { findFamily } from './privacyStore.ts';
import { bumpLinkMark } from './regroupStore.ts';
import type { Regrouper } from './regrouper.ts';
import type { SettingsReader } from './settingsStore.ts';
import { insertIncidents, takeNumbers } from './sinkStore.ts';
import { decideTransition, waysOn, type LifecycleRules } from './stateMachine.ts';

/** So many revisions of the notes of one incident are read, the newest. */
export const MAX_REVISIONS = 1000;

/** Finds people of the organisation; the access module's directory. */
export interface UserDirectory {
  find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>>;
}

export interface IncidentServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly rules: LifecycleRules;
  readonly settings: SettingsReader;
  readonly regrouper: Regrouper;
  readonly privacy: Pick<PrivacyService, 'declarePrivate'>;
  readonly roleMoved: RoleMoved;
}

export interface IncidentService {
  declare(command: Command, body: DeclareIncidentBody): Promise<IncidentNumber>;
  run(command: Command, number: IncidentNumber, what: LifecycleCommand, reason: string | undefined): Promise<void>;
  edit(command: Command, number: IncidentNumber, body: EditIncidentBody): Promise<void>;
  changeSeverity(command: Command, number: IncidentNumber, severity: Severity, reason: string): Promise<void>;
  assignCommander(command: Command, number: IncidentNumber, commander: UserKey | null): Promise<void>;
  /** Sets custom fields, and the type if one is given. */
  setFields(command: Command, number: IncidentNumber, body: SetFieldsBody): Promise<void>;
  /** Appends a note; gives its position. */
  addNote(command: Command, number: IncidentNumber, text: string): Promise<string>;
  /** Appends a new wording of a note, in the place of the wording that the command saw. Only its author may. */
  reviseNote(command: Command, number: IncidentNumber, position: string, text: string): Promise<void>;
}

/** What promote and reject teach: on which grounds the machine had left it to a person. */
function groundsOf(row: IncidentRow): Record<string, unknown> {
  return {
    severity: severityOf(row.severity), services: row.services, keys: row.group_keys, alerts: row.alerts_total,
    score: toDeclaration(row.declaration)?.score ?? null, confidence: toAssessment(row.assessment)?.confidence ?? null,
  };
}

/** Makes the service. */
export function createIncidentService(deps: IncidentServiceDeps): IncidentService {
  const { db, clock, users, rules, settings, regrouper, privacy, roleMoved } = deps;

  /** One change of one incident: lock, check, write, append. */
  async function change(
    command: Command,
    number: number,
    work: (tx: Transaction, row: IncidentRow, at: Date) => Promise<readonly NewEvent[]>,
  ): Promise<string[]> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const row = await loadIncident(tx, command, number);
      return appendEvents(tx, command.orgId, at, await work(tx, row, at));
    });
  }

  return {
    async declare(command, body) {
      const at = clock.now();
      const { incidentTypes } = await settings.read(db, command.orgId);
      if (body.type !== undefined && !incidentTypes.types.some((type) => type.id === body.type)) {
        throw inputError('there is no such incident type', [{ field: 'body.type', message: `must be one of ${incidentTypes.types.map((type) => type.id).join(', ')}` }]);
      }
      const type = typeOf(incidentTypes, body.type ?? '');
      const missing = missingFields(type, body.fields, 'declared').map((field) => ({ field: `body.fields.${field.key}`, message: `${field.label} is needed to declare` }));
      const faults = [...valueFaults(type, body.fields), ...missing];
      if (faults.length > 0) throw inputError(faults.map((fault) => fault.message).join('; '), faults);
      const number = await db.transaction(async (tx) => {
        const claim = body.alerts.length === 0 ? null : await regrouper.claim(tx, command, at, body.alerts);
        const first = await takeNumbers(tx, command.orgId, 1);
        await insertIncidents(tx, command.orgId, at, [{
          number: first, title: body.title, description: body.description, state: 'declared', severity: severityRank(body.severity),
          computedSeverity: null, severityOrigin: 'manual', origin: 'manual', services: body.services, groupKeys: claim === null ? [] : [`incident/${first}`],
          groupingReason: null, declarationReason: 'declared by hand',
          impactStartedAt: body.impactStartedAt === undefined ? (claim?.firstAlertAt ?? null) : new Date(body.impactStartedAt),
          declaredAt: at, commanderKey: null, recurrenceOf: null, incidentType: type.id, fields: body.fields, links: body.links, detectedAt: null,
        }]);
        const hidden = body.private === undefined ? [] : [await privacy.declarePrivate(tx, command, at, first, body.private)];
        const moved = claim === null ? [] : await claim.into(first);
        await appendEvents(tx, command.orgId, at, [eventBy(command, 'incident.declared', first, {
          to: 'declared', title: body.title, severity: body.severity, services: body.services, alerts: body.alerts.length, links: body.links, reason: 'declared by hand',
        }), ...hidden, ...moved]);
        return first;
      });
      return toIncidentNumber(number);
    },

    async run(command, number, what, reason) {
      const { incidentTypes } = await settings.read(db, command.orgId);
      await change(command, number, async (tx, row, at) => {
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
      });
    },

    async edit(command, number, body) {
      await change(command, number, async (tx, row, at) => {
        refuseMerged(row);
        await checkVersion(tx, command, row);
        await editIncident(tx, command.orgId, row.number, {
          ...(body.title === undefined ? {} : { title: body.title }),
          ...(body.description === undefined ? {} : { description: body.description }),
          ...(body.impactStartedAt === undefined ? {} : { impactStartedAt: body.impactStartedAt === null ? null : new Date(body.impactStartedAt) }),
        }, at);
        return [eventBy(command, 'incident.edited', row.number, {
          ...body, before: { title: row.title, description: row.description, impactStartedAt: row.impact_started_at?.toISOString() ?? null },
        })];
      });
    },

    async changeSeverity(command, number, severity, reason) {
      await change(command, number, async (tx, row, at) => {
        refuseMerged(row);
        await checkVersion(tx, command, row);
        await setSeverity(tx, command.orgId, row.number, severityRank(severity), at);
        return [eventBy(command, 'incident.severity_changed', row.number, {
          from: severityOf(row.severity), to: severity, reason, computed: row.computed_severity === null ? null : severityOf(row.computed_severity), inputs: row.severity_inputs,
        })];
      });
    },

    async assignCommander(command, number, commander) {
      const found = commander === null ? undefined : (await users.find(command.orgId, [commander])).get(commander);
      if (commander !== null && found === undefined) {
        throw inputError('nobody of this organisation has that key', [{ field: 'body.commander', message: 'must be the key of a user seen in this organisation' }]);
      }
      await change(command, number, async (tx, row, at) => {
        refuseMerged(row);
        await checkVersion(tx, command, row);
        await editIncident(tx, command.orgId, row.number, { commanderKey: commander }, at);
        const hidden = commander === null ? null : await findPrivacy(tx, command.orgId, row.number);
        const events = [eventBy(command, 'incident.commander_assigned', row.number, { from: row.commander_key, to: commander, name: found?.name ?? null })];
        const from = row.commander_key === null ? null : userKey.parse(row.commander_key);
        if (from !== commander) {
          events.push(...await roleMoved(tx, { orgId: command.orgId, incident: row.number, role: 'commander', actor: command.actor, from, to: commander, toName: found?.name ?? null }));
        }
        if (hidden === null || commander === null || hidden.members.includes(commander)) return events;
        // Who leads it sees it.
        await writePrivacy(tx, command.orgId, await findFamily(tx, command.orgId, row.number), { ...hidden, members: [...hidden.members, commander] });
        await bumpLinkMark(tx, command.orgId);
        return [...events, eventBy(command, 'incident.members_changed', row.number, {
          added: [found?.name ?? commander], removed: [], keysAdded: [commander], keysRemoved: [], reason: 'leads the incident',
        })];
      });
    },

    async setFields(command, number, body) {
      const { incidentTypes } = await settings.read(db, command.orgId);
      await change(command, number, async (tx, row, at) => {
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
      });
    },

    async addNote(command, number, text) {
      const positions = await change(command, number, async (_tx, row) => [eventBy(command, 'incident.note_added', row.number, { text })]);
      const position = positions[0];
      if (position === undefined) throw new Error('the note got no position');
      return position;
    },

    async reviseNote(command, number, position, text) {
      await change(command, number, async (tx, row) => {
        const notes = await listEvents(tx, command.orgId, {
          viewer: command.viewer, incident: row.number, types: ['incident.note_added'], order: 'oldest', beyond: (BigInt(position) - 1n).toString(), limit: 1,
        });
        const note = notes[0];
        if (note === undefined || note.position !== position) throw notFoundError(`${incidentKey(row.number)} has no note at ${position}`);
        if (note.actor.key !== command.actor.key) throw conflictError('only its author revises a note; write one of your own', { extra: { author: note.actor.name } });
        const revisions = await listEvents(tx, command.orgId, {
          viewer: command.viewer, incident: row.number, types: ['incident.note_revised'], order: 'newest', limit: MAX_REVISIONS,
        });
        const version = 1 + revisions.filter((revision) => revision.data['note'] === position).length;
        if (command.ifMatch !== null && command.ifMatch !== version) {
          throw versionMismatchError('the note was revised since you looked; look again and repeat what still makes sense', { extra: { currentVersion: version } });
        }
        return [eventBy(command, 'incident.note_revised', row.number, { text, note: position })];
      });
    },
  };
}
