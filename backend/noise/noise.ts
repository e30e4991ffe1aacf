/** The module put together from its parts; the gate is made apart, with the pipeline. */
import type { OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { Job } from '../platform/jobs/worker.ts';
import type { Logger } from '../platform/logger.ts';
import type { GrafanaApi } from '../sources/index.ts';
import type { NoiseGate } from './gate.ts';
import { deleteLooseHeldBack } from './gateStore.ts';
import { createNoiseProvisioning, type NoiseProvisioning } from './provisioning.ts';
import { createMaintenanceService, type MaintenanceService } from './maintenanceService.ts';
import { createNoiseRoutes, type NoiseOperation } from './routes.ts';
import { createRuleService } from './ruleService.ts';
import { createScoreService, type ScoreService } from './scoreService.ts';
import { deleteRuleDays } from './scoreStore.ts';
import { createSilenceService, type SilenceChanges } from './silenceService.ts';
import { createSilenceSync, type SilenceExchange } from './silenceSync.ts';

export interface NoiseDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly gate: Pick<NoiseGate, 'invalidate'>;
  readonly grafana: GrafanaApi;
  readonly organisations: readonly OrgId[];
  /** How long what became of held-back alerts is kept. */
  readonly alertDays: number;
}

export interface Noise {
  readonly handlers: Handlers<NoiseOperation>;
  readonly jobs: readonly Job[];
  /** For whoever hears that a change is closed. */
  readonly closeChange: MaintenanceService['closeChange'];
  readonly scores: ScoreService;
  readonly silenceSync: SilenceExchange;
  /** For whoever silences in a transaction of their own. */
  readonly silenceChanges: SilenceChanges;
  readonly provisioning: NoiseProvisioning;
}

const DAY_MS = 86_400_000;

/** Noise control over one database. */
export function createNoise(deps: NoiseDeps): Noise {
  const { db, clock, grafana } = deps;
  const onChanged = (orgId: OrgId): void => deps.gate.invalidate(orgId);
  const silenceSync = createSilenceSync({ ...deps, onChanged });
  const maintenance = createMaintenanceService({ db, clock, onChanged });
  const scores = createScoreService({ db, clock });
  const silences = createSilenceService({ db, clock, grafana, sync: silenceSync, onChanged });
  return {
    handlers: createNoiseRoutes({
      db, maintenance, scores, rules: createRuleService({ db, clock, onChanged }), silences,
    }),
    closeChange: (orgId, by, change) => maintenance.closeChange(orgId, by, change),
    scores,
    silenceSync,
    silenceChanges: silences.changes,
    provisioning: createNoiseProvisioning({ db, clock, onChanged }),
    jobs: [
      ...silenceSync.jobs,
      {
        name: 'noise.work_out_scores',
        cron: '*/10 * * * *',
        async run() {
          for (const orgId of deps.organisations) await scores.refresh(orgId);
        },
      },
      {
        name: 'noise.prune',
        cron: '53 3 * * *',
        async run() {
          await deleteLooseHeldBack(db, new Date(clock.nowMs() - deps.alertDays * DAY_MS));
          await deleteRuleDays(db, new Date(clock.nowMs() - 60 * DAY_MS));
        },
      },
    ],
  };
}
