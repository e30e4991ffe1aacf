/** One channel of a chat, over the stand-in of Slack. */
import { orgId } from '#contract';
import type { AppOptions } from '../../backend/app.ts';
import { SLACK_BOT_TOKEN } from './slack.ts';
import type { StandIn } from './standIn.ts';

/** The channel `ops` of organisation 1, by a bot. */
export function chatsOf(slack: StandIn): NonNullable<AppOptions['chatChannels']> {
  const ops = { orgId: orgId.parse(1), id: 'ops', kind: 'slack' as const, config: { mode: 'bot', apiUrl: `${slack.url}/api` }, secrets: { botToken: SLACK_BOT_TOKEN } };
  return {
    channel: (org, id) => Promise.resolve(org === ops.orgId && id === ops.id ? ops : null),
    channels: (org) => Promise.resolve(org === ops.orgId ? [ops] : []),
  };
}
