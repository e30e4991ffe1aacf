import { randomUUID } from 'node:crypto';
import { problem, incident, mappingDocument, type Incident } from '#contract';
import { AppError, overloadedError, versionMismatchError } from '../errors.ts';
import { parseIfMatch } from './mount.ts';
import type { RequestContext } from './route.ts';
import { startTestApi, type TestAnswer, type TestApi } from './testApi.testkit.ts';

const AT = '2026-01-02T03:04:05.000Z';
const INCIDENT: Incident = incident.parse({
  number: 7, key: 'INC-7', title: 'Checkout is down', state: 'declared', severity: 'sev1', severityOrigin: 'manual', origin: 'manual', primaryService: 'checkout',
  services: ['checkout'], commander: null, alertsTotal: 0, alertsFiring: 0, firstAlertAt: null, lastAlertAt: null, impactStartedAt: null, detectedAt: AT, declaredAt: AT,
  acknowledgedAt: null, identifiedAt: null, mitigatedAt: null, resolvedAt: null, closedAt: null, updatedAt: AT, mergedInto: null, version: 3, description: '', groupingReason: null,
  declarationReason: null, availableCommands: [], mergedFrom: [], lastEventPosition: '12',
  confidence: null, probableCause: null, score: null, expiresAt: null, regressions: 0, recurrenceOf: null, drill: null, type: 'general', private: false, privacy: null, declaration: null, assessment: null,
  impact: { affected: 1, atRisk: 0, businessServices: [], users: null, costPerMinute: null, runningCost: null }, severityInputs: null, fields: {}, links: [], recurrences: [],
  times: { at: AT, measures: [], impossible: [], underMaintenance: [], windows: [] },
  impactDetails: { affected: ['checkout'], atRisk: [], businessServices: [], regions: [], clusters: [], users: null, costPerMinute: null, runningCost: null },
});
const MAPPING = mappingDocument.parse({
  severityLabels: ['severity'], severityValues: {}, defaultSeverity: 'sev3', serviceLabels: [], teamLabels: [], environmentLabels: [], clusterLabels: [], version: 5, provisioned: false,
});

let api: TestApi;
let contexts: RequestContext[] = [];
let requests: unknown[] = [];
let failure: unknown;

beforeAll(async () => {
  api = await startTestApi({
    async listIncidents(request) {
      requests.push(request);
      return { items: [], nextCursor: null, total: 0 };
    },
    async declareIncident(request, context) {
      requests.push(request);
      contexts.push(context);
      return INCIDENT;
    },
    async editIncident(request, context) {
      requests.push(request);
      contexts.push(context);
      return INCIDENT;
    },
    async getIncident() {
      throw failure;
    },
    async getMapping() {
      return MAPPING;
    },
    async countIncidents() {
      return { candidates: 1.5, active: 0, bySeverity: { sev1: 0, sev2: 0, sev3: 0, sev4: 0, sev5: 0 } };
    },
    async listAudit() {
      return { items: [], nextCursor: null };
    },
  });
});
afterAll(() => api.close());
beforeEach(() => {
  contexts = [];
  requests = [];
});

function expectProblem(answer: TestAnswer, status: number, code: string) {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const body = problem.parse(answer.body);
  expect([answer.status, body.status, body.code]).toEqual([status, status, code]);
  expect(body.requestId).toBe(answer.headers.get('x-request-id'));
  return body;
}

const DECLARE = { title: 'Checkout is down', severity: 'sev1' };

test('hands parsed parts with their defaults to the handler and answers with status, ETag and no-store', async () => {
  const answer = await api.call('POST', '/incidents', { json: { ...DECLARE, unknown: 1 } });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('etag')).toBe('"3"');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toEqual(JSON.parse(JSON.stringify(INCIDENT)));
  expect(requests).toEqual([{ params: undefined, query: undefined, body: { ...DECLARE, services: [], description: '', alerts: [], links: [], fields: {} } }]);
  expect(contexts[0]).toMatchObject({ ifMatch: null, caller: { login: 'ann' } });
});

test('reads path and query', async () => {
  await api.call('GET', '/incidents?limit=5&severity=sev1,sev2&q=a%20b');
  expect(requests).toEqual([{ params: undefined, query: { limit: 5, severity: 'sev1,sev2', q: 'a b', phase: 'open', visibility: 'all', drills: 'without', sort: 'newest' }, body: undefined }]);
});

test.each([
  { name: 'a body field', method: 'POST', path: '/incidents', json: { title: 'ok title', severity: 'sev9' }, fields: ['body.severity'] },
  { name: 'several body fields', method: 'POST', path: '/incidents', json: { title: 'x', services: ['a', ''] }, fields: ['body.title', 'body.severity', 'body.services[1]'] },
  { name: 'a query field', method: 'GET', path: '/incidents?limit=0&sort=loud', fields: ['query.limit', 'query.sort'] },
  { name: 'a repeated query field', method: 'GET', path: '/incidents?q=a&q=b', fields: ['query.q'] },
  { name: 'a query field that is not known', method: 'GET', path: '/incidents?q=a&sevrity=sev1', fields: ['query.sevrity'] },
  { name: 'a path field', method: 'GET', path: '/incidents/seven', fields: ['params.number'] },
  { name: 'a body that is no object', method: 'POST', path: '/incidents', json: 'text', fields: ['body'] },
])('names $name that is wrong', async ({ method, path, json, fields }) => {
  const body = expectProblem(await api.call(method, path, json === undefined ? {} : { json }), 400, 'invalid_input');
  expect(body.errors?.map((fault) => fault.field)).toEqual(fields);
  expect(requests).toEqual([]);
});

test.each([
  { name: 'broken JSON', init: { body: '{"title": }', headers: { 'content-type': 'application/json' } }, field: 'body', says: /not JSON/ },
  { name: 'no body', init: {}, field: 'body', says: /JSON body/ },
  { name: 'a body of another type', init: { body: 'title=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, field: 'body', says: /application\/json/ },
  { name: 'a body without type', init: { body: '{}', headers: { 'content-type': '' } }, field: 'body', says: /application\/json/ },
  { name: 'an unknown charset', init: { body: '{}', headers: { 'content-type': 'application/json; charset=klingon' } }, field: 'Content-Type', says: /charset/ },
  { name: 'an unknown encoding', init: { body: '{}', headers: { 'content-type': 'application/json', 'content-encoding': 'rot13' } }, field: 'Content-Type', says: /encoding/ },
])('explains $name', async ({ init, field, says }) => {
  const body = expectProblem(await api.call('POST', '/incidents', init), 400, 'invalid_input');
  expect(body.errors?.map((fault) => fault.field)).toEqual([field]);
  expect(body.detail).toMatch(says);
});

test('refuses a body beyond 1 MiB', async () => {
  expectProblem(await api.call('POST', '/incidents', { json: { ...DECLARE, description: 'x'.repeat(1024 * 1024) } }), 413, 'too_large');
});

test('passes the version of If-Match on, strong or weak', async () => {
  await api.call('PATCH', '/incidents/7', { json: { title: 'Other title' }, headers: { 'if-match': '"7"' } });
  await api.call('PATCH', '/incidents/7', { json: { title: 'Other title' }, headers: { 'if-match': 'W/"8"' } });
  expect(contexts.map((context) => context.ifMatch)).toEqual([7, 8]);
});

test('asks for If-Match where the write needs it', async () => {
  expectProblem(await api.call('PATCH', '/incidents/7', { json: { title: 'Other title' } }), 428, 'precondition_required');
});

test.each(['7', '*', '"x"', '"7", "8"', '"99999999999"', '"-1"'])('refuses If-Match: %s', (header) => {
  expect(() => parseIfMatch(header)).toThrow(AppError);
});

test('never gives a version that PostgreSQL could not compare', () => {
  expect(() => parseIfMatch('"9999999999"')).toThrow(AppError);
  expect(parseIfMatch('"999999999"')).toBe(999_999_999);
});

test('gives an ETag on reads that carry a version', async () => {
  expect((await api.call('GET', '/mapping')).headers.get('etag')).toBe('"5"');
});

test('turns an expected error into its problem, with Retry-After and what it adds', async () => {
  failure = overloadedError('too much at once', 3);
  const answer = await api.call('GET', '/incidents/7');
  expect(expectProblem(answer, 503, 'overloaded').detail).toBe('too much at once');
  expect(answer.headers.get('retry-after')).toBe('3');
  failure = versionMismatchError('Bob changed it', { extra: { version: 4 } });
  expect(expectProblem(await api.call('GET', '/incidents/7'), 412, 'version_mismatch').extra).toEqual({ version: 4 });
});

test.each([
  { name: 'an unknown error', thrown: () => new Error('password is hunter2') },
  { name: 'something that is no error', thrown: () => 'hunter2' },
  { name: 'an error that looks like one of express', thrown: () => Object.assign(new Error('hunter2'), { status: 404, type: 'hunter2' }) },
])('answers $name without its content and logs it with the request id', async ({ thrown }) => {
  failure = thrown();
  const id = randomUUID();
  const answer = await api.call('GET', '/incidents/7', { headers: { 'x-request-id': id } });
  expectProblem(answer, 500, 'internal');
  expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  expect(answer.headers.get('x-request-id')).toBe(id);
  expect(api.log.filter((line) => line['requestId'] === id && line['level'] === 50)).toMatchObject([{ path: '/api/incidents/7' }]);
});

test('does not send an answer that breaks the contract, when answers are checked', async () => {
  expectProblem(await api.call('GET', '/incident-counts'), 500, 'internal');
});

test('asks for the right before it looks at the request', async () => {
  expectProblem(await api.call('GET', '/audit?limit=wrong'), 403, 'not_allowed');
});

test.each(['/incidents/%zz', '/nowhere', '/incidents/7/sing', '/../etc'])('answers %s with a problem', async (path) => {
  const answer = await api.call('GET', path);
  expect([400, 404]).toContain(answer.status);
  expectProblem(answer, answer.status, answer.status === 400 ? 'invalid_input' : 'not_found');
});

test('writes one access line per request, with the whole path and without the query', async () => {
  await api.call('GET', '/incidents?q=hunter2', { headers: { 'x-request-id': 'access-line-1' } });
  await api.call('GET', '/incidents/seven?q=hunter2', { headers: { 'x-request-id': 'access-line-2' } });
  const lines = api.log.filter((line) => String(line['requestId']).startsWith('access-line-'));
  expect(lines).toMatchObject([
    { level: 20, method: 'GET', path: '/api/incidents', status: 200 },
    { level: 30, method: 'GET', path: '/api/incidents/seven', status: 400 },
  ]);
  expect(JSON.stringify(api.log)).not.toContain('q=hunter2');
});

test.each(['short', 'has spaces in it', 'x'.repeat(101), 'new\tline-and-more'])('replaces the request id %j', async (id) => {
  const answer = await api.call('GET', '/mapping', { headers: { 'x-request-id': id } });
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
