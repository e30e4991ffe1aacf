/** Tells the others that this replica lives, and frees the jobs of those that no longer do. */
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';
import { beat, freeOrphanedJobs, removeReplica, removeSilent } from './replicaStore.ts';

const BEAT_MS = 1_500;
/** Silent for this long: dead. With the beat above, its jobs run elsewhere within about six seconds. */
export const SILENT_MS = 4_500;
/** A lock younger than this may belong to a replica that has not told its worker ids yet. */
const LOCK_GRACE_MS = 3_000;

export interface Heartbeat {
  start(): Promise<void>;
  /** Beats at once, when the worker ids have changed. */
  beatNow(): void;
  close(): Promise<void>;
}

export interface HeartbeatDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  readonly roles: readonly string[];
  readonly workerIds: () => readonly string[];
}

/** Makes the heartbeat of this replica. */
export function createHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const { db, clock, logger, replicaId } = deps;
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let waits = false;

  async function pulse(): Promise<void> {
    await beat(db, replicaId, deps.roles, deps.workerIds());
    for (const id of await removeSilent(db, SILENT_MS)) logger.warn({ replica: id }, 'a replica fell silent; its work goes on elsewhere');
    const freed = await freeOrphanedJobs(db, LOCK_GRACE_MS);
    if (freed > 0) logger.warn({ workers: freed }, 'jobs of dead workers were freed');
  }

  function pulseSoon(): void {
    // One that has not begun will say all that this one would; with a slow database they must not pile up.
    if (waits) return;
    waits = true;
    const begin = (): Promise<void> => {
      waits = false;
      return pulse();
    };
    running = running.then(begin).catch((error: unknown) => logger.warn({ err: error }, 'heartbeat failed; trying again'));
  }

  return {
    async start() {
      await pulse();
      timer = clock.every(BEAT_MS, pulseSoon);
    },
    beatNow: pulseSoon,
    async close() {
      timer?.stop();
      await running;
      await removeReplica(db, replicaId);
    },
  };
}
