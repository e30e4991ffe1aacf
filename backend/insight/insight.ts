/** Puts the module together. */
import type { CatalogLookup } from '../catalog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { Logger } from '../platform/logger.ts';
import { createCauseHandlers, type CauseOperation } from './causes/causeRoutes.ts';
import { createChangesHandlers } from './changes/changesRoutes.ts';
import { createMemoryDesk } from './similar/memoryDesk.ts';
import { createSimilarHandlers } from './similar/similarRoutes.ts';

export type InsightOperation = 'getSimilarIncidents' | 'getChangesBefore' | CauseOperation;

export interface InsightDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly catalog: CatalogLookup;
}

export interface Insight {
  readonly handlers: Handlers<InsightOperation>;
  close(): Promise<void>;
}

/** Makes it over a database. */
export function createInsight({ db, clock, logger, catalog }: InsightDeps): Insight {
  const desk = createMemoryDesk({ db, clock, logger });
  return {
    handlers: { ...createSimilarHandlers({ db, desk }), ...createCauseHandlers({ db, clock }), ...createChangesHandlers({ db, catalog }) },
    close: () => desk.close(),
  };
}
