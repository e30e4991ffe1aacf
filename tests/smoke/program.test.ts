/** The commands of the program, run as an operator runs them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { PLUGIN_TOKENS } from '../harness/app.ts';
import { runProgram } from '../harness/replica.ts';

let database: TestDatabase;
let grafana: TestGrafana;
beforeAll(async () => {
  [database, grafana] = await Promise.all([createTestDatabase({ empty: true }), startTestGrafana()]);
});
afterAll(async () => {
  await grafana.close();
  await database.drop();
});

function run(args: readonly string[], env: Record<string, string> = {}) {
  return runProgram(args, { connectionString: database.connectionString, grafana, env });
}

test('config check prints what results, without a secret', async () => {
  const { code, output } = await run(['config', 'check'], { MUSTER_PREVIOUS_PLUGIN_TOKEN: 'the-plugin-token-that-was-before' });

  expect(code).toBe(0);
  expect(output).toContain('The configuration is good.');
  expect(output).toContain('"previousPluginToken": "[secret]"');
  const secrets = [PLUGIN_TOKENS[1] ?? '', 'the-plugin-token-that-was-before', Buffer.alloc(32, 7).toString('base64'), new URL(database.connectionString).password];
  for (const secret of secrets.filter((text) => text !== '')) expect(output).not.toContain(secret);
});

test('config check names every fault at once, with its key and an example, and no value of a secret', async () => {
  const { code, output } = await run(['config', 'check'], { MUSTER_PORT: 'eighty', MUSTER_LOG_LEVEL: 'loud', MUSTER_PLUGIN_TOKEN: 'hush', MUSTER_SECRET_KEYS: 'hush-as-well' });

  expect(code).toBe(1);
  for (const key of ['MUSTER_PORT', 'MUSTER_LOG_LEVEL', 'MUSTER_PLUGIN_TOKEN', 'MUSTER_SECRET_KEYS']) expect(output).toMatch(new RegExp(`${key}.*must be .*example`));
  expect(output).not.toContain('hush');
  expect(output).not.toMatch(/\n\s+at /);
});

test('config check names a variable that nothing reads with the one that is meant, and serve warns of it before it starts', async () => {
  const typo = { MUSTER_RETENTION_ALERTS_DAYS: '7' };
  const checked = await run(['config', 'check'], typo);
  const served = await run(['serve'], { ...typo, DATABASE_URL: 'postgresql://muster:hush@127.0.0.1:1/muster' });

  expect(checked.code).toBe(1);
  expect(checked.output).toContain('MUSTER_RETENTION_ALERTS_DAYS: is no setting of Muster, and nothing reads it; did you mean MUSTER_RETENTION_ALERT_DAYS?');
  expect(checked.output).not.toContain('The configuration is good.');
  expect(served.output).toContain('did you mean MUSTER_RETENTION_ALERT_DAYS?');
});

test('config check knows the variables that provisioning files ask for', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'muster-check-'));
  await writeFile(join(dir, 'sources.yaml'), 'apiVersion: 1\nsources: [{ id: one, name: One, kind: grafana, token: "$MUSTER_TOKEN_OF_ONE" }]\n');
  await mkdir(join(dir, 'org-2'));
  await writeFile(join(dir, 'org-2', 'sources.yaml'), 'apiVersion: 1\nsources: [{ id: far, name: Far, kind: grafana, token: "$MUSTER_TOKEN_OF_FAR" }]\n');
  const env = { MUSTER_PROVISIONING: dir, MUSTER_TOKEN_OF_ONE: 'the-webhook-token-of-the-source-one', MUSTER_TOKEN_OF_FAR: 'the-webhook-token-of-the-source-far', MUSTER_TOKEN_OF_TWO: 'hush' };
  const { code, output } = await run(['config', 'check'], env);
  await rm(dir, { recursive: true });

  expect([code, /MUSTER_TOKEN_OF_\w+(?=: is no setting)/g.exec(output)?.[0]]).toEqual([1, 'MUSTER_TOKEN_OF_TWO']);
  for (const asked of ['MUSTER_TOKEN_OF_ONE', 'MUSTER_TOKEN_OF_FAR']) expect(output).not.toContain(asked);
  expect(output).not.toContain('hush');
});

test('migrate brings an empty database up to date, and then finds nothing to do', async () => {
  const first = await run(['migrate']);
  const second = await run(['migrate']);

  expect([first.code, first.output]).toEqual([0, expect.stringContaining('Applied: 20261124090000_idempotency-keys')]);
  expect([second.code, second.output]).toEqual([0, expect.stringContaining('The schema is up to date.')]);
});

test('serve refuses to start with a fault and says which, instead of serving half', async () => {
  const { code, output } = await run(['serve'], { MUSTER_ROLES: 'api,cook' });

  expect(code).toBe(1);
  expect(output).toContain('MUSTER_ROLES');
});

test('serve on a port that is taken, and on a database that is not there, says what to do and shows no stack', async () => {
  const taken = new URL(grafana.url).port;
  const port = await run(['serve'], { MUSTER_PORT: taken });
  const gone = await run(['serve'], { DATABASE_URL: 'postgresql://muster:hush@127.0.0.1:1/muster' });

  expect([port.code, gone.code]).toEqual([1, 1]);
  expect(port.output).toContain(`127.0.0.1:${taken} is taken by another program`);
  expect(gone.output).toContain('the database cannot be used: nothing listens there');
  for (const { output } of [port, gone]) expect(output).not.toMatch(/\n\s+at |hush/);
});

test('replay says of a broken recording which file and which line, without a stack', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'muster-recording-'));
  const good = '{"at": 5, "payload": {"alerts": []}}\n';
  const packed = gzipSync(good.repeat(400));
  const files = { 'half.ndjson': `${good}{"half`, 'shape.ndjson': `${good}{"at": 6}`, 'order.ndjson': `${good}{"at": 4, "payload": {"alerts": []}}`, 'cut.ndjson.gz': packed.subarray(0, packed.length - 12), 'topology.json': '{"services": 7}', 'good.ndjson': good };
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
    const told: unknown[] = [];
    for (const [name = '', ...more] of [['half.ndjson'], ['shape.ndjson'], ['order.ndjson'], ['cut.ndjson.gz'], ['good.ndjson', '--topology', join(dir, 'topology.json')]]) {
      const { code, output } = await run(['replay', '--deliveries', join(dir, name), '--out', join(dir, 'out'), ...more]);
      told.push([code, output.slice(output.indexOf('muster: ')).replaceAll(`${dir}/`, '')]);
    }

    expect(told).toEqual([
      [1, 'muster: half.ndjson, line 2: is not JSON\n'],
      [1, expect.stringMatching(/^muster: shape\.ndjson, line 2: payload: .*\n$/)],
      [1, 'muster: order.ndjson, line 2: arrived before the line above; deliveries stand in order of arrival\n'],
      [1, 'muster: cut.ndjson.gz: is no whole gzip file (unexpected end of file)\n'],
      [1, expect.stringMatching(/^muster: topology\.json: services: .*\n$/)],
    ]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test('replay names a file that is not there before it starts anything', async () => {
  const { code, output } = await run(['replay', '--deliveries', '/nowhere/storm.jsonl', '--out', '/nowhere/out']);

  expect([code, output]).toEqual([1, 'muster: /nowhere/storm.jsonl: there is no such file or folder\n']);
});
