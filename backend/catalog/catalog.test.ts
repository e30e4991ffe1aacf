/** The catalogue by its API and its file: what it keeps, what it refuses, and that nothing is done twice. */
import { editInfrastructureBody, infrastructure, orgId, userKey, type Actor, type Infrastructure, type PlacePart, type Role, type ServiceBody } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import type { RequestContext } from '../platform/http/route.ts';
import { createLogger } from '../platform/logger.ts';
import { createCatalog, type Catalog } from './catalog.ts';
import type { EventSink } from './ports.ts';

const ORG = orgId.parse(1);
const OTHER = orgId.parse(2);
const ADA: Actor = { kind: 'user', key: 'user:ada', name: 'Ada Admin' };
const START_MS = Date.UTC(2026, 10, 25, 9, 0, 0);
const NO_PARTS = { params: undefined, query: undefined, body: undefined };
const FIRST_PAGE = { ...NO_PARTS, query: { limit: 100 } };

let database: TestDatabase;
let clock: SimulatedClock;
let events: { type: string; data: Record<string, unknown> }[];
let catalog: Catalog;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('truncate catalog_versions, catalog_services, catalog_dependencies, catalog_business_services, catalog_infrastructure, catalog_proposals');
  clock = createSimulatedClock(START_MS);
  events = [];
  const recordEvent: EventSink = async (_tx, _org, { type, data }) => void events.push({ type, data });
  catalog = createCatalog({ db: database.db, clock, recordEvent, onChangeClosed: async () => undefined });
});

function context(ifMatch: number | null = null): RequestContext {
  const role: Role = 'admin';
  const caller = { kind: 'user', orgId: ORG, userKey: userKey.parse(ADA.key), login: 'ada', name: ADA.name, role, derivedRole: role, seesPrivate: false, actor: ADA, expiresAt: new Date(START_MS + 60_000) } as const;
  return { requestId: 'r1', caller, ifMatch, logger: createLogger({ level: 'silent' }) };
}

function body(name: string, over: Partial<ServiceBody> = {}): ServiceBody {
  return {
    name, aliases: [], tier: null, kind: null, namespace: null, team: null, businessService: null, clusters: [], regions: [], description: '',
    links: { runbook: null, dashboard: null }, userCount: null, costPerMinute: null, dependencies: [], ...over,
  };
}

const create = (wanted: ServiceBody) => catalog.handlers.createService({ ...NO_PARTS, body: wanted }, context());
const put = (name: string, version: number, over: Partial<ServiceBody>) => {
  const { name: _name, ...rest } = body(name, over);
  return catalog.handlers.putService({ ...NO_PARTS, params: { service: name }, body: rest }, context(version));
};
const remove = async (service: string, version: number | null) => catalog.handlers.deleteService({ ...NO_PARTS, params: { service } }, context(version));
const exported = async (format: 'yaml' | 'csv') => (await catalog.handlers.exportCatalog({ ...NO_PARTS, query: { format } }, context())).text;
const names = async (): Promise<string[]> => (await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 100 } }, context())).items.map((service) => service.name);
const importCsv = (csv: string, dryRun: boolean) => catalog.handlers.importServices({ ...NO_PARTS, body: { csv, dryRun } }, context());
const provision = (text: string, of: Catalog = catalog) => of.provisionCatalog(ORG, { path: 'services.yaml', text });

const places = (over: Partial<Infrastructure>): Infrastructure => ({ ...infrastructure.parse({}), ...over });

const FILE = `apiVersion: 1
services:
  - name: checkout
    aliases: [checkout-svc]
    tier: domain
    team: checkout
    businessService: shop
    userCount: 120000
    costPerMinute: 900.5
    dependencies:
      - payments
      - { to: payments-db, type: stores-in }
  - name: payments
  - name: payments-db
    kind: database
businessServices:
  - { name: shop, tier: critical, slo: 99.95 }
clusters:
  - { name: eu-1, region: eu }
racks:
  - { name: r1, cluster: eu-1, switch: sw-r1 }
hosts:
  - { name: node-1, rack: r1, cluster: eu-1 }
instances:
  - { name: payments-db-0, service: payments-db, host: node-1 }
`;

describe('services', () => {
  test('a service is made, read, changed on the version that was seen, and removed with its dependencies', async () => {
    await create(body('payments-db', { kind: 'database' }));
    const made = await create(body('checkout', { team: 'checkout', dependencies: [{ to: 'payments-db', type: 'stores-in' }] }));
    expect(made).toMatchObject({ name: 'checkout', origin: 'manual', editable: true, version: 1, dependencies: [{ to: 'payments-db', type: 'stores-in', origin: 'manual' }] });

    const changed = await put('checkout', 1, { team: 'web', costPerMinute: 12.5, userCount: 5_000_000_000 });
    expect(changed).toMatchObject({ team: 'web', costPerMinute: 12.5, userCount: 5_000_000_000, version: 2, dependencies: [] });
    await expect(put('checkout', 1, { team: 'late' })).rejects.toMatchObject({ code: 'version_mismatch', extra: { currentVersion: 2 } });
    await expect(create(body('checkout'))).rejects.toMatchObject({ code: 'conflict' });
    expect(await put('checkout', 2, { team: 'web', costPerMinute: 12.5, userCount: 5_000_000_000 })).toMatchObject({ version: 2 });

    await expect(remove('payments-db', null)).rejects.toMatchObject({ code: 'precondition_required' });
    await expect(remove('payments-db', 9)).rejects.toMatchObject({ code: 'version_mismatch', extra: { currentVersion: 1 } });
    await remove('payments-db', 1);
    expect(await names()).toEqual(['checkout']);
    expect(events.map(({ type }) => type)).toEqual(['service.created', 'service.created', 'service.edited', 'service.deleted']);
    expect(events[2]?.data).toEqual({ service: 'checkout', fields: ['team', 'userCount', 'costPerMinute', 'dependencies'] });
  });

  test('what it needs must exist, is not itself, and no name means two services', async () => {
    await create(body('payments', { aliases: ['pay'] }));
    await expect(create(body('a', { dependencies: [{ to: 'nowhere', type: 'calls' }] }))).rejects.toMatchObject({ fields: [{ field: 'body.dependencies[0].to' }] });
    await expect(create(body('a', { dependencies: [{ to: 'a', type: 'calls' }] }))).rejects.toMatchObject({ fields: [{ field: 'body.dependencies[0].to' }] });
    await expect(create(body('a', { aliases: ['pay'] }))).rejects.toMatchObject({ fields: [{ field: 'body.aliases', message: expect.stringContaining('payments') }] });
    await expect(create(body('pay'))).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await names()).toEqual(['payments']);
  });

  test('the list is filtered and goes on where its page ended', async () => {
    for (const name of ['a1', 'a2', 'b1']) await create(body(name, { team: name.slice(0, 1), aliases: [`alias-${name}`] }));
    const first = await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 2 } }, context());
    expect([first.total, first.items.map(({ name }) => name)]).toEqual([3, ['a1', 'a2']]);
    const second = await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 2, cursor: first.nextCursor ?? '' } }, context());
    expect([second.nextCursor, second.items.map(({ name }) => name)]).toEqual([null, ['b1']]);
    const found = await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 9, q: 'alias-b' } }, context());
    expect(found.items.map(({ name }) => name)).toEqual(['b1']);
    await expect(catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 2, cursor: 'nonsense' } }, context())).rejects.toMatchObject({ fields: [{ field: 'query.cursor' }] });
  });

  test('the snapshot is one object until an edit, made here or at another replica, gives it a new version', async () => {
    const other = createCatalog({ db: database.db, clock, recordEvent: async () => undefined, onChangeClosed: async () => undefined });
    const empty = await catalog.snapshotOf(ORG);
    expect(empty).toMatchObject({ version: 0, topology: { services: [], edges: [] } });
    await create(body('checkout', { costPerMinute: 3 }));
    const one = await catalog.snapshotOf(ORG);
    expect([one.version, one.topology.services.map(({ name }) => name), one.facts.get('checkout')?.costPerMinute]).toEqual([1, ['checkout'], 3]);
    clock.advance(60_000);
    expect(await catalog.topologyOf(ORG)).toBe(one.topology);

    await other.handlers.createService({ ...NO_PARTS, body: body('payments') }, context());
    expect((await catalog.snapshotOf(ORG)).version).toBe(1);
    clock.advance(2_000);
    expect(await catalog.snapshotOf(ORG)).toMatchObject({ version: 2, topology: { services: [{ name: 'checkout' }, { name: 'payments' }] } });
    expect((await catalog.snapshotOf(OTHER)).version).toBe(0);
  });
});

describe('services.yaml', () => {
  test('cap 48: a file gives services, business services and places; applied again it changes nothing, not even the version', async () => {
    expect(await provision(FILE)).toBe(5);
    const snapshot = await catalog.snapshotOf(ORG);
    expect(snapshot.topology).toMatchObject({
      edges: [{ from: 'checkout', to: 'payments', type: 'calls' }, { from: 'checkout', to: 'payments-db', type: 'stores-in' }],
      clusters: [{ name: 'eu-1', region: 'eu' }], racks: [{ name: 'r1', cluster: 'eu-1', switch: 'sw-r1' }], hosts: [{ name: 'node-1', rack: 'r1', cluster: 'eu-1' }],
      instances: [{ name: 'payments-db-0', service: 'payments-db', cluster: null, host: 'node-1', rack: null }],
    });
    expect(snapshot.businessServices.get('shop')).toMatchObject({ tier: 'critical', slo: 99.95, services: 1, editable: false });
    expect(events.map(({ type }) => type)).toEqual(['catalog.provisioned']);

    expect(await provision(FILE)).toBe(0);
    clock.advance(10_000);
    expect((await catalog.snapshotOf(ORG)).version).toBe(snapshot.version);
    expect(events).toHaveLength(1);
  });

  test('two replicas that start together apply it once', async () => {
    const other = createCatalog({ db: database.db, clock, recordEvent: async (_tx, _org, { type, data }) => void events.push({ type, data }), onChangeClosed: async () => undefined });
    const applied = await Promise.all([provision(FILE), provision(FILE, other)]);
    expect(applied.sort()).toEqual([0, 5]);
    expect(events).toHaveLength(1);
  });

  test('what a file says is changed in the file only; what it says no more is the page\'s again; what it names for that goes', async () => {
    await provision(FILE);
    await create(body('by-hand', { dependencies: [{ to: 'checkout', type: 'calls' }] }));
    await expect(put('checkout', 1, { team: 'x' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('services.yaml') });
    await expect(remove('checkout', 1)).rejects.toMatchObject({ code: 'conflict' });

    expect(await provision('apiVersion: 1\nservices:\n  - name: checkout\ndeleteServices: [payments, nobody]\n')).toBe(5);
    expect(await names()).toEqual(['by-hand', 'checkout', 'payments-db']);
    expect(events.at(-1)?.data).toMatchObject({
      services: { created: [], changed: ['checkout'], released: ['payments-db'], removed: ['payments'] }, businessServices: { released: ['shop'], removed: [] },
    });
    expect(await put('payments-db', 2, { team: 'storage' })).toMatchObject({ origin: 'manual', team: 'storage' });
  });

  test('when the file is gone, all that it said belongs to the page', async () => {
    await provision(FILE);
    const before = await catalog.topologyOf(ORG);
    expect(await catalog.provisionCatalog(ORG, null)).toBe(5);
    expect(await catalog.provisionCatalog(ORG, null)).toBe(0);
    expect(await put('payments', 2, { team: 'x' })).toMatchObject({ team: 'x', editable: true });
    expect(await catalog.topologyOf(ORG)).toMatchObject({ hosts: before.hosts, racks: before.racks, edges: before.edges });
    expect(await catalog.handlers.getInfrastructure(NO_PARTS, context())).toMatchObject({ provisioned: { hosts: [] }, manual: { hosts: [{ name: 'node-1' }] } });
  });

  test.each([
    ['services: []', /services\.yaml:1: apiVersion: /],
    ['apiVersion: 1\nservices:\n  - name: a\n    teem: x', /services\.yaml:4: services\[0\]\.teem: is not a known key/],
    ['apiVersion: 1\nservices:\n  - name: a\n    dependencies: [b]', /services\.yaml:4: services\[0\]\.dependencies\[0\]\.to: there is no service "b"/],
    ['apiVersion: 1\nservices:\n  - name: a\n  - name: A', /services\.yaml:4: services\[1\]\.name: "a" is listed twice/],
    ['apiVersion: 1\nservices:\n  - name: a\n    tier: gold', /services\.yaml:4: services\[0\]\.tier: /],
    ['apiVersion: 1\nservices:\n  - name: a\n    aliases: [b]\n  - name: b', /services\.yaml:4: services\[0\]\.aliases: "b" would mean both b and a/],
    ['apiVersion: 1\ninstances:\n  - name: a-0\n    service: a', /services\.yaml:4: instances\[0\]\.service: there is no service "a"/],
    ['apiVersion: 1\nservices: {', /services\.yaml:2:\d+: /],
  ])('a fault names file, line and key: %j', async (text, message) => {
    await expect(provision(text)).rejects.toThrow(message);
    expect(await names()).toEqual([]);
  });

  test('an export can be provisioned and gives the same catalogue', async () => {
    await provision(FILE);
    const before = await catalog.snapshotOf(ORG);
    const yaml = await exported('yaml');
    expect(await provision(yaml)).toBe(0);
    expect((await catalog.topologyOf(ORG)).edges).toEqual(before.topology.edges);
    expect(yaml).toContain('costPerMinute: 900.5');
  });

  test('an export can be provisioned although page and file name the same place, and although the service of an instance is gone', async () => {
    await create(body('gone'));
    await catalog.handlers.putInfrastructure({ ...NO_PARTS, body: places({ hosts: [{ name: 'node-1', rack: null, cluster: null }], instances: [{ name: 'gone-0', service: 'gone', cluster: null, host: null, rack: null }] }) }, context(0));
    await provision(FILE);
    await remove('gone', 1);
    const yaml = await exported('yaml');
    expect(await provision(yaml)).toBe(0);
    expect(yaml).not.toContain('gone');
  });
});

describe('CSV', () => {
  test('a dry run says what would happen and does nothing; the import does just that', async () => {
    await create(body('checkout', { team: 'checkout', description: 'stays' }));
    const csv = '\ufeffName,Team,Depends on,Cost per minute\ncheckout,web,payments-db:stores-in payments,\n\npayments-db,"storage, nights",,12.5\npayments,,,\n';
    const tried = await importCsv(csv, true);
    expect(tried).toEqual({ applied: false, created: ['payments-db', 'payments'], changed: [{ name: 'checkout', fields: ['team', 'dependencies'] }], unchanged: 0, faults: [] });
    expect(await names()).toEqual(['checkout']);

    expect(await importCsv(csv, false)).toEqual({ ...tried, applied: true });
    const services = (await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 9 } }, context())).items;
    expect(services).toMatchObject([
      { name: 'checkout', team: 'web', description: 'stays', origin: 'imported', dependencies: [{ to: 'payments', type: 'calls' }, { to: 'payments-db', type: 'stores-in' }] },
      { name: 'payments', team: null }, { name: 'payments-db', team: 'storage, nights', costPerMinute: 12.5 },
    ]);
    expect(await importCsv(csv, false)).toMatchObject({ created: [], changed: [], unchanged: 3, applied: true });
    expect(events.filter(({ type }) => type === 'catalog.imported')).toHaveLength(1);
  });

  test.each([
    ['name,tier\na,edge\nb,gold', [{ row: 3, column: 'tier' }]],
    ['name,user_count\na,many\nb,-1', [{ row: 2, column: 'user_count' }, { row: 3, column: 'user_count' }]],
    ['name,runbook\na,example.com', [{ row: 2, column: 'runbook' }]],
    ['name,depends_on\na,b c\nc,', [{ row: 2, column: 'depends_on', message: expect.stringContaining('"b"') }]],
    ['name,colour\na,red', [{ row: 1, column: 'colour' }]],
    ['team\nx', [{ row: 1, column: 'name' }]],
    ['name,team\na,x\na,y', [{ row: 3, column: 'name', message: expect.stringContaining('row 2') }]],
    ['name,team\na,x,y', [{ row: 2, column: null }]],
    ['name\n!', [{ row: 2, column: 'name' }]],
    ['name\n"a', [{ column: null }]],
    ['name,aliases\na,b\nb,', [{ row: 2, column: 'aliases' }]],
  ])('a fault names row and column, and then nothing is applied: %j', async (csv, faults) => {
    const result = await importCsv(csv, false);
    expect(result.applied).toBe(false);
    expect(result.faults).toMatchObject(faults);
    expect(await names()).toEqual([]);
  });

  test('what was exported can be imported again and changes nothing, whatever people wrote', async () => {
    await provision(FILE);
    await create(body('odd', {
      team: 'a, "b"', description: 'first\nsecond;', kind: "'=1+1", clusters: ['c-1', 'c-2'], links: { runbook: 'https://runbooks.example.com/?a=1,2', dashboard: null },
      dependencies: [{ to: 'payments', type: 'runs-on' }, { to: 'payments', type: 'calls' }],
    }));
    await create(body('sums', { team: '=HYPERLINK("x")', description: "'quoted'" }));
    const csv = await exported('csv');
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(await importCsv(csv, true)).toMatchObject({ created: [], changed: [], unchanged: 5, faults: [] });
    const before = (await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 9 } }, context())).items.find(({ name }) => name === 'odd');
    await remove('odd', 1);
    await importCsv(csv, false);
    const after = (await catalog.handlers.listServices({ ...NO_PARTS, query: { limit: 9 } }, context())).items.find(({ name }) => name === 'odd');
    expect(after).toMatchObject({ team: before?.team, description: before?.description, kind: before?.kind, links: before?.links, dependencies: [{ to: 'payments', type: 'calls' }, { to: 'payments', type: 'runs-on' }] });
  });

  test('a provisioned service is not changed by an import', async () => {
    await provision(FILE);
    expect(await importCsv('name,team\ncheckout,web\npayments,', false)).toMatchObject({ applied: false, faults: [{ row: 2, column: 'name' }], unchanged: 1 });
  });
});

describe('CSV of the infrastructure', () => {
  const importPlaces = (csv: string, dryRun: boolean) => catalog.handlers.importInfrastructure({ ...NO_PARTS, body: { csv, dryRun } }, context());
  const manual = async () => (await catalog.handlers.getInfrastructure(NO_PARTS, context())).manual;

  test('cap 32: a dry run says what would happen and does nothing; the import does just that, and the topology has it', async () => {
    await provision(FILE);
    await importPlaces('kind,name,rack\nhost,node-7,r1\n', false);
    const csv = '\ufeffKind,Name,Region,Cluster,Switch,Host,Service\ncluster,US-1,us,,,,\nrack,r2,,us-1,sw-r2,,\n\nhost,node-7,,eu-1,,,\ninstance,payments-0,,,,node-7,payments\nhost,node-1,,eu-1,,,\n';
    const tried = await importPlaces(csv, true);
    expect(tried).toEqual({ applied: false, created: ['cluster us-1', 'rack r2', 'instance payments-0'], changed: [{ name: 'host node-7', fields: ['cluster'] }], unchanged: 1, faults: [] });
    expect(await manual()).toEqual(places({ hosts: [{ name: 'node-7', rack: 'r1', cluster: null }] }));

    expect(await importPlaces(csv, false)).toEqual({ ...tried, applied: true });
    expect(await catalog.topologyOf(ORG)).toMatchObject({
      clusters: [{ name: 'eu-1' }, { name: 'us-1', region: 'us' }], racks: [{ name: 'r1' }, { name: 'r2', cluster: 'us-1', switch: 'sw-r2' }],
      hosts: [{ name: 'node-1' }, { name: 'node-7', rack: 'r1', cluster: 'eu-1' }], instances: [{ name: 'payments-db-0' }, { name: 'payments-0', service: 'payments', host: 'node-7' }],
    });
    expect(events.filter(({ type }) => type === 'infrastructure.edited').map(({ data }) => data)).toEqual([{ version: 1, created: 1, changed: 0 }, { version: 2, created: 3, changed: 1 }]);
    expect(await importPlaces(csv, false)).toMatchObject({ created: [], changed: [], unchanged: 5, applied: true });
    expect((await catalog.handlers.getInfrastructure(NO_PARTS, context())).version).toBe(2);
    expect(await importPlaces('kind,name,rack\nhost,node-7,\n', false)).toMatchObject({ changed: [{ name: 'host node-7', fields: ['rack'] }] });
    expect((await manual()).hosts).toEqual([{ name: 'node-7', rack: null, cluster: 'eu-1' }]);
  });

  test.each([
    ['kind,name\nplanet,mars', [{ row: 2, column: 'kind', message: expect.stringContaining('"planet"') }]],
    ['kind,name,rack\ncluster,a,r1', [{ row: 2, column: 'rack' }]],
    ['kind,name,service\ninstance,a-0,nowhere', [{ row: 2, column: 'service', message: expect.stringContaining('"nowhere"') }]],
    ['kind,name\ninstance,a-0', [{ row: 2, column: 'service' }]],
    ['kind,name\nhost,!', [{ row: 2, column: 'name' }]],
    ['kind,name\nhost,a\nrack,a\nhost,A', [{ row: 4, column: 'name', message: 'host a stands in row 2 already' }]],
    ['kind,name,rack\nhost,node-1,r9', [{ row: 2, column: 'name', message: expect.stringContaining('services.yaml') }]],
    ['name\na', [{ row: 1, column: 'kind' }]],
    ['kind,name,colour\nhost,a,red', [{ row: 1, column: 'colour' }]],
    ['kind,name\nhost,a,b', [{ row: 2, column: null }]],
    ['kind,name\nhost,"a', [{ column: null }]],
  ])('a fault names row and column, and then nothing is applied: %j', async (csv, faults) => {
    await provision(FILE);
    const result = await importPlaces(csv, false);
    expect(result.applied).toBe(false);
    expect(result.faults).toMatchObject(faults);
    expect(await manual()).toEqual(places({}));
  });

  test('more places than the catalogue can read again are refused', async () => {
    const csv = (from: number, count: number) => `kind,name\n${Array.from({ length: count }, (_, index) => `cluster,c-${from + index}`).join('\n')}`;
    expect(await importPlaces(csv(0, 10_000), false)).toMatchObject({ applied: true });
    expect(await importPlaces(csv(10_000, 1), false)).toMatchObject({ applied: false, faults: [{ row: 1, message: expect.stringContaining('with what is there already') }] });
  });

  test('what was exported can be imported again and changes nothing; into an empty catalogue it brings all of it back', async () => {
    await provision(FILE);
    await importPlaces('kind,name,cluster,switch\nrack,r3,eu-1,sw-r3\nhost,node-3,eu-1,\n', false);
    const { text, fileName } = await catalog.handlers.exportCatalog({ ...NO_PARTS, query: { format: 'infrastructure-csv' } }, context());
    expect(fileName).toBe('infrastructure.csv');
    expect(await importPlaces(text, true)).toMatchObject({ created: [], changed: [], unchanged: 6, faults: [] });
    const before = await catalog.topologyOf(ORG);
    await database.db.query('truncate catalog_infrastructure');
    expect(await importPlaces(text, false)).toMatchObject({ applied: true, unchanged: 0 });
    const { clusters, racks, hosts, instances } = await manual();
    expect({ clusters, racks, hosts, instances }).toEqual({ clusters: before.clusters, racks: before.racks, hosts: before.hosts, instances: before.instances });
  });
});

describe('places and proposals', () => {
  test('a PUT replaces what is not provisioned of the infrastructure', async () => {
    await provision(FILE);
    const wanted = places({ clusters: [{ name: 'us-1', region: 'us' }], hosts: [{ name: 'node-1', rack: null, cluster: 'us-1' }] });
    const document = await catalog.handlers.putInfrastructure({ ...NO_PARTS, body: wanted }, context(0));
    expect(document).toMatchObject({ version: 1, manual: wanted });
    await expect(catalog.handlers.putInfrastructure({ ...NO_PARTS, body: wanted }, context(0))).rejects.toMatchObject({ code: 'version_mismatch' });
    const { topology } = await catalog.snapshotOf(ORG);
    expect(topology.clusters.map(({ name }) => name)).toEqual(['eu-1', 'us-1']);
    expect(topology.hosts).toEqual([{ name: 'node-1', rack: 'r1', cluster: 'eu-1' }]);
  });

  test('cap 32: edits do not add up to more places than the catalogue can read again', async () => {
    const add = (version: number, names: readonly string[]) =>
      catalog.handlers.editInfrastructure({ ...NO_PARTS, body: editInfrastructureBody.parse({ put: { clusters: names.map((name) => ({ name })) } }) }, context(version));
    await add(0, Array.from({ length: 10_000 }, (_, index) => `cluster-${index}`));
    await expect(add(1, ['one-more'])).rejects.toMatchObject({ fields: [{ field: 'body.put.clusters', message: expect.stringContaining('with what is there already') }] });
    expect((await catalog.topologyOf(ORG)).clusters).toHaveLength(10_000);
  });

  test('cap 32: single places are added, changed and removed on the version that was seen; those of the file are not', async () => {
    await provision(FILE);
    const edit = (version: number, put: Partial<Infrastructure>, removed: Partial<Record<PlacePart, string[]>> = {}) =>
      catalog.handlers.editInfrastructure({ ...NO_PARTS, body: editInfrastructureBody.parse({ put, remove: removed }) }, context(version));
    const host = (name: string, rack: string | null) => ({ name, rack, cluster: null });
    await edit(0, { hosts: [host('node-8', null), host('node-9', null)], instances: [{ name: 'payments-0', service: 'payments', cluster: null, host: 'node-8', rack: null }] });
    const changed = await edit(1, { hosts: [host('node-8', 'r1')] }, { hosts: ['node-9'] });
    expect(changed).toMatchObject({ version: 2, manual: { hosts: [host('node-8', 'r1')], instances: [{ name: 'payments-0' }] } });
    expect((await catalog.topologyOf(ORG)).hosts.map(({ name }) => name)).toEqual(['node-1', 'node-8']);
    expect(events.at(-1)).toMatchObject({ type: 'infrastructure.edited', data: { version: 2 } });

    await expect(edit(1, {}, { hosts: ['node-8'] })).rejects.toMatchObject({ code: 'version_mismatch', extra: { currentVersion: 2 } });
    await expect(edit(2, { hosts: [host('node-1', null)] })).rejects.toMatchObject({ code: 'conflict', message: 'host "node-1" is kept in services.yaml: change it there' });
    await expect(edit(2, { hosts: [host('a', null), host('a', null)] }, { racks: ['r9'] })).rejects.toMatchObject({
      fields: [{ field: 'body.put.hosts[1].name', message: '"a" is listed twice' }, { field: 'body.remove.racks[0]', message: 'there is no rack "r9"' }],
    });
    const lost = { name: 'x-0', service: 'x', cluster: null, host: null, rack: null };
    await expect(edit(2, { instances: [lost] })).rejects.toMatchObject({ fields: [{ field: 'body.put.instances[0].service', message: expect.stringContaining('there is no service "x"') }] });
    await expect(catalog.handlers.putInfrastructure({ ...NO_PARTS, body: places({ instances: [lost] }) }, context(2))).rejects.toMatchObject({ fields: [{ field: 'body.instances[0].service' }] });
    expect((await catalog.handlers.getInfrastructure(NO_PARTS, context())).version).toBe(2);
  });

  test('cap 48: a business service is made, changed and removed on the version that was seen; its services stay', async () => {
    const { createBusinessService, putBusinessService, deleteBusinessService, listBusinessServices } = catalog.handlers;
    const params = { businessService: 'shop' };
    await create(body('checkout', { businessService: 'shop' }));
    const made = await createBusinessService({ ...NO_PARTS, body: { name: 'shop', tier: 'critical', slo: 99.9, team: null, description: '' } }, context());
    expect(made).toMatchObject({ version: 1, services: 1, editable: true });
    const edited = { tier: 'important' as const, slo: null, team: 'shop', description: 'Sells' };
    expect(await putBusinessService({ ...NO_PARTS, params, body: edited }, context(1))).toMatchObject({ ...edited, version: 2 });
    await expect(putBusinessService({ ...NO_PARTS, params, body: edited }, context(1))).rejects.toMatchObject({ code: 'version_mismatch' });
    await expect(Promise.resolve(deleteBusinessService({ ...NO_PARTS, params }, context(1)))).rejects.toMatchObject({ code: 'version_mismatch', extra: { currentVersion: 2 } });
    await deleteBusinessService({ ...NO_PARTS, params }, context(2));
    expect(await listBusinessServices(FIRST_PAGE, context())).toEqual({ items: [], nextCursor: null });
    expect((await catalog.snapshotOf(ORG)).facts.get('checkout')?.businessService).toBe('shop');
    expect(events.map(({ data }) => data['action']).filter(Boolean)).toEqual(['created', 'edited', 'deleted']);
  });

  test('cap 48: business services come and go as CSV; a dry run changes nothing, a fault names row and column, what a file says is changed there', async () => {
    await provision(FILE);
    const { importBusinessServices, listBusinessServices, exportCatalog } = catalog.handlers;
    const run = (csv: string, dryRun = false) => importBusinessServices({ ...NO_PARTS, body: { csv, dryRun } }, context());
    const all = async () => (await listBusinessServices(FIRST_PAGE, context())).items.map(({ name, tier, slo, team, description }) => [name, tier, slo, team, description]);
    const before = await all();
    const csv = 'name,tier,slo,team,description\nNews,Important,99.5 %,marketing,"Letters, weekly"\nblog,,,,\n';

    expect(await run(csv, true)).toMatchObject({ applied: false, created: ['news', 'blog'], changed: [], unchanged: 0, faults: [] });
    expect(await all()).toEqual(before);
    const past = events.length;
    expect(await run(csv)).toMatchObject({ applied: true, created: ['news', 'blog'] });
    expect(await all()).toEqual([['blog', 'standard', null, null, ''], ['news', 'important', 99.5, 'marketing', 'Letters, weekly'], ...before]);
    expect(events.slice(past)).toEqual([{ type: 'business_service.edited', data: { action: 'imported', created: 2, changed: 0 } }]);

    // What the file has no column for stays; what it does not name stays.
    expect(await run('name,slo\nnews,\nblog,\n')).toMatchObject({ applied: true, created: [], changed: [{ name: 'news', fields: ['slo'] }], unchanged: 1 });
    expect((await all())[1]).toEqual(['news', 'important', null, 'marketing', 'Letters, weekly']);
    const exported = (await exportCatalog({ ...NO_PARTS, query: { format: 'business-csv' } }, context())).text;
    expect(await run(exported)).toMatchObject({ applied: true, created: [], changed: [], unchanged: 3 });

    expect(await run('name,tier,slo\nother,gold,101\nshop,standard,1\nnews,standard,\nnews,critical,\n')).toMatchObject({
      applied: false,
      faults: [
        { row: 2, column: 'tier' }, { row: 2, column: 'slo' }, { row: 3, column: 'name', message: expect.stringContaining('services.yaml') },
        { row: 5, column: 'name', message: '"news" stands in row 4 already' },
      ],
    });
    expect(await run('nam\nx\n')).toMatchObject({ applied: false, faults: [{ row: 1, column: 'nam' }, { row: 1, column: 'name' }] });
    expect((await all())[1]).toEqual(['news', 'important', null, 'marketing', 'Letters, weekly']);
  });

  test('an accepted proposal enters the topology and survives file and import; a rejected one stays away', async () => {
    await provision(FILE);
    const evidence = { basis: 'order' as const, support: 4, lift: 12, medianLagSeconds: 20, direction: 1, examples: [] };
    const learned = [{ from: 'payments', to: 'payments-db', type: 'stores-in' as const, evidence }, { from: 'payments-db', to: 'checkout', type: 'calls' as const, evidence }];
    expect(await catalog.proposals.propose(ORG, learned)).toBe(2);
    expect(await catalog.proposals.propose(ORG, learned)).toBe(0);
    const { items } = await catalog.handlers.listProposals({ ...NO_PARTS, query: { limit: 9, state: 'open' } }, context());
    const idOf = (from: string): string => items.find((item) => item.from === from)?.id ?? '';

    expect(await catalog.proposals.accept(ORG, ADA, idOf('payments'), undefined)).toMatchObject({ state: 'accepted', decidedBy: 'Ada Admin' });
    await catalog.proposals.reject(ORG, ADA, idOf('payments-db'));
    await expect(catalog.proposals.reject(ORG, ADA, idOf('payments'))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Ada Admin') });
    expect(await catalog.proposals.propose(ORG, learned)).toBe(0);
    expect((await catalog.handlers.listProposals({ ...NO_PARTS, query: { limit: 9, state: 'open' } }, context())).items).toEqual([]);

    expect(await provision(FILE)).toBe(0);
    expect((await catalog.topologyOf(ORG)).edges).toContainEqual({ from: 'payments', to: 'payments-db', type: 'stores-in' });
    expect((await catalog.topologyOf(ORG)).edges).not.toContainEqual({ from: 'payments-db', to: 'checkout', type: 'calls' });
  });
});
