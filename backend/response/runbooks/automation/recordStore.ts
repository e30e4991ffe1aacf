/** SQL of what triggers did. */
import { runId, type JsonValue, type OrgId, type RunId, type TriggerEvent, type TriggerRecord } from '#contract';
import { seenBy, type Viewer } from '../../../access/index.ts';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import type { OccasionSubject } from './occasion.ts';

export interface NewRecord {
  readonly at: Date;
  readonly position: string;
  readonly runbook: string;
  readonly index: number;
  readonly on: TriggerEvent;
  readonly incident: number | null;
  readonly outcome: TriggerRecord['outcome'];
  readonly reason: string;
  readonly run: RunId | null;
  readonly targets: number;
  readonly warning: OccasionSubject['warning'];
  readonly subject: string | null;
  readonly inputs: Readonly<Record<string, JsonValue>>;
}

/** Notes what became of a trigger. */
export async function insertRecord(tx: Transaction, orgId: OrgId, record: NewRecord): Promise<void> {
  await tx.query(
    `insert into trigger_records (org_id, at, position, runbook, trigger_index, trigger_on, incident_number, outcome, reason, run_id, targets, warning_kind, warning_id, subject, inputs)
     values ($1::integer, $2::timestamptz, $3::bigint, $4::text, $5::smallint, $6::text, $7::integer, $8::text, $9::text, $10::bigint, $11::integer,
       $12::text, $13::bigint, $14::text, $15::jsonb)`,
    [orgId, record.at, record.position, record.runbook, record.index, record.on, record.incident, record.outcome, record.reason, record.run, record.targets, record.warning?.kind ?? null,
      record.warning?.id ?? null, record.subject, JSON.stringify(record.inputs)],
  );
}

/** Whether a trigger of a runbook has acted on an event; an index of null: any of its triggers. */
export async function hasActed(tx: Transaction, orgId: OrgId, position: string, runbook: string, index: number | null): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from trigger_records as r where r.org_id = $1::integer and r.position = $2::bigint and r.runbook = $3::text and ($4::smallint is null or r.trigger_index = $4::smallint)', [orgId, position, runbook, index],
  );
  return rows.length > 0;
}

/** The newest run that was started for the same since then, by a trigger or from what one suggested; null: there is none. */
export async function lastRunOf(q: Queryable, orgId: OrgId, runbook: string, subject: string, since: Date): Promise<RunId | null> {
  const [row] = await q.query<{ run_id: string }>(
    `select r.run_id::text from trigger_records as r
      where r.org_id = $1::integer and r.runbook = $2::text and r.subject = $3::text and r.at > $4::timestamptz and r.run_id is not null order by r.at desc, r.id desc limit 1`,
    [orgId, runbook, subject, since],
  );
  return row === undefined ? null : runId.parse(row.run_id);
}

/** Whether the same was told of the same incident before: a timeline says it once. */
export async function wasTold(tx: Transaction, orgId: OrgId, incident: number, runbook: string, outcome: string, reason: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from trigger_records as r
     where r.org_id = $1::integer and r.incident_number = $2::integer and r.runbook = $3::text and r.outcome = $4::text and r.reason = $5::text limit 1`,
    [orgId, incident, runbook, outcome, reason],
  );
  return rows.length > 0;
}

/** Targets that runs touch which triggers have started since. */
export async function targetsSince(q: Queryable, orgId: OrgId, since: Date): Promise<number> {
  const [row] = await q.query<{ targets: number }>(
    'select coalesce(sum(r.targets), 0)::integer as targets from trigger_records as r where r.org_id = $1::integer and r.at > $2::timestamptz and r.targets > 0', [orgId, since],
  );
  return row?.targets ?? 0;
}

export interface RecordRow {
  id: string;
  at: Date;
  runbook: string;
  trigger_on: string;
  incident_number: number | null;
  outcome: string;
  reason: string;
  run_id: string | null;
}

export interface RecordFilter {
  readonly viewer: Viewer;
  readonly runbook: string | null;
  readonly incident: number | null;
  /** Only records older than this one. */
  readonly before: string | null;
  readonly limit: number;
}

/** Records that the viewer may see, the newest first, one more than the limit. */
export async function listRecords(q: Queryable, orgId: OrgId, filter: RecordFilter): Promise<RecordRow[]> {
  return q.query<RecordRow>(
    `select r.id::text, r.at, r.runbook, r.trigger_on, r.incident_number, r.outcome, r.reason, r.run_id::text
     from trigger_records as r
     where r.org_id = $1::integer and ${seenBy('$2', 'r.incident_number')} and (r.incident_number is null or ${seenBy('$2', 'incident_heir(r.org_id, r.incident_number)')})
       and ($3::text is null or r.runbook = $3::text)
       and ($4::integer is null or r.incident_number = any(array(select f.number from incidents as f where f.org_id = $1::integer and incident_heir($1::integer, f.number) = incident_heir($1::integer, $4::integer))))
       and ($5::bigint is null or r.id < $5::bigint)
     order by r.id desc limit $6::integer`,
    [orgId, filter.viewer, filter.runbook, filter.incident, filter.before, filter.limit + 1],
  );
}
