/** Use cases of roles and API tokens. Each change and its event are one transaction. */
import { randomUUID } from 'node:crypto';
import { userKey, type ApiToken, type KnownUser, type Role, type UserKey } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { conflictError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { apiTokenHint, createApiTokenText, hashApiToken } from './apiToken.ts';
import { insertApiToken, revokeApiToken } from './apiTokenStore.ts';
import type { EventSink } from './ports.ts';
import type { UserDirectory } from './userDirectory.ts';
import { lockUser, replaceRoleOverride, toKnownUser } from './userStore.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface ApiTokenRequest {
  readonly name: string;
  readonly role: Role;
  readonly seesPrivate: boolean;
  readonly expiresInDays: number;
}

export interface AccessService {
  /** Sets the role of a person, or with null gives back the one that follows from Grafana. `version`: of the person as the caller saw them. */
  setUserRole(caller: Caller, user: UserKey, version: number, override: Role | null): Promise<KnownUser>;
  createApiToken(caller: Caller, wanted: ApiTokenRequest): Promise<{ token: string; apiToken: ApiToken }>;
  revokeApiToken(caller: Caller, id: string): Promise<void>;
}

export interface AccessServiceOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly recordEvent: EventSink;
}

/** Use cases over a database. */
export function createAccessService({ db, clock, users, recordEvent }: AccessServiceOptions): AccessService {
  return {
    async setUserRole(caller, user, version, override) {
      // Whoever gives out roles must not lock themselves out, nor be the only one who allowed it.
      if (caller.userKey === user) throw conflictError('you cannot change your own role: ask another admin');
      const known = await db.transaction(async (tx) => {
        const before = await lockUser(tx, caller.orgId, user);
        if (before === null) throw notFoundError(`nobody with the key "${user}" was seen in this organisation`);
        if (before.version !== version) {
          throw versionMismatchError(`the role of ${before.name} was changed in the meantime: look again and repeat your change`, {
            extra: { currentVersion: before.version, role: before.roleOverride ?? before.derivedRole },
          });
        }
        if (before.roleOverride === override) return toKnownUser(before);
        const after = await replaceRoleOverride(tx, caller.orgId, user, override);
        await recordEvent(tx, caller.orgId, {
          type: 'access.role_changed',
          actor: caller.actor,
          incident: null,
          data: { user, name: before.name, from: before.roleOverride, to: override, derivedRole: before.derivedRole },
        });
        return toKnownUser(after);
      });
      users.forget(caller.orgId, user);
      return known;
    },

    async createApiToken(caller, { name, role, seesPrivate, expiresInDays }) {
      const token = createApiTokenText();
      const id = randomUUID();
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + expiresInDays * DAY_MS);
      const hint = apiTokenHint(token);
      const createdBy = caller.userKey ?? userKey.parse(caller.actor.key);
      await db.transaction(async (tx) => {
        await insertApiToken(tx, caller.orgId, { id, name, role, seesPrivate, tokenHash: hashApiToken(token), hint, createdBy, createdAt, expiresAt });
        await recordEvent(tx, caller.orgId, {
          type: 'access.token_issued',
          actor: caller.actor,
          incident: null,
          data: { token: id, name, role, seesPrivate, hint, expiresAt: expiresAt.toISOString() },
        });
      });
      const apiToken: ApiToken = {
        id, name, role, seesPrivate, hint, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), lastUsedAt: null, createdBy,
      };
      return { token, apiToken };
    },

    async revokeApiToken(caller, id) {
      await db.transaction(async (tx) => {
        const name = await revokeApiToken(tx, caller.orgId, id, clock.now());
        if (name === null) throw notFoundError(`there is no live API token "${id}"`);
        await recordEvent(tx, caller.orgId, {
          type: 'access.token_revoked',
          actor: caller.actor,
          incident: null,
          data: { token: id, name },
        });
      });
    },
  };
}
