/** SQL of what runs were: read only; the engine writes them. */
import type { OrgId } from '#contract';
import { seenBy, type Viewer } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';

/** The last run of each runbook for an incident, those of incidents merged into it too. */
export async function lastRunsFor(q: Queryable, orgId: OrgId, viewer: Viewer, incident: number, runbooks: readonly string[]): Promise<Map<string, { id: string; state: string }>> {
  if (runbooks.length === 0) return new Map();
  const rows = await q.query<{ runbook: string; id: string; state: string }>(
    `select distinct on (r.runbook_id) r.runbook_id as runbook, r.id::text, r.state from runbook_runs as r
     where r.org_id = $1::integer and r.runbook_id = any($4::text[]) and r.incident_number is not null
       and incident_heir(r.org_id, r.incident_number) = incident_heir($1::integer, $3::integer) and ${seenBy('$2', 'r.incident_number')}
     order by r.runbook_id, r.id desc`,
    [orgId, viewer, incident, runbooks],
  );
  return new Map(rows.map(({ runbook, id, state }) => [runbook, { id, state }]));
}

/** How many other incidents of the same services a runbook succeeded for, by runbook. */
export async function succeededOn(q: Queryable, orgId: OrgId, viewer: Viewer, services: readonly string[], incident: number): Promise<Map<string, number>> {
  if (services.length === 0) return new Map();
  const rows = await q.query<{ runbook: string; n: number }>(
    `select r.runbook_id as runbook, count(*)::integer as n from runbook_runs as r join incidents as i on i.org_id = r.org_id and i.number = r.incident_number
     where r.org_id = $1::integer and r.state = 'succeeded' and not r.drill and i.services && $3::text[] and i.number <> $4::integer and ${seenBy('$2', 'i.number')}
     group by r.runbook_id`,
    [orgId, viewer, services, incident],
  );
  return new Map(rows.map(({ runbook, n }) => [runbook, n]));
}

/** Runs that came to an end of their own since then, by runbook. What people cancelled tells nothing of it; drills are not counted. */
export async function tallyRuns(q: Queryable, orgId: OrgId, viewer: Viewer, since: Date): Promise<{ runbook: string; ended: number; succeeded: number }[]> {
  return q.query<{ runbook: string; ended: number; succeeded: number }>(
    `select r.runbook_id as runbook, count(*)::integer as ended, count(*) filter (where r.state = 'succeeded')::integer as succeeded from runbook_runs as r
     where r.org_id = $1::integer and r.ended_at >= $3::timestamptz and r.state <> 'cancelled' and not r.drill and ${seenBy('$2', 'r.incident_number')}
     group by r.runbook_id`,
    [orgId, viewer, since],
  );
}

/** Incidents of SEV1 and SEV2 that were declared since then and were ones, the newest first. */
export async function listGraveIncidents(q: Queryable, orgId: OrgId, viewer: Viewer, since: Date, limit: number): Promise<{ number: number; title: string; services: string[] }[]> {
  return q.query<{ number: number; title: string; services: string[] }>(
    `select i.number, i.title, i.services from incidents as i
     where i.org_id = $1::integer and i.declared_at >= $3::timestamptz and i.severity <= 2 and i.state not in ('candidate', 'rejected', 'cancelled', 'duplicate') and i.drill is null and ${seenBy('$2', 'i.number')}
     order by i.number desc limit $4::integer`,
    [orgId, viewer, since, limit],
  );
}
