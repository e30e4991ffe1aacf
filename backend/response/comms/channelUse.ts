/** What is told over a channel, before it goes. */
import type { ChannelId, OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { readCommunication } from './settingsStore.ts';
import { readPage } from './statusPage/pageStore.ts';

/** Audiences on a channel, and the mails of the status page, in words. */
export async function toldOverChannel(q: Queryable, orgId: OrgId, channel: ChannelId): Promise<string[]> {
  const { audiences } = await readCommunication(q, orgId);
  const { settings } = await readPage(q, orgId);
  return [...audiences.filter(({ channels }) => channels.includes(channel)).map(({ name }) => `the audience “${name}”`), ...(settings.mailChannel === channel ? ['the mails of the status page'] : [])];
}
