import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { createLogger } from '../logger.ts';
import { migrate, migrationsPending } from './migrate.ts';

const logger = createLogger({ level: 'silent' });
const MIGRATIONS = new URL('../../migrations', import.meta.url).pathname;

let folder: string;
let database: TestDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-migrate-'));
  database = await createTestDatabase({ empty: true });
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function sampleMigrations(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(join(folder, 'sql-'));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(dir, name), sql);
  return dir;
}

test('ten processes starting on one fresh database all succeed, and each migration is applied once', async () => {
  const { connectionString, db } = database;
  const results = await Promise.all(Array.from({ length: 10 }, () => migrate({ connectionString, dir: MIGRATIONS, logger })));
  const applied = results.flat();
  expect(new Set(applied).size).toBe(applied.length);
  expect(applied).toContain('20261124090000_idempotency-keys');
  expect(await migrationsPending(db, MIGRATIONS)).toEqual([]);
  const rows = await db.query<{ name: string }>('select name from schema_migrations order by id');
  expect(rows.map((row) => row.name)).toEqual(applied);
});

test('tells every migration as pending on an empty database, and the new one after an upgrade', async () => {
  const { connectionString, db } = database;
  const dir = await sampleMigrations({ '20260101000000_one.sql': '-- Up Migration\ncreate table one (id int);\n-- Down Migration\ndrop table one;\n' });
  expect(await migrationsPending(db, dir)).toEqual(['20260101000000_one']);
  await migrate({ connectionString, dir, logger });
  await writeFile(join(dir, '20260102000000_two.sql'), '-- Up Migration\ncreate table two (id int);\n-- Down Migration\ndrop table two;\n');
  expect(await migrationsPending(db, dir)).toEqual(['20260102000000_two']);
});

test('leaves nothing behind when one of several migrations fails', async () => {
  const { connectionString, db } = database;
  const dir = await sampleMigrations({
    '20260101000000_good.sql': '-- Up Migration\ncreate table good (id int);\n',
    '20260102000000_bad.sql': '-- Up Migration\ncreate table good (id int);\n',
  });
  await expect(migrate({ connectionString, dir, logger })).rejects.toThrow(/"good" already exists/);
  expect(await db.query("select to_regclass('good') as found")).toEqual([{ found: null }]);
});

test('goes one migration down and up again, for every migration we ship', async () => {
  const { connectionString } = database;
  const applied = await migrate({ connectionString, dir: MIGRATIONS, logger });
  for (const name of applied.toReversed()) {
    expect(await migrate({ connectionString, dir: MIGRATIONS, logger, direction: 'down' })).toEqual([name]);
  }
  expect(await migrate({ connectionString, dir: MIGRATIONS, logger })).toEqual(applied);
});
