import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { namespaceOf, type HostUser } from './users.ts';

const LIFETIME_SECONDS = 600;
/** Grafana hands out a cached token until this long before it expires. */
const RENEW_BEFORE_SECONDS = 30;

export interface IdentityService {
  /** Public keys, as served at /api/signing-keys/keys. */
  keys: { keys: JWK[] };
  /** Switch off to see how the service treats a Grafana that cannot sign. */
  signing: boolean;
  /** The signed ID token of a user, cached as Grafana caches it; undefined while signing is off. */
  tokenFor(user: HostUser): Promise<string | undefined>;
}

/** Makes a key pair of its own and signs ID tokens as Grafana does. `issuer` is the root URL with trailing slash. */
export async function createIdentityService(issuer: string, now: () => number = Date.now): Promise<IdentityService> {
  const kid = `id-${randomBytes(8).toString('hex')}`;
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  const cache = new Map<string, { token: string; expires: number }>();

  async function sign(user: HostUser, issuedAt: number): Promise<string> {
    return new SignJWT({
      identifier: user.uid,
      type: 'user',
      namespace: namespaceOf(user.orgId),
      role: user.role,
      username: user.login,
      email: user.email,
      email_verified: true,
      name: user.name,
      authenticatedBy: 'password',
    })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'jwt' })
      .setIssuer(issuer)
      .setAudience([`org:${user.orgId}`])
      .setSubject(`user:${user.uid}`)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .sign(privateKey);
  }

  const service: IdentityService = {
    keys: { keys: [publicJwk] },
    signing: true,
    async tokenFor(user) {
      if (!service.signing) return undefined;
      const seconds = Math.floor(now() / 1000);
      const cached = cache.get(user.uid);
      if (cached !== undefined && cached.expires - RENEW_BEFORE_SECONDS > seconds) return cached.token;
      const token = await sign(user, seconds);
      cache.set(user.uid, { token, expires: seconds + LIFETIME_SECONDS });
      return token;
    },
  };
  return service;
}
