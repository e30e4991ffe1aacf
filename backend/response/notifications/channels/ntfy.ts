/**
 * ntfy (ntfy.sh or a server of one's own). Source: docs.ntfy.sh/publish: JSON to the root of the server, priority 1 to 5,
 * three action buttons, a message of at most 4,096 bytes (a longer one becomes an attachment), `sequence_id` replaces a
 * notification that was sent before under the same id (2.16 and later; others ignore it), so that a second try makes no second buzz.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText, inBytes } from './cut.ts';
import { convert, isSafeLink, PLAIN } from './markup.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { apiAddress, secretOf } from './settings.ts';

const topic = z.string().trim().regex(/^[-_A-Za-z0-9]{1,64}$/, 'is not a topic of ntfy (letters, digits, - and _, at most 64)');
const config = z.strictObject({
  serverUrl: apiAddress('https://ntfy.sh'),
  /** Where messages go that name nobody. */
  topic: topic.optional(),
});
type NtfyConfig = z.infer<typeof config>;

const MAX_BYTES = 4_000;
const MAX_ACTIONS = 3;
const PRIORITY = { critical: 5, high: 4, normal: 3, low: 2 } as const;
const TAGS = { critical: ['rotating_light'], high: ['warning'], normal: [], low: [] } as const;
const published = z.looseObject({ id: z.string() });
const refused = z.looseObject({ error: z.string() });

/** The message: text, then facts. */
function messageOf(notice: Notice): string {
  const facts = notice.facts.slice(0, 10).map(({ label, value }) => `${cutLine(label, 60)}: ${cutLine(value, 100)}`).join('\n');
  const room = MAX_BYTES - inBytes(facts) - 2;
  return [cutText(convert(notice.text, PLAIN), Math.max(0, room), notice.language, inBytes), facts].filter((part) => part !== '').join('\n\n');
}

async function send(notice: Notice, context: SendContext<NtfyConfig>): Promise<SendOutcome> {
  const target = context.address ?? context.config.topic;
  if (target === undefined) return { kind: 'refused', reason: 'the channel names no topic, and neither does the recipient' };
  const token = secretOf(context.secrets, 'token');
  const actions = notice.actions.filter(({ url }) => isSafeLink(url)).slice(0, MAX_ACTIONS);
  return callProvider(context, {
    title: 'ntfy',
    request: {
      url: `${context.config.serverUrl}/`, method: 'POST', headers: { ...JSON_HEADERS, ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify({
        topic: target, title: cutLine(notice.subject, 250), message: messageOf(notice), priority: PRIORITY[notice.urgency], tags: [...TAGS[notice.urgency]],
        sequence_id: createHash('sha256').update(notice.dedupKey).digest('hex').slice(0, 32),
        ...(notice.link !== null && isSafeLink(notice.link.url) ? { click: notice.link.url } : {}),
        ...(actions.length === 0 ? {} : { actions: actions.map(({ label, url }) => ({ action: 'view', label: cutLine(label, 60), url, clear: true })) }),
      }),
    },
    read: ({ body }) => {
      const message = published.safeParse(parsed(body));
      return message.success ? { kind: 'accepted', providerId: message.data.id, threadRef: null } : { kind: 'retry', reason: 'ntfy did not say the id of the message' };
    },
    sayingOf: ({ body }) => refused.safeParse(parsed(body)).data?.error ?? '',
  });
}

/** The kind. ntfy.sh allows a burst of 60 and then one in five seconds; a server of one's own what it is set to. A phone that is off says nothing. */
export const ntfy: ChannelKind<NtfyConfig> = {
  kind: 'ntfy', title: 'ntfy (push)', config,
  secretFields: [{ name: 'token', label: 'Access token (tk_…), for protected topics', required: false }],
  address: { label: 'Topic', schema: topic },
  receipts: false, perSecond: 5,
  send,
};
