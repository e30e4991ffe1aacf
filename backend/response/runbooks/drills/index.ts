/** Drills: a trouble that is made up and goes the whole way of a real one. */
import type { OrgId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createWatch, type Watch } from '../../../platform/watch.ts';
import { createAdvance } from './advance.ts';
import { listGoing } from './drillRunStore.ts';
import { createDrillService } from './drillService.ts';
import type { DrillPorts } from './ports.ts';
import { createDrillHandlers, type DrillOperation } from './routes.ts';

export type { DrillPorts, RunbookCondition } from './ports.ts';
export type { DrillOperation } from './routes.ts';

export interface DrillWatch extends Watch {
  /** Starts what is due, and carries on what is under way. */
  look(orgId: OrgId): Promise<void>;
}

export interface Drills {
  readonly handlers: Handlers<DrillOperation>;
  /** Starts where jobs run. */
  readonly watch: DrillWatch;
}

export interface DrillsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: DrillPorts;
}

const TICK_MS = 2_000;

/** Makes the module. */
export function createDrills({ db, clock, logger, orgs, ports }: DrillsDeps): Drills {
  const service = createDrillService({ db, clock, ports, onChanged: () => watch.tick() });
  const advance = createAdvance({ db, clock, logger, ports });

  async function look(orgId: OrgId): Promise<void> {
    await service.startDue(orgId);
    for (const run of await listGoing(db, orgId)) {
      await advance(orgId, run).catch((error: unknown) => logger.warn({ err: error, orgId, run: run.id }, 'a drill could not be carried on; it is tried again'));
    }
  }

  const watch: DrillWatch = { look, ...createWatch({ clock, logger, orgs, everyMs: TICK_MS, look, fault: 'drills could not be looked at; the next look is soon' }) };
  return { handlers: createDrillHandlers({ db, clock, ports, service }), watch };
}
