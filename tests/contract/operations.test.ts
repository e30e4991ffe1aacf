/**
 * The promise of docs/api/openapi.json: every operation is called, with success and with every refusal
 * that it can give, and each answer is what the document says.
 */
import { createParser } from 'eventsource-parser';
import { ALERTS_CHANGED, OPERATION_NAMES, operations, type Operation, type OperationName } from '../../backend/contract/index.ts';
import { okBody } from '../../backend/contract/primitives.ts';
import { PERMISSIONS } from '../../backend/access/index.ts';
import { pathOf } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { readDocument, type DocumentChecks } from './documentChecks.ts';
import { EXERCISES } from './exercises/index.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;
let document: DocumentChecks;
beforeAll(async () => {
  stage = await startStage();
  document = await readDocument(stage.muster.url);
});
afterAll(() => stage.close());

interface Parts { params?: object; query?: object; body?: unknown }

async function send(name: OperationName, parts: Parts, headers: Record<string, string>): Promise<{ status: number; type: string; headers: Headers; body: unknown }> {
  const response = await fetch(`${stage.muster.url}${pathOf(name, parts)}`, {
    method: operations[name].method.toUpperCase(),
    headers: { ...(parts.body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(parts.body === undefined ? {} : { body: typeof parts.body === 'string' ? parts.body : JSON.stringify(parts.body) }),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

async function prepared(name: OperationName): Promise<{ parts: Parts; headers: Record<string, string> }> {
  const { input, headers } = await EXERCISES[name](stage);
  const parts: Parts = Object.assign({}, input);
  return { parts, headers: { ...headers } };
}

/** Items of a list, or null for anything else. */
function itemsOf(body: unknown): unknown[] | null {
  return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items) ? body.items : null;
}

const JSON_OPERATIONS = OPERATION_NAMES.filter((name) => name !== 'streamEvents');

test('every operation of the contract has an exercise', () => {
  expect(Object.keys(EXERCISES).sort()).toEqual([...OPERATION_NAMES].sort());
});

test('the check finds a status, a type, a field and a value that the document does not know', () => {
  const me = { user: { key: 'user:ada', login: 'ada', name: 'Ada' }, orgId: 1, role: 'admin', derivedRole: 'admin', operations: [] };

  expect(document.faultsOf('getMe', 200, 'application/json; charset=utf-8', me)).toEqual([]);
  for (const [status, type, body] of [[204, 'application/json', me], [200, 'text/html', me], [200, 'application/json', { ...me, secret: 'x' }], [200, 'application/json', { ...me, role: 'king' }]] as const) {
    expect(document.faultsOf('getMe', status, type, body)).not.toEqual([]);
  }
});

test.each(JSON_OPERATIONS)('%s succeeds, and its answer is what the document says', async (name) => {
  const operation: Operation = operations[name];
  const { parts, headers } = await prepared(name);

  const answer = await send(name, parts, { ...(await stage.muster.headersOf(ADA_ADMIN)), ...headers });

  expect([name, answer.status, answer.status === 200 || answer.status === 201 ? null : answer.body]).toEqual([name, operation.status ?? 200, null]);
  expect(document.faultsOf(name, answer.status, answer.type, answer.body)).toEqual([]);
  expect([name, itemsOf(answer.body)?.length === 0]).toEqual([name, false]);
  // what is gone has no version any more
  if (operation.ifMatch === 'required' && operation.response !== okBody) expect([name, answer.headers.get('etag')]).toEqual([name, expect.stringMatching(/^"\d+"$/)]);
});

test('streamEvents sends events that are what the document says', async () => {
  const { parts } = await prepared('streamEvents');
  const stop = new AbortController();
  const response = await fetch(`${stage.muster.url}${pathOf('streamEvents', parts)}`, { headers: await stage.muster.headersOf(ADA_ADMIN), signal: stop.signal });
  const events: unknown[] = [];
  const parser = createParser({ onEvent: (event) => void (event.event === ALERTS_CHANGED || event.data === '' ? null : events.push(JSON.parse(event.data))) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (events.length < 3) parser.feed((await reader?.read())?.value ?? '');
  stop.abort();

  expect(document.faultsOf('streamEvents', response.status, response.headers.get('content-type') ?? '', 'text')).toEqual([]);
  for (const event of events) expect(document.faultsOfSchema('LiveEvent', event)).toEqual([]);
});

describe.each(OPERATION_NAMES)('%s refuses as the document says', (name) => {
  const operation: Operation = operations[name];
  const ifMatch = operation.ifMatch === 'required' ? { 'If-Match': '"1"' } : {};
  const nowhere = { number: 999_999, source: 'nowhere', id: 'nowhere', user: 'user:nobody', position: 1, version: 999_999 };

  // What is refused changes nothing, so one preparation does for all refusals.
  let made: ReturnType<typeof prepared> | null = null;
  const seen = (): ReturnType<typeof prepared> => (made ??= prepared(name));

  async function refusal(expected: readonly number[], parts: Parts, headers: Record<string, string>): Promise<void> {
    const answer = await send(name, parts, headers);
    expect([name, expected.includes(answer.status), answer.status, answer.status < 400 ? null : document.faultsOf(name, answer.status, answer.type, answer.body)]).toEqual([name, true, answer.status, []]);
  }

  test('whoever proves nothing: 403', async () => refusal([403], { params: nowhere }, ifMatch));

  if (!PERMISSIONS[name].includes('viewer')) {
    test('a viewer: 403', async () => {
      const { parts } = await seen();
      await refusal([403], parts, { ...(await stage.muster.headersOf({ ...VERA_VIEWER, uid: 'vincent', login: 'vincent', name: 'Vincent Viewer' })), ...ifMatch });
    });
  }
  if (operation.body !== undefined) {
    test('a body that is no JSON: 400', async () => {
      await refusal([400], { params: nowhere, body: '{"half' }, { ...(await stage.muster.headersOf(ADA_ADMIN)), ...ifMatch });
    });
    test('a body larger than 1 MiB: 413', async () => {
      await refusal([413], { params: nowhere, body: JSON.stringify({ text: 'x'.repeat(1_100_000) }) }, { ...(await stage.muster.headersOf(ADA_ADMIN)), ...ifMatch });
    });
  }
  if (operation.params !== undefined) {
    test('what is not there: 404, or 400 for what cannot be a name', async () => {
      const { parts, headers } = await seen();
      await refusal([400, 404], { ...parts, params: nowhere }, { ...(await stage.muster.headersOf(ADA_ADMIN)), ...headers });
    });
  }
  if (operation.ifMatch === 'required') {
    test('a change without If-Match: 428, and of what was not seen: 412', async () => {
      const { parts } = await seen();
      await refusal([428], parts, await stage.muster.headersOf(ADA_ADMIN));
      await refusal([412], parts, { ...(await stage.muster.headersOf(ADA_ADMIN)), 'If-Match': '"999999"' });
    });
  }
});
