/** SQL of performances of drills. */
import {
  actor, drillBody, drillId, drillOutcome, drillReport, drillRunId, drillRunSummary, incidentNumber, type Actor, type DrillBody, type DrillId, type DrillOutcome, type DrillReport, type DrillRunId,
  type DrillRunSummary, type OrgId,
} from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

interface RunRow {
  id: string;
  drill_id: string;
  name: string;
  definition: unknown;
  started_at: Date;
  started_by: unknown;
  deadline: Date;
  state: string;
  outcome: string | null;
  reason: string | null;
  sent_at: Date | null;
  alerts_sent: number;
  send_error: string | null;
  incident_number: number | null;
  ended_at: Date | null;
  report: unknown;
}

export interface StoredDrillRun {
  readonly id: DrillRunId;
  readonly drill: DrillId;
  readonly name: string;
  readonly definition: DrillBody;
  readonly startedAt: Date;
  readonly startedBy: Actor;
  readonly deadline: Date;
  readonly state: DrillRunSummary['state'];
  readonly outcome: DrillOutcome | null;
  readonly reason: string | null;
  readonly sentAt: Date | null;
  readonly alertsSent: number;
  readonly sendError: string | null;
  readonly incident: number | null;
  readonly endedAt: Date | null;
  /** Null until it is over. */
  readonly report: DrillReport | null;
}

const COLUMNS = `r.id::text, r.drill_id::text, r.name, r.definition, r.started_at, r.started_by, r.deadline, r.state, r.outcome, r.reason, r.sent_at, r.alerts_sent, r.send_error,
  r.incident_number, r.ended_at, r.report`;

function toRun(row: RunRow): StoredDrillRun {
  return {
    id: drillRunId.parse(row.id), drill: drillId.parse(row.drill_id), name: row.name, definition: drillBody.parse(row.definition), startedAt: row.started_at, startedBy: actor.parse(row.started_by),
    deadline: row.deadline, state: drillRunSummary.shape.state.parse(row.state), outcome: row.outcome === null ? null : drillOutcome.parse(row.outcome), reason: row.reason, sentAt: row.sent_at,
    alertsSent: row.alerts_sent, sendError: row.send_error, incident: row.incident_number, endedAt: row.ended_at, report: row.report === null ? null : drillReport.parse(row.report),
  };
}

/** A run as lists show it. */
export function summaryOf(run: StoredDrillRun): DrillRunSummary {
  return {
    id: run.id, drill: run.drill, name: run.name, state: run.state, outcome: run.outcome, reason: run.reason, startedAt: run.startedAt.toISOString(), startedBy: run.startedBy,
    deadline: run.deadline.toISOString(), endedAt: run.endedAt?.toISOString() ?? null, incident: run.incident === null ? null : incidentNumber.parse(run.incident), score: run.report?.score ?? null,
  };
}

/** Begins a run. */
export async function insertDrillRun(tx: Transaction, orgId: OrgId, drill: DrillId, definition: DrillBody, at: Date, by: Actor): Promise<DrillRunId> {
  const [row] = await tx.query<{ id: string }>(
    `insert into drill_runs (org_id, drill_id, name, definition, started_at, started_by, deadline, state)
     values ($1::integer, $2::bigint, $3::text, $4::jsonb, $5::timestamptz, $6::jsonb, $7::timestamptz, 'running') returning id::text`,
    [orgId, drill, definition.name, JSON.stringify(definition), at, JSON.stringify(by), new Date(at.getTime() + definition.maxMinutes * 60_000)],
  );
  return drillRunId.parse(row?.id);
}

/** One run; null when there is none. */
export async function findDrillRun(q: Queryable, orgId: OrgId, id: DrillRunId): Promise<StoredDrillRun | null> {
  const [row] = await q.query<RunRow>(`select ${COLUMNS} from drill_runs as r where r.org_id = $1::integer and r.id = $2::bigint`, [orgId, id]);
  return row === undefined ? null : toRun(row);
}

/** The same, kept as it is until the transaction ends. */
export async function lockDrillRun(tx: Transaction, orgId: OrgId, id: DrillRunId): Promise<StoredDrillRun | null> {
  const [row] = await tx.query<RunRow>(`select ${COLUMNS} from drill_runs as r where r.org_id = $1::integer and r.id = $2::bigint for update`, [orgId, id]);
  return row === undefined ? null : toRun(row);
}

/** Those that go on, the oldest first. */
export async function listGoing(q: Queryable, orgId: OrgId): Promise<StoredDrillRun[]> {
  return (await q.query<RunRow>(`select ${COLUMNS} from drill_runs as r where r.org_id = $1::integer and r.state <> 'ended' order by r.id`, [orgId])).map(toRun);
}

/** Runs, the newest first, one more than the limit. */
export async function listDrillRunRows(q: Queryable, orgId: OrgId, drill: DrillId | null, before: string | null, limit: number): Promise<StoredDrillRun[]> {
  const rows = await q.query<RunRow>(
    `select ${COLUMNS} from drill_runs as r
     where r.org_id = $1::integer and ($2::bigint is null or r.drill_id = $2::bigint) and ($3::bigint is null or r.id < $3::bigint) order by r.id desc limit $4::integer`,
    [orgId, drill, before, limit + 1],
  );
  return rows.map(toRun);
}

/** The newest run of each drill. */
export async function lastRunsOf(q: Queryable, orgId: OrgId, drills: readonly DrillId[]): Promise<Map<DrillId, StoredDrillRun>> {
  const rows = await q.query<RunRow>(
    `select l.* from unnest($2::bigint[]) as d(id) cross join lateral (
       select ${COLUMNS} from drill_runs as r where r.org_id = $1::integer and r.drill_id = d.id order by r.id desc limit 1) as l`,
    [orgId, drills],
  );
  return new Map(rows.map(toRun).map((run) => [run.drill, run]));
}

/** Notes that alerts were accepted, or why they were not. */
export async function noteSent(q: Queryable, orgId: OrgId, id: DrillRunId, sent: number, at: Date, error: string | null): Promise<void> {
  await q.query(
    `update drill_runs set alerts_sent = greatest(alerts_sent, $3::integer), send_error = $5::text,
       sent_at = case when $3::integer > 0 then coalesce(sent_at, $4::timestamptz) else sent_at end
     where org_id = $1::integer and id = $2::bigint`,
    [orgId, id, sent, at, error],
  );
}

/** Notes the incident that its alerts became. */
export async function noteIncident(q: Queryable, orgId: OrgId, id: DrillRunId, incident: number): Promise<void> {
  await q.query('update drill_runs set incident_number = $3::integer where org_id = $1::integer and id = $2::bigint and incident_number is distinct from $3::integer', [orgId, id, incident]);
}

/** Says that it is over, and how it went; what it made up is yet to be taken back. */
export async function beginEnding(tx: Transaction, orgId: OrgId, id: DrillRunId, outcome: DrillOutcome, reason: string | null, report: DrillReport, incident: number | null): Promise<void> {
  await tx.query(
    `update drill_runs set state = 'ending', outcome = $3::text, reason = $4::text, report = $5::jsonb, incident_number = $6::integer where org_id = $1::integer and id = $2::bigint`,
    [orgId, id, outcome, reason, JSON.stringify(report), incident],
  );
}

/** Says that nothing of it is left. */
export async function markEnded(tx: Transaction, orgId: OrgId, id: DrillRunId, report: DrillReport, at: Date): Promise<void> {
  await tx.query(`update drill_runs set state = 'ended', report = $3::jsonb, ended_at = $4::timestamptz where org_id = $1::integer and id = $2::bigint`, [orgId, id, JSON.stringify(report), at]);
}
