/** API operations of identity, roles and API tokens. */
import { userKey, type KnownUser, type OrgId } from '#contract';
import type { Database } from '../platform/db/database.ts';
import { decodeCursor, isInstant, toPage } from '../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../platform/http/route.ts';
import type { AccessService } from './accessService.ts';
import { selectApiTokens } from './apiTokenStore.ts';
import { operationsOf } from './permissions.ts';
import { selectUsers } from './userStore.ts';

export type AccessOperation = 'getMe' | 'listUsers' | 'listPeople' | 'setUserRole' | 'listApiTokens' | 'createApiToken' | 'revokeApiToken';

/** Handlers over the use cases. */
export function createAccessRoutes({ db, service }: { readonly db: Database; readonly service: AccessService }): Handlers<AccessOperation> {
  async function usersOf(orgId: OrgId, query: { readonly cursor?: string | undefined; readonly limit: number }): Promise<{ readonly items: KnownUser[]; readonly nextCursor: string | null }> {
    const after = decodeCursor(query.cursor, (values) => values.length === 2);
    const rows = await selectUsers(db, orgId, after === null ? null : { sortName: after[0] ?? '', key: after[1] ?? '' }, query.limit);
    const { items, nextCursor } = toPage(rows, query.limit, ({ sortName, user }) => [sortName, user.key]);
    return { items: items.map(({ user }) => user), nextCursor };
  }

  return {
    async getMe(_, { caller }) {
      const { orgId, login, name, role, derivedRole } = caller;
      const key = caller.userKey ?? userKey.parse(caller.actor.key);
      return { user: { key, login, name }, orgId, role, derivedRole, operations: operationsOf(role) };
    },
    listUsers: ({ query }, { caller }) => usersOf(caller.orgId, query),
    async listPeople({ query }, { caller }) {
      const { items, nextCursor } = await usersOf(caller.orgId, query);
      return { items: items.map(({ key, login, name }) => ({ key, login, name })), nextCursor };
    },
    setUserRole: async ({ params, body }, context) => service.setUserRole(context.caller, params.user, requiredVersion(context), body.role),
    async listApiTokens({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 2 && isInstant(values[0]));
      const rows = await selectApiTokens(db, caller.orgId, after === null ? null : { createdAt: after[0] ?? '', id: after[1] ?? '' }, query.limit);
      return toPage(rows, query.limit, ({ createdAt, id }) => [createdAt, id]);
    },
    createApiToken: ({ body }, { caller }) => service.createApiToken(caller, body),
    async revokeApiToken({ params }, { caller }) {
      await service.revokeApiToken(caller, params.id);
      return { ok: true };
    },
  };
}
