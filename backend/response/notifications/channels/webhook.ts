/** Any system that takes JSON over HTTP: a signed post in Muster's own format (docs/channels.md). Signed as messages of runbooks are. */
import { z } from 'zod';
import { signatureHeaders } from '../../../platform/outbound/bodySignature.ts';
import type { ChannelKind, Notice } from './channel.ts';
import { cutText } from './cut.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { secretOf, webAddress } from './settings.ts';

const config = z.strictObject({ url: webAddress });
type WebhookConfig = z.infer<typeof config>;

const MAX_TEXT = 100_000;

/** The body; `version` grows when a member changes its meaning. */
export function webhookBody(notice: Notice): string {
  return JSON.stringify({
    version: 1, key: notice.dedupKey, class: notice.messageClass, urgency: notice.urgency, progress: notice.progress ?? 'open', thread: notice.thread,
    subject: notice.subject, text: cutText(notice.text, MAX_TEXT, notice.language), facts: notice.facts, link: notice.link, actions: notice.actions,
    language: notice.language, at: notice.at.toISOString(),
  });
}

/** The kind. Any 2xx counts as delivered. */
export const webhook: ChannelKind<WebhookConfig> = {
  kind: 'webhook', title: 'Webhook', config,
  secretFields: [{ name: 'signingKey', label: 'Key that bodies are signed with', required: false }, { name: 'authorization', label: 'Value of the header Authorization', required: false }],
  address: null, receipts: false, perSecond: 20,
  settingsFault: (_config, secrets) => (/[^\x20-\x7e]/.test(secrets.authorization ?? '') ? { field: 'authorization', message: 'holds a character that headers cannot carry' } : null),
  send(notice, context) {
    const body = webhookBody(notice);
    const authorization = secretOf(context.secrets, 'authorization');
    return callProvider(context, {
      title: 'The webhook', alsoSecret: [context.config.url],
      request: {
        url: context.config.url, method: 'POST', body,
        headers: { ...JSON_HEADERS, 'Idempotency-Key': encodeURIComponent(notice.dedupKey), ...signatureHeaders(secretOf(context.secrets, 'signingKey'), context.now, body), ...(authorization === null ? {} : { Authorization: authorization }) },
      },
      read: () => ({ kind: 'delivered', providerId: null, threadRef: null }),
    });
  },
};
