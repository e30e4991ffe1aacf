import { orgId, userKey, type Actor, type EventType, type Role } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Caller, RequestContext } from '../platform/http/route.ts';
import { createLogger } from '../platform/logger.ts';
import { createAccess, type Access } from './access.ts';
import { createTestKey, ROOT_URL, startTestGrafana, type TestGrafana, type TestKey, type TokenChange } from './grafana.testkit.ts';

const START_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const SECRET_1 = 'plugin-secret-of-organisation-1';
const SECRET_2 = 'plugin-secret-of-organisation-2';
const logger = createLogger({ level: 'silent' });

type Recorded = { orgId: number; type: EventType; actor: Actor; data: Record<string, unknown> };

let database: TestDatabase;
let key: TestKey;
beforeAll(async () => {
  database = await createTestDatabase();
  key = await createTestKey('id-2026-11');
});
afterAll(() => database.drop());

let clock: SimulatedClock;
let grafana: TestGrafana;
let events: Recorded[];
let access: Access;

function createTestAccess(anonymous: 'deny' | 'read' = 'deny'): Access {
  return createAccess({
    db: database.db,
    clock,
    logger,
    fetch,
    recordEvent: async (_, organisation, { type, actor, data }) => {
      events.push({ orgId: organisation, type, actor, data });
    },
    grafana: { url: grafana.url, rootUrl: ROOT_URL },
    pluginTokens: [{ orgId: orgId.parse(1), token: SECRET_1 }, { orgId: orgId.parse(2), token: SECRET_2 }],
    anonymous,
  });
}

beforeEach(async () => {
  await database.db.query('truncate users, api_tokens');
  clock = createSimulatedClock(START_MS);
  grafana = await startTestGrafana(clock, [key]);
  events = [];
  access = createTestAccess();
});
afterEach(() => grafana.close());

async function headersFor(change?: TokenChange, secret = SECRET_1): Promise<Record<string, string>> {
  return { authorization: `Bearer ${secret}`, 'x-grafana-id': await grafana.token(key, change) };
}

async function callerFor(change?: TokenChange, secret = SECRET_1): Promise<Caller> {
  return access.authenticate({ headers: await headersFor(change, secret) });
}

function adminOf(organisation: number): Promise<Caller> {
  const secret = organisation === 1 ? SECRET_1 : SECRET_2;
  const claims = { aud: [`org:${organisation}`], sub: 'user:adm1', role: 'Admin', username: 'ada', name: 'Ada Example', email: 'ada@example.org' };
  return callerFor({ claims }, secret);
}

function contextOf(caller: Caller, ifMatch: number | null = null): RequestContext {
  return { requestId: 'r1', caller, ifMatch, logger };
}

async function denialOf(headers: Record<string, string>): Promise<unknown> {
  try {
    await access.authenticate({ headers });
  } catch (error) {
    if (error instanceof AppError) return { status: error.status, code: error.code, reason: error.extra?.['reason'] };
    throw error;
  }
  return 'accepted';
}

function denied(reason: string) {
  return { status: 403, code: 'unauthenticated', reason };
}

const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 100 } };

describe('people at Grafana', () => {
  test('cap 131: the plugin\'s secret and a signed ID token together make a caller', async () => {
    expect(await callerFor()).toEqual({
      kind: 'user', orgId: 1, userKey: 'user:aaa1', login: 'vera', name: 'Vera Example', role: 'viewer', derivedRole: 'viewer', seesPrivate: false,
      actor: { kind: 'user', key: 'user:aaa1', name: 'Vera Example' }, expiresAt: new Date(START_MS + 600_000),
    });
  });

  test('cap 131: a token without the secret is worth nothing', async () => {
    expect(await denialOf({ 'x-grafana-id': await grafana.token(key) })).toEqual(denied('no_secret'));
  });

  test('cap 131: the secret without a token is worth nothing', async () => {
    expect(await denialOf({ authorization: `Bearer ${SECRET_1}` })).toEqual(denied('no_id_token'));
  });

  test('cap 131: a wrong secret is refused before the token is looked at', async () => {
    expect(await denialOf({ ...(await headersFor()), authorization: 'Bearer plugin-secret-of-organisation-9' })).toEqual(denied('wrong_secret'));
    expect(grafana.served.requests).toBe(0);
  });

  test('cap 131: the ID token as bearer token is no secret', async () => {
    const token = await grafana.token(key);

    expect(await denialOf({ authorization: `Bearer ${token}`, 'x-grafana-id': token })).toEqual(denied('wrong_secret'));
  });

  test('cap 131: a token of one organisation does not pass with the secret of another', async () => {
    expect(await denialOf(await headersFor({ claims: { role: 'Admin' } }, SECRET_2))).toEqual(denied('wrong_org'));
  });

  test('cap 131: headers that a browser can send change nothing', async () => {
    const spoofed = {
      'x-grafana-user': 'admin',
      'x-grafana-context': JSON.stringify({ OrgID: 2, OrgRole: 'Admin', IsGrafanaAdmin: true, Login: 'admin' }),
      'x-grafana-org-id': '2',
      'x-webauth-user': 'admin',
    };

    expect(await access.authenticate({ headers: { ...(await headersFor()), ...spoofed } })).toMatchObject({ orgId: 1, login: 'vera', role: 'viewer' });
    expect(await denialOf({ ...spoofed, authorization: `Bearer ${SECRET_1}` })).toEqual(denied('no_id_token'));
  });

  test('a role of None may nothing', async () => {
    expect(await denialOf(await headersFor({ claims: { role: 'None' } }))).toEqual(denied('role_none'));
  });

  test('the text of a denial says what to do', async () => {
    await expect(access.authenticate({ headers: { authorization: `Bearer ${SECRET_1}` } })).rejects.toThrow(/idForwarding/);
  });

  test('somebody anonymous is refused, or reads where that is configured, and is never listed', async () => {
    const anonymous = { claims: { type: 'anonymous', sub: 'anonymous:0', role: 'Admin' } };
    expect(await denialOf(await headersFor(anonymous))).toEqual(denied('anonymous_denied'));

    access = createTestAccess('read');
    expect(await callerFor(anonymous)).toMatchObject({ role: 'viewer', name: 'Anonymous' });
    const { items } = await access.handlers.listUsers(FIRST_PAGE, contextOf(await adminOf(1)));
    expect(items.map((user) => user.name)).toEqual(['Ada Example']);
  });
});

describe('people as Muster knows them', () => {
  test('are listed once seen, by organisation', async () => {
    await callerFor();
    const admin = await adminOf(1);
    await adminOf(2);

    const { items } = await access.handlers.listUsers(FIRST_PAGE, contextOf(admin));

    expect(items).toEqual([
      { key: 'user:adm1', login: 'ada', name: 'Ada Example', email: 'ada@example.org', role: 'admin', derivedRole: 'admin', lastSeenAt: '2026-11-24T09:00:00.000Z', version: 1 },
      { key: 'user:aaa1', login: 'vera', name: 'Vera Example', email: 'vera@example.org', role: 'viewer', derivedRole: 'viewer', lastSeenAt: '2026-11-24T09:00:00.000Z', version: 1 },
    ]);
  });

  test('being seen is written down at most once a minute, a new name at once', async () => {
    const lastSeen = async () => {
      const rows = await database.db.query<{ name: string; at: Date }>("select name, last_seen_at as at from users where user_key = 'user:aaa1'");
      return rows.map((row) => `${row.name} ${row.at.toISOString().slice(11, 19)}`).join();
    };
    await callerFor();
    clock.advance(59_000);
    await callerFor();
    expect(await lastSeen()).toBe('Vera Example 09:00:00');

    clock.advance(1_000);
    await callerFor();
    expect(await lastSeen()).toBe('Vera Example 09:01:00');

    clock.advance(1_000);
    await callerFor({ claims: { name: 'Vera Sample' } });
    expect(await lastSeen()).toBe('Vera Sample 09:01:01');
  });

  test('cap 131: a role kept in Muster wins over Grafana\'s at once, and can be given back', async () => {
    await callerFor();
    const admin = await adminOf(1);
    const setRole = (role: Role | null, version: number) =>
      access.handlers.setUserRole({ ...NO_PARTS, params: { user: userKey.parse('user:aaa1') }, body: { role } }, contextOf(admin, version));

    expect(await setRole('responder', 1)).toMatchObject({ key: 'user:aaa1', role: 'responder', derivedRole: 'viewer', version: 2 });
    expect(await callerFor()).toMatchObject({ role: 'responder', derivedRole: 'viewer' });

    await setRole(null, 2);
    expect(await callerFor()).toMatchObject({ role: 'viewer' });
    expect(events).toEqual([
      { orgId: 1, type: 'access.role_changed', actor: admin.actor, data: { user: 'user:aaa1', name: 'Vera Example', from: null, to: 'responder', derivedRole: 'viewer' } },
      { orgId: 1, type: 'access.role_changed', actor: admin.actor, data: { user: 'user:aaa1', name: 'Vera Example', from: 'responder', to: null, derivedRole: 'viewer' } },
    ]);
  });

  test('cap 131: a role given at another replica holds here within seconds', async () => {
    await callerFor();
    await database.db.query("update users set role_override = 'auditor' where user_key = 'user:aaa1'");
    clock.advance(5_000);

    expect(await callerFor()).toMatchObject({ role: 'auditor' });
  });

  test('setting the role that is set already leaves no event, and no new version', async () => {
    await callerFor();
    const context = contextOf(await adminOf(1), 1);
    const known = await access.handlers.setUserRole({ ...NO_PARTS, params: { user: userKey.parse('user:aaa1') }, body: { role: null } }, context);

    expect([known.version, events]).toEqual([1, []]);
  });

  test('of two admins who set a role at once, one is told to look again; being seen in between is no change', async () => {
    await callerFor();
    const admin = await adminOf(1);
    clock.advance(61_000);
    await callerFor({ claims: { name: 'Vera Sample' } });
    const setRole = (role: Role) =>
      access.handlers.setUserRole({ ...NO_PARTS, params: { user: userKey.parse('user:aaa1') }, body: { role } }, contextOf(admin, 1));
    const results = await Promise.allSettled([setRole('manager'), setRole('auditor')]);

    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ status: 412, message: expect.stringContaining('the role of Vera Sample was changed'), extra: { currentVersion: 2 } });
    expect(events).toHaveLength(1);
  });

  test('nobody changes their own role, nor that of somebody never seen, nor that of another organisation', async () => {
    await callerFor();
    const setRole = (caller: Caller, user: string) =>
      access.handlers.setUserRole({ ...NO_PARTS, params: { user: userKey.parse(user) }, body: { role: 'viewer' } }, contextOf(caller, 1));

    await expect(setRole(await adminOf(1), 'user:adm1')).rejects.toMatchObject({ status: 409 });
    await expect(setRole(await adminOf(1), 'user:never')).rejects.toMatchObject({ status: 404 });
    await expect(setRole(await adminOf(2), 'user:aaa1')).rejects.toMatchObject({ status: 404 });
    expect(events).toEqual([]);
  });

  test('a role change whose event cannot be written does not happen', async () => {
    await callerFor();
    const failing = createAccess({
      db: database.db, clock, logger, fetch, grafana: { url: grafana.url, rootUrl: ROOT_URL },
      pluginTokens: [{ orgId: orgId.parse(1), token: SECRET_1 }], anonymous: 'deny',
      recordEvent: () => Promise.reject(new Error('the log is full')),
    });
    const request = { ...NO_PARTS, params: { user: userKey.parse('user:aaa1') }, body: { role: 'admin' as const } };

    await expect(failing.handlers.setUserRole(request, contextOf(await adminOf(1), 1))).rejects.toThrow('the log is full');
    clock.advance(5_000);
    expect(await callerFor()).toMatchObject({ role: 'viewer' });
  });
});

describe('API tokens', () => {
  async function issue(role: Exclude<Role, 'admin'> = 'responder', expiresInDays = 30) {
    const context = contextOf(await adminOf(1));
    return access.handlers.createApiToken({ ...NO_PARTS, body: { name: 'nightly export', role, seesPrivate: false, expiresInDays } }, context);
  }

  test('cap 131: a token is a caller of its own, with its role and organisation, and needs no ID token', async () => {
    const { token, apiToken } = await issue();

    expect(token).toMatch(/^mst_[A-Za-z0-9_-]{43}$/);
    expect(apiToken).toMatchObject({ name: 'nightly export', role: 'responder', hint: token.slice(-4), createdBy: 'user:adm1', lastUsedAt: null });
    expect(await access.authenticate({ headers: { authorization: `Bearer ${token}` } })).toEqual({
      kind: 'token', orgId: 1, userKey: null, issuedBy: 'user:adm1', login: 'nightly export', name: 'nightly export', role: 'responder', derivedRole: 'responder', seesPrivate: false,
      actor: { kind: 'token', key: apiToken.id, name: 'nightly export' }, expiresAt: new Date('2026-12-24T09:00:00.000Z'),
    });
  });

  test('an ID token beside it lends it nothing', async () => {
    const { token } = await issue('viewer');
    const headers = { ...(await headersFor({ claims: { role: 'Admin' } })), authorization: `Bearer ${token}` };

    expect(await access.authenticate({ headers })).toMatchObject({ kind: 'token', role: 'viewer' });
  });

  test('cap 6: the database holds only its hash, which cannot be used to call', async () => {
    const { token } = await issue();
    const [row] = await database.db.query<{ row: string; hash: string }>("select t::text as row, encode(token_hash, 'hex') as hash from api_tokens t");

    expect(row?.row).not.toContain(token.slice(4));
    expect(await denialOf({ authorization: `Bearer mst_${row?.hash}` })).toEqual(denied('unknown_token'));
  });

  test('ends on its day', async () => {
    const { token } = await issue('viewer', 1);
    clock.advance(24 * 60 * 60 * 1000 - 1);
    expect(await denialOf({ authorization: `Bearer ${token}` })).toBe('accepted');

    clock.advance(1);
    expect(await denialOf({ authorization: `Bearer ${token}` })).toEqual(denied('token_expired'));
  });

  test('revoked, it is refused at once and listed no more', async () => {
    const { token, apiToken } = await issue();
    const context = contextOf(await adminOf(1));
    await access.handlers.revokeApiToken({ ...NO_PARTS, params: { id: apiToken.id } }, context);

    expect(await denialOf({ authorization: `Bearer ${token}` })).toEqual(denied('token_revoked'));
    expect(await access.handlers.listApiTokens(FIRST_PAGE, context)).toEqual({ items: [], nextCursor: null });
    expect(events.map((event) => event.type)).toEqual(['access.token_issued', 'access.token_revoked']);
    expect(JSON.stringify(events)).not.toContain(token);
    await expect(access.handlers.revokeApiToken({ ...NO_PARTS, params: { id: apiToken.id } }, context)).rejects.toMatchObject({ status: 404 });
  });

  test('cannot be revoked from another organisation', async () => {
    const { token, apiToken } = await issue();
    const elsewhere = contextOf(await adminOf(2));

    await expect(access.handlers.revokeApiToken({ ...NO_PARTS, params: { id: apiToken.id } }, elsewhere)).rejects.toMatchObject({ status: 404 });
    expect(await access.handlers.listApiTokens(FIRST_PAGE, elsewhere)).toEqual({ items: [], nextCursor: null });
    expect(await denialOf({ authorization: `Bearer ${token}` })).toBe('accepted');
  });

  test('shows when it was used last, to the minute', async () => {
    const { token } = await issue();
    const lastUsed = async () => (await access.handlers.listApiTokens(FIRST_PAGE, contextOf(await adminOf(1)))).items.map((item) => item.lastUsedAt);
    await access.authenticate({ headers: { authorization: `Bearer ${token}` } });
    clock.advance(59_000);
    await access.authenticate({ headers: { authorization: `Bearer ${token}` } });
    expect(await lastUsed()).toEqual(['2026-11-24T09:00:00.000Z']);

    clock.advance(1_000);
    await access.authenticate({ headers: { authorization: `Bearer ${token}` } });
    expect(await lastUsed()).toEqual(['2026-11-24T09:01:00.000Z']);
  });

  test.each(['mst_', 'mst_made-up', ''])('"%s" is no token', async (token) => {
    const reason = token === '' ? 'no_secret' : 'unknown_token';

    expect(await denialOf({ authorization: `Bearer ${token}` })).toEqual(denied(reason));
  });

  test('getMe tells a person and a token who they are and what they may', async () => {
    const { token, apiToken } = await issue('viewer');
    const asToken = await access.authenticate({ headers: { authorization: `Bearer ${token}` } });

    expect(await access.handlers.getMe(NO_PARTS, contextOf(asToken))).toMatchObject({ user: { key: apiToken.id, name: 'nightly export' }, orgId: 1, role: 'viewer' });
    const me = await access.handlers.getMe(NO_PARTS, contextOf(await adminOf(1)));
    expect(me).toMatchObject({ user: { key: 'user:adm1', login: 'ada', name: 'Ada Example' }, role: 'admin' });
    expect(me.operations).toContain('createSource');
  });
});
