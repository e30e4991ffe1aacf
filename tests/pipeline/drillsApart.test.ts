/** cap 81: alerts that carry the mark of a drill make incidents of their own, through the whole service. */
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

test('cap 81: real alerts and those of two drills, alike in all else and sent in turn, make three incidents', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  const startsAt = Date.now();
  const kinds = ['real', 'first', 'second'];
  for (const index of [0, 1, 2]) {
    for (const kind of kinds) {
      const fingerprint = `${kind}-${index}`;
      const labels = { pod: fingerprint, ...(kind === 'real' ? {} : { muster_drill: kind }) };
      await muster.postWebhook('grafana', token, {
        groupKey: fingerprint, alerts: [grafanaAlert({ fingerprint, name: `Rule${index}`, service: 'checkout', severity: 'critical', startsAt, labels })],
      });
    }
  }
  const found = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', {}), ({ body }) => body.items.length === 3 && body.items.every(({ alertsTotal }) => alertsTotal === 3));
  const inside = await Promise.all(found.body.items.map(async ({ number }) => {
    const { body } = await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number } });
    return body.items.map(({ labels }) => labels['muster_drill'] ?? 'real');
  }));
  expect(inside.sort()).toEqual([['first', 'first', 'first'], ['real', 'real', 'real'], ['second', 'second', 'second']]);
});
