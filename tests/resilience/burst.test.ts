/** cap 8: a burst is absorbed whole; above the queue's depth senders are asked to come again, and nothing is lost. */
import { ADA_ADMIN } from '../harness/grafana.ts';
import { eventually, startTestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ALERTS = 10_000;
const PER_REQUEST = 20;
const SENDERS = 16;

function requests(total: number): object[][] {
  return Array.from({ length: total / PER_REQUEST }, (_, part) => Array.from({ length: PER_REQUEST }, (_unused, place) => {
    const n = part * PER_REQUEST + place;
    return grafanaAlert({ fingerprint: `burst-${n}`, service: `service-${n % 50}`, startsAt: Date.UTC(2026, 10, 24, 5) });
  }));
}

test('10,000 alerts as fast as they come: no error, none lost, all correlated', async () => {
  const muster = await startTestApp();
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const queue = requests(ALERTS);
    const statuses: number[] = [];
    await Promise.all(Array.from({ length: SENDERS }, async () => {
      for (let alerts = queue.shift(); alerts !== undefined; alerts = queue.shift()) {
        statuses.push((await muster.postWebhook('grafana', token, { groupKey: 'g', alerts })).status);
      }
    }));

    const [counts] = await eventually(
      () => muster.database.db.query<{ alerts: number; linked: number; total: number }>(
        'select (select count(*)::integer from alerts) as alerts, (select count(*)::integer from incident_alerts) as linked, (select sum(alerts_total)::integer from incidents) as total',
      ),
      (rows) => rows[0]?.linked === ALERTS,
      30_000,
    );

    expect(statuses.every((status) => status === 202)).toBe(true);
    expect(counts).toEqual({ alerts: ALERTS, linked: ALERTS, total: ALERTS });
  } finally {
    await muster.close();
  }
});

test('a full queue answers 503 with Retry-After, and what is sent again is stored', async () => {
  const muster = await startTestApp({ env: { MUSTER_INGEST_MAX_QUEUED_ALERTS: '100' } });
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const refused: (string | null)[] = [];
    await Promise.all(requests(2_000).map(async (alerts) => {
      for (;;) {
        const response = await muster.postWebhook('grafana', token, { groupKey: 'g', alerts });
        if (response.status === 202) return;
        expect(response.status).toBe(503);
        refused.push(response.headers.get('retry-after'));
      }
    }));

    const rows = await muster.database.db.query<{ n: number }>('select count(*)::integer as n from alerts');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((value) => Number(value) > 0)).toBe(true);
    expect(rows).toEqual([{ n: 2_000 }]);
  } finally {
    await muster.close();
  }
});
