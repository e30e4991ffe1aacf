/** Services in the light of alerts, over HTTP: live state, alerts without a service, learned dependencies, derived labels. */
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
  await muster.call(ADA_ADMIN, 'importServices', {
    body: { csv: 'name,aliases,depends_on\nstorefront,,checkout\ncheckout,shop-checkout,payments-db:stores-in\npayments-db,,\nsearch,,\n', dryRun: false },
  });
});
afterAll(() => muster.close());

let sent = 0;
/** Posts one alert and waits until it can be read. */
async function send(labels: Record<string, string>, over: { startsAt?: number; summary?: string } = {}): Promise<string> {
  sent += 1;
  const fingerprint = `s${sent}`;
  const alert = { ...grafanaAlert({ fingerprint, startsAt: over.startsAt ?? Date.now() }), labels, annotations: { summary: over.summary ?? '' } };
  const response = await muster.postWebhook('grafana', token, { groupKey: fingerprint, alerts: [alert] });
  expect(response.status).toBe(202);
  const list = await muster.call(VERA_VIEWER, 'listAlerts', { query: { limit: 1000 } });
  return list.body.items.find((item) => item.fingerprint === fingerprint)?.id ?? '';
}

test('cap 50: an alert by alias or by pod makes its service fail, and who needs it is at risk', async () => {
  await send({ alertname: 'Down', severity: 'critical', pod: 'payments-db-0' });
  await send({ alertname: 'Slow', severity: 'warning', service: 'Shop-Checkout' });
  const states = await muster.call(VERA_VIEWER, 'getServiceStates');
  expect(states.body.items.map(({ service, state, alertsFiring }) => [service, state, alertsFiring])).toEqual([
    ['checkout', 'degraded', 1], ['payments-db', 'failing', 1], ['storefront', 'at_risk', 0],
  ]);
});

test('an alert without a service of the catalogue is listed with the reason', async () => {
  await send({ alertname: 'Odd', severity: 'info', service: 'ledger' });
  await send({ alertname: 'Nameless', severity: 'info' }, { summary: 'something is wrong' });
  const answer = await muster.call(VERA_VIEWER, 'listUnresolved');
  expect(answer.body).toMatchObject({ checked: 4, unresolved: 2 });
  expect(answer.body.items.map(({ name, reason }) => [name, reason])).toEqual(expect.arrayContaining([
    ['Odd', expect.stringContaining('no service of the catalogue has the name or alias ledger')],
    ['Nameless', expect.stringContaining('no label and no word of the text')],
  ]));
});

test('cap 16, cap 17: derived labels decide the service before correlation, are shown as derived, and leave raw labels alone', async () => {
  const rule = await muster.call(ADA_ADMIN, 'createExtractionRule', { body: { id: 'host', name: 'Host from text', from: 'summary', pattern: 'on (?P<machine>[a-z]+-\\d+)' } });
  const table = await muster.call(ADA_ADMIN, 'createEnrichmentTable', { body: { id: 'machines', name: 'Machines', matchLabel: 'machine', csv: 'machine,service,team\nidx-7,search,search-team\n' } });
  expect([rule.status, table.status]).toEqual([201, 201]);
  expect((await muster.call(ADA_ADMIN, 'tryDerivation', { body: { labels: { alertname: 'X' }, annotations: { summary: 'Disk full on idx-7' } } })).body.derived)
    .toEqual({ machine: 'idx-7', service: 'search', team: 'search-team' });

  const labels = { alertname: 'DiskFull', severity: 'critical', team: 'raw-team' };
  const id = await send(labels, { summary: 'Disk full on idx-7' });
  const alert = await muster.call(VERA_VIEWER, 'getAlert', { params: { id } });
  expect(alert.body).toMatchObject({ labels, derived: { machine: 'idx-7', service: 'search' }, service: 'search', team: 'raw-team' });
  const incidents = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'search' } }), (answer) => answer.body.items.length > 0);
  expect(incidents.body.items[0]?.primaryService).toBe('search');

  const refused = await muster.call(ADA_ADMIN, 'putExtractionRule', { params: { id: 'host' }, body: { name: 'x', from: 'summary', pattern: '(' } }, { 'If-Match': '"1"' });
  expect(refused.problem.errors).toMatchObject([{ field: 'body.pattern' }]);
  const off = await muster.call(ADA_ADMIN, 'putExtractionRule', { params: { id: 'host' }, body: { name: 'x', enabled: false, from: 'summary', pattern: '(?P<machine>x)' } }, { 'If-Match': '"1"' });
  expect(off.body).toMatchObject({ version: 2, enabled: false });
  expect((await muster.call(ADA_ADMIN, 'deleteEnrichmentTable', { params: { id: 'machines' } }, { 'If-Match': '"1"' })).status).toBe(200);
  const later = await send({ alertname: 'DiskFull', severity: 'info' }, { summary: 'Disk full on idx-7' });
  expect((await muster.call(VERA_VIEWER, 'getAlert', { params: { id: later } })).body).toMatchObject({ derived: {}, service: null });
});

test('cap 17: a pattern that takes more than 50 ms on an alert is broken off, flagged, told to the audit log, and used again once it is edited', async () => {
  const large = { id: 'large', name: 'Too large', from: 'annotation' as const, field: 'log', pattern: '(?P<zone>(?:(.?)(.?)){500}[0-9])' };
  expect((await muster.call(ADA_ADMIN, 'createExtractionRule', { body: large })).status).toBe(201);
  const post = (fingerprint: string, log: string) => muster.postWebhook('grafana', token, {
    groupKey: fingerprint, alerts: [{ ...grafanaAlert({ fingerprint, startsAt: Date.now() }), labels: { alertname: 'Logs', severity: 'info', service: 'search' }, annotations: { log } }],
  });
  expect((await post('log-1', `${'lorem ipsum '.repeat(660)}7`)).status).toBe(202);

  const found = async () => (await muster.call(VERA_VIEWER, 'listExtractionRules')).body.items.find(({ id }) => id === 'large');
  const flagged = await eventually(found, (rule) => rule?.flaggedAt !== null);
  expect(flagged).toMatchObject({ flagReason: 'took more than the 50 ms that are allowed on one alert', version: 2 });
  const alerts = (await muster.call(VERA_VIEWER, 'listAlerts', { query: { limit: 1000 } })).body.items;
  const stored = alerts.find(({ fingerprint }) => fingerprint === 'log-1');
  expect((await muster.call(VERA_VIEWER, 'getAlert', { params: { id: stored?.id ?? '' } })).body).toMatchObject({ service: 'search', derived: {} });
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'extraction.flagged' } });
  expect(audit.body.items).toMatchObject([{ actor: { kind: 'system' }, data: { rule: 'large' } }]);

  const { id: _id, ...fields } = large;
  const edited = await muster.call(ADA_ADMIN, 'putExtractionRule', { params: { id: 'large' }, body: { ...fields, pattern: 'zone (?P<zone>\\w+)' } }, { 'If-Match': '"2"' });
  expect(edited.body).toMatchObject({ flaggedAt: null, flagReason: null });
  expect((await muster.call(ADA_ADMIN, 'tryDerivation', { body: { labels: { alertname: 'X' }, annotations: { log: 'in zone a' } } })).body.derived).toEqual({ zone: 'a' });
  expect((await muster.call(ADA_ADMIN, 'deleteExtractionRule', { params: { id: 'large' } }, { 'If-Match': edited.headers.get('etag') ?? '' })).status).toBe(200);
});

test('dependencies are learned from alerts, proposed with evidence, and accepted into the topology', async () => {
  const dayMs = 86_400_000;
  for (let turn = 1; turn <= 4; turn += 1) {
    const atMs = Date.now() - turn * dayMs;
    await send({ alertname: 'Down', severity: 'info', service: 'payments-db', n: String(turn) }, { startsAt: atMs });
    await send({ alertname: 'Slow', severity: 'info', service: 'search', n: String(turn) }, { startsAt: atMs + 30_000 });
  }
  const learned = await muster.call(ADA_ADMIN, 'learnDependencies');
  expect(learned.body.proposed).toBe(1);
  const [proposal] = (await muster.call(VERA_VIEWER, 'listProposals')).body.items;
  expect(proposal).toMatchObject({ from: 'search', to: 'payments-db', type: 'stores-in', state: 'open', evidence: { basis: 'order', medianLagSeconds: 30 } });
  expect(proposal?.evidence.support).toBeGreaterThanOrEqual(4);
  const needs = async () => (await muster.call(VERA_VIEWER, 'getService', { params: { service: 'search' } })).body.dependencies;
  expect(await needs()).toEqual([]);
  const accepted = await muster.call(ADA_ADMIN, 'acceptProposal', { params: { id: proposal?.id ?? '' }, body: { type: 'calls' } });
  expect(accepted.body).toMatchObject({ state: 'accepted', type: 'calls', decidedBy: 'Ada Admin' });
  expect(await needs()).toEqual([{ to: 'payments-db', type: 'calls', origin: 'learned' }]);
  expect((await muster.call(ADA_ADMIN, 'learnDependencies')).body.proposed).toBe(0);
});
