/** The catalogue on a real database: drafts, versions that never change, the second person, files that are followed. */
import { operations, orgId, runbookId, userKey, type Actor, type Role, type Runbook } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../platform/clock.ts';
import type { RequestContext } from '../../../platform/http/route.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createCatalogue, NO_FIGURES, type Catalogue } from './index.ts';

const ORG = orgId.parse(1);
const OTHER = orgId.parse(2);
const ADA: Actor = { kind: 'user', key: 'user:ada', name: 'Ada' };
const ED: Actor = { kind: 'user', key: 'user:ed', name: 'Ed' };
const TOKEN: Actor = { kind: 'token', key: 'token:1', name: 'A token' };
const START_MS = Date.UTC(2026, 10, 26, 9);
const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const ID = runbookId.parse('restart');

let database: TestDatabase;
let clock: SimulatedClock;
let catalogue: Catalogue;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('truncate runbooks, runbook_versions, event_log');
  clock = createSimulatedClock(START_MS);
  catalogue = createCatalogue({
    db: database.db, clock,
    ports: { figuresOf: async () => new Map(), fetchText: async (url) => `# Fetched\n\nFrom ${url}.\n\n- one\n` },
  });
});

function context(ifMatch: number | null = null, by: Actor = ADA, org = ORG): RequestContext {
  const role: Role = 'manager';
  const caller = { kind: by.kind === 'token' ? 'token' : 'user', orgId: org, userKey: userKey.parse(by.key), login: by.name, name: by.name, role, derivedRole: role, seesPrivate: false, actor: by, expiresAt: new Date(START_MS + 60_000) } as const;
  return { requestId: 'r1', caller, ifMatch, logger: createLogger({ level: 'silent' }) };
}

function text(over: { id?: string; title?: string; policy?: string; wait?: string; services?: string } = {}): string {
  return `apiVersion: muster/v1
kind: Runbook
metadata: { id: ${over.id ?? 'restart'}, title: ${over.title ?? 'Restart'}, services: [${over.services ?? ''}], tags: [web] }
inputs: [{ name: host, type: string, default: a }]
policy: { ${over.policy ?? 'publishBy: anybody'} }
steps:
  - { id: pause, kind: wait, with: { for: ${over.wait ?? '5m'} } }
`;
}

/** Answers as they are on the wire: the contract is held, too. */
async function wire(answer: Promise<Runbook>): Promise<Runbook> {
  return operations.getRunbook.response.parse(await answer);
}
const create = (source: string, by = ADA) => wire(catalogue.handlers.createRunbook({ ...NO_PARTS, body: { source } }, context(null, by)));
const get = (id = ID) => wire(catalogue.handlers.getRunbook({ ...NO_PARTS, params: { id } }, context()));
const put = (seen: Runbook, source: string, by = ADA) => wire(catalogue.handlers.putRunbookDraft({ ...NO_PARTS, params: { id: seen.id }, body: { source } }, context(seen.version, by)));
const publish = (seen: Runbook, by = ADA, note = '') => wire(catalogue.handlers.publishRunbook({ ...NO_PARTS, params: { id: seen.id }, body: { note } }, context(seen.version, by)));
const versions = async (id = ID) => operations.listRunbookVersions.response.parse(await catalogue.handlers.listRunbookVersions({ query: { limit: 100 }, params: { id }, body: undefined }, context())).items;
const list = async (query: Record<string, unknown> = {}, org = ORG) => operations.listRunbooks.response.parse(
  await catalogue.handlers.listRunbooks({ ...NO_PARTS, query: operations.listRunbooks.query.parse(query) }, context(null, ADA, org)),
);
const events = async () => (await database.db.query<{ type: string }>('select type from event_log order by position')).map(({ type }) => type);

describe('cap 79: drafts and versions', () => {
  test('a runbook begins as a draft, may have errors, and is published when it has none', async () => {
    const begun = await create(text({ wait: 'soon' }));
    expect(begun).toMatchObject({ state: 'draft', origin: 'page', liveVersion: null, hasDraft: true, source: null });
    expect(begun.draft?.findings[0]).toMatchObject({ level: 'error', line: 7, path: 'steps[0].with.for' });
    await expect(publish(begun)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('line 7') });

    const mended = await put(begun, text());
    const live = await publish(mended, ED, 'first');
    expect(live).toMatchObject({ state: 'live', liveVersion: 1, draft: null, steps: 1, tags: ['web'], inputs: [{ name: 'host' }] });
    expect(await versions()).toMatchObject([{ version: 1, live: true, note: 'first', publishedBy: { name: 'Ed' }, draftedBy: { name: 'Ada' } }]);
    expect(await events()).toEqual(['runbook.created', 'runbook.draft_edited', 'runbook.published']);
    expect(await catalogue.findLive(database.db, ORG, ID)).toMatchObject({ version: 1, document: { steps: [{ id: 'pause' }] } });
  });

  test('a version never changes, a draft does not touch it, and an old one comes back as a draft', async () => {
    const first = await publish(await create(text()));
    const drafted = await put(first, text({ title: 'Restart softly', wait: '1m' }));
    expect(drafted).toMatchObject({ title: 'Restart', source: text() });
    const second = await publish(drafted);
    expect(second).toMatchObject({ title: 'Restart softly', liveVersion: 2 });
    expect(await catalogue.findVersion(database.db, ORG, ID, 1)).toMatchObject({ source: text(), document: { metadata: { title: 'Restart' } } });
    await expect(database.db.query(`update runbook_versions set source = 'other'`)).rejects.toThrow('never change');

    const restored = await wire(catalogue.handlers.restoreRunbookVersion({ ...NO_PARTS, params: { id: ID, version: 1 } }, context(second.version)));
    expect(restored.draft?.source).toBe(text());
    expect((await publish(restored)).liveVersion).toBe(3);
    expect(operations.getRunbookVersion.response.parse(await catalogue.handlers.getRunbookVersion({ ...NO_PARTS, params: { id: ID, version: 2 } }, context()))).toMatchObject({ live: false, source: text({ title: 'Restart softly', wait: '1m' }) });
    await expect(catalogue.handlers.getRunbookVersion({ ...NO_PARTS, params: { id: ID, version: 9 } }, context())).rejects.toMatchObject({ code: 'not_found' });
  });

  test('who changed something meanwhile is not overwritten', async () => {
    const begun = await create(text());
    await put(begun, text({ wait: '1m' }), ED);
    await expect(put(begun, text({ wait: '2m' }))).rejects.toMatchObject({ code: 'version_mismatch' });
    await expect(publish(begun)).rejects.toMatchObject({ code: 'version_mismatch' });
  });

  test('names are firm: no second runbook of one name, no other name in a draft', async () => {
    const begun = await create(text());
    await expect(create(text())).rejects.toMatchObject({ code: 'conflict' });
    await expect(create('steps: []')).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.source' }] });
    await expect(put(begun, text({ id: 'other' }))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('never changes') });
  });

  test('a draft is thrown away, but not where it is all there is', async () => {
    const begun = await create(text());
    const discard = (seen: Runbook) => wire(catalogue.handlers.discardRunbookDraft({ ...NO_PARTS, params: { id: ID } }, context(seen.version)));
    await expect(discard(begun)).rejects.toMatchObject({ code: 'conflict' });
    const drafted = await put(await publish(begun), text({ wait: '1m' }));
    expect(await discard(drafted)).toMatchObject({ hasDraft: false, state: 'live' });
  });

  test('what is retired is not started, and comes back as it was', async () => {
    const live = await publish(await create(text()));
    const retired = await wire(catalogue.handlers.retireRunbook({ ...NO_PARTS, params: { id: ID }, body: { reason: 'old' } }, context(live.version)));
    expect(retired.state).toBe('retired');
    expect([await catalogue.findLive(database.db, ORG, ID), await catalogue.listLive(database.db, ORG)]).toEqual([null, []]);
    await expect(publish(await put(retired, text({ wait: '1m' })))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('reinstate') });
    const back = await wire(catalogue.handlers.reinstateRunbook({ ...NO_PARTS, params: { id: ID }, body: { reason: '' } }, context((await get()).version)));
    expect(back).toMatchObject({ state: 'live', liveVersion: 1 });
  });
});

describe('cap 79: a second person publishes', () => {
  test('where the draft says so: nobody who wrote at it, and no token', async () => {
    const begun = await create(text({ policy: 'publishBy: second_person' }));
    const written = await put(begun, text({ policy: 'publishBy: second_person', wait: '1m' }), ED);
    expect(written.needsSecondPerson).toBe(true);
    for (const by of [ADA, ED, TOKEN]) await expect(publish(written, by)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await publish(written, { kind: 'user', key: 'user:mia', name: 'Mia' })).toMatchObject({ liveVersion: 1, needsSecondPerson: false });
  });

  test('what an API token wrote, whoever made the token has written', async () => {
    const second = text({ policy: 'publishBy: second_person' });
    const ofEd = (seen: number | null): RequestContext => {
      const { caller, ...rest } = context(seen, TOKEN);
      return { ...rest, caller: { ...caller, userKey: null, issuedBy: userKey.parse(ED.key) } };
    };
    const begun = await wire(catalogue.handlers.createRunbook({ ...NO_PARTS, body: { source: second } }, ofEd(null)));
    await expect(publish(begun, ED)).rejects.toMatchObject({ code: 'not_allowed', message: expect.stringContaining('API token') });
    const live = await publish(begun, ADA);

    const drafted = await wire(catalogue.handlers.putRunbookDraft({ ...NO_PARTS, params: { id: ID }, body: { source: text({ policy: 'publishBy: second_person', wait: '1m' }) } }, ofEd(live.version)));
    const restored = await wire(catalogue.handlers.restoreRunbookVersion({ ...NO_PARTS, params: { id: ID, version: 1 } }, context(drafted.version)));
    for (const by of [ED, ADA]) await expect(publish(restored, by)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await publish(restored, { kind: 'user', key: 'user:mia', name: 'Mia' })).toMatchObject({ liveVersion: 2 });
  });

  test('where the live text says so, and the draft would take the rule away', async () => {
    const live = await publish(await create(text({ policy: 'publishBy: second_person' })), ED);
    const drafted = await put(live, text());
    await expect(publish(drafted)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await publish(drafted, ED)).toMatchObject({ liveVersion: 2 });
    expect(await publish(await put(await get(), text({ wait: '9m' })))).toMatchObject({ liveVersion: 3 });
  });
});

describe('lists', () => {
  test('are sorted by title, searched, and go on from page to page', async () => {
    for (const [id, title, services] of [['c', 'Same', 'cart'], ['a', 'same', ''], ['b', 'Other words', 'shop']] as const) await publish(await create(text({ id, title, services })));
    const ids = (page: { items: { id: string }[] }): string[] => page.items.map(({ id }) => id);
    expect(ids(await list())).toEqual(['b', 'a', 'c']);
    expect(ids(await list({ q: 'SAME' }))).toEqual(['a', 'c']);
    expect(ids(await list({ service: 'cart' }))).toEqual(['a', 'c']);
    expect(ids(await list({ state: 'draft' }))).toEqual([]);
    const first = await list({ limit: 2 });
    expect([ids(first), ids(await list({ limit: 2, cursor: first.nextCursor }))]).toEqual([['b', 'a'], ['c']]);
    expect(ids(await list({}, OTHER))).toEqual([]);
    await expect(list({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('cap 82: what was not tested for 90 days is stale, and figures are those of the port', async () => {
    await publish(await create(text()));
    clock.advance(91 * 86_400_000);
    expect((await get()).stale).toBe(true);
    const tested = createCatalogue({
      db: database.db, clock,
      ports: { fetchText: async () => '', figuresOf: async () => new Map([[ID, { ...NO_FIGURES, runs: 4, successRate: 0.75, lastTestedAt: clock.now().toISOString() }]]) },
    });
    expect(await tested.handlers.getRunbook({ ...NO_PARTS, params: { id: ID } }, context())).toMatchObject({ stale: false, runs: 4, successRate: 0.75 });
  });
});

describe('files', () => {
  const file = (source: string, path = 'runbooks/restart.yaml') => ({ path, text: source });

  test('are followed, and following again changes nothing', async () => {
    expect(await catalogue.provision(ORG, [file(text())])).toBe(1);
    expect(await catalogue.provision(ORG, [file(text())])).toBe(0);
    expect(await get()).toMatchObject({ origin: 'file', liveVersion: 1, source: text() });
    expect(await catalogue.provision(ORG, [file(text({ wait: '1m' }))])).toBe(1);
    const seen = await get();
    expect(seen.liveVersion).toBe(2);
    await expect(put(seen, text())).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('runbooks/restart.yaml') });
    await expect(catalogue.handlers.retireRunbook({ ...NO_PARTS, params: { id: ID }, body: { reason: '' } }, context(seen.version))).rejects.toMatchObject({ code: 'conflict' });

    expect(await catalogue.provision(ORG, [])).toBe(1);
    expect(await get()).toMatchObject({ state: 'retired', origin: 'page' });
    expect(await catalogue.provision(ORG, [file(text())])).toBe(1);
    expect(await get()).toMatchObject({ state: 'live', origin: 'file', liveVersion: 3 });
  });

  test('with a fault stop the start, with file, line and column', async () => {
    await expect(catalogue.provision(ORG, [file(text({ wait: 'soon' }))])).rejects.toThrow('runbooks/restart.yaml:7:38: steps[0].with.for: is a duration');
    await expect(catalogue.provision(ORG, [file(text()), file(text(), 'runbooks/b.yaml')])).rejects.toThrow('runbooks/b.yaml:1: metadata.id: "restart" is the name of the runbook in runbooks/restart.yaml too');
    expect((await list()).items).toEqual([]);
  });

  test('replicas that start together apply them once', async () => {
    const changed = await Promise.all([1, 2, 3].map(() => catalogue.provision(ORG, [file(text())])));
    expect(changed.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await versions()).toHaveLength(1);
  });
});

test('those that come with Muster are there once, are edited like others, and are left alone from then on', async () => {
  const count = await catalogue.loadBuiltIn(ORG);
  expect(count).toBeGreaterThanOrEqual(12);
  expect(await catalogue.loadBuiltIn(ORG)).toBe(0);
  const { items } = await list();
  expect(items.every(({ origin, state }) => origin === 'built_in' && state === 'live')).toBe(true);
  const seen = await get(items[0]?.id);
  const edited = await publish(await put(seen, (seen.source ?? '').replace(/title: .*/, 'title: Ours')));
  expect(edited).toMatchObject({ origin: 'page', title: 'Ours', liveVersion: 2 });
  expect(await catalogue.loadBuiltIn(ORG)).toBe(0);
  expect((await get(seen.id)).title).toBe('Ours');
});

test('a text is checked, and a procedure in Markdown becomes a checklist', async () => {
  expect(await catalogue.handlers.checkRunbook({ ...NO_PARTS, body: { source: text() } }, context())).toMatchObject({ findings: [], document: { metadata: { id: 'restart' } } });
  const imported = await catalogue.handlers.importRunbook({ ...NO_PARTS, body: { url: 'https://wiki.example.com/restart' } }, context());
  expect(imported.findings).toEqual([]);
  expect(imported.source).toContain('https://wiki.example.com/restart');
});
