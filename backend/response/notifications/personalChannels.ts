/** Channels on which people have addresses of their own: mail, telephone, chats that write to one person. */
import type { OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { kindOf, listChannelRows, findChannel, type ChannelRow } from './channelStore.ts';
import type { KindTable } from './transmit.ts';

export interface PersonalChannel {
  readonly id: string;
  readonly name: string;
  /** What an address on it is called. */
  readonly addressLabel: string;
}

export interface PersonalChannels {
  list(q: Queryable, orgId: OrgId): Promise<readonly PersonalChannel[]>;
  /** What is wrong with an address on a channel; null: nothing. */
  faultOf(q: Queryable, orgId: OrgId, channel: string, address: string): Promise<{ readonly field: 'channel' | 'address'; readonly message: string } | null>;
  /** The channel that reaches people by mail; null: there is none. */
  emailChannel(q: Queryable, orgId: OrgId): Promise<string | null>;
}

const MOST = 1_000;

/** Makes it over the kinds that there are. */
export function createPersonalChannels(kinds: KindTable): PersonalChannels {
  const addressOf = (row: ChannelRow) => kinds[kindOf(row)]?.address ?? null;

  return {
    async list(q, orgId) {
      const rows = await listChannelRows(q, orgId, null, MOST);
      return rows.flatMap((row) => {
        const address = row.enabled ? addressOf(row) : null;
        return address === null ? [] : [{ id: row.id, name: row.name, addressLabel: address.label }];
      });
    },
    async faultOf(q, orgId, channel, address) {
      const row = await findChannel(q, orgId, channel);
      if (row === undefined) return { field: 'channel', message: 'is not a channel of this organisation' };
      const expected = addressOf(row);
      if (expected === null) return { field: 'channel', message: 'reaches no single person' };
      const checked = expected.schema.safeParse(address);
      return checked.success ? null : { field: 'address', message: checked.error.issues[0]?.message ?? `is not a ${expected.label}` };
    },
    async emailChannel(q, orgId) {
      const rows = await listChannelRows(q, orgId, null, MOST);
      return rows.find((row) => row.enabled && row.kind === 'email')?.id ?? null;
    },
  };
}
