/** Looks at every organisation again and again: one round at a time, and one that fails takes nothing from the others. */
import type { OrgId } from '#contract';
import type { Clock, Timer } from './clock.ts';
import type { Logger } from './logger.ts';

export interface Watch {
  start(): void;
  /** Begins a round now; passed over while one is under way. */
  tick(): void;
  /** Stops, and waits for a round that is under way. */
  close(): Promise<void>;
}

export interface WatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly everyMs: number;
  readonly look: (orgId: OrgId) => Promise<unknown>;
  /** What is logged of a look that failed: what could not be done, and what becomes of it. */
  readonly fault: string;
}

/** Makes a watch, which stands still until it is started. */
export function createWatch({ clock, logger, orgs, everyMs, look, fault }: WatchDeps): Watch {
  let timer: Timer | null = null;
  let round: Promise<void> | null = null;

  async function goRound(): Promise<void> {
    for (const orgId of orgs) {
      await look(orgId).catch((error: unknown) => logger.warn({ err: error, orgId }, fault));
    }
  }

  function tick(): void {
    round ??= goRound().finally(() => {
      round = null;
    });
  }

  return {
    tick,
    start() {
      timer = clock.every(everyMs, tick);
    },
    async close() {
      timer?.stop();
      await round;
    },
  };
}
