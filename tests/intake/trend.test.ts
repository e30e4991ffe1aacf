/** cap 19: what an alert did before, over the API. */
import { ADA_ADMIN } from '../harness/grafana.ts';
import { eventually, startTestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const HOUR = 3_600_000;

test('cap 19: the past of an alert tells its episodes, their mean length, and which of them nobody had to act on', async () => {
  const muster = await startTestApp();
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const start = Date.now() - 10 * HOUR;
    const episode = (hours: number, minutes: number | null) => grafanaAlert({
      fingerprint: 'f', service: 'checkout', severity: 'critical', startsAt: start + hours * HOUR,
      ...(minutes === null ? {} : { status: 'resolved', endsAt: start + hours * HOUR + minutes * 60_000 } as const),
    });
    await muster.postWebhook('grafana', token, { groupKey: '{}', alerts: [episode(0, 2), episode(2, 4), episode(4, null)] });
    const incidents = await eventually(() => muster.call(ADA_ADMIN, 'listIncidents'), (answer) => answer.body.items.length > 0);
    await muster.call(ADA_ADMIN, 'acknowledgeIncident', { params: { number: incidents.body.items[0]?.number ?? 0 }, body: {} });
    const endsAt = Date.now() + 60_000;
    await muster.postWebhook('grafana', token, { groupKey: '{}', alerts: [{ ...episode(4, 600), endsAt: new Date(endsAt).toISOString() }] });
    const alerts = (await muster.call(ADA_ADMIN, 'listAlerts')).body.items;
    const trends = await Promise.all(alerts.map(async (alert) => (await muster.call(ADA_ADMIN, 'getAlertTrend', { params: { id: alert.id } })).body));

    expect(trends[0]).toMatchObject({ episodes: 3, firstSeenAt: new Date(start).toISOString(), lastSeenAt: new Date(start + 4 * HOUR).toISOString(), capped: false });
    expect(trends[0]?.meanSeconds).toBeCloseTo((120 + 240 + (endsAt - start - 4 * HOUR) / 1000) / 3);
    expect(trends[0]?.selfResolvedRatio).toBeCloseTo(2 / 3);
    expect(trends[0]?.sparkline.counts.reduce((sum, count) => sum + count)).toBe(3);
    expect(trends[1]).toEqual(trends[0]);
    expect((await muster.call(ADA_ADMIN, 'getAlertTrend', { params: { id: '0000000000000000-1' } })).status).toBe(404);
  } finally {
    await muster.close();
  }
});
