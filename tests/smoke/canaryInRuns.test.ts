/** cap 78: a secret of steps goes through a whole run, wherever it could leak, and is found in no table, answer, stream, log or timeline. */
import { createServer, type Server } from 'node:http';
import { PassThrough } from 'node:stream';
import { OPERATION_NAMES, operations, runbookId, type Run } from '../../backend/contract/index.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { cleanAgents, startAgentProcess } from '../agents/agentStand.ts';
import { ADA_ADMIN, ED_EDITOR } from '../harness/grafana.ts';
import { eventually, pathOf, startTestApp, type TestApp } from '../harness/app.ts';

const CANARY = 'canary/of+steps="9f2c" 71';
let muster: TestApp;
let echo: Server;
let echoUrl: string;
let log = '';

/** Answers with all that it was sent, as it is and encoded. */
function startEcho(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const said = JSON.stringify({ url: request.url, headers: request.headers, body });
      response.writeHead(request.url?.startsWith('/fails') === true ? 500 : 200, { 'Content-Type': 'application/json', 'X-Echo': encodeURIComponent(body) });
      response.end(JSON.stringify({ said, plain: body, base64: Buffer.from(said).toString('base64'), hex: Buffer.from(body).toString('hex'), twice: JSON.stringify(said) }));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  const destination = new PassThrough();
  destination.on('data', (chunk: Buffer) => (log += chunk.toString()));
  echo = await startEcho();
  const address = echo.address();
  echoUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  muster = await startTestApp({ logger: createLogger({ level: 'trace', destination }), env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } });
});
afterAll(async () => {
  await cleanAgents();
  await muster.close();
  echo.closeAllConnections();
  echo.close();
});

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)];
}

const RUNBOOK = (url: string): string => `apiVersion: muster/v1
kind: Runbook
metadata: { id: leaky, title: Leaky }
steps:
  - id: call
    kind: http
    with: { method: POST, url: "${url}/x?key={{ secrets.token | url }}", headers: { X-Key: "{{ secrets.token | url }}" }, body: '{"key": {{ secrets.token | json }}}' }
  - { id: fails, kind: http, continueOnError: true, with: { method: POST, url: "${url}/fails", body: "{{ secrets.token }}" } }
  - { id: compute, kind: script, with: { code: "console.log(scope.steps.call.output.body.said); console.error(scope.steps.call.output.body.base64); return scope.steps.call.output" } }
  - { id: run, kind: command, continueOnError: true, with: { agent: here, command: say, args: { words: "{{ secrets.token }}" } } }
  - { id: tell, name: "Told {{ steps.call.output.body.plain }}", kind: statusUpdate, with: { text: "It said {{ steps.call.output.body.plain }} and {{ steps.run.output.stdout }}" } }
  - { id: ask, kind: approval, with: { question: "Go on? {{ steps.call.output.body.plain }}" } }
  - { id: do, kind: task, with: { title: "Use {{ steps.call.output.body.plain }}", description: "{{ steps.run.output.stdout }}", wait: false } }
`;

test('a canary in addresses, headers, bodies, scripts, commands, questions, names and tasks is found nowhere', async () => {
  const stream = new AbortController();
  let streamed = '';
  const events = await fetch(`${muster.url}/api/events`, { headers: await muster.headersOf(ADA_ADMIN), signal: stream.signal });
  const reader = events.body?.getReader();
  async function read(): Promise<void> {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) streamed += Buffer.from(part.value).toString();
  }
  const reading = read().catch(() => 'the stream was left');
  const put = await muster.call(ADA_ADMIN, 'putRunbookSecret', { params: { name: 'token' }, body: { value: CANARY } });
  const { token } = (await muster.call(ADA_ADMIN, 'createAgent', { body: { name: 'here' } })).body;
  await startAgentProcess({
    url: muster.url, token,
    config: { commands: [{ name: 'say', program: process.execPath, args: ['-e', 'console.log(process.argv[1]); console.error(JSON.stringify({ key: process.argv[1] })); console.log(Buffer.from(process.argv[1]).toString("base64"))', '{{ words }}'], parameters: [{ name: 'words', type: 'string', pattern: '.*' }] }] },
  });
  await eventually(() => muster.call(ADA_ADMIN, 'listAgents'), ({ body }) => body.items[0]?.state === 'online');
  const made = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source: RUNBOOK(echoUrl) } });
  const live = await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: runbookId.parse('leaky') }, body: {} }, { 'If-Match': `"${made.body.version}"` });
  expect([put.status, made.status, live.status]).toEqual([200, 201, 200]);
  const shown = await muster.call(ADA_ADMIN, 'checkRunbook', { body: { source: RUNBOOK(echoUrl).replace('title: "Use ', 'title: "{{ secrets.token }} ') } });
  expect(shown.body.findings.filter(({ level }) => level === 'error')).toEqual([expect.objectContaining({ level: 'error', path: 'steps[6].with.title', message: expect.stringContaining('nowhere else') })]);
  const { number } = (await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Something leaks', severity: 'sev2' } })).body;

  const dry = await muster.call(ADA_ADMIN, 'dryRunRunbook', { body: { runbook: runbookId.parse('leaky'), incident: number } });
  const started = await muster.call(ADA_ADMIN, 'startRun', { params: { id: runbookId.parse('leaky') }, body: { incident: number } });
  const { id } = started.body;
  const get = async (): Promise<Run> => (await muster.call(ADA_ADMIN, 'getRun', { params: { id } })).body;
  const waiting = await eventually(get, (run) => run.waitsFor === 'approval' || run.endedAt !== null);
  expect(Object.fromEntries(waiting.steps.map(({ path, state }) => [path, state]))).toEqual({ call: 'succeeded', fails: 'failed', compute: 'succeeded', run: 'succeeded', tell: 'succeeded', ask: 'waiting' });
  const answered = await muster.call(ED_EDITOR, 'answerStep', { params: { id }, body: { step: 'ask', answer: 'approve' } });
  const run = await eventually(get, ({ endedAt }) => endedAt !== null);
  expect(run.state).toBe('succeeded');

  const seen: string[] = [JSON.stringify(dry.body), JSON.stringify(started.body), JSON.stringify(waiting), JSON.stringify(answered.body), JSON.stringify(run)];
  for (const { path } of run.steps) {
    const output = await muster.call(ADA_ADMIN, 'getStepOutput', { params: { id }, query: { step: path } });
    seen.push(`output of ${path} ${JSON.stringify(output.body)}`);
  }
  // What the command wrote is there, without the secret.
  expect(seen.find((text) => text.startsWith('output of run'))).toContain('***');
  const headers = await muster.headersOf(ADA_ADMIN);
  for (const name of OPERATION_NAMES) {
    if (name === 'streamEvents' || operations[name].method !== 'get') continue;
    const response = await fetch(`${muster.url}${pathOf(name, { params: { number, id: 'leaky', name: 'token', version: 1, source: 'x', user: 'user:x' }, query: {} })}`, { headers });
    seen.push(`${name} ${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
  const tables = await muster.database.db.query<{ name: string }>("select c.relname as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = 'public'");
  for (const { name } of tables) {
    const rows = await muster.database.db.query<{ text: string | null }>(`select string_agg(t::text, '\n') as text from ${name} as t`);
    seen.push(`table ${name}: ${rows[0]?.text ?? ''}`);
  }
  await eventually(async () => streamed, (text) => text.includes('run.ended'));
  stream.abort();
  await reading;
  seen.push(`stream ${streamed}`, `log ${log}`);

  const found = spellings(CANARY).flatMap((canary) => seen.filter((text) => text.includes(canary)).map((text) => `${canary} in ${text.slice(Math.max(0, text.indexOf(canary) - 200), text.indexOf(canary) + 80)} (${text.slice(0, 40)})`));
  expect(found).toEqual([]);
});
