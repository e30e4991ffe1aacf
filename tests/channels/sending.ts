/** What tests of channels share: a notice with everything in it, and a context over the real ways out. */
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { createMailTransport } from '../../backend/platform/outbound/mail.ts';
import { CHANNELS } from '../../backend/response/notifications/channels/index.ts';
import type { Notice, SendContext, SendOutcome } from '../../backend/response/notifications/channels/channel.ts';
import type { ChannelKindName } from '#contract';
import type { ChannelSettings } from './standIn.ts';

export const NOW = new Date('2026-11-27T09:00:00.000Z');

/** A page of a SEV1. */
export function noticeOf(more: Partial<Notice> = {}): Notice {
  return {
    dedupKey: 'page/INC-42/1', messageClass: 'page', urgency: 'critical', subject: '[SEV1][INC-42] Checkout is down',
    text: 'Payments fail since **09:41 UTC**.\n\n- shop in *eu-west*\n- [dashboard](https://grafana.example.com/d/shop?a=1&b=2)\n\n<script>alert(1)</script> @channel & <!here>',
    facts: [{ label: 'Service', value: 'checkout' }, { label: 'Severity', value: 'SEV1' }],
    link: { label: 'Open incident', url: 'https://grafana.example.com/a/muster/incidents/42' },
    actions: [
      { id: 'accept', label: "I'm on it", url: 'https://muster.example.com/r/signed-accept' }, { id: 'decline', label: "I can't", url: 'https://muster.example.com/r/signed-decline' },
      { id: 'help', label: 'I need help', url: 'https://muster.example.com/r/signed-help' },
    ],
    thread: 'INC-42', at: NOW, language: 'en', ...more,
  };
}

/** Longer than any provider takes, with characters of every length. */
export const LONG_TEXT = 'Zahlungen scheitern – <Fehler> & **mehr** 🚨 in *allen* Läden. '.repeat(2_500);
export const longNotice = (): Notice => noticeOf({
  subject: `[SEV1][INC-42] ${'Checkout ist langsam & kaputt '.repeat(100)}`, text: LONG_TEXT,
  facts: Array.from({ length: 40 }, (_, index) => ({ label: `Wert ${index} ${'l'.repeat(300)}`, value: `${'v "x" 🚨'.repeat(400)}` })),
});

const client = createOutboundClient({ allow: ['*'], allowPrivate: ['127.0.0.1'], timeoutMs: 5_000 });
const mail = createMailTransport({ allow: ['*'], allowPrivate: ['127.0.0.1'], timeoutMs: 5_000 });

/** Lets go of the ways out. */
export async function closeWays(): Promise<void> {
  await client.close();
  await mail.close();
}

/** A context with these settings. */
export function contextOf(settings: ChannelSettings, more: Partial<SendContext<unknown>> = {}): SendContext<unknown> {
  return {
    ...settings, threadRef: null, callOut: (request) => client.call(request), mail, grafana: () => Promise.reject(new Error('not plugged in')), callbackUrl: 'https://muster.example.com/receipts/7?m=1',
    now: NOW, signal: new AbortController().signal, ...more,
  };
}

/** Sends over a channel of this kind. */
export function sendOver(kind: ChannelKindName, settings: ChannelSettings, notice: Notice = noticeOf(), more: Partial<SendContext<unknown>> = {}): Promise<SendOutcome> {
  return CHANNELS[kind].send(notice, contextOf(settings, more));
}
