/** cap 29: which alert rules called people for nothing, over HTTP. */
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MINUTE = 60_000;
const STARTED = Date.now() - 60 * MINUTE;
let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

/** One alert of a rule; with `lastsMs` it has ended by now, else it fires. */
async function send(name: string, service: string, lastsMs: number | null): Promise<void> {
  const alert = grafanaAlert({ name, fingerprint: `${name}-${service}`, service, severity: 'critical', startsAt: STARTED, ...(lastsMs === null ? {} : { status: 'resolved', endsAt: STARTED + lastsMs } as const) });
  expect((await muster.postWebhook('grafana', token, { groupKey: `${name}-${service}`, alerts: [alert] })).status).toBe(202);
}

async function incidentOf(service: string): Promise<number> {
  const found = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service } }), ({ body }) => body.items.length > 0);
  return found.body.items[0]?.number ?? 0;
}

test('cap 29: the weekly list has incidents, what went by itself in under five minutes, and what nobody acted on; each leads to its rule', async () => {
  // Each alert is heard of first, so that it has its incident, and then of its end.
  const ends = [['Blip', 'a', 5 * MINUTE - 1_000], ['Blip', 'b', 5 * MINUTE], ['Blip', 'c', MINUTE], ['Handled', 'd', MINUTE], ['Seldom', 'e', MINUTE]] as const;
  for (const [name, service] of ends) await send(name, service, null);
  for (const [, service] of ends) await incidentOf(service);
  expect((await muster.call(ADA_ADMIN, 'acknowledgeIncident', { params: { number: await incidentOf('d') }, body: {} })).status).toBe(200);
  for (const [name, service, lastsMs] of ends) await send(name, service, lastsMs);
  await eventually(() => muster.call(VERA_VIEWER, 'listAlerts', { query: { limit: 100 } }), ({ body }) => body.items.every(({ status }) => status === 'resolved'));
  // It came before the week.
  await muster.database.db.query("update alerts set first_seen_at = first_seen_at - interval '8 days' where name = 'Seldom'");

  const week = (await muster.call(VERA_VIEWER, 'listNoiseScores')).body;
  const ruleUrl = 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1';
  expect(week).toMatchObject({ rules: 2, items: [
    { name: 'Blip', alerts: 3, incidents: 3, autoResolvedShare: 0.667, noActionShare: 1, ruleUrl },
    // Gone in a minute, but somebody saw to it.
    { name: 'Handled', alerts: 1, incidents: 1, autoResolvedShare: 0, noActionShare: 0, score: 0, ruleUrl },
  ] });
  expect((await muster.call(VERA_VIEWER, 'listNoiseScores', { query: { days: 30 } })).body.items.map(({ name }) => name)).toEqual(['Blip', 'Seldom', 'Handled']);

  await muster.database.db.query("update noise_rule_days set incidents = 9 where name = 'Handled'");
  expect((await muster.call(VERA_VIEWER, 'listNoiseScores', { query: { order: 'incidents' } })).body.items.map(({ name }) => name)).toEqual(['Handled', 'Blip']);
});
