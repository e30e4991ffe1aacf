/**
 * Grafana's public keys.
 *
 * They are read when first needed and again when they are ten minutes old. A token signed with a key
 * that is not among them makes them be read at once, because Grafana rotates its keys; but at most every
 * half minute, so that made-up key names cannot make Muster hammer Grafana. While Grafana is away the
 * keys known last go on being used for an hour, then nobody is believed any more.
 */
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { denial } from './denial.ts';
import type { KeySetFetch } from './ports.ts';

export const KEYS_MAX_AGE_MS = 10 * 60_000;
export const KEYS_STALE_LIMIT_MS = 60 * 60_000;
export const KEYS_COOLDOWN_MS = 30_000;
const FETCH_TIMEOUT_MS = 5_000;
const MAX_KEY_SET_CHARACTERS = 256 * 1024;

type FindKey = ReturnType<typeof createLocalJWKSet>;
type SigningKey = Awaited<ReturnType<FindKey>>;

/** Null is what Grafana Cloud answers; its keys come from elsewhere. */
const keySet = z.object({ keys: z.array(z.unknown()).nullable() });
const ecKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
  alg: z.literal('ES256').optional(),
  use: z.literal('sig').optional(),
});

export interface SigningKeys {
  /** The key that a token's header asks for. Throws a denial when there is none. */
  keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<SigningKey>;
  /** Reads the keys, unless that was done a moment ago, and says how it went. */
  check(): Promise<{ readonly ok: boolean; readonly detail: string }>;
}

export interface SigningKeysOptions {
  /** Address at which Muster reaches Grafana; not always the one that people see. */
  readonly grafanaUrl: string;
  readonly fetch: KeySetFetch;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Known {
  readonly find: FindKey;
  readonly count: number;
  readonly readAtMs: number;
}

/** Keys of one Grafana; nothing is read yet. */
export function createSigningKeys({ grafanaUrl, fetch, clock, logger }: SigningKeysOptions): SigningKeys {
  const url = `${grafanaUrl.replace(/\/+$/, '')}/api/signing-keys/keys`;
  let known: Known | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let lastFailure: unknown = null;
  let reading: Promise<void> | null = null;

  async function readKeys(): Promise<Known> {
    const readAtMs = clock.nowMs();
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      redirect: 'error',
    });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    const text = await response.text();
    if (text.length > MAX_KEY_SET_CHARACTERS) throw new Error(`${url} answered with ${text.length} characters, which is no key set`);
    const { keys } = keySet.parse(JSON.parse(text));
    // Keys of other kinds are not ours to use: a symmetric or RSA key can then never be picked.
    const usable = (keys ?? []).flatMap((key) => ecKey.safeParse(key).data ?? []);
    if (usable.length === 0) throw new Error(`${url} holds no ES256 key`);
    const local = usable.map(({ kty, crv, kid, x, y }) => ({ kty, crv, kid, x, y, alg: 'ES256', use: 'sig' }));
    return { find: createLocalJWKSet({ keys: local }), count: usable.length, readAtMs };
  }

  /** Reads the keys anew unless that was tried a moment ago. Does not throw; `lastFailure` tells. */
  async function refresh(): Promise<void> {
    if (reading !== null) return reading;
    if (clock.nowMs() - triedAtMs < KEYS_COOLDOWN_MS) return;
    triedAtMs = clock.nowMs();
    reading = readKeys()
      .then(
        (read) => {
          known = read;
          lastFailure = null;
        },
        (error: unknown) => {
          lastFailure = error;
          logger.warn({ err: error, url }, 'signing keys of Grafana could not be read');
        },
      )
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  /** Keys that may still be used, or null. */
  function usableKeys(): Known | null {
    return known !== null && clock.nowMs() - known.readAtMs < KEYS_STALE_LIMIT_MS ? known : null;
  }

  async function findIn(keys: Known | null, header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<SigningKey | null> {
    if (keys === null) return null;
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      throw error;
    }
  }

  return {
    async keyFor(header, token) {
      // Nobody waits for a renewal while the keys at hand may still be used; it does not throw either.
      if (known !== null && clock.nowMs() - known.readAtMs >= KEYS_MAX_AGE_MS) void refresh();
      const key = await findIn(usableKeys(), header, token);
      if (key !== null) return key;
      await refresh();
      const afterRefresh = await findIn(usableKeys(), header, token);
      if (afterRefresh !== null) return afterRefresh;
      // Without a fresh key set nobody can say whether the token is wrong or just newly signed.
      throw denial(lastFailure === null && usableKeys() !== null ? 'bad_id_token' : 'keys_unreachable', lastFailure ?? undefined);
    },
    async check() {
      await refresh();
      const keys = usableKeys();
      const failure = lastFailure instanceof Error ? lastFailure.message : String(lastFailure);
      if (lastFailure === null && keys !== null) return { ok: true, detail: `${keys.count} signing key${keys.count === 1 ? '' : 's'} of Grafana known` };
      if (keys === null) return { ok: false, detail: failure };
      return { ok: false, detail: `the keys known last are still used, but: ${failure}` };
    },
  };
}
