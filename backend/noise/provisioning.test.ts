import { orgId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { createSimulatedClock } from '../platform/clock.ts';
import { createNoiseProvisioning, type NoiseProvisioning } from './provisioning.ts';

const ORG = orgId.parse(1);
const RULES = `apiVersion: 1
rules:
  - id: test-cluster
    kind: suppression
    name: Test cluster
    reason: nobody is called for it
    scope:
      matchers: [{ name: cluster, operator: "=~", value: "test-.*" }]
  - id: blips
    kind: hold
    name: Blips
    seconds: 60
    scope: {}
`;
const WINDOWS = `apiVersion: 1
windows:
  - id: weekly-restart
    name: Weekly restart
    scope: { services: [payments-db] }
    schedule: { kind: recurring, timeZone: Europe/Berlin, startsAt: "2026-03-01T02:30", minutes: 60, rule: FREQ=WEEKLY;BYDAY=SU }
`;

let database: TestDatabase;
let provisioning: NoiseProvisioning;
beforeEach(async () => {
  database = await createTestDatabase();
  provisioning = createNoiseProvisioning({ db: database.db, clock: createSimulatedClock(Date.UTC(2026, 2, 2)), onChanged: () => undefined });
});
afterEach(() => database.drop());

const rules = (text: string) => provisioning.provisionRules(ORG, { path: 'noise.yaml', text });
const windows = (text: string) => provisioning.provisionWindows(ORG, { path: 'maintenance.yaml', text });
const names = async (table: 'noise_rules' | 'maintenance_windows', where = 'true') =>
  (await database.db.query<{ name: string }>(`select document->>'name' as name from ${table} where ${where} order by 1`)).map((row) => row.name);

test('files are followed: made once, changed, taken out; applying them again changes nothing', async () => {
  expect(await Promise.all([rules(RULES), rules(RULES)]).then((counts) => counts.sort())).toEqual([0, 2]);
  expect(await rules(RULES)).toBe(0);
  expect(await rules(RULES.replace('seconds: 60', 'seconds: 90'))).toBe(1);
  expect(await rules('apiVersion: 1\nrules: []\n')).toBe(2);
  expect(await names('noise_rules')).toEqual([]);

  expect([await windows(WINDOWS), await windows(WINDOWS)]).toEqual([1, 0]);
  expect(await windows('apiVersion: 1\nwindows: []\n')).toBe(1);
  expect(await names('maintenance_windows', 'ended_at is null')).toEqual([]);
  expect(await names('maintenance_windows')).toEqual(['Weekly restart']);
});

test('a window that the file names again begins anew; one that a person ended stays ended until the file asks for something else', async () => {
  await windows(WINDOWS);
  await windows('apiVersion: 1\nwindows: []\n');
  expect([await windows(WINDOWS), await names('maintenance_windows', 'ended_at is null')]).toEqual([1, ['Weekly restart']]);

  await database.db.query(`update maintenance_windows set ended_at = now(), ended_by = '{"kind":"user","key":"user:a","name":"A"}'`);
  expect([await windows(WINDOWS), await names('maintenance_windows', 'ended_at is null')]).toEqual([0, []]);
  expect(await windows(WINDOWS.replace('minutes: 60', 'minutes: 90'))).toBe(1);
  expect(await names('maintenance_windows', 'ended_at is null and ended_by is null')).toEqual(['Weekly restart']);
});

test('what was made on a page is left alone', async () => {
  await database.db.query(
    `insert into noise_rules (org_id, id, kind, document, created_at, updated_at, updated_by)
     values (1, 'by-hand', 'hold', '{"kind":"hold","name":"By hand","seconds":5,"scope":{}}', now(), now(), '{"kind":"user","key":"user:a","name":"A"}')`,
  );
  await rules(RULES);
  await rules('apiVersion: 1\nrules: []\n');

  expect(await names('noise_rules')).toEqual(['By hand']);
});

test.each([
  [RULES.replace('test-.*', 'test-('), 'noise.yaml:8: rules[0].scope.matchers[0].value: is not a pattern'],
  [RULES.replace('seconds: 60', 'seconds: 0'), 'noise.yaml:12: rules[1].seconds'],
  [RULES.replace('id: blips', 'id: test-cluster'), 'noise.yaml:9: rules[1].id: "test-cluster" is listed twice'],
])('a fault names file, line and key', async (text, expected) => {
  await expect(rules(text)).rejects.toThrow(expected);
});

test('a recurrence that cannot be is named too', async () => {
  await expect(windows(WINDOWS.replace('FREQ=WEEKLY;BYDAY=SU', 'FREQ=HOURLY'))).rejects.toThrow('maintenance.yaml:6: windows[0].schedule.rule: needs FREQ=DAILY');
});
