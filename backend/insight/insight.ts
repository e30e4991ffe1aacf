/** Puts the module together. */
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryDesk } from './similar/memoryDesk.ts';
import { createSimilarHandlers } from './similar/similarRoutes.ts';

export type InsightOperation = 'getSimilarIncidents';

export interface InsightDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Insight {
  readonly handlers: Handlers<InsightOperation>;
  close(): Promise<void>;
}

/** Makes it over a database. */
export function createInsight({ db, clock, logger }: InsightDeps): Insight {
  const desk = createMemoryDesk({ db, clock, logger });
  return {
    handlers: { ...createSimilarHandlers({ db, desk }) },
    close: () => desk.close(),
  };
}
