/** Puts helpers to shadow and back: by themselves when they do worse than their baselines, and by people. */
import { SHADOW_HELPERS, type Actor, type DetectorId, type HelperMode, type HelperStanding, type OrgId, type ShadowHelper } from '#contract';
import type { DetectorShading } from '../../detection/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { conflictError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import type { Logger } from '../../platform/logger.ts';
import { LIVE, selectStandings, writeMode } from '../../standing/index.ts';
import { hideOpenForecasts } from '../breaches/breachStore.ts';
import { hideOpenPredictions } from '../foresight/predictionStore.ts';
import { isLowerBetter, worseText, worseWeeks, type Week } from './shadowRule.ts';

export interface HelperDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly detectors: DetectorShading;
  /** Helpers by week, against their baselines. */
  helperWeeks(orgId: OrgId, weeks: number): Promise<Readonly<Record<ShadowHelper, readonly Week[]>>>;
  detectorWeeks(orgId: OrgId, weeks: number, detectors: readonly DetectorId[]): Promise<ReadonlyMap<DetectorId, readonly Week[]>>;
}

export interface HelperService {
  readonly handlers: Handlers<'putHelperMode'>;
  /** Puts to shadow what was worse for two weeks. Doing it again, or on several replicas at once, does nothing more. */
  judge(orgId: OrgId): Promise<void>;
}

/** Two whole weeks, and the one that goes on. */
const WEEKS_LOOKED_AT = 3;

interface Change {
  readonly mode: HelperMode;
  readonly reason: string;
  readonly by: Actor;
}

/** Makes it. */
export function createHelperService({ db, clock, logger, detectors, helperWeeks, detectorWeeks }: HelperDeps): HelperService {
  /** Null: somebody was faster. */
  async function change(orgId: OrgId, helper: ShadowHelper, seenVersion: number, { mode, reason, by }: Change): Promise<HelperStanding | null> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const standing = await writeMode(tx, orgId, helper, seenVersion, { mode, reason, by, at });
      if (standing === null) return null;
      if (helper === 'prediction' && mode === 'shadow') await hideOpenPredictions(tx, orgId);
      if (helper === 'forecast' && mode === 'shadow') await hideOpenForecasts(tx, orgId);
      await appendEvents(tx, orgId, at, [{ type: 'helper.mode_changed', incident: null, actor: by, data: { helper, mode, reason } }]);
      return standing;
    });
  }

  async function judgeHelpers(orgId: OrgId): Promise<void> {
    const [known, standings] = await Promise.all([helperWeeks(orgId, WEEKS_LOOKED_AT), selectStandings(db, orgId)]);
    for (const helper of SHADOW_HELPERS) {
      const { mode, since, version } = standings.get(helper) ?? LIVE;
      if (mode === 'shadow') continue;
      const worse = worseWeeks(known[helper], isLowerBetter(helper), since === null ? null : new Date(since), clock.now());
      if (worse === null) continue;
      const reason = worseText(worse);
      const changed = await change(orgId, helper, version, { mode: 'shadow', reason, by: SYSTEM_ACTOR });
      if (changed !== null) logger.warn({ orgId, helper, reason }, 'a helper did worse than its baseline for two weeks and is in shadow now');
    }
  }

  async function judgeDetectors(orgId: OrgId): Promise<void> {
    const alerting = await detectors.alerting(orgId);
    const known = await detectorWeeks(orgId, WEEKS_LOOKED_AT, alerting.map(({ id }) => id));
    for (const { id, since } of alerting) {
      const worse = worseWeeks(known.get(id) ?? [], false, since, clock.now());
      if (worse === null) continue;
      const reason = worseText(worse);
      if (await detectors.shade(orgId, id, since, reason)) logger.warn({ orgId, detector: id, reason }, 'a detector did worse than its baseline for two weeks and is in shadow now');
    }
  }

  return {
    handlers: {
      async putHelperMode({ body: { helper, mode, reason } }, context) {
        const { orgId, actor } = context.caller;
        const seenVersion = requiredVersion(context);
        const before = (await selectStandings(db, orgId)).get(helper) ?? LIVE;
        if (before.version === seenVersion && before.mode === mode) throw conflictError(`${helper} is ${mode === 'live' ? 'live' : 'in shadow'} already`);
        const standing = await change(orgId, helper, seenVersion, { mode, reason, by: actor });
        if (standing !== null) return standing;
        const now = (await selectStandings(db, orgId)).get(helper) ?? LIVE;
        throw versionMismatchError(`${helper} was changed by ${now.by?.name ?? 'somebody'} in the meantime: look again and repeat what still makes sense`, { extra: { currentVersion: now.version } });
      },
    },
    async judge(orgId) {
      await judgeHelpers(orgId);
      await judgeDetectors(orgId);
    },
  };
}
