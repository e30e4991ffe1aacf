/** Drills in the whole service, over HTTP: alerts that are made up go the way of real ones, and count nowhere. */
import { runbookId, type DrillBody, type DrillRun, type IncidentNumber, type RunbookId } from '../../backend/contract/index.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';
import { findTestPort } from '../harness/ports.ts';

/** A port that nobody listens at: drills call the service at its own public address. */
let muster: TestApp;
beforeAll(async () => {
  const port = await findTestPort();
  muster = await startTestApp({ env: { MUSTER_PORT: String(port), MUSTER_PUBLIC_URL: `http://127.0.0.1:${port}` } });
});
afterAll(() => muster.close());

const DRILL: DrillBody = {
  name: 'Payments database is gone', description: 'Once a month',
  alerts: [
    { name: 'DatabaseDown', service: 'payments-db', severity: 'sev1', summary: '', afterSeconds: 0 },
    { name: 'ConnectionsRefused', service: 'payments-db', severity: 'sev2', summary: '', afterSeconds: 0 },
  ],
  expects: [
    { stage: 'accepted', withinSeconds: 600 }, { stage: 'detected', withinSeconds: 600 }, { stage: 'declared', withinSeconds: 600 }, { stage: 'runbook', withinSeconds: 600 },
    { stage: 'informed', withinSeconds: 600 }, { stage: 'acknowledged', withinSeconds: 600 },
  ],
  runbook: null, maxMinutes: 30, schedule: null,
};

async function publish(id: string, rest: string): Promise<RunbookId> {
  const source = `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${id} }\n${rest}\n`;
  const made = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source } });
  if (made.status !== 201) throw new Error(JSON.stringify(made.problem));
  await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: made.body.id }, body: {} }, { 'If-Match': `"${made.body.version}"` });
  return runbookId.parse(id);
}

async function begin(body: DrillBody): Promise<DrillRun> {
  const drill = await muster.call(ADA_ADMIN, 'createDrill', { body });
  if (drill.status !== 201) throw new Error(JSON.stringify(drill.problem));
  const run = await muster.call(ED_EDITOR, 'startDrill', { params: { id: drill.body.id } });
  if (run.status !== 201) throw new Error(JSON.stringify(run.problem));
  return run.body;
}

const runOf = async (id: DrillRun['id']): Promise<DrillRun> => (await muster.call(VERA_VIEWER, 'getDrillRun', { params: { id } })).body;
const incidentOf = async (id: DrillRun['id']): Promise<IncidentNumber> => {
  const { incident } = await eventually(() => runOf(id), (run) => run.incident !== null);
  if (incident === null) throw new Error('no incident');
  return incident;
};

test('cap 81: a drill goes through intake, correlation, declaration, runbook and communication, is scored, counts nowhere, and leaves nothing open', async () => {
  const counted = async (): Promise<unknown> => Promise.all([
    muster.call(VERA_VIEWER, 'countIncidents').then(({ body }) => body), muster.call(VERA_VIEWER, 'listIncidents', { query: { phase: 'all' } }).then(({ body }) => body.total),
    muster.call(VERA_VIEWER, 'getStatus').then(({ body }) => body.alertsFiring), muster.call(VERA_VIEWER, 'getRunbookStatistics').then(({ body: { since: _since, stale: _stale, ...rest } }) => rest),
    muster.call(VERA_VIEWER, 'getRunbook', { params: { id: answering } }).then(({ body }) => body.runs),
  ]);
  const answering = await publish('answering', [
    'policy: { automation: run, lock: payments-db }', 'triggers: [{ on: declared, when: \'"payments-db" in incident.services\' }]', 'steps:',
    '  - { id: tell, kind: statusUpdate, with: { text: We look into it } }',
    '  - { id: fix, kind: http, with: { method: POST, url: "https://payments.example.com/restart" } }', '',
  ].join('\n'));
  const before = await counted();

  const begun = await begin(DRILL);
  const number = await incidentOf(begun.id);
  const incident = await muster.call(VERA_VIEWER, 'getIncident', { params: { number } });
  await eventually(() => runOf(begun.id), ({ report }) => report.stages.find(({ stage }) => stage === 'informed')?.state === 'reached' && report.runs[0]?.state === 'succeeded');
  const during = await counted();
  const real = await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'A real one', severity: 'sev3' } });
  const merged = await muster.call(ADA_ADMIN, 'mergeIncident', { params: { number }, body: { into: real.body.number } });
  const hidden = await muster.call(ADA_ADMIN, 'makeIncidentPrivate', { params: { number }, body: { members: [], reason: 'a drill' } });
  const alerts = (await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number } })).body.items;
  const claimed = await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Taken over', severity: 'sev3', alerts: alerts.slice(0, 1).map(({ id }) => id) } });
  await muster.call(ED_EDITOR, 'acknowledgeIncident', { params: { number }, body: {} });
  const ended = await eventually(() => runOf(begun.id), ({ state }) => state === 'ended');
  const runs = (await muster.call(VERA_VIEWER, 'listRuns', { query: { incident: number } })).body.items;

  expect(incident.body).toMatchObject({ drill: begun.id, severity: 'sev1' });
  expect(during).toEqual(before);
  expect([merged.status, hidden.status, claimed.status]).toEqual([409, 409, 409]);
  expect(ended).toMatchObject({ outcome: 'completed', score: 100, alertsSent: 2, sendError: null, report: { failures: [], incidents: [number] } });
  expect(ended.report.stages.map(({ state }) => state)).toEqual(['reached', 'reached', 'reached', 'reached', 'reached', 'reached']);
  expect(runs).toMatchObject([{ drill: true, state: 'succeeded', start: 'trigger' }]);
  expect((await muster.call(VERA_VIEWER, 'getIncident', { params: { number } })).body.state).toBe('cancelled');
  await eventually(() => muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number } }), ({ body }) => body.items.every(({ status }) => status === 'resolved'));
  expect((await muster.call(VERA_VIEWER, 'listIncidents', { query: { phase: 'all', drills: 'only' } })).body.items.map((one) => one.number)).toContain(number);
  expect((await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'drill.ended' } })).body.items).toMatchObject([{ text: 'Drill “Payments database is gone” ended with 100 of 100 points' }]);
});

test('cap 81: stopped, it is scored by what was reached, with what was missed and what failed in words', async () => {
  const failing = await publish('failing', 'policy: { automation: run }\ntriggers: [{ on: declared, when: \'"orders" in incident.services\' }]\nsteps: [{ id: look, kind: script, with: { code: "throw new Error(\'nothing found\')" } }]');
  const begun = await begin({
    ...DRILL, name: 'Orders stand still', alerts: [{ name: 'OrdersStuck', service: 'orders', severity: 'sev1', summary: 'No orders', afterSeconds: 0 }],
    expects: [{ stage: 'detected', withinSeconds: 600 }, { stage: 'runbook', withinSeconds: 60 }], runbook: failing,
  });
  await eventually(() => runOf(begun.id), ({ report }) => report.failures.length > 0);
  const again = await muster.call(ED_EDITOR, 'startDrill', { params: { id: begun.drill } });

  await muster.call(ED_EDITOR, 'stopDrillRun', { params: { id: begun.id }, body: { reason: 'seen enough' } });
  const ended = await eventually(() => runOf(begun.id), ({ state }) => state === 'ended');

  expect(again.status).toBe(409);
  expect(ended).toMatchObject({ outcome: 'stopped', reason: 'seen enough', score: 45, report: { failures: [{ title: 'failing', step: 'look' }], stale: [{ runbook: failing, why: 'has never succeeded' }] } });
  expect(ended.report.reasons).toEqual(['never: a runbook succeeded', '1 failed step: 5 points off']);
});

test('cap 81: real alerts and those of two drills, alike in all else and sent at the same time, make three incidents', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'beside-drills');
  const rules = ['Rule0', 'Rule1', 'Rule2'];
  const drill = (name: string): DrillBody => ({
    ...DRILL, name, alerts: rules.map((rule) => ({ name: rule, service: 'profile', severity: 'sev1', summary: '', afterSeconds: 0 })), expects: [{ stage: 'detected', withinSeconds: 600 }],
  });
  const drills = [await begin(drill('Beside a real one')), await begin(drill('Beside another drill'))];
  for (const name of rules) {
    await muster.postWebhook('beside-drills', token, { groupKey: name, alerts: [grafanaAlert({ fingerprint: name, name, service: 'profile', severity: 'critical', startsAt: Date.now() })] });
  }
  const numbers = [...await Promise.all(drills.map(({ id }) => incidentOf(id)))];
  const real = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'profile' } }), ({ body }) => body.items[0]?.alertsTotal === 3);
  const markedIn = async (number: IncidentNumber): Promise<string[]> => {
    const { body } = await eventually(() => muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number } }), (answer) => answer.body.items.length === 3);
    return body.items.map(({ labels }) => labels['muster_drill'] ?? 'real');
  };
  const inside = await Promise.all([...numbers, ...real.body.items.map(({ number }) => number)].map(markedIn));
  await Promise.all(drills.map(({ id }) => muster.call(ED_EDITOR, 'stopDrillRun', { params: { id }, body: { reason: 'seen enough' } })));

  expect(real.body.items).toHaveLength(1);
  expect(inside).toEqual([...drills.map(({ id }) => [id, id, id]), ['real', 'real', 'real']]);
});

test('cap 81: only the source of drills can call an alert a drill, and nobody gets a token of it', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'someone');
  await muster.postWebhook('someone', token, { groupKey: 'g', alerts: [grafanaAlert({ fingerprint: 'f1', service: 'search', severity: 'critical', startsAt: Date.now(), labels: { muster_drill: '1' } })] });
  const incident = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'search' } }), ({ body }) => body.items.length > 0);
  const [alert] = (await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number: incident.body.items[0]?.number ?? 0 } })).body.items;

  expect(incident.body.items[0]?.drill).toBeNull();
  expect(alert?.labels).toMatchObject({ exported_muster_drill: '1' });
  expect(alert?.labels).not.toHaveProperty('muster_drill');
  expect((await muster.call(ADA_ADMIN, 'createSource', { body: { id: 'muster-drills', kind: 'grafana', name: 'Mine' } })).status).toBe(400);
  expect((await muster.call(ADA_ADMIN, 'issueSourceToken', { params: { source: 'muster-drills' } })).status).toBe(409);
});

test('a schedule that cannot be names its field', async () => {
  const refused = await muster.call(ADA_ADMIN, 'createDrill', { body: { ...DRILL, name: 'Never', schedule: { timeZone: 'Europe/Nowhere', startsAt: '2026-11-30T09:00', rule: 'FREQ=WEEKLY' } } });
  const planned = await muster.call(ADA_ADMIN, 'createDrill', { body: { ...DRILL, name: 'Weekly', schedule: { timeZone: 'Europe/Berlin', startsAt: '2030-01-07T09:00', rule: 'FREQ=WEEKLY;BYDAY=MO' } } });

  expect(refused).toMatchObject({ status: 400, problem: { errors: [{ field: 'body.schedule.timeZone' }] } });
  expect(planned.body.nextAt).toBe('2030-01-07T08:00:00.000Z');
});
