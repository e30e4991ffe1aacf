/** SQL of chains: one document an organisation. */
import { channelChain, type ChannelChain, type OrgId } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface StoredChains {
  readonly chains: readonly ChannelChain[];
  readonly version: number;
  readonly provisioned: boolean;
}

const shape = z.array(channelChain);
/** Before anybody set any: one chain without channels, for all. */
const NONE: StoredChains = { chains: [{ name: 'Default', team: null, messageClass: null, urgency: null, channels: [] }], version: 0, provisioned: false };

function toChains(rows: readonly { chains: unknown; version: number; provisioned: boolean }[]): StoredChains {
  const [row] = rows;
  return row === undefined ? NONE : { chains: shape.parse(row.chains), version: row.version, provisioned: row.provisioned };
}

/** The chains of an organisation. */
export async function readChains(q: Queryable, orgId: OrgId): Promise<StoredChains> {
  return toChains(await q.prepared('read-chains', 'select c.chains, c.version, c.provisioned from channel_chains as c where c.org_id = $1::integer', [orgId]));
}

/** Writes them if nobody did since `version`; false: somebody did. */
export async function writeChains(tx: Transaction, orgId: OrgId, chains: readonly ChannelChain[], version: number, by: { readonly at: Date; readonly name: string; readonly provisioned: boolean }): Promise<boolean> {
  const rows = await tx.query(
    `insert into channel_chains as c (org_id, chains, provisioned, updated_at, updated_by) select $1::integer, $2::jsonb, $3::boolean, $4::timestamptz, $5::text where $6::integer = 0
     on conflict (org_id) do nothing returning 1`, [orgId, JSON.stringify(chains), by.provisioned, by.at, by.name, version],
  );
  if (rows.length > 0) return true;
  const updated = await tx.query(
    `update channel_chains as c set chains = $2::jsonb, provisioned = $3::boolean, updated_at = $4::timestamptz, updated_by = $5::text, version = c.version + 1
     where c.org_id = $1::integer and c.version = $6::integer returning 1`, [orgId, JSON.stringify(chains), by.provisioned, by.at, by.name, version],
  );
  return updated.length > 0;
}

/** Names of the chains that name a channel. */
export function chainsWith(chains: readonly ChannelChain[], channel: string): string[] {
  return chains.filter((chain) => chain.channels.some((id) => id === channel)).map((chain) => chain.name);
}
