/** `muster keys rotate` while signed webhooks arrive: none is refused, and the old key can go afterwards. */
import { createHmac } from 'node:crypto';
import { Secret } from '../../backend/platform/config/secret.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';
import { callReplica, killReplicas, runProgram, startReplica, type Replica } from '../harness/replica.ts';

const OLD = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `new:${Buffer.alloc(32, 2).toString('base64')}`;
const SECRETS = ['the first shared secret of an example', 'the second shared secret of an example'] as const;
const RUNBOOK_SECRET = 'a secret of the runbooks of an example';
const SOURCES = ['first', 'second'] as const;

let database: TestDatabase;
let grafana: TestGrafana;
beforeAll(async () => {
  [database, grafana] = await Promise.all([createTestDatabase(), startTestGrafana()]);
});
afterAll(async () => {
  await killReplicas();
  await grafana.close();
  await database.drop();
});

function options(keys: string) {
  return { connectionString: database.connectionString, grafana, env: { MUSTER_SECRET_KEYS: keys } };
}

/** Signed deliveries one after the other, each to the replica of the moment, until it is told to stop. */
function keepSending(token: string, source: string, secret: string, replica: () => Replica) {
  const statuses: number[] = [];
  let stopped = false;
  const done = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      const body = JSON.stringify({ groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: `${source}-${turn}`, service: source, startsAt: Date.now() })] });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const response = await fetch(`${replica().url}/webhooks/grafana/${source}`, {
        method: 'POST', body,
        headers: {
          'Content-Type': 'application/json', Authorization: `Bearer ${token}`, 'X-Grafana-Alerting-Timestamp': timestamp,
          'X-Grafana-Alerting-Signature': createHmac('sha256', secret).update(`${timestamp}:${body}`).digest('hex'),
        },
      });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
  })();
  return {
    statuses,
    /** Waits until so many more were answered. */
    more: (count: number) => {
      const from = statuses.length;
      return eventually(async () => statuses.length, (length) => length >= from + count);
    },
    stop() {
      stopped = true;
      return done;
    },
  };
}

async function keyIds(): Promise<string[]> {
  const rows = await database.db.query<{ sealed: string }>('select hmac_secret_sealed as sealed from sources where hmac_secret_sealed is not null');
  return [...new Set(rows.map((row) => row.sealed.split('.')[2] ?? ''))];
}

/** The secret of runbooks, as a service with this one key opens it. */
async function runbookSecret(key: string): Promise<string> {
  const [id = '', value = ''] = key.split(':');
  const rows = await database.db.query<{ sealed: string }>('select value_sealed as sealed from runbook_secrets');
  return createKeyRing([{ id, key: new Secret(value) }]).open(rows[0]?.sealed ?? '', 'runbook-secret:1:token');
}

test('keys rotate while signed webhooks arrive: none is refused, before, meanwhile and when the old key is gone', async () => {
  const withOld = await startReplica(options(OLD));
  const tokens: string[] = [];
  for (const [place, id] of SOURCES.entries()) {
    const { token, source } = await callReplica(withOld, ADA_ADMIN, 'createSource', { body: { id, kind: 'grafana', name: id } });
    tokens.push(token);
    const response = await fetch(`${withOld.url}/api/sources/${id}`, {
      method: 'PATCH', body: JSON.stringify({ hmac: { enabled: true, secret: SECRETS[place] } }),
      headers: { Authorization: 'Bearer plugin-token-of-organisation-one-0001', 'X-Grafana-Id': await grafana.sign(ADA_ADMIN), 'Content-Type': 'application/json', 'If-Match': `"${source.version}"` },
    });
    expect(response.status).toBe(200);
  }
  expect(await keyIds()).toEqual(['old']);
  let replica = withOld;
  const senders = SOURCES.map((id, place) => keepSending(tokens[place] ?? '', id, SECRETS[place] ?? '', () => replica));
  const more = (): Promise<unknown> => Promise.all(senders.map((sender) => sender.more(10)));
  await more();

  const put = await fetch(`${withOld.url}/api/runbook-secrets/token`, {
    method: 'PUT', body: JSON.stringify({ value: RUNBOOK_SECRET }),
    headers: { Authorization: 'Bearer plugin-token-of-organisation-one-0001', 'X-Grafana-Id': await grafana.sign(ADA_ADMIN), 'Content-Type': 'application/json' },
  });
  expect([put.status, await runbookSecret(OLD)]).toEqual([200, RUNBOOK_SECRET]);

  const withBoth = await startReplica(options(`${NEW},${OLD}`));
  replica = withBoth;
  await more();
  await withOld.stop();
  const rotation = await runProgram(['keys', 'rotate'], options(`${NEW},${OLD}`));
  await more();
  expect([rotation.code, rotation.output]).toEqual([0, expect.stringContaining('3 secrets sealed anew')]);
  expect([await keyIds(), await runbookSecret(NEW)]).toEqual([['new'], RUNBOOK_SECRET]);
  expect((await runProgram(['keys', 'rotate'], options(`${NEW},${OLD}`))).output).toContain('0 secrets sealed anew');

  const withNew = await startReplica(options(NEW));
  replica = withNew;
  await more();
  await Promise.all(senders.map((sender) => sender.stop()));
  await withBoth.stop();

  for (const sender of senders) expect(new Set(sender.statuses)).toEqual(new Set([202]));
});

test('a key that is still needed is named when it is missing, and the others are rotated all the same', async () => {
  const rotation = await runProgram(['keys', 'rotate'], options(`third:${Buffer.alloc(32, 3).toString('base64')}`));

  expect(rotation.code).toBe(1);
  expect(rotation.output).toContain('"new"');
  for (const secret of [...SECRETS, RUNBOOK_SECRET]) expect(rotation.output).not.toContain(secret);
});
