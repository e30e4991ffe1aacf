/** Puts helpers to shadow and back: by themselves when they do worse than their baselines, and by people. */
import { SHADOW_HELPERS, type Accuracy, type Actor, type HelperMode, type HelperStanding, type OrgId, type ShadowHelper } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { conflictError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import type { Logger } from '../../platform/logger.ts';
import { hideOpenPredictions, keepDetectors, keptDetectors, LIVE, selectStandings, writeMode } from './helperStore.ts';
import { worseText, worseWeeks } from './shadowRule.ts';

/** What detection does when it goes to shadow, and when it comes back. Both give the events to be appended. */
export interface DetectionPort {
  shade(tx: Transaction, orgId: OrgId, at: Date, by: Actor): Promise<{ readonly detectors: readonly string[]; readonly events: readonly NewEvent[] }>;
  restore(tx: Transaction, orgId: OrgId, at: Date, by: Actor, detectors: readonly string[]): Promise<readonly NewEvent[]>;
}

export interface HelperDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly detection: () => DetectionPort;
  accuracyOf(orgId: OrgId, weeks: number): Promise<Accuracy>;
}

export interface HelperService {
  readonly handlers: Handlers<'putHelperMode'>;
  /** Puts to shadow what was worse for two weeks. Doing it again does nothing more. */
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
export function createHelperService({ db, clock, logger, detection, accuracyOf }: HelperDeps): HelperService {
  async function put(orgId: OrgId, helper: ShadowHelper, seenVersion: number, { mode, reason, by }: Change): Promise<HelperStanding> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const before = (await selectStandings(tx, orgId)).get(helper) ?? LIVE;
      if (before.version === seenVersion && before.mode === mode) throw conflictError(`${helper} is ${mode === 'live' ? 'live' : 'in shadow'} already`);
      const standing = await writeMode(tx, orgId, helper, seenVersion, { mode, reason, by, at });
      if (standing === null) {
        throw versionMismatchError(`${helper} was changed by ${before.by?.name ?? 'somebody'} in the meantime: look again and repeat what still makes sense`, { extra: { currentVersion: before.version } });
      }
      const events: NewEvent[] = [];
      if (helper === 'prediction' && mode === 'shadow') await hideOpenPredictions(tx, orgId);
      if (helper === 'detection' && mode === 'shadow') {
        const shaded = await detection().shade(tx, orgId, at, by);
        await keepDetectors(tx, orgId, shaded.detectors);
        events.push(...shaded.events);
      }
      if (helper === 'detection' && mode === 'live') events.push(...await detection().restore(tx, orgId, at, by, await keptDetectors(tx, orgId)));
      await appendEvents(tx, orgId, at, [...events, { type: 'helper.mode_changed', incident: null, actor: by, data: { helper, mode, reason } }]);
      return standing;
    });
  }

  return {
    handlers: {
      putHelperMode: ({ params, body }, context) => put(context.caller.orgId, params.helper, requiredVersion(context), { ...body, by: context.caller.actor }),
    },
    async judge(orgId) {
      const { helpers } = await accuracyOf(orgId, WEEKS_LOOKED_AT);
      for (const { helper, weeks, lowerIsBetter, standing } of helpers) {
        const own = SHADOW_HELPERS.find((each) => each === helper);
        if (own === undefined || standing === null || standing.mode === 'shadow') continue;
        const worse = worseWeeks(weeks.map((week) => ({ ...week, from: new Date(week.from) })), lowerIsBetter, standing.since === null ? null : new Date(standing.since), clock.now());
        if (worse === null) continue;
        const reason = worseText(worse);
        await put(orgId, own, standing.version, { mode: 'shadow', reason, by: SYSTEM_ACTOR });
        logger.warn({ orgId, helper, reason }, 'a helper did worse than its baseline for two weeks and is in shadow now');
      }
    },
  };
}
