import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { Secret } from '../config/secret.ts';
import { createKeyRing, SealError } from './keyRing.ts';
import { rotateSealedColumns, type SealedColumn } from './rotate.ts';

const newKey = (id: string) => ({ id, key: new Secret(randomBytes(32).toString('base64')) });
const OLD = newKey('old');
const NEW = newKey('new');
const oldRing = createKeyRing([OLD]);
const ring = createKeyRing([NEW, OLD]);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  await database.db.query('create table vault (id text primary key, sealed text)');
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('truncate vault');
});

/** The column of the table above. `between` runs after a value was read and before it is written back. */
function vaultColumn(between: (id: string) => Promise<void> = async () => {}): SealedColumn {
  return {
    name: 'vault.sealed',
    async list(q) {
      const rows = await q.query<{ id: string; sealed: string }>('select v.id, v.sealed from vault as v where v.sealed is not null order by v.id');
      return rows.map((row) => ({
        envelope: row.sealed,
        purpose: `vault:${row.id}`,
        async replace(connection, sealed) {
          await between(row.id);
          const written = await connection.query('update vault as v set sealed = $3::text where v.id = $1::text and v.sealed = $2::text returning 1', [row.id, row.sealed, sealed]);
          return written.length === 1;
        },
      }));
    },
  };
}

async function put(id: string, sealed: string | null): Promise<void> {
  await database.db.query('insert into vault (id, sealed) values ($1::text, $2::text) on conflict (id) do update set sealed = excluded.sealed', [id, sealed]);
}

async function sealedOf(id: string): Promise<string> {
  const rows = await database.db.query<{ sealed: string }>('select v.sealed from vault as v where v.id = $1::text', [id]);
  return rows[0]?.sealed ?? '';
}

test('seals everything of an older key anew, once', async () => {
  for (let index = 0; index < 250; index += 1) await put(`s${index}`, oldRing.seal(`secret ${index}`, `vault:s${index}`));
  await put('none', null);
  expect(await rotateSealedColumns(database.db, ring, [vaultColumn()])).toBe(250);
  expect(await rotateSealedColumns(database.db, ring, [vaultColumn()])).toBe(0);
  expect(createKeyRing([NEW]).open(await sealedOf('s249'), 'vault:s249')).toBe('secret 249');
});

test('leaves a value that somebody changes in the meantime', async () => {
  await put('busy', oldRing.seal('before', 'vault:busy'));
  const rotated = await rotateSealedColumns(database.db, ring, [vaultColumn(async (id) => put(id, ring.seal('after', `vault:${id}`)))]);
  expect(rotated).toBe(0);
  expect(ring.open(await sealedOf('busy'), 'vault:busy')).toBe('after');
});

test('tells of secrets that do not open, and seals the others anew all the same', async () => {
  await put('a', createKeyRing([newKey('lost')]).seal('gone', 'vault:a'));
  await put('b', oldRing.seal('here', 'vault:b'));
  await put('c', oldRing.seal('moved', 'vault:elsewhere'));
  const rotation = rotateSealedColumns(database.db, ring, [vaultColumn()]);
  await expect(rotation).rejects.toThrow(SealError);
  await expect(rotation).rejects.toThrow(/2 sealed secrets.*vault\.sealed.*"lost"/s);
  expect(createKeyRing([NEW]).open(await sealedOf('b'), 'vault:b')).toBe('here');
});
