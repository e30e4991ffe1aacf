import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { DEFAULT_MAPPING } from './defaultMapping.ts';
import type { SecretRing } from './ports.ts';
import { clearTables, contextOf, createBench, createTestRing, ORG_1, ORG_2, signed, START_MS, type SourcesBench } from './sources.testkit.ts';

const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 100 } };
const TOKEN = 'example-webhook-token-1';
const OLD_TOKEN = 'example-webhook-token-0';
const ENV = { GRAFANA_TOKEN: TOKEN, GRAFANA_HMAC: 'a shared secret of the example' };
const FILE = `# Sources of the example
apiVersion: 1
sources:
  - id: grafana
    kind: grafana
    name: Grafana alerting
    token: $GRAFANA_TOKEN
    hmac:
      secret: \${GRAFANA_HMAC}
  - id: cluster-a
    kind: alertmanager
    tokenFile: cluster-a.token
`;

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), 'muster-provisioning-'));
  await writeFile(join(dir, 'cluster-a.token'), 'example-webhook-token-of-cluster-a\n');
});
afterAll(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

let clock: SimulatedClock;
let ring: SecretRing;
let bench: SourcesBench;
beforeEach(async () => {
  await clearTables(database.db);
  clock = createSimulatedClock(START_MS);
  ring = createTestRing();
  bench = createBench(database.db, clock, ring);
});

function apply(text: string, options: { org?: typeof ORG_1; env?: Record<string, string>; of?: SourcesBench } = {}): Promise<number> {
  return (options.of ?? bench).sources.provisionSources(options.org ?? ORG_1, { path: join(dir, 'sources.yaml'), text }, options.env ?? ENV);
}

function applyMapping(text: string, of: SourcesBench = bench): Promise<boolean> {
  return of.sources.provisionMapping(ORG_1, { path: 'mapping.yaml', text });
}

async function list() {
  return (await bench.sources.handlers.listSources(FIRST_PAGE, contextOf(ORG_1))).items;
}

async function passes(token: string, source = 'grafana', kind = 'grafana'): Promise<boolean> {
  const body = Buffer.from('{}');
  clock.advance(1000);
  const headers = { authorization: `Bearer ${token}`, ...signed(body, clock.nowMs()) };
  return bench.sources.auth.authenticate({ kind, source }, headers, body).then(() => true, () => false);
}

/** A file with one source, whose token keys are as given. */
function oneSource(...lines: string[]): string {
  return ['apiVersion: 1', 'sources:', '  - id: grafana', '    kind: grafana', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

test('sources of a file can be posted to with the tokens of the environment and of files', async () => {
  await apply(FILE);

  expect(await passes(TOKEN)).toBe(true);
  expect(await passes('example-webhook-token-of-cluster-a', 'cluster-a', 'alertmanager')).toBe(true);
  expect(await list()).toMatchObject([
    { id: 'grafana', name: 'Grafana alerting', enabled: true, hmac: { enabled: true }, tokens: [{ hint: 'en-1' }] },
    { id: 'cluster-a', name: 'cluster-a', hmac: { enabled: false }, tokens: [{ hint: 'er-a' }] },
  ]);
});

test('applied again it changes nothing: no version, no event', async () => {
  const changes = await apply(FILE);
  const rows = () => database.db.query('select s::text as source, t::text as token from sources s join source_tokens t on t.source_id = s.id order by 1, 2');
  const before = await rows();
  const events = bench.events.length;
  expect(changes).toBe(events);
  clock.advance(1000);

  expect(await apply(FILE)).toBe(0);
  expect(await rows()).toEqual(before);
  expect(bench.events).toHaveLength(events);
});

test('applied by two replicas at once it is applied once', async () => {
  const other = createBench(database.db, clock, ring);
  const changes = await Promise.all([apply(FILE), apply(FILE, { of: other })]);

  expect(changes.filter((count) => count > 0)).toHaveLength(1);
  expect(await list()).toHaveLength(2);
});

test('its events are those of the provisioning, and hold no secret', async () => {
  await apply(FILE);

  expect(new Set(bench.events.map((event) => event.actor.key))).toEqual(new Set(['provisioning']));
  expect(bench.events.filter((event) => event.data['source'] === 'cluster-a').map((event) => event.type)).toEqual(['source.created', 'source.token_issued']);
  const stored = await database.db.query('select s::text as source, t::text as token from sources s join source_tokens t on t.source_id = s.id');
  for (const secret of [TOKEN, ENV.GRAFANA_HMAC]) expect(JSON.stringify([bench.events, stored])).not.toContain(secret);
});

test('a change in the file is applied', async () => {
  await apply(oneSource('name: Grafana', `token: ${TOKEN}`));
  expect(await apply(oneSource('name: Main Grafana', 'enabled: false', `token: ${TOKEN}`))).toBe(1);

  expect(await list()).toMatchObject([{ name: 'Main Grafana', enabled: false, provisioned: true, version: 2 }]);
});

const params = { source: sourceId.parse('grafana') };

test('a source of a file is changed, removed and relieved of its tokens in the file only; a further token may be made on the page', async () => {
  await apply(oneSource(`token: ${TOKEN}`));
  const [token] = (await list())[0]?.tokens ?? [];
  const refusal = { status: 409, code: 'conflict', message: expect.stringContaining('sources.yaml') };
  const { handlers } = bench.sources;

  await expect(handlers.editSource({ params, query: undefined, body: { enabled: false } }, contextOf(ORG_1, 1))).rejects.toMatchObject(refusal);
  await expect(handlers.deleteSource({ ...NO_PARTS, params }, contextOf(ORG_1, 1))).rejects.toMatchObject(refusal);
  await expect(handlers.revokeSourceToken({ ...NO_PARTS, params: { ...params, id: token?.id ?? '' } }, contextOf(ORG_1, 1))).rejects.toMatchObject(refusal);
  clock.advance(1000);
  const issued = await handlers.issueSourceToken({ ...NO_PARTS, params }, contextOf(ORG_1));

  expect(issued.source.tokens.map(({ provisioned }) => provisioned)).toEqual([true, false]);
  expect(await list()).toMatchObject([{ enabled: true, provisioned: true }]);
  const mine = issued.source.tokens.find((one) => !one.provisioned)?.id ?? '';
  expect(await handlers.revokeSourceToken({ ...NO_PARTS, params: { ...params, id: mine } }, contextOf(ORG_1, issued.source.version))).toMatchObject({ tokens: [{ provisioned: true }] });
});

test('a source made on the page belongs to the file once that names it', async () => {
  await bench.sources.handlers.createSource({ params: undefined, query: undefined, body: { id: params.source, kind: 'grafana', name: 'By hand' } }, contextOf(ORG_1));

  expect(await apply(oneSource())).toBe(1);
  expect(await apply(oneSource())).toBe(0);
  expect(await list()).toMatchObject([{ name: 'By hand', provisioned: true }]);
});

test.each([
  { name: 'left out of the file', release: () => apply('apiVersion: 1\nsources: []\n') },
  { name: 'without a file any more', release: () => bench.sources.provisionSources(ORG_1, null, ENV) },
])('a source $name goes on as it is, with its token, and belongs to the page again', async ({ release }) => {
  await apply(oneSource('name: Grafana', `token: ${TOKEN}`));

  expect([await release(), await release()]).toEqual([1, 0]);

  expect(await list()).toMatchObject([{ name: 'Grafana', provisioned: false, tokens: [{ provisioned: false }] }]);
  expect(await passes(TOKEN)).toBe(true);
  expect(bench.events.at(-1)).toMatchObject({ type: 'source.edited', data: { source: 'grafana', changes: { provisioned: { from: true, to: false } } } });
  expect(await bench.sources.handlers.editSource({ params, query: undefined, body: { name: 'Mine' } }, contextOf(ORG_1, 1))).toMatchObject({ name: 'Mine' });
});

test('a source named under deleteSources is removed, once, whoever made it', async () => {
  await apply(oneSource(`token: ${TOKEN}`));
  const text = 'apiVersion: 1\nsources: []\ndeleteSources: [grafana, never-there]\n';

  expect([await apply(text), await apply(text)]).toEqual([1, 0]);

  expect(await list()).toEqual([]);
  expect(await passes(TOKEN)).toBe(false);
});

test('the sources of one organisation are not released by the file of another', async () => {
  await apply(oneSource());
  await apply('apiVersion: 1\nsources: []\n', { org: ORG_2 });

  expect(await list()).toMatchObject([{ provisioned: true }]);
});

test('cap 6: a token is rotated by moving it to previousToken, then leaving it out', async () => {
  await apply(oneSource(`token: ${OLD_TOKEN}`));
  await apply(oneSource(`token: ${TOKEN}`, `previousToken: ${OLD_TOKEN}`));
  expect([await passes(TOKEN), await passes(OLD_TOKEN)]).toEqual([true, true]);

  await apply(oneSource(`token: ${TOKEN}`));
  expect([await passes(TOKEN), await passes(OLD_TOKEN)]).toEqual([true, false]);
});

test('a token made on the page is left alone, also when the file names it', async () => {
  await apply(oneSource());
  const { token } = await bench.sources.handlers.issueSourceToken({ ...NO_PARTS, params: { source: sourceId.parse('grafana') } }, contextOf(ORG_1));
  await apply(oneSource(`token: ${token}`));
  expect(await list()).toMatchObject([{ tokens: [{ hint: token.slice(-4) }] }]);

  await apply(oneSource(`token: ${TOKEN}`));
  expect([await passes(token), await passes(TOKEN)]).toEqual([true, true]);
});

test.each([
  { name: 'a broken line', text: 'apiVersion: 1\nsources:\n  - id: "grafana\n', says: /sources\.yaml:4:\d+: / },
  { name: 'another version', text: 'apiVersion: 2\nsources: []\n', says: /sources\.yaml:1: apiVersion: / },
  { name: 'a kind that does not exist', text: oneSource().replace('kind: grafana', 'kind: nagios'), says: /sources\.yaml:4: sources\[0\]\.kind: / },
  { name: 'an id that is no id', text: oneSource().replace('id: grafana', 'id: Grafana!'), says: /sources\.yaml:3: sources\[0\]\.id: use 1 to 40/ },
  { name: 'a missing key', text: 'apiVersion: 1\nsources:\n  - id: grafana\n', says: /sources\.yaml:3: sources\[0\]\.kind: / },
  { name: 'a misspelt key', text: oneSource('name: Grafana', 'tokn: abc'), says: /sources\.yaml:6: sources\[0\]\.tokn: is not a known key/ },
  { name: 'a misspelt key further in', text: oneSource('hmac:', '  secrt: abc'), says: /sources\.yaml:6: sources\[0\]\.hmac\.secrt: is not a known key/ },
  { name: 'an id that comes twice', text: `${oneSource()}  - id: grafana\n    kind: grafana\n`, says: /sources\.yaml:5: sources\[1\]\.id: source "grafana" is listed twice/ },
  { name: 'a short token', text: oneSource('token: short'), says: /sources\.yaml:5: sources\[0\]\.token: a token has at least 16/ },
  { name: 'an unset variable', text: oneSource('enabled: true', 'token: $NOT_SET'), says: /sources\.yaml:6: sources\[0\]\.token: environment variable NOT_SET is not set/ },
  { name: 'a missing token file', text: oneSource('tokenFile: nowhere.token'), says: /sources\.yaml:5: sources\[0\]\.tokenFile: cannot read "nowhere\.token"/ },
  { name: 'a token given twice', text: oneSource(`token: ${TOKEN}`, 'tokenFile: cluster-a.token'), says: /sources\.yaml:6: sources\[0\]\.tokenFile: give token or its file, not both/ },
  { name: 'signatures without a secret', text: oneSource('hmac:', '  enabled: true'), says: /sources\.yaml:5: sources\[0\]\.hmac\.secret: signatures cannot be checked without a secret/ },
  { name: 'a short secret', text: oneSource('hmac:', '  secret: short'), says: /sources\.yaml:6: sources\[0\]\.hmac\.secret: use at least 16/ },
  { name: 'an id both wanted and deleted', text: `${oneSource()}deleteSources: [grafana]\n`, says: /sources\.yaml:5: deleteSources\[0\]: source "grafana" is also listed under sources/ },
  { name: 'one token for two sources', text: `${oneSource(`token: ${TOKEN}`)}  - id: second\n    kind: grafana\n    token: ${TOKEN}\n`, says: /sources\.yaml:8: sources\[1\]\.token: another source uses this token/ },
])('$name is named by file, line and key, and nothing is applied', async ({ text, says }) => {
  await expect(apply(text)).rejects.toThrow(says);
  expect(await list()).toEqual([]);
  expect(bench.events).toEqual([]);
});

test('a source of another kind under the same id is not turned into the wanted one', async () => {
  await apply(oneSource());

  await expect(apply(oneSource().replace('kind: grafana', 'kind: alertmanager'))).rejects.toThrow(/:4: sources\[0\]\.kind: source "grafana" exists as grafana/);
});

test('a third token says to revoke one that was made on the page', async () => {
  await apply(oneSource());
  await bench.sources.handlers.issueSourceToken({ ...NO_PARTS, params }, contextOf(ORG_1));
  await bench.sources.handlers.issueSourceToken({ ...NO_PARTS, params }, contextOf(ORG_1));

  await expect(apply(oneSource(`token: ${TOKEN}`))).rejects.toThrow(/:5: sources\[0\]\.token: source "grafana" would have more than 2 tokens/);
});

test('a token that another organisation uses is refused', async () => {
  await apply(oneSource(`token: ${TOKEN}`), { org: ORG_2 });

  await expect(apply(oneSource(`token: ${TOKEN}`))).rejects.toThrow('another source uses this token');
});

describe('mapping.yaml', () => {
  const MAPPING = 'apiVersion: 1\nmapping:\n  defaultSeverity: sev4\n  severityValues:\n    Purple: sev1\n    CRITICAL: sev2\n';

  test('cap 14: lays its parts over the shipped mapping, and its values over the shipped values', async () => {
    expect(await applyMapping(MAPPING)).toBe(true);
    const document = await bench.sources.handlers.getMapping(NO_PARTS, contextOf(ORG_1));

    expect(document).toEqual({
      ...DEFAULT_MAPPING, defaultSeverity: 'sev4', version: 1, provisioned: true,
      severityValues: { ...DEFAULT_MAPPING.severityValues, purple: 'sev1', critical: 'sev2' },
    });
  });

  test('applied again it changes nothing', async () => {
    await applyMapping(MAPPING);

    expect(await applyMapping(MAPPING)).toBe(false);
    expect(bench.events.map((event) => event.type)).toEqual(['mapping.edited']);
  });

  test('is changed in the file only, also where it says what was shipped, and belongs to the page again when the file is gone', async () => {
    const { handlers } = bench.sources;
    expect(await applyMapping('apiVersion: 1\nmapping: {}\n')).toBe(true);
    const put = (version: number) => handlers.putMapping({ params: undefined, query: undefined, body: { ...DEFAULT_MAPPING, defaultSeverity: 'sev5' } }, contextOf(ORG_1, version));
    await expect(put(1)).rejects.toMatchObject({ status: 409, message: expect.stringContaining('mapping.yaml') });

    const released = [await bench.sources.provisionMapping(ORG_1, null), await bench.sources.provisionMapping(ORG_1, null)];

    expect(released).toEqual([true, false]);
    expect(await put(1)).toMatchObject({ defaultSeverity: 'sev5', version: 2, provisioned: false });
  });

  test('applied by two replicas at once it is applied once', async () => {
    const changed = await Promise.all([applyMapping(MAPPING), applyMapping(MAPPING, createBench(database.db, clock, ring))]);

    expect(changed.sort()).toEqual([false, true]);
  });

  test.each([
    { name: 'a severity that does not exist', text: 'apiVersion: 1\nmapping:\n  severityValues:\n    red: sev9\n', says: /mapping\.yaml:4: mapping\.severityValues\.red: / },
    { name: 'a misspelt key', text: 'apiVersion: 1\nmapping:\n  severityLabel: [severity]\n', says: /mapping\.yaml:3: mapping\.severityLabel: is not a known key/ },
    { name: 'a label that is no text', text: 'apiVersion: 1\nmapping:\n  serviceLabels: [app, 7]\n', says: /mapping\.yaml:3: mapping\.serviceLabels\[1\]: / },
    { name: 'values that disagree', text: 'apiVersion: 1\nmapping:\n  severityValues:\n    red: sev1\n    RED: sev2\n', says: /mapping\.yaml:3: mapping\.severityValues: severity value "red" is given twice/ },
  ])('$name is named by file, line and key', async ({ text, says }) => {
    await expect(applyMapping(text)).rejects.toThrow(says);
  });
});
