/** SQL of the alert log's writing side. */
import type { Labels, OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import { int2Array, int8Array, jsonArray, jsonbArray, textArray, timestamptzArray } from '../platform/db/binaryArrays.ts';
import type { AlertWrite } from './alertWrite.ts';

/** What a write was to its episode; repeats change nothing. */
export type WrittenKind = 'opened' | 'changed' | 'resolved';

/** A write of the batch that changed something, with its place in the log. */
export interface WrittenAlert {
  readonly write: AlertWrite;
  readonly kind: WrittenKind;
  readonly position: string;
}

interface IngestRow {
  marks: string;
  positions: string[];
}

const INGEST_SQL = `select marks, positions from ingest_alerts(
  $1::integer, $2::timestamptz, $3::boolean, $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::smallint[], $13::text[], $14::text[], $15::text[],
  $16::text[], $17::jsonb[], $18::json[], $19::json[], $20::json[], $21::bigint[], $22::bigint[])`;

const KIND_OF_MARK: Readonly<Record<string, WrittenKind>> = { o: 'opened', c: 'changed', r: 'resolved' };

/** Text of an instant for PostgreSQL. */
function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * Writes a batch (sorted, without doubles: see `toBatch`) in one statement and one commit.
 * `notify` wakes correlators of other processes. Gives what changed, in the order of the log.
 */
export async function writeAlerts(
  q: Queryable,
  orgId: OrgId,
  receivedAt: Date,
  batch: readonly AlertWrite[],
  notify: boolean,
): Promise<WrittenAlert[]> {
  const [row] = await q.prepared<IngestRow>('ingest-alerts', INGEST_SQL, [
    orgId, receivedAt.toISOString(), notify,
    int8Array(batch.map((a) => a.alertKey)),
    timestamptzArray(batch.map((a) => a.startsAtMs)),
    textArray(batch.map((a) => a.sourceId)),
    textArray(batch.map((a) => a.fingerprint)),
    textArray(batch.map((a) => a.name)),
    textArray(batch.map((a) => a.summary)),
    textArray(batch.map((a) => a.status)),
    timestamptzArray(batch.map((a) => a.endsAtMs)),
    int2Array(batch.map((a) => a.severity)),
    textArray(batch.map((a) => a.service)),
    textArray(batch.map((a) => a.team)),
    textArray(batch.map((a) => a.environment)),
    textArray(batch.map((a) => a.cluster)),
    jsonbArray(batch.map((a) => a.texts.labels)),
    jsonArray(batch.map((a) => a.texts.annotations)),
    jsonArray(batch.map((a) => a.texts.details)),
    jsonArray(batch.map((a) => a.texts.values)),
    int8Array(batch.map((a) => a.notificationKey)),
    int8Array(batch.map((a) => a.contentHash)),
  ]);
  if (row?.marks.length !== batch.length) throw new Error('ingest_alerts gave no mark for each alert');
  const changed: WrittenAlert[] = [];
  batch.forEach((write, index) => {
    const kind = KIND_OF_MARK[row.marks.charAt(index)];
    if (kind === undefined) return;
    const position = row.positions[changed.length];
    if (position === undefined) throw new Error('ingest_alerts gave no position for a change');
    changed.push({ write, kind, position });
  });
  return changed;
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
  /** What was told again, as this process knows it; null when the database found the repeat. */
  readonly contentHash: number | null;
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

/** Those of the counts whose alert has another content now than the one that was counted as told again. */
export async function findOverwritten(q: Queryable, orgId: OrgId, counts: readonly RepeatCount[]): Promise<RepeatCount[]> {
  const rows = await q.prepared<{ place: number }>(
    'find-overwritten',
    `select i.place::integer from unnest($2::bigint[], $3::timestamptz[], $4::bigint[]) with ordinality as i(alert_key, starts_at, content_hash, place)
     join alerts as a on a.org_id = $1::integer and a.alert_key = i.alert_key and a.starts_at = i.starts_at and a.content_hash <> i.content_hash`,
    [orgId, counts.map((c) => c.alertKey), counts.map((c) => isoOf(c.startsAtMs)), counts.map((c) => c.contentHash)],
  );
  return rows.flatMap(({ place }) => counts[place - 1] ?? []);
}

/**
 * Keeps the labels that were derived for alerts, before the alerts themselves: whoever reads an alert
 * finds them. Keys are sorted, so that two batches take row locks in one order.
 */
export async function writeDerived(q: Queryable, orgId: OrgId, derived: readonly { readonly write: Pick<AlertWrite, 'alertKey' | 'startsAtMs'>; readonly derived: Labels }[]): Promise<void> {
  if (derived.length === 0) return;
  const unique = [...new Map(derived.map((one) => [`${one.write.alertKey}/${one.write.startsAtMs}`, one])).values()];
  await q.query(
    `insert into alert_derived as d (org_id, alert_key, starts_at, labels)
     select $1::integer, i.alert_key, i.starts_at, i.labels from unnest($2::bigint[], $3::timestamptz[], $4::jsonb[]) as i(alert_key, starts_at, labels)
     order by i.alert_key, i.starts_at
     on conflict (org_id, alert_key, starts_at) do update set labels = excluded.labels where d.labels <> excluded.labels`,
    [orgId, unique.map(({ write }) => write.alertKey), unique.map(({ write }) => isoOf(write.startsAtMs)), unique.map((one) => JSON.stringify(one.derived))],
  );
}
