/** Settings of incidents from a file. */
import { orgId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { systemClock } from '../platform/clock.ts';
import { defaultDeclarePolicy } from './declarePolicy.ts';
import { DEFAULT_INCIDENT_TYPES } from './fieldRules.ts';
import { createSettingsService, type SettingsService } from './settingsService.ts';
import { createSettingsReader, type SettingsReader } from './settingsStore.ts';
import { DEFAULT_SEVERITY_POLICY } from './severityMatrix.ts';

const ORG = orgId.parse(1);
let database: TestDatabase;
let settings: SettingsReader;
let service: SettingsService;

beforeEach(async () => {
  database = await createTestDatabase();
  settings = createSettingsReader({ declarePolicy: defaultDeclarePolicy([]), severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: DEFAULT_INCIDENT_TYPES });
  service = createSettingsService({ db: database.db, clock: systemClock, settings });
});
afterEach(() => database.drop());

const FILE = `apiVersion: 1
types:
  - id: general
    name: General
    fields:
      - { key: cause, label: Root cause, kind: text, requiredIn: [resolved] }
`;

test('cap 51: a file sets the types once, marks them as its own, and gives them back when it no longer mentions them', async () => {
  expect(await service.provision(ORG, { path: 'incidents.yaml', text: FILE })).toBe(1);
  expect(await service.provision(ORG, { path: 'incidents.yaml', text: FILE })).toBe(0);
  const held = await settings.read(database.db, ORG);
  expect([held.versions, [...held.provisioned], held.incidentTypes.types[0]?.fields[0]?.key]).toEqual([
    { declare_policy: 0, severity_policy: 0, incident_types: 1 }, ['incident_types'], 'cause',
  ]);

  expect(await service.provision(ORG, null)).toBe(1);

  const freed = await settings.read(database.db, ORG);
  expect([[...freed.provisioned], freed.incidentTypes.types[0]?.fields[0]?.key]).toEqual([[], 'cause']);
  expect(await service.provision(ORG, null)).toBe(0);
});

test('a fault in the file names line and key', async () => {
  const twice = `${FILE}  - { id: general, name: Again, fields: [] }\n`;
  await expect(service.provision(ORG, { path: 'incidents.yaml', text: twice })).rejects.toThrow('incidents.yaml:7: types[1].id: "general" is there twice');
  await expect(service.provision(ORG, { path: 'incidents.yaml', text: 'apiVersion: 1\nseverity: {}\n' })).rejects.toThrow('incidents.yaml:2: severity.matrix');
  expect((await settings.read(database.db, ORG)).versions.incident_types).toBe(0);
});

test('two replicas that start with the same file change it once', async () => {
  const changed = await Promise.all([1, 2, 3].map(() => service.provision(ORG, { path: 'incidents.yaml', text: FILE })));

  expect(changed.reduce((sum, n) => sum + n, 0)).toBe(1);
});
