/** What expressions know of an incident, read from the database, by those who may see it. */
import { orgId, userKey } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { ALL_SEEING, ANYBODY } from '../../../access/index.ts';
import { holds } from '../format/index.ts';
import { readIncidentScope } from './incidentStore.ts';

const ORG = orgId.parse(1);
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  await db.query(`insert into users (org_id, user_key, login, name, derived_role, first_seen_at, last_seen_at) values (1, 'user:ada', 'ada', 'Ada', 'admin', now(), now())`);
  for (const number of [7, 8]) {
    await db.query(
      `insert into incidents (org_id, number, title, state, severity, severity_origin, origin, primary_service, services, commander_key, group_keys, detected_at, declared_at, updated_at)
       values (1, $1::integer, 'Cart is down', 'investigating', 2, 'manual', 'manual', 'cart', '{cart,shop}', 'user:ada', '{}', now(), '2026-11-26T09:00:00Z', now())`, [number],
    );
  }
  for (const [key, status, pod] of [[1, 'firing', 'a'], [2, 'firing', 'b'], [3, 'resolved', 'c']] as const) {
    await db.query(
      `insert into alerts (org_id, alert_key, starts_at, source_id, fingerprint, name, summary, status, severity, service, labels, annotations, details, content_hash, first_seen_at, last_seen_at, last_change)
       values (1, $1::bigint, now(), 's', $1::text, 'CartDown', '', $2::text, 2, 'cart', $3::jsonb, '{"runbook_url": "https://x"}', '{}', 0, now(), now(), 'opened')`,
      [key, status, JSON.stringify({ namespace: 'shop', pod })],
    );
    await db.query(
      `insert into incident_alerts (org_id, alert_key, starts_at, incident_number, linked_at, reason) select 1, a.alert_key, a.starts_at, 7, now(), '{}' from alerts as a where a.alert_key = $1::bigint`, [key],
    );
  }
});
afterAll(() => database.drop());

const urlOf = (number: number): string => `https://x/${number}`;

test('an incident with its alerts, those that fire first', async () => {
  const scope = await readIncidentScope(database.db, ORG, ANYBODY, 7, urlOf);
  expect(scope?.['incident']).toMatchObject({
    number: 7, key: 'INC-7', state: 'investigating', severity: 'sev2', services: ['cart', 'shop'], primaryService: 'cart', commander: 'ada', url: 'https://x/7', labels: { namespace: 'shop' },
    declaredAt: '2026-11-26T09:00:00.000Z', fields: {},
  });
  expect(holds('size(alerts) == 3 && alerts[2].state == "resolved" && alerts[0].annotations.runbook_url == "https://x"', scope ?? {})).toBe(true);
});

test('none of that number, and none of another organisation', async () => {
  expect(await readIncidentScope(database.db, ORG, ALL_SEEING, 99, urlOf)).toBeNull();
  expect(await readIncidentScope(database.db, orgId.parse(2), ALL_SEEING, 7, urlOf)).toBeNull();
});

test('a private one is read by its members only', async () => {
  await database.db.query(`insert into private_incidents (org_id, incident_number, members, made_at, made_by, reason) values (1, 8, '{user:ada}', now(), '{}', 'a leak')`);
  expect(await readIncidentScope(database.db, ORG, ANYBODY, 8, urlOf)).toBeNull();
  expect(await readIncidentScope(database.db, ORG, userKey.parse('user:ed'), 8, urlOf)).toBeNull();
  expect(await readIncidentScope(database.db, ORG, userKey.parse('user:ada'), 8, urlOf)).not.toBeNull();
});
