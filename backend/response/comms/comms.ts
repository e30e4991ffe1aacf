/** Puts the module together. */
import type { OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Logger } from '../../platform/logger.ts';
import { createProgramUpdates, type ProgramUpdates } from './byProgram.ts';
import { createDueWatch, type DueWatch } from './dueWatch.ts';
import type { CommsPorts } from './ports.ts';
import { createCommsHandlers, type CommsOperation } from './routes.ts';
import { createSettingsService, type SettingsService } from './settingsService.ts';
import { createUpdateService } from './updateService.ts';

export interface Comms {
  readonly handlers: Handlers<CommsOperation> & SettingsService['handlers'];
  readonly settings: Pick<SettingsService, 'provision'>;
  readonly dueWatch: DueWatch;
  /** For runbooks. */
  readonly byProgram: ProgramUpdates;
}

export interface CommsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: CommsPorts;
}

/** Makes the module. Nothing of it works by itself until its watches are started. */
export function createComms({ db, clock, logger, orgs, ports }: CommsDeps): Comms {
  const settings = createSettingsService({ db, clock });
  return {
    settings,
    handlers: { ...settings.handlers, ...createCommsHandlers({ db, clock, ports, service: createUpdateService({ db, clock, ports }) }) },
    dueWatch: createDueWatch({ db, clock, logger, orgs, ports }),
    byProgram: createProgramUpdates(ports),
  };
}
