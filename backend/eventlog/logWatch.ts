/** Looks at an organisation when the log tells that something happened there, and every second, for what falls due and in case it was not heard. */
import type { OrgId } from '#contract';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { createListener } from '../platform/db/listener.ts';
import type { Logger } from '../platform/logger.ts';

export interface LogWatch {
  start(): Promise<void>;
  /** Looks at one organisation now; resolves when it has been looked at. */
  look(orgId: OrgId): Promise<void>;
  /** Stops, and waits for what is under way. */
  close(): Promise<void>;
}

export interface LogWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  /** By what name its connection is known in the database. */
  readonly applicationName: string;
  /** Before the first look at each organisation. */
  prepare(orgId: OrgId): Promise<void>;
  look(orgId: OrgId): Promise<void>;
  /** What is logged of a look that failed: what could not be done, and what becomes of it. */
  readonly fault: string;
}

const TICK_MS = 1_000;

/** Makes the watch; start it where jobs run. */
export function createLogWatch({ db, clock, logger, orgs, applicationName, prepare, look, fault }: LogWatchDeps): LogWatch {
  const rounds = new Map<OrgId, { done: Promise<void>; again: boolean }>();
  let timer: Timer | null = null;
  let closed = false;

  async function round(orgId: OrgId, state: { again: boolean }): Promise<void> {
    do {
      state.again = false;
      await look(orgId).catch((error: unknown) => logger.warn({ err: error, orgId }, fault));
    } while (state.again && !closed);
  }

  /** One round at a time; asked again meanwhile, it goes on with another one. */
  function wake(orgId: OrgId): void {
    if (closed) return;
    const running = rounds.get(orgId);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { done: Promise.resolve(), again: false };
    rounds.set(orgId, state);
    state.done = round(orgId, state).finally(() => rounds.delete(orgId));
  }

  function wakeAll(): void {
    for (const orgId of orgs) wake(orgId);
  }

  const listener = createListener({
    connectionString: db.connectionString, channels: ['muster_events'], applicationName, clock, logger,
    onNotification(payload) {
      const orgId = orgs.find((org) => org === Number(payload));
      if (orgId !== undefined) wake(orgId);
    },
    onConnected: wakeAll,
  });

  return {
    async start() {
      for (const orgId of orgs) await prepare(orgId);
      await listener.start();
      timer = clock.every(TICK_MS, wakeAll);
    },
    look,
    async close() {
      closed = true;
      timer?.stop();
      await listener.close();
      await Promise.all([...rounds.values()].map(({ done }) => done));
    },
  };
}
