import { parsePayload } from '../../backend/ingest/parse.ts';
import { createOutage, OUTAGE_SECONDS, type Outage } from '../../scripts/demo/outage.ts';
import type { WebhookAlert } from '../../scripts/demo/notifications.ts';

const START_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const outage = outageOf(1);

function outageOf(seed: number): Outage {
  return createOutage({ seed, startMs: START_MS, grafanaUrl: 'http://127.0.0.1:3000' });
}

/** What is known of each alert after the last message. */
function finalAlerts(): WebhookAlert[] {
  const last = new Map<string, WebhookAlert>();
  for (const { body } of outage.deliveries) for (const alert of body.alerts) last.set(`${alert.fingerprint} ${alert.startsAt}`, alert);
  return [...last.values()];
}

test('the same seed gives the same outage, another one another', () => {
  expect(outageOf(1)).toEqual(outage);
  expect(outageOf(2)).not.toEqual(outage);
});

test('it tells of about 400 alerts of a dozen services within three minutes', () => {
  const alerts = finalAlerts();
  const services = new Set(alerts.map((alert) => alert.labels['service']));

  expect(alerts.length).toBe(outage.alerts);
  expect(alerts.length).toBeGreaterThan(360);
  expect(alerts.length).toBeLessThan(440);
  expect(services.size).toBeGreaterThanOrEqual(12);
  expect(outage.deliveries.at(-1)?.atMs).toBeLessThanOrEqual(OUTAGE_SECONDS * 1000);
  expect(outage.deliveries.map((delivery) => delivery.atMs)).toEqual(outage.deliveries.map((delivery) => delivery.atMs).toSorted((a, b) => a - b));
});

test('the service reads every alert of every message', () => {
  for (const { body } of outage.deliveries) {
    const result = parsePayload(JSON.parse(JSON.stringify(body)), 'demo');

    expect(result).toMatchObject({ ok: true, payload: { faults: [], truncatedAlerts: 0 } });
    if (result.ok) expect(result.payload.alerts).toHaveLength(body.alerts.length);
  }
});

test('no message tells of what has not happened yet', () => {
  for (const { body, atMs } of outage.deliveries) {
    for (const alert of body.alerts) {
      expect(Date.parse(alert.startsAt)).toBeLessThanOrEqual(START_MS + atMs);
      if (alert.status === 'resolved') expect(Date.parse(alert.endsAt)).toBeGreaterThanOrEqual(Date.parse(alert.startsAt));
    }
  }
});

test('it has repeats, a recovery in part, few critical alerts, a late and a doubled message', () => {
  const alerts = finalAlerts();
  const told = outage.deliveries.reduce((sum, { body }) => sum + body.alerts.length, 0);
  const resolved = alerts.filter((alert) => alert.status === 'resolved').length;
  const critical = alerts.filter((alert) => alert.labels['severity'] === 'critical').length;

  expect(told).toBeGreaterThan(outage.alerts * 3);
  expect(resolved).toBeGreaterThan(50);
  expect(resolved).toBeLessThan(alerts.length);
  expect(critical).toBeGreaterThan(1);
  expect(critical).toBeLessThan(10);
  expect(outage.deliveries.filter((delivery) => delivery.oddity === 'late')).toHaveLength(1);
  expect(outage.deliveries.filter((delivery) => delivery.oddity === 'duplicate')).toHaveLength(1);
});
