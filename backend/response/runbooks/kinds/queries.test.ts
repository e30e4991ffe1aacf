import { STEP_KIND_SPECS } from '#contract';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import { GrafanaCallError, type GrafanaApi, type GrafanaRequest } from '../../../sources/index.ts';
import { createAnnotateKind, keyTag } from './annotate.ts';
import { createGrafanaQueryKind } from './grafanaQuery.ts';
import { inDrill } from './inDrill.ts';
import type { StepCall } from './kind.ts';
import { callOf, clientFor, createNotes, KEY, noStop, NOW, startEffectServer, type EffectServer } from './kinds.testkit.ts';
import { createPromqlKind } from './promql.ts';

describe('promql', () => {
  let server: EffectServer;
  let client: OutboundClient;
  beforeEach(async () => {
    server = await startEffectServer();
    client = clientFor({ timeoutMs: 500 });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  function run(filled: Record<string, unknown> = {}) {
    const kind = createPromqlKind({ callOut: (request) => client.call(request) });
    if (!('run' in kind)) throw new Error('is run');
    return kind.run(callOf('promql', STEP_KIND_SPECS.promql.with.parse({ url: `${server.url}/prom/`, expr: 'up{job="db"} == 0', headers: { Authorization: 'Bearer t' }, ...filled })), noStop(), createNotes());
  }
  const success = (data: unknown) => ({ kind: 'answer' as const, status: 200, body: JSON.stringify({ status: 'success', data }) });
  const vector = (...values: string[]) => success({ resultType: 'vector', result: values.map((value, index) => ({ metric: { instance: `db${index}` }, value: [1, value] })) });

  test('cap 70: asks the instant query and gives each series', async () => {
    server.next.push(vector('1', '0.5'));
    expect(await run()).toEqual({ kind: 'done', text: '2 series are fine', output: { value: 1, verdict: 'none', series: [{ labels: { instance: 'db0' }, value: 1 }, { labels: { instance: 'db1' }, value: 0.5 }] } });
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/prom/api/v1/query', headers: { authorization: 'Bearer t' }, body: 'query=up%7Bjob%3D%22db%22%7D+%3D%3D+0' }]);
  });

  test.each([
    { is: 'above', value: 0.9, values: ['0.5', '0.95'], ok: false }, { is: 'above', value: 0.9, values: ['0.5', '0.9'], ok: true }, { is: 'below', value: 1, values: ['1', '0.5'], ok: false },
    { is: 'atLeast', value: 1, values: ['1'], ok: false }, { is: 'atMost', value: 1, values: ['2'], ok: true }, { is: 'equal', value: 0, values: ['0'], ok: false },
    { is: 'notEqual', value: 0, values: ['0'], ok: true }, { is: 'above', value: 5, values: ['+Inf'], ok: false }, { is: 'above', value: 5, values: ['NaN'], ok: false },
  ])('fails when any series is $is $value: $values', async ({ is, value, values, ok }) => {
    server.next.push(vector(...values));
    expect(await run({ fail: { is, value } })).toMatchObject(ok ? { kind: 'done', output: { verdict: 'ok' } } : { kind: 'failed', retryable: true, error: expect.stringMatching(/^the value of \{instance="db\d"\} is/) });
  });

  test('numbers that JSON has not stand as text', async () => {
    server.next.push(vector('NaN', '-Inf'));
    expect(await run()).toMatchObject({ kind: 'done', output: { value: 'NaN', series: [{ value: 'NaN' }, { value: '-Inf' }] } });
  });

  test('an empty answer fails, unless it is allowed', async () => {
    server.next.push(vector(), vector());
    expect(await run({ fail: { is: 'above', value: 1 } })).toEqual({ kind: 'failed', retryable: true, error: 'the query gives no series' });
    expect(await run({ empty: 'ok' })).toMatchObject({ kind: 'done', output: { value: null, series: [] } });
  });

  test('takes a scalar, and a gateway that lets only reads through', async () => {
    server.next.push({ kind: 'answer', status: 405 }, success({ resultType: 'scalar', result: [1, '7'] }));
    expect(await run()).toMatchObject({ kind: 'done', output: { value: 7 } });
    expect(server.seen.map((request) => request.method)).toEqual(['POST', 'GET']);
  });

  test.each([
    { behaviour: { kind: 'answer', status: 400, body: '{"status":"error","errorType":"bad_data","error":"parse error"}' } as const, retryable: false, error: 'Prometheus answered 400: parse error' },
    { behaviour: { kind: 'answer', status: 503, body: '{"status":"error","errorType":"timeout","error":"query timed out"}' } as const, retryable: true, error: 'Prometheus answered 503: query timed out' },
    { behaviour: { kind: 'answer', status: 401, body: 'hush' } as const, retryable: false, error: 'Prometheus answered 401' },
    { behaviour: { kind: 'answer', status: 200, body: '<html>' } as const, retryable: false, error: expect.stringContaining('not one of Prometheus') },
    { behaviour: { kind: 'stall' } as const, retryable: true, error: expect.stringContaining('in time') },
    { behaviour: { kind: 'drop' } as const, retryable: true, error: expect.any(String) },
  ])('tells of $behaviour', async ({ behaviour, retryable, error }) => {
    server.next.push(behaviour);
    expect(await run()).toEqual({ kind: 'failed', retryable, error });
  });
});

/** Grafana's API as far as these kinds ask it: data sources give what was put in, annotations are kept. */
function createGrafana(results: unknown = {}) {
  const calls: GrafanaRequest[] = [];
  const annotations: { id: number; tags: string[] }[] = [];
  const faults: GrafanaCallError[] = [];
  const api: GrafanaApi = {
    isConnected: () => Promise.resolve(true),
    call(_orgId, request) {
      calls.push(request);
      const fault = faults.shift();
      if (fault !== undefined) return Promise.reject(fault);
      if (request.path === '/api/ds/query') return Promise.resolve({ results });
      if (request.method === 'GET') return Promise.resolve(annotations.filter(({ tags }) => tags.includes(request.query?.['tags'] ?? '')));
      const tags = typeof request.body === 'object' && request.body !== null && 'tags' in request.body && Array.isArray(request.body.tags) ? request.body.tags.map(String) : [];
      annotations.push({ id: annotations.length + 1, tags });
      return Promise.resolve({ id: annotations.length });
    },
  };
  return { api, calls, annotations, faults };
}

describe('grafanaQuery', () => {
  function run(grafana: GrafanaApi, filled: Record<string, unknown> = {}, signal = noStop()) {
    const kind = createGrafanaQueryKind({ grafana });
    if (!('run' in kind)) throw new Error('is run');
    return kind.run(callOf('grafanaQuery', STEP_KIND_SPECS.grafanaQuery.with.parse({ datasource: 'prom', query: { expr: 'rate(errors[5m])' }, ...filled })), signal, createNotes());
  }
  const frameOf = (labels: Record<string, string>, values: (number | null)[]) => ({
    schema: { fields: [{ name: 'Time', type: 'time' }, { name: 'Value', type: 'number', labels }] }, data: { values: [values.map((_, index) => index), values] },
  });
  const given = { A: { status: 200, frames: [frameOf({ pod: 'a' }, [1, 2, 3]), frameOf({ pod: 'b' }, [4, 10, null])] } };

  test('cap 70: asks the data source for its range', async () => {
    const { api, calls } = createGrafana(given);
    await run(api);
    expect(calls).toMatchObject([{ method: 'POST', path: '/api/ds/query', body: { from: String(NOW.getTime() - 900_000), to: String(NOW.getTime()), queries: [{ refId: 'A', datasource: { uid: 'prom' }, expr: 'rate(errors[5m])' }] } }]);
  });

  test.each([
    { reduce: 'last', values: [3, 10] }, { reduce: 'mean', values: [2, 7] }, { reduce: 'min', values: [1, 4] }, { reduce: 'max', values: [3, 10] }, { reduce: 'sum', values: [6, 14] }, { reduce: 'count', values: [3, 2] },
  ])('brings each series down to its $reduce', async ({ reduce, values }) => {
    expect(await run(createGrafana(given).api, { reduce })).toMatchObject({ kind: 'done', output: { value: values[0], verdict: 'none', series: [{ labels: { pod: 'a' }, value: values[0] }, { labels: { pod: 'b' }, value: values[1] }] } });
  });

  test('the verdict is bad when the threshold is passed by any series', async () => {
    expect(await run(createGrafana(given).api, { fail: { is: 'above', value: 5 } })).toEqual({ kind: 'failed', retryable: true, error: 'the value of {pod="b"} is 10, which is above 5' });
    expect(await run(createGrafana(given).api, { fail: { is: 'above', value: 50 } })).toMatchObject({ kind: 'done', output: { verdict: 'ok' } });
  });

  test('nothing to compare is no good verdict', async () => {
    const none = { A: { status: 200, frames: [] } };
    expect(await run(createGrafana(none).api, { fail: { is: 'above', value: 5 } })).toMatchObject({ kind: 'failed', retryable: true });
    expect(await run(createGrafana(none).api)).toMatchObject({ kind: 'done', output: { value: null, series: [] } });
    expect(await run(createGrafana({ A: { frames: [frameOf({}, [null])] } }).api, { fail: { is: 'above', value: 5 } })).toMatchObject({ kind: 'failed' });
  });

  test.each([
    { fault: new GrafanaCallError('not_connected', 'no service-account token is set under Settings, Sources'), retryable: false },
    { fault: new GrafanaCallError('refused', 'Grafana answered 403', 403), retryable: false }, { fault: new GrafanaCallError('throttled', 'Grafana answered 429', 429), retryable: true },
    { fault: new GrafanaCallError('unreachable', 'no answer'), retryable: true }, { fault: new GrafanaCallError('failed', 'Grafana answered 502', 502), retryable: true },
    { fault: new GrafanaCallError('failed', 'Grafana answered 404', 404), retryable: false },
  ])('tells of $fault.fault $fault.status', async ({ fault, retryable }) => {
    const { api, faults } = createGrafana();
    faults.push(fault);
    expect(await run(api)).toEqual({ kind: 'failed', retryable, error: fault.message });
  });

  test('tells what the data source says, and stops when told to', async () => {
    expect(await run(createGrafana({ A: { status: 400, error: 'bad expr hunter22' } }).api)).toEqual({ kind: 'failed', retryable: false, error: 'the data source answered 400: bad expr ***' });
    expect(await run(createGrafana().api)).toMatchObject({ kind: 'failed', error: expect.stringContaining('no result') });
    const stalled: GrafanaApi = { isConnected: () => Promise.resolve(true), call: () => new Promise(() => {}) };
    expect(await run(stalled, {}, AbortSignal.timeout(50))).toMatchObject({ kind: 'failed', retryable: true });
  });
});

describe('annotate', () => {
  function run(grafana: GrafanaApi, call: Partial<StepCall<'annotate'>> = {}) {
    const kind = inDrill(createAnnotateKind({ grafana }));
    if (!('run' in kind)) throw new Error('is run');
    return kind.run(callOf('annotate', { text: 'Pool restarted', tags: ['deploy'], dashboard: 'abc' }, call), noStop(), createNotes());
  }

  test('cap 70: marks the moment with the incident', async () => {
    const { api, calls } = createGrafana();
    expect(await run(api)).toEqual({ kind: 'done', output: { id: 1 }, text: 'marked' });
    expect(calls[1]?.body).toEqual({ time: NOW.getTime(), text: 'Pool restarted', tags: ['muster', 'INC-5', 'deploy', keyTag(KEY)], dashboardUID: 'abc' });
  });

  test('cap 76: a second try finds the mark of the first and makes none', async () => {
    const { api, annotations } = createGrafana();
    await run(api);
    expect(await run(api, { attempt: 2 })).toMatchObject({ kind: 'done', output: { id: 1 } });
    expect(await run(api, { key: 'another step' })).toMatchObject({ kind: 'done', output: { id: 2 } });
    expect(annotations).toHaveLength(2);
  });

  test('cap 81: a drill marks nothing', async () => {
    const { api, calls } = createGrafana();
    expect(await run(api, { drill: true })).toMatchObject({ kind: 'done', text: 'drill: not sent' });
    expect(calls).toEqual([]);
  });

  test('tells of a Grafana that refuses', async () => {
    const { api, faults } = createGrafana();
    faults.push(new GrafanaCallError('refused', 'Grafana answered 403', 403));
    expect(await run(api)).toEqual({ kind: 'failed', retryable: false, error: 'Grafana answered 403' });
  });
});
