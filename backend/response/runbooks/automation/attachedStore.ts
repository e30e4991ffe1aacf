/** SQL of the runbooks that wait for warnings, and of starting what was suggested. */
import { jsonValue, runbookId, runId, runState, triggerRecord, waitsFor, type AttachedRunbook, type JsonValue, type OrgId, type RunbookId, type RunId, type WarningKind } from '#contract';
import { z } from 'zod';
import { seenBy, type Viewer } from '../../../access/index.ts';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

const inputsShape = z.record(z.string(), jsonValue);

export interface AttachedRow extends Pick<AttachedRunbook, 'record' | 'runbook' | 'outcome' | 'reason' | 'run' | 'inputs'> {
  readonly warning: string;
  readonly isStarted: boolean;
  /** As the run was called; null: there is none. */
  readonly runTitle: string | null;
}

/** What became of the triggers that warnings matched, in the order in which they were acted on. */
export async function selectAttached(q: Queryable, orgId: OrgId, viewer: Viewer, kind: WarningKind, ids: readonly string[]): Promise<AttachedRow[]> {
  const rows = await q.query<{
    id: string; warning_id: string; runbook: string; outcome: string; reason: string; inputs: unknown; run_id: string | null; state: string | null; waits_for: string | null; title: string | null;
  }>(
    `select r.id::text, r.warning_id::text, r.runbook, r.outcome, r.reason, r.inputs, r.run_id::text, n.state, n.waits_for, n.title
       from trigger_records as r left join runbook_runs as n on n.org_id = r.org_id and n.id = r.run_id
      where r.org_id = $1::integer and r.warning_kind = $3::text and r.warning_id = any($4::bigint[]) and ${seenBy('$2', 'n.incident_number')} order by r.id`,
    [orgId, viewer, kind, ids],
  );
  return rows.map((row) => ({
    record: row.id, warning: row.warning_id, isStarted: row.run_id !== null, runbook: runbookId.parse(row.runbook), outcome: triggerRecord.shape.outcome.parse(row.outcome), reason: row.reason, inputs: inputsShape.parse(row.inputs),
    run: row.run_id === null || row.state === null ? null : { id: runId.parse(row.run_id), state: runState.parse(row.state), waitsFor: waitsFor.nullable().parse(row.waits_for) }, runTitle: row.title,
  }));
}

export interface SuggestedStart {
  readonly runbook: RunbookId;
  readonly on: string;
  readonly incident: number | null;
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** What the event said that it waited for. */
  readonly happened: Readonly<Record<string, JsonValue>>;
  /** It was started already. */
  readonly run: RunId | null;
}

/** What a trigger wrote down, held until the transaction ends; null: there is none that the viewer sees. */
export async function takeSuggested(tx: Transaction, orgId: OrgId, viewer: Viewer, record: string): Promise<SuggestedStart | null> {
  const [row] = await tx.query<{ runbook: string; trigger_on: string; incident_number: number | null; inputs: unknown; happened: unknown; run_id: string | null }>(
    `select r.runbook, r.trigger_on, r.incident_number, r.inputs, r.run_id::text, (select e.data from event_log as e where e.org_id = r.org_id and e.position = r.position) as happened from trigger_records as r
      where r.org_id = $1::integer and r.id = $2::bigint and ${seenBy('$3', 'r.incident_number')} for update of r`, [orgId, record, viewer],
  );
  if (row === undefined) return null;
  return { runbook: runbookId.parse(row.runbook), on: row.trigger_on, incident: row.incident_number, inputs: inputsShape.parse(row.inputs), happened: inputsShape.parse(row.happened ?? {}), run: row.run_id === null ? null : runId.parse(row.run_id) };
}

/** Notes the run that somebody started of what was suggested. */
export async function noteStarted(tx: Transaction, orgId: OrgId, record: string, run: RunId): Promise<void> {
  await tx.query('update trigger_records as r set run_id = $3::bigint where r.org_id = $1::integer and r.id = $2::bigint', [orgId, record, run]);
}
