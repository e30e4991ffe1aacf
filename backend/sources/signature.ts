/**
 * Grafana's webhook signature: HMAC-SHA256 in lower-case hex over `<timestamp>:<raw body>`, the timestamp
 * (Unix seconds) in a header of its own. Without a timestamp an old request could be sent again for ever, so
 * Muster insists on it unless the source says that its sender has none: then the body alone is signed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_TOLERANCE_SECONDS = 300;

const HEX_SHA256 = /^[0-9a-f]{64}$/i;
const UNIX_SECONDS = /^\d{1,12}$/;

export interface SignatureSettings {
  readonly header: string;
  /** Empty: the body alone is signed. */
  readonly timestampHeader: string;
  readonly secret: string;
}

export type SignatureFault = 'no_signature' | 'no_timestamp' | 'stale_timestamp' | 'wrong_signature';

export type SignatureVerdict =
  /** `mac` names this very request; null where the body alone is signed, which may rightly come twice. */
  | { readonly ok: true; readonly mac: Buffer | null }
  | { readonly ok: false; readonly fault: SignatureFault };

/** A header's value; of one that came several times, all joined, which then fits no format. */
export type HeaderReader = (name: string) => string | undefined;

function macOf(secret: string, timestamp: string | null, rawBody: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(timestamp === null ? '' : `${timestamp}:`).update(rawBody).digest();
}

/** In constant time. */
function isMac(signature: string, expected: Buffer): boolean {
  return HEX_SHA256.test(signature) && timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

/**
 * Checks a signature over the bytes as they came. The time is checked before the signature, so that a stale
 * request costs no hashing; the MAC covers the timestamp, hence the verified MAC names this very request.
 */
export function verifySignature(
  settings: SignatureSettings,
  header: HeaderReader,
  rawBody: Uint8Array,
  nowMs: number,
): SignatureVerdict {
  const signature = header(settings.header);
  if (signature === undefined || signature === '') return { ok: false, fault: 'no_signature' };
  if (settings.timestampHeader === '') {
    return isMac(signature, macOf(settings.secret, null, rawBody)) ? { ok: true, mac: null } : { ok: false, fault: 'wrong_signature' };
  }
  const timestamp = header(settings.timestampHeader);
  if (timestamp === undefined || timestamp === '') return { ok: false, fault: 'no_timestamp' };
  if (!UNIX_SECONDS.test(timestamp)) return { ok: false, fault: 'stale_timestamp' };
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > SIGNATURE_TOLERANCE_SECONDS) {
    return { ok: false, fault: 'stale_timestamp' };
  }
  const expected = macOf(settings.secret, timestamp, rawBody);
  return isMac(signature, expected) ? { ok: true, mac: expected } : { ok: false, fault: 'wrong_signature' };
}

/** The headers with which Grafana would sign `rawBody` now; for test alerts that go the real way. */
export function signatureHeaders(settings: SignatureSettings, rawBody: Uint8Array, nowMs: number): Record<string, string> {
  if (settings.timestampHeader === '') return { [settings.header]: macOf(settings.secret, null, rawBody).toString('hex') };
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    [settings.header]: macOf(settings.secret, timestamp, rawBody).toString('hex'),
    [settings.timestampHeader]: timestamp,
  };
}
