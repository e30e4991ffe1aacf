/** What people and programs do to tasks: each use case locks the incident, decides, writes and appends its event. */
import {
  incidentKey, taskId, userKey, type CreateTaskBody, type EditTaskBody, type IncidentNumber, type OrgId, type TaskId, type TaskOwnerInput, type UserKey,
} from '#contract';
import { findPrivacy } from '../../access/index.ts';
import { appendEvents, listEvents, type NewEvent } from '../../eventlog/index.ts';
import { eventBy, findFamily, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { addTask, type TaskRequest } from './createTask.ts';
import type { TaskPorts } from './ports.ts';
import { checklistNews, decideMove, findCircle, isOpen, type TaskCommand } from './taskRules.ts';
import { checklistOf, findHeir, findRefs, findTask, moveTask, priorityOf, readWaits, stateOf, updateTask, type TaskRow } from './taskStore.ts';

export interface TaskService {
  create(command: Command, incident: IncidentNumber, body: CreateTaskBody): Promise<TaskId>;
  edit(command: Command, id: TaskId, body: EditTaskBody): Promise<void>;
  move(command: Command, id: TaskId, what: TaskCommand, reason: string | undefined): Promise<void>;
}

export interface TaskServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: TaskPorts;
}

/** Titles and entries are cut to this. */
const MAX_TITLE = 300;
/** Lines of the timeline that are of no incident, but stand on it. */
const AROUND = ['change.recorded', 'change.closed', 'maintenance.ended'];

function noTask(): Error {
  return notFoundError('there is no such task');
}

/** Makes the service. */
export function createTaskService({ db, clock, ports }: TaskServiceDeps): TaskService {
  /** The line of the timeline at a position, in words. */
  async function entryOf(q: Queryable, command: Command, family: readonly number[], position: string): Promise<{ position: string; text: string }> {
    const [event] = await listEvents(q, command.orgId, { viewer: command.viewer, order: 'oldest', beyond: (BigInt(position) - 1n).toString(), limit: 1 });
    const isOnIt = event !== undefined && event.position === position && (event.incident === null ? AROUND.includes(event.type) : family.includes(event.incident));
    if (!isOnIt) throw inputError('the timeline has no such line', [{ field: 'body.entry', message: 'must be the position of a line of the timeline of this incident' }]);
    return { position, text: ports.tellEvent(event).slice(0, MAX_TITLE) };
  }

  async function checkOwner(q: Queryable, orgId: OrgId, incident: number, owner: TaskOwnerInput | null | undefined): Promise<string | null> {
    if (owner?.kind !== 'user') return owner?.kind === 'role' ? `the ${owner.role}` : (owner?.team ?? null);
    const found = (await ports.users.find(orgId, [owner.user])).get(owner.user);
    if (found === undefined) throw inputError('nobody of this organisation has that key', [{ field: 'body.owner.user', message: 'must be the key of a user seen in this organisation' }]);
    const hidden = await findPrivacy(q, orgId, incident);
    if (hidden !== null && !hidden.members.includes(owner.user)) {
      throw inputError(`${found.name} does not see this private incident`, [{ field: 'body.owner.user', message: 'must be a member; let them see the incident first' }]);
    }
    return found.name;
  }

  async function checkWaits(tx: Transaction, { orgId, viewer }: Command, family: readonly number[], id: string | null, waitsFor: readonly TaskId[] | undefined): Promise<void> {
    if (waitsFor === undefined || waitsFor.length === 0) return;
    const waits = await readWaits(tx, orgId, family);
    const strangers = waitsFor.filter((other) => !waits.has(other));
    if (strangers.length > 0) throw inputError('a task waits for tasks of its own incident only', [{ field: 'body.waitsFor', message: `there is no task ${strangers.join(', ')} in this incident` }]);
    const circle = id === null ? null : findCircle(waits, id, waitsFor);
    if (circle === null) return;
    const titles = await findRefs(tx, orgId, viewer, circle);
    const way = circle.map((step) => `“${titles.get(step)?.title ?? step}”`).join(' waits for ');
    throw inputError(`these would wait for each other: ${way}`, [{ field: 'body.waitsFor', message: 'must not lead back to the task itself' }]);
  }

  /** Locks the incident that the task belongs to now, and gives the task as it is then. */
  async function change(command: Command, id: TaskId, work: (tx: Transaction, row: TaskRow, at: Date) => Promise<readonly NewEvent[]>): Promise<void> {
    const at = clock.now();
    await db.transaction(async (tx) => {
      const seen = await findTask(tx, command.orgId, command.viewer, id);
      if (seen === undefined) throw noTask();
      await loadIncident(tx, command, seen.heir_number);
      const row = await findTask(tx, command.orgId, command.viewer, id);
      if (row === undefined) throw noTask();
      await appendEvents(tx, command.orgId, at, await work(tx, row, at));
    });
  }

  function checkVersion(command: Command, row: TaskRow): void {
    if (command.ifMatch === null || command.ifMatch === row.version) return;
    throw versionMismatchError(`“${row.title}” was changed since you looked; look again and repeat what still makes sense`, { extra: { currentVersion: row.version } });
  }

  return {
    async create(command, incident, body) {
      const at = clock.now();
      return db.transaction(async (tx) => {
        const row = await loadIncident(tx, command, incident);
        refuseMerged(row);
        const family = await findFamily(tx, command.orgId, incident);
        const entry = body.entry === undefined ? null : await entryOf(tx, command, family, body.entry);
        await checkWaits(tx, command, family, null, body.waitsFor);
        const ownerName = await checkOwner(tx, command.orgId, incident, body.owner);
        const request: TaskRequest = {
          orgId: command.orgId, incident, actor: command.actor, at, key: null, title: body.title ?? entry?.text ?? '', description: body.description, owner: body.owner, ownerName,
          dueAt: body.dueAt === null ? null : new Date(body.dueAt), priority: body.priority, waitsFor: body.waitsFor, checklist: body.checklist, entry,
        };
        const { task, events } = await addTask(tx, request);
        await appendEvents(tx, command.orgId, at, events);
        return task.id;
      });
    },

    async edit(command, id, body) {
      await change(command, id, async (tx, row) => {
        checkVersion(command, row);
        const state = stateOf(row);
        if (!isOpen(state)) throw conflictError(`“${row.title}” is ${state}; reopen it to change it`, { extra: { state } });
        const family = await findFamily(tx, command.orgId, row.heir_number);
        await checkWaits(tx, command, family, row.id, body.waitsFor);
        const ownerName = await checkOwner(tx, command.orgId, row.heir_number, body.owner);
        const before = checklistOf(row);
        const after = {
          title: body.title ?? row.title, description: body.description ?? row.description, state: body.state ?? state, priority: body.priority ?? priorityOf(row), owner: body.owner,
          dueAt: body.dueAt === undefined ? row.due_at : body.dueAt === null ? null : new Date(body.dueAt), waitsFor: body.waitsFor ?? row.waits_for, checklist: body.checklist ?? before,
        };
        await updateTask(tx, command.orgId, row.id, after);
        const list = checklistNews(before, after.checklist);
        const fields = [
          ...(after.title === row.title ? [] : ['title']), ...(after.description === row.description ? [] : ['description']), ...(after.priority === row.priority ? [] : ['priority']),
          ...(body.owner === undefined ? [] : ['owner']), ...(after.dueAt?.getTime() === row.due_at?.getTime() ? [] : ['due time']),
          ...(after.waitsFor.join() === row.waits_for.join() ? [] : ['what it waits for']), ...(list.reworded ? ['checklist'] : []),
        ];
        const data = {
          task: row.id, title: after.title, fields, started: state === 'todo' && after.state === 'doing', laidDown: state === 'doing' && after.state === 'todo', ticked: list.ticked, unticked: list.unticked,
          ...(body.owner === undefined ? {} : { owner: ownerName }), ...(after.dueAt?.getTime() === row.due_at?.getTime() ? {} : { dueAt: after.dueAt?.toISOString() ?? null }),
          before: { title: row.title, description: row.description, priority: row.priority, ownerKind: row.owner_kind, owner: row.owner, dueAt: row.due_at?.toISOString() ?? null, waitsFor: row.waits_for },
        };
        return [eventBy(command, 'incident.task_changed', row.heir_number, data)];
      });
    },

    async move(command, id, what, reason) {
      await change(command, id, async (tx, row, at) => {
        const refs = await findRefs(tx, command.orgId, command.viewer, row.waits_for);
        const move = decideMove(what, stateOf(row), [...refs.values()].filter((other) => isOpen(other.state)).map((other) => other.title));
        if (!move.ok) throw conflictError(`“${row.title}” ${move.message}`, { extra: { state: row.state } });
        checkVersion(command, row);
        const ended = move.to === 'done' || move.to === 'cancelled' ? move.to : null;
        await moveTask(tx, command.orgId, row.id, move.to, ended === null ? null : at);
        const type = move.to === 'done' ? 'incident.task_done' : move.to === 'cancelled' ? 'incident.task_cancelled' : 'incident.task_reopened';
        const events: NewEvent[] = [eventBy(command, type, row.heir_number, { task: row.id, title: row.title, reason: reason ?? null })];
        if (ended === null) return events;
        for (const listener of ports.onEnded) {
          events.push(...await listener(tx, { orgId: command.orgId, id: taskId.parse(row.id), incident: row.incident_number, state: ended, key: row.dedupe_key, at }));
        }
        return events;
      });
    },
  };
}

/** The incident that a list is of, with what was merged into it. Throws when the viewer may not see it. */
export async function familyOf(q: Queryable, orgId: OrgId, number: number): Promise<number[]> {
  const heir = await findHeir(q, orgId, number);
  if (heir === null) throw notFoundError(`${incidentKey(number)} does not exist`);
  return findFamily(q, orgId, heir);
}

/** The key of a person, from a row. */
export function personOf(key: string | null): UserKey[] {
  return key === null ? [] : [userKey.parse(key)];
}
