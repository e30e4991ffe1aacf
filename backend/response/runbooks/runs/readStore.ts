/** SQL of runs as people read them. A run of a private incident is seen by its members only. */
import { runId, type OrgId, type RunbookId, type RunId } from '#contract';
import { seenBy, type Viewer } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { RUN_COLUMNS, toRecord, type RunRecord, type RunRow } from './record.ts';

/** Whether a viewer sees a run. */
export async function mayBeSeen(q: Queryable, orgId: OrgId, viewer: Viewer, id: RunId): Promise<boolean> {
  const rows = await q.query(`select 1 from runbook_runs as r where r.org_id = $1::integer and r.id = $2::bigint and ${seenBy('$3', 'r.incident_number')}`, [orgId, id, viewer]);
  return rows.length > 0;
}

export interface SeenRun extends RunRecord {
  readonly incidentTitle: string | null;
}

type SeenRow = RunRow & { incident_title: string | null };

function toSeen(row: SeenRow): SeenRun {
  return { ...toRecord(row), incidentTitle: row.incident_title };
}

const SEEN = `${RUN_COLUMNS}, i.title as incident_title`;
const FROM = 'runbook_runs as r left join incidents as i on i.org_id = r.org_id and i.number = r.incident_number';

/** One run, if the viewer sees it. */
export async function findSeenRun(q: Queryable, orgId: OrgId, viewer: Viewer, id: RunId): Promise<SeenRun | null> {
  const [row] = await q.query<SeenRow>(`select ${SEEN} from ${FROM} where r.org_id = $1::integer and r.id = $2::bigint and ${seenBy('$3', 'r.incident_number')}`, [orgId, id, viewer]);
  return row === undefined ? null : toSeen(row);
}

export interface RunFilter {
  readonly viewer: Viewer;
  readonly runbook: RunbookId | null;
  readonly incident: number | null;
  readonly open: boolean | null;
  readonly service: string | null;
  readonly before: RunId | null;
  readonly limit: number;
}

/** Runs, the newest first, one more than the limit. */
export async function listSeenRuns(q: Queryable, orgId: OrgId, filter: RunFilter): Promise<SeenRun[]> {
  const rows = await q.query<SeenRow>(
    `select ${SEEN} from ${FROM}
     where r.org_id = $1::integer and ${seenBy('$2', 'r.incident_number')}
       and ($3::text is null or r.runbook_id = $3::text)
       and ($4::integer is null or r.incident_number = any(array(select f.number from incidents as f where f.org_id = $1::integer and incident_heir($1::integer, f.number) = incident_heir($1::integer, $4::integer))))
       and ($5::boolean is null or (r.ended_at is null) = $5::boolean)
       and ($6::text is null or i.services @> array[$6::text] or r.document->'metadata'->'services' ? $6::text)
       and ($7::bigint is null or r.id < $7::bigint)
     order by r.id desc limit $8::integer`,
    [orgId, filter.viewer, filter.runbook, filter.incident, filter.open, filter.service, filter.before, filter.limit + 1],
  );
  return rows.map(toSeen);
}

/** Keys of the people who started a run, be it through a token of theirs. */
export async function startersOf(q: Queryable, run: Pick<RunRecord, 'orgId' | 'startedBy' | 'userKey'>): Promise<string[]> {
  const own = run.userKey === null ? [] : [run.userKey];
  if (run.startedBy.kind !== 'token') return own;
  const rows = await q.query<{ created_by: string }>('select t.created_by from api_tokens as t where t.org_id = $1::integer and t.id::text = $2::text', [run.orgId, run.startedBy.key]);
  return [...own, ...rows.map((row) => row.created_by)];
}

export interface OutputRow {
  seq: number;
  at: Date;
  stream: 'out' | 'err' | 'note';
  text: string;
}

/** What a try wrote, after a place. */
export async function readOutput(q: Queryable, orgId: OrgId, id: RunId, path: string, attempt: number, after: number, limit: number): Promise<OutputRow[]> {
  return q.query<{ seq: number; at: Date; stream: 'out' | 'err' | 'note'; text: string }>(
    `select o.seq, o.at, o.stream, o.text from runbook_step_output as o
     where o.org_id = $1::integer and o.run_id = $2::bigint and o.path = $3::text and o.attempt = $4::integer and o.seq > $5::integer order by o.seq limit $6::integer`,
    [orgId, id, path, attempt, after, limit],
  );
}

export interface RunFigures {
  readonly runs: number;
  readonly successRate: number | null;
  readonly lastRunAt: string | null;
  readonly lastTestedAt: string | null;
}

/** How runbooks did. Drills show that they work, and count for nothing else. */
export async function readFigures(q: Queryable, orgId: OrgId, ids: readonly RunbookId[]): Promise<Map<RunbookId, RunFigures>> {
  const rows = await q.query<{ id: RunbookId; runs: number; ended: number; succeeded: number; last_run: Date | null; last_tested: Date | null }>(
    `select r.runbook_id as id, count(*) filter (where not r.drill)::integer as runs,
       count(*) filter (where not r.drill and r.state in ('succeeded', 'failed', 'timed_out', 'undone', 'undo_failed'))::integer as ended,
       count(*) filter (where not r.drill and r.state = 'succeeded')::integer as succeeded,
       max(r.created_at) filter (where not r.drill) as last_run, max(r.ended_at) filter (where r.state = 'succeeded') as last_tested
     from runbook_runs as r where r.org_id = $1::integer and r.runbook_id = any($2::text[]) group by r.runbook_id`,
    [orgId, ids],
  );
  return new Map(rows.map((row) => [row.id, {
    runs: row.runs, successRate: row.ended === 0 ? null : row.succeeded / row.ended, lastRunAt: row.last_run?.toISOString() ?? null, lastTestedAt: row.last_tested?.toISOString() ?? null,
  }]));
}

/** Deletes what is older: outputs of ended runs, and signals that nobody waits for. Gives how many pieces went. */
export async function deleteOldOutput(q: Queryable, before: Date, limit: number): Promise<number> {
  await q.query(`delete from runbook_signals as s using runbook_runs as r where r.org_id = s.org_id and r.id = s.run_id and r.ended_at is not null`);
  const rows = await q.query(
    `delete from runbook_step_output as o using (
       select p.org_id, p.run_id, p.path, p.attempt, p.seq from runbook_step_output as p join runbook_runs as r on r.org_id = p.org_id and r.id = p.run_id
       where r.ended_at < $1::timestamptz limit $2::integer) as old
     where o.org_id = old.org_id and o.run_id = old.run_id and o.path = old.path and o.attempt = old.attempt and o.seq = old.seq returning 1`,
    [before, limit],
  );
  return rows.length;
}

/** Whether a text is the id of a run. */
export function isRunId(text: string | undefined): boolean {
  return runId.safeParse(text).success;
}
