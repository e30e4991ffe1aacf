/** Grouping by people, declaring with context, policies and fields over HTTP. */
import { alertId, type Incident } from '../../backend/contract/index.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const REASON = 'they are another failure';
let muster: TestApp;
let token: string;
let made = 0;

beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

/** Alerts of a service of their own, in one incident. */
async function incidentOf(count: number, severity = 'warning', service = `service-${made += 1}`): Promise<Incident> {
  const before = (await muster.call(ADA_ADMIN, 'listIncidents', { query: { service, phase: 'all' } })).body.items[0]?.alertsTotal ?? 0;
  made += 1;
  const alerts = Array.from({ length: count }, (_, index) => grafanaAlert({ fingerprint: `${service}-${made}-${index}`, service, severity, startsAt: Date.now() }));
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts });
  const list = await eventually(() => muster.call(ADA_ADMIN, 'listIncidents', { query: { service, phase: 'all' } }), ({ body }) => body.items.some((item) => item.alertsTotal >= before + count));
  return (await muster.call(ADA_ADMIN, 'getIncident', { params: { number: list.body.items[0]?.number ?? 0 } })).body;
}

async function idsOf(number: number) {
  return (await muster.call(ADA_ADMIN, 'listIncidentAlerts', { params: { number } })).body.items.map((alert) => alert.id);
}

test('cap 40: split, move and undo over HTTP, with the version seen, once per key, and each on the timeline', async () => {
  const incident = await incidentOf(4);
  const { number } = incident;
  const [a, b, c] = await idsOf(number);
  if (a === undefined || b === undefined || c === undefined) throw new Error('no alerts');
  const stale = await muster.call(ADA_ADMIN, 'splitIncident', { params: { number }, body: { alerts: [a], reason: REASON } }, { 'If-Match': `"${incident.version + 7}"` });
  expect(stale.status).toBe(412);
  const key = { 'Idempotency-Key': 'split-once-0001', 'If-Match': `"${incident.version}"` };

  const fresh = await muster.call(ADA_ADMIN, 'splitIncident', { params: { number }, body: { alerts: [a], reason: REASON } }, key);
  const repeated = await muster.call(ADA_ADMIN, 'splitIncident', { params: { number }, body: { alerts: [a], reason: REASON } }, key);

  expect(fresh.status).toBe(201);
  expect(repeated.body.number).toBe(fresh.body.number);
  expect(repeated.headers.get('Idempotency-Replayed')).toBe('true');
  const twice = await muster.call(ADA_ADMIN, 'splitIncident', { params: { number }, body: { alerts: [a], reason: REASON } });
  expect([twice.status, twice.problem.detail]).toEqual([409, `1 of the chosen alerts are not in ${incident.key} any more; look again and choose anew`]);
  const all = await muster.call(ADA_ADMIN, 'moveAlerts', { params: { number }, body: { alerts: await idsOf(number), into: null, reason: REASON } });
  expect([all.status, all.problem.errors?.[0]?.field]).toEqual([400, 'body.alerts']);
  const bare = await muster.call(ADA_ADMIN, 'moveAlerts', { params: { number }, body: { alerts: [b], into: null, reason: '' } });
  expect([bare.status, bare.problem.errors?.[0]?.field]).toEqual([400, 'body.reason']);

  const moved = await muster.call(ADA_ADMIN, 'moveAlerts', { params: { number }, body: { alerts: [b], into: fresh.body.number, reason: REASON } });
  expect(moved.body).toMatchObject({ number, alertsTotal: 2 });
  const { items } = (await muster.call(VERA_VIEWER, 'listRegroupings', { params: { number } })).body;
  expect(items.map((item) => [item.kind, item.from, item.into, item.alerts, item.by.name, item.undoneAt])).toEqual([
    ['move', number, fresh.body.number, 1, 'Ada Admin', null], ['split', number, fresh.body.number, 1, 'Ada Admin', null],
  ]);
  for (const item of items) expect((await muster.call(ADA_ADMIN, 'undoRegrouping', { params: { id: item.id }, body: { reason: 'was right before' } })).status).toBe(200);

  expect((await muster.call(ADA_ADMIN, 'getIncident', { params: { number } })).body).toMatchObject({ alertsTotal: 4, alertsFiring: 4 });
  expect((await muster.call(ADA_ADMIN, 'getIncident', { params: { number: fresh.body.number } })).body).toMatchObject({ state: 'duplicate', mergedInto: number });
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number }, query: { kind: 'people', order: 'oldest' } });
  expect(timeline.body.items.map((item) => item.text)).toEqual(expect.arrayContaining([
    `1 alert split off into INC-${fresh.body.number}: ${REASON}`, `1 alert moved to INC-${fresh.body.number}: ${REASON}`, `Move undone; 1 alert went back to INC-${number}: was right before`,
  ]));
});

test('cap 45: one call declares with alerts, links and context; the alerts leave the incident they were in', async () => {
  const { number } = await incidentOf(3);
  const [one] = await idsOf(number);
  if (one === undefined) throw new Error('no alert');
  const links = [{ title: 'Panel: latency', url: '/d/abc/shop?viewPanel=4&from=1&to=2' }];

  const declared = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Checkout is slow', severity: 'sev3', alerts: [one], links } });

  expect(declared.body).toMatchObject({ state: 'declared', severity: 'sev3', alertsTotal: 1, alertsFiring: 1, links, severityOrigin: 'manual' });
  expect((await muster.call(ADA_ADMIN, 'getIncident', { params: { number } })).body.alertsTotal).toBe(2);
  for (const url of ['javascript:alert(1)', '//example.com', '/\\example.com']) {
    const unsafe = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Checkout is slow', severity: 'sev3', links: [{ title: 'x', url }] } });
    expect([unsafe.status, unsafe.problem.errors?.[0]?.field]).toEqual([400, 'body.links[0].url']);
  }
  const unknown = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Checkout is slow', severity: 'sev3', alerts: [alertId.parse(one.replace(/^.{4}/, '0000'))] } });
  expect([unknown.status, unknown.problem.errors?.[0]?.field]).toEqual([400, 'body.alerts']);
});

test('cap 44: a policy edited over the API decides on the next incident, with its reason; what it ignored comes back with more evidence', async () => {
  const { version, provisioned: _file, ...policy } = (await muster.call(ADA_ADMIN, 'getDeclarePolicy')).body;
  const rules = [
    { name: 'payments is always one', services: ['payments'], outcome: 'declare' as const },
    { name: 'few alerts of sandbox', services: ['sandbox'], minAlerts: 3, outcome: 'propose' as const },
    { name: 'sandbox', services: ['sandbox'], outcome: 'ignore' as const },
    ...policy.rules,
  ];
  const put = await muster.call(ADA_ADMIN, 'putDeclarePolicy', { body: { ...policy, rules } }, { 'If-Match': `"${version}"` });
  expect([put.status, put.body.version]).toEqual([200, version + 1]);
  expect((await muster.call(ADA_ADMIN, 'putDeclarePolicy', { body: policy }, { 'If-Match': `"${version}"` })).status).toBe(412);
  const upside = await muster.call(ADA_ADMIN, 'putDeclarePolicy', { body: { ...policy, proposeFrom: 0.9, declareFrom: 0.5 } }, { 'If-Match': `"${version + 1}"` });
  expect([upside.status, upside.problem.errors?.[0]?.field]).toEqual([400, 'body.declareFrom']);

  const paid = await incidentOf(1, 'info', 'payments');
  expect(paid).toMatchObject({ state: 'declared', declarationReason: 'rule "payments is always one": payments has alerts', declaration: { rule: 'payments is always one' } });
  const sandbox = await incidentOf(1, 'info', 'sandbox');
  expect(sandbox).toMatchObject({ state: 'rejected', declaration: { outcome: 'ignore', rule: 'sandbox' } });
  const more = await incidentOf(2, 'info', 'sandbox');
  expect(more).toMatchObject({ number: sandbox.number, state: 'candidate', alertsTotal: 3 });

  const bare = await muster.call(ADA_ADMIN, 'rejectIncident', { params: { number: sandbox.number }, body: {} });
  expect([bare.status, bare.problem.errors?.[0]?.field]).toEqual([400, 'body.reason']);
  const rejected = await muster.call(ADA_ADMIN, 'rejectIncident', { params: { number: sandbox.number }, body: { reason: 'a load test' } });
  expect(rejected.body.state).toBe('rejected');
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'incident.rejected' } });
  expect(audit.body.items[0]?.data).toMatchObject({ reason: 'a load test', alerts: 3, services: ['sandbox'], severity: 'sev5' });
  expect((await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'incident_settings.edited' } })).body.items[0]?.data).toMatchObject({ name: 'declare_policy', version: version + 1 });
});

test('cap 46, cap 47: the severity says from what it was computed; a person overrides it with a reason, and graver alerts raise it', async () => {
  const incident = await incidentOf(1, 'warning', 'ledger');
  expect(incident).toMatchObject({ severity: 'sev3', severityInputs: { impact: 3, urgency: 3, urgencyReason: 'the gravest alert is SEV3' } });
  const { number } = incident;
  const bare = await muster.call(ADA_ADMIN, 'setIncidentSeverity', { params: { number }, body: { severity: 'sev5', reason: '' } }, { 'If-Match': `"${incident.version}"` });
  expect([bare.status, bare.problem.errors?.[0]?.field]).toEqual([400, 'body.reason']);
  const set = await muster.call(ADA_ADMIN, 'setIncidentSeverity', { params: { number }, body: { severity: 'sev5', reason: 'only a test system' } }, { 'If-Match': `"${incident.version}"` });
  expect(set.body).toMatchObject({ severity: 'sev5', severityOrigin: 'manual' });
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'incident.severity_changed' } });
  expect(audit.body.items[0]).toMatchObject({ incident: number, actor: { name: 'Ada Admin' }, data: { from: 'sev3', to: 'sev5', computed: 'sev3', reason: 'only a test system', inputs: { impact: 3 } } });

  expect(await incidentOf(1, 'warning', 'ledger')).toMatchObject({ severity: 'sev5' });
  expect(await incidentOf(1, 'critical', 'ledger')).toMatchObject({ severity: 'sev1' });

  const { version, provisioned: _file, ...severity } = (await muster.call(ADA_ADMIN, 'getSeverityPolicy')).body;
  const [first, second, , fourth] = severity.matrix;
  const put = await muster.call(ADA_ADMIN, 'putSeverityPolicy', { body: { ...severity, matrix: [first, second, ['sev2', 'sev2', 'sev2', 'sev4'], fourth] } }, { 'If-Match': `"${version}"` });
  expect(put.status).toBe(200);
  expect(await incidentOf(1, 'warning', 'ledger-two')).toMatchObject({ severity: 'sev2', severityInputs: { severity: 'sev2' } });
});

test('cap 51: fields of a type are checked, kept, and asked for before the state that needs them', async () => {
  const { version, types } = (await muster.call(ADA_ADMIN, 'getIncidentTypes')).body;
  const fields = [
    { key: 'cause', label: 'Root cause', kind: 'text' as const, requiredIn: ['resolved' as const] },
    { key: 'customers', label: 'Customers told', kind: 'boolean' as const },
  ];
  const double = await muster.call(ADA_ADMIN, 'putIncidentTypes', { body: { types: [...types, ...types] } }, { 'If-Match': `"${version}"` });
  expect([double.status, double.problem.errors?.[0]?.field]).toEqual([400, 'body.types[1].id']);
  await muster.call(ADA_ADMIN, 'putIncidentTypes', { body: { types: [...types, { id: 'outage', name: 'Outage', fields }] } }, { 'If-Match': `"${version}"` });

  const declared = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Search is down', severity: 'sev4', type: 'outage', fields: { customers: false } } });
  const { number } = declared.body;
  expect(declared.body).toMatchObject({ type: 'outage', fields: { customers: false } });
  for (const step of ['acknowledgeIncident', 'mitigateIncident'] as const) await muster.call(ADA_ADMIN, step, { params: { number }, body: {} });
  const seen = (await muster.call(ADA_ADMIN, 'getIncident', { params: { number } })).body;
  expect(seen.availableCommands.find((command) => command.command === 'resolve')?.missingFields).toEqual(['Root cause']);
  const refused = await muster.call(ADA_ADMIN, 'resolveIncident', { params: { number }, body: {} });
  expect([refused.status, refused.problem.errors?.[0]]).toEqual([400, { field: 'fields.cause', message: 'Root cause is needed before the incident is resolved' }]);
  const wrong = await muster.call(ADA_ADMIN, 'setIncidentFields', { params: { number }, body: { fields: { customers: 'yes' } } }, { 'If-Match': `"${seen.version}"` });
  expect([wrong.status, wrong.problem.errors?.[0]?.field]).toEqual([400, 'body.fields.customers']);

  const set = await muster.call(ADA_ADMIN, 'setIncidentFields', { params: { number }, body: { fields: { cause: 'a full disk' } } }, { 'If-Match': `"${seen.version}"` });
  expect(set.body.fields).toEqual({ customers: false, cause: 'a full disk' });
  expect((await muster.call(ADA_ADMIN, 'resolveIncident', { params: { number }, body: {} })).body.state).toBe('resolved');
});

test('cap 50: the blast radius shows an alert as soon as its incident has it', async () => {
  const { number } = await incidentOf(1, 'critical', 'warehouse');

  const graph = await muster.call(VERA_VIEWER, 'getBlastRadius', { params: { number } });

  expect(graph.body).toEqual({ nodes: [{ service: 'warehouse', state: 'origin', alertsFiring: 1, alertsTotal: 1, severity: 'sev1', hops: 0, businessServices: [] }], edges: [], leftOut: 0 });
});
