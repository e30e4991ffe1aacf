/** SQL of the alert lists: alerts with the incident that each belongs to. */
import type { AlertEndReason, AlertListQuery, AlertStatus, AllAlertsQuery, Labels, OrgId } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import { severityOf } from '../ingest/index.ts';
import type { AlertFacts } from '../noise/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { inputError } from '../platform/errors.ts';

export interface AlertRow {
  alert_key: string;
  starts_at: Date;
  source_id: string;
  fingerprint: string;
  name: string;
  summary: string;
  status: AlertStatus;
  ends_at: Date | null;
  end_reason: AlertEndReason | null;
  severity: number;
  service: string | null;
  team: string | null;
  environment: string | null;
  cluster: string | null;
  labels: Labels;
  annotations: Labels;
  details: Record<string, unknown>;
  first_seen_at: Date;
  last_seen_at: Date;
  occurrences: string;
  incident_number: number | null;
  reason: unknown;
}

/** An alert that may be in no incident: with why it is not. */
export interface LooseAlertRow extends AlertRow {
  why_not_at: Date | null;
  why_not_nearest: number | null;
  why_not: unknown;
}

const COLUMNS = `a.alert_key::text, a.starts_at, a.source_id, a.fingerprint, a.name, a.summary, a.status, a.ends_at, a.end_reason,
  a.severity, a.service, a.team, a.environment, a.cluster, a.labels, a.annotations, a.details, a.first_seen_at,
  greatest(a.last_seen_at, r.last_seen_at) as last_seen_at,
  (coalesce(r.repeats, 0) + (select count(*) from alert_log as l
    where l.org_id = a.org_id and l.alert_key = a.alert_key and l.starts_at = a.starts_at and l.kind not in ('superseded', 'reconsidered')))::text as occurrences,
  k.incident_number, k.reason`;

const JOINS = `left join alert_repeats as r on r.org_id = a.org_id and r.alert_key = a.alert_key and r.starts_at = a.starts_at`;

/** The incident of an alert, and why it has none, as far as the viewer may see them. */
const PLACE_OF = (viewer: string): string => `
  left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at and ${seenBy(viewer, 'k.incident_number')}
  left join alerts_why_not as w on w.org_id = a.org_id and w.alert_key = a.alert_key and w.starts_at = a.starts_at and k.incident_number is null and ${seenBy(viewer, 'w.nearest')}`;
const WHY_NOT = 'w.noted_at as why_not_at, w.nearest as why_not_nearest, w.reason as why_not';

/** True for alerts in no incident that nothing holds back. */
const LOOSE = `not exists (select 1 from incident_alerts as k where k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
    and k.incident_number is not null and ${seenBy('$4', 'k.incident_number')})
  and not exists (select 1 from held_back_alerts as h where h.org_id = a.org_id and h.alert_key = a.alert_key and h.starts_at = a.starts_at and h.outcome = 'waiting')`;

interface Position {
  startsAt: Date | null;
  alertKey: string | null;
}

function decodeCursor(cursor: string | undefined): Position {
  if (cursor === undefined) return { startsAt: null, alertKey: null };
  const match = /^(\d{1,16})_(-?\d{1,20})$/.exec(cursor);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw inputError('cursor is not one that a list gave', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
  }
  return { startsAt: new Date(Number(match[1])), alertKey: match[2] };
}

function patternOf(words: string | undefined): string | null {
  const trimmed = (words ?? '').trim();
  return trimmed === '' ? null : `%${trimmed.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

export interface AlertRows<Row extends AlertRow = AlertRow> {
  readonly rows: Row[];
  readonly nextCursor: string | null;
  readonly total: number;
}

function toPage<Row extends AlertRow>(rows: readonly Row[], limit: number, total: number): AlertRows<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? `${last.starts_at.getTime()}_${last.alert_key}` : null, total };
}

const FILTER = `($2::text is null or a.status = $2::text)
  and ($3::text is null or a.name ilike $3::text or a.summary ilike $3::text or a.service ilike $3::text or a.labels::text ilike $3::text)`;

function filterValues(orgId: OrgId, query: AlertListQuery): unknown[] {
  return [orgId, query.status === 'all' ? null : query.status, patternOf(query.q)];
}

/** Keys of one page of alerts with a status, newest start first. */
const PAGE_OF = (status: AlertStatus, filter: string): string => `(
  select a.org_id, a.alert_key, a.starts_at from alerts as a
  where a.org_id = $1::integer and a.status = '${status}' and ${filter}
    and ($5::timestamptz is null or (a.starts_at, a.alert_key) < ($5::timestamptz, $6::bigint))
  order by a.starts_at desc, a.alert_key desc limit $7::integer)`;

/**
 * All alerts of the organisation, newest start first: those that fire and those that are over have an index each. An alert
 * of an incident that is hidden from the viewer stands there without it.
 */
export async function listAlertRows(q: Queryable, orgId: OrgId, viewer: Viewer, query: AllAlertsQuery): Promise<AlertRows<LooseAlertRow>> {
  const values = [...filterValues(orgId, query), viewer];
  const after = decodeCursor(query.cursor);
  // The viewer is named in either form, as each parameter must be.
  const filter = `${FILTER} and $4::text is not null${query.incident === 'none' ? ` and ${LOOSE}` : ''}`;
  const wanted = q.query<LooseAlertRow>(
    `with page as (
       select p.* from (${PAGE_OF('firing', filter)} union all ${PAGE_OF('resolved', filter)}) as p
       order by p.starts_at desc, p.alert_key desc limit $7::integer
     )
     select ${COLUMNS}, ${WHY_NOT} from page as p
     join alerts as a on a.org_id = p.org_id and a.alert_key = p.alert_key and a.starts_at = p.starts_at ${JOINS} ${PLACE_OF('$4')}
     order by a.starts_at desc, a.alert_key desc`,
    [...values, after.startsAt, after.alertKey, query.limit + 1],
  );
  const counted = q.query<{ total: number }>(`select count(*)::integer as total from alerts as a where a.org_id = $1::integer and ${filter}`, values);
  const [rows, totals] = await Promise.all([wanted, counted]);
  return toPage(rows, query.limit, totals[0]?.total ?? 0);
}

/**
 * Alerts of one incident, newest start first. It may have 50,000: the page is cut before anything is joined to it, by the keys in their order,
 * each alert looked up by itself (`offset 0`) where a status is asked for. Words are looked for in all of them, once for page and count.
 */
export async function listIncidentAlertRows(q: Queryable, orgId: OrgId, incident: number, query: AlertListQuery): Promise<AlertRows> {
  const values = [...filterValues(orgId, query), incident];
  const after = decodeCursor(query.cursor);
  const worded = patternOf(query.q) !== null;
  const alerts = `cross join lateral (
      select * from alerts as a where a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at ${worded ? '' : 'offset 0'}
    ) as a`;
  const [source, filter] = worded || query.status !== 'all' ? [alerts, FILTER] : ['', '$2::text is null and $3::text is null'];
  const fitting = `select k.alert_key, k.starts_at from incident_alerts as k ${source}
    where k.org_id = $1::integer and k.incident_number = $4::integer and ${filter}`;
  const total = worded
    ? 'select count(*)::integer as total from fitting'
    : `select case $2::text when 'firing' then i.alerts_firing when 'resolved' then i.alerts_total - i.alerts_firing else i.alerts_total end as total
       from incidents as i where i.org_id = $1::integer and i.number = $4::integer`;
  const rows = await q.query<AlertRow & { readonly total: number }>(
    `with fitting as ${worded ? 'materialized' : 'not materialized'} (${fitting}), page as materialized (
       select f.alert_key, f.starts_at from fitting as f
       where $5::timestamptz is null or (f.starts_at, f.alert_key) < ($5::timestamptz, $6::bigint)
       order by f.starts_at desc, f.alert_key desc limit $7::integer
     )
     select ${COLUMNS}, t.total from page as p
     join incident_alerts as k on k.org_id = $1::integer and k.alert_key = p.alert_key and k.starts_at = p.starts_at
     join alerts as a on a.org_id = $1::integer and a.alert_key = p.alert_key and a.starts_at = p.starts_at ${JOINS}
     cross join (${total}) as t
     order by p.starts_at desc, p.alert_key desc`,
    [...values, after.startsAt, after.alertKey, query.limit + 1],
  );
  // beyond the end there is no row that could carry the count
  const counted = rows[0]?.total ?? (query.cursor === undefined ? 0 : (await listIncidentAlertRows(q, orgId, incident, { ...query, cursor: undefined, limit: 1 })).total);
  return toPage(rows, query.limit, counted);
}

/** How many alerts each service has in an incident, and the gravest that fires. */
export function listServiceAlertRows(q: Queryable, orgId: OrgId, incident: number): Promise<{ service: string; firing: number; total: number; gravest: number | null }[]> {
  return q.query(
    `select a.service, count(*) filter (where a.status = 'firing')::integer as firing, count(*)::integer as total,
       (min(a.severity) filter (where a.status = 'firing'))::integer as gravest
     from incident_alerts as k
     join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
     where k.org_id = $1::integer and k.incident_number = $2::integer and a.service is not null
     group by a.service order by a.service`,
    [orgId, incident],
  );
}

/** The alerts of an incident as scopes see them, the earliest first. */
export async function listMemberFacts(q: Queryable, orgId: OrgId, incident: number, limit: number): Promise<AlertFacts[]> {
  const rows = await q.query<Omit<AlertFacts, 'severity' | 'sourceId'> & { severity: number; source_id: string }>(
    `select a.source_id, a.name, a.summary, a.severity, a.service, a.team, a.environment, a.cluster, coalesce(d.labels || a.labels, a.labels) as labels
     from incident_alerts as k
     join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
     left join alert_derived as d on d.org_id = a.org_id and d.alert_key = a.alert_key and d.starts_at = a.starts_at
     where k.org_id = $1::integer and k.incident_number = $2::integer
     order by k.starts_at, k.alert_key limit $3::integer`,
    [orgId, incident, limit],
  );
  return rows.map(({ source_id: source, severity, ...facts }) => ({ ...facts, sourceId: source, severity: severityOf(severity) }));
}

interface AlertDetailRow extends LooseAlertRow {
  envelope: Record<string, unknown> | null;
  derived: Labels | null;
}

/** One episode; without its incident where that is hidden from the viewer. */
export async function findAlertRow(q: Queryable, orgId: OrgId, viewer: Viewer, keyBigint: string, startsAt: Date): Promise<AlertDetailRow | undefined> {
  const rows = await q.query<AlertDetailRow>(
    `select ${COLUMNS}, ${WHY_NOT}, g.envelope, d.labels as derived from alerts as a ${JOINS} ${PLACE_OF('$4')}
     left join alert_derived as d on d.org_id = a.org_id and d.alert_key = a.alert_key and d.starts_at = a.starts_at
     left join notification_groups as g on g.org_id = a.org_id and g.notification_key = a.notification_key
     where a.org_id = $1::integer and a.alert_key = $2::bigint and a.starts_at = $3::timestamptz`,
    [orgId, keyBigint, startsAt, viewer],
  );
  return rows[0];
}

export interface AlertHistoryRow {
  kind: 'opened' | 'changed' | 'resolved' | 'superseded';
  recorded_at: Date;
  ends_at: Date | null;
  content: { values?: Record<string, unknown> | null } | null;
}

/** Changes of one episode, oldest first; the newest 200. */
export async function findAlertHistory(q: Queryable, orgId: OrgId, keyBigint: string, startsAt: Date): Promise<AlertHistoryRow[]> {
  const rows = await q.query<AlertHistoryRow>(
    `select l.kind, l.recorded_at, l.ends_at, l.content from alert_log as l
     where l.org_id = $1::integer and l.alert_key = $2::bigint and l.starts_at = $3::timestamptz
       and l.kind <> 'reconsidered'
     order by l.position desc limit 200`,
    [orgId, keyBigint, startsAt],
  );
  return rows.reverse();
}
