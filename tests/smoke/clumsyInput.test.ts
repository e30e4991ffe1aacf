/** What a clumsy sender or an attacker puts in is refused as theirs, with the field; never answered as a fault of Muster, and it costs no neighbour an alert. */
import { ADA_ADMIN } from '../harness/grafana.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let token: string;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const BEYOND_POSTGRES = `${'['.repeat(7_000)}${']'.repeat(7_000)}`;

function delivery(fingerprint: string, values?: string): string {
  const alert = JSON.stringify(grafanaAlert({ fingerprint, startsAt: Date.UTC(2026, 2, 2) }));
  return `{"receiver":"muster","status":"firing","alerts":[${values === undefined ? alert : alert.replace('"values":{"A":1}', `"values":{"A":${values}}`)}]}`;
}

async function get(path: string) {
  const response = await fetch(`${muster.url}${path}`, { headers: await muster.headersOf(ADA_ADMIN) });
  return { status: response.status, body: await response.json() };
}

test.each([
  ['as the list of alerts', `{"alerts":${DEEP}}`], ['as an alert', `{"alerts":[${DEEP}]}`], ['in a member of an alert', delivery('deep', DEEP)],
])('cap 9: a payload nested too deeply %s is never asked for again: it is kept, or stored', async (_where, body) => {
  const response = await muster.postWebhook('grafana', token, body);

  expect([202, 400]).toContain(response.status);
});

test('cap 8: a payload that the database refuses spoils none that arrive together with it', async () => {
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, (_, n) => muster.postWebhook('grafana', token, delivery(`good-${n}`))),
    ...Array.from({ length: 5 }, (_, n) => muster.postWebhook('grafana', token, delivery(`bad-${n}`, BEYOND_POSTGRES))),
  ]);

  expect(answers.slice(0, 20).map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 202));
  for (const answer of answers.slice(20)) expect([202, 400]).toContain(answer.status);
  const rows = await muster.database.db.query("select 1 from alerts as a where a.fingerprint like 'good-%'");
  expect(rows).toHaveLength(20);
});

test('a webhook address that is not well formed is refused, not asked for again', async () => {
  const response = await muster.postWebhook('%E0%A4%A', token, '{"alerts":[]}');

  expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ errors: [{ field: 'path', message: expect.any(String) }] })]);
});

test.each([
  ['/api/incidents/2147483648', 'params.number'], ['/api/incidents/99999999999999999999', 'params.number'],
  ['/api/alerts/0123456789abcdef-9999999999999999', 'params.id'], ['/api/incidents?state=open', 'query.state'], ['/api/alerts?sevrity=sev1', 'query.sevrity'],
  ['/api/incidents?cursor=xx', 'query.cursor'], ['/api/alerts?cursor=%00', 'query.cursor'], ['/api/audit?cursor=e30', 'query.cursor'],
])('GET %s is refused with the field that is wrong', async (path, field) => {
  const answer = await get(path);

  expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
});

test.each([
  ['a query', '/api/detectors', (deep: string) => `{"name":"Deep","query":{"kind":"grafana","datasource":"es","query":{"metrics":${deep}}}}`],
  ['the value of an input', '/api/runbooks/restart-service/runs', (deep: string) => `{"inputs":{"host":${deep}}}`],
])('a body of the API that is nested too deeply in %s is refused', async (_what, path, bodyOf) => {
  for (const levels of [70, 100_000]) {
    const response = await fetch(`${muster.url}${path}`, { method: 'POST', headers: { ...(await muster.headersOf(ADA_ADMIN)), 'Content-Type': 'application/json' }, body: bodyOf(`${'['.repeat(levels)}${']'.repeat(levels)}`) });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ errors: [{ field: 'body', message: 'must not be nested more than 64 levels deep' }] })]);
  }
});

test('cap 110: a detector keeps a query of lists and objects, as Elasticsearch takes it, to the letter; one that is too long is refused', async () => {
  const query = {
    query: 'level:error', timeField: '@timestamp', alias: null, metrics: [{ id: '1', type: 'count' }],
    bucketAggs: [{ id: '3', type: 'terms', field: 'service', settings: { size: '10', order: 'desc', orderBy: '_term' } }, { id: '2', type: 'date_histogram', field: '@timestamp', settings: { interval: 'auto' } }],
  };
  const body = { name: 'Errors in Elasticsearch', query: { kind: 'grafana' as const, datasource: 'es', query } };
  const made = await muster.call(ADA_ADMIN, 'createDetector', { body });
  expect([made.status, (await muster.call(ADA_ADMIN, 'getDetector', { params: { id: made.body.id } })).body.query]).toEqual([201, body.query]);

  const long = await muster.call(ADA_ADMIN, 'createDetector', { body: { ...body, query: { ...body.query, query: { ...query, query: 'x'.repeat(20_000) } } } });
  expect([long.status, long.problem.errors]).toEqual([400, [{ field: 'body.query.query', message: 'must be at most 20000 characters of JSON' }]]);
});
