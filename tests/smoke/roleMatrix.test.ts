/** Capability 131: who may call what, tried over HTTP with every role and every operation. */
import { OPERATION_NAMES, operations, ROLES, type Operation, type OperationName, type Role } from '../../backend/contract/index.ts';
import { PERMISSIONS } from '../../backend/access/index.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';
import { createExamples, type Examples } from '../harness/examples.ts';
import { ADA_ADMIN, type TestUser } from '../harness/grafana.ts';
import { bearer, send, type Parts, type RawAnswer } from '../harness/requests.ts';
import { dumpTables } from '../harness/tables.ts';

/**
 * What is meant, written apart from the table: the lowest role of the ladder for each operation that
 * is not open to everybody. The auditor stands beside the ladder: reads everything, writes nothing.
 */
const LADDER: readonly Role[] = ['viewer', 'responder', 'commander', 'manager', 'admin'];
const INTENT: readonly (readonly [Role, readonly OperationName[]])[] = [
  ['responder', ['declareIncident', 'editIncident', 'promoteIncident', 'acknowledgeIncident', 'identifyIncident', 'startMitigation', 'mitigateIncident', 'addNote', 'reviseNote']],
  ['commander', ['resolveIncident', 'reviewIncident', 'closeIncident', 'reopenIncident', 'cancelIncident', 'rejectIncident', 'setIncidentSeverity', 'assignCommander', 'mergeIncident', 'listUsers']],
  ['manager', ['listAudit', 'listDeadLetters', 'replayDeadLetter', 'putMapping']],
  ['admin', ['createSource', 'editSource', 'deleteSource', 'issueSourceToken', 'revokeSourceToken', 'sendTestAlert', 'discardDeadLetter', 'listApiTokens', 'createApiToken', 'revokeApiToken', 'setUserRole']],
];

function isRead(operation: OperationName): boolean {
  const { method }: Operation = operations[operation];
  return method === 'get';
}

function isMeant(operation: OperationName, role: Role): boolean {
  if (role === 'auditor') return isRead(operation);
  const lowest = INTENT.find(([, names]) => names.includes(operation))?.[0] ?? 'viewer';
  return LADDER.indexOf(role) >= LADDER.indexOf(lowest);
}

/** Who plays each role: three by their role in Grafana, three by an override in Muster. */
const GRAFANA_ROLE: Readonly<Record<Role, TestUser['role']>> = {
  viewer: 'Viewer', responder: 'Viewer', commander: 'Editor', manager: 'Editor', admin: 'Admin', auditor: 'Admin',
};
function player(role: Role): TestUser {
  return { uid: `p-${role}`, login: role, name: `The ${role}`, orgId: 1, role: GRAFANA_ROLE[role] };
}

let muster: TestApp;
let examples: Examples;
const apiTokens = new Map<Role, string>();

beforeAll(async () => {
  muster = await startTestApp();
  examples = createExamples(muster, { admin: ADA_ADMIN, marker: 'Example', source: 'grafana' });
  for (const role of ROLES) {
    const me = await muster.call(player(role), 'getMe');
    if (me.body.role !== role) await muster.call(ADA_ADMIN, 'setUserRole', { params: { user: me.body.user.key }, body: { role } });
    if (role === 'admin') continue;
    const issued = await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: role, role } });
    apiTokens.set(role, issued.body.token);
  }
});
afterAll(() => muster.close());

async function proofsOf(role: Role): Promise<Record<string, string>[]> {
  const token = apiTokens.get(role);
  return [await muster.headersOf(player(role)), ...(token === undefined ? [] : [bearer(token)])];
}

/** The live stream never ends by itself: only its head is read. */
async function openStream(proof: Record<string, string>): Promise<RawAnswer> {
  const stop = new AbortController();
  const response = await fetch(`${muster.url}/api/events`, { headers: proof, signal: stop.signal });
  const text = response.status === 200 ? '' : await response.text();
  stop.abort();
  return { operation: 'streamEvents', status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

/** The status of a success. */
function statusOf(name: OperationName): number {
  const operation: Operation = operations[name];
  return operation.status ?? 200;
}

async function partsFor(operation: OperationName, proof: Record<string, string>): Promise<Parts> {
  return operation === 'streamEvents' ? {} : examples[operation](proof);
}

function attempt(operation: OperationName, parts: Parts, proof: Record<string, string>): Promise<RawAnswer> {
  return operation === 'streamEvents' ? openStream(proof) : send(muster.url, operation, parts, proof);
}

test.each(ROLES)('cap 131: the table lets the role %s call what is meant for it and nothing else', (role) => {
  const permitted = OPERATION_NAMES.filter((operation) => PERMISSIONS[operation].includes(role));

  expect(permitted).toEqual(OPERATION_NAMES.filter((operation) => isMeant(operation, role)));
});

test.each(['viewer', 'auditor'] as const)('cap 131: the role %s writes nothing', (role) => {
  expect(OPERATION_NAMES.filter((operation) => !isRead(operation) && PERMISSIONS[operation].includes(role))).toEqual([]);
});

test('cap 131: only an admin touches sources, tokens and roles', () => {
  const guarded = OPERATION_NAMES.filter((operation) => /Source|Token|Role/.test(operation) && !isRead(operation));

  for (const operation of guarded) expect(PERMISSIONS[operation]).toEqual(['admin']);
});

const MATRIX = OPERATION_NAMES.flatMap((operation) => ROLES.map((role) => ({ operation, role, permitted: PERMISSIONS[operation].includes(role) })));

test.each(MATRIX.filter(({ permitted }) => permitted))('cap 131: $operation is carried out for $role', async ({ operation, role }) => {
  for (const proof of await proofsOf(role)) {
    const answer = await attempt(operation, await partsFor(operation, proof), proof);

    expect([answer.status, answer.status < 300 ? '' : answer.text]).toEqual([statusOf(operation), '']);
  }
});

test.each(ROLES.filter((role) => role !== 'admin'))('cap 131: what the role %s may not do is answered 403 and changes nothing', async (role) => {
  const refused = MATRIX.filter((cell) => cell.role === role && !cell.permitted).map(({ operation }) => operation);
  const proofs = await proofsOf(role);
  const parts = new Map<OperationName, Parts>();
  for (const operation of refused) parts.set(operation, await partsFor(operation, {}));
  const before = await dumpTables(muster.database.db);

  const answers: RawAnswer[] = [];
  for (const operation of refused) for (const proof of proofs) answers.push(await attempt(operation, parts.get(operation) ?? {}, proof));

  for (const answer of answers) {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect([answer.operation, answer.status, answer.body]).toMatchObject([answer.operation, 403, {
      status: 403, code: 'not_allowed', extra: { operation: answer.operation, role, permitted: PERMISSIONS[answer.operation] },
    }]);
  }
  expect(answers).toHaveLength(refused.length * proofs.length);
  expect(await dumpTables(muster.database.db)).toEqual(before);
});

test('cap 131: a refusal comes before the request is looked at, so that it tells nothing of what exists', async () => {
  const proof = await muster.headersOf(player('viewer'));

  const present = await send(muster.url, 'acknowledgeIncident', await examples.acknowledgeIncident(), proof);
  const absent = await send(muster.url, 'acknowledgeIncident', { params: { number: 999_999 }, body: { reason: 7 } }, proof);

  expect([absent.status, JSON.parse(absent.text).detail]).toEqual([403, JSON.parse(present.text).detail]);
});

test('cap 131: a role taken away counts from the next request on', async () => {
  const promoted = player('responder');
  const parts = await examples.addNote();
  expect(await send(muster.url, 'addNote', parts, await muster.headersOf(promoted))).toMatchObject({ status: 201 });

  await muster.call(ADA_ADMIN, 'setUserRole', { params: { user: (await muster.call(promoted, 'getMe')).body.user.key }, body: { role: null } });

  expect(await send(muster.url, 'addNote', parts, await muster.headersOf(promoted))).toMatchObject({ status: 403 });
});
