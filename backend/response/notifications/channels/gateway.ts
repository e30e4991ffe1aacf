/**
 * What text messages and calls share: a gateway that speaks as Twilio does. Sources: twilio.com/docs/usage/webhooks/webhooks-security
 * (X-Twilio-Signature: base64 of HMAC-SHA1 with the auth token over the address and every field of the form, sorted by name, name and value
 * joined), twilio.com/docs/api/errors, twilio.com/docs/iam/api (basic login with account and token).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ReceiptCall, SendContext, SendOutcome } from './channel.ts';
import { callProvider } from './provider.ts';
import { apiAddress, missing, phoneNumber, secretOf } from './settings.ts';

export const gatewaySettings = {
  accountSid: z.string().trim().regex(/^[A-Za-z0-9_-]{2,64}$/, 'is not an account of the gateway (AC…)'),
  /** The number that is shown, or for text messages a sender's name. */
  from: z.string().trim().regex(/^(\+[1-9]\d{6,14}|[A-Za-z0-9 ]{1,11})$/, 'is neither a number such as +15005550006 nor a name of at most 11 letters'),
  /** Where messages go that name nobody. */
  to: phoneNumber.optional(),
  apiUrl: apiAddress('https://api.twilio.com'),
};
export interface GatewaySettings { readonly accountSid: string; readonly from: string; readonly to?: string | undefined; readonly apiUrl: string }

export const GATEWAY_SECRETS = [{ name: 'authToken', label: 'Auth token of the account', required: true }] as const;

const made = z.looseObject({ sid: z.string().min(1) });
const refused = z.looseObject({ message: z.string().optional(), code: z.number().optional() });

/** Says what is missing; null when nothing is. */
export const gatewayFault = (secrets: Readonly<Record<string, string>>) => missing(secrets, 'authToken');

/** Posts a form to a resource of the account. `accepted` when the gateway gives an id. */
export async function postToGateway(context: SendContext<GatewaySettings>, resource: 'Messages' | 'Calls', fields: readonly (readonly [string, string])[]): Promise<SendOutcome> {
  const { accountSid, apiUrl } = context.config;
  const login = Buffer.from(`${accountSid}:${secretOf(context.secrets, 'authToken') ?? ''}`).toString('base64');
  const form = new URLSearchParams();
  for (const [name, value] of fields) form.append(name, value);
  return callProvider(context, {
    title: 'The gateway', alsoSecret: [login],
    request: {
      url: `${apiUrl}/2010-04-01/Accounts/${accountSid}/${resource}.json`, method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json', Authorization: `Basic ${login}` }, body: form.toString(),
    },
    read: ({ body }) => {
      const resourceMade = made.safeParse(parsed(body));
      return resourceMade.success ? { kind: 'accepted', providerId: resourceMade.data.sid, threadRef: null } : { kind: 'retry', reason: 'The gateway did not say the id' };
    },
    sayingOf: ({ body }) => {
      const said = refused.safeParse(parsed(body)).data;
      return [said?.code, said?.message].filter((part) => part !== undefined).join(' ');
    },
  });
}

/** The signature of a call from the gateway. */
export function gatewaySignature(authToken: string, url: string, form: Readonly<Record<string, string>>): string {
  const signed = Object.keys(form).sort().reduce((text, name) => `${text}${name}${form[name] ?? ''}`, url);
  return createHmac('sha1', authToken).update(signed).digest('base64');
}

const formFields = z.record(z.string(), z.string());

/** The fields of a call from the gateway whose signature is right; null otherwise. */
export function provenForm(call: ReceiptCall): Readonly<Record<string, string>> | null {
  const form = formFields.safeParse(call.body);
  const authToken = secretOf(call.secrets, 'authToken');
  if (!form.success || authToken === null) return null;
  const given = Buffer.from(call.headers['x-twilio-signature'] ?? '');
  const right = Buffer.from(gatewaySignature(authToken, call.url, form.data));
  return given.length === right.length && timingSafeEqual(given, right) ? form.data : null;
}
