/**
 * A stand-in for a gateway of text messages and calls, shaped as twilio.com/docs tells of its API. Receipts and pressed keys are sent
 * back, signed, when the test says so.
 */
import { gatewaySignature } from '../../backend/response/notifications/channels/gateway.ts';
import { startStandIn, textWithin, type StandIn } from './standIn.ts';

export const GATEWAY_ACCOUNT = 'AC00000000000000000000000000000001';
export const GATEWAY_TOKEN = 'example-auth-token-of-the-gateway';

/** Starts it. The number +15005550001 is invalid. */
export async function startGateway(kind: 'sms' | 'voice'): Promise<StandIn> {
  let made = 0;
  const resource = kind === 'sms' ? 'Messages' : 'Calls';
  return startStandIn({
    serve(request, tools) {
      const login = Buffer.from(`${GATEWAY_ACCOUNT}:${GATEWAY_TOKEN}`).toString('base64');
      if (request.headers.authorization !== `Basic ${login}`) return { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } };
      if (request.url !== `/2010-04-01/Accounts/${GATEWAY_ACCOUNT}/${resource}.json`) return { status: 404, body: { code: 20404, message: 'The requested resource was not found', status: 404 } };
      if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') tools.fault('no form');
      const form = new URLSearchParams(request.body);
      const known = kind === 'sms' ? ['To', 'From', 'Body', 'StatusCallback'] : ['To', 'From', 'Twiml', 'Timeout', 'StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent'];
      for (const name of form.keys()) if (!known.includes(name)) tools.fault(`unknown field ${name}`);
      if (form.get('To') === '+15005550001') return { status: 400, body: { code: 21211, message: "Invalid 'To' Phone Number: +1500555XXXX", status: 400 } };
      if (kind === 'sms') textWithin(form.get('Body'), 1600, 'Body', tools);
      else textWithin(form.get('Twiml'), 4000, 'Twiml', tools);
      made += 1;
      tools.effect(`${form.get('To')} ${(form.get('Body') ?? form.get('Twiml') ?? '').slice(0, 200)}`);
      return { status: 201, body: { sid: `${kind === 'sms' ? 'SM' : 'CA'}${String(made).padStart(32, '0')}`, status: 'queued' } };
    },
    throttle: (seconds) => ({ status: 429, body: { code: 20429, message: 'Too Many Requests', status: 429 }, headers: { 'Retry-After': String(seconds) } }),
    settings: (url) => ({ config: { accountSid: GATEWAY_ACCOUNT, from: '+15005550006', apiUrl: url }, secrets: { authToken: GATEWAY_TOKEN }, address: '+491701234567' }),
  });
}

/** A call of the gateway to an address of Muster, with its signature: fields of the form, and headers in lower case. */
export function gatewayCall(url: string, form: Readonly<Record<string, string>>): { body: Record<string, string>; headers: Record<string, string> } {
  return { body: { ...form }, headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': gatewaySignature(GATEWAY_TOKEN, url, form) } };
}
