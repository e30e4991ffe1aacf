/** What people see before they save: how alerts would regroup, and when a window would be. Over HTTP, on a simulated clock. */
import { sourceId } from '../../backend/contract/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
const clock = createSimulatedClock(Date.UTC(2026, 1, 1));
beforeAll(async () => {
  muster = await startTestApp({ clock });
});
afterAll(() => muster.close());

test('cap 15: the preview regroups the newest 1,000 alerts of the source under the chosen labels', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  // 1,100 pods of 20 services; the first 100, which are older, are of a service of their own.
  for (const [service, count, offset] of [['old', 100, 0], ['web', 1_000, 100]] as const) {
    const alerts = Array.from({ length: count }, (_, index) => grafanaAlert({
      fingerprint: `p${offset + index}`, service: service === 'old' ? service : `${service}-${index % 20}`, startsAt: clock.nowMs(), labels: { pod: `pod-${index}` },
    }));
    expect((await muster.postWebhook('grafana', token, { groupKey: service, alerts })).status).toBe(202);
    clock.advance(1000);
  }
  const preview = await muster.call(ADA_ADMIN, 'previewFingerprint', { params: { source: sourceId.parse('grafana') }, body: { labels: ['alertname', 'service'] } });
  expect(preview.body).toMatchObject({ episodes: 1_000, alertsNow: 1_000, alertsThen: 20, lacking: [] });
  expect(preview.body.groups[0]).toMatchObject({ alerts: 50, episodes: 50 });
  const byPod = await muster.call(ADA_ADMIN, 'previewFingerprint', { params: { source: sourceId.parse('grafana') }, body: { labels: ['pod', 'zone'] } });
  expect(byPod.body).toMatchObject({ alertsThen: 1_000, lacking: [{ label: 'zone', episodes: 1_000 }] });
});

test.each([
  ['Europe/Berlin', '2026-03-28T01:00', '2026-03-29T00:00:00.000Z', 120, 'forward'], ['Europe/Berlin', '2026-10-24T01:00', '2026-10-24T23:00:00.000Z', 240, 'back'],
  ['America/New_York', '2026-03-07T01:00', '2026-03-08T06:00:00.000Z', 120, 'forward'], ['America/New_York', '2026-10-31T01:00', '2026-11-01T05:00:00.000Z', 240, 'back'],
])('cap 22: the preview of a nightly window in %s from %s says what the clocks do', async (timeZone, startsAt, second, minutes, way) => {
  const preview = await muster.call(ADA_ADMIN, 'previewMaintenance', { body: { schedule: { kind: 'recurring', timeZone, startsAt, minutes: 180, rule: 'FREQ=DAILY' } } });
  expect(preview.body.occurrences[0]).toMatchObject({ minutes: 180, shifted: null });
  expect(preview.body.occurrences[1]).toMatchObject({ startsAt: second, minutes, shifted: expect.stringContaining(`clocks go ${way} 60 min`) });
});
