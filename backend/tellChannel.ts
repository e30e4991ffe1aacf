/** Lets steps of runbooks tell people over channels. */
import { channelId, incidentNumber } from '#contract';
import type { Database } from './platform/db/database.ts';
import { findChannelIds, type Sending } from './response/notifications/index.ts';
import type { EffectPorts } from './response/runbooks/index.ts';

/** Makes the port. The message is ordered once for a key, so a step that is done again tells nobody twice. */
export function createTellChannel(db: Database, sending: Sending): NonNullable<EffectPorts['tellChannel']> {
  return (orgId, message) => db.transaction(async (tx) => {
    const channel = channelId.safeParse(message.channel);
    if (!channel.success || (await findChannelIds(tx, orgId, [channel.data])).length === 0) return false;
    await sending.send(tx, orgId, {
      dedupKey: message.key, messageClass: message.kind === 'page' ? 'page' : 'notice', urgency: message.critical ? 'critical' : 'normal', incident: message.incident === null ? null : incidentNumber.parse(message.incident),
      to: [{ kind: 'channel', channel: channel.data }], subject: message.subject, text: message.text, facts: [], link: null, actions: [], thread: message.incident === null ? null : `incident/${message.incident}`,
    });
    return true;
  });
}
