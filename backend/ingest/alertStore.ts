/** SQL of the alert log's writing side. */
import type { OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import type { AlertWrite } from './alertWrite.ts';

/** An alert that a batch changed; the others of the batch were repeats. */
export interface ChangedAlert {
  readonly alertKey: string;
  readonly startsAt: Date;
  readonly kind: string;
}

interface ChangedRow {
  changed_key: string;
  changed_starts_at: Date;
  changed_kind: string;
}

const INGEST_SQL = `select changed_key::text, changed_starts_at, changed_kind from ingest_alerts(
  $1::integer, $2::timestamptz, $3::boolean, $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::smallint[], $13::text[], $14::text[], $15::text[],
  $16::text[], $17::jsonb[], $18::jsonb[], $19::jsonb[], $20::bigint[], $21::bigint[])`;

/** Text of an instant for PostgreSQL. */
function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * Writes a batch (sorted, without doubles: see `toBatch`) in one statement and one commit.
 * `notify` wakes correlators of other processes.
 */
export async function writeAlerts(
  q: Queryable,
  orgId: OrgId,
  receivedAt: Date,
  batch: readonly AlertWrite[],
  notify: boolean,
): Promise<ChangedAlert[]> {
  const rows = await q.prepared<ChangedRow>('ingest-alerts', INGEST_SQL, [
    orgId, receivedAt.toISOString(), notify,
    batch.map((a) => a.alertKey),
    batch.map((a) => isoOf(a.startsAtMs)),
    batch.map((a) => a.sourceId),
    batch.map((a) => a.fingerprint),
    batch.map((a) => a.name),
    batch.map((a) => a.summary),
    batch.map((a) => a.status),
    batch.map((a) => (a.endsAtMs === null ? null : isoOf(a.endsAtMs))),
    batch.map((a) => a.severity),
    batch.map((a) => a.service),
    batch.map((a) => a.team),
    batch.map((a) => a.environment),
    batch.map((a) => a.cluster),
    batch.map((a) => JSON.stringify(a.labels)),
    batch.map((a) => JSON.stringify(a.annotations)),
    batch.map((a) => JSON.stringify(a.details)),
    batch.map((a) => a.notificationKey),
    batch.map((a) => a.contentHash),
  ]);
  return rows.map((row) => ({ alertKey: row.changed_key, startsAt: row.changed_starts_at, kind: row.changed_kind }));
}

export interface NotificationGroup {
  readonly notificationKey: string;
  readonly sourceId: string;
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly truncatedAlerts: number;
}

/** Keeps the newest envelope of each notification group. Keys must not repeat within the call. */
export async function writeNotificationGroups(q: Queryable, orgId: OrgId, at: Date, groups: readonly NotificationGroup[]): Promise<void> {
  const sorted = [...groups].sort((a, b) => (a.notificationKey < b.notificationKey ? -1 : 1));
  await q.prepared(
    'write-notification-groups',
    `insert into notification_groups as g (org_id, notification_key, source_id, envelope, truncated_alerts, updated_at)
     select $1::integer, i.notification_key, i.source_id, i.envelope, i.truncated_alerts, $2::timestamptz
     from unnest($3::bigint[], $4::text[], $5::jsonb[], $6::integer[]) as i(notification_key, source_id, envelope, truncated_alerts)
     on conflict (org_id, notification_key) do update set
       envelope = excluded.envelope, truncated_alerts = excluded.truncated_alerts, updated_at = excluded.updated_at`,
    [
      orgId, at.toISOString(),
      sorted.map((g) => g.notificationKey),
      sorted.map((g) => g.sourceId),
      sorted.map((g) => JSON.stringify(g.envelope)),
      sorted.map((g) => g.truncatedAlerts),
    ],
  );
}

export interface RepeatCount {
  readonly alertKey: string;
  readonly startsAtMs: number;
  readonly repeats: number;
  readonly lastSeenMs: number;
}

/** Adds up deliveries that told nothing new. */
export async function addRepeats(q: Queryable, orgId: OrgId, counts: readonly RepeatCount[]): Promise<void> {
  const sorted = [...counts].sort((a, b) =>
    a.alertKey === b.alertKey ? a.startsAtMs - b.startsAtMs : a.alertKey < b.alertKey ? -1 : 1,
  );
  await q.prepared(
    'add-repeats',
    `insert into alert_repeats as r (org_id, alert_key, starts_at, repeats, last_seen_at)
     select $1::integer, i.alert_key, i.starts_at, i.repeats, i.last_seen_at
     from unnest($2::bigint[], $3::timestamptz[], $4::bigint[], $5::timestamptz[]) as i(alert_key, starts_at, repeats, last_seen_at)
     on conflict (org_id, alert_key, starts_at) do update set
       repeats = r.repeats + excluded.repeats, last_seen_at = greatest(r.last_seen_at, excluded.last_seen_at)`,
    [
      orgId,
      sorted.map((c) => c.alertKey),
      sorted.map((c) => isoOf(c.startsAtMs)),
      sorted.map((c) => c.repeats),
      sorted.map((c) => isoOf(c.lastSeenMs)),
    ],
  );
}
