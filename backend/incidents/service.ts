/** What people and programs do to one incident: each use case loads, decides, writes and appends its event. */
import {
  incidentKey, type DeclareIncidentBody, type EditIncidentBody, type IncidentNumber, type LifecycleCommand, type OrgId, type SetFieldsBody,
  type Severity, type UserKey, type UserRef,
} from '#contract';
import { appendEvents, listEvents, type NewEvent } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import type { IncidentChanges } from './changes.ts';
import { editIncident } from './commandStore.ts';
import { checkVersion, eventBy, loadIncident, refuseMerged, type Command } from './guards.ts';
import type { IncidentRow } from './incident.ts';
import type { RoleMoved } from './ports.ts';
import { changeRole } from './roles/changeRole.ts';

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
  readonly changes: IncidentChanges;
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

/** Makes the service. */
export function createIncidentService(deps: IncidentServiceDeps): IncidentService {
  const { db, clock, users, changes, roleMoved } = deps;

  /** A change in a transaction of its own. */
  function alone(command: Command, work: (tx: Transaction, at: Date) => Promise<readonly NewEvent[]>): Promise<string[]> {
    const at = clock.now();
    return db.transaction(async (tx) => appendEvents(tx, command.orgId, at, await work(tx, at)));
  }

  /** One change of one incident: lock, check, write, append. */
  function change(command: Command, number: number, work: (tx: Transaction, row: IncidentRow, at: Date) => Promise<readonly NewEvent[]>): Promise<string[]> {
    return alone(command, async (tx, at) => work(tx, await loadIncident(tx, command, number), at));
  }

  return {
    async declare(command, body) {
      const at = clock.now();
      return db.transaction(async (tx) => {
        const { number, events } = await changes.declare(tx, command, at, body, 'declared by hand');
        await appendEvents(tx, command.orgId, at, events);
        return number;
      });
    },

    async run(command, number, what, reason) {
      await alone(command, (tx, at) => changes.run(tx, command, at, number, what, reason));
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
      await alone(command, (tx, at) => changes.changeSeverity(tx, command, at, number, severity, reason));
    },

    async assignCommander(command, number, commander) {
      const found = commander === null ? undefined : (await users.find(command.orgId, [commander])).get(commander);
      if (commander !== null && found === undefined) {
        throw inputError('nobody of this organisation has that key', [{ field: 'body.commander', message: 'must be the key of a user seen in this organisation' }]);
      }
      await change(command, number, async (tx, row, at) => {
        refuseMerged(row);
        await checkVersion(tx, command, row);
        return changeRole(tx, command, row, { role: 'commander', to: found ?? null }, roleMoved, at);
      });
    },

    async setFields(command, number, body) {
      await alone(command, (tx, at) => changes.setFields(tx, command, at, number, body));
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
