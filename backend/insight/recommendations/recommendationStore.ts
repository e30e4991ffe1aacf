/** SQL of what runbooks did in earlier incidents, of what was recommended, and of what was rejected in them. */
import { jsonValue, type JsonValue, type OrgId } from '#contract';
import { z } from 'zod';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { StoredRejection, StoredRun } from './trials.ts';

/** More is not learned from, the newest first. */
const MOST_RUNS = 5_000;
/** Real ones, ended or not. */
const REAL = "i.drill is null and i.state not in ('candidate', 'rejected', 'duplicate', 'cancelled')";

const inputs = z.record(z.string(), jsonValue);
export interface Recommended {
  readonly runbook: string;
  readonly probability: number;
  readonly inputs: Readonly<Record<string, JsonValue>>;
}

interface RunRow {
  id: string;
  runbook_id: string;
  incident_number: number;
  state: StoredRun['state'];
  started_at: Date;
  ended_at: Date;
  mitigated_at: Date | null;
  inputs: unknown;
  offered: unknown;
}

/** Runs that ended in other incidents than one, as far as the viewer may see those; the oldest first. */
export async function selectRuns(q: Queryable, orgId: OrgId, viewer: Viewer, except: number): Promise<StoredRun[]> {
  const rows = await q.query<RunRow>(
    `select r.id::text, r.runbook_id, r.incident_number, r.state, r.started_at, r.ended_at, coalesce(i.mitigated_at, i.resolved_at) as mitigated_at, r.inputs,
            (select e->'inputs' from runbook_recommendations as s cross join lateral jsonb_array_elements(s.items) as e
              where s.org_id = r.org_id and s.incident_number = r.incident_number and s.made_at <= r.created_at and e->>'runbook' = r.runbook_id limit 1) as offered
       from runbook_runs as r join incidents as i on i.org_id = r.org_id and i.number = r.incident_number
      where r.org_id = $1::integer and r.incident_number <> $3::integer and r.ended_at is not null and r.started_at is not null and not r.drill and r.parent_id is null and ${REAL} and ${seenBy('$2', 'i.number')}
      order by r.id desc limit $4::integer`,
    [orgId, viewer, except, MOST_RUNS],
  );
  return rows.reverse().map((row) => ({
    id: row.id, runbook: row.runbook_id, incident: row.incident_number, state: row.state, startedAt: row.started_at, endedAt: row.ended_at, mitigatedAt: row.mitigated_at, inputs: inputs.parse(row.inputs),
    offered: row.offered === null ? null : inputs.parse(row.offered),
  }));
}

/** What was rejected in other incidents than one, as far as the viewer may see those. */
export async function selectRejectionsElsewhere(q: Queryable, orgId: OrgId, viewer: Viewer, except: number): Promise<StoredRejection[]> {
  const rows = await q.query<{ runbook_id: string; incident_number: number }>(
    `select n.runbook_id, n.incident_number from runbook_rejections as n join incidents as i on i.org_id = n.org_id and i.number = n.incident_number
      where n.org_id = $1::integer and n.incident_number <> $3::integer and ${REAL} and ${seenBy('$2', 'i.number')} order by n.rejected_at desc limit $4::integer`,
    [orgId, viewer, except, MOST_RUNS],
  );
  return rows.map((row) => ({ runbook: row.runbook_id, incident: row.incident_number }));
}

/** Keeps what was recommended, the first time that somebody looks while the incident is not mitigated. */
export async function keepRecommended(q: Queryable, orgId: OrgId, number: number, at: Date, items: readonly Recommended[], mostUsed: string | null): Promise<void> {
  await q.query(
    `insert into runbook_recommendations (org_id, incident_number, made_at, items, most_used)
     select i.org_id, i.number, $3::timestamptz, $4::jsonb, $5::text from incidents as i
      where i.org_id = $1::integer and i.number = $2::integer and i.mitigated_at is null and i.resolved_at is null and i.drill is null and i.state not in ('rejected', 'duplicate', 'cancelled')
        and not exists (select 1 from runbook_recommendations as r where r.org_id = i.org_id and r.incident_number = i.number)
     on conflict do nothing`,
    [orgId, number, at, JSON.stringify(items), mostUsed],
  );
}

export interface EndedIncident {
  readonly number: number;
  readonly title: string;
  /** From the beginning of trouble until it was mitigated; null: it is not. */
  readonly tookMs: number | null;
}

/** Those of the incidents that were real and that the viewer may see. */
export async function selectEnded(q: Queryable, orgId: OrgId, viewer: Viewer, numbers: readonly number[]): Promise<EndedIncident[]> {
  const rows = await q.query<{ number: number; title: string; began_at: Date; ended_at: Date | null }>(
    `select i.number, i.title, least(i.detected_at, i.first_alert_at, i.impact_started_at) as began_at, coalesce(i.mitigated_at, i.resolved_at) as ended_at from incidents as i
      where i.org_id = $1::integer and i.number = any($3::integer[]) and ${REAL} and ${seenBy('$2', 'i.number')}`,
    [orgId, viewer, numbers],
  );
  return rows.map((row) => ({ number: row.number, title: row.title, tookMs: row.ended_at === null ? null : Math.max(0, row.ended_at.getTime() - row.began_at.getTime()) }));
}
