/** Use cases of the connection to Grafana: read it, set it, try it. */
import type { Actor, GrafanaCheck, GrafanaConnection, OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { inputError, versionMismatchError } from '../../platform/errors.ts';
import type { EventSink, SecretRing } from '../ports.ts';
import { checkGrafanaConnection } from './checkConnection.ts';
import { replaceConnection, saveCheck, selectConnection, type StoredConnection } from './connectionStore.ts';
import { grafanaTokenPurpose, type GrafanaApi } from './grafanaApi.ts';

export interface ConnectionEdit {
  readonly url: string | null;
  /** Undefined: the stored one stays. Null removes it. */
  readonly token?: string | null | undefined;
}

export interface ConnectionService {
  get(orgId: OrgId): Promise<GrafanaConnection>;
  put(orgId: OrgId, actor: Actor, version: number, edit: ConnectionEdit): Promise<GrafanaConnection>;
  test(orgId: OrgId): Promise<GrafanaCheck>;
  /** Sets what a file says. Gives whether that changed anything. */
  provision(orgId: OrgId, actor: Actor, wanted: { readonly url: string | null; readonly token: string | null }): Promise<boolean>;
}

export interface ConnectionServiceOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: SecretRing;
  readonly recordEvent: EventSink;
  readonly api: GrafanaApi;
  readonly defaultUrl: string;
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}

/** Use cases over a database. */
export function createConnectionService({ db, clock, ring, recordEvent, api, defaultUrl }: ConnectionServiceOptions): ConnectionService {
  function toConnection({ url, tokenSealed, version, lastCheck }: StoredConnection): GrafanaConnection {
    return { url, effectiveUrl: url ?? defaultUrl, hasToken: tokenSealed !== null, lastCheck, version };
  }

  function sealedAfter(orgId: OrgId, current: StoredConnection, edit: ConnectionEdit): string | null {
    if (edit.token === null) return null;
    if (edit.token !== undefined) return ring.seal(edit.token, grafanaTokenPurpose(orgId));
    if (current.tokenSealed !== null && originOf(edit.url ?? defaultUrl) !== originOf(current.url ?? defaultUrl)) {
      // Else whoever may set the address could have the token sent anywhere.
      throw inputError('the token was given for another address: paste it again', [{ field: 'token', message: 'is needed with a new address' }]);
    }
    return current.tokenSealed;
  }

  async function put(orgId: OrgId, actor: Actor, version: number, edit: ConnectionEdit): Promise<GrafanaConnection> {
    return db.transaction(async (tx) => {
      const current = await selectConnection(tx, orgId);
      const tokenSealed = sealedAfter(orgId, current, edit);
      if (!(await replaceConnection(tx, orgId, version, { url: edit.url, tokenSealed }))) {
        throw versionMismatchError('the connection to Grafana was changed in the meantime: read it again and repeat your change', {
          extra: { currentVersion: current.version },
        });
      }
      await recordEvent(tx, orgId, {
        type: 'grafana_connection.edited', actor, incident: null,
        data: { url: edit.url, token: edit.token === undefined ? 'kept' : edit.token === null ? 'removed' : 'replaced' },
      });
      return toConnection(await selectConnection(tx, orgId));
    });
  }

  return {
    async get(orgId) {
      return toConnection(await selectConnection(db, orgId));
    },
    put,
    async test(orgId) {
      const { version } = await selectConnection(db, orgId);
      const steps = await checkGrafanaConnection(api, orgId);
      const check = { ok: steps.every((step) => step.ok), at: clock.now().toISOString(), steps };
      await saveCheck(db, orgId, version, check);
      return check;
    },
    async provision(orgId, actor, { url, token }) {
      const current = await selectConnection(db, orgId);
      const known = current.tokenSealed === null ? null : ring.open(current.tokenSealed, grafanaTokenPurpose(orgId));
      if (current.version > 0 && current.url === url && (token === null || known === token)) return false;
      await put(orgId, actor, current.version, { url, ...(token === null ? {} : { token }) });
      return true;
    },
  };
}
