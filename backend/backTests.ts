/** Back-tests put together: the engine as the service runs it, with the topology and the policy of today, on the log of the past. */
import { randomUUID } from 'node:crypto';
import { readRecentChanges, type Catalog } from './catalog/index.ts';
import { createBackTestService, createStrategyTrial, type BackTestService, type EngineParameters, type LearningService } from './correlation/index.ts';
import { labelsOf, trialPolicyOf, type CatalogLookup, type SettingsReader } from './incidents/index.ts';
import { engineWith } from './pipeline.ts';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/db/database.ts';
import type { Logger } from './platform/logger.ts';

export interface BackTestsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly parameters: EngineParameters;
  readonly learning: Pick<LearningService, 'pairsAt'>;
  readonly catalog: Pick<Catalog, 'topologyOf'>;
  readonly impactCatalog: CatalogLookup;
  readonly incidentSettings: SettingsReader;
}

const LAST_POSITION = '9223372036854775807';
/** The newest of so many changes of systems; older ones of a long period are left out. */
const MAX_CHANGES = 20_000;

/** Makes the service and its job. */
export function createBackTests({ db, clock, logger, parameters, learning, catalog, impactCatalog, incidentSettings }: BackTestsDeps): BackTestService {
  return createBackTestService({
    db, clock, logger: logger.child({ module: 'back-tests' }), newId: randomUUID,
    labelsOf: (orgId, from, to) => labelsOf(db, orgId, from, to),
    changesSince: (orgId, since) => readRecentChanges(db, orgId, LAST_POSITION, since, MAX_CHANGES),
    trials: {
      // As long as habits are learned: at the beginning of the period the engine knows what it would have known.
      warmUpMs: parameters.habitMs,
      async start(orgId, settings, from) {
        // What was known at the time: what the period itself teaches would be judged by itself.
        const engine = engineWith(parameters, await catalog.topologyOf(orgId), settings, await learning.pairsAt(orgId, from));
        return createStrategyTrial(engine, await trialPolicyOf(db, orgId, incidentSettings, impactCatalog));
      },
    },
  });
}
