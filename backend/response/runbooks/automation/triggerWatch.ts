/** Looks for triggers when the log tells that something happened, and every second, for timers and in case it was not heard. */
import type { OrgId } from '#contract';
import type { Clock, Timer } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { createListener } from '../../../platform/db/listener.ts';
import type { Logger } from '../../../platform/logger.ts';
import { ensureCursor } from './triggerStore.ts';
import type { TriggerRunner } from './triggerRunner.ts';

export interface TriggerWatch {
  start(): Promise<void>;
  /** Looks at one organisation now; resolves when it has been looked at. */
  look(orgId: OrgId): Promise<void>;
  /** Stops, and waits for what is under way. */
  close(): Promise<void>;
}

export interface TriggerWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly runner: TriggerRunner;
}

export const TICK_MS = 1_000;

/** Makes the watch; start it where jobs run. */
export function createTriggerWatch({ db, clock, logger, orgs, runner }: TriggerWatchDeps): TriggerWatch {
  const rounds = new Map<OrgId, { done: Promise<void>; again: boolean }>();
  let timer: Timer | null = null;
  let closed = false;

  async function round(orgId: OrgId, state: { again: boolean }): Promise<void> {
    do {
      state.again = false;
      await runner.look(orgId).catch((error: unknown) => logger.warn({ err: error, orgId }, 'triggers could not be looked for; the next look is soon'));
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
    connectionString: db.connectionString, channels: ['muster_events'], applicationName: 'muster-triggers', clock, logger,
    onNotification(payload) {
      const orgId = orgs.find((org) => org === Number(payload));
      if (orgId !== undefined) wake(orgId);
    },
    onConnected: wakeAll,
  });

  return {
    async start() {
      for (const orgId of orgs) await ensureCursor(db, orgId);
      await listener.start();
      timer = clock.every(TICK_MS, wakeAll);
    },
    look: (orgId) => runner.look(orgId),
    async close() {
      closed = true;
      timer?.stop();
      await listener.close();
      await Promise.all([...rounds.values()].map(({ done }) => done));
    },
  };
}
