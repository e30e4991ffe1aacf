/** SQL of channels. Their health stands in `healthStore.ts`. */
import { channelId, orgId as toOrgId, type ChannelId, type ChannelKindName, channelKindName, type OrgId } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { SealedColumn } from '../../platform/secrets/rotate.ts';

export interface ChannelRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly config: unknown;
  readonly secrets_sealed: string | null;
  readonly secret_names: string[];
  readonly enabled: boolean;
  readonly per_second: number | null;
  readonly provisioned: boolean;
  readonly updated_at: Date;
  readonly updated_by: string;
  readonly version: number;
}

const COLUMNS = 'c.id, c.kind, c.name, c.config, c.secrets_sealed, c.secret_names, c.enabled, c.per_second, c.provisioned, c.updated_at, c.updated_by, c.version';
const configShape = z.record(z.string(), z.unknown());

/** Binds sealed secrets to their channel: copied to another one they do not open. */
export function channelPurpose(orgId: OrgId, id: string): string {
  return `channel:${orgId}:${id}`;
}

/** The kind of a row. */
export function kindOf(row: ChannelRow): ChannelKindName {
  return channelKindName.parse(row.kind);
}

/** The settings of a row, unread. */
export function configOf(row: ChannelRow): Record<string, unknown> {
  return configShape.parse(row.config);
}

/** One more than `limit` channels after an id, by id. */
export function listChannelRows(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<ChannelRow[]> {
  return q.query<ChannelRow>(
    `select ${COLUMNS} from channels as c where c.org_id = $1::integer and ($2::text is null or c.id collate "C" > $2::text) order by c.id collate "C" limit $3::integer`, [orgId, after, limit],
  );
}

/** One channel. */
export async function findChannel(q: Queryable, orgId: OrgId, id: string): Promise<ChannelRow | undefined> {
  const [row] = await q.prepared<ChannelRow>('find-channel', `select ${COLUMNS} from channels as c where c.org_id = $1::integer and c.id = $2::text`, [orgId, id]);
  return row;
}

/** One channel, locked until the transaction ends. */
export async function lockChannel(tx: Transaction, orgId: OrgId, id: string): Promise<ChannelRow | undefined> {
  const [row] = await tx.query<ChannelRow>(`select ${COLUMNS} from channels as c where c.org_id = $1::integer and c.id = $2::text for update of c`, [orgId, id]);
  return row;
}

/** Those of the ids that there are. */
export async function findChannelIds(q: Queryable, orgId: OrgId, ids: readonly string[]): Promise<ChannelId[]> {
  const rows = await q.query<{ id: string }>('select c.id from channels as c where c.org_id = $1::integer and c.id = any($2::text[])', [orgId, [...ids]]);
  return rows.map((row) => channelId.parse(row.id));
}

export type ChannelValues = Omit<ChannelRow, 'version'>;

function valuesOf(orgId: OrgId, c: ChannelValues): unknown[] {
  return [orgId, c.id, c.kind, c.name, JSON.stringify(c.config), c.secrets_sealed, c.secret_names, c.enabled, c.per_second, c.provisioned, c.updated_at, c.updated_by];
}

/** Adds one with a clean record of health; undefined when there is one of that id. */
export async function insertChannel(tx: Transaction, orgId: OrgId, channel: ChannelValues): Promise<ChannelRow | undefined> {
  const [row] = await tx.query<ChannelRow>(
    `insert into channels as c (org_id, id, kind, name, config, secrets_sealed, secret_names, enabled, per_second, provisioned, updated_at, updated_by)
     values ($1::integer, $2::text, $3::text, $4::text, $5::jsonb, $6::text, $7::text[], $8::boolean, $9::double precision, $10::boolean, $11::timestamptz, $12::text)
     on conflict do nothing returning ${COLUMNS}`, valuesOf(orgId, channel),
  );
  if (row !== undefined) await tx.query('insert into channel_health (org_id, channel) values ($1::integer, $2::text) on conflict do nothing', [orgId, channel.id]);
  return row;
}

/** Replaces one that is locked. */
export async function updateChannel(tx: Transaction, orgId: OrgId, channel: ChannelValues): Promise<ChannelRow | undefined> {
  const [row] = await tx.query<ChannelRow>(
    `update channels as c set kind = $3::text, name = $4::text, config = $5::jsonb, secrets_sealed = $6::text, secret_names = $7::text[], enabled = $8::boolean, per_second = $9::double precision,
       provisioned = $10::boolean, updated_at = $11::timestamptz, updated_by = $12::text, version = c.version + 1
     where c.org_id = $1::integer and c.id = $2::text returning ${COLUMNS}`, valuesOf(orgId, channel),
  );
  return row;
}

/** Removes one, with what was known of its health and threads. */
export async function removeChannel(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
  for (const table of ['channel_health', 'notification_threads']) await tx.query(`delete from ${table} where org_id = $1::integer and channel = $2::text`, [orgId, id]);
  await tx.query('delete from channels where org_id = $1::integer and id = $2::text', [orgId, id]);
}

/** The sealed values, for the rotation of keys. */
export const CHANNEL_SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    name: 'channels.secrets_sealed',
    async list(q) {
      const rows = await q.query<{ org_id: number; id: string; sealed: string }>('select org_id, id, secrets_sealed as sealed from channels where secrets_sealed is not null order by org_id, id');
      return rows.map((row) => ({
        envelope: row.sealed,
        purpose: channelPurpose(toOrgId.parse(row.org_id), row.id),
        async replace(connection, sealed) {
          const written = await connection.query(
            'update channels set secrets_sealed = $4::text where org_id = $1::integer and id = $2::text and secrets_sealed = $3::text returning 1', [row.org_id, row.id, row.sealed, sealed],
          );
          return written.length === 1;
        },
      }));
    },
  },
];
