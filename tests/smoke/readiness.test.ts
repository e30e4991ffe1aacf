/** /readyz, /healthz and /metrics: each thing that can be wrong is named, and only while it is wrong. */
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';
import { eventually, startTestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

async function readiness(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
}

test('a correlator that is behind, and migrations that are missing, turn readyz red by name; alerts are taken all the same', async () => {
  const clock = createSimulatedClock(Date.now());
  const muster = await startTestApp({ clock, env: { MUSTER_ROLES: 'api,worker' } });
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const post = async (fingerprint: string) => (await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint, service: 'checkout', startsAt: clock.now() })] })).status;
    expect(await readiness(muster.url)).toMatchObject({ status: 200, body: { ok: true, checks: { database: { ok: true }, migrations: { ok: true }, correlator: { ok: true } } } });

    await post('a1');
    clock.advance(31_000);

    expect(await readiness(muster.url)).toMatchObject({ status: 503, body: { ok: false, checks: { database: { ok: true }, correlator: { ok: false, detail: expect.stringContaining('31 s') } } } });
    expect((await fetch(`${muster.url}/healthz`)).status).toBe(200);
    expect(await post('a2')).toBe(202);
    const other = await startTestApp({ database: muster.database, clock, env: { MUSTER_ROLES: 'correlator' } });
    await eventually(() => readiness(muster.url), ({ status }) => status === 200);
    await other.close();

    const [last] = await muster.database.db.query<{ name: string }>('select name from schema_migrations order by name desc limit 1');
    await muster.database.db.query('delete from schema_migrations where name = $1', [last?.name]);
    expect(await readiness(muster.url)).toMatchObject({ status: 503, body: { checks: { migrations: { ok: false, detail: `missing: ${last?.name}` } } } });
  } finally {
    await muster.close();
  }
});

test('metrics count what came in, and every answer of the API and every refused webhook carries a request id', async () => {
  const muster = await startTestApp();
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const body = { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: Date.now() })] };
    await muster.postWebhook('grafana', token, body);
    await muster.postWebhook('grafana', token, body);
    await muster.postWebhook('grafana', 'wrong', body);
    const metrics = await eventually(async () => (await fetch(`${muster.url}/metrics`)).text(), (text) => /muster_correlated_changes_total 1/.test(text));

    expect(metrics).toMatch(/^muster_alerts_changed_total 1$/m);
    expect(metrics).toMatch(/^muster_alerts_repeated_total 1$/m);
    expect(metrics).toMatch(/muster_webhook_duration_seconds_count\{status="202"\} 2/);
    expect(metrics).toMatch(/muster_webhook_duration_seconds_count\{status="401"\} 1/);
    const refused = await muster.postWebhook('grafana', 'wrong', body, 'grafana', { 'X-Request-Id': 'request-of-a-sender-01' });
    expect([refused.headers.get('x-request-id'), await refused.json()]).toMatchObject(['request-of-a-sender-01', { requestId: 'request-of-a-sender-01' }]);
    const own = await fetch(`${muster.url}/api/me`, { headers: { 'X-Request-Id': 'request-of-a-test-0001' } });
    const made = await fetch(`${muster.url}/api/me`);
    expect([own.headers.get('x-request-id'), made.headers.get('x-request-id')]).toEqual(['request-of-a-test-0001', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  } finally {
    await muster.close();
  }
});
