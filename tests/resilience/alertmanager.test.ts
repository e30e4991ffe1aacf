/** A real Alertmanager with the documented receiver feeds the service: firing, then resolved. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp } from '../harness/app.ts';
import { findTestPort } from '../harness/ports.ts';

const PROGRAM = ['/usr/bin/prometheus-alertmanager', '/usr/local/bin/alertmanager', '/usr/bin/alertmanager'].find((path) => existsSync(path));
if (PROGRAM === undefined) process.stderr.write('No Alertmanager found: install Debian\'s prometheus-alertmanager to run its test.\n');

(PROGRAM === undefined ? test.skip : test)('alerts of a real Alertmanager open an incident, and its resolves end them', async () => {
  const muster = await startTestApp();
  const dir = await mkdtemp(join(tmpdir(), 'muster-am-'));
  let alertmanager: ChildProcess | null = null;
  try {
    const token = await muster.addSource(ADA_ADMIN, 'prometheus', 'alertmanager');
    await writeFile(join(dir, 'alertmanager.yml'), [
      'route: { receiver: muster, group_by: [alertname, service], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }',
      'receivers:',
      '  - name: muster',
      '    webhook_configs:',
      `      - url: ${muster.url}/webhooks/alertmanager/prometheus`,
      '        send_resolved: true',
      `        http_config: { authorization: { type: Bearer, credentials: ${token} } }`,
    ].join('\n'));
    const port = await findTestPort();
    alertmanager = spawn(PROGRAM ?? '', [`--config.file=${join(dir, 'alertmanager.yml')}`, `--storage.path=${dir}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], { stdio: 'ignore' });
    const api = `http://127.0.0.1:${port}/api/v2/alerts`;
    await eventually(() => fetch(api).then((response) => response.ok, () => false), (up) => up);
    const startsAt = new Date(Date.now() - 60_000).toISOString();
    const alert = { labels: { alertname: 'InstanceDown', service: 'checkout', severity: 'critical', instance: 'checkout-1' }, annotations: { summary: 'checkout-1 is down' }, startsAt };
    const post = (more: object): Promise<Response> => fetch(api, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify([{ ...alert, ...more }]) });

    await post({});
    const open = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents'), (answer) => answer.body.items.length === 1);
    expect(open.body.items).toMatchObject([{ primaryService: 'checkout', severity: 'sev1', alertsFiring: 1 }]);
    await post({ endsAt: new Date(Date.now() - 1_000).toISOString() });
    const over = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { phase: 'all' } }), (answer) => answer.body.items[0]?.alertsFiring === 0);

    const alerts = await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number: over.body.items[0]?.number ?? 0 } });
    expect(alerts.body.items).toMatchObject([{ name: 'InstanceDown', status: 'resolved', endReason: 'resolved', labels: { instance: 'checkout-1' } }]);
  } finally {
    alertmanager?.kill('SIGKILL');
    await muster.close();
    await rm(dir, { recursive: true, force: true });
  }
});
