/**
 * People as callers who are not at Grafana's pages: known by what another system proved of them, such as a chat the address. They have the role that they had
 * when Grafana last vouched for them, and only for a while: whoever left Grafana does not come back to renew it.
 */
import type { OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import type { Caller } from '../platform/http/route.ts';
import { findUsersBy } from './userStore.ts';

/** How long Grafana's last word on somebody counts. */
export const TRUSTED_DAYS = 30;
/** As long as one call takes, and no longer. */
const LIFETIME_MS = 60_000;
const DAY_MS = 86_400_000;

/** The one person whom this fits; null when there is none, or more than one. Addresses and logins are compared without regard to case. */
export async function findAbsentCaller(q: Queryable, orgId: OrgId, by: { readonly email: string } | { readonly login: string }, now: Date): Promise<Caller | null> {
  const [user, another] = await findUsersBy(q, orgId, by, new Date(now.getTime() - TRUSTED_DAYS * DAY_MS));
  if (user === undefined || another !== undefined) return null;
  return {
    kind: 'user', orgId, userKey: user.key, login: user.login, name: user.name, role: user.roleOverride ?? user.derivedRole, derivedRole: user.derivedRole, seesPrivate: false,
    actor: { kind: 'user', key: user.key, name: user.name }, expiresAt: new Date(now.getTime() + LIFETIME_MS),
  };
}
