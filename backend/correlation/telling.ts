/** Tells of what joined incidents and ended in them: some time after it happened, and all of it at once (docs/decisions/0031). */
import type { LeaderConnection } from './leadership.ts';
import type { CorrelatorDeps, Led } from './led.ts';

/**
 * How long after its time what waits is told by itself. In a storm the next batch tells it before that, in its own transaction;
 * on the dot, each of hundreds of incidents would take a transaction of its own.
 */
const TELL_SLACK_MS = 250;

/** What a teller has to know of the correlator. */
export interface TellerContext<Window> {
  /** The connection when the organisation is still led with it; null otherwise. */
  connectionOf(org: Led<Window>): LeaderConnection | null;
  inTurn(work: () => Promise<void>): Promise<void>;
  /** Nothing is told by itself: there are no timers, or it ends. */
  isQuiet(): boolean;
  /** Telling failed, and the window is stale now. */
  onStale(org: Led<Window>): void;
}

export interface Teller<Window> {
  /** Tells of what joined and ended meanwhile, as far as it is due. */
  tell(org: Led<Window>, all: boolean): Promise<void>;
  /** Sees to it that what waits is told when its time has come. */
  tellLater(org: Led<Window>): void;
}

/** Makes the part of the correlator that tells. */
export function createTeller<Window>(deps: CorrelatorDeps<Window>, context: TellerContext<Window>): Teller<Window> {
  const { clock, incidents, logger } = deps;

  async function tell(org: Led<Window>, all: boolean): Promise<void> {
    await context.inTurn(async () => {
      const conn = context.connectionOf(org);
      const dueMs = incidents.untoldDueMs(org.orgId, clock.now());
      if (conn === null || org.stale || dueMs === null || (!all && dueMs > clock.nowMs())) return;
      try {
        await conn.transaction((tx) => incidents.tell(tx, org.orgId, clock.now(), all));
      } catch (error) {
        // What was taken in order to be told stands in the rows only, until the window is rebuilt from them.
        org.stale = true;
        if (conn.lost) return;
        logger.error({ err: error, orgId: org.orgId }, 'what joined incidents could not be told; the window is rebuilt and it is tried again');
        context.onStale(org);
      }
    });
  }

  function tellLater(org: Led<Window>): void {
    const dueMs = incidents.untoldDueMs(org.orgId, clock.now());
    if (context.isQuiet() || org.telling !== null || dueMs === null || context.connectionOf(org) === null) return;
    org.telling = clock.after(Math.max(0, dueMs - clock.nowMs()) + TELL_SLACK_MS, () => {
      org.telling = null;
      tell(org, false)
        .catch((error: unknown) => logger.error({ err: error, orgId: org.orgId }, 'what is yet to be told could not be told; tried again shortly'))
        .finally(() => tellLater(org));
    });
  }

  return { tell, tellLater };
}
