import { createHmac } from 'node:crypto';
import { signatureHeaders, verifySignature, type HeaderReader } from './signature.ts';

const SETTINGS = { header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp', secret: 'a shared secret of the example' };
const NOW_SECONDS = 1_793_000_000;
const BODY = Buffer.from('{"alerts":[]}');

function headersOf(headers: Record<string, string>): HeaderReader {
  return (name) => headers[name];
}

function sign(timestamp: string, body: Uint8Array = BODY, secret = SETTINGS.secret): string {
  return createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest('hex');
}

function verify(signature: string | undefined, timestamp: string | undefined, body: Uint8Array = BODY) {
  const headers: Record<string, string> = {};
  if (signature !== undefined) headers[SETTINGS.header] = signature;
  if (timestamp !== undefined) headers[SETTINGS.timestampHeader] = timestamp;
  return verifySignature(SETTINGS, headersOf(headers), body, NOW_SECONDS * 1000);
}

const NOW = String(NOW_SECONDS);

test('cap 5: a signature over "timestamp:body" is accepted', () => {
  expect(verify(sign(NOW), NOW)).toEqual({ ok: true, mac: Buffer.from(sign(NOW), 'hex') });
});

test.each([
  { name: 'no signature', signature: undefined, timestamp: NOW, fault: 'no_signature' },
  { name: 'no timestamp, although the signature over the bare body is right', signature: createHmac('sha256', SETTINGS.secret).update(BODY).digest('hex'), timestamp: undefined, fault: 'no_timestamp' },
  { name: 'a timestamp that is no number', signature: sign('now'), timestamp: 'now', fault: 'stale_timestamp' },
  { name: 'two timestamps joined', signature: sign(NOW), timestamp: `${NOW}, ${NOW}`, fault: 'stale_timestamp' },
  { name: 'a timestamp 301 s old', signature: sign(String(NOW_SECONDS - 301)), timestamp: String(NOW_SECONDS - 301), fault: 'stale_timestamp' },
  { name: 'a timestamp 301 s ahead', signature: sign(String(NOW_SECONDS + 301)), timestamp: String(NOW_SECONDS + 301), fault: 'stale_timestamp' },
  { name: 'another secret', signature: sign(NOW, BODY, 'not the shared secret'), timestamp: NOW, fault: 'wrong_signature' },
  { name: 'another body', signature: sign(NOW, Buffer.from('{}')), timestamp: NOW, fault: 'wrong_signature' },
  { name: 'another timestamp', signature: sign(String(NOW_SECONDS - 1)), timestamp: NOW, fault: 'wrong_signature' },
  { name: 'a signature cut short', signature: sign(NOW).slice(0, 62), timestamp: NOW, fault: 'wrong_signature' },
  { name: 'a signature with a prefix', signature: `sha256=${sign(NOW)}`, timestamp: NOW, fault: 'wrong_signature' },
])('cap 5: $name is refused as $fault', ({ signature, timestamp, fault }) => {
  expect(verify(signature, timestamp)).toEqual({ ok: false, fault });
});

test('a timestamp exactly 300 s old is still accepted', () => {
  const timestamp = String(NOW_SECONDS - 300);

  expect(verify(sign(timestamp), timestamp).ok).toBe(true);
});

test('the bytes are signed as they came, be they text or not', () => {
  const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28]);

  expect(verify(sign(NOW, bytes), NOW, bytes).ok).toBe(true);
});

test.each([SETTINGS, { ...SETTINGS, timestampHeader: '' }])('own test alerts carry headers that verify, with the timestamp header "$timestampHeader"', (settings) => {
  const headers = signatureHeaders(settings, BODY, NOW_SECONDS * 1000);

  expect(verifySignature(settings, headersOf(headers), BODY, NOW_SECONDS * 1000).ok).toBe(true);
});

test('cap 5: without a timestamp header the signature is over the body alone, and names no single request', () => {
  const settings = { ...SETTINGS, timestampHeader: '' };
  const bare = (secret: string, body: Uint8Array = BODY) => createHmac('sha256', secret).update(body).digest('hex');
  const verdict = (signature: string | undefined) => verifySignature(settings, headersOf(signature === undefined ? {} : { [settings.header]: signature, [SETTINGS.timestampHeader]: NOW }), BODY, NOW_SECONDS * 1000);

  expect(verdict(bare(SETTINGS.secret))).toEqual({ ok: true, mac: null });
  expect(verdict(undefined)).toEqual({ ok: false, fault: 'no_signature' });
  for (const wrong of [bare('not the shared secret'), bare(SETTINGS.secret, Buffer.from('{}')), sign(NOW), '']) expect(verdict(wrong).ok).toBe(false);
});
