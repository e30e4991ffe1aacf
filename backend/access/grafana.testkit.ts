/** Stands in for Grafana in tests: a real HTTP server with a key set, and a hand that signs tokens. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { SimulatedClock } from '../platform/clock.ts';

export const ROOT_URL = 'https://grafana.example.org/';

export interface TestKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Makes a key pair as Grafana's signing-key service does. */
export async function createTestKey(kid: string): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { kid, privateKey, publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } };
}

export interface TokenChange {
  readonly claims?: Record<string, unknown>;
  /** Claims to leave out. */
  readonly without?: readonly string[];
  readonly header?: Record<string, unknown>;
  readonly expiresInSeconds?: number;
}

export interface TestGrafana {
  readonly url: string;
  readonly clock: SimulatedClock;
  /** What the key set endpoint answers. Set `status` to let it fail. */
  readonly served: { keys: unknown; status: number; requests: number };
  /** A token of a viewer in organisation 1, changed as asked. */
  token(key: TestKey, change?: TokenChange): Promise<string>;
  close(): Promise<void>;
}

/** Starts the server, with `keys` published. */
export async function startTestGrafana(clock: SimulatedClock, keys: readonly TestKey[]): Promise<TestGrafana> {
  const served: TestGrafana['served'] = { keys: keys.map((key) => key.publicJwk), status: 200, requests: 0 };
  const server = createServer((request, response) => {
    served.requests += 1;
    const found = request.url === '/grafana/api/signing-keys/keys';
    response.writeHead(found ? served.status : 404, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ keys: served.keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  return {
    url: `http://127.0.0.1:${address.port}/grafana`,
    clock,
    served,
    token(key, change = {}) {
      const issuedAt = Math.floor(clock.nowMs() / 1000);
      const claims: Record<string, unknown> = {
        iss: ROOT_URL,
        aud: ['org:1'],
        sub: 'user:aaa1',
        iat: issuedAt,
        exp: issuedAt + (change.expiresInSeconds ?? 600),
        type: 'user',
        identifier: 'aaa1',
        role: 'Viewer',
        username: 'vera',
        name: 'Vera Example',
        email: 'vera@example.org',
        ...change.claims,
      };
      for (const name of change.without ?? []) delete claims[name];
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'jwt', ...change.header }).sign(key.privateKey);
    },
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
