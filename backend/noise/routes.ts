/** API operations of noise control. */
import { viewerOf } from '../access/index.ts';
import type { Database } from '../platform/db/database.ts';
import { requiredVersion, type Handlers } from '../platform/http/route.ts';
import { countWaiting } from './gateStore.ts';
import { listHeldBackRows } from './heldBackStore.ts';
import type { MaintenanceService } from './maintenanceService.ts';
import { pageAfter } from './pages.ts';
import type { RuleService } from './ruleService.ts';
import type { ScoreService } from './scoreService.ts';
import type { SilenceService } from './silenceService.ts';

export type NoiseOperation =
  | 'listNoiseRules' | 'createNoiseRule' | 'editNoiseRule' | 'deleteNoiseRule' | 'previewNoiseScope' | 'listHeldBack' | 'listNoiseScores'
  | 'listMaintenance' | 'createMaintenance' | 'editMaintenance' | 'endMaintenance' | 'previewMaintenance' | 'closeMaintenanceOfChange'
  | 'listSilences' | 'createSilence' | 'editSilence' | 'expireSilence' | 'getSilenceSync' | 'syncSilences';

export interface NoiseRoutesDeps {
  readonly db: Database;
  readonly rules: RuleService;
  readonly maintenance: MaintenanceService;
  readonly silences: SilenceService;
  readonly scores: ScoreService;
}

/** Handlers over the use cases. */
export function createNoiseRoutes({ db, rules, maintenance, silences, scores }: NoiseRoutesDeps): Handlers<NoiseOperation> {
  return {
    async listNoiseRules({ query }, { caller }) {
      const items = (await rules.list(caller.orgId)).filter((rule) => query.kind === undefined || rule.rule.kind === query.kind);
      return pageAfter(items, query.cursor, query.limit, (rule) => rule.id);
    },
    createNoiseRule: ({ body }, { caller }) => rules.create(caller.orgId, caller.actor, body),
    async editNoiseRule({ params, body }, context) {
      return rules.edit(context.caller.orgId, context.caller.actor, params.id, requiredVersion(context), body);
    },
    async deleteNoiseRule({ params }, context) {
      await rules.remove(context.caller.orgId, context.caller.actor, params.id, requiredVersion(context));
      return { ok: true };
    },
    previewNoiseScope: ({ body }, { caller }) => rules.preview(caller.orgId, body.scope),
    async listHeldBack({ query }, { caller }) {
      const [page, counts] = await Promise.all([
        listHeldBackRows(db, caller.orgId, viewerOf(caller), { verdict: query.verdict ?? null, outcome: query.outcome, cause: query.cause ?? null, cursor: query.cursor, limit: query.limit }),
        countWaiting(db, caller.orgId),
      ]);
      return { ...page, counts };
    },
    async listNoiseScores({ query }, { caller }) {
      const { scores: all, from, to } = await scores.list(caller.orgId, query.days, query.order);
      return { ...pageAfter(all, query.cursor, query.limit, (score) => `${score.source}\n${score.name}`), from: from.toISOString(), to: to.toISOString(), rules: all.length };
    },

    async listMaintenance({ query }, { caller }) {
      const windows = (await maintenance.list(caller.orgId)).filter((window) => query.phase === 'all' || window.phase === query.phase);
      return pageAfter(windows, query.cursor, query.limit, (window) => window.id);
    },
    createMaintenance: ({ body }, { caller }) => maintenance.create(caller.orgId, caller.actor, body),
    async editMaintenance({ params, body }, context) {
      return maintenance.edit(context.caller.orgId, context.caller.actor, params.id, requiredVersion(context), body);
    },
    endMaintenance: ({ params }, { caller, ifMatch }) => maintenance.end(caller.orgId, caller.actor, params.id, ifMatch),
    async previewMaintenance({ body }) {
      return maintenance.preview(body.schedule);
    },
    async closeMaintenanceOfChange({ body }, { caller }) {
      return { ended: await maintenance.closeChange(caller.orgId, caller.actor, body.change) };
    },

    listSilences: ({ query }, { caller }) => silences.list(caller.orgId, query),
    createSilence: ({ body }, { caller }) => silences.create(caller.orgId, caller.actor, body),
    async editSilence({ params, body }, context) {
      return silences.edit(context.caller.orgId, context.caller.actor, params.id, requiredVersion(context), body);
    },
    expireSilence: ({ params }, { caller, ifMatch }) => silences.expire(caller.orgId, caller.actor, params.id, ifMatch),
    getSilenceSync: (_, { caller }) => silences.syncStatus(caller.orgId),
    syncSilences: (_, { caller }) => silences.syncNow(caller.orgId),
  };
}
