import { sourceId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { getDeadLetter, markReplayed, saveDeadLetter, type NewDeadLetter } from './deadLetterStore.ts';
import { clearTables, contextOf, createBench, createTestRing, ORG_1, ORG_2, START_MS, type SourcesBench } from './sources.testkit.ts';

const GRAFANA = sourceId.parse('grafana');
const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 100 } };

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

function save(change: Partial<NewDeadLetter> = {}, organisation = ORG_1): Promise<string> {
  return saveDeadLetter(database.db, organisation, {
    sourceId: GRAFANA, receivedAt: clock.now(), error: 'alerts is missing', field: 'alerts', contentType: 'application/json',
    payload: Buffer.from('{"oops":true}'), ...change,
  });
}

function list(query: { source?: string; cursor?: string; limit?: number } = {}, organisation = ORG_1) {
  const { source, cursor, limit = 100 } = query;
  return bench.sources.handlers.listDeadLetters(
    { ...NO_PARTS, query: { limit, cursor, source: source === undefined ? undefined : sourceId.parse(source) } },
    contextOf(organisation),
  );
}

test('cap 9: a payload that could not be read is listed with what is wrong and where', async () => {
  const id = await save();

  expect(await list()).toEqual({
    items: [{
      id, source: 'grafana', receivedAt: '2026-11-24T09:00:00.000Z', error: 'alerts is missing', field: 'alerts',
      payload: '{"oops":true}', payloadBytes: 13, attempts: 1, replayedAt: null,
    }],
    nextCursor: null,
  });
});

test('cap 9: it is kept byte for byte, text or not, and shown without breaking', async () => {
  const payload = Buffer.from([0x00, 0xff, 0x7b, 0xc3]);
  const id = await save({ payload, field: null, contentType: null });

  expect((await getDeadLetter(database.db, ORG_1, id))?.payload.equals(payload)).toBe(true);
  expect((await list()).items[0]).toMatchObject({ payloadBytes: 4, field: null, payload: '\u0000\ufffd{\ufffd' });
});

test('a fault that quotes a NUL is kept all the same', async () => {
  await save({ error: 'unexpected "\u0000"', field: 'a\u0000b', contentType: 'text/\u0000' });

  expect((await list()).items[0]).toMatchObject({ error: 'unexpected "\ufffd"', field: 'a\ufffdb' });
});

test('a long payload is cut for showing, never in the middle of a character', async () => {
  const id = await save({ payload: Buffer.from(`x${'é'.repeat(40_000)}`) });

  const [item] = (await list()).items;
  expect(item).toMatchObject({ payloadBytes: 80_001, payload: `x${'é'.repeat(32_767)}` });
  expect((await getDeadLetter(database.db, ORG_1, id))?.payload).toHaveLength(80_001);
});

test('they come newest first in pages, also when several came at the same instant', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 7; index += 1) {
    if (index % 3 === 0) clock.advance(1);
    ids.push(await save({ error: String(index) }));
  }
  const seen: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages < 10; pages += 1) {
    const page = await list(cursor === undefined ? { limit: 2 } : { limit: 2, cursor });
    seen.push(...page.items.map((item) => item.id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }

  expect([...seen].sort()).toEqual([...ids].sort());
  expect(seen[0]).toBe(ids[6]);
  expect(new Set(seen.slice(4))).toEqual(new Set(ids.slice(0, 3)));
});

test.each(['x', Buffer.from('[]').toString('base64url'), Buffer.from('["yesterday","a"]').toString('base64url')])(
  'a cursor that is none of ours (%s) is refused and named',
  async (cursor) => {
    await expect(list({ cursor })).rejects.toMatchObject({ status: 400, fields: [{ field: 'query.cursor' }] });
  },
);

test('they are told apart by source, and each source counts those that still wait', async () => {
  await bench.sources.handlers.createSource({ ...NO_PARTS, body: { id: GRAFANA, kind: 'grafana', name: 'Grafana' } }, contextOf(ORG_1));
  const replayed = await save();
  await save();
  await save({ sourceId: sourceId.parse('other') });
  await markReplayed(database.db, ORG_1, replayed, { at: clock.now(), error: null, field: null });

  expect((await list({ source: 'grafana' })).items).toHaveLength(2);
  const { items } = await bench.sources.handlers.listSources(FIRST_PAGE, contextOf(ORG_1));
  expect(items[0]?.deadLetters).toBe(1);
});

test('cap 9: each try is counted; a failed one leaves its new error, a success is noted once', async () => {
  const id = await save();
  expect(await markReplayed(database.db, ORG_1, id, { at: clock.now(), error: 'alerts[0].labels is missing', field: 'alerts[0].labels' })).toBe(true);
  expect((await list()).items[0]).toMatchObject({ attempts: 2, error: 'alerts[0].labels is missing', field: 'alerts[0].labels', replayedAt: null });

  const outcomes = await Promise.all([1, 2].map(() => markReplayed(database.db, ORG_1, id, { at: clock.now(), error: null, field: null })));
  expect(outcomes.sort()).toEqual([false, true]);
  expect((await list()).items[0]).toMatchObject({ attempts: 3, replayedAt: '2026-11-24T09:00:00.000Z' });
});

test('one can be discarded, but not from another organisation', async () => {
  const id = await save();
  const request = { ...NO_PARTS, params: { id } };
  expect((await list({}, ORG_2)).items).toEqual([]);
  expect(await getDeadLetter(database.db, ORG_2, id)).toBeNull();
  await expect(bench.sources.handlers.discardDeadLetter(request, contextOf(ORG_2))).rejects.toMatchObject({ status: 404 });

  await bench.sources.handlers.discardDeadLetter(request, contextOf(ORG_1));
  expect((await list()).items).toEqual([]);
  await expect(bench.sources.handlers.discardDeadLetter(request, contextOf(ORG_1))).rejects.toMatchObject({ status: 404 });
});

test('cap 9: they are kept for their days and then removed', async () => {
  await save();
  clock.advance(30 * 86_400_000);
  expect(await bench.sources.prune(30)).toEqual({ deadLetters: 0 });
  clock.advance(1);
  expect(await bench.sources.prune(30)).toEqual({ deadLetters: 1 });
});
