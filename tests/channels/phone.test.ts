/** Text messages and calls: parts, keys, receipts and their signatures. */
import { gatewaySignature } from '../../backend/response/notifications/channels/gateway.ts';
import { CHANNELS } from '../../backend/response/notifications/channels/index.ts';
import { partsOf, smsText } from '../../backend/response/notifications/channels/sms.ts';
import { GATEWAY_TOKEN, gatewayCall, startGateway } from './gateway.ts';
import { closeWays, LONG_TEXT, noticeOf, sendOver } from './sending.ts';
import type { StandIn } from './standIn.ts';

const CALLBACK = 'https://muster.example.com/receipts/7?m=1';
let standIn: StandIn | null = null;
afterEach(async () => {
  await standIn?.close();
  standIn = null;
});
afterAll(closeWays);

const formOf = (index: number) => new URLSearchParams(standIn?.seen[index]?.body);
const receipt = (kind: 'sms' | 'voice', url: string, form: Record<string, string>, more: Partial<{ headers: Record<string, string>; secrets: Record<string, string>; body: unknown; url: string }> = {}) =>
  CHANNELS[kind].receipt?.({ ...gatewayCall(url, form), url, secrets: { authToken: GATEWAY_TOKEN }, ...more });

test('cap 88: a text message names number, sender and where receipts go', async () => {
  standIn = await startGateway('sms');
  const outcome = await sendOver('sms', standIn.settings);
  expect(outcome).toEqual({ kind: 'accepted', providerId: 'SM00000000000000000000000000000001', threadRef: null });
  expect(Object.fromEntries(formOf(0))).toMatchObject({ To: '+491701234567', From: '+15005550006', StatusCallback: CALLBACK });
  expect(formOf(0).get('Body')).toMatch(/^\[SEV1\]\[INC-42\] Checkout is down\nPayments fail .*\nI'm on it: https:\/\/muster.example.com\/r\/signed-accept\n/s);
  await sendOver('sms', standIn.settings, noticeOf(), { callbackUrl: null });
  expect(formOf(1).has('StatusCallback')).toBe(false);
  expect(await sendOver('sms', { ...standIn.settings, address: '+15005550001' })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('21211') });
  expect(await sendOver('sms', { ...standIn.settings, address: '0170 1234567' })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('international form') });
});

test('cap 88: a text message has no more parts than allowed, and its links are whole', () => {
  const links = noticeOf().actions.map(({ url }) => url);
  for (const text of [LONG_TEXT, 'plain '.repeat(2_000), 'кириллица '.repeat(500), '']) {
    for (const maxParts of [2, 4, 10]) {
      const message = smsText(noticeOf({ text }), maxParts);
      expect(partsOf(message)).toBeLessThanOrEqual(maxParts);
      for (const url of message.match(/https:\S+/g) ?? []) expect([...links, noticeOf().link?.url]).toContain(url);
      if (maxParts >= 4) for (const url of links) expect(message).toContain(url);
    }
  }
  expect(partsOf('a'.repeat(160))).toBe(1);
  expect(partsOf('a'.repeat(161))).toBe(2);
  expect(partsOf('€'.repeat(80))).toBe(1);
  expect(partsOf('я'.repeat(71))).toBe(2);
});

test('cap 90: receipts of text messages, when their signature is right', () => {
  const form = { MessageSid: 'SM1', MessageStatus: 'delivered', To: '+491701234567' };
  expect(receipt('sms', CALLBACK, form)).toEqual({ providerId: 'SM1', state: 'delivered' });
  expect(receipt('sms', CALLBACK, { ...form, MessageStatus: 'undelivered' })).toEqual({ providerId: 'SM1', state: 'failed' });
  expect(receipt('sms', CALLBACK, { ...form, MessageStatus: 'sent' })).toBeNull();
  expect(receipt('sms', CALLBACK, form, { url: `${CALLBACK}0` })).toBeNull();
  expect(receipt('sms', CALLBACK, form, { secrets: { authToken: 'another' } })).toBeNull();
  expect(receipt('sms', CALLBACK, form, { secrets: {} })).toBeNull();
  expect(receipt('sms', CALLBACK, form, { headers: {} })).toBeNull();
  expect(receipt('sms', CALLBACK, form, { body: { ...form, MessageStatus: 'read' } })).toBeNull();
  expect(receipt('sms', CALLBACK, form, { body: 'text' })).toBeNull();
});

test("the signature is that of the example published for Twilio's own libraries", () => {
  const form = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
  expect(gatewaySignature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', form)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
});

test('cap 55, 88: a call is read out, takes a key as the answer, and says thank you', async () => {
  standIn = await startGateway('voice');
  expect(await sendOver('voice', standIn.settings)).toEqual({ kind: 'accepted', providerId: 'CA00000000000000000000000000000001', threadRef: null });
  const form = formOf(0);
  expect(form.getAll('StatusCallbackEvent')).toEqual(['answered', 'completed']);
  const twiml = form.get('Twiml') ?? '';
  expect(twiml).toMatch(/^<Response><Gather numDigits="1" timeout="8" method="POST" action="([^"]+)"><Say language="en-US">\[SEV1\]\[INC-42\] Checkout is down Payments fail/);
  expect(twiml).toContain("Press 1: I'm on it. Press 2: I can't. Press 3: I need help.");
  expect(twiml).not.toContain('signed-accept');
  const action = (/action="([^"]+)"/.exec(twiml)?.[1] ?? '').replaceAll('&amp;', '&');
  expect(receipt('voice', action, { CallSid: 'CA1', Digits: '2', CallStatus: 'in-progress' })).toEqual({
    providerId: 'CA1', state: 'answered', answer: 'decline', reply: { contentType: 'text/xml; charset=utf-8', body: '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="en-US">Thank you. Your answer was taken.</Say><Hangup/></Response>' },
  });
  expect(receipt('voice', action, { CallSid: 'CA1', Digits: '9', CallStatus: 'in-progress' })).toEqual({ providerId: 'CA1', state: 'delivered' });
  expect(receipt('voice', CALLBACK, { CallSid: 'CA1', CallStatus: 'completed' })).toEqual({ providerId: 'CA1', state: 'delivered' });
  expect(receipt('voice', CALLBACK, { CallSid: 'CA1', CallStatus: 'no-answer' })).toEqual({ providerId: 'CA1', state: 'failed' });
  expect(receipt('voice', CALLBACK, { CallSid: 'CA1', CallStatus: 'ringing' })).toBeNull();
  // What a key means cannot be changed on the way.
  expect(receipt('voice', action, { CallSid: 'CA1', Digits: '2', CallStatus: 'in-progress' }, { url: action.replace('accept%2Cdecline', 'decline%2Caccept') })).toBeNull();
  await sendOver('voice', standIn.settings, noticeOf({ language: 'de' }), { callbackUrl: null });
  expect(formOf(1).get('Twiml')).toMatch(/^<Response><Say language="de-DE">/);
  expect(formOf(1).get('Twiml')).not.toContain('Gather');
});
