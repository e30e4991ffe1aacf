import { createHmac, randomBytes } from 'node:crypto';
import { base64url, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { orgId } from '#contract';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { createLogger } from '../platform/logger.ts';
import { createTestKey, ROOT_URL, startTestGrafana, type TestGrafana, type TestKey } from './grafana.testkit.ts';
import { createGrafanaIdentityVerifier, type GrafanaIdentityVerifier } from './grafanaIdentity.ts';
import { createSigningKeys, KEYS_COOLDOWN_MS, KEYS_MAX_AGE_MS, KEYS_STALE_LIMIT_MS, type SigningKeys } from './signingKeys.ts';

const ORG_1 = orgId.parse(1);
const START_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const logger = createLogger({ level: 'silent' });

let key: TestKey;
let otherKey: TestKey;
beforeAll(async () => {
  key = await createTestKey('id-2026-11');
  otherKey = await createTestKey('id-2026-12');
});

let clock: SimulatedClock;
let grafana: TestGrafana;
let keys: SigningKeys;
let verifier: GrafanaIdentityVerifier;
beforeEach(async () => {
  clock = createSimulatedClock(START_MS);
  grafana = await startTestGrafana(clock, [key]);
  keys = createSigningKeys({ grafanaUrl: grafana.url, fetch, clock, logger });
  verifier = createGrafanaIdentityVerifier({ keys, rootUrl: ROOT_URL, clock });
});
afterEach(() => grafana.close());

/** Reason of the denial that `token` meets. */
async function reasonFor(token: string, org = ORG_1): Promise<unknown> {
  try {
    await verifier.verify(token, org);
  } catch (error) {
    if (error instanceof AppError) return error.extra?.['reason'];
    throw error;
  }
  return 'accepted';
}

describe('a genuine token', () => {
  test('cap 131: names the person, their role and how long it is good', async () => {
    const identity = await verifier.verify(await grafana.token(key, { claims: { role: 'Editor' } }), ORG_1);

    expect(identity).toEqual({
      key: 'user:aaa1', type: 'user', role: 'Editor', login: 'vera', name: 'Vera Example', email: 'vera@example.org',
      expiresAt: new Date(START_MS + 600_000),
    });
  });

  test.each([
    { name: 'with the root URL without its slash as issuer', change: { claims: { iss: 'https://grafana.example.org' } } },
    { name: 'with the audience as plain text', change: { claims: { aud: 'org:1' } } },
    { name: 'without typ, as older versions sign', change: { header: { typ: undefined } } },
    { name: 'with typ in capitals', change: { header: { typ: 'JWT' } } },
    { name: 'of a service account', change: { claims: { type: 'service-account', sub: 'service-account:sa1' } } },
    { name: 'that ended 59 s ago, because clocks differ', change: { expiresInSeconds: -59 } },
  ])('$name is accepted', async ({ change }) => {
    expect(await reasonFor(await grafana.token(key, change))).toBe('accepted');
  });

  test('somebody anonymous has no role of their own', async () => {
    const identity = await verifier.verify(await grafana.token(key, { claims: { type: 'anonymous', sub: 'anonymous:0' } }), ORG_1);

    expect(identity).toMatchObject({ type: 'anonymous', role: null, name: 'Anonymous' });
  });
});

describe('a token that proves nothing', () => {
  test.each([
    { name: 'ended a minute ago', change: { expiresInSeconds: -61 }, reason: 'expired_id_token' },
    { name: 'without an end', change: { without: ['exp'] }, reason: 'bad_id_token' },
    { name: 'without a subject', change: { without: ['sub'] }, reason: 'bad_id_token' },
    { name: 'for another organisation', change: { claims: { aud: ['org:2'] } }, reason: 'wrong_org' },
    { name: 'for two organisations at once', change: { claims: { aud: ['org:1', 'org:2'] } }, reason: 'wrong_org' },
    { name: 'for an organisation whose number begins alike', change: { claims: { aud: ['org:11'] } }, reason: 'wrong_org' },
    { name: 'without an audience', change: { without: ['aud'] }, reason: 'wrong_org' },
    { name: 'of another issuer', change: { claims: { iss: 'https://evil.example.org/' } }, reason: 'wrong_issuer' },
    { name: 'of an issuer whose address begins alike', change: { claims: { iss: 'https://grafana.example.org/other/' } }, reason: 'wrong_issuer' },
    { name: 'that is an access token', change: { header: { typ: 'at+jwt' } }, reason: 'bad_id_token' },
    { name: 'without a key name', change: { header: { kid: undefined } }, reason: 'bad_id_token' },
    { name: 'without a role', change: { without: ['role'] }, reason: 'role_missing' },
    { name: 'with a role that Grafana does not have', change: { claims: { role: 'Owner' } }, reason: 'role_missing' },
    { name: 'of a rendering process', change: { claims: { type: 'render' } }, reason: 'identity_type_denied' },
    { name: 'of an API key', change: { claims: { type: 'api-key' } }, reason: 'identity_type_denied' },
    { name: 'of no type', change: { without: ['type'] }, reason: 'identity_type_denied' },
  ])('cap 131: $name: $reason', async ({ change, reason }) => {
    expect(await reasonFor(await grafana.token(key, change))).toBe(reason);
  });

  test('cap 131: signed by a key of somebody else under the name of a real one', async () => {
    expect(await reasonFor(await grafana.token({ ...otherKey, kid: key.kid }))).toBe('bad_id_token');
  });

  test('cap 131: unsigned (alg none)', async () => {
    const [, payload] = (await grafana.token(key)).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'none', kid: key.kid, typ: 'jwt' }));

    expect(await reasonFor(`${header}.${payload}.`)).toBe('bad_id_token');
  });

  test('cap 131: HS256 with the public key as the shared secret', async () => {
    const [, payload] = (await grafana.token(key)).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'HS256', kid: key.kid, typ: 'jwt' }));
    const publicKey = await importJWK(key.publicJwk, 'ES256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error('expected a public key');
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(key.publicJwk)]) {
      const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
      expect(await reasonFor(`${header}.${payload}.${signature}`)).toBe('bad_id_token');
    }
  });

  test('cap 131: a symmetric key smuggled into the key set is never picked', async () => {
    const secret = randomBytes(32);
    grafana.served.keys = [{ kty: 'oct', kid: 'oct-1', k: base64url.encode(secret), alg: 'HS256' }, key.publicJwk];
    const claims = { iss: ROOT_URL, aud: ['org:1'], sub: 'user:aaa1', exp: START_MS / 1000 + 600, type: 'user', role: 'Admin' };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'oct-1' }).sign(secret);

    expect(await reasonFor(token)).toBe('bad_id_token');
  });

  test('cap 131: a token that brings its own key, or says where to get one, is not believed', async () => {
    const evil = await startTestGrafana(clock, [{ ...otherKey, kid: key.kid }]);
    const keySetUrl = `${evil.url}/api/signing-keys/keys`;
    const { publicJwk } = otherKey;

    expect(await reasonFor(await grafana.token({ ...otherKey, kid: key.kid }, { header: { jwk: publicJwk } }))).toBe('bad_id_token');
    expect(await reasonFor(await grafana.token({ ...otherKey, kid: key.kid }, { header: { jku: keySetUrl } }))).toBe('bad_id_token');
    expect(await reasonFor(await grafana.token(otherKey, { header: { kid: keySetUrl } }))).toBe('bad_id_token');
    expect(evil.served.requests).toBe(0);
    await evil.close();
  });

  test('cap 131: a changed payload under an old signature', async () => {
    const [header, , signature] = (await grafana.token(key)).split('.');
    const [, payload] = (await grafana.token(key, { claims: { role: 'Admin' } })).split('.');

    expect(await reasonFor(`${header}.${payload}.${signature}`)).toBe('bad_id_token');
  });

  test.each(['', 'x', 'a.b.c', `${'a'.repeat(20_000)}`])('text that is no token (%#)', async (text) => {
    expect(await reasonFor(text)).toBe('bad_id_token');
  });

  test('a token of another elliptic curve', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true });
    grafana.served.keys = [{ ...(await exportJWK(publicKey)), kid: 'p384', alg: 'ES384', use: 'sig' }, key.publicJwk];
    const token = await new SignJWT({ sub: 'user:aaa1' }).setProtectedHeader({ alg: 'ES384', kid: 'p384' }).sign(privateKey);

    expect(await reasonFor(token)).toBe('bad_id_token');
  });
});

describe('the key set', () => {
  test('is read once for many tokens', async () => {
    const token = await grafana.token(key);
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token, ORG_1)));

    expect(grafana.served.requests).toBe(1);
  });

  test('a token of a new key makes it be read again at once', async () => {
    await verifier.verify(await grafana.token(key), ORG_1);
    clock.advance(KEYS_COOLDOWN_MS);
    grafana.served.keys = [key.publicJwk, otherKey.publicJwk];

    expect(await reasonFor(await grafana.token(otherKey))).toBe('accepted');
    expect(grafana.served.requests).toBe(2);
  });

  test('made-up key names do not make Muster read it over and over', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await reasonFor(await grafana.token(otherKey, { header: { kid: `made-up-${attempt}` } }))).toBe('bad_id_token');
    }

    expect(grafana.served.requests).toBe(1);
  });

  test('a key that Grafana has withdrawn is refused once the set was renewed', async () => {
    await verifier.verify(await grafana.token(key), ORG_1);
    grafana.served.keys = [otherKey.publicJwk];
    clock.advance(KEYS_MAX_AGE_MS);
    await verifier.verify(await grafana.token(key), ORG_1);
    expect(await keys.check()).toEqual({ ok: true, detail: '1 signing key of Grafana known' });

    expect(await reasonFor(await grafana.token(key))).toBe('bad_id_token');
  });

  test('while Grafana is away the keys known last are used, for an hour', async () => {
    await verifier.verify(await grafana.token(key), ORG_1);
    grafana.served.status = 503;
    clock.advance(KEYS_STALE_LIMIT_MS - 1);
    expect(await reasonFor(await grafana.token(key))).toBe('accepted');

    clock.advance(1);
    expect(await reasonFor(await grafana.token(key))).toBe('keys_unreachable');
  });

  test('a key that cannot be looked up because Grafana is away is not called wrong', async () => {
    await verifier.verify(await grafana.token(key), ORG_1);
    grafana.served.status = 503;
    clock.advance(KEYS_COOLDOWN_MS);

    expect(await reasonFor(await grafana.token(otherKey))).toBe('keys_unreachable');
  });

  test('keys that were never read answer 503 with a time to come again, and recover', async () => {
    grafana.served.status = 500;
    const token = await grafana.token(key);
    await expect(verifier.verify(token, ORG_1)).rejects.toMatchObject({ status: 503, code: 'unavailable', retryAfterSeconds: 30 });

    grafana.served.status = 200;
    clock.advance(KEYS_COOLDOWN_MS);
    expect(await reasonFor(token)).toBe('accepted');
  });

  test.each([
    { name: 'null, as Grafana Cloud answers', keys: null },
    { name: 'empty', keys: [] },
    { name: 'no list', keys: 'none' },
  ])('a key set that is $name counts as unreachable', async ({ keys: served }) => {
    grafana.served.keys = served;

    expect(await reasonFor(await grafana.token(key))).toBe('keys_unreachable');
    expect((await keys.check()).ok).toBe(false);
  });

  test('a Grafana that cannot be reached at all is named in the check', async () => {
    const nowhere = createSigningKeys({ grafanaUrl: 'http://127.0.0.1:9', fetch, clock, logger });

    expect((await nowhere.check()).ok).toBe(false);
  });
});
