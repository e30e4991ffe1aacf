/**
 * Tells the live streams of every replica that alerts changed. It says no more than that: alerts leave no event of their own
 * in the log, and what belongs to an incident is told there. At most once a second an organisation, however many come.
 */
import type { OrgId } from '#contract';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';

/** The channel that live hubs listen to. */
export const ALERT_NEWS_CHANNEL = 'muster_alert_news';

export interface AlertNews {
  /** Alerts of the organisation changed, and that is committed. */
  note(orgId: OrgId): void;
  close(): Promise<void>;
}

export interface AlertNewsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

const INTERVAL_MS = 1_000;

/** Tells the first news at once, and what comes within a second after it together, when the second is over. */
export function createAlertNews({ db, clock, logger }: AlertNewsDeps): AlertNews {
  /** Runs for a second after something was told; with what came since. */
  const quiet = new Map<OrgId, { readonly timer: Timer; more: boolean }>();
  const telling = new Set<Promise<void>>();
  let closed = false;

  function tell(orgId: OrgId): void {
    const timer = clock.after(INTERVAL_MS, () => {
      const more = quiet.get(orgId)?.more === true;
      quiet.delete(orgId);
      if (more && !closed) tell(orgId);
    });
    quiet.set(orgId, { timer, more: false });
    const told = db.query('select pg_notify($1::text, $2::text)', [ALERT_NEWS_CHANNEL, String(orgId)]).then(
      () => undefined,
      (error: unknown) => logger.warn({ err: error, orgId }, 'open pages could not be told that alerts changed; they see it when they ask again'),
    ).finally(() => telling.delete(told));
    telling.add(told);
  }

  return {
    note(orgId) {
      if (closed) return;
      const waiting = quiet.get(orgId);
      if (waiting === undefined) tell(orgId);
      else waiting.more = true;
    },
    async close() {
      closed = true;
      for (const { timer } of quiet.values()) timer.stop();
      await Promise.all(telling);
    },
  };
}
