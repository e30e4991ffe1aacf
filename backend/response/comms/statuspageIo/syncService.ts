/** Use cases of the copy at Statuspage.io: what it is made of, and trying again. */
import { type OrgId, type PageSync } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { inputError, versionMismatchError } from '../../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../../platform/http/route.ts';
import type { KeyRing } from '../../../platform/secrets/keyRing.ts';
import type { CommsPorts } from '../ports.ts';
import { countToCarry, hurrySync, keyPurpose, readSync, replaceSync } from './syncStore.ts';

export interface SyncServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: KeyRing;
  readonly ports: Pick<CommsPorts, 'snapshotOf'>;
}

/** Makes the handlers. */
export function createSyncHandlers({ db, clock, ring, ports }: SyncServiceDeps): Handlers<'getPageSync' | 'putPageSync' | 'retryPageSync'> {
  async function show(orgId: OrgId): Promise<PageSync> {
    const { apiKey, components, lastAt, ...sync } = await readSync(db, orgId);
    return { ...sync, components: [...components], hasApiKey: apiKey !== null, waiting: await countToCarry(db, orgId), lastAt: lastAt?.toISOString() ?? null };
  }

  return {
    getPageSync: (_request, { caller }) => show(caller.orgId),
    async putPageSync({ body }, context) {
      const { orgId, actor } = context.caller;
      const version = requiredVersion(context);
      const { businessServices } = await ports.snapshotOf(orgId);
      const faults = body.components.flatMap(({ name }, place) => [
        ...(businessServices.has(name) ? [] : [{ field: `body.components[${place}].name`, message: `there is no business service “${name}”` }]),
        ...(body.components.findIndex((other) => other.name === name) < place ? [{ field: `body.components[${place}].name`, message: 'is there twice' }] : []),
      ]);
      const before = await readSync(db, orgId);
      const apiKey = body.apiKey === undefined ? before.apiKey : body.apiKey === null ? null : ring.seal(body.apiKey, keyPurpose(orgId));
      if (body.enabled && body.pageId === null) faults.push({ field: 'body.pageId', message: 'is needed' });
      if (body.enabled && apiKey === null) faults.push({ field: 'body.apiKey', message: 'is needed' });
      if (faults.length > 0) throw inputError(faults.map(({ message }) => message).join('; '), faults);
      const at = clock.now();
      await db.transaction(async (tx) => {
        if (before.version !== version || !(await replaceSync(tx, orgId, version, { enabled: body.enabled, pageId: body.pageId, components: body.components, notify: body.notify, apiKey }, at))) {
          throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: before.version } });
        }
        await appendEvents(tx, orgId, at, [{
          type: 'status_page.sync_edited', incident: null, actor, data: { enabled: body.enabled, pageId: body.pageId, components: body.components, notify: body.notify, keyChanged: body.apiKey !== undefined },
        }]);
      });
      return show(orgId);
    },
    async retryPageSync(_request, { caller }) {
      await hurrySync(db, caller.orgId);
      return show(caller.orgId);
    },
  };
}
