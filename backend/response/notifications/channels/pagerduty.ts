/**
 * PagerDuty, by the Events API v2. Source: developer.pagerduty.com/docs/events-api-v2 (trigger, acknowledge, resolve; `dedup_key` of at most 255
 * characters; summary 1,024; body 512 KB; 202 means queued; 120 events a minute and key). Notices of one thread are one alert there.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, isSafeLink, PLAIN } from './markup.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { apiAddress, secretOf } from './settings.ts';

const config = z.strictObject({
  /** In Europe `https://events.eu.pagerduty.com`. */
  apiUrl: apiAddress('https://events.pagerduty.com'),
  source: z.string().trim().min(1).max(255).default('muster'),
});
type PagerDutyConfig = z.infer<typeof config>;

const MAX_KEY = 255;
const MAX_SUMMARY = 1_024;
const MAX_TEXT = 50_000;
const SEVERITY = { critical: 'critical', high: 'error', normal: 'warning', low: 'info' } as const;
const ACTION = { open: 'trigger', acknowledged: 'acknowledge', resolved: 'resolve' } as const;
const queued = z.looseObject({ dedup_key: z.string().optional() });
const refused = z.looseObject({ message: z.string().optional(), errors: z.array(z.string()).optional() });

/** The key of the alert: the thread's, or the notice's own; a long one as a hash. */
export function alertKeyOf(notice: Notice, max: number): string {
  const key = notice.thread ?? notice.dedupKey;
  return key.length <= max ? key : createHash('sha256').update(key).digest('hex');
}

function eventOf(notice: Notice, source: string): object {
  const action = ACTION[notice.progress ?? 'open'];
  const dedup_key = alertKeyOf(notice, MAX_KEY);
  if (action !== 'trigger') return { event_action: action, dedup_key };
  const links = [...(notice.link === null ? [] : [notice.link]), ...notice.actions].filter(({ url }) => isSafeLink(url));
  return {
    event_action: action, dedup_key, client: 'Muster', ...(notice.link === null ? {} : { client_url: notice.link.url }),
    links: links.map(({ label, url }) => ({ href: url, text: cutLine(label, 100) })),
    payload: {
      summary: cutLine(notice.subject, MAX_SUMMARY), source, severity: SEVERITY[notice.urgency], timestamp: notice.at.toISOString(),
      custom_details: { text: cutText(convert(notice.text, PLAIN), MAX_TEXT, notice.language), ...Object.fromEntries(notice.facts.slice(0, 50).map(({ label, value }) => [label, cutText(value, 1_000, notice.language)])) },
    },
  };
}

async function send(notice: Notice, context: SendContext<PagerDutyConfig>): Promise<SendOutcome> {
  return callProvider(context, {
    title: 'PagerDuty',
    request: { url: `${context.config.apiUrl}/v2/enqueue`, method: 'POST', headers: JSON_HEADERS, body: JSON.stringify({ routing_key: secretOf(context.secrets, 'routingKey') ?? '', ...eventOf(notice, context.config.source) }) },
    read: ({ body }) => {
      const key = queued.safeParse(parsed(body)).data?.dedup_key ?? null;
      return { kind: 'accepted', providerId: key, threadRef: context.threadRef ?? key };
    },
    sayingOf: ({ body }) => {
      const said = refused.safeParse(parsed(body)).data;
      return [said?.message ?? '', ...(said?.errors ?? [])].join(' ');
    },
  });
}

/** The kind. */
export const pagerduty: ChannelKind<PagerDutyConfig> = {
  kind: 'pagerduty', title: 'PagerDuty', config,
  secretFields: [{ name: 'routingKey', label: 'Integration key (Events API v2)', required: true }],
  address: null, receipts: false, perSecond: 2,
  settingsFault: (_config, secrets) => (/^[A-Za-z0-9]{32}$/.test(secrets.routingKey ?? '') ? null : { field: 'routingKey', message: 'is not an integration key (32 letters and digits)' }),
  send,
};
