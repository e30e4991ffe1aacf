/** Detectors: watch series for the unusual, first in shadow, and alert when people let them. */
import type { DetectorId, OrgId } from '#contract';
import type { Intake } from '../../ingest/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import type { ExploreUrl } from './alertText.ts';
import { knownDetectors, readAround, readNear, type Around, type AroundInput, type KnownDetector, type NearFinding, type NearInput } from './around.ts';
import { createDeliver } from './deliver.ts';
import { createDetectorService, type DetectorService } from './detectorService.ts';
import { countDetectors, listAlerting, takeDue } from './detectorStore.ts';
import { createEvaluate } from './evaluate.ts';
import { createPreview } from './preview.ts';
import { createReaders, type ReaderPorts } from './readers/index.ts';
import { createHolidays } from './holidays/holidays.ts';
import { createDetectorHandlers, type DetectorOperation } from './routes.ts';

export type { ExploreUrl } from './alertText.ts';
export type { Around, AroundInput, KnownDetector, NearFinding, NearInput, WatchedFinding, WatchedSeries } from './around.ts';
export type { DetectorOperation } from './routes.ts';

export interface DetectorWatch extends Watch {
  /** Looks at what is due, and tells intake what was found. Gives how many looks there were. */
  look(orgId: OrgId): Promise<number>;
}

export interface Detectors {
  readonly handlers: Handlers<DetectorOperation>;
  /** Starts where jobs run; any number of replicas may watch. */
  readonly watch: DetectorWatch;
  /** Reads calendars of holidays. */
  readonly jobs: readonly Job[];
  /** What is watched of some services about a time. */
  readonly series: WatchedSource;
  /** For those that do worse than their baseline. */
  readonly shading: DetectorShading;
}

export interface AlertingDetector {
  readonly id: DetectorId;
  readonly since: Date;
}

/** Detectors that alert, and putting one of them to shadow. */
export interface DetectorShading {
  alerting(orgId: OrgId): Promise<readonly AlertingDetector[]>;
  readonly shade: DetectorService['shade'];
}

/** Where others get series that detectors watch. */
export interface WatchedSource {
  /** Whether there is any detector. */
  isUsed(orgId: OrgId): Promise<boolean>;
  around(orgId: OrgId, input: AroundInput): Promise<Around>;
  /** What was found about a time. */
  near(orgId: OrgId, input: NearInput): Promise<readonly NearFinding[]>;
  /** What is watched, without values. */
  known(orgId: OrgId): Promise<readonly KnownDetector[]>;
}

export interface DetectorsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly intake: Pick<Intake, 'accept'>;
  readonly ports: ReaderPorts;
  /** Address of the page of a detector. */
  readonly pageUrl: (id: string) => string;
  /** Address of Explore with the lines of a query of a data source. */
  readonly exploreUrl: ExploreUrl;
}

const TICK_MS = 2_000;
/** Longer than a look takes: a query of up to 30 seconds, and the reckoning. Should one take longer, it counts for nothing. */
const LEASE_MS = 60_000;
/** Queries under way at once. */
const SIDE_BY_SIDE = 4;
/** Then the other organisations have their turn. */
const LOOKS_A_ROUND = 200;

/** Makes the module. */
export function createDetectors({ db, clock, logger, orgs, intake, ports, pageUrl, exploreUrl }: DetectorsDeps): Detectors {
  const readers = createReaders({ db, ...ports });
  const stop = new AbortController();
  const watching = createReaders({ db, grafana: ports.grafana, callOut: (request) => ports.callOut({ ...request, signal: stop.signal }) });
  const holidays = createHolidays({ db, clock, callOut: ports.callOut });
  const evaluate = createEvaluate({ db, clock, logger, readers: watching, holidays, pageUrl, exploreUrl, stopping: stop.signal });
  const deliver = createDeliver({ db, logger, intake });

  async function look(orgId: OrgId): Promise<number> {
    let looks = 0;
    const lane = async (): Promise<void> => {
      while (looks < LOOKS_A_ROUND && !stop.signal.aborted) {
        const due = await takeDue(db, orgId, clock.now(), LEASE_MS);
        if (due === null) return;
        looks += 1;
        await evaluate(orgId, due).catch((error: unknown) => logger.warn({ err: error, orgId, detector: due.id }, 'a detector could not be looked at; it is looked at again soon'));
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    await deliver(orgId);
    return looks;
  }

  const rounds = createWatch({ clock, logger, orgs, everyMs: TICK_MS, look, fault: 'detectors could not be looked at; the next look is soon' });
  const watch: DetectorWatch = {
    ...rounds, look,
    async close() {
      stop.abort();
      await rounds.close();
    },
  };
  const service = createDetectorService({ db, clock, readers, holidays, onChanged: () => watch.tick() });
  return {
    handlers: createDetectorHandlers({ db, clock, service, holidays, preview: createPreview({ clock, readers, exploreUrl }) }), watch,
    jobs: [{ name: 'detectors.refresh_holidays', cron: '*/10 * * * *', run: () => holidays.refresh() }],
    shading: { alerting: (orgId) => listAlerting(db, orgId), shade: service.shade },
    series: { isUsed: async (orgId) => (await countDetectors(db, orgId)) > 0, around: (orgId, input) => readAround({ db, readers: watching }, orgId, input), near: (orgId, input) => readNear(db, orgId, input), known: (orgId) => knownDetectors(db, orgId) },
  };
}
