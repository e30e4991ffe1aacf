/** cap 37: a draft is tried on the real log of the past, changes nothing that is live, and holds once it is activated. */
import { orgId } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ORG = orgId.parse(1);
const SERVICES = ['mail', 'search', 'chat'];
const RULE = {
  id: 'licences', name: 'Licence server', condition: 'name == "LicenceRefused"', groupBy: [], window: { kind: 'sliding' as const, seconds: 600 }, minAlerts: 2,
};
let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

async function refuse(round: string): Promise<void> {
  const alerts = SERVICES.map((service) => grafanaAlert({ name: 'LicenceRefused', fingerprint: `${round} ${service}`, service, severity: 'critical', startsAt: Date.now() }));
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts });
}

const incidents = async () => (await muster.call(VERA_VIEWER, 'listIncidents', { query: { phase: 'all' } })).body.items;
const period = () => ({ from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 1_000).toISOString() });

async function writeDraft(): Promise<void> {
  const { version } = (await muster.call(ADA_ADMIN, 'getCorrelation')).body;
  const put = await muster.call(ADA_ADMIN, 'putCorrelationDraft', { body: { rules: [RULE] } }, { 'If-Match': `"${version}"` });
  expect(put.status).toBe(200);
}

test('without a draft there is nothing to try, and a period must lie in the past', async () => {
  expect((await muster.call(ADA_ADMIN, 'startBackTest', { body: period() })).status).toBe(409);
  await writeDraft();
  const { from, to } = period();
  const turned = await muster.call(ADA_ADMIN, 'startBackTest', { body: { from: to, to: from } });
  expect([turned.status, turned.problem.errors?.[0]?.field]).toEqual([400, 'body.to']);
});

test('the report says what the draft would have merged; nothing live changes meanwhile', async () => {
  await refuse('first');
  await eventually(incidents, (items) => items.length === SERVICES.length);
  await writeDraft();

  const started = await muster.call(ADA_ADMIN, 'startBackTest', { body: period() });
  expect(started.body).toMatchObject({ state: 'queued', baseVersion: 0, draft: { rules: [{ id: 'licences' }] }, report: null });
  const done = await eventually(() => muster.call(VERA_VIEWER, 'getBackTest', { params: { id: started.body.id } }), ({ body }) => body.state !== 'queued' && body.state !== 'running');

  expect(done.body).toMatchObject({ state: 'done', progress: 1, error: null });
  expect(done.body.report).toMatchObject({
    alerts: 3, unchanged: 0, before: { incidents: 3, declared: 3, score: null }, after: { incidents: 1, alertsInIncidents: 3 },
    differences: [{ kind: 'merged', alerts: 3, before: [expect.anything(), expect.anything(), expect.anything()] }],
  });
  expect(await incidents()).toHaveLength(SERVICES.length);
  expect((await muster.call(VERA_VIEWER, 'listBackTests')).body.items).toEqual([{ ...done.body, report: null }]);
  expect((await muster.call(ADA_ADMIN, 'cancelBackTest', { params: { id: started.body.id } })).status).toBe(409);
});

test('what people judged is what both sides are scored against', async () => {
  const [first, ...others] = (await incidents()).map((incident) => incident.number).sort((a, b) => a - b);
  await muster.call(ADA_ADMIN, 'putJudgement', { params: { number: first ?? 0 }, body: { verdict: 'should_merge', with: others } }, { 'If-Match': '"0"' });
  const started = await muster.call(ADA_ADMIN, 'startBackTest', { body: period() });
  const done = await eventually(() => muster.call(VERA_VIEWER, 'getBackTest', { params: { id: started.body.id } }), ({ body }) => body.state === 'done');

  expect(done.body.report).toMatchObject({ before: { score: { labelled: 3, pairRecall: 0 } }, after: { score: { pairF1: 1, falseJoins: 0 } } });
});

test('one that is stopped stays stopped, and another one can be started', async () => {
  const started = await muster.call(ADA_ADMIN, 'startBackTest', { body: period() });
  const stopped = await muster.call(ADA_ADMIN, 'cancelBackTest', { params: { id: started.body.id } });
  // It may have been quicker.
  if (stopped.status === 200) expect(stopped.body.state).toBe('cancelled');
  else expect(stopped.status).toBe(409);
  const next = await muster.call(ADA_ADMIN, 'startBackTest', { body: period() });
  expect(next.status).toBe(201);
  await eventually(() => muster.call(VERA_VIEWER, 'getBackTest', { params: { id: next.body.id } }), ({ body }) => body.state === 'done');
});

test('once activated the draft holds for what comes, within seconds and without a restart', async () => {
  const { version } = (await muster.call(ADA_ADMIN, 'getCorrelation')).body;
  await muster.call(ADA_ADMIN, 'activateCorrelationDraft', { body: { note: 'licences belong together' } }, { 'If-Match': `"${version}"` });
  let round = 0;
  const spansAll = (incident: { services: readonly string[] }) => SERVICES.every((service) => incident.services.includes(service));
  const after = await eventually(async () => {
    round += 1;
    await refuse(`round ${round}`);
    await muster.app.correlator?.drain(ORG);
    return incidents();
  }, (items) => items.some(spansAll));
  expect(after.filter(spansAll)).toHaveLength(1);
});
