/** The database goes away under a running replica and comes back: nothing acknowledged is lost, and nobody has to do anything. */
import { createDatabase, type Database } from '../../backend/platform/db/database.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { eventually } from '../harness/app.ts';
import { ADA_ADMIN, startTestGrafana, VERA_VIEWER, type TestGrafana } from '../harness/grafana.ts';
import { missing, settledLedger } from '../harness/ledger.ts';
import { startOwnPostgres, type OwnPostgres } from '../harness/ownPostgres.ts';
import { callReplica, killReplicas, startReplica } from '../harness/replica.ts';
import { newReport, sendAll } from '../harness/sender.ts';
import { stormOf, wholeStorm } from '../harness/storm.ts';

const ALERTS = 1_500;
const SERVICES = 30;

let postgres: OwnPostgres;
let grafana: TestGrafana;
beforeAll(async () => {
  [postgres, grafana] = await Promise.all([startOwnPostgres(), startTestGrafana()]);
});
afterAll(async () => {
  await killReplicas();
  await grafana.close();
  await postgres.remove();
});

async function readiness(url: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.text() };
}

test('while the database is away webhooks get 503 with Retry-After and readyz says so; afterwards all is there, twice over', async () => {
  const replica = await startReplica({ connectionString: postgres.connectionString, grafana });
  const { token } = await callReplica(replica, ADA_ADMIN, 'createSource', { body: { id: 'grafana', kind: 'grafana', name: 'Grafana' } });
  const report = newReport();
  // However fast the machine is, something is left to be sent when the database has gone.
  let holdAt = ALERTS * 0.5;
  const sending = sendAll({ token, source: 'grafana', urls: () => (report.acknowledged.size < holdAt ? [replica.url] : []), concurrency: 4, limitMs: 120_000 }, stormOf(ALERTS, SERVICES), report);

  for (const { stopAfter, thenHoldAt } of [{ stopAfter: 0.2, thenHoldAt: ALERTS * 0.9 }, { stopAfter: 0.6, thenHoldAt: Number.POSITIVE_INFINITY }]) {
    await eventually(async () => report.acknowledged.size, (size) => size > ALERTS * stopAfter);
    await postgres.stop();
    holdAt = thenHoldAt;
    const refused = report.statuses.get(503) ?? 0;
    await eventually(async () => report.statuses.get(503) ?? 0, (count) => count > refused);
    const down = await readiness(replica.url);
    expect([down.status, JSON.parse(down.body)]).toMatchObject([503, { ok: false, checks: { database: { ok: false } } }]);
    expect((await fetch(`${replica.url}/healthz`)).status).toBe(200);
    await postgres.start();
  }
  await sending;
  await eventually(() => readiness(replica.url), ({ status }) => status === 200);

  const db: Database = createDatabase({ connectionString: postgres.connectionString, maxConnections: 2, applicationName: 'test', logger: createLogger({ level: 'silent' }) });
  const ledger = await settledLedger(db, 60_000);
  await db.close();
  expect(missing(report.acknowledged, ledger.stored)).toEqual([]);
  expect(report.acknowledged.size).toBe(ALERTS);
  expect(ledger).toMatchObject(wholeStorm(ALERTS, SERVICES));
  expect([...report.retryAfter].every((seconds) => Number(seconds) > 0) && report.retryAfter.size > 0).toBe(true);
  // Only the faults of the outage, and no other answer than "come again".
  expect([...report.statuses.keys()].filter((status) => ![0, 202, 503].includes(status))).toEqual([]);
  const list = await callReplica(replica, VERA_VIEWER, 'listIncidents', { query: { phase: 'all' } });
  expect(list.total).toBe(SERVICES);
  expect(await replica.stop()).toEqual({ code: 0, signal: null });
});
