/** SQL of runs and their steps, as the engine reads and writes them. */
import type { JsonValue, OrgId, RunbookDocument, RunId } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import type { StepRow } from '../plan/model.ts';
import { RUN_COLUMNS, runToJson, STEP_COLUMNS, stepToJson, toRecord, toStep, type RunRecord, type RunRow, type StepDbRow } from './record.ts';

/** Wakes workers; the payload is `due`, or the run that was changed. */
export const RUNS_CHANNEL = 'muster_runs';

/** Key of a run over all organisations. */
export function keyOf(run: { readonly orgId: OrgId; readonly id: RunId }): string {
  return `${run.orgId}:${run.id}`;
}

/** What was written by a turn of one run. */
export interface TurnWrite {
  /** As it was read. */
  readonly before: RunRecord;
  readonly after: RunRecord;
  readonly steps: readonly StepRow[];
  readonly events: readonly NewEvent[];
}

/** Writes turns; gives the keys of those runs that nobody else had moved. Events are appended with it, last. */
export async function writeTurns(q: Queryable, now: Date, turns: readonly TurnWrite[]): Promise<Set<string>> {
  const rows = await q.prepared<{ org_id: number; id: string }>(
    'write-run-turns',
    'select w.org_id, w.id::text from write_run_turns($1::timestamptz, $2::jsonb, $3::jsonb, $4::jsonb) as w',
    [
      now, JSON.stringify(turns.map(({ before, after }) => runToJson(before, after))), JSON.stringify(turns.flatMap(({ after, steps }) => steps.map((step) => stepToJson(after, step)))),
      JSON.stringify(turns.flatMap(({ after, events }) => events.map((event) => ({ org_id: after.orgId, run_id: after.id, event })))),
    ],
  );
  return new Set(rows.map((row) => `${row.org_id}:${row.id}`));
}

/** A run that was taken, and who had it until now. */
export interface ClaimedRun {
  readonly run: RunRecord;
  readonly heldBy: string | null;
}

/** Takes runs that somebody has to look at, and holds them until `until`. */
export async function claimDue(q: Queryable, now: Date, until: Date, owner: string, limit: number): Promise<ClaimedRun[]> {
  const rows = await q.prepared<RunRow & { held_by: string | null }>(
    'claim-due-runs',
    `update runbook_runs as r set due_at = $2::timestamptz, lease_owner = $3::text, rev = r.rev + 1
     from (select d.org_id, d.id, d.lease_owner as held_by from runbook_runs as d where d.due_at <= $1::timestamptz order by d.due_at limit $4::integer for update skip locked) as due
     where r.org_id = due.org_id and r.id = due.id
     returning ${RUN_COLUMNS}, due.held_by`,
    [now, until, owner, limit],
  );
  return rows.map((row) => ({ run: toRecord(row), heldBy: row.held_by }));
}

/** Lets runs that wait and were sent a signal be looked at. */
export async function raiseSignalled(q: Queryable, now: Date): Promise<void> {
  await q.prepared(
    'raise-signalled-runs',
    `update runbook_runs as r set due_at = $1::timestamptz
     from (select distinct s.org_id, s.run_id from runbook_signals as s) as woken
     where r.org_id = woken.org_id and r.id = woken.run_id and r.lease_owner is null and (r.due_at is null or r.due_at > $1::timestamptz)`,
    [now],
  );
}

/** Holds on to runs. Gives those that are still this replica's, with their revision and whether a signal came. */
export async function holdLeases(q: Queryable, until: Date, owner: string): Promise<Map<string, { readonly rev: number; readonly signalled: boolean }>> {
  const rows = await q.prepared<{ org_id: number; id: string; rev: number; signalled: boolean }>(
    'hold-run-leases',
    `update runbook_runs as r set due_at = $1::timestamptz where r.lease_owner = $2::text
     returning r.org_id, r.id::text, r.rev, exists (select 1 from runbook_signals as s where s.org_id = r.org_id and s.run_id = r.id) as signalled`,
    [until, owner],
  );
  return new Map(rows.map((row) => [`${row.org_id}:${row.id}`, { rev: row.rev, signalled: row.signalled }]));
}

/** Gives back what a replica holds, at its end. */
export async function releaseLeases(q: Queryable, now: Date, owner: string): Promise<void> {
  await q.query('update runbook_runs as r set due_at = $1::timestamptz, lease_owner = null, rev = r.rev + 1 where r.lease_owner = $2::text', [now, owner]);
}

/** One run. */
export async function findRun(q: Queryable, orgId: OrgId, id: RunId): Promise<RunRecord | null> {
  const [row] = await q.prepared<RunRow>('find-run', `select ${RUN_COLUMNS} from runbook_runs as r where r.org_id = $1::integer and r.id = $2::bigint`, [orgId, id]);
  return row === undefined ? null : toRecord(row);
}

/** One run, held until the end of the transaction. */
export async function lockRun(tx: Transaction, orgId: OrgId, id: RunId): Promise<RunRecord | null> {
  const [row] = await tx.prepared<RunRow>('lock-run', `select ${RUN_COLUMNS} from runbook_runs as r where r.org_id = $1::integer and r.id = $2::bigint for update`, [orgId, id]);
  return row === undefined ? null : toRecord(row);
}

/** The text that a run keeps. */
export async function readDocument(q: Queryable, orgId: OrgId, id: RunId): Promise<unknown> {
  const [row] = await q.query<{ document: unknown }>('select r.document from runbook_runs as r where r.org_id = $1::integer and r.id = $2::bigint', [orgId, id]);
  return row?.document ?? null;
}

/** Steps of runs, by the key of the run. */
export async function readSteps(q: Queryable, runs: readonly { readonly orgId: OrgId; readonly id: RunId }[]): Promise<Map<string, Map<string, StepRow>>> {
  const byRun = new Map<string, Map<string, StepRow>>(runs.map((run) => [keyOf(run), new Map<string, StepRow>()]));
  if (runs.length === 0) return byRun;
  const rows = await q.prepared<StepDbRow>(
    'read-run-steps',
    `select ${STEP_COLUMNS} from unnest($1::integer[], $2::bigint[]) as w(org_id, run_id) join runbook_run_steps as s on s.org_id = w.org_id and s.run_id = w.run_id
     order by s.started_at, s.path`,
    [runs.map((run) => run.orgId), runs.map((run) => run.id)],
  );
  for (const row of rows) byRun.get(`${row.org_id}:${row.run_id}`)?.set(row.path, toStep(row));
  return byRun;
}

export interface Signal {
  readonly id: string;
  readonly path: string;
  readonly data: JsonValue;
}

/** Signals of a run, the oldest first. */
export async function readSignals(q: Queryable, orgId: OrgId, id: RunId): Promise<Signal[]> {
  return q.prepared<{ id: string; path: string; data: JsonValue }>(
    'read-run-signals', 'select s.id::text, s.path, s.data from runbook_signals as s where s.org_id = $1::integer and s.run_id = $2::bigint order by s.id', [orgId, id],
  );
}

/** Removes signals that were heard. */
export async function forgetSignals(q: Queryable, orgId: OrgId, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await q.query('delete from runbook_signals as s where s.org_id = $1::integer and s.id = any($2::bigint[])', [orgId, ids]);
}

/** Wakes a waiting step, in the transaction of what happened. It touches no row of the run, so nobody waits for it. */
export async function insertSignal(q: Queryable, orgId: OrgId, run: RunId, path: string, data: JsonValue): Promise<void> {
  await q.query(
    `with sent as (insert into runbook_signals (org_id, run_id, path, data) values ($1::integer, $2::bigint, $3::text, $4::jsonb) returning org_id)
     select pg_notify('${RUNS_CHANNEL}', $1::text || ':' || $2::text) from sent`,
    [orgId, run, path, JSON.stringify(data)],
  );
}

/** Tells workers that a run was changed, when the transaction commits. */
export async function notifyRun(q: Queryable, payload: string): Promise<void> {
  await q.query(`select pg_notify('${RUNS_CHANNEL}', $1::text)`, [payload]);
}

export type NewRun = Pick<RunRecord,
  'orgId' | 'runbook' | 'runbookVersion' | 'title' | 'state' | 'incident' | 'inputs' | 'panel' | 'start' | 'startedBy' | 'userKey' | 'role' | 'reason' | 'needsApproval' | 'lockKey' | 'limitKey'
  | 'limitMost' | 'parent' | 'depth' | 'drill' | 'stepsTotal' | 'deadline' | 'dueAt' | 'createdAt' | 'startedAt'> & { readonly document: RunbookDocument };

/** Writes a new run. */
export async function insertRun(tx: Transaction, run: NewRun): Promise<RunRecord> {
  const [row] = await tx.prepared<RunRow>(
    'insert-run',
    `insert into runbook_runs as r (
       org_id, runbook_id, runbook_version, title, document, state, incident_number, inputs, panel, start, started_by, user_key, role, reason, needs_approval, lock_key, limit_key, limit_most,
       parent_id, parent_path, depth, drill, steps_total, deadline, due_at, created_at, started_at)
     values ($1::integer, $2::text, $3::integer, $4::text, $5::jsonb, $6::text, $7::integer, $8::jsonb, $9::jsonb, $10::text, $11::jsonb, $12::text, $13::text, $14::text, $15::text, $16::text,
       $17::text, $18::integer, $19::bigint, $20::text, $21::integer, $22::boolean, $23::integer, $24::timestamptz, $25::timestamptz, $26::timestamptz, $27::timestamptz)
     returning ${RUN_COLUMNS}`,
    [
      run.orgId, run.runbook, run.runbookVersion, run.title, JSON.stringify(run.document), run.state, run.incident, JSON.stringify(run.inputs), JSON.stringify(run.panel), run.start,
      JSON.stringify(run.startedBy), run.userKey, run.role, run.reason, run.needsApproval, run.lockKey, run.limitKey, run.limitMost, run.parent?.id ?? null, run.parent?.path ?? null, run.depth,
      run.drill, run.stepsTotal, new Date(run.deadline), run.dueAt === null ? null : new Date(run.dueAt), new Date(run.createdAt), run.startedAt === null ? null : new Date(run.startedAt),
    ],
  );
  if (row === undefined) throw new Error('a run was not written');
  return toRecord(row);
}

/** Takes the locks of runs, by their names, until the end of the transaction: starts and admissions of the same names go one after the other. */
export async function takeNames(tx: Transaction, orgId: OrgId, names: readonly string[]): Promise<void> {
  for (const name of [...new Set(names)].sort()) await tx.query("select pg_advisory_xact_lock(hashtextextended('runbook:' || $1::text || ':' || $2::text, 0))", [orgId, name]);
}

/** Runs that hold a lock or count against a limit, except one. */
export async function findHolders(q: Queryable, orgId: OrgId, column: 'lock_key' | 'limit_key', key: string, except: RunId | null): Promise<RunRecord[]> {
  const rows = await q.query<RunRow>(
    `select ${RUN_COLUMNS} from runbook_runs as r where r.org_id = $1::integer and r.${column} = $2::text and r.ended_at is null and r.state <> 'queued' and ($3::bigint is null or r.id <> $3::bigint) order by r.id`,
    [orgId, key, except],
  );
  return rows.map(toRecord);
}
