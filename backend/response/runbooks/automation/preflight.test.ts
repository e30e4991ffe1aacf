/** cap 82: preflight finds what would fail tonight, says what to do about it, and has no effect on what it looks at. */
import { createServer, type Server } from 'node:http';
import { runbookId, type Agent, type PreflightReport } from '#contract';
import { createOutboundClient, type OutboundClient } from '../../../platform/outbound/client.ts';
import { createLogger } from '../../../platform/logger.ts';
import { askedBy, ORG, startAutomationStage, type AutomationStage } from './automation.testkit.ts';
import { preflightOf } from './preflightStore.ts';

const SECRET = 'Tok/en="9f2c"';
const DEAD = 'http://127.0.0.1:2';
let stage: AutomationStage;
let server: Server;
let url: string;
let client: OutboundClient;
/** Requests that reached the server: method, path, and whether anything came along. */
let seen: { readonly method: string; readonly path: string; readonly body: string; readonly token: string | undefined }[] = [];

/** Ends the time of a call that is never answered, once it has been seen. */
let timesUp = new AbortController();

/** Answers as the first part of the path says. */
function startServer(): Promise<Server> {
  const made = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      seen.push({ method: request.method ?? '', path, body, token: request.headers.authorization });
      const asked = new URL(path, 'http://x').searchParams.get('query') ?? '';
      if (path.startsWith('/gone')) response.writeHead(404).end();
      else if (path.startsWith('/signin')) response.writeHead(401).end();
      else if (path.startsWith('/silent')) return void timesUp.abort(new DOMException('time is up', 'TimeoutError'));
      else if (path.startsWith('/html')) response.end(`<html>${SECRET} ${SECRET.slice(0, 8)}</html>`);
      else if (path.startsWith('/locked/')) response.writeHead(403).end(SECRET);
      else if (path.includes('/api/v1/query')) response.end(JSON.stringify({ status: 'success', data: { result: asked === 'nothing' ? [] : [{ metric: {} }, { metric: {} }] } }));
      else response.end('ok');
    });
  });
  return new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(made)));
}

beforeEach(async () => {
  stage = await startAutomationStage();
  server = await startServer();
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  client = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] });
  seen = [];
  timesUp = new AbortController();
  stage.preflight = {
    call: (request) => client.call(request),
    async openSecrets(_q, _org, [name]) {
      if (name === 'token') return new Map([['token', SECRET]]);
      throw new Error(name === 'others' ? 'the secret “others” may not be used by this runbook' : `there is no secret “${name}”`);
    },
    agentsOf: async () => [HERE, { ...HERE, name: 'away', state: 'offline' }, { ...HERE, name: 'out', state: 'revoked' }],
    countSeries: async (_org, { datasource }) => {
      if (datasource === 'broken') throw new Error('the data source is not there');
      return datasource === 'empty' ? 0 : 3;
    },
  };
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
  await stage.close();
});

const HERE: Pick<Agent, 'name' | 'labels' | 'state' | 'commands' | 'kubernetes'> = {
  name: 'here', labels: { zone: 'a' }, state: 'online', kubernetes: ['scale deployment/* in shop', 'cordon logs-*'],
  commands: [{ name: 'restart', description: '', repeatable: false, args: [{ name: 'unit', type: 'string', required: true }, { name: 'force', type: 'boolean', required: false }] }],
};

async function look(id: string, steps: string, options: { links?: string; inputs?: string } = {}): Promise<PreflightReport> {
  stage.publish(id, `${options.inputs ?? ''}\nsteps:\n${steps}`, options.links === undefined ? {} : { links: options.links });
  return stage.automation.handlers.runPreflight({ params: { id: runbookId.parse(id) }, query: undefined, body: undefined }, askedBy('ada'));
}

/** `check step: detail` of what is wrong, and that it says what to do. */
function faultsOf(report: PreflightReport): string[] {
  const faults = report.findings.filter(({ ok }) => !ok);
  for (const { fix } of faults) expect(fix).toMatch(/\S/);
  expect(report.ok).toBe(faults.length === 0);
  return faults.map(({ check, step, detail }) => `${check} ${step ?? '-'}: ${detail}`);
}

test('one that would work is green, and what it found is said', async () => {
  const report = await look('well', [
    `  - { id: call, kind: http, with: { method: POST, url: "${url}/restart", headers: { Authorization: "Bearer {{ secrets.token }}" }, body: "{{ secrets.token }}" } }`,
    `  - { id: ask, kind: promql, with: { url: "${url}/prom", expr: up, headers: { Authorization: "Bearer {{ secrets.token }}" } } }`,
    '  - { id: query, kind: grafanaQuery, with: { datasource: prom, query: { expr: up } } }',
    '  - { id: run, kind: command, with: { agent: here, command: restart, args: { unit: x } } }',
    '  - { id: scale, kind: kubernetes, with: { agent: zone=a, action: scale, namespace: shop, target: deployment/cart, replicas: 3 } }',
  ].join('\n'), { links: `[{ title: Wiki, url: "${url}/signin" }]` });

  expect(faultsOf(report)).toEqual([]);
  expect(report.findings.map(({ check, step, detail }) => `${check} ${step ?? '-'}: ${detail}`)).toEqual([
    'runbook -: its text has no errors', 'secret -: the secret “token” is there', `host call: ${new URL(url).host} answers`, 'query ask: the query gives 2 series', 'query query: the query gives 3 series',
    'agent run: the agent here is here and allows “restart”', 'agent scale: the agent here is here and allows scale', 'link -: “Wiki” is there',
  ]);
  expect(await preflightOf(stage.database.db, ORG, ['well'])).toEqual(new Map([['well', { ok: true, at: stage.clock.now(), faults: 0 }]]));
});

test('nothing with effect is sent: only GET, no body, of a step that calls out the front door alone and without its credentials', async () => {
  const methods = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].map((method, n) => `  - { id: s${n}, kind: http, with: { method: ${method}, url: "${url}/act/${n}?key={{ secrets.token | url }}", headers: { Authorization: "{{ secrets.token }}" } } }`);
  const undo = `  - { id: u, kind: wait, with: { for: 1s }, undo: { kind: http, with: { method: DELETE, url: "${url}/undo" } } }`;
  const inside = `  - { id: each, kind: forEach, items: "[1, 2]", steps: [{ id: deep, kind: http, with: { method: POST, url: "${url}/deep" } }] }`;
  await look('acts', [...methods, undo, inside].join('\n'), { links: `[{ title: Page, url: "${url}/page" }]` });

  expect(seen.map(({ method, path, body, token }) => ({ method, path, body, token })).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { method: 'GET', path: '/', body: '', token: undefined }, { method: 'GET', path: '/page', body: '', token: undefined },
  ]);
});

test('secrets that are missing or out of scope', async () => {
  expect(faultsOf(await look('secrets', `  - { id: call, kind: http, with: { url: "${url}/", headers: { A: "{{ secrets.others }}", B: "{{ secrets.missing }}" } } }`))).toEqual([
    'secret -: there is no secret “missing”', 'secret -: the secret “others” may not be used by this runbook',
  ]);
});

test('hosts that are not allowed, do not answer, or answer that they are not well; one that the run decides is not judged', async () => {
  const report = await look('hosts', [
    '  - { id: denied, kind: http, with: { url: "https://elsewhere.example.com/x" } }', `  - { id: dead, kind: http, with: { url: "${DEAD}/x" } }`,
    `  - { id: known, kind: http, with: { url: "${url}/x/{{ incident.number }}" } }`, '  - { id: unknown, kind: http, with: { url: "https://{{ inputs.host }}/x" } }',
  ].join('\n'), { inputs: 'inputs: [{ name: host, type: string }]' });
  expect(faultsOf(report)).toEqual([
    'host denied: https://elsewhere.example.com/: the host is not allowed; add it under outbound.allow', expect.stringMatching(/^host dead: http:\/\/127\.0\.0\.1:2\/: /),
  ]);
  expect(report.findings.find(({ step }) => step === 'unknown')?.detail).toBe('not checked: the host depends on the run');

  stage.preflight = { ...stage.preflight, call: async () => ({ status: 503, headers: {}, body: '' }) };
  expect(faultsOf(await look('ill', `  - { id: a, kind: http, with: { url: "${url}/x" } }`))).toEqual([`host a: ${new URL(url).host} answers with status 503`]);
});

test('queries without series, with an answer that is none, refused, or that cannot be asked', async () => {
  const report = await look('queries', [
    `  - { id: none, kind: promql, with: { url: "${url}", expr: nothing } }`, `  - { id: fine, kind: promql, with: { url: "${url}", expr: nothing, empty: ok } }`,
    `  - { id: html, kind: promql, with: { url: "${url}/html", expr: up } }`, `  - { id: locked, kind: promql, with: { url: "${url}/locked", expr: up, headers: { A: "{{ secrets.token }}" } } }`,
    '  - { id: empty, kind: grafanaQuery, with: { datasource: empty, query: { expr: up } } }', '  - { id: broken, kind: grafanaQuery, with: { datasource: broken, query: { expr: up } } }',
  ].join('\n'));
  expect(faultsOf(report)).toEqual([
    'query none: the query gives no series', 'query html: the answer is not that of a Prometheus', 'query locked: Prometheus answers with status 403', 'query empty: the query gives no series',
    'query broken: the data source is not there',
  ]);
});

test('agents that are missing, away, revoked, or do not permit the command, its arguments or the action', async () => {
  const command = (id: string, agent: string, name: string, args = '{ unit: x }'): string => `  - { id: ${id}, kind: command, with: { agent: ${agent}, command: ${name}, args: ${args} } }`;
  expect(faultsOf(await look('agents', [
    command('missing', 'nobody', 'restart'), command('away', 'away', 'restart'), command('out', 'out', 'restart'), command('unknown', 'here', 'stop'), command('extra', 'here', 'restart', '{ unit: x, how: y }'),
    command('lacks', 'here', 'restart', '{ force: true }'), command('label', 'zone=b', 'restart'),
    // A target of that name is no permission.
    '  - { id: logs, kind: kubernetes, with: { agent: here, action: logs, namespace: shop, target: pod/cart } }',
  ].join('\n')))).toEqual([
    'agent missing: there is no agent “nobody”', 'agent away: the agent away is not online', 'agent out: there is no agent “out”', 'agent unknown: the agent here has no command “stop” in its allow-list',
    'agent extra: the command “restart” of here takes no how', 'agent lacks: the command “restart” of here needs unit', 'agent label: there is no agent “zone=b”', 'agent logs: the agent here does not allow logs',
  ]);
});

test('no address for messages, pages and tickets; links that are dead', async () => {
  const steps = ['  - { id: tell, kind: notify, with: { to: a, message: b } }', '  - { id: call, kind: page, with: { to: a, message: b } }', '  - { id: file, kind: ticket, with: { title: b } }'].join('\n');
  const links = `[{ title: Gone, url: "${url}/gone" }, { title: Dead, url: "${DEAD}/x" }, { title: Elsewhere, url: "https://elsewhere.example.com/" }]`;
  const report = await look('addresses', steps, { links });
  expect(faultsOf(report)).toEqual([
    'address tell: no address for messages is set', 'address call: no address for pages is set', 'address file: no address for tickets is set', 'link -: “Gone” answers with status 404',
    expect.stringMatching(/^link -: “Dead”: http:\/\/127\.0\.0\.1:2\/x: /),
  ]);
  expect(report.findings.at(-1)).toMatchObject({ ok: true, detail: '“Elsewhere” was not checked: its host is not allowed to be called' });
  await stage.automation.handlers.putAutomation({
    params: undefined, query: undefined, body: { maxTargetsPerHour: 1, notifyUrl: url, pageUrl: url, ticketUrl: url, most: { sev1: 'run', sev2: 'run', sev3: 'run', sev4: 'run', sev5: 'run' } },
  }, askedBy('ada', { ifMatch: 1 }));
  expect(faultsOf(await look('addresses', steps))).toEqual([]);
});

test('a host that never answers takes a bounded time, is called once, and is a fault', async () => {
  let bounded = 0;
  stage.preflight = {
    ...stage.preflight,
    call(request) {
      if (request.signal !== undefined) bounded += 1;
      return client.call({ ...request, url: `${url}/silent`, signal: timesUp.signal });
    },
  };
  const faults = faultsOf(await look('silent', Array.from({ length: 40 }, (_, n) => `  - { id: s${n}, kind: http, with: { url: "https://slow.example.com/${n}" } }`).join('\n')));
  expect(faults).toHaveLength(40);
  expect(faults[0]).toBe(`host s0: ${url}/silent: no answer in time`);
  expect(seen).toHaveLength(1);
  expect(bounded).toBe(1);
});

test('what is found holds no secret, in whatever spelling: in a host, an error, or what a server said', async () => {
  stage.preflight = { ...stage.preflight, openSecrets: async (_q, _org, names) => new Map(names.map((name) => [name, name === 'host' ? 'Secret-Host' : SECRET])) };
  const report = await look('leaky', [
    '  - { id: a, kind: http, with: { url: "https://{{ secrets.host }}.example.com/{{ secrets.token | url }}" } }', `  - { id: b, kind: promql, with: { url: "${url}/html", expr: "{{ secrets.token }}" } }`,
    `  - { id: c, kind: promql, with: { url: "${url}/locked", expr: up, headers: { A: "{{ secrets.token | url }}" } } }`, '  - { id: d, kind: grafanaQuery, with: { datasource: "{{ secrets.token }}", query: { expr: up } } }',
  ].join('\n'));
  const said = JSON.stringify(report) + JSON.stringify(await stage.database.db.query('select p.findings from preflight_reports as p')) + JSON.stringify(await stage.database.db.query('select e.data from event_log as e'));
  for (const form of [SECRET, SECRET.slice(0, 8), encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64'), 'Secret-Host', 'secret-host']) expect(said).not.toContain(form);
  expect(report.findings.find(({ step }) => step === 'a')?.detail).toBe('https://***.example.com/: the host is not allowed; add it under outbound.allow');
});

test('every night all that is in use is looked over, told once, and what is out of use is forgotten', async () => {
  stage.publish('good', 'steps: [{ id: a, kind: wait, with: { for: 1s } }]');
  stage.publish('bad', 'steps: [{ id: a, kind: command, with: { agent: nobody, command: x } }]');
  const [job] = stage.automation.jobs;
  expect(job).toMatchObject({ name: 'runbooks.preflight', cron: '10 2 * * *' });
  const run = async (): Promise<void> => void (await job?.run({ logger: createLogger({ level: 'silent' }) }));
  const list = () => stage.automation.handlers.listPreflight({ params: undefined, query: { limit: 1 }, body: undefined }, askedBy('vera'));
  await run();
  const first = await list();
  // What would fail comes first.
  expect([first.items.map(({ runbook, ok }) => [runbook, ok]), first.nextCursor !== null]).toEqual([[['bad', false]], true]);
  const told = await stage.database.db.query<{ data: unknown }>(`select e.data from event_log as e where e.type = 'runbook.preflight_ended'`);
  expect(told).toEqual([{ data: { faults: 1, runbooks: 2, faulty: ['bad'] } }]);

  stage.retire('bad');
  await run();
  expect((await list()).items.map(({ runbook }) => runbook)).toEqual(['good']);
});

test('one that is not in use is not there to be looked at', async () => {
  await expect(stage.automation.handlers.runPreflight({ params: { id: runbookId.parse('none') }, query: undefined, body: undefined }, askedBy('ada'))).rejects.toMatchObject({ code: 'not_found' });
});
