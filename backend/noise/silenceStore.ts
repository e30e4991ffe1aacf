/** SQL of silences. */
import { z } from 'zod';
import { labelMatcher, type LabelMatcher, type OrgId, type SilenceSync } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

export interface StoredSilence {
  readonly id: string;
  readonly grafanaId: string | null;
  readonly origin: 'muster' | 'grafana';
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly comment: string;
  readonly createdBy: string;
  readonly sync: SilenceSync;
  readonly problem: string | null;
  readonly version: number;
  readonly heldBack: number;
}

interface SilenceRow {
  id: string;
  grafana_id: string | null;
  origin: 'muster' | 'grafana';
  matchers: unknown;
  starts_at: Date;
  ends_at: Date;
  comment: string;
  created_by: string;
  sync: SilenceSync;
  problem: string | null;
  version: number;
  held_back: number;
}

const SELECT = `select s.id, s.grafana_id, s.origin, s.matchers, s.starts_at, s.ends_at, s.comment, s.created_by, s.sync, s.problem, s.version,
  (select count(*)::integer from held_back_alerts as h where h.org_id = s.org_id and h.cause_id = s.id) as held_back
  from silences as s`;
const matcherList = z.array(labelMatcher);

function toSilence(row: SilenceRow): StoredSilence {
  return {
    id: row.id, grafanaId: row.grafana_id, origin: row.origin, matchers: matcherList.parse(row.matchers), startsAt: row.starts_at, endsAt: row.ends_at,
    comment: row.comment, createdBy: row.created_by, sync: row.sync, problem: row.problem, version: row.version, heldBack: row.held_back,
  };
}

const cursorShape = /^(\d{1,16})_([\w-]{1,64})$/;

/** One page of silences, those that end last first. Null: the cursor is not one of this list. */
export async function selectSilences(
  q: Queryable, orgId: OrgId, at: Date, query: { readonly state: 'current' | 'expired' | 'all'; readonly cursor: string | undefined; readonly limit: number },
): Promise<{ items: StoredSilence[]; nextCursor: string | null } | null> {
  const match = query.cursor === undefined ? null : cursorShape.exec(query.cursor);
  if (query.cursor !== undefined && match === null) return null;
  const rows = await q.query<SilenceRow>(
    `${SELECT}
     where s.org_id = $1::integer
       and ($2::text = 'all' or ($2::text = 'current') = (s.ends_at > $3::timestamptz))
       and ($4::timestamptz is null or (s.ends_at, s.id) < ($4::timestamptz, $5::text))
     order by s.ends_at desc, s.id desc limit $6::integer`,
    [orgId, query.state, at, match?.[1] === undefined ? null : new Date(Number(match[1])), match?.[2] ?? null, query.limit + 1],
  );
  const items = rows.slice(0, query.limit).map(toSilence);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > query.limit && last !== undefined ? `${last.endsAt.getTime()}_${last.id}` : null };
}

/** One silence; null when there is none. `lock` holds it until the end of the transaction. */
export async function selectSilence(q: Queryable, orgId: OrgId, id: string, lock: boolean): Promise<StoredSilence | null> {
  const [row] = await q.query<SilenceRow>(`${SELECT} where s.org_id = $1::integer and s.id = $2::text ${lock ? 'for update of s' : ''}`, [orgId, id]);
  return row === undefined ? null : toSilence(row);
}

/** Silences that Grafana has or should have and that are not over, held until the end of the transaction. */
export async function lockShared(tx: Transaction, orgId: OrgId, at: Date): Promise<StoredSilence[]> {
  const rows = await tx.query<SilenceRow>(
    `${SELECT} where s.org_id = $1::integer and (s.ends_at > $2::timestamptz or s.sync = 'pending') order by s.id for update of s`, [orgId, at],
  );
  return rows.map(toSilence);
}

export type NewSilence = Pick<StoredSilence, 'id' | 'grafanaId' | 'origin' | 'matchers' | 'startsAt' | 'endsAt' | 'comment' | 'createdBy' | 'sync'>;

/** Adds a silence. */
export async function insertSilence(tx: Transaction, orgId: OrgId, silence: NewSilence, at: Date): Promise<void> {
  await tx.query(
    `insert into silences (org_id, id, grafana_id, origin, matchers, starts_at, ends_at, comment, created_by, sync, created_at, updated_at)
     values ($1::integer, $2::text, $3::text, $4::text, $5::jsonb, $6::timestamptz, $7::timestamptz, $8::text, $9::text, $10::text, $11::timestamptz, $11::timestamptz)
     on conflict do nothing`,
    [
      orgId, silence.id, silence.grafanaId, silence.origin, JSON.stringify(silence.matchers), silence.startsAt, silence.endsAt, silence.comment,
      silence.createdBy, silence.sync, at,
    ],
  );
}

/** Replaces what a silence says. */
export async function updateSilence(
  tx: Transaction, orgId: OrgId, id: string,
  next: Pick<StoredSilence, 'matchers' | 'startsAt' | 'endsAt' | 'comment' | 'sync' | 'grafanaId'>, at: Date,
): Promise<void> {
  await tx.query(
    `update silences set matchers = $3::jsonb, starts_at = $4::timestamptz, ends_at = $5::timestamptz, comment = $6::text, sync = $7::text,
       grafana_id = $8::text, problem = null, version = version + 1, updated_at = $9::timestamptz
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, JSON.stringify(next.matchers), next.startsAt, next.endsAt, next.comment, next.sync, next.grafanaId, at],
  );
}

/** Notes how the exchange with Grafana went. Only if the silence still has `version`: else a newer job is under way. */
export async function noteSync(q: Queryable, orgId: OrgId, id: string, version: number, sync: SilenceSync, grafanaId: string | null, problem: string | null): Promise<boolean> {
  const rows = await q.query(
    `update silences set sync = $4::text, grafana_id = coalesce($5::text, grafana_id), problem = $6::text
     where org_id = $1::integer and id = $2::text and version = $3::integer returning 1`,
    [orgId, id, version, sync, grafanaId, problem],
  );
  return rows.length === 1;
}

/** Keeps the id that Grafana gave, whatever else has changed meanwhile. */
export async function keepGrafanaId(q: Queryable, orgId: OrgId, id: string, grafanaId: string): Promise<void> {
  await q.query('update silences set grafana_id = $3::text where org_id = $1::integer and id = $2::text', [orgId, id, grafanaId]);
}

export interface SyncNote {
  readonly lastReadAt: Date | null;
  readonly problem: string | null;
}

/** When Grafana's silences were last read, and what did not work. */
export async function selectSyncNote(q: Queryable, orgId: OrgId): Promise<SyncNote> {
  const [row] = await q.query<{ last_read_at: Date | null; problem: string | null }>('select n.last_read_at, n.problem from silence_syncs as n where n.org_id = $1::integer', [orgId]);
  return { lastReadAt: row?.last_read_at ?? null, problem: row?.problem ?? null };
}

/** Notes how reading Grafana's silences went; `readAt` null leaves the last time as it is. */
export async function writeSyncNote(q: Queryable, orgId: OrgId, readAt: Date | null, problem: string | null): Promise<void> {
  await q.query(
    `insert into silence_syncs as n (org_id, last_read_at, problem) values ($1::integer, $2::timestamptz, $3::text)
     on conflict (org_id) do update set last_read_at = coalesce(excluded.last_read_at, n.last_read_at), problem = excluded.problem`,
    [orgId, readAt, problem],
  );
}
