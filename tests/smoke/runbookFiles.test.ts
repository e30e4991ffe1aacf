/** Runbooks in files, from the start of the service to its page: followed, and out of use when they are gone. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runbookId } from '../../backend/contract/index.ts';
import { runbookText } from '../contract/exercises/runbooks.ts';
import { startTestApp } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';

const ID = runbookId.parse('from-a-file');
let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), 'muster-runbooks-'));
  await mkdir(join(dir, 'runbooks'));
});
afterAll(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

/** Starts the service on the folder, and gives what it says of the runbook. */
async function started(): Promise<{ state: string; origin: string; liveVersion: number | null }> {
  const muster = await startTestApp({ database, env: { MUSTER_PROVISIONING: dir } });
  try {
    return (await muster.call(ADA_ADMIN, 'getRunbook', { params: { id: ID } })).body;
  } finally {
    await muster.close();
  }
}

test('a file is followed from start to start', async () => {
  const path = join(dir, 'runbooks', 'wait.yaml');
  await writeFile(path, runbookText(ID));
  expect(await started()).toMatchObject({ state: 'live', origin: 'file', liveVersion: 1 });
  expect(await started()).toMatchObject({ liveVersion: 1 });

  await writeFile(path, runbookText(ID, '2s'));
  expect(await started()).toMatchObject({ liveVersion: 2 });

  await rm(path);
  expect(await started()).toMatchObject({ state: 'retired', origin: 'page', liveVersion: 2 });
});

test('the schema for editors is served', async () => {
  const muster = await startTestApp({ database });
  try {
    expect(await (await fetch(`${muster.url}/api/runbook-schema.json`)).json()).toMatchObject({ title: 'Runbook of Muster', definitions: { RunbookStep: {} } });
  } finally {
    await muster.close();
  }
});
