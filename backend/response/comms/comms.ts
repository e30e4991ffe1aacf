/** Puts the module together. */
import type { OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import type { OutboundClient } from '../../platform/outbound/client.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { createProgramUpdates, type ProgramUpdates } from './byProgram.ts';
import { createCleanUpJob } from './cleanUp.ts';
import { createDueWatch, type DueWatch } from './dueWatch.ts';
import { createPauseService } from './pauses.ts';
import type { CommsPorts } from './ports.ts';
import { createCommsHandlers, type CommsOperation } from './routes.ts';
import { createSettingsService, type SettingsService } from './settingsService.ts';
import { addressOf, createPageKeeper, createPageService, startPageServer, type PageKeeper, type PageOperation, type PageServer, type PageService } from './statusPage/index.ts';
import { createFanoutWatch, createPageForms, createSubscriptionHandlers, type FanoutWatch, type SubscriptionOperation } from './subscriptions/index.ts';
import { createSyncHandlers, createSyncWatch, type SyncWatch } from './statuspageIo/index.ts';
import { createUpdateService } from './updateService.ts';

export interface Comms {
  readonly handlers: Handlers<CommsOperation | PageOperation | SubscriptionOperation | 'getPageSync' | 'putPageSync' | 'retryPageSync'> & SettingsService['handlers'];
  readonly settings: Pick<SettingsService, 'provision'>;
  readonly statusPage: Pick<PageService, 'provision'>;
  readonly dueWatch: DueWatch;
  readonly syncWatch: SyncWatch;
  readonly fanoutWatch: FanoutWatch;
  readonly pages: PageKeeper;
  /** Listens for readers of status pages, as the settings say; null: the installation serves none. */
  serve(): Promise<PageServer | null>;
  /** To be run where jobs run. */
  readonly jobs: readonly Job[];
  /** For runbooks. */
  readonly byProgram: ProgramUpdates;
}

export interface CommsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: CommsPorts;
  readonly ring: KeyRing;
  /** To Statuspage.io. */
  readonly callOut: OutboundClient['call'];
  readonly statusPage: { readonly port: number | null; readonly host: string; readonly publicUrl: string | null; readonly exportDir: string | null };
  /** Where Statuspage.io is, unless where it is. */
  readonly statuspageUrl?: string;
  /** Proxies in front of the status page. */
  readonly trustProxy: boolean | number;
}

/** Makes the module. Nothing of it works by itself until its watches are started. */
export function createComms({ db, clock, logger, orgs, ports, ring, callOut, statusPage, statuspageUrl, trustProxy }: CommsDeps): Comms {
  const settings = createSettingsService({ db, clock });
  const urlOf = (orgId: OrgId): string => addressOf(statusPage.publicUrl, orgId);
  const pages = createPageKeeper({ db, clock, logger, orgs, urlOf, exportDir: statusPage.exportDir });
  const page = createPageService({ db, clock, ports, keeper: pages, publicUrl: statusPage.publicUrl });
  return {
    settings,
    handlers: {
      ...settings.handlers, ...createCommsHandlers({ db, clock, ports, service: createUpdateService({ db, clock, ports }), pauses: createPauseService({ db, clock }) }), ...page.handlers, ...createSyncHandlers({ db, clock, ring, ports }),
      ...createSubscriptionHandlers({ db, clock, ports }),
    },
    statusPage: page,
    pages,
    syncWatch: createSyncWatch({ db, clock, logger, orgs, ring, callOut, ...(statuspageUrl === undefined ? {} : { baseUrl: statuspageUrl }) }),
    fanoutWatch: createFanoutWatch({ db, clock, logger, orgs, ports, urlOf }),
    async serve() {
      return statusPage.port === null ? null : startPageServer({ keeper: pages, forms: createPageForms({ db, clock, ports, urlOf, trustProxy }), logger }, statusPage.host, statusPage.port);
    },
    jobs: [createCleanUpJob({ db, clock, logger })],
    dueWatch: createDueWatch({ db, clock, logger, orgs, ports }),
    byProgram: createProgramUpdates(ports),
  };
}
