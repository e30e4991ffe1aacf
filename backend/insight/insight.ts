/** Puts the module together. */
import type { OrgId, UsualThresholds } from '#contract';
import type { CatalogLookup } from '../catalog/index.ts';
import type { DetectorShading, WatchedSource } from '../detection/index.ts';
import { createLogWatch, type LogWatch } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { Job } from '../platform/jobs/worker.ts';
import type { Logger } from '../platform/logger.ts';
import type { Readers } from '../detection/index.ts';
import type { OutboundClient } from '../platform/outbound/client.ts';
import type { KeyRing } from '../platform/secrets/keyRing.ts';
import { createWatch, type Watch } from '../platform/watch.ts';
import type { GrafanaApi } from '../sources/index.ts';
import type { AttachedTo } from './attached.ts';
import { createAccuracy } from './accuracy/accuracyRoutes.ts';
import { createBreachHandlers, type BreachOperation } from './breaches/breachRoutes.ts';
import { forgetForecasts } from './breaches/breachStore.ts';
import { createBreachLook } from './breaches/breachWatch.ts';
import { createCauseHandlers, type CauseOperation } from './causes/causeRoutes.ts';
import { createDiagnoser } from './causes/metrics/diagnoser.ts';
import { createChangesHandlers } from './changes/changesRoutes.ts';
import { createDraftHandlers, type DraftOperation, type DraftSources } from './drafts/draftRoutes.ts';
import { createModelDesk } from './drafts/modelDesk.ts';
import { createModelHandlers, type ModelOperation } from './drafts/modelRoutes.ts';
import { createForeseer } from './foresight/foreseer.ts';
import { createPredictionHandlers } from './foresight/predictionRoutes.ts';
import { ensureState, forgetPredictions } from './foresight/predictionStore.ts';
import { createHelperService } from './helpers/helperService.ts';
import { createMeaningHandlers } from './meanings/meaningRoutes.ts';
import { createRuleQueries } from './meanings/ruleQueries.ts';
import { createRecommendations, type RecommendationDeps, type RecommendationOperation, type RecommendationService } from './recommendations/recommendationRoutes.ts';
import { createMemoryDesk } from './similar/memoryDesk.ts';
import { createSimilarHandlers } from './similar/similarRoutes.ts';

export type InsightOperation = 'getSimilarIncidents' | 'getAlertMeanings' | 'getChangesBefore' | 'listPredictions' | 'getAccuracy' | 'putHelperMode' | BreachOperation | CauseOperation | DraftOperation | ModelOperation | RecommendationOperation;

export interface InsightDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly catalog: CatalogLookup;
  readonly replicaId: string;
  readonly orgs: readonly OrgId[];
  /** Operations of which summaries and drafts are made. */
  readonly sources: () => DraftSources;
  /** Runbooks that may be run for an incident. */
  readonly fitting: RecommendationDeps['fitting'];
  /** Runbooks that wait for warnings. */
  readonly attachedTo: AttachedTo;
  /** What makes a kind of incident frequent or rare in an organisation. */
  readonly usual: (orgId: OrgId) => Promise<UsualThresholds>;
  /** Series that detectors watch. */
  readonly watched: WatchedSource;
  readonly detectors: DetectorShading;
  /** Ask for the values of detectors. */
  readonly readers: Readers;
  readonly grafana: GrafanaApi;
  readonly ring: KeyRing;
  /** To models. */
  readonly callOut: OutboundClient['call'];
}

/** So far back the alert log is read when prediction begins: it teaches what is usual. */
const LEARN_MS = 7 * 86_400_000;
/** How often it is looked whose turn it is. */
const BREACH_TICK_MS = 10_000;
const KEEP_MS = 400 * 86_400_000;

export interface Insight {
  readonly handlers: Handlers<InsightOperation>;
  /** Predicts, and asks metrics for causes; starts where jobs run. */
  readonly watch: LogWatch;
  /** Looks when limits will be crossed; starts where jobs run, any number of replicas may. */
  readonly breaches: Watch & { look(orgId: OrgId): Promise<number> };
  /** What it rests on that a runbook is suggested for an incident. */
  readonly basisOf: RecommendationService['basisOf'];
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

/** Makes it over a database. */
export function createInsight({ db, clock, logger, catalog, replicaId, orgs, sources, fitting, attachedTo, usual, watched, detectors, readers, grafana, ring, callOut }: InsightDeps): Insight {
  const desk = createMemoryDesk({ db, clock, logger });
  const foreseer = createForeseer({ db, clock, logger, replicaId, catalog });
  const diagnoser = createDiagnoser({ db, clock, logger, orgs, catalog, watched });
  const foresight = createLogWatch({
    db, clock, logger, orgs, applicationName: 'muster-foresight', prepare: (orgId) => ensureState(db, orgId, new Date(clock.nowMs() - LEARN_MS)), look: (orgId) => foreseer.look(orgId),
    fault: 'it could not be looked what is likely to break soon; the next look is soon',
  });
  const accuracy = createAccuracy({ db, clock });
  const helpers = createHelperService({ db, clock, logger, detectors, helperWeeks: accuracy.helperWeeks, detectorWeeks: accuracy.detectorWeeks });
  const recommendations = createRecommendations({ db, clock, desk, fitting });
  const models = createModelDesk({ db, clock, logger, ring, callOut });
  const look = createBreachLook({ db, clock, readers });
  return {
    breaches: { ...createWatch({ clock, logger, orgs, everyMs: BREACH_TICK_MS, look, fault: 'it could not be looked when limits will be crossed; the next look is soon' }), look },
    watch: {
      ...foresight,
      async start() {
        diagnoser.start();
        await foresight.start();
      },
      async close() {
        await Promise.all([diagnoser.close(), foresight.close()]);
      },
    },
    jobs: [{
      name: 'predictions.forget', cron: '51 3 * * *',
      // Forgetting twice forgets nothing more.
      async run() {
        const forgotten = await forgetPredictions(db, new Date(clock.nowMs() - KEEP_MS));
        const forecasts = await forgetForecasts(db, new Date(clock.nowMs() - KEEP_MS));
        if (forgotten + forecasts > 0) logger.info({ forgotten, forecasts }, 'old predictions and forecasts forgotten');
      },
    }, {
      name: 'helpers.judge', cron: '23 * * * *',
      // What is in shadow is left there, whoever looks again.
      async run() {
        for (const orgId of orgs) await helpers.judge(orgId);
      },
    }],
    handlers: {
      ...createSimilarHandlers({ db, desk, usual }), ...createMeaningHandlers({ db, clock, catalog, desk, watched, rules: createRuleQueries({ grafana, clock }) }), ...createCauseHandlers({ db, clock, watched }), ...createChangesHandlers({ db, catalog, watched }), ...createPredictionHandlers({ db, clock, attachedTo }), ...accuracy.handlers, ...helpers.handlers, ...recommendations.handlers, ...createDraftHandlers({ clock, sources, desk: models }), ...createModelHandlers({ db, clock, ring, desk: models }), ...createBreachHandlers({ db, clock, readers, attachedTo }),
    },
    basisOf: recommendations.basisOf,
    close: () => desk.close(),
  };
}
