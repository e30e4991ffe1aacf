/**
 * The memories of all organisations: made when first asked for, made anew beside the old one when incidents have ended since,
 * let go when nobody asks any more. Whoever asks is answered from what is there.
 */
import type { OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { selectDocuments, selectFacts, selectStale, selectVersion, writeMemories } from './memoryStore.ts';
import { startMemoryThread, type MemoryThread } from './memoryThread.ts';
import { memoryOf } from './remember.ts';

export interface MemoryDesk {
  /**
   * Works with what is remembered now, which stays as long as the work takes, even when it is made anew meanwhile;
   * null while it is made for the first time and that takes longer than the patience.
   */
  withMemory<T>(orgId: OrgId, work: (memory: Memory | null) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type Memory = Omit<MemoryThread, 'close'>;

/** A thread and how many work with it; ended when it has been replaced and nobody does. */
interface Held {
  readonly thread: MemoryThread;
  users: number;
  replaced: boolean;
}

interface Place {
  held: Held | null;
  version: string;
  /** Under way: is there anything new, and if so, the memory made anew. */
  renewing: Promise<void> | null;
  lookedAtMs: number;
  nextMs: number;
  askedAtMs: number;
}

/** More past incidents are not looked at. */
const MOST = 2_000;
const REMEMBERED_AT_ONCE = 100;
/** Whoever asks first waits so long for the memory to be made. */
const PATIENCE_MS = 150;
const LOOK_EVERY_MS = 1_000;
/** A memory that took long to make is made anew less often: so many times as long is left between. */
const REST = 10;
const IDLE_MS = 30 * 60_000;

/** Makes it. Threads are started when somebody asks. */
export function createMemoryDesk({ db, clock, logger }: { readonly db: Database; readonly clock: Clock; readonly logger: Logger }): MemoryDesk {
  const places = new Map<OrgId, Place>();
  /** One memory is made at a time, whosoever it is. */
  let making: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function replace(held: Held): Promise<void> {
    held.replaced = true;
    if (held.users === 0) await held.thread.close();
  }

  async function release(held: Held): Promise<void> {
    held.users -= 1;
    if (held.replaced && held.users === 0) await held.thread.close();
  }

  async function takeIn(orgId: OrgId): Promise<void> {
    for (;;) {
      const stale = await selectStale(db, orgId, REMEMBERED_AT_ONCE);
      if (stale.length === 0 || closed) return;
      const positions = new Map(stale.map(({ number, position }) => [number, position]));
      const facts = await selectFacts(db, orgId, stale.map(({ number }) => number));
      await writeMemories(db, orgId, facts.map((each) => ({ number: each.number, position: positions.get(each.number) ?? '0', ...memoryOf(each) })));
    }
  }

  async function renew(orgId: OrgId, place: Place): Promise<void> {
    await takeIn(orgId);
    const version = await selectVersion(db, orgId);
    if (version === place.version || clock.nowMs() < place.nextMs || closed) return;
    const documents = await selectDocuments(db, orgId, MOST);
    const beganMs = performance.now();
    const made = making.then(() => startMemoryThread(documents));
    making = made.catch(() => undefined);
    const thread = await made;
    const old = place.held;
    place.held = { thread, users: 0, replaced: false };
    place.version = version;
    place.nextMs = clock.nowMs() + REST * (performance.now() - beganMs);
    if (old !== null) await replace(old);
    if (closed) await thread.close();
  }

  function look(orgId: OrgId, place: Place): Promise<void> {
    if (place.renewing !== null) return place.renewing;
    if (clock.nowMs() - place.lookedAtMs < LOOK_EVERY_MS) return Promise.resolve();
    place.lookedAtMs = clock.nowMs();
    place.renewing = renew(orgId, place)
      .catch((error: unknown) => logger.warn({ err: error, orgId }, 'past incidents could not be taken in; the next question tries again'))
      .finally(() => {
        place.renewing = null;
      });
    return place.renewing;
  }

  const idling = clock.every(IDLE_MS, () => {
    for (const [orgId, place] of places) {
      if (clock.nowMs() - place.askedAtMs < IDLE_MS || place.renewing !== null) continue;
      places.delete(orgId);
      if (place.held !== null) replace(place.held).catch((error: unknown) => logger.debug({ err: error }, 'an idle memory could not be ended'));
    }
  });

  return {
    async withMemory(orgId, work) {
      const place = places.get(orgId) ?? { held: null, version: '', renewing: null, lookedAtMs: Number.NEGATIVE_INFINITY, nextMs: 0, askedAtMs: 0 };
      places.set(orgId, place);
      place.askedAtMs = clock.nowMs();
      const looking = look(orgId, place);
      if (place.held === null) {
        const patience = Promise.withResolvers<void>();
        const timer = setTimeout(() => patience.resolve(), PATIENCE_MS);
        await Promise.race([looking, patience.promise]);
        clearTimeout(timer);
      }
      const { held } = place;
      if (held === null) return work(null);
      held.users += 1;
      try {
        return await work(held.thread);
      } finally {
        await release(held);
      }
    },
    async close() {
      closed = true;
      idling.stop();
      await Promise.all([...places.values()].map(async (place) => {
        await place.renewing;
        await place.held?.thread.close();
      }));
    },
  };
}
