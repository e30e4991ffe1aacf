/** What the image contains, started by its own command as a process, with the environment of docker-compose.yml. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { findTestPort } from '../harness/ports.ts';
import { environmentOf, execForm, readCompose, ROOT, stageOf } from './files.ts';

const START_LIMIT_MS = 120_000;
const POLL_MS = 100;

let database: TestDatabase;
let dir: string;
let service: ChildProcess;
let output = '';
let url: string;
const environment = environmentOf(readCompose().services.muster);

/** Copies what the last stage copies, but for node_modules, which are those of the checkout. */
function layOutImage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-image-'));
  for (const line of stageOf('service').filter((step) => step.startsWith('COPY ') && !step.includes('--from='))) {
    for (const path of line.split(/\s+/).slice(1, -1)) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: (from) => !/\.(test|testkit)\.ts$/.test(from) });
    }
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  dir = layOutImage();
  const port = await findTestPort();
  url = `http://127.0.0.1:${port}`;
  const [program, ...args] = execForm(stageOf('service').find((line) => line.startsWith('CMD ')), 'CMD');
  expect(program).toBe('node');
  service = spawn(process.execPath, args, {
    cwd: dir, stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environment, PATH: process.env['PATH'], NODE_ENV: 'production',
      DATABASE_URL: database.connectionString, MUSTER_HOST: '127.0.0.1', MUSTER_PORT: String(port), MUSTER_PROVISIONING: join(ROOT, 'provisioning/muster'),
    },
  });
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  for (let waitedMs = 0; !(await isReady()); waitedMs += POLL_MS) {
    if (service.exitCode !== null || waitedMs > START_LIMIT_MS) throw new Error(`the service did not get ready:\n${output}`);
    await delay(POLL_MS);
  }
});

afterAll(async () => {
  if (service.exitCode === null) service.kill('SIGKILL');
  await database.drop();
  rmSync(dir, { recursive: true, force: true });
});

function signed(body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${environment['MUSTER_WEBHOOK_TOKEN'] ?? ''}`,
    'X-Grafana-Alerting-Timestamp': timestamp,
    'X-Grafana-Alerting-Signature': createHmac('sha256', environment['MUSTER_WEBHOOK_HMAC'] ?? '').update(`${timestamp}:${body}`).digest('hex'),
  };
}

const body = JSON.stringify({
  receiver: 'muster', status: 'firing', version: '1', orgId: 1, groupKey: '{}:{}', truncatedAlerts: 0,
  alerts: [{ status: 'firing', labels: { alertname: 'PoolExhausted', service: 'payments-db', severity: 'critical' }, annotations: {}, startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z', fingerprint: '00000000000000aa' }],
});

test('is alive and ready on a fresh database', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ ok: true });
});

test('takes a delivery as the provisioned contact point sends it', async () => {
  const answer = await fetch(`${url}/webhooks/grafana/grafana`, { method: 'POST', body, headers: signed(body) });

  expect([answer.status, await answer.text()]).toEqual([202, expect.stringContaining('"accepted":1')]);
  expect(await database.db.query('select name, service from alerts')).toEqual([{ name: 'PoolExhausted', service: 'payments-db' }]);
});

test('refuses one without a signature', async () => {
  const { 'X-Grafana-Alerting-Signature': _signature, ...headers } = signed(body);

  expect((await fetch(`${url}/webhooks/grafana/grafana`, { method: 'POST', body, headers })).status).toBe(401);
});

test('shows no secret of its environment in its log, and ends in order when asked to', async () => {
  const ended = new Promise<number | null>((resolve) => service.once('exit', resolve));
  service.kill('SIGTERM');

  expect(await ended).toBe(0);
  for (const name of ['MUSTER_PLUGIN_TOKEN', 'MUSTER_WEBHOOK_TOKEN', 'MUSTER_WEBHOOK_HMAC']) expect(output).not.toContain(environment[name]);
});
