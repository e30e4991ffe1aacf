/** The model that may reword drafts over HTTP: set it, try it, and what became of drafts. */
import type { ModelSettings, OrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { conflictError, inputError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import type { ModelDesk } from './modelDesk.ts';
import { TEST_MESSAGES } from './modelRequest.ts';
import { countOutcome, lockModel, modelKeyPurpose, replaceModel, saveTest, selectModel, selectOutcomes, selectUsed } from './modelStore.ts';

export type ModelOperation = 'getModelSettings' | 'putModelSettings' | 'testModel' | 'noteDraftOutcome';

export interface ModelRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: KeyRing;
  readonly desk: ModelDesk;
}

function originOf(url: string | null): string | null {
  return url === null ? null : (URL.parse(url)?.origin ?? url);
}

/** Makes the handlers. */
export function createModelHandlers({ db, clock, ring, desk }: ModelRoutesDeps): Handlers<ModelOperation> {
  async function show(orgId: OrgId): Promise<ModelSettings> {
    const { apiKey, ...stored } = await selectModel(db, orgId);
    return { ...stored, hasApiKey: apiKey !== null, usedToday: await selectUsed(db, orgId, clock.now()), outcomes: await selectOutcomes(db, orgId) };
  }

  return {
    getModelSettings: (_request, { caller }) => show(caller.orgId),
    async putModelSettings({ body }, context) {
      const { orgId, actor } = context.caller;
      const version = requiredVersion(context);
      const { apiKey: given, ...wanted } = body;
      const at = clock.now();
      await db.transaction(async (tx) => {
        await lockModel(tx, orgId);
        const before = await selectModel(tx, orgId);
        const changedMeanwhile = (): Error => versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: before.version } });
        if (before.version !== version) throw changedMeanwhile();
        if (before.provisioned) throw conflictError('the model is provisioned: change it in model.yaml and restart Muster', { extra: { provisioned: true } });
        const faults = [
          ...(wanted.enabled && wanted.url === null ? [{ field: 'body.url', message: 'is needed' }] : []), ...(wanted.enabled && wanted.model === null ? [{ field: 'body.model', message: 'is needed' }] : []),
          // Else whoever may set the address could have the key sent anywhere.
          ...(given === undefined && before.apiKey !== null && originOf(wanted.url) !== originOf(before.url) ? [{ field: 'body.apiKey', message: 'is needed with a new address' }] : []),
        ];
        if (faults.length > 0) throw inputError(faults.map(({ field, message }) => `${field} ${message}`).join('; '), faults);
        const apiKey = given === undefined ? before.apiKey : given === null ? null : ring.seal(given, modelKeyPurpose(orgId));
        if (!(await replaceModel(tx, orgId, version, { ...wanted, apiKey, provisioned: false }))) throw changedMeanwhile();
        await appendEvents(tx, orgId, at, [{ type: 'draft_model.edited', incident: null, actor, data: { ...wanted, key: given === undefined ? 'kept' : given === null ? 'removed' : 'replaced' } }]);
      });
      return show(orgId);
    },
    async testModel(_request, { caller: { orgId } }) {
      const stored = await selectModel(db, orgId);
      const at = clock.now();
      const answer = await desk.ask(orgId, stored, TEST_MESSAGES, ['summary']);
      const result = { ok: answer.ok, at: at.toISOString(), detail: answer.ok ? `It wrote: ${(answer.texts['summary'] ?? '').slice(0, 300)}` : answer.fault, milliseconds: Math.max(0, clock.nowMs() - at.getTime()) };
      await saveTest(db, orgId, stored.version, result);
      return result;
    },
    async noteDraftOutcome({ body }, { caller }) {
      await countOutcome(db, caller.orgId, body.by, body.outcome);
      return { ok: true };
    },
  };
}
