/** Looks whom to call when the log tells that something happened, and every second, for what falls due and in case it was not heard. */
import type { OrgId } from '#contract';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { createListener } from '../../platform/db/listener.ts';
import type { Logger } from '../../platform/logger.ts';
import { ensureCursor } from './escalationStore.ts';

export interface EscalationWatch {
  start(): Promise<void>;
  /** Looks at one organisation now; resolves when it has been looked at. */
  look(orgId: OrgId): Promise<void>;
  /** Stops, and waits for what is under way. */
  close(): Promise<void>;
}

export interface EscalationWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  look(orgId: OrgId): Promise<void>;
}

export const TICK_MS = 1_000;

/** Makes the watch; start it where jobs run. */
export function createEscalationWatch({ db, clock, logger, orgs, look }: EscalationWatchDeps): EscalationWatch {
  const rounds = new Map<OrgId, { done: Promise<void>; again: boolean }>();
  let timer: Timer | null = null;
  let closed = false;

  async function round(orgId: OrgId, state: { again: boolean }): Promise<void> {
    do {
      state.again = false;
      await look(orgId).catch((error: unknown) => logger.warn({ err: error, orgId }, 'it could not be looked whom to call; the next look is soon'));
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
    connectionString: db.connectionString, channels: ['muster_events'], applicationName: 'muster-escalation', clock, logger,
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
    look,
    async close() {
      closed = true;
      timer?.stop();
      await listener.close();
      await Promise.all([...rounds.values()].map(({ done }) => done));
    },
  };
}
