/** What an organisation sets for its notifications, and when the heartbeat to another system last went. */
import { putNotificationSettingsBody, type NotificationSettings, type NotificationSettingsValues, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

/** Before anybody set them. */
export const DEFAULT_SETTINGS: NotificationSettingsValues = { bundleAfter: 5, bundleSeconds: 120, heartbeatUrl: null, rehearse: 'weekly', rehearseHour: 9, rehearsePeople: false };

interface Row {
  settings: unknown;
  version: number;
  heartbeat_ok_at: Date | null;
  heartbeat_failed_at: Date | null;
  heartbeat_failure: string | null;
}

/** The settings with their version, which is 0 before anybody set them. */
export async function readSettings(q: Queryable, orgId: OrgId): Promise<NotificationSettings> {
  const [row] = await q.prepared<Row>(
    'read-notification-settings', 'select s.settings, s.version, s.heartbeat_ok_at, s.heartbeat_failed_at, s.heartbeat_failure from notification_settings as s where s.org_id = $1::integer', [orgId],
  );
  if (row === undefined) return { ...DEFAULT_SETTINGS, version: 0, heartbeat: { lastOkAt: null, lastFailureAt: null, lastFailure: null } };
  return {
    ...putNotificationSettingsBody.parse(row.settings), version: row.version,
    heartbeat: { lastOkAt: row.heartbeat_ok_at?.toISOString() ?? null, lastFailureAt: row.heartbeat_failed_at?.toISOString() ?? null, lastFailure: row.heartbeat_failure },
  };
}

/** Writes them if nobody did since `version`; false: somebody did. */
export async function writeSettings(tx: Transaction, orgId: OrgId, values: NotificationSettingsValues, version: number): Promise<boolean> {
  const rows = await tx.query(
    `insert into notification_settings as s (org_id, settings) select $1::integer, $2::jsonb where $3::integer = 0 on conflict do nothing returning 1`, [orgId, JSON.stringify(values), version],
  );
  if (rows.length > 0) return true;
  const updated = await tx.query(
    `update notification_settings as s set settings = $2::jsonb, version = s.version + 1 where s.org_id = $1::integer and s.version = $3::integer returning 1`, [orgId, JSON.stringify(values), version],
  );
  return updated.length > 0;
}

/** Takes the turn to call the heartbeat's address; false: it is not due, or another replica has it. */
export async function takeHeartbeat(q: Queryable, orgId: OrgId, now: Date, nextAt: Date): Promise<boolean> {
  const rows = await q.query(
    `update notification_settings as s set heartbeat_due_at = $3::timestamptz
      where s.org_id = $1::integer and (s.heartbeat_due_at is null or s.heartbeat_due_at <= $2::timestamptz) returning 1`, [orgId, now, nextAt],
  );
  return rows.length > 0;
}

/** Notes how the call went; gives whether it went well before. */
export async function noteHeartbeat(tx: Transaction, orgId: OrgId, now: Date, failure: string | null): Promise<boolean> {
  const [row] = await tx.query<{ was_ok: boolean }>(
    `update notification_settings as s set heartbeat_ok_at = case when $3::text is null then $2::timestamptz else s.heartbeat_ok_at end,
       heartbeat_failed_at = case when $3::text is null then s.heartbeat_failed_at else $2::timestamptz end, heartbeat_failure = coalesce($3::text, s.heartbeat_failure)
     from (select org_id, heartbeat_failed_at is null or heartbeat_ok_at > heartbeat_failed_at as was_ok from notification_settings where org_id = $1::integer for update) as b
     where s.org_id = b.org_id returning b.was_ok`, [orgId, now, failure],
  );
  return row?.was_ok ?? true;
}
