import { createTestDatabase, type TestDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('the migrated schema takes an alert and logs it', async () => {
  const rows = await database.db.query<{ n: number }>('select count(*)::integer as n from alert_log');

  expect(rows).toEqual([{ n: 0 }]);
});
