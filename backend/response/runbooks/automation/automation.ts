/** Puts automation together. */
import type { OrgId } from '#contract';
import { createLogWatch, type LogWatch } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Queryable } from '../../../platform/db/database.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import type { Job } from '../../../platform/jobs/worker.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createAttached, type AttachedOf } from './attached.ts';
import type { AutomationPorts } from './ports.ts';
import { createPreflight } from './preflight.ts';
import { createRecordHandlers } from './recordRoutes.ts';
import { createSettingsService, type SettingsService } from './settingsService.ts';
import { readSettings } from './settingsStore.ts';
import { createStatisticsHandlers } from './statistics.ts';
import { createSuggester, type Suggester } from './suggestionService.ts';
import { createTriggerRunner } from './triggerRunner.ts';
import { ensureCursor } from './triggerStore.ts';

export type AutomationOperation =
  | 'getAutomation' | 'putAutomation' | 'freezeAutomation' | 'unfreezeAutomation' | 'listTriggerRecords' | 'listSuggestions' | 'getRunbookStatistics' | 'listPreflight' | 'runPreflight';

/** Where messages, pages and tickets of steps go. */
export interface Addresses {
  readonly notifyUrl: string | null;
  readonly pageUrl: string | null;
  readonly ticketUrl: string | null;
}

export interface Automation {
  readonly handlers: Handlers<AutomationOperation>;
  readonly jobs: readonly Job[];
  /** Starts where jobs run. */
  readonly watch: LogWatch;
  readonly provision: SettingsService['provision'];
  readonly suggest: Suggester['suggest'];
  /** What waits for warnings. */
  readonly attachedOf: AttachedOf;
  /** For the steps that send. */
  addressesOf(q: Queryable, orgId: OrgId): Promise<Addresses>;
}

export interface AutomationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: AutomationPorts;
}

/** Makes it. */
export function createAutomation({ db, clock, logger, orgs, ports }: AutomationDeps): Automation {
  const settings = createSettingsService({ db, clock });
  const suggester = createSuggester({ db, clock, ports });
  const triggers = createTriggerRunner({ db, clock, logger, ports });
  const preflight = createPreflight({ db, clock, logger, orgs, ports });
  return {
    handlers: {
      ...settings.handlers, ...createRecordHandlers(db), ...suggester.handlers, ...createStatisticsHandlers({ db, clock, ports }), ...preflight.handlers,
    },
    jobs: [preflight.job],
    watch: createLogWatch({
      db, clock, logger, orgs, applicationName: 'muster-triggers', prepare: (orgId) => ensureCursor(db, orgId), look: (orgId) => triggers.look(orgId),
      fault: 'triggers could not be looked for; the next look is soon',
    }),
    provision: settings.provision,
    suggest: suggester.suggest,
    attachedOf: createAttached({ db, ports }),
    async addressesOf(q, orgId) {
      const { notifyUrl, pageUrl, ticketUrl } = await readSettings(q, orgId);
      return { notifyUrl, pageUrl, ticketUrl };
    },
  };
}
