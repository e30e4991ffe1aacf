import { mapping, type Mapping } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { DEFAULT_MAPPING } from './defaultMapping.ts';
import { MAPPING_MAX_AGE_MS } from './mappingLookup.ts';
import { countUnmapped, MAX_UNMAPPED_VALUES } from './mappingStore.ts';
import { ADA, clearTables, contextOf, createBench, createTestRing, ORG_1, ORG_2, START_MS, type SourcesBench } from './sources.testkit.ts';

const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 1000 } };

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

function put(change: Partial<Mapping>, version: number, of: SourcesBench = bench) {
  return of.sources.handlers.putMapping({ ...NO_PARTS, body: { ...DEFAULT_MAPPING, ...change } }, contextOf(ORG_1, version));
}

async function severityOf(value: string, of: SourcesBench = bench) {
  return (await of.sources.mappings.mappingFor(ORG_1)).normalise({ service: 'checkout', severity: value }).severity;
}

async function unmapped(organisation = ORG_1) {
  return (await bench.sources.handlers.listUnmapped(FIRST_PAGE, contextOf(organisation))).items;
}

test('cap 14: the shipped mapping stands as version 0 and fits the contract', async () => {
  expect(await bench.sources.handlers.getMapping(NO_PARTS, contextOf(ORG_1))).toEqual({ ...DEFAULT_MAPPING, version: 0, provisioned: false });
  expect(mapping.parse(DEFAULT_MAPPING)).toEqual(DEFAULT_MAPPING);
});

test('cap 14: an edit holds for the next alert, and only in its organisation', async () => {
  expect(await severityOf('purple')).toBe('sev3');
  const stored = await put({ severityValues: { Purple: 'sev1' } }, 0);

  expect(stored).toMatchObject({ version: 1, severityValues: { purple: 'sev1' } });
  expect(await severityOf('purple')).toBe('sev1');
  expect((await bench.sources.mappings.mappingFor(ORG_2)).normalise({ severity: 'purple' }).severity).toBe('sev3');
  expect(bench.events).toEqual([
    {
      orgId: 1, type: 'mapping.edited', actor: ADA,
      data: { version: 1, changes: { severityValues: { from: DEFAULT_MAPPING.severityValues, to: { purple: 'sev1' } } } },
    },
  ]);
});

test('cap 14: an edit at another replica holds here within seconds', async () => {
  const other = createBench(database.db, clock, createTestRing());
  await severityOf('purple');
  await put({ severityValues: { purple: 'sev1' } }, 0, other);
  clock.advance(MAPPING_MAX_AGE_MS);

  expect(await severityOf('purple')).toBe('sev1');
});

test('a mapping is read once for many alerts', async () => {
  const [first, ...rest] = await Promise.all(Array.from({ length: 10 }, () => bench.sources.mappings.mappingFor(ORG_1)));

  expect(rest.every((each) => each === first)).toBe(true);
});

test('an edit of a version that has moved on is refused with the version that stands', async () => {
  await put({ defaultSeverity: 'sev4' }, 0);

  await expect(put({ defaultSeverity: 'sev5' }, 0)).rejects.toMatchObject({ status: 412, extra: { currentVersion: 1 } });
  await expect(put({ defaultSeverity: 'sev5' }, 7)).rejects.toMatchObject({ status: 412, extra: { currentVersion: 1 } });
  expect(await put({ defaultSeverity: 'sev5' }, 1)).toMatchObject({ version: 2 });
});

test('of two first edits at once, one is made', async () => {
  const results = await Promise.allSettled([put({ defaultSeverity: 'sev4' }, 0), put({ defaultSeverity: 'sev5' }, 0)]);

  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('the same mapping put again stays at its version, without an event', async () => {
  await put({ defaultSeverity: 'sev4' }, 0);
  const reordered = Object.fromEntries(Object.entries(DEFAULT_MAPPING.severityValues).reverse());

  expect(await put({ defaultSeverity: 'sev4', severityValues: reordered }, 1)).toMatchObject({ version: 1 });
  expect(bench.events).toHaveLength(1);
});

test.each([
  { name: 'an empty value', severityValues: { ' ': 'sev1' }, field: 'severityValues. ' },
  { name: 'two values that mean the same but disagree', severityValues: { high: 'sev1', HIGH: 'sev2' }, field: 'severityValues.HIGH' },
] as const)('$name is refused and named', async ({ severityValues, field }) => {
  await expect(put({ severityValues }, 0)).rejects.toMatchObject({ status: 400, fields: [{ field }] });
});

describe('the "needs mapping" view', () => {
  const at = (seconds: number) => new Date(START_MS + seconds * 1000);
  const purple = { orgId: ORG_1, kind: 'severity', value: 'purple' } as const;
  const nameless = { orgId: ORG_1, kind: 'service', value: 'DiskFull' } as const;

  test('cap 14: adds up what alerts brought, the most frequent first', async () => {
    await countUnmapped(database.db, [{ ...purple, count: 2, at: at(1) }, { ...nameless, count: 5, at: at(1) }, { ...purple, count: 1, at: at(3) }]);
    await countUnmapped(database.db, [{ ...purple, count: 10, at: at(2) }, { ...purple, orgId: ORG_2, count: 1, at: at(2) }]);
    await countUnmapped(database.db, []);

    expect(await unmapped()).toEqual([
      { kind: 'severity', value: 'purple', count: 13, lastSeenAt: '2026-11-24T09:00:03.000Z' },
      { kind: 'service', value: 'DiskFull', count: 5, lastSeenAt: '2026-11-24T09:00:01.000Z' },
    ]);
    expect(await unmapped(ORG_2)).toHaveLength(1);
  });

  test('cap 14: loses what a new mapping knows, and rules without a service when that is looked for elsewhere', async () => {
    await countUnmapped(database.db, [{ ...purple, count: 1, at: at(1) }, { ...purple, value: 'green', count: 1, at: at(1) }, { ...nameless, count: 1, at: at(1) }]);
    await put({ severityValues: { purple: 'sev1' } }, 0);
    expect((await unmapped()).map((each) => each.value)).toEqual(['DiskFull', 'green']);

    await put({ severityValues: { purple: 'sev1' }, serviceLabels: ['component'] }, 1);
    expect((await unmapped()).map((each) => each.value)).toEqual(['green']);

    await countUnmapped(database.db, (['team', 'environment', 'cluster'] as const).map((kind) => ({ ...nameless, kind, count: 1, at: at(1) })));
    await put({ severityValues: { purple: 'sev1' }, serviceLabels: ['component'], environmentLabels: ['site'] }, 2);
    expect((await unmapped()).map((each) => each.kind)).toEqual(['cluster', 'severity', 'team']);
  });

  test('does not grow without end, but goes on counting what it lists', async () => {
    const many = Array.from({ length: MAX_UNMAPPED_VALUES }, (_, index) => ({ ...purple, value: `value-${index}`, count: 1, at: at(1) }));
    await countUnmapped(database.db, many);
    await countUnmapped(database.db, [{ ...purple, value: 'one too many', count: 1, at: at(2) }, { ...purple, value: 'value-7', count: 1, at: at(2) }]);

    const items = await unmapped();
    expect(items).toHaveLength(MAX_UNMAPPED_VALUES);
    expect(items[0]).toMatchObject({ value: 'value-7', count: 2 });
    // rules without a team do not crowd out those without a service
    await countUnmapped(database.db, [{ ...nameless, count: 9, at: at(3) }]);
    expect((await unmapped())[0]).toMatchObject({ kind: 'service', value: 'DiskFull' });
  });
});
