/**
 * Finds what a token stands for, in memory when it was asked for a few seconds ago.
 *
 * Lookups that miss are gathered: while one query runs the next ones wait and then go together, so
 * that a flood of made-up tokens costs one small query at a time and not one each. A revoked token
 * lives on at other replicas until its entry is too old, here not at all (`invalidate`).
 */
import { LRUCache } from 'lru-cache';
import type { OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';
import { findCredentials, findSecretSources, type StoredCredential } from './credentialStore.ts';
import type { SecretRing } from './ports.ts';
import type { SignatureSettings } from './signature.ts';

/** How long a change made at another replica may go unnoticed here. */
export const CREDENTIAL_MAX_AGE_MS = 5_000;
const MAX_ENTRIES = 10_000;
const MAX_HASHES_A_QUERY = 500;

/** Binds a sealed webhook secret to its source: copied to another row it does not open. */
export function hmacSecretPurpose(orgId: number, sourceId: string): string {
  return `source-hmac:${orgId}:${sourceId}`;
}

export interface Credential extends Omit<StoredCredential, 'hmac'> {
  readonly signature: SignatureSettings | null;
}

interface Entry {
  readonly loadedAtMs: number;
  readonly credential: Credential | null;
}

interface Waiting {
  readonly tokenHash: string;
  readonly resolve: (credential: Credential | null) => void;
  readonly reject: (error: unknown) => void;
}

export interface CredentialCache {
  /** The credential of a token hash, or null when there is none. Expired ones are given as well. */
  find(tokenHash: string): Promise<Credential | null>;
  /** Sources of changes of this id that have a secret: whose a delivery without a token is, its proof says. */
  findBySecret(source: string): Promise<readonly Credential[]>;
  /** Forgets what is known of one organisation, and every "no such token". */
  invalidate(orgId: OrgId): void;
}

export interface CredentialCacheOptions {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ring: SecretRing;
}

/** A cache that starts empty. */
export function createCredentialCache({ db, clock, logger, ring }: CredentialCacheOptions): CredentialCache {
  const entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  const bySecret = new LRUCache<string, { readonly loadedAtMs: number; readonly credentials: Promise<readonly Credential[]> }>({ max: MAX_ENTRIES });
  let waiting: Waiting[] = [];
  let querying = false;
  /** Grows with each invalidation: an answer on its way from before must not be kept. */
  let generation = 0;

  function toCredential({ hmac, ...rest }: StoredCredential): Credential {
    if (hmac === null) return { ...rest, signature: null };
    const secret = ring.open(hmac.sealedSecret, hmacSecretPurpose(rest.orgId, rest.sourceId));
    return { ...rest, signature: { header: hmac.header, timestampHeader: hmac.timestampHeader, secret } };
  }

  /** Answers everybody who waits for one hash; one source's broken secret must not hurt the others. */
  function settle(asked: Waiting, stored: StoredCredential | undefined, loadedAtMs: number, keep: boolean): void {
    try {
      const credential = stored === undefined ? null : toCredential(stored);
      if (keep) entries.set(asked.tokenHash, { loadedAtMs, credential });
      asked.resolve(credential);
    } catch (error) {
      asked.reject(error);
    }
  }

  /** Without those whose secret does not open: it is another organisation's, most often. */
  function toUsable(stored: readonly StoredCredential[]): Credential[] {
    return stored.flatMap((one) => {
      try {
        return [toCredential(one)];
      } catch (error) {
        logger.error({ err: error, orgId: one.orgId, source: one.sourceId }, 'the webhook secret of a source does not open, so that its deliveries without a token are refused: set it anew');
        return [];
      }
    });
  }

  async function lookUpWaiting(): Promise<void> {
    querying = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_HASHES_A_QUERY);
      waiting = waiting.slice(batch.length);
      const startedIn = generation;
      const loadedAtMs = clock.nowMs();
      try {
        const hashes = [...new Set(batch.map((asked) => asked.tokenHash))];
        const found = new Map((await findCredentials(db, hashes)).map((stored) => [stored.tokenHash, stored]));
        for (const asked of batch) settle(asked, found.get(asked.tokenHash), loadedAtMs, startedIn === generation);
      } catch (error) {
        for (const asked of batch) asked.reject(error);
      }
    }
    querying = false;
  }

  return {
    find(tokenHash) {
      const entry = entries.get(tokenHash);
      if (entry !== undefined && clock.nowMs() - entry.loadedAtMs < CREDENTIAL_MAX_AGE_MS) {
        return Promise.resolve(entry.credential);
      }
      return new Promise((resolve, reject) => {
        waiting.push({ tokenHash, resolve, reject });
        // Never rejects: each asker gets the error of its own query.
        if (!querying) void lookUpWaiting();
      });
    },
    findBySecret(source) {
      const entry = bySecret.get(source);
      if (entry !== undefined && clock.nowMs() - entry.loadedAtMs < CREDENTIAL_MAX_AGE_MS) return entry.credentials;
      const credentials = findSecretSources(db, source).then(toUsable);
      bySecret.set(source, { loadedAtMs: clock.nowMs(), credentials });
      credentials.catch(() => bySecret.delete(source));
      return credentials;
    },
    invalidate(orgId) {
      generation += 1;
      bySecret.clear();
      for (const [tokenHash, entry] of entries) {
        if (entry.credential === null || entry.credential.orgId === orgId) entries.delete(tokenHash);
      }
    },
  };
}
