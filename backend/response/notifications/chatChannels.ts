/** The channels of chats, as working from chats needs them: with their secrets opened; and which incident a thread of notices is about. */
import { incidentNumber, type OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { configOf, findChannel, kindOf, listChannelRows, type ChannelRow } from './channelStore.ts';
import type { ChatChannel, ChatPorts } from './chat/index.ts';
import { openSecrets } from './transmit.ts';

const MAX_CHANNELS = 1_000;
const CHAT_KINDS: ReadonlySet<string> = new Set(['slack', 'mattermost']);

export interface ChatChannelDeps {
  readonly db: Queryable;
  readonly ring: Pick<KeyRing, 'open'>;
}

/** Makes the ports over the tables of this module. */
export function createChatChannels({ db, ring }: ChatChannelDeps): Pick<ChatPorts, 'channel' | 'channels' | 'incidentOfThread'> {
  function opened(orgId: OrgId, row: ChannelRow): ChatChannel {
    return { orgId, id: row.id, kind: kindOf(row), config: configOf(row), secrets: openSecrets(ring, orgId, row) };
  }
  const works = (row: ChannelRow): boolean => row.enabled && CHAT_KINDS.has(row.kind);

  return {
    async channel(orgId, id) {
      const row = await findChannel(db, orgId, id);
      return row === undefined || !works(row) ? null : opened(orgId, row);
    },
    async channels(orgId) {
      return (await listChannelRows(db, orgId, null, MAX_CHANNELS)).filter(works).map((row) => opened(orgId, row));
    },
    async incidentOfThread({ orgId, channel, thread }) {
      const [row] = await db.query<{ incident_number: number }>(
        `select m.incident_number from notification_threads as t join notification_messages as m on m.org_id = t.org_id and m.thread = t.thread and m.incident_number is not null
          where t.org_id = $1::integer and t.channel = $2::text and t.thread_ref = $3::text order by m.id limit 1`, [orgId, channel, thread],
      );
      return row === undefined ? null : incidentNumber.parse(row.incident_number);
    },
  };
}
