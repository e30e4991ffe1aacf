import { createTestDatabase, type TestDatabase } from './database.ts';

const HOT_TABLES = ['alert_repeats', 'alerts', 'event_log', 'incident_alerts', 'incidents', 'notification_groups', 'webhook_nonces'];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('the migrated schema takes an alert and logs it', async () => {
  const rows = await database.db.query<{ n: number }>('select count(*)::integer as n from alert_log');

  expect(rows).toEqual([{ n: 0 }]);
});

test('what every request goes through is found by its organisation: the keys of hot tables lead with it', async () => {
  const keys = await database.db.query<{ table: string; first: string }>(
    `select c.relname as table, a.attname as first from pg_index as i join pg_class as c on c.oid = i.indrelid join pg_namespace as n on n.oid = c.relnamespace
       join pg_attribute as a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where i.indisprimary and n.nspname = $1 and c.relname = any($2::text[]) order by 1`, ['public', HOT_TABLES],
  );

  const logIndexes = await database.db.query<{ definition: string }>("select indexdef as definition from pg_indexes where tablename = 'alert_log'");
  expect(logIndexes.length).toBeGreaterThan(0);
  for (const { definition } of logIndexes) expect(definition).toContain('(org_id, ');
  expect(keys).toEqual(HOT_TABLES.map((table) => ({ table, first: 'org_id' })));
});
