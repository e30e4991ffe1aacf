import { NO_RULES, sourceId, type SourceKind } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { recordTruncation, touchReceived } from './activityStore.ts';
import { ADA, clearTables, contextOf, createBench, createTestRing, HMAC_SECRET, ORG_1, ORG_2, START_MS, type SourcesBench } from './sources.testkit.ts';

const GRAFANA = sourceId.parse('grafana');
const PARAMS = { params: { source: GRAFANA }, query: undefined, body: undefined };
const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 100 } };
const HEADERS = { header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let clock: SimulatedClock;
let bench: SourcesBench;
beforeEach(async () => {
  await clearTables(database.db);
  clock = createSimulatedClock(START_MS);
  bench = createBench(database.db, clock, createTestRing());
});

function create(id = 'grafana', organisation = ORG_1, kind: SourceKind = 'grafana') {
  return bench.sources.handlers.createSource({ ...NO_PARTS, body: { id: sourceId.parse(id), kind, name: `Source ${id}` } }, contextOf(organisation));
}

async function list(organisation = ORG_1) {
  return (await bench.sources.handlers.listSources(FIRST_PAGE, contextOf(organisation))).items;
}

function eventTypes(): string[] {
  return bench.events.map((event) => event.type);
}

describe('a source', () => {
  test('is made with one token, shown once, and the address to post to', async () => {
    const { token, source } = await create();

    expect(token).toMatch(/^msw_[A-Za-z0-9_-]{43}$/);
    expect(source).toEqual({
      id: 'grafana', kind: 'grafana', name: 'Source grafana', enabled: true, provisioned: false, hmac: { enabled: false, ...HEADERS },
      tokens: [{ id: expect.any(String), hint: token.slice(-4), createdAt: '2026-11-24T09:00:00.000Z', lastUsedAt: null, provisioned: false }],
      webhookUrl: 'https://muster.example.org/webhooks/grafana/grafana',
      lastReceivedAt: null, truncation: null, deadLetters: 0, rules: NO_RULES, silentSince: null, reconciliation: null, version: 1,
    });
    expect(JSON.stringify(await list())).not.toContain(token);
    expect(bench.events).toEqual([
      { orgId: 1, type: 'source.created', actor: ADA, data: { source: 'grafana', kind: 'grafana', name: 'Source grafana', token: source.tokens[0]?.id } },
    ]);
  });

  test('has an id of its own within its organisation', async () => {
    await create();
    await create('grafana', ORG_2);

    await expect(create('grafana', ORG_1, 'alertmanager')).rejects.toMatchObject({ status: 409 });
    expect(await list(ORG_2)).toHaveLength(1);
  });

  test('whose event cannot be written is not made', async () => {
    const failing = createBench(database.db, clock, createTestRing(), () => Promise.reject(new Error('the log is full')));
    const body = { id: GRAFANA, kind: 'grafana', name: 'Grafana' } as const;

    await expect(failing.sources.handlers.createSource({ ...NO_PARTS, body }, contextOf(ORG_1))).rejects.toThrow('the log is full');
    expect(await list()).toEqual([]);
  });

  test('is changed part by part, and the audit log says what changed but no secret', async () => {
    await create();
    const hmac = { enabled: true, ...HEADERS, secret: HMAC_SECRET };
    const source = await bench.sources.handlers.editSource({ ...PARAMS, body: { name: 'Main Grafana', hmac } }, contextOf(ORG_1, 1));

    expect(source).toMatchObject({ name: 'Main Grafana', enabled: true, hmac: { enabled: true, ...HEADERS }, version: 2 });
    expect(bench.events.at(-1)).toEqual({
      orgId: 1, type: 'source.edited', actor: ADA,
      data: {
        source: 'grafana',
        changes: {
          name: { from: 'Source grafana', to: 'Main Grafana' },
          hmac: { from: { enabled: false, ...HEADERS }, to: { enabled: true, ...HEADERS } },
          hmacSecret: 'replaced',
        },
      },
    });
    const rows = await database.db.query('select s::text as row from sources s');
    expect(JSON.stringify([source, bench.events, rows])).not.toContain(HMAC_SECRET);
  });

  test('keeps its secret when only its name changes, and needs one before signatures are switched on', async () => {
    await create();
    const withoutSecret = { ...PARAMS, body: { hmac: { enabled: true, ...HEADERS } } };
    await expect(bench.sources.handlers.editSource(withoutSecret, contextOf(ORG_1, 1))).rejects.toMatchObject({
      status: 400, fields: [{ field: 'hmac.secret', message: expect.any(String) }],
    });

    await bench.sources.handlers.editSource({ ...PARAMS, body: { hmac: { enabled: false, ...HEADERS, secret: HMAC_SECRET } } }, contextOf(ORG_1, 1));
    expect(await bench.sources.handlers.editSource(withoutSecret, contextOf(ORG_1, 2))).toMatchObject({ hmac: { enabled: true }, version: 3 });
  });

  test('changed by somebody else in the meantime is not overwritten', async () => {
    await create();
    await bench.sources.handlers.editSource({ ...PARAMS, body: { name: 'First' } }, contextOf(ORG_1, 1));

    await expect(bench.sources.handlers.editSource({ ...PARAMS, body: { name: 'Second' } }, contextOf(ORG_1, 1))).rejects.toMatchObject({
      status: 412, extra: { currentVersion: 2 },
    });
    expect((await list())[0]?.name).toBe('First');
  });

  test('of two changes to one version at once, one is made', async () => {
    await create();
    const results = await Promise.allSettled(
      ['First', 'Second'].map((name) => bench.sources.handlers.editSource({ ...PARAMS, body: { name } }, contextOf(ORG_1, 1))),
    );

    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await list())[0]?.version).toBe(2);
  });

  test('edited into what it is already stays at its version, without an event', async () => {
    await create();
    const source = await bench.sources.handlers.editSource({ ...PARAMS, body: { name: 'Source grafana', enabled: true } }, contextOf(ORG_1, 1));

    expect(source.version).toBe(1);
    expect(eventTypes()).toEqual(['source.created']);
  });

  test('needs the version that was read', async () => {
    await create();

    await expect(bench.sources.handlers.editSource({ ...PARAMS, body: {} }, contextOf(ORG_1, null))).rejects.toMatchObject({ status: 428 });
  });

  test('is removed with its tokens; one that is not there is named', async () => {
    await create();
    await bench.sources.handlers.deleteSource(PARAMS, contextOf(ORG_1, 1));

    expect(await database.db.query('select 1 from source_tokens')).toEqual([]);
    await expect(bench.sources.handlers.deleteSource(PARAMS, contextOf(ORG_1, 1))).rejects.toThrow('there is no source "grafana"');
    expect(eventTypes()).toEqual(['source.created', 'source.deleted']);
  });

  test('changed by somebody else in the meantime is not removed', async () => {
    await create();
    await bench.sources.handlers.editSource({ ...PARAMS, body: { name: 'Needed after all' } }, contextOf(ORG_1, 1));

    await expect(bench.sources.handlers.deleteSource(PARAMS, contextOf(ORG_1, 1))).rejects.toMatchObject({ status: 412, extra: { currentVersion: 2 } });
    expect((await list())[0]?.name).toBe('Needed after all');
  });

  test('of another organisation cannot be seen, changed or removed', async () => {
    const { source } = await create();
    const elsewhere = contextOf(ORG_2, 1);
    const token = source.tokens[0]?.id ?? '';

    expect(await list(ORG_2)).toEqual([]);
    await expect(bench.sources.handlers.editSource({ ...PARAMS, body: { name: 'Mine' } }, elsewhere)).rejects.toMatchObject({ status: 404 });
    await expect(bench.sources.handlers.deleteSource(PARAMS, elsewhere)).rejects.toMatchObject({ status: 404 });
    await expect(bench.sources.handlers.issueSourceToken(PARAMS, elsewhere)).rejects.toMatchObject({ status: 404 });
    await expect(bench.sources.handlers.revokeSourceToken({ ...PARAMS, params: { source: GRAFANA, id: token } }, elsewhere)).rejects.toMatchObject({ status: 404 });
    await expect(bench.sources.issueTestToken(ORG_2, GRAFANA)).rejects.toMatchObject({ status: 404 });
  });
});

describe('its tokens', () => {
  test('cap 6: are two at most, and the third says to revoke one', async () => {
    await create();
    const { token, source } = await bench.sources.handlers.issueSourceToken(PARAMS, contextOf(ORG_1));
    expect(source.tokens.map((each) => each.hint)).toContain(token.slice(-4));

    await expect(bench.sources.handlers.issueSourceToken(PARAMS, contextOf(ORG_1))).rejects.toThrow('revoke one first');
    expect(source.version).toBe(2);
  });

  test('cap 6: asked for by many at once are still two at most', async () => {
    await create();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => bench.sources.handlers.issueSourceToken(PARAMS, contextOf(ORG_1))));

    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect((await list())[0]?.tokens).toHaveLength(2);
  });

  test('cap 6: can all be revoked; each leaves its event', async () => {
    const { source } = await create();
    const params = { source: GRAFANA, id: source.tokens[0]?.id ?? '' };
    const left = await bench.sources.handlers.revokeSourceToken({ ...PARAMS, params }, contextOf(ORG_1, 1));

    expect(left.tokens).toEqual([]);
    expect(bench.events.at(-1)).toMatchObject({ type: 'source.token_revoked', data: { source: 'grafana', token: params.id, hint: source.tokens[0]?.hint } });
    await expect(bench.sources.handlers.revokeSourceToken({ ...PARAMS, params }, contextOf(ORG_1, 2))).rejects.toMatchObject({ status: 404 });
  });

  test('cap 6: two people who each revoke another one at once do not leave the source without a token unawares', async () => {
    await create();
    const { source } = await bench.sources.handlers.issueSourceToken(PARAMS, contextOf(ORG_1));
    const results = await Promise.allSettled(source.tokens.map(({ id }) =>
      bench.sources.handlers.revokeSourceToken({ ...PARAMS, params: { source: GRAFANA, id } }, contextOf(ORG_1, source.version))));

    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ status: 412, extra: { currentVersion: 3 } });
    expect((await list())[0]?.tokens).toHaveLength(1);
  });
});

describe('what deliveries leave behind', () => {
  test('the newest delivery of many is kept, at source and token, and never an older one', async () => {
    const { source } = await create();
    const tokenId = source.tokens[0]?.id ?? '';
    const at = (seconds: number) => ({ orgId: ORG_1, sourceId: GRAFANA, tokenId, at: new Date(START_MS + seconds * 1000) });
    await touchReceived(database.db, [at(1), at(3), at(2), { ...at(9), orgId: ORG_2, tokenId: 'gone' }]);
    await touchReceived(database.db, [at(2)]);
    await touchReceived(database.db, []);

    expect((await list())[0]).toMatchObject({ lastReceivedAt: '2026-11-24T09:00:03.000Z', tokens: [{ lastUsedAt: '2026-11-24T09:00:03.000Z' }], version: 1 });
  });

  test('cap 2: cut alerts are shown until a complete payload comes, and only the first cut is news', async () => {
    await create();
    const record = (alerts: number) => recordTruncation(database.db, ORG_1, GRAFANA, alerts, new Date(START_MS));
    expect(await record(0)).toBe(false);
    expect(await record(12)).toBe(true);
    expect((await list())[0]?.truncation).toEqual({ alerts: 12, at: '2026-11-24T09:00:00.000Z' });

    expect(await record(12)).toBe(false);
    expect(await record(0)).toBe(false);
    expect((await list())[0]?.truncation).toBeNull();
    expect(await record(12)).toBe(true);
  });
});
