/** What people and programs do to incidents: each use case loads, decides, writes and appends its event. */
import {
  incidentKey, type Actor, type DeclareIncidentBody, type EditIncidentBody, type IncidentNumber, type LifecycleCommand,
  type LiveEvent, type OrgId, type Severity, type UserKey, type UserRef,
} from '#contract';
import { appendEvents, listEvents, type NewEvent } from '../eventlog/index.ts';
import { severityOf, severityRank } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { absorbIncident, editIncident, lockIncident, moveIncident, setSeverity } from './commandStore.ts';
import { toIncidentNumber, type IncidentRow } from './incident.ts';
import { insertIncidents, lockLinks, takeNumbers } from './sinkStore.ts';
import { ACTIVE_STATES, availableCommands, decideTransition, OPEN_STATES, participleOf, type LifecycleFacts, type LifecycleRules } from './stateMachine.ts';

/** Finds people of the organisation; the access module's directory. */
export interface UserDirectory {
  find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>>;
}

export interface IncidentServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly rules: LifecycleRules;
}

/** Who acts, in which organisation, having seen which version. */
export interface Command {
  readonly orgId: OrgId;
  readonly actor: Actor;
  /** Set when the actor is a person. */
  readonly userKey: UserKey | null;
  readonly ifMatch: number | null;
}

export interface IncidentService {
  declare(command: Command, body: DeclareIncidentBody): Promise<IncidentNumber>;
  run(command: Command, number: IncidentNumber, what: LifecycleCommand, reason: string | undefined): Promise<void>;
  edit(command: Command, number: IncidentNumber, body: EditIncidentBody): Promise<void>;
  changeSeverity(command: Command, number: IncidentNumber, severity: Severity, reason: string): Promise<void>;
  assignCommander(command: Command, number: IncidentNumber, commander: UserKey | null): Promise<void>;
  merge(command: Command, number: IncidentNumber, into: IncidentNumber, reason: string | undefined): Promise<void>;
  /** Appends a note; gives its position. */
  addNote(command: Command, number: IncidentNumber, text: string): Promise<string>;
  /** Appends a new wording of a note. Only its author may. */
  reviseNote(command: Command, number: IncidentNumber, position: string, text: string): Promise<void>;
}

/** What the state machine looks at, from a row. */
export function lifecycleFacts(row: IncidentRow): LifecycleFacts {
  return {
    state: row.state,
    severity: severityOf(row.severity),
    alertsFiring: row.alerts_firing,
    lastAlertAtMs: row.last_alert_at?.getTime() ?? null,
    endedAtMs: (row.resolved_at ?? row.closed_at)?.getTime() ?? null,
  };
}

/** Makes the service. */
export function createIncidentService(deps: IncidentServiceDeps): IncidentService {
  const { db, clock, users, rules } = deps;

  async function lastChange(tx: Transaction, orgId: OrgId, number: number): Promise<LiveEvent | undefined> {
    const events = await listEvents(tx, orgId, {
      incident: number, order: 'newest', limit: 1,
      notTypes: ['incident.alerts_joined', 'incident.alerts_resolved', 'incident.note_added', 'incident.note_revised'],
    });
    return events[0];
  }

  /** "INC-5 was acknowledged by Ada Admin": why this came too late, in one sentence. */
  async function whoWasQuicker(tx: Transaction, orgId: OrgId, row: IncidentRow): Promise<{ sentence: string; extra: Record<string, unknown> }> {
    const change = await lastChange(tx, orgId, row.number);
    const participle = change === undefined ? null : (participleOf(change.type) ?? 'changed');
    const sentence = change === undefined ? `${incidentKey(row.number)} is ${row.state}` : `${incidentKey(row.number)} was ${participle} by ${change.actor.name}`;
    return { sentence, extra: { state: row.state, version: row.version, by: change?.actor.name ?? null, at: change?.at ?? null } };
  }

  async function load(tx: Transaction, command: Command, number: number): Promise<IncidentRow> {
    const row = await lockIncident(tx, command.orgId, number);
    if (row === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    return row;
  }

  async function checkVersion(tx: Transaction, command: Command, row: IncidentRow): Promise<void> {
    if (command.ifMatch === null || command.ifMatch === row.version) return;
    const { sentence, extra } = await whoWasQuicker(tx, command.orgId, row);
    throw versionMismatchError(`${sentence} since you looked; look again and repeat what still makes sense`, { extra });
  }

  function refuseMerged(row: IncidentRow): void {
    if (row.state !== 'duplicate') return;
    const into = row.merged_into === null ? 'another incident' : incidentKey(row.merged_into);
    throw conflictError(`${incidentKey(row.number)} was merged into ${into}; act there`, { extra: { state: row.state, mergedInto: row.merged_into } });
  }

  /** One change of one incident: lock, check, write, append. */
  async function change(
    command: Command,
    number: number,
    work: (tx: Transaction, row: IncidentRow, at: Date) => Promise<readonly NewEvent[]>,
  ): Promise<string[]> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const row = await load(tx, command, number);
      return appendEvents(tx, command.orgId, at, await work(tx, row, at));
    });
  }

  function eventBy(command: Command, type: NewEvent['type'], incident: number, data: Record<string, unknown>): NewEvent {
    return { type, incident, actor: command.actor, data };
  }

  return {
    async declare(command, body) {
      const at = clock.now();
      const number = await db.transaction(async (tx) => {
        const first = await takeNumbers(tx, command.orgId, 1);
        await insertIncidents(tx, command.orgId, at, [{
          number: first, title: body.title, description: body.description, state: 'declared', severity: severityRank(body.severity),
          computedSeverity: null, severityOrigin: 'manual', origin: 'manual', services: body.services, groupKeys: [], groupingReason: null,
          declarationReason: 'declared by hand', impactStartedAt: body.impactStartedAt === undefined ? null : new Date(body.impactStartedAt),
          declaredAt: at, commanderKey: null,
        }]);
        await appendEvents(tx, command.orgId, at, [eventBy(command, 'incident.declared', first, {
          to: 'declared', title: body.title, severity: body.severity, services: body.services, reason: 'declared by hand',
        })]);
        return first;
      });
      return toIncidentNumber(number);
    },

    async run(command, number, what, reason) {
      await change(command, number, async (tx, row, at) => {
        refuseMerged(row);
        const result = decideTransition(what, lifecycleFacts(row), reason, at.getTime(), rules);
        if (!result.ok && result.fault === 'reason_missing') {
          throw inputError(`${incidentKey(row.number)} ${result.message}`, [{ field: 'body.reason', message: result.message }]);
        }
        if (!result.ok) {
          const { sentence, extra } = await whoWasQuicker(tx, command.orgId, row);
          const permitted = availableCommands(lifecycleFacts(row), at.getTime(), rules).map((available) => available.command);
          throw conflictError(`${sentence}; "${what}" is ${result.message}`, { extra: { ...extra, permitted } });
        }
        await checkVersion(tx, command, row);
        if (!(await moveIncident(tx, command.orgId, row.number, row.state, result.to, at))) {
          throw conflictError(`${incidentKey(row.number)} changed at this moment; look again`);
        }
        return [eventBy(command, result.event, row.number, { from: row.state, to: result.to, reason: reason ?? null })];
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
        return [eventBy(command, 'incident.severity_changed', row.number, { from: severityOf(row.severity), to: severity, reason })];
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
        return [eventBy(command, 'incident.commander_assigned', row.number, { from: row.commander_key, to: commander, name: found?.name ?? null })];
      });
    },

    async merge(command, number, into, reason) {
      if (number === into) throw inputError('an incident cannot be merged into itself', [{ field: 'body.into', message: 'must be another incident' }]);
      const at = clock.now();
      await db.transaction(async (tx) => {
        await lockLinks(tx, command.orgId);
        const [first, second] = number < into ? [number, into] : [into, number];
        const rows = new Map<number, IncidentRow>();
        for (const key of [first, second]) rows.set(key, await load(tx, command, key));
        const from = rows.get(number);
        const target = rows.get(into);
        if (from === undefined || target === undefined) throw notFoundError('both incidents must exist');
        refuseMerged(from);
        refuseMerged(target);
        await checkVersion(tx, command, from);
        for (const row of [from, target]) {
          if (!OPEN_STATES.includes(row.state)) {
            throw conflictError(`${incidentKey(row.number)} is ${row.state}; only open incidents can be merged`, { extra: { state: row.state } });
          }
        }
        if (target.state === 'candidate' && ACTIVE_STATES.includes(from.state)) {
          throw conflictError(`${incidentKey(into)} is only a candidate; merge it into ${incidentKey(number)} instead`);
        }
        const alerts = await absorbIncident(tx, command.orgId, from.number, target.number, at);
        await appendEvents(tx, command.orgId, at, [
          eventBy(command, 'incident.merged', from.number, { from: from.state, to: 'duplicate', into: target.number, alerts, reason: reason ?? null }),
          eventBy(command, 'incident.absorbed', target.number, { other: from.number, title: from.title, alerts, reason: reason ?? null }),
        ]);
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
          incident: row.number, types: ['incident.note_added'], order: 'oldest', beyond: (BigInt(position) - 1n).toString(), limit: 1,
        });
        const note = notes[0];
        if (note === undefined || note.position !== position) throw notFoundError(`${incidentKey(row.number)} has no note at ${position}`);
        if (note.actor.key !== command.actor.key) throw conflictError('only its author revises a note; write one of your own', { extra: { author: note.actor.name } });
        return [eventBy(command, 'incident.note_revised', row.number, { text, note: position })];
      });
    },
  };
}

