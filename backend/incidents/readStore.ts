/** SQL of the incident lists. */
import type { IncidentListQuery, IncidentState, OrgId, Severity } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import { severityRank } from '../ingest/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { inputError } from '../platform/errors.ts';
import { incidentColumnsSeenBy, type IncidentRow } from './incident.ts';
import { ACTIVE_STATES, DONE_STATES, OPEN_STATES } from './stateMachine.ts';

/** One incident, if the viewer may see it. */
export async function findIncident(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<IncidentRow | undefined> {
  const rows = await q.prepared<IncidentRow>(
    'find-incident',
    `select ${incidentColumnsSeenBy('$3')} from incidents as i where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')}`,
    [orgId, number, viewer],
  );
  return rows[0];
}

export interface IncidentExtras {
  readonly mergedFrom: number[];
  readonly recurrences: number[];
  /** Clusters that its alerts name. */
  readonly clusters: string[];
  readonly lastEventPosition: string;
}

/** Where and when an incident is, for looking at what happened near it. */
export interface IncidentScope {
  readonly services: readonly string[];
  readonly beganAt: Date;
  /** Null while it is not resolved. */
  readonly endedAt: Date | null;
}

/** The scope of an incident; null when there is none that the viewer may see. */
export async function findIncidentScope(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<IncidentScope | null> {
  const [row] = await q.query<{ services: string[]; began_at: Date; ended_at: Date | null }>(
    `select i.services, least(i.detected_at, i.first_alert_at, i.impact_started_at) as began_at, i.resolved_at as ended_at
       from incidents as i where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')}`,
    [orgId, number, viewer],
  );
  return row === undefined ? null : { services: row.services, beganAt: row.began_at, endedAt: row.ended_at };
}

/** What the detail page shows beside the row. */
export async function findIncidentExtras(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<IncidentExtras> {
  const rows = await q.prepared<{ merged_from: number[]; recurrences: number[]; clusters: string[]; last_position: string }>(
    'find-incident-extras',
    `select
       array(select m.number from incidents as m where m.org_id = $1::integer and m.merged_into = $2::integer and ${seenBy('$3', 'm.number')} order by m.number) as merged_from,
       array(select m.number from incidents as m where m.org_id = $1::integer and m.recurrence_of = $2::integer and ${seenBy('$3', 'm.number')} order by m.number) as recurrences,
       array(select distinct a.cluster from incident_alerts as k
         join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
         where k.org_id = $1::integer and k.incident_number = $2::integer and a.cluster is not null order by a.cluster) as clusters,
       coalesce((select e.position from event_log as e where e.org_id = $1::integer and e.incident_number = $2::integer
         order by e.position desc limit 1), 0)::text as last_position`,
    [orgId, number, viewer],
  );
  const row = rows[0];
  return {
    mergedFrom: row?.merged_from ?? [], recurrences: row?.recurrences ?? [], clusters: row?.clusters ?? [], lastEventPosition: row?.last_position ?? '0',
  };
}

function statesOf(phase: IncidentListQuery['phase']): readonly IncidentState[] | null {
  switch (phase) {
    case 'candidate':
      return ['candidate'];
    case 'active':
      return ACTIVE_STATES;
    case 'open':
      return OPEN_STATES;
    case 'done':
      return DONE_STATES;
    case 'all':
      return null;
  }
}

/**
 * Sort keys. Every order ends with the number, so that it is total and a page can go on exactly
 * after the row before. All keys ascend, so that one row comparison serves.
 */
const SORT_KEYS: Record<IncidentListQuery['sort'], string> = {
  newest: '0::bigint, -i.number',
  oldest: '0::bigint, i.number',
  severity: 'i.severity::bigint, -i.number',
  last_alert: "-coalesce(extract(epoch from i.last_alert_at) * 1000, 0)::bigint, -i.number",
  alerts: '-i.alerts_total::bigint, -i.number',
};

interface ListedRow extends IncidentRow {
  sort_key: string;
  sort_number: number;
}

function decodeCursor(cursor: string | undefined): { key: string | null; number: number | null } {
  if (cursor === undefined) return { key: null, number: null };
  const match = /^(-?\d{1,19})_(-?\d{1,10})$/.exec(cursor);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw inputError('cursor is not one that a list gave', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
  }
  return { key: match[1], number: Number(match[2]) };
}

/** One page of the incidents that the viewer may see, with the cursor of the next one and how many match in all. */
export async function listIncidentRows(
  q: Queryable,
  orgId: OrgId,
  viewer: Viewer,
  query: IncidentListQuery,
): Promise<{ rows: IncidentRow[]; nextCursor: string | null; total: number }> {
  const severities = query.severity?.split(',').map((text) => severityRank(toSeverity(text))) ?? null;
  const words = (query.q ?? '').trim();
  const where = `i.org_id = $1::integer
    and ($2::text[] is null or i.state = any($2::text[]))
    and ($3::smallint[] is null or i.severity = any($3::smallint[]))
    and ($4::text is null or i.services @> array[$4::text])
    and ($5::text is null or i.commander_key = $5::text)
    and ($6::text is null or i.title ilike $6::text or array_to_string(i.services, ' ') ilike $6::text or ('inc-' || i.number) = $7::text)
    and ${seenBy('$8', 'i.number')}
    and ($10::text = 'with' or ($10::text = 'only') = (i.drill is not null))
    and ($9::text = 'all' or ($9::text = 'private') = exists (select 1 from private_incidents as p where p.org_id = $1::integer and p.incident_number = i.number))`;
  const values = [
    orgId, statesOf(query.phase), severities, query.service ?? null, query.commander ?? null,
    words === '' ? null : `%${words.replace(/[\\%_]/g, (character) => `\\${character}`)}%`, words.toLowerCase(), viewer, query.visibility, query.drills,
  ];
  const after = decodeCursor(query.cursor);
  const rows = await q.query<ListedRow>(
    `select ${incidentColumnsSeenBy('$8')}, k.sort_key::text, k.sort_number
     from incidents as i
     cross join lateral (select ${SORT_KEYS[query.sort]}) as k(sort_key, sort_number)
     where ${where} and ($11::bigint is null or (k.sort_key, k.sort_number) > ($11::bigint, $12::integer))
     order by k.sort_key, k.sort_number
     limit $13::integer`,
    [...values, after.key, after.number, query.limit + 1],
  );
  const totals = await q.query<{ total: number }>(`select count(*)::integer as total from incidents as i where ${where}`, values);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    rows: page,
    nextCursor: rows.length > query.limit && last !== undefined ? `${last.sort_key}_${last.sort_number}` : null,
    total: totals[0]?.total ?? 0,
  };
}

function toSeverity(text: string): Severity {
  switch (text) {
    case 'sev1':
    case 'sev2':
    case 'sev3':
    case 'sev4':
    case 'sev5':
      return text;
    default:
      throw inputError('severity is not known', [{ field: 'query.severity', message: 'must be sev1 to sev5' }]);
  }
}

/** How many real ones are open, by severity. */
export async function countOpen(q: Queryable, orgId: OrgId, viewer: Viewer): Promise<{ state: IncidentState; severity: number; n: number }[]> {
  return q.query<{ state: IncidentState; severity: number; n: number }>(
    `select i.state, i.severity, count(*)::integer as n from incidents as i
     where i.org_id = $1::integer and i.state = any($2::text[]) and i.drill is null and ${seenBy('$3', 'i.number')} group by i.state, i.severity`,
    [orgId, OPEN_STATES, viewer],
  );
}

/** Whether an incident belongs to a drill. */
export async function isDrill(q: Queryable, orgId: OrgId, number: number): Promise<boolean> {
  const rows = await q.query('select 1 from incidents as i where i.org_id = $1::integer and i.number = $2::integer and i.drill is not null', [orgId, number]);
  return rows.length > 0;
}

/** Whether there is such an incident for the viewer. */
export async function incidentExists(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<boolean> {
  const rows = await q.query(`select 1 from incidents as i where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')}`, [orgId, number, viewer]);
  return rows.length > 0;
}
