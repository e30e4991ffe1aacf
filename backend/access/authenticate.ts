/**
 * Proves who calls the API. There are two ways and nothing between them:
 *
 * - the plugin's secret **and** Grafana's signed ID token, for people at Grafana's pages. Either alone is
 *   worth nothing: the secret says only which organisation, and every plugin of that Grafana gets to
 *   see the ID token;
 * - an API token of Muster, for scripts.
 *
 * No other header is read. A browser can send `X-Grafana-User` as it likes.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Role } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import type { Caller } from '../platform/http/route.ts';
import { API_TOKEN_PREFIX, hashApiToken } from './apiToken.ts';
import { findApiToken, touchApiToken } from './apiTokenStore.ts';
import { denial } from './denial.ts';
import type { GrafanaIdentity, GrafanaIdentityVerifier } from './grafanaIdentity.ts';
import { deriveRole } from './permissions.ts';
import type { PluginSecrets } from './pluginSecret.ts';
import type { UserDirectory } from './userDirectory.ts';

/** What people without a sign-in may do: nothing, or read. */
export type AnonymousAccess = 'deny' | 'read';

export type Authenticate = (request: { readonly headers: IncomingHttpHeaders }) => Promise<Caller>;

export interface AuthenticateOptions {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly pluginSecrets: PluginSecrets;
  readonly identities: GrafanaIdentityVerifier;
  readonly users: UserDirectory;
  readonly anonymous: AnonymousAccess;
}

const ID_TOKEN_HEADER = 'x-grafana-id';
const TOKEN_SEEN_PERIOD_MS = 60_000;
const BEARER_TOKEN = /^bearer +(\S+) *$/i;

function singleHeader(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Authentication of API requests. */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { db, clock, pluginSecrets, identities, users, anonymous } = options;

  async function authenticateToken(token: string): Promise<Caller> {
    // Looked up by its SHA-256, which nobody can steer: the time that takes says nothing about a token.
    const stored = await findApiToken(db, hashApiToken(token));
    if (stored === null) throw denial('unknown_token');
    if (stored.revoked) throw denial('token_revoked');
    const nowMs = clock.nowMs();
    if (stored.expiresAt.getTime() <= nowMs) throw denial('token_expired');
    if (stored.lastUsedAt === null || nowMs - stored.lastUsedAt.getTime() >= TOKEN_SEEN_PERIOD_MS) {
      await touchApiToken(db, stored.id, clock.now());
    }
    return {
      kind: 'token',
      orgId: stored.orgId,
      userKey: null,
      issuedBy: stored.createdBy,
      login: stored.name,
      name: stored.name,
      role: stored.role,
      derivedRole: stored.role,
      seesPrivate: stored.seesPrivate,
      actor: { kind: 'token', key: stored.id, name: stored.name },
      expiresAt: stored.expiresAt,
    };
  }

  function derivedRoleOf(identity: GrafanaIdentity): Role {
    if (identity.role === null) {
      if (anonymous === 'deny') throw denial('anonymous_denied');
      return 'viewer';
    }
    const derived = deriveRole(identity.role);
    if (derived === null) throw denial('role_none');
    return derived;
  }

  async function authenticateUser(secret: string, idToken: string | null): Promise<Caller> {
    const orgId = pluginSecrets.orgOf(secret);
    if (orgId === null) throw denial('wrong_secret');
    if (idToken === null) throw denial('no_id_token');
    const identity = await identities.verify(idToken, orgId);
    const derivedRole = derivedRoleOf(identity);
    const { key, login, name, email } = identity;
    // Somebody anonymous is nobody in particular: not listed, and given no role of their own.
    const override = identity.type === 'anonymous' ? null : await users.see(orgId, { key, login, name, email, derivedRole });
    return {
      kind: 'user',
      orgId,
      userKey: key,
      login,
      name,
      role: override ?? derivedRole,
      derivedRole,
      seesPrivate: false,
      actor: { kind: 'user', key, name },
      expiresAt: identity.expiresAt,
    };
  }

  return async ({ headers }) => {
    const bearer = BEARER_TOKEN.exec(headers.authorization ?? '')?.[1];
    if (bearer === undefined) throw denial('no_secret');
    if (bearer.startsWith(API_TOKEN_PREFIX)) return authenticateToken(bearer);
    return authenticateUser(bearer, singleHeader(headers[ID_TOKEN_HEADER]));
  };
}
