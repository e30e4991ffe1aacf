/** The model that may reword drafts from a file, `model.yaml`. The file is followed; without one, what it said goes on and belongs to the page again. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { putModelSettingsBody, type Actor, type OrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import { resolveSecret, type Environment } from '../../platform/provisioning/provisioningSecrets.ts';
import { SealError, type KeyRing } from '../../platform/secrets/keyRing.ts';
import { lockModel, modelKeyPurpose, replaceModel, selectModel, setProvisioned, type StoredModel } from './modelStore.ts';

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };
const modelFile = z.strictObject({
  apiVersion: z.literal(1),
  model: z.strictObject({ ...putModelSettingsBody.shape, apiKey: z.string().min(1).max(2000).optional(), apiKeyFile: z.string().min(1).optional() }).optional(),
});

export interface ProvisionModelDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: KeyRing;
}

/** Makes the organisation's model that of the file. Gives whether anything changed. Throws `ProvisioningError`. */
export async function provisionModel({ db, clock, ring }: ProvisionModelDeps, orgId: OrgId, file: ProvisioningFile | null, env: Environment): Promise<boolean> {
  const read = file === null ? null : readProvisioningFile(file, modelFile);
  const said = read?.value.model;
  const purpose = modelKeyPurpose(orgId);
  const opened = (sealed: string): string | null => {
    try {
      return ring.open(sealed, purpose);
    } catch (error) {
      // Sealed with a key that is gone: the file has the secret again.
      if (error instanceof SealError) return null;
      throw error;
    }
  };
  if (file === null || read === null || said === undefined) {
    return db.transaction(async (tx) => (await selectModel(tx, orgId)).provisioned && setProvisioned(tx, orgId, false));
  }
  const { apiKey: reference, apiKeyFile, ...wanted } = said;
  if (wanted.enabled && wanted.url === null) throw read.faultAt(['model', 'url'], 'is needed');
  if (wanted.enabled && wanted.model === null) throw read.faultAt(['model', 'model'], 'is needed');
  const apiKey = await resolveSecret({ value: reference, file: apiKeyFile, key: ['model', 'apiKey'] }, read, file.path, env);
  return db.transaction(async (tx) => {
    await lockModel(tx, orgId);
    const before = await selectModel(tx, orgId);
    const settings = (stored: StoredModel) => ({ enabled: stored.enabled, url: stored.url, model: stored.model, timeoutSeconds: stored.timeoutSeconds, dailyRequests: stored.dailyRequests, dailyTokens: stored.dailyTokens, privateIncidents: stored.privateIncidents });
    const knownKey = before.apiKey === null ? null : opened(before.apiKey);
    const isSame = before.version > 0 && isDeepStrictEqual(settings(before), wanted) && knownKey === apiKey;
    if (isSame) return before.provisioned ? false : setProvisioned(tx, orgId, true);
    const sealed = apiKey === null ? null : knownKey === apiKey ? before.apiKey : ring.seal(apiKey, purpose);
    await replaceModel(tx, orgId, before.version, { ...wanted, apiKey: sealed, provisioned: true });
    await appendEvents(tx, orgId, clock.now(), [{ type: 'draft_model.edited', incident: null, actor: PROVISIONING_ACTOR, data: { ...wanted, key: sealed === before.apiKey ? 'kept' : sealed === null ? 'removed' : 'replaced' } }]);
    return true;
  });
}
