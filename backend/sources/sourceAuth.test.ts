import { createHmac } from 'node:crypto';
import { orgId, sourceId, type OrgId, type SourceKind } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { CREDENTIAL_MAX_AGE_MS } from './credentialCache.ts';
import type { SecretRing } from './ports.ts';
import { REJECTION_PERIOD_MS } from './rejections.ts';
import { tokenFromHeader } from './sourceAuth.ts';
import { clearTables, contextOf, createBench, createTestRing, HMAC_SECRET, ORG_1, ORG_2, signed, START_MS, type SourcesBench } from './sources.testkit.ts';

const BODY = Buffer.from('{"status":"firing","alerts":[]}');
const ADDRESS = { kind: 'grafana', source: 'grafana' };
const GRAFANA = sourceId.parse('grafana');
const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 100 } };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let clock: SimulatedClock;
let ring: SecretRing;
let bench: SourcesBench;
beforeEach(async () => {
  await clearTables(database.db);
  clock = createSimulatedClock(START_MS);
  ring = createTestRing();
  bench = createBench(database.db, clock, ring);
});

/** Adds a source and gives its token. */
async function addSource(org: OrgId = ORG_1, id = 'grafana', kind: SourceKind = 'grafana'): Promise<string> {
  const body = { id: sourceId.parse(id), kind, name: `Source ${id}` };
  return (await bench.sources.handlers.createSource({ ...NO_PARTS, body }, contextOf(org))).token;
}

async function edit(change: { enabled?: boolean; hmac?: boolean }, version: number): Promise<void> {
  const hmac = change.hmac === undefined
    ? undefined
    : { enabled: change.hmac, header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp', secret: HMAC_SECRET };
  await bench.sources.handlers.editSource(
    { ...NO_PARTS, params: { source: GRAFANA }, body: { enabled: change.enabled, hmac } },
    contextOf(ORG_1, version),
  );
}

/** Status and reason of the refusal that a delivery meets, or "accepted". */
async function outcome(headers: Record<string, string>, options: { bench?: SourcesBench; address?: typeof ADDRESS; body?: Buffer } = {}): Promise<string> {
  const { auth } = (options.bench ?? bench).sources;
  try {
    await auth.authenticate(options.address ?? ADDRESS, headers, options.body ?? BODY);
  } catch (error) {
    if (error instanceof AppError) return `${error.status} ${String(error.extra?.['reason'])}`;
    throw error;
  }
  return 'accepted';
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function rejections(of: SourcesBench = bench): unknown[] {
  return of.events.filter((event) => event.type === 'source.rejected').map((event) => event.data);
}

describe('tokens', () => {
  test('cap 6: a token says which organisation and source it is, though two organisations use one name', async () => {
    const first = await addSource(ORG_1);
    const second = await addSource(ORG_2);

    expect(await bench.sources.auth.authenticate(ADDRESS, bearer(first), BODY)).toMatchObject({
      orgId: 1, sourceId: 'grafana', kind: 'grafana', name: 'Source grafana', purpose: 'webhook', nonce: null,
      actor: { kind: 'source', key: 'grafana', name: 'Source grafana' },
    });
    expect(await bench.sources.auth.authenticate(ADDRESS, bearer(second), BODY)).toMatchObject({ orgId: 2 });
  });

  test.each([
    { name: 'bearer', header: (token: string) => `Bearer ${token}` },
    { name: 'bearer in small letters', header: (token: string) => `bearer ${token}` },
    { name: 'basic auth with any user name', header: (token: string) => `Basic ${Buffer.from(`grafana:${token}`).toString('base64')}` },
    { name: 'basic auth without a user name', header: (token: string) => `Basic ${Buffer.from(`:${token}`).toString('base64')}` },
  ])('is taken from $name', async ({ header }) => {
    expect(await outcome({ authorization: header(await addSource()) })).toBe('accepted');
  });

  test.each([undefined, '', 'Bearer', 'Bearer  ', 'Basic !!!', `Basic ${Buffer.from('user:').toString('base64')}`, `Basic ${Buffer.from('user').toString('base64')}`, 'Digest x'])(
    'there is none in "%s"',
    (header) => {
      expect(tokenFromHeader(header)).toBeNull();
    },
  );

  test('cap 6: no token and a made-up token are refused with 401', async () => {
    await addSource();

    expect(await outcome({})).toBe('401 no_token');
    expect(await outcome(bearer('msw_made-up'))).toBe('401 unknown_token');
  });

  test('cap 6: what the database holds cannot be used to post', async () => {
    const token = await addSource();
    const [row] = await database.db.query<{ row: string; hash: string }>("select t::text as row, encode(token_hash, 'hex') as hash from source_tokens t");

    expect(row?.row).not.toContain(token.slice(4));
    expect(await outcome(bearer(row?.hash ?? ''))).toBe('401 unknown_token');
    expect(await outcome(bearer(`msw_${row?.hash}`))).toBe('401 unknown_token');
  });

  test('cap 6: two live tokens work side by side; revoking one leaves the other', async () => {
    const first = await addSource();
    const params = { source: GRAFANA };
    const { token: second, source } = await bench.sources.handlers.issueSourceToken({ ...NO_PARTS, params }, contextOf(ORG_1));
    expect([await outcome(bearer(first)), await outcome(bearer(second))]).toEqual(['accepted', 'accepted']);

    const firstId = source.tokens.find((token) => token.hint === first.slice(-4))?.id ?? '';
    await bench.sources.handlers.revokeSourceToken({ ...NO_PARTS, params: { ...params, id: firstId } }, contextOf(ORG_1, source.version));

    expect([await outcome(bearer(first)), await outcome(bearer(second))]).toEqual(['401 unknown_token', 'accepted']);
  });

  test('cap 6: a token revoked at another replica stops working here within seconds', async () => {
    const token = await addSource();
    expect(await outcome(bearer(token))).toBe('accepted');
    await database.db.query('delete from source_tokens');
    clock.advance(CREDENTIAL_MAX_AGE_MS);

    expect(await outcome(bearer(token))).toBe('401 unknown_token');
  });

  test('a token made after it was refused works at once here', async () => {
    const token = await addSource();
    await database.db.query("update source_tokens set token_hash = '\\x00'");
    expect(await outcome(bearer(token))).toBe('401 unknown_token');
    await database.db.query("update source_tokens set token_hash = sha256(convert_to($1::text, 'UTF8'))", [token]);
    bench.sources.auth.invalidate(ORG_1);

    expect(await outcome(bearer(token))).toBe('accepted');
  });

  test('a token counts only at the address of its source', async () => {
    const token = await addSource();
    await addSource(ORG_1, 'cluster-a', 'alertmanager');

    expect(await outcome(bearer(token), { address: { kind: 'alertmanager', source: 'grafana' } })).toBe('403 wrong_address');
    expect(await outcome(bearer(token), { address: { kind: 'grafana', source: 'cluster-a' } })).toBe('403 wrong_address');
    await expect(bench.sources.auth.identify({ kind: 'grafana', source: 'x' }, bearer(token))).rejects.toThrow('post to /webhooks/grafana/grafana');
  });

  test('a source that is switched off is refused, and taken again when switched on', async () => {
    const token = await addSource();
    await edit({ enabled: false }, 1);
    expect(await outcome(bearer(token))).toBe('403 source_disabled');

    await edit({ enabled: true }, 2);
    expect(await outcome(bearer(token))).toBe('accepted');
  });

  test('a known token costs no query', async () => {
    const token = await addSource();
    await outcome(bearer(token));
    await database.db.query('alter table source_tokens rename to source_tokens_away');
    try {
      expect(await outcome(bearer(token))).toBe('accepted');
    } finally {
      await database.db.query('alter table source_tokens_away rename to source_tokens');
    }
  });

  test('many requests at once are looked up together and each gets its own answer', async () => {
    const token = await addSource();
    const headers = Array.from({ length: 50 }, (_, index) => bearer(index % 2 === 0 ? token : `msw_made-up-${index}`));

    const outcomes = await Promise.all(headers.map((each) => outcome(each)));

    expect(outcomes).toEqual(headers.map((_, index) => (index % 2 === 0 ? 'accepted' : '401 unknown_token')));
  });
});

describe('test tokens', () => {
  test('are good for a minute, beside two live ones, and are signed like the real thing', async () => {
    await addSource();
    await edit({ hmac: true }, 1);
    await bench.sources.handlers.issueSourceToken({ ...NO_PARTS, params: { source: GRAFANA } }, contextOf(ORG_1));
    const test = await bench.sources.issueTestToken(ORG_1, GRAFANA);
    expect(test).toMatchObject({ path: '/webhooks/grafana/grafana', kind: 'grafana', expiresAt: new Date(START_MS + 60_000) });

    const headers = { ...bearer(test.token), ...lowerCase(test.signatureHeaders(BODY)) };
    expect(await bench.sources.auth.authenticate(ADDRESS, headers, BODY)).toMatchObject({ purpose: 'test' });
    clock.advance(60_000);
    expect(await outcome({ ...bearer(test.token), ...lowerCase(test.signatureHeaders(BODY)) })).toBe('401 expired_token');
    const { items } = await bench.sources.handlers.listSources(FIRST_PAGE, contextOf(ORG_1));
    expect(items[0]?.tokens).toHaveLength(2);
  });

  test('carry no signature where none is asked for, and are cleared away once expired', async () => {
    await addSource();
    expect((await bench.sources.issueTestToken(ORG_1, GRAFANA)).signatureHeaders(BODY)).toEqual({});
    clock.advance(60_000);
    await bench.sources.prune(30);

    expect(await database.db.query("select 1 from source_tokens where purpose = 'test'")).toEqual([]);
  });

  function lowerCase(headers: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  }
});

describe('signatures', () => {
  let token: string;
  beforeEach(async () => {
    token = await addSource();
    await edit({ hmac: true }, 1);
  });

  test('cap 5: a signed delivery is accepted, and each further one with its own timestamp', async () => {
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs()) })).toBe('accepted');
    clock.advance(1000);
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs()) })).toBe('accepted');
  });

  test('cap 5: unsigned, wrongly signed and stale deliveries get 401 and an audit entry each', async () => {
    const { 'x-grafana-alerting-timestamp': _, ...withoutTime } = signed(BODY, clock.nowMs());

    expect(await outcome(bearer(token))).toBe('401 no_signature');
    expect(await outcome({ ...bearer(token), ...withoutTime })).toBe('401 no_timestamp');
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs(), 'not the shared secret') })).toBe('401 wrong_signature');
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs()) }, { body: Buffer.from('{"alerts":[1]}') })).toBe('401 wrong_signature');
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs() - 301_000) })).toBe('401 stale_timestamp');

    expect(rejections()).toEqual([
      { source: 'grafana', reason: 'no_signature', count: 1 },
      { source: 'grafana', reason: 'no_timestamp', count: 1 },
      { source: 'grafana', reason: 'wrong_signature', count: 1 },
      { source: 'grafana', reason: 'stale_timestamp', count: 1 },
    ]);
  });

  test('cap 5: a right signature does not make up for a wrong token', async () => {
    expect(await outcome({ ...bearer('msw_made-up'), ...signed(BODY, clock.nowMs()) })).toBe('401 unknown_token');
  });

  test('cap 5: a recorded request sent again is refused', async () => {
    const headers = { ...bearer(token), ...signed(BODY, clock.nowMs()) };
    expect(await outcome(headers)).toBe('accepted');
    clock.advance(10_000);

    expect(await outcome(headers)).toBe('401 replayed');
    expect(rejections()).toEqual([{ source: 'grafana', reason: 'replayed', count: 1 }]);
  });

  test('cap 5: of many copies at once, at two replicas, one is taken', async () => {
    const other = createBench(database.db, clock, ring);
    const headers = { ...bearer(token), ...signed(BODY, clock.nowMs()) };

    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => outcome(headers, { bench: index % 2 === 0 ? bench : other })));

    expect(outcomes.filter((each) => each === 'accepted')).toHaveLength(1);
    expect(outcomes.filter((each) => each === '401 replayed')).toHaveLength(19);
  });

  test('cap 5: a signature is remembered as long as its timestamp would pass, then forgotten', async () => {
    const ahead = { ...bearer(token), ...signed(BODY, clock.nowMs() + 300_000) };
    expect(await outcome(ahead)).toBe('accepted');
    clock.advance(600_000);
    expect(await outcome(ahead)).toBe('401 replayed');

    clock.advance(61_000);
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs()) })).toBe('accepted');
    expect(await database.db.query('select 1 from webhook_nonces')).toHaveLength(1);
  });

  test('a request that could not be stored may come again as it is', async () => {
    const headers = { ...bearer(token), ...signed(BODY, clock.nowMs()) };
    const delivery = await bench.sources.auth.authenticate(ADDRESS, headers, BODY);
    await bench.sources.auth.release(delivery);

    expect(await outcome(headers)).toBe('accepted');
  });

  test('a request that met a broken database is not taken for seen', async () => {
    const headers = { ...bearer(token), ...signed(BODY, clock.nowMs()) };
    await outcome(bearer(token));
    await database.db.query('alter table webhook_nonces rename to webhook_nonces_away');
    await expect(outcome(headers)).rejects.toThrow('webhook_nonces');
    await database.db.query('alter table webhook_nonces_away rename to webhook_nonces');

    expect(await outcome(headers)).toBe('accepted');
  });

  test('two sources with the same secret do not see each other\'s requests as replays', async () => {
    const otherToken = await addSource(ORG_1, 'second');
    const hmac = { enabled: true, header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp', secret: HMAC_SECRET };
    const params = { source: sourceId.parse('second') };
    await bench.sources.handlers.editSource({ ...NO_PARTS, params, body: { hmac } }, contextOf(ORG_1, 1));
    const headers = signed(BODY, clock.nowMs());

    expect(await outcome({ ...bearer(token), ...headers })).toBe('accepted');
    expect(await outcome({ ...bearer(otherToken), ...headers }, { address: { kind: 'grafana', source: 'second' } })).toBe('accepted');
  });

  test('a sealed secret copied to another source opens nothing', async () => {
    const otherToken = await addSource(ORG_1, 'second');
    await database.db.query(`update sources set hmac_enabled = true,
      hmac_secret_sealed = (select hmac_secret_sealed from sources where id = 'grafana') where id = 'second'`);

    await expect(outcome({ ...bearer(otherToken), ...signed(BODY, clock.nowMs()) }, { address: { kind: 'grafana', source: 'second' } })).rejects.toThrow();
    expect(await outcome({ ...bearer(token), ...signed(BODY, clock.nowMs()) })).toBe('accepted');
  });
});

describe('changes that their secret alone proves', () => {
  const CI = { kind: 'change', source: 'ci' };
  const secretOf = (org: number): string => `the webhook secret of organisation ${org}`;
  const github = (secret: string, body: Buffer): Record<string, string> => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` });

  async function addCi(org: number): Promise<void> {
    const [organisation, source] = [orgId.parse(org), sourceId.parse('ci')];
    await addSource(organisation, 'ci', 'change');
    const hmac = { enabled: true, header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp', secret: secretOf(org) };
    await bench.sources.handlers.editSource({ ...NO_PARTS, params: { source }, body: { hmac } }, contextOf(organisation, 1));
  }

  test('cap 4: it is found among as many organisations as there are; a large body is tried with fewer', async () => {
    for (let org = 1; org <= 30; org += 1) await addCi(org);
    expect(await bench.sources.auth.authenticate(CI, github(secretOf(30), BODY), BODY)).toMatchObject({ orgId: 30, sourceId: 'ci' });
    expect(await outcome(github('of nobody', BODY), { address: CI })).toBe('401 wrong_signature');

    const large = Buffer.alloc(5 * 1024 * 1024, 'x');
    expect(await outcome(github(secretOf(20), large), { address: CI, body: large })).toBe('accepted');
    expect(await outcome(github(secretOf(30), large), { address: CI, body: large })).toBe('401 wrong_signature');
  });

  test('one organisation whose secret does not open hurts no other', async () => {
    for (const org of [1, 2]) await addCi(org);
    await database.db.query("update sources set hmac_secret_sealed = 'not sealed at all' where org_id = 1");

    expect(await bench.sources.auth.authenticate(CI, github(secretOf(2), BODY), BODY)).toMatchObject({ orgId: 2 });
    expect(await outcome(github(secretOf(1), BODY), { address: CI })).toBe('401 wrong_signature');
  });
});

describe('the audit log of refusals', () => {
  test('a flood is written at once, then once a minute with its count', async () => {
    const token = await addSource();
    const wrong = { address: { kind: 'grafana', source: 'elsewhere' } };
    for (let attempt = 0; attempt < 5; attempt += 1) await outcome(bearer(token), wrong);
    expect(rejections()).toEqual([{ source: 'grafana', reason: 'wrong_address', count: 1 }]);

    clock.advance(REJECTION_PERIOD_MS);
    await outcome(bearer(token), wrong);
    await outcome(bearer(token), wrong);
    await bench.sources.auth.flush();

    expect(rejections()).toEqual([
      { source: 'grafana', reason: 'wrong_address', count: 1 },
      { source: 'grafana', reason: 'wrong_address', count: 4 },
      { source: 'grafana', reason: 'wrong_address', count: 2 },
    ]);
  });

  test('after a quiet minute the next refusal is written at once', async () => {
    const token = await addSource();
    const wrong = { address: { kind: 'grafana', source: 'elsewhere' } };
    await outcome(bearer(token), wrong);
    clock.advance(REJECTION_PERIOD_MS);
    await outcome(bearer(token), wrong);

    expect(rejections()).toHaveLength(2);
  });

  test('strangers are in nobody\'s log', async () => {
    await addSource();
    await outcome({});
    await outcome(bearer('msw_made-up'));

    expect(rejections()).toEqual([]);
  });

  test('a refusal that cannot be written down is a refusal all the same', async () => {
    const token = await addSource();
    const failing = createBench(database.db, clock, ring, () => Promise.reject(new Error('the log is full')));

    expect(await outcome(bearer(token), { bench: failing, address: { kind: 'grafana', source: 'elsewhere' } })).toBe('403 wrong_address');
  });
});
