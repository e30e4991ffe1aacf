/**
 * Calls over a gateway shaped as Twilio's. Sources: twilio.com/docs/voice/api/call-resource (POST …/Calls.json with To, From, Twiml, StatusCallback,
 * StatusCallbackEvent, Timeout; one call begun a second), twilio.com/docs/voice/twiml/gather (the key comes as `Digits` to the action's address).
 */
import { z } from 'zod';
import type { ChannelKind, Receipt, ReceiptCall } from './channel.ts';
import { GATEWAY_SECRETS, gatewayFault, gatewaySettings, postToGateway, provenForm } from './gateway.ts';
import { phoneNumber } from './settings.ts';
import { thanksScript, voiceScript } from './voiceScript.ts';

const config = z.strictObject({
  ...gatewaySettings, from: phoneNumber,
  /** How long it rings, in seconds: a mailbox usually answers after 20 to 30. */
  ringSeconds: z.int().min(5).max(120).default(25),
});
type VoiceConfig = z.infer<typeof config>;

const ANSWERS = 'answers';
const LANGUAGE = 'language';

/** The address for keys, with what each of them means, since a receipt knows nothing of the notice. The signature covers it. */
function answerUrl(callbackUrl: string, ids: readonly string[], language: string): string {
  const url = new URL(callbackUrl);
  url.searchParams.set(ANSWERS, ids.join(','));
  url.searchParams.set(LANGUAGE, language);
  return url.href;
}

function receiptOf(form: Readonly<Record<string, string>> | null, call: ReceiptCall): Receipt | null {
  const providerId = form?.CallSid;
  if (form === null || providerId === undefined) return null;
  const asked = URL.parse(call.url)?.searchParams;
  const answer = asked?.get(ANSWERS)?.split(',')[Number(form.Digits ?? '0') - 1];
  if (form.Digits !== undefined && answer !== undefined) {
    return { providerId, state: 'answered', answer, reply: { contentType: 'text/xml; charset=utf-8', body: thanksScript(asked?.get(LANGUAGE) ?? 'en') } };
  }
  switch (form.CallStatus) {
    case 'in-progress': case 'completed': return { providerId, state: 'delivered' };
    case 'busy': case 'no-answer': case 'failed': case 'canceled': return { providerId, state: 'failed' };
    default: return null;
  }
}

/** The kind. `delivered` means that somebody, or a mailbox, took the call. */
export const voice: ChannelKind<VoiceConfig> = {
  kind: 'voice', title: 'Telephone call', config, secretFields: GATEWAY_SECRETS,
  address: { label: 'Telephone number', schema: phoneNumber },
  receipts: true, perSecond: 1,
  settingsFault: (_config, secrets) => gatewayFault(secrets),
  async send(notice, context) {
    const to = context.address ?? context.config.to;
    if (to === undefined) return { kind: 'refused', reason: 'the channel names no number, and neither does the recipient' };
    const answers = context.callbackUrl === null ? null : answerUrl(context.callbackUrl, notice.actions.map(({ id }) => id), notice.language);
    return postToGateway(context, 'Calls', [
      ['To', to], ['From', context.config.from], ['Twiml', voiceScript(notice, answers)], ['Timeout', String(context.config.ringSeconds)],
      ...(context.callbackUrl === null ? [] : [
        ['StatusCallback', context.callbackUrl] as const, ['StatusCallbackMethod', 'POST'] as const, ['StatusCallbackEvent', 'answered'] as const, ['StatusCallbackEvent', 'completed'] as const,
      ]),
    ]);
  },
  receipt: (call) => receiptOf(provenForm(call), call),
};
