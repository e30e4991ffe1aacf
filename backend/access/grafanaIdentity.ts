/** Verifies the ID token that Grafana signs for whoever uses the plugin. */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose';
import { z } from 'zod';
import { userKey, type OrgId, type UserKey } from '#contract';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { denial } from './denial.ts';
import { GRAFANA_ROLES, type GrafanaRole } from './permissions.ts';
import type { SigningKeys } from './signingKeys.ts';

/** Grafana reuses a token until half a minute before its end, and clocks differ. */
const CLOCK_TOLERANCE_SECONDS = 60;
const MAX_TOKEN_CHARACTERS = 16 * 1024;

export type IdentityType = 'user' | 'service-account' | 'anonymous';

/** Somebody whom Grafana vouches for. */
export interface GrafanaIdentity {
  readonly key: UserKey;
  readonly type: IdentityType;
  /** Null only for somebody anonymous. */
  readonly role: GrafanaRole | null;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly expiresAt: Date;
}

export interface GrafanaIdentityVerifier {
  /** Checks an ID token for use in one organisation. Throws a denial that names the reason. */
  verify(token: string, orgId: OrgId): Promise<GrafanaIdentity>;
}

export interface GrafanaIdentityOptions {
  readonly keys: SigningKeys;
  /** Grafana's own `root_url`, which it puts into its tokens as issuer. */
  readonly rootUrl: string;
  readonly clock: Clock;
}

const claims = z.object({
  sub: userKey,
  exp: z.number(),
  type: z.string().optional(),
  role: z.string().optional(),
  username: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
});
type Claims = z.output<typeof claims>;

function issuersOf(rootUrl: string): string[] {
  const bare = rootUrl.replace(/\/+$/, '');
  return [bare, `${bare}/`];
}

/** Turns what the library found wrong into a denial. */
function toDenial(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) return denial('expired_id_token', error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return denial('wrong_org', error);
    if (error.claim === 'iss') return denial('wrong_issuer', error);
  }
  return denial('bad_id_token', error);
}

/** Only "jwt", or nothing in older versions: an access token ("at+jwt") is signed by the same keys for other uses. */
function hasAcceptedType(typ: string | undefined): boolean {
  return typ === undefined || typ.toLowerCase() === 'jwt';
}

/** The library is content with an audience that contains ours; one token must not serve two organisations. */
function isOnlyAudience(payload: JWTPayload, audience: string): boolean {
  return payload.aud === audience || (Array.isArray(payload.aud) && payload.aud.length === 1 && payload.aud[0] === audience);
}

function roleOf(role: string | undefined): GrafanaRole {
  if (role === undefined || role === '') throw denial('role_missing');
  const known = GRAFANA_ROLES.find((name) => name === role);
  if (known === undefined) throw denial('role_missing', new Error(`role "${role}" is not one of ${GRAFANA_ROLES.join(', ')}`));
  return known;
}

function toIdentity(found: Claims): GrafanaIdentity {
  const expiresAt = new Date(found.exp * 1000);
  switch (found.type) {
    case 'user':
    case 'service-account': {
      const login = found.username ?? found.sub;
      return {
        key: found.sub, type: found.type, role: roleOf(found.role), login,
        name: found.name === undefined || found.name === '' ? login : found.name, email: found.email ?? '', expiresAt,
      };
    }
    case 'anonymous':
      return { key: found.sub, type: 'anonymous', role: null, login: 'anonymous', name: 'Anonymous', email: '', expiresAt };
    default:
      throw denial('identity_type_denied');
  }
}

/** A verifier for the tokens of one Grafana. */
export function createGrafanaIdentityVerifier({ keys, rootUrl, clock }: GrafanaIdentityOptions): GrafanaIdentityVerifier {
  const issuer = issuersOf(rootUrl);

  async function verifySignature(token: string, audience: string): Promise<JWTVerifyResult> {
    try {
      // Before any key is asked for: a token that we would refuse anyway must not make us call Grafana.
      const header = decodeProtectedHeader(token);
      if (header.alg !== 'ES256' || typeof header.kid !== 'string' || !hasAcceptedType(header.typ)) throw denial('bad_id_token');
      return await jwtVerify(token, (protectedHeader, input) => keys.keyFor(protectedHeader, input), {
        algorithms: ['ES256'],
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: clock.now(),
        requiredClaims: ['exp', 'sub', 'iss', 'aud'],
      });
    } catch (error) {
      throw toDenial(error);
    }
  }

  return {
    async verify(token, orgId) {
      if (token.length > MAX_TOKEN_CHARACTERS) throw denial('bad_id_token');
      const audience = `org:${orgId}`;
      const { payload } = await verifySignature(token, audience);
      if (!isOnlyAudience(payload, audience)) throw denial('wrong_org');
      const parsed = claims.safeParse(payload);
      if (!parsed.success) throw denial('bad_id_token', parsed.error);
      return toIdentity(parsed.data);
    },
  };
}
