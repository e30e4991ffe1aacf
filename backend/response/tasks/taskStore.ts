/** SQL of tasks. A task shows under the incident that goes on where its own was merged away. */
import { checklistItem, incidentRole, taskId, taskPriority, taskState, type ChecklistItem, type OrgId, type TaskId, type TaskOwnerInput, type TaskPriority, type TaskRef, type TaskState } from '#contract';
import { z } from 'zod';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface TaskRow {
  id: string;
  incident_number: number;
  heir_number: number;
  incident_title: string;
  /** Who plays the role that owns it now. */
  role_holder: string | null;
  title: string;
  description: string;
  state: string;
  priority: string;
  owner_kind: string | null;
  owner: string | null;
  due_at: Date | null;
  waits_for: string[];
  checklist: unknown;
  entry_position: string | null;
  entry_text: string | null;
  dedupe_key: string | null;
  created_at: Date;
  created_by: string;
  ended_at: Date | null;
  version: number;
}

const checklistSchema = z.array(checklistItem);

/** The state of a row. */
export function stateOf(row: Pick<TaskRow, 'state'>): TaskState {
  return taskState.parse(row.state);
}

/** The priority of a row. */
export function priorityOf(row: TaskRow): TaskPriority {
  return taskPriority.parse(row.priority);
}

/** The checklist of a row. */
export function checklistOf(row: TaskRow): ChecklistItem[] {
  return checklistSchema.parse(row.checklist);
}

/** Whose task a row is: a key or name, with its kind. */
export function ownerOf(row: Pick<TaskRow, 'owner_kind' | 'owner'>): { kind: 'user' | 'team'; name: string } | { kind: 'role'; role: z.infer<typeof incidentRole> } | null {
  if (row.owner === null) return null;
  switch (row.owner_kind) {
    case 'user':
    case 'team':
      return { kind: row.owner_kind, name: row.owner };
    case 'role':
      return { kind: 'role', role: incidentRole.parse(row.owner) };
    default:
      return null;
  }
}

const COLUMNS = `t.id::text, t.incident_number, h.number as heir_number, h.title as incident_title, case when t.owner_kind = 'role' then incident_role_holder(t.org_id, h.number, t.owner) end as role_holder, t.title, t.description, t.state, t.priority,
  t.owner_kind, t.owner, t.due_at, t.waits_for::text[] as waits_for, t.checklist, t.entry_position::text as entry_position, t.entry_text, t.dedupe_key,
  t.created_at, t.created_by, t.ended_at, t.version`;
const FROM = 'tasks as t join incidents as h on h.org_id = t.org_id and h.number = incident_heir(t.org_id, t.incident_number)';

/** True when the viewer may see the incident in which the task was made, and the one that goes on. */
function taskSeenBy(viewer: string): string {
  return `${seenBy(viewer, 't.incident_number')} and ${seenBy(viewer, 'h.number')}`;
}

/** One task, if the viewer may see it. */
export async function findTask(q: Queryable, orgId: OrgId, viewer: Viewer, id: TaskId): Promise<TaskRow | undefined> {
  const rows = await q.query<TaskRow>(`select ${COLUMNS} from ${FROM} where t.org_id = $1::integer and t.id = $2::bigint and ${taskSeenBy('$3')}`, [orgId, id, viewer]);
  return rows[0];
}

export interface TaskFilter {
  readonly viewer: Viewer;
  /** Made in one of these incidents. */
  readonly incidents: readonly number[] | null;
  readonly openOnly: boolean;
  /** Theirs, also by a role that they have now. */
  readonly owner: string | null;
  /** Due until then. */
  readonly dueUntil: Date | null;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** What lists are sorted by: open ones first, then by due time (`infinity` without one), then by age. */
export function sortKeyOf(row: TaskRow): readonly string[] {
  const state = stateOf(row);
  return [state === 'todo' || state === 'doing' ? '0' : '1', row.due_at?.toISOString() ?? 'infinity', row.id];
}

const ENDED = `case when t.state in ('todo', 'doing') then 0 else 1 end`;
const DUE = `coalesce(t.due_at, 'infinity'::timestamptz)`;

/** Tasks in order, one more than the limit. */
export async function listTaskRows(q: Queryable, orgId: OrgId, filter: TaskFilter): Promise<TaskRow[]> {
  const [ended, due, id] = filter.after ?? [];
  return q.query<TaskRow>(
    `select ${COLUMNS} from ${FROM}
     where t.org_id = $1::integer and ${taskSeenBy('$2')}
       and ($3::integer[] is null or t.incident_number = any($3::integer[]))
       and ($4::boolean is false or (t.state in ('todo', 'doing') and ($3::integer[] is not null or h.state not in ('rejected', 'cancelled'))))
       and ($5::text is null or (t.owner_kind = 'user' and t.owner = $5::text) or (t.owner_kind = 'role' and incident_role_holder(t.org_id, h.number, t.owner) = $5::text))
       and ($6::timestamptz is null or t.due_at <= $6::timestamptz)
       and ($7::integer is null or (${ENDED}, ${DUE}, t.id) > ($7::integer, $8::timestamptz, $9::bigint))
     order by ${ENDED}, ${DUE}, t.id limit $10::integer`,
    [orgId, filter.viewer, filter.incidents, filter.openOnly, filter.owner, filter.dueUntil, ended ?? null, due ?? null, id ?? null, filter.limit + 1],
  );
}

/** The incident that goes on for one: itself, unless it was merged away. Null when there is none of that number. */
export async function findHeir(q: Queryable, orgId: OrgId, number: number): Promise<number | null> {
  const [row] = await q.query<{ heir: number | null }>('select incident_heir($1::integer, $2::integer) as heir', [orgId, number]);
  return row?.heir ?? null;
}

interface RefRow {
  id: string;
  title: string;
  state: string;
  entry_position: string | null;
}

function toRef(row: RefRow): TaskRef {
  return { id: taskId.parse(row.id), title: row.title, state: stateOf(row) };
}

/** Tasks as others name them, by id: those that the viewer may see, also when a merge that brought them together was undone. */
export async function findRefs(q: Queryable, orgId: OrgId, viewer: Viewer, ids: readonly string[]): Promise<Map<string, TaskRef>> {
  if (ids.length === 0) return new Map();
  const rows = await q.query<RefRow>(
    `select t.id::text, t.title, t.state, null::text as entry_position from ${FROM} where t.org_id = $1::integer and t.id = any($2::bigint[]) and ${taskSeenBy('$3')}`, [orgId, ids, viewer],
  );
  return new Map(rows.map((row) => [row.id, toRef(row)]));
}

/** Tasks that were made of lines of the timeline, by the position of the line. */
export async function findTasksOfEntries(q: Queryable, orgId: OrgId, viewer: Viewer, positions: readonly string[]): Promise<Map<string, TaskRef[]>> {
  const found = new Map<string, TaskRef[]>();
  if (positions.length === 0) return found;
  const rows = await q.query<RefRow>(
    `select t.id::text, t.title, t.state, t.entry_position::text as entry_position from ${FROM}
     where t.org_id = $1::integer and t.entry_position = any($2::bigint[]) and ${taskSeenBy('$3')} order by t.id`,
    [orgId, positions, viewer],
  );
  for (const row of rows) if (row.entry_position !== null) found.set(row.entry_position, [...(found.get(row.entry_position) ?? []), toRef(row)]);
  return found;
}

/** What each task of some incidents waits for. */
export async function readWaits(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<Map<string, string[]>> {
  const rows = await q.query<{ id: string; waits_for: string[] }>(
    'select t.id::text, t.waits_for::text[] as waits_for from tasks as t where t.org_id = $1::integer and t.incident_number = any($2::integer[])', [orgId, incidents],
  );
  return new Map(rows.map((row) => [row.id, row.waits_for]));
}

export interface NewTask {
  readonly incident: number;
  readonly title: string;
  readonly description: string;
  readonly priority: TaskPriority;
  readonly owner: TaskOwnerInput | null;
  readonly dueAt: Date | null;
  readonly waitsFor: readonly TaskId[];
  readonly checklist: readonly ChecklistItem[];
  readonly entry: { readonly position: string; readonly text: string } | null;
  readonly key: string | null;
  readonly by: string;
}

function ownerColumns(owner: TaskOwnerInput | null): [string | null, string | null] {
  if (owner === null) return [null, null];
  switch (owner.kind) {
    case 'user':
      return ['user', owner.user];
    case 'team':
      return ['team', owner.team];
    case 'role':
      return ['role', owner.role];
  }
}

/** Inserts a task. Null: there is one of that key in the incident. */
export async function insertTask(tx: Transaction, orgId: OrgId, at: Date, fresh: NewTask): Promise<TaskId | null> {
  const rows = await tx.query<{ id: string }>(
    `insert into tasks (org_id, incident_number, title, description, priority, owner_kind, owner, due_at, waits_for, checklist, entry_position, entry_text, dedupe_key, created_at, created_by)
     values ($1::integer, $2::integer, $3::text, $4::text, $5::text, $6::text, $7::text, $8::timestamptz, $9::bigint[], $10::jsonb, $11::bigint, $12::text, $13::text, $14::timestamptz, $15::text)
     on conflict (org_id, incident_number, dedupe_key) where dedupe_key is not null do nothing returning id::text`,
    [
      orgId, fresh.incident, fresh.title, fresh.description, fresh.priority, ...ownerColumns(fresh.owner), fresh.dueAt, fresh.waitsFor, JSON.stringify(fresh.checklist),
      fresh.entry?.position ?? null, fresh.entry?.text ?? null, fresh.key, at, fresh.by,
    ],
  );
  return rows[0] === undefined ? null : taskId.parse(rows[0].id);
}

/** The task of a key in an incident. */
export async function findByKey(tx: Transaction, orgId: OrgId, incident: number, key: string): Promise<TaskRef | undefined> {
  const rows = await tx.query<RefRow>(
    'select t.id::text, t.title, t.state, null::text as entry_position from tasks as t where t.org_id = $1::integer and t.incident_number = $2::integer and t.dedupe_key = $3::text', [orgId, incident, key],
  );
  return rows[0] === undefined ? undefined : toRef(rows[0]);
}

export interface TaskChange {
  readonly title: string;
  readonly description: string;
  readonly state: TaskState;
  readonly priority: TaskPriority;
  /** Undefined: as it is. */
  readonly owner: TaskOwnerInput | null | undefined;
  readonly dueAt: Date | null;
  readonly waitsFor: readonly string[];
  readonly checklist: readonly ChecklistItem[];
}

/** Writes what was changed of a task. */
export async function updateTask(tx: Transaction, orgId: OrgId, id: string, change: TaskChange): Promise<void> {
  await tx.query(
    `update tasks as t set title = $3::text, description = $4::text, state = $5::text, priority = $6::text,
       owner_kind = case when $7::boolean then $8::text else t.owner_kind end, owner = case when $7::boolean then $9::text else t.owner end,
       due_at = $10::timestamptz, waits_for = $11::bigint[], checklist = $12::jsonb, version = t.version + 1
     where t.org_id = $1::integer and t.id = $2::bigint`,
    [
      orgId, id, change.title, change.description, change.state, change.priority, change.owner !== undefined, ...ownerColumns(change.owner ?? null),
      change.dueAt, change.waitsFor, JSON.stringify(change.checklist),
    ],
  );
}

/** Moves a task to a state; `endedAt` for one that is done or cancelled. */
export async function moveTask(tx: Transaction, orgId: OrgId, id: string, to: TaskState, endedAt: Date | null): Promise<void> {
  await tx.query('update tasks as t set state = $3::text, ended_at = $4::timestamptz, version = t.version + 1 where t.org_id = $1::integer and t.id = $2::bigint', [orgId, id, to, endedAt]);
}

/** Open tasks of a role in some incidents. */
export async function findTasksOfRole(tx: Transaction, orgId: OrgId, incidents: readonly number[], role: string): Promise<{ id: string; title: string }[]> {
  return tx.query<{ id: string; title: string }>(
    `select t.id::text, t.title from tasks as t where t.org_id = $1::integer and t.incident_number = any($2::integer[]) and t.owner_kind = 'role' and t.owner = $3::text
       and t.state in ('todo', 'doing') order by t.id`,
    [orgId, incidents, role],
  );
}

/** Notes that tasks are overdue, each due time once; whoever comes second at one finds nothing. Gives those that are news. */
export async function markOverdue(tx: Transaction, orgId: OrgId, now: Date, limit: number): Promise<{ id: string; incident_number: number; heir_number: number; title: string; due_at: Date }[]> {
  return tx.query<{ id: string; incident_number: number; heir_number: number; title: string; due_at: Date }>(
    `update tasks as t set overdue_told_for = t.due_at
     from (
       select t.id, h.number as heir_number from ${FROM}
       where t.org_id = $1::integer and t.state in ('todo', 'doing') and t.due_at <= $2::timestamptz and t.overdue_told_for is distinct from t.due_at
         and h.state not in ('rejected', 'cancelled')
       order by t.due_at limit $3::integer for update of t skip locked
     ) as late
     where t.org_id = $1::integer and t.id = late.id
     returning t.id::text, t.incident_number, late.heir_number, t.title, t.due_at`,
    [orgId, now, limit],
  );
}
