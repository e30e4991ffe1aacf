/** Tasks over HTTP: connects the contract with the service. */
import { incidentKey, incidentNumber, taskId, type Task, type TaskOwner, type UserKey, type UserRef } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { commandOf, findIncidentScope } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import { decodeCursor, isInstant, toPage } from '../../platform/http/cursor.ts';
import type { Caller, Handlers, RequestContext } from '../../platform/http/route.ts';
import type { TaskPorts } from './ports.ts';
import { familyOf, personOf, type TaskService } from './taskService.ts';
import { isBlocked, isOverdue, type TaskCommand } from './taskRules.ts';
import { checklistOf, findRefs, findTask, listTaskRows, ownerOf, priorityOf, sortKeyOf, stateOf, type TaskRow } from './taskStore.ts';

export type TaskOperation = 'listTasks' | 'listIncidentTasks' | 'createTask' | 'getTask' | 'editTask' | 'completeTask' | 'cancelTask' | 'reopenTask';

export interface TaskRoutesDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly ports: Pick<TaskPorts, 'users'>;
  readonly service: TaskService;
}

function isPlace(values: readonly string[]): boolean {
  const [ended, due, id] = values;
  return values.length === 3 && /^[01]$/.test(ended ?? '') && (due === 'infinity' || isInstant(due)) && taskId.safeParse(id).success;
}

/** Makes the handlers. */
export function createTaskHandlers({ db, clock, ports, service }: TaskRoutesDeps): Handlers<TaskOperation> {
  function toOwner(row: TaskRow, people: ReadonlyMap<UserKey, UserRef>): TaskOwner | null {
    const owner = ownerOf(row);
    if (owner === null) return null;
    const person = (key: string): UserRef | null => personOf(key).map((known) => people.get(known) ?? { key: known, login: key, name: key })[0] ?? null;
    switch (owner.kind) {
      case 'user': {
        const user = person(owner.name);
        return user === null ? null : { kind: 'user', user };
      }
      case 'team':
        return { kind: 'team', team: owner.name };
      case 'role':
        return { kind: 'role', role: owner.role, holder: row.role_holder === null ? null : person(row.role_holder) };
    }
  }

  async function show(caller: Caller, rows: readonly TaskRow[]): Promise<Task[]> {
    const { orgId } = caller;
    const keys = [...new Set(rows.flatMap((row) => [...personOf(row.role_holder), ...(row.owner_kind === 'user' ? personOf(row.owner) : [])]))];
    const [people, refs] = await Promise.all([
      keys.length === 0 ? new Map<UserKey, UserRef>() : ports.users.find(orgId, keys), findRefs(db, orgId, viewerOf(caller), [...new Set(rows.flatMap((row) => row.waits_for))]),
    ]);
    const nowMs = clock.nowMs();
    return rows.map((row) => {
      const state = stateOf(row);
      const waitsFor = row.waits_for.flatMap((id) => refs.get(id) ?? []);
      return {
        id: taskId.parse(row.id), version: row.version, incident: { number: incidentNumber.parse(row.heir_number), title: row.incident_title },
        title: row.title, description: row.description, state, priority: priorityOf(row), owner: toOwner(row, people), dueAt: row.due_at?.toISOString() ?? null,
        overdue: isOverdue(state, row.due_at?.getTime() ?? null, nowMs), waitsFor, blocked: isBlocked(waitsFor), checklist: checklistOf(row),
        entry: row.entry_position === null ? null : { position: row.entry_position, text: row.entry_text ?? '' },
        createdAt: row.created_at.toISOString(), createdBy: row.created_by, endedAt: row.ended_at?.toISOString() ?? null,
      };
    });
  }

  async function read(caller: Caller, id: Task['id']): Promise<Task> {
    const row = await findTask(db, caller.orgId, viewerOf(caller), id);
    const [shown] = row === undefined ? [] : await show(caller, [row]);
    if (shown === undefined) throw notFoundError('there is no such task');
    return shown;
  }

  async function pageOf(caller: Caller, rows: readonly TaskRow[], limit: number): Promise<{ items: Task[]; nextCursor: string | null }> {
    const { items, nextCursor } = toPage(rows, limit, sortKeyOf);
    return { items: await show(caller, items), nextCursor };
  }

  function move(what: TaskCommand) {
    return async (request: { params: { id: Task['id'] }; body: { reason?: string | undefined } }, context: RequestContext): Promise<Task> => {
      await service.move(commandOf(context), request.params.id, what, request.body.reason);
      return read(context.caller, request.params.id);
    };
  }

  return {
    async listTasks({ query }, { caller }) {
      const after = decodeCursor(query.cursor, isPlace);
      // An API token is nobody: it has no tasks of its own.
      if (query.owner === 'me' && caller.userKey === null) return { items: [], nextCursor: null };
      const rows = await listTaskRows(db, caller.orgId, {
        viewer: viewerOf(caller), incidents: null, openOnly: query.state === 'open' || query.due === 'overdue', owner: query.owner === 'me' ? caller.userKey : null,
        dueUntil: query.due === 'overdue' ? clock.now() : null, after, limit: query.limit,
      });
      return pageOf(caller, rows, query.limit);
    },
    async listIncidentTasks({ params, query }, { caller }) {
      const after = decodeCursor(query.cursor, isPlace);
      if ((await findIncidentScope(db, caller.orgId, viewerOf(caller), params.number)) === null) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      const rows = await listTaskRows(db, caller.orgId, {
        viewer: viewerOf(caller), incidents: await familyOf(db, caller.orgId, params.number), openOnly: query.state === 'open', owner: null, dueUntil: null, after, limit: query.limit,
      });
      return pageOf(caller, rows, query.limit);
    },
    async createTask({ params, body }, context) {
      return read(context.caller, await service.create(commandOf(context), params.number, body));
    },
    getTask: ({ params }, { caller }) => read(caller, params.id),
    async editTask({ params, body }, context) {
      await service.edit(commandOf(context), params.id, body);
      return read(context.caller, params.id);
    },
    completeTask: move('complete'),
    cancelTask: move('cancel'),
    reopenTask: move('reopen'),
  };
}
