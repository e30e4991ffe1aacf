/** Polls that wait for something to do: woken when an order comes, on whichever replica it was made. */
import type { AgentOrder, OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import { createListener, type Listener } from '../../platform/db/listener.ts';
import type { Logger } from '../../platform/logger.ts';
import { AGENTS_CHANNEL } from './orderStore.ts';

export interface Waiting {
  /** The next order of an agent; null when none came in time, or the agent hung up. */
  orderFor(orgId: OrgId, agent: string, waitMs: number, gone: AbortSignal): Promise<AgentOrder | null>;
  start(): Promise<void>;
  /** Lets every poll go. */
  close(): Promise<void>;
}

export interface WaitingDeps {
  readonly connectionString: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly take: (orgId: OrgId, agent: string) => Promise<AgentOrder | null>;
  /** Puts back what was taken for an agent that had hung up before any of the answer was written, so that it cannot have it. */
  readonly giveBack: (orgId: OrgId, agent: string, order: AgentOrder) => Promise<void>;
}

/** Makes it. */
export function createWaiting({ connectionString, clock, logger, take, giveBack }: WaitingDeps): Waiting {
  const waiters = new Map<string, Set<() => void>>();
  let closed = false;

  function wake(key: string): void {
    for (const waiter of waiters.get(key) ?? []) waiter();
  }

  const listener: Listener = createListener({
    connectionString, channels: [AGENTS_CHANNEL], applicationName: 'muster agents', clock, logger,
    onNotification: (payload) => wake(payload),
    // What came while nobody listened.
    onConnected: () => [...waiters.keys()].forEach(wake),
  });

  /** Resolves with whether something may have come. */
  function next(key: string, leftMs: number, gone: AbortSignal): { readonly happened: Promise<boolean>; readonly stop: () => void } {
    let stop = (): void => undefined;
    const happened = new Promise<boolean>((resolve) => {
      const known = waiters.get(key) ?? new Set();
      waiters.set(key, known);
      const end = (came: boolean): void => {
        timer.stop();
        gone.removeEventListener('abort', hangUp);
        known.delete(come);
        if (known.size === 0) waiters.delete(key);
        resolve(came);
      };
      const come = (): void => end(!closed);
      const hangUp = (): void => end(false);
      const timer = clock.after(leftMs, () => end(false));
      known.add(come);
      gone.addEventListener('abort', hangUp);
      stop = () => end(false);
    });
    return { happened, stop: () => stop() };
  }

  return {
    async orderFor(orgId, agent, waitMs, gone) {
      const key = `${orgId}/${agent}`;
      const until = clock.nowMs() + waitMs;
      while (!closed && !gone.aborted) {
        // Listened for before it is looked for, so that what comes in between is not missed.
        const coming = next(key, Math.max(0, until - clock.nowMs()), gone);
        let order: AgentOrder | null;
        try {
          order = await take(orgId, agent);
        } catch (error) {
          coming.stop();
          throw error;
        }
        if (order !== null) {
          coming.stop();
          if (!gone.aborted) return order;
          await giveBack(orgId, agent, order);
          return null;
        }
        // Time is up; a timer of no time at all would still be waited for.
        if (until <= clock.nowMs()) coming.stop();
        if (!(await coming.happened)) return null;
      }
      return null;
    },
    start: () => listener.start(),
    async close() {
      closed = true;
      [...waiters.keys()].forEach(wake);
      await listener.close();
    },
  };
}
