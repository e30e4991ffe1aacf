/** Reading the alert log in the order of commits, with what the correlator needs of each alert. */
import type { Labels, OrgId, Severity } from '#contract';
import { SEVERITIES } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

export type AlertChangeKind = 'opened' | 'changed' | 'resolved' | 'superseded';
/** `reconsidered`: nothing new of the alert, but what held it back has ended. Only the noise gate sees these. */
export type LoggedKind = AlertChangeKind | 'reconsidered';

/** One change of an alert, in its place in the log. */
export interface AlertChange {
  readonly position: string;
  readonly kind: AlertChangeKind;
  readonly recordedAt: Date;
  readonly alertKey: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly sourceId: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly severity: Severity;
  readonly service: string | null;
  readonly team: string | null;
  readonly environment: string | null;
  readonly cluster: string | null;
  readonly labels: Labels;
}

/** A line of the alert log as it is read. */
export interface LoggedChange extends Omit<AlertChange, 'kind'> {
  readonly kind: LoggedKind;
}

interface ChangeRow {
  position: string;
  kind: LoggedKind;
  recorded_at: Date;
  alert_key: string;
  starts_at: Date;
  ends_at: Date | null;
  source_id: string;
  fingerprint: string;
  name: string;
  summary: string;
  description: string | null;
  severity: number;
  service: string | null;
  team: string | null;
  environment: string | null;
  cluster: string | null;
  labels: Labels;
}

const COLUMNS = `l.position::text, l.kind, l.recorded_at, l.alert_key::text, l.starts_at, l.ends_at, a.source_id,
  a.fingerprint, a.name, a.summary, a.annotations->>'description' as description, a.severity, a.service, a.team, a.environment, a.cluster,
  coalesce(d.labels || a.labels, a.labels) as labels`;
/** Derived labels stand beside the raw ones, which win where both have a name. */
const DERIVED = 'left join alert_derived as d on d.org_id = a.org_id and d.alert_key = a.alert_key and d.starts_at = a.starts_at';

/** Severity of the API for its number in the database (1 to 5). */
export function severityOf(rank: number): Severity {
  const severity = SEVERITIES[rank - 1];
  if (severity === undefined) throw new Error(`severity ${rank} is out of range`);
  return severity;
}

/** Number of a severity in the database: 1 is the worst. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}

function toChange(row: ChangeRow): LoggedChange {
  return {
    position: row.position, kind: row.kind, recordedAt: row.recorded_at, alertKey: row.alert_key, startsAt: row.starts_at,
    endsAt: row.ends_at, sourceId: row.source_id, fingerprint: row.fingerprint, name: row.name,
    summary: row.summary, description: row.description ?? '', severity: severityOf(row.severity), service: row.service, team: row.team,
    environment: row.environment, cluster: row.cluster, labels: row.labels,
  };
}

/**
 * Changes after `after`, oldest first. Positions are given out under the organisation's log lock,
 * so a change that commits later has a higher position: none is skipped.
 */
export async function readAlertChanges(q: Queryable, orgId: OrgId, after: string, limit: number): Promise<LoggedChange[]> {
  const rows = await q.prepared<ChangeRow>(
    'read-alert-changes',
    `select ${COLUMNS}
     from (
       select * from alert_log as p
       where p.org_id = $1::integer and p.position > $2::bigint
       order by p.position limit $3::integer
     ) as l
     join alerts as a on a.org_id = l.org_id and a.alert_key = l.alert_key and a.starts_at = l.starts_at
     ${DERIVED}
     order by l.position`,
    [orgId, after, limit],
  );
  return rows.map(toChange);
}

/** Newest changes up to and with `upTo` that were recorded at or after `since`, oldest first; at most `limit`. */
export async function readRecentAlertChanges(q: Queryable, orgId: OrgId, upTo: string, since: Date, limit: number): Promise<LoggedChange[]> {
  const rows = await q.query<ChangeRow>(
    `select ${COLUMNS}
     from (
       select * from alert_log as p
       where p.org_id = $1::integer and p.position <= $2::bigint and p.recorded_at >= $3::timestamptz
       order by p.position desc limit $4::integer
     ) as l
     join alerts as a on a.org_id = l.org_id and a.alert_key = l.alert_key and a.starts_at = l.starts_at
     ${DERIVED}
     order by l.position`,
    [orgId, upTo, since, limit],
  );
  return rows.map(toChange);
}

const AS_OPENED = `select '0' as position, 'opened' as kind, a.first_seen_at as recorded_at, a.alert_key::text, a.starts_at, a.ends_at, a.source_id,
  a.fingerprint, a.name, a.summary, a.severity, a.service, a.team, a.environment, a.cluster,
  coalesce(d.labels || a.labels, a.labels) as labels
  from alerts as a ${DERIVED} where a.org_id = $1::integer`;

/** Alerts that fire now, as if each had just opened, oldest first; at most `limit`. For a memory that is built anew. */
export async function readFiringAlerts(q: Queryable, orgId: OrgId, limit: number): Promise<LoggedChange[]> {
  const rows = await q.query<ChangeRow>(`${AS_OPENED} and a.status = 'firing' order by a.starts_at desc limit $2::integer`, [orgId, limit]);
  return rows.reverse().map(toChange);
}

/** Alerts first seen at or after `since`, newest first; at most `limit`. */
export async function readAlertsSince(q: Queryable, orgId: OrgId, since: Date, limit: number): Promise<LoggedChange[]> {
  const rows = await q.query<ChangeRow>(
    `${AS_OPENED} and a.first_seen_at >= $2::timestamptz order by a.first_seen_at desc limit $3::integer`, [orgId, since, limit],
  );
  return rows.map(toChange);
}

/**
 * Logs that alerts are to be looked at again; those that are over by now are left out. Gives how many. Takes the log
 * lock: nothing that could wait may come after it in the transaction.
 */
export async function logReconsidered(
  q: Queryable,
  orgId: OrgId,
  at: Date,
  alerts: readonly { readonly alertKey: string; readonly startsAt: Date }[],
): Promise<number> {
  if (alerts.length === 0) return 0;
  await q.query('select log_lock($1::integer)', [orgId]);
  const rows = await q.query<{ n: number }>(
    `with logged as (
       insert into alert_log (org_id, position, recorded_at, kind, alert_key, starts_at, ends_at, content)
       select $1::integer, nextval('log_positions'), $2::timestamptz, 'reconsidered', f.alert_key, f.starts_at, null, null
       from (
         select a.alert_key, a.starts_at from unnest($3::bigint[], $4::timestamptz[]) as i(alert_key, starts_at)
         join alerts as a on a.org_id = $1::integer and a.alert_key = i.alert_key and a.starts_at = i.starts_at
         where a.status = 'firing'
         order by a.starts_at, a.alert_key
       ) as f
       returning 1
     )
     select count(*)::integer as n from logged`,
    [orgId, at, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt)],
  );
  return rows[0]?.n ?? 0;
}

/** How many changes stand after `after`, up to and with `upTo`. */
export async function countAlertChanges(q: Queryable, orgId: OrgId, after: string, upTo: string): Promise<number> {
  const rows = await q.prepared<{ count: number }>(
    'count-alert-changes',
    'select count(*)::integer as count from alert_log as l where l.org_id = $1::integer and l.position > $2::bigint and l.position <= $3::bigint',
    [orgId, after, upTo],
  );
  return rows[0]?.count ?? 0;
}

/** When the first change after `position` was recorded; null when there is none. */
export async function oldestChangeAfter(q: Queryable, orgId: OrgId, position: string): Promise<Date | null> {
  const rows = await q.query<{ recorded_at: Date }>(
    'select l.recorded_at from alert_log as l where l.org_id = $1::integer and l.position > $2::bigint order by l.position limit 1',
    [orgId, position],
  );
  return rows[0]?.recorded_at ?? null;
}

/** How many changes stand after `position`, and when the oldest of them was recorded. */
export async function pendingAlertChanges(q: Queryable, orgId: OrgId, position: string): Promise<{ count: number; oldestAt: Date | null }> {
  const rows = await q.query<{ count: number; oldest_at: Date | null }>(
    `select count(*)::integer as count, min(p.recorded_at) as oldest_at
     from (
       select l.recorded_at from alert_log as l
       where l.org_id = $1::integer and l.position > $2::bigint
       order by l.position limit 100000
     ) as p`,
    [orgId, position],
  );
  const row = rows[0];
  return { count: row?.count ?? 0, oldestAt: row?.oldest_at ?? null };
}

/** Where the changes recorded from `from` until before `to` lie in the log, and how many they are. `before` is the position right before the first. */
export async function spanOfAlertChanges(q: Queryable, orgId: OrgId, from: Date, to: Date): Promise<{ before: string; last: string; count: number }> {
  const [row] = await q.query<{ before: string | null; last: string | null; count: number }>(
    `select (min(l.position) - 1)::text as before, max(l.position)::text as last, count(*)::integer as count from alert_log as l
     where l.org_id = $1::integer and l.recorded_at >= $2::timestamptz and l.recorded_at < $3::timestamptz`,
    [orgId, from, to],
  );
  return { before: row?.before ?? '0', last: row?.last ?? '0', count: row?.count ?? 0 };
}
