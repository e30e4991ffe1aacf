/** Puts the module together. */
import type { Router } from 'express';
import type { OrgId, UserKey } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { refreshCalendars } from './calendarRefresh.ts';
import { createFeeds } from './feed.ts';
import { createImportService } from './importService.ts';
import type { SchedulePorts } from './ports.ts';
import { provisionSchedules } from './provisioning.ts';
import { createScheduleRoutes, type ScheduleOperation } from './routes.ts';
import { createScheduleService } from './scheduleService.ts';
import { selectEverybodyNamed } from './scheduleStore.ts';
import { createSwapService } from './swapService.ts';

export interface Schedules {
  readonly handlers: Handlers<ScheduleOperation>;
  /** Calendars, read without login; to be mounted at `/api/calendar`. */
  readonly router: Router;
  /** Reads calendars that layers follow. */
  readonly jobs: readonly Job[];
  /** Who is on call by a schedule (its id, or what `schedules.yaml` calls it) at an instant; nobody in a gap, and of a schedule that is not there. */
  onCallNow(q: Queryable, orgId: OrgId, schedule: string, at: Date): Promise<UserKey[]>;
  /** Everybody whom a schedule names. */
  everybodyNamed(q: Queryable, orgId: OrgId): Promise<UserKey[]>;
  /** Follows `schedules.yaml`; gives how many schedules changed. Throws `ProvisioningError`. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

export interface SchedulesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'seal' | 'open'>;
  readonly publicUrl: string;
  readonly ports: SchedulePorts;
}

/** Makes the module. */
export function createSchedules({ db, clock, ring, publicUrl, ports }: SchedulesDeps): Schedules {
  const schedules = createScheduleService({ db, clock, ports });
  const feeds = createFeeds({ db, clock, ring, publicUrl, ports });
  return {
    handlers: createScheduleRoutes({
      clock, schedules, feeds, swaps: createSwapService({ db, clock, ports }), imports: createImportService({ db, clock, ring, ports }, schedules),
    }),
    router: feeds.router,
    jobs: [{
      name: 'schedules.refresh_calendars',
      cron: '*/5 * * * *',
      async run() {
        await refreshCalendars({ db, clock, ring, ports });
      },
    }],
    onCallNow: (q, orgId, schedule, at) => schedules.usersAt(q, orgId, schedule, at),
    everybodyNamed: selectEverybodyNamed,
    provision: (orgId, file) => provisionSchedules({ db, clock, recordEvent: ports.recordEvent }, orgId, file),
  };
}
