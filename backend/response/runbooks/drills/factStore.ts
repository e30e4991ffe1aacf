/** SQL of what became of a drill: its incidents, what happened to them, and the runs for them. It writes nothing. */
import { runbookId, runId, type OrgId, type RunbookId, type RunId } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';

export interface DrillIncident {
  readonly number: number;
  readonly state: string;
}

/** Incidents of a run of a drill, the first one first; those that were merged away come last. */
export async function incidentsOfRun(q: Queryable, orgId: OrgId, run: string): Promise<DrillIncident[]> {
  return q.query<DrillIncident>(
    `select i.number, i.state from incidents as i where i.org_id = $1::integer and i.drill = $2::text order by i.state = 'duplicate', i.number`, [orgId, run],
  );
}

export interface HappenedRow {
  readonly type: string;
  readonly at: Date;
  readonly to: string | null;
}

/** When each kind of event first happened to one of the incidents. */
export async function firstEvents(q: Queryable, orgId: OrgId, incidents: readonly number[], types: readonly string[]): Promise<HappenedRow[]> {
  if (incidents.length === 0) return [];
  return q.query<HappenedRow>(
    `select e.type, e.occurred_at as at, e.data->>'to' as "to" from event_log as e
     where e.org_id = $1::integer and e.incident_number = any($2::integer[]) and e.type = any($3::text[]) order by e.position`,
    [orgId, incidents, types],
  );
}

export interface DrilledRun {
  readonly id: RunId;
  readonly runbook: RunbookId;
  readonly title: string;
  readonly state: string;
  readonly endedAt: Date | null;
}

/** Runs of runbooks for the incidents, in the order in which they began. */
export async function runsFor(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<DrilledRun[]> {
  if (incidents.length === 0) return [];
  const rows = await q.query<{ id: string; runbook_id: string; title: string; state: string; ended_at: Date | null }>(
    `select r.id::text, r.runbook_id, r.title, r.state, r.ended_at from runbook_runs as r
     where r.org_id = $1::integer and r.incident_number = any($2::integer[]) and r.drill order by r.id limit 100`,
    [orgId, incidents],
  );
  return rows.map((row) => ({ id: runId.parse(row.id), runbook: runbookId.parse(row.runbook_id), title: row.title, state: row.state, endedAt: row.ended_at }));
}

export interface FailedStep {
  readonly run: string;
  readonly title: string;
  readonly step: string;
  readonly error: string;
}

/** Steps of runs for the incidents that failed, as the log tells it. */
export async function failedSteps(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<FailedStep[]> {
  if (incidents.length === 0) return [];
  return q.query<FailedStep>(
    `select e.data->>'run' as run, coalesce(e.data->>'title', '') as title, coalesce(e.data->>'stepName', e.data->>'step', '') as step, coalesce(e.data->>'error', '') as error
     from event_log as e where e.org_id = $1::integer and e.incident_number = any($2::integer[]) and e.type = 'run.step_failed' and e.data ? 'run' order by e.position limit 50`,
    [orgId, incidents],
  );
}

/** Runs for the incidents that have not ended. */
export async function openRunsFor(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<RunId[]> {
  const rows = await q.query<{ id: string }>(
    'select r.id::text from runbook_runs as r where r.org_id = $1::integer and r.incident_number = any($2::integer[]) and r.drill and r.ended_at is null order by r.id', [orgId, incidents],
  );
  return rows.map((row) => runId.parse(row.id));
}
