/**
 * Sealing of stored secrets: AES-256-GCM with a key named in the envelope, so that keys can be
 * changed while the service runs. An envelope is bound to its purpose: copied elsewhere it does
 * not open. Format: `muster.v1.<key id>.<iv>.<ciphertext and tag>`, both parts in base64url.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MAC = /^([a-z0-9-]{1,32})\.([A-Za-z0-9_-]{43})$/;
const MAC_BYTES = 32;
const ENVELOPE = /^muster\.v1\.([a-z0-9-]{1,32})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** A secret that cannot be opened. Says nothing of its content. */
export class SealError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealError';
  }
}

export interface KeyRing {
  /** Seals with the newest key. */
  seal(plaintext: string, purpose: string): string;
  /** Opens with the key that the envelope names. Throws `SealError`. */
  open(envelope: string, purpose: string): string;
  /** True when the envelope was sealed with an older key. */
  needsRotation(envelope: string): boolean;
  /** Authenticates a text that anybody may read, with a key of the purpose: `<key id>.<HMAC-SHA-256 in base64url>`. Throws `SealError`. */
  mac(text: string, purpose: string): string;
  /** True when the ring made it for the text and the purpose; one of an older key counts while that key is configured. */
  isMac(mac: string, text: string, purpose: string): boolean;
}

/** A ring of keys, the newest first. */
export function createKeyRing(keys: readonly { readonly id: string; readonly key: Secret }[]): KeyRing {
  const byId = new Map(keys.map(({ id, key }) => [id, Buffer.from(key.reveal(), 'base64')]));
  const newest = keys[0];

  function boundTo(purpose: string, keyId: string): Buffer {
    return Buffer.from(`muster.v1\n${keyId}\n${purpose}`);
  }

  function parts(envelope: string): { keyId: string; iv: Buffer; sealed: Buffer } {
    const match = ENVELOPE.exec(envelope);
    if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) throw new SealError('this is not a sealed secret');
    return { keyId: match[1], iv: decode(match[2]), sealed: decode(match[3]) };
  }

  /** The last character of base64url may have unused bits; only one spelling of an envelope is taken. */
  function decode(text: string): Buffer {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.toString('base64url') !== text) throw new SealError('the sealed secret is damaged');
    return bytes;
  }

  /** Never the sealing key itself: what one use leaks helps no other. */
  function macBytes(key: Buffer, text: string, purpose: string): Buffer {
    return createHmac('sha256', Buffer.from(hkdfSync('sha256', key, '', `muster.mac.v1\n${purpose}`, MAC_BYTES))).update(text).digest();
  }

  return {
    seal(plaintext, purpose) {
      const key = newest === undefined ? undefined : byId.get(newest.id);
      if (newest === undefined || key === undefined) throw new SealError('there is no key to seal with: set MUSTER_SECRET_KEYS');
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(purpose, newest.id));
      const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `muster.v1.${newest.id}.${iv.toString('base64url')}.${sealed.toString('base64url')}`;
    },
    open(envelope, purpose) {
      const { keyId, iv, sealed } = parts(envelope);
      const key = byId.get(keyId);
      if (key === undefined) throw new SealError(`the key "${keyId}" that sealed it is not configured: add it to MUSTER_SECRET_KEYS`);
      if (iv.length !== IV_BYTES || sealed.length < TAG_BYTES) throw new SealError('the sealed secret is damaged');
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(boundTo(purpose, keyId));
        decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new SealError('the sealed secret does not open: wrong key, wrong place, or changed', { cause: error });
      }
    },
    needsRotation: (envelope) => parts(envelope).keyId !== newest?.id,
    mac(text, purpose) {
      const key = newest === undefined ? undefined : byId.get(newest.id);
      if (newest === undefined || key === undefined) throw new SealError('there is no key to sign with: set MUSTER_SECRET_KEYS');
      return `${newest.id}.${macBytes(key, text, purpose).toString('base64url')}`;
    },
    isMac(mac, text, purpose) {
      const [, keyId = '', given = ''] = MAC.exec(mac) ?? [];
      const key = byId.get(keyId);
      if (key === undefined) return false;
      const expected = macBytes(key, text, purpose);
      const bytes = Buffer.from(given, 'base64url');
      return bytes.toString('base64url') === given && bytes.length === expected.length && timingSafeEqual(bytes, expected);
    },
  };
}
