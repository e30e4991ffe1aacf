/** SQL of back-tests. */
import { actor, backTestReport, correlationSettings, type Actor, type BackTest, type BackTestReport, type BackTestState, type CorrelationSettings, type OrgId } from '#contract';
import { sqlState, type Queryable } from '../../platform/db/database.ts';
import { conflictError } from '../../platform/errors.ts';

interface BackTestRow {
  id: string;
  state: BackTestState;
  period_from: Date;
  period_to: Date;
  base_version: number;
  draft: unknown;
  progress: number;
  requested_at: Date;
  requested_by: unknown;
  finished_at: Date | null;
  error: string | null;
  report: unknown;
}

const COLUMNS = 'b.id, b.state, b.period_from, b.period_to, b.base_version, b.draft, b.progress, b.requested_at, b.requested_by, b.finished_at, b.error';

function toBackTest(row: BackTestRow): BackTest {
  return {
    id: row.id, state: row.state, from: row.period_from.toISOString(), to: row.period_to.toISOString(), baseVersion: row.base_version,
    draft: correlationSettings.parse(row.draft), progress: row.progress, requestedAt: row.requested_at.toISOString(), requestedBy: actor.parse(row.requested_by),
    finishedAt: row.finished_at?.toISOString() ?? null, error: row.error, report: row.report === null ? null : backTestReport.parse(row.report),
  };
}

export interface NewBackTest {
  readonly id: string;
  readonly from: Date;
  readonly to: Date;
  readonly baseVersion: number;
  readonly draft: CorrelationSettings;
}

/** Queues a back-test. Refused while another one of the organisation is under way. */
export async function insertBackTest(q: Queryable, orgId: OrgId, at: Date, by: Actor, test: NewBackTest): Promise<void> {
  try {
    await q.query(
      `insert into back_tests (org_id, id, state, period_from, period_to, base_version, draft, requested_at, requested_by)
       values ($1::integer, $2::text, 'queued', $3::timestamptz, $4::timestamptz, $5::integer, $6::jsonb, $7::timestamptz, $8::jsonb)`,
      [orgId, test.id, test.from, test.to, test.baseVersion, JSON.stringify(test.draft), at, JSON.stringify(by)],
    );
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    throw conflictError('another back-test is under way; wait for it or stop it', { cause: error });
  }
}

/** Removes all but the newest `keep` that are over. */
export async function removeOldBackTests(q: Queryable, orgId: OrgId, keep: number): Promise<void> {
  await q.query(
    `delete from back_tests as b where b.org_id = $1::integer and b.state not in ('queued', 'running') and b.id not in (
       select k.id from back_tests as k where k.org_id = $1::integer order by k.requested_at desc, k.id desc limit $2::integer)`,
    [orgId, keep],
  );
}

export async function selectBackTest(q: Queryable, orgId: OrgId, id: string): Promise<BackTest | undefined> {
  const [row] = await q.query<BackTestRow>(`select ${COLUMNS}, b.report from back_tests as b where b.org_id = $1::integer and b.id = $2::text`, [orgId, id]);
  return row === undefined ? undefined : toBackTest(row);
}

/** Newest first, without reports. */
export async function selectBackTests(q: Queryable, orgId: OrgId, before: { readonly at: Date; readonly id: string } | null, limit: number): Promise<BackTest[]> {
  const rows = await q.query<BackTestRow>(
    `select ${COLUMNS}, null as report from back_tests as b
     where b.org_id = $1::integer and ($2::timestamptz is null or (b.requested_at, b.id) < ($2::timestamptz, $3::text))
     order by b.requested_at desc, b.id desc limit $4::integer`,
    [orgId, before?.at ?? null, before?.id ?? null, limit],
  );
  return rows.map(toBackTest);
}

/** Begins, also once more after the process that ran it died. Gives the number of this run, null when it was stopped meanwhile. */
export async function beginBackTest(q: Queryable, orgId: OrgId, id: string): Promise<number | null> {
  const rows = await q.query<{ run: number }>(
    `update back_tests set state = 'running', progress = 0, run = run + 1
     where org_id = $1::integer and id = $2::text and state in ('queued', 'running') returning run`,
    [orgId, id],
  );
  return rows[0]?.run ?? null;
}

/** Notes how far a run is. False when it was stopped meanwhile, or another run has taken its place. */
export async function noteProgress(q: Queryable, orgId: OrgId, id: string, run: number, progress: number): Promise<boolean> {
  const rows = await q.query(
    `update back_tests set progress = $4::real where org_id = $1::integer and id = $2::text and run = $3::integer and state = 'running' returning id`,
    [orgId, id, run, progress],
  );
  return rows.length > 0;
}

/** Ends one that is under way, whichever run (null) or only this one. False when it was over already, or another run has taken its place. */
export async function endBackTest(
  q: Queryable, orgId: OrgId, id: string, run: number | null, at: Date, end: { readonly state: 'done' | 'failed' | 'cancelled'; readonly report: BackTestReport | null; readonly error: string | null },
): Promise<boolean> {
  const rows = await q.query(
    `update back_tests set state = $3::text, finished_at = $4::timestamptz, report = $5::jsonb, error = $6::text,
       progress = case when $3::text = 'done' then 1 else progress end
     where org_id = $1::integer and id = $2::text and ($7::integer is null or run = $7::integer) and state in ('queued', 'running') returning id`,
    [orgId, id, end.state, at, end.report === null ? null : JSON.stringify(end.report), end.error, run],
  );
  return rows.length > 0;
}
