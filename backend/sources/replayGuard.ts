/**
 * Takes each signed request once. Grafana signs a retry anew with a new timestamp, so the same
 * signature twice is somebody sending a recorded request again.
 *
 * The table decides, so it holds across replicas and restarts. Claims that come while a statement runs
 * wait and go together with the next one, as the alerts themselves do; memory holds no more than these.
 */
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { deleteNonce, deleteNoncesBefore, insertNonces, type Nonce } from './credentialStore.ts';
import { SIGNATURE_TOLERANCE_SECONDS } from './signature.ts';

/** A signature is good from 300 s before to 300 s after its timestamp; one minute more for slow clocks. */
const REMEMBER_MS = (2 * SIGNATURE_TOLERANCE_SECONDS + 60) * 1000;
const PRUNE_EVERY_MS = 60_000;
const MAX_CLAIMS_A_STATEMENT = 500;

interface Waiting {
  readonly nonce: Nonce;
  readonly resolve: (isNew: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export interface ReplayGuard {
  /** True when this signature was never seen before; it is seen from now on. */
  claim(nonce: Nonce): Promise<boolean>;
  /** Takes a claim back: the request was not stored, so its sender may repeat it as it is. */
  release(nonce: Nonce): Promise<void>;
}

function memoryKey(nonce: Nonce): string {
  return `${nonce.orgId}/${nonce.sourceId}/${nonce.mac.toString('base64')}`;
}

/** A guard over the table `webhook_nonces`. */
export function createReplayGuard({ db, clock }: { readonly db: Queryable; readonly clock: Clock }): ReplayGuard {
  /** Claims without an answer yet: one statement must not carry the same signature twice. */
  const inFlight = new Set<string>();
  let waiting: Waiting[] = [];
  let writing = false;
  let prunedAtMs = clock.nowMs();

  async function prune(): Promise<void> {
    const nowMs = clock.nowMs();
    if (nowMs - prunedAtMs < PRUNE_EVERY_MS) return;
    prunedAtMs = nowMs;
    await deleteNoncesBefore(db, new Date(nowMs - REMEMBER_MS));
  }

  async function writeWaiting(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_CLAIMS_A_STATEMENT);
      waiting = waiting.slice(batch.length);
      try {
        await prune();
        const fresh = await insertNonces(db, batch.map((claim) => claim.nonce), clock.now());
        batch.forEach((claim, index) => claim.resolve(fresh[index] === true));
      } catch (error) {
        for (const claim of batch) claim.reject(error);
      }
      for (const claim of batch) inFlight.delete(memoryKey(claim.nonce));
    }
    writing = false;
  }

  return {
    claim(nonce) {
      const key = memoryKey(nonce);
      if (inFlight.has(key)) return Promise.resolve(false);
      inFlight.add(key);
      return new Promise((resolve, reject) => {
        waiting.push({ nonce, resolve, reject });
        if (!writing) void writeWaiting();
      });
    },
    release: (nonce) => deleteNonce(db, nonce),
  };
}
