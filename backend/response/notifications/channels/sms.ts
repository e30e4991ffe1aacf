/**
 * Text messages over a gateway shaped as Twilio's. Sources: twilio.com/docs/messaging/api/message-resource (POST …/Messages.json with To, From, Body,
 * StatusCallback; a body of at most 1,600 characters), twilio.com/docs/messaging/guides/track-outbound-message-status (MessageSid, MessageStatus),
 * twilio.com/docs/glossary/what-is-gsm-7-character-encoding (a part holds 153 characters of GSM-7, or 67 of UCS-2).
 */
import { z } from 'zod';
import type { ChannelKind, Notice, Receipt } from './channel.ts';
import { cutLine } from './cut.ts';
import { GATEWAY_SECRETS, gatewayFault, gatewaySettings, postToGateway, provenForm } from './gateway.ts';
import { convert, isSafeLink, PLAIN } from './markup.ts';
import { phoneNumber } from './settings.ts';

const config = z.strictObject({
  ...gatewaySettings,
  /** How many parts a message may have; each is paid for. */
  maxParts: z.int().min(1).max(10).default(4),
});
type SmsConfig = z.infer<typeof config>;

const MAX_CHARACTERS = 1_600;
const GSM = /^[\n\r @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
/** They take two places. */
const GSM_DOUBLE = /[\^{}\\[~\]|€]/g;

/** How many parts a text takes. */
export function partsOf(text: string): number {
  if (GSM.test(text)) {
    const places = text.length + (text.match(GSM_DOUBLE)?.length ?? 0);
    return places <= 160 ? 1 : Math.ceil(places / 153);
  }
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

/** The message: subject, as much of the text as there is room for, then the links, which are never cut. */
export function smsText(notice: Notice, maxParts: number): string {
  const fits = (text: string): boolean => text.length <= MAX_CHARACTERS && partsOf(text) <= maxParts;
  const links = [...notice.actions, ...(notice.link === null ? [] : [notice.link])].filter(({ url }) => isSafeLink(url));
  const lines = links.map(({ label, url }) => `${cutLine(label, 20)}: ${url}`);
  // The least worthy first: the last ones of the links.
  while (lines.length > 0 && !fits(['x'.repeat(40), ...lines].join('\n'))) lines.pop();
  const body = convert(notice.text, PLAIN).replace(/\s+/g, ' ').trim();
  const whole = (subject: string, text: string): string => [subject, text, ...lines].filter((part) => part !== '').join('\n');
  for (let room = body.length; room > 20; room = Math.floor(room * 0.85)) {
    const message = whole(notice.subject, cutLine(body, room));
    if (fits(message)) return message;
  }
  for (let room = notice.subject.length; room > 1; room = Math.floor(room * 0.85)) {
    const message = whole(cutLine(notice.subject, room), '');
    if (fits(message)) return message;
  }
  return cutLine(notice.subject, 60);
}

function receiptOf(form: Readonly<Record<string, string>> | null): Receipt | null {
  const providerId = form?.MessageSid;
  if (form === null || providerId === undefined) return null;
  switch (form.MessageStatus) {
    case 'delivered': case 'read': return { providerId, state: 'delivered' };
    case 'undelivered': case 'failed': case 'canceled': return { providerId, state: 'failed' };
    default: return null;
  }
}

/** The kind. The gateway queues what comes faster than the number may send. */
export const sms: ChannelKind<SmsConfig> = {
  kind: 'sms', title: 'Text message', config, secretFields: GATEWAY_SECRETS,
  address: { label: 'Mobile number', schema: phoneNumber },
  receipts: true, perSecond: 10,
  settingsFault: (_config, secrets) => gatewayFault(secrets),
  async send(notice, context) {
    const to = context.address ?? context.config.to;
    if (to === undefined) return { kind: 'refused', reason: 'the channel names no number, and neither does the recipient' };
    return postToGateway(context, 'Messages', [
      ['To', to], ['From', context.config.from], ['Body', smsText(notice, context.config.maxParts)],
      ...(context.callbackUrl === null ? [] : [['StatusCallback', context.callbackUrl] as const]),
    ]);
  },
  receipt: (call) => receiptOf(provenForm(call)),
};
