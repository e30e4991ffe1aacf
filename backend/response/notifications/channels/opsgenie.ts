/**
 * Opsgenie, by the Alert API. Source: docs.opsgenie.com/docs/alert-api (message 130, alias 512, description 15,000, note 25,000; priority P1 to P5;
 * `Authorization: GenieKey …`; 202 means queued). Atlassian ends the service on 2027-04-05. Notices of one thread are one alert there.
 */
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, PLAIN } from './markup.ts';
import { alertKeyOf } from './pagerduty.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { apiAddress, missing, secretOf } from './settings.ts';

const config = z.strictObject({
  /** In Europe `https://api.eu.opsgenie.com`. */
  apiUrl: apiAddress('https://api.opsgenie.com'),
  /** A team that is called; without one the integration's own. */
  team: z.string().trim().min(1).max(100).optional(),
});
type OpsgenieConfig = z.infer<typeof config>;

const MAX_MESSAGE = 130;
const MAX_ALIAS = 512;
const MAX_DESCRIPTION = 15_000;
const MAX_NOTE = 25_000;
const MAX_DETAIL = 500;
const PRIORITY = { critical: 'P1', high: 'P2', normal: 'P3', low: 'P5' } as const;
const queued = z.looseObject({ requestId: z.string().optional() });
const refused = z.looseObject({ message: z.string().optional() });

function descriptionOf(notice: Notice): string {
  const links = [...notice.actions, ...(notice.link === null ? [] : [notice.link])].map(({ label, url }) => `${cutLine(label, 100)}: ${url}`).join('\n').slice(0, 5_000);
  return [cutText(convert(notice.text, PLAIN), MAX_DESCRIPTION - links.length - 2, notice.language), links].filter((part) => part !== '').join('\n\n');
}

/** Path and body of the call. */
function callOf(notice: Notice, team: string | undefined): { path: string; body: object } {
  const alias = alertKeyOf(notice, MAX_ALIAS);
  if (notice.progress === 'acknowledged' || notice.progress === 'resolved') {
    const verb = notice.progress === 'resolved' ? 'close' : 'acknowledge';
    return { path: `/v2/alerts/${encodeURIComponent(alias)}/${verb}?identifierType=alias`, body: { source: 'Muster', note: cutText(`${notice.subject}\n\n${convert(notice.text, PLAIN)}`, MAX_NOTE, notice.language) } };
  }
  return {
    path: '/v2/alerts',
    body: {
      message: cutLine(notice.subject, MAX_MESSAGE), alias, description: descriptionOf(notice), priority: PRIORITY[notice.urgency], source: 'Muster', tags: ['muster'],
      details: Object.fromEntries(notice.facts.slice(0, 20).map(({ label, value }) => [cutLine(label, 100), cutText(value, MAX_DETAIL, notice.language)])),
      ...(team === undefined ? {} : { responders: [{ type: 'team', name: team }] }),
    },
  };
}

async function send(notice: Notice, context: SendContext<OpsgenieConfig>): Promise<SendOutcome> {
  const { path, body } = callOf(notice, context.config.team);
  return callProvider(context, {
    title: 'Opsgenie',
    request: { url: `${context.config.apiUrl}${path}`, method: 'POST', headers: { ...JSON_HEADERS, Authorization: `GenieKey ${secretOf(context.secrets, 'apiKey') ?? ''}` }, body: JSON.stringify(body) },
    read: (answer) => ({ kind: 'accepted', providerId: queued.safeParse(parsed(answer.body)).data?.requestId ?? null, threadRef: context.threadRef ?? alertKeyOf(notice, MAX_ALIAS) }),
    sayingOf: (answer) => refused.safeParse(parsed(answer.body)).data?.message ?? '',
  });
}

/** The kind. How many calls an account may make depends on its plan; 429 is honoured. */
export const opsgenie: ChannelKind<OpsgenieConfig> = {
  kind: 'opsgenie', title: 'Opsgenie', config,
  secretFields: [{ name: 'apiKey', label: 'API key of the integration', required: true }],
  address: null, receipts: false, perSecond: 5,
  settingsFault: (_config, secrets) => missing(secrets, 'apiKey'),
  send,
};
