/** All kinds of channels. Another one is a file beside this one and a line here. */
import type { ChannelKindName } from '#contract';
import type { ChannelKind } from './channel.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { grafana } from './grafana.ts';
import { mattermost } from './mattermost.ts';
import { ntfy } from './ntfy.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { sms } from './sms.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { voice } from './voice.ts';
import { webhook } from './webhook.ts';

/** A kind whose settings are not known by type: what is stored is read by its schema before every use. */
export type StoredKind = ChannelKind<unknown>;

/** Reads the stored settings by the kind's schema, so that settings of an older version are refused instead of misread. */
function stored<C>(kind: ChannelKind<C>): StoredKind {
  const { settingsFault } = kind;
  return {
    ...kind,
    config: kind.config,
    ...(settingsFault === undefined ? {} : { settingsFault: (config: unknown, secrets: Readonly<Record<string, string>>) => settingsFault(kind.config.parse(config), secrets) }),
    async send(notice, context) {
      const config = kind.config.safeParse(context.config);
      if (!config.success) return { kind: 'refused', reason: `the settings of the channel are not those of ${kind.title}: ${config.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`, ofChannel: true };
      const fault = settingsFault?.(config.data, context.secrets) ?? null;
      if (fault !== null) return { kind: 'refused', reason: `the settings of the channel are wrong: ${fault.field} ${fault.message}`, ofChannel: true };
      const address = context.address === null || kind.address === null ? null : kind.address.schema.safeParse(context.address);
      if (address !== null && !address.success) return { kind: 'refused', reason: `the address of the recipient ${address.error.issues[0]?.message ?? 'is wrong'}` };
      return kind.send(notice, { ...context, config: config.data, address: address === null ? null : address.data });
    },
  };
}

/** The kinds by name. */
export const CHANNELS: Readonly<Record<ChannelKindName, StoredKind>> = {
  email: stored(email), slack: stored(slack), teams: stored(teams), mattermost: stored(mattermost), discord: stored(discord), telegram: stored(telegram), ntfy: stored(ntfy),
  sms: stored(sms), voice: stored(voice), webhook: stored(webhook), pagerduty: stored(pagerduty), opsgenie: stored(opsgenie), grafana: stored(grafana),
};
