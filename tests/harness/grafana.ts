/** A stand-in for the one thing the service needs of Grafana: signed ID tokens and the key set to check them. */
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TestGrafana {
  readonly url: string;
  /** Issuer of its tokens: the address with a trailing slash. */
  readonly rootUrl: string;
  /** An ID token as Grafana makes it; claims can be bent for forgeries. */
  sign(user: TestUser, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

export interface TestUser {
  readonly uid: string;
  readonly login: string;
  readonly name: string;
  readonly orgId: number;
  readonly role: 'Viewer' | 'Editor' | 'Admin';
}

export const VERA_VIEWER: TestUser = { uid: 'vera', login: 'vera', name: 'Vera Viewer', orgId: 1, role: 'Viewer' };
export const ED_EDITOR: TestUser = { uid: 'ed', login: 'ed', name: 'Ed Editor', orgId: 1, role: 'Editor' };
export const EVA_EDITOR: TestUser = { uid: 'eva', login: 'eva', name: 'Eva Editor', orgId: 1, role: 'Editor' };
export const ADA_ADMIN: TestUser = { uid: 'ada', login: 'ada', name: 'Ada Admin', orgId: 1, role: 'Admin' };
export const OTTO_OTHER_ORG: TestUser = { uid: 'otto', login: 'otto', name: 'Otto Other-Org', orgId: 2, role: 'Admin' };

const LIFETIME_SECONDS = 600;
/** Grafana signs a token anew when little of its life is left; so long the same one comes again. */
const SAME_TOKEN_SECONDS = 300;

/** Starts it on a free port of the loopback. Tokens carry the time that `nowMs` gives. */
export async function startTestGrafana(nowMs: () => number = Date.now): Promise<TestGrafana> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = 'id-test-1';
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    if (request.url === '/api/signing-keys/keys') {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=3600' });
      response.end(JSON.stringify({ keys: [jwk] }));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const rootUrl = `${url}/`;
  const signed = new Map<string, { readonly issuedAt: number; readonly token: Promise<string> }>();

  function signAnew(user: TestUser, claims: Readonly<Record<string, unknown>>, issuedAt: number): Promise<string> {
    return new SignJWT({
      type: 'user', identifier: user.uid, role: user.role, username: user.login, name: user.name, email: `${user.login}@example.com`,
      email_verified: true, authenticatedBy: 'password', namespace: user.orgId === 1 ? 'default' : `org-${user.orgId}`,
      iss: rootUrl, aud: [`org:${user.orgId}`], sub: `user:${user.uid}`, iat: issuedAt, exp: issuedAt + LIFETIME_SECONDS, ...claims,
    }).setProtectedHeader({ alg: 'ES256', kid, typ: 'jwt' }).sign(privateKey);
  }

  return {
    url,
    rootUrl,
    sign(user, claims) {
      const issuedAt = Math.floor(nowMs() / 1000);
      if (claims !== undefined) return signAnew(user, claims, issuedAt);
      const key = JSON.stringify(user);
      const last = signed.get(key);
      if (last !== undefined && issuedAt >= last.issuedAt && issuedAt - last.issuedAt < SAME_TOKEN_SECONDS) return last.token;
      const token = signAnew(user, {}, issuedAt);
      signed.set(key, { issuedAt, token });
      return token;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
