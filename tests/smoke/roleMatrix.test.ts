/** cap 131, over HTTP: every operation × every role. Who may not is refused before the request is even read. */
import { PERMISSIONS } from '../../backend/access/index.ts';
import { OPERATION_NAMES, operations, ROLES, type Operation, type Role } from '../../backend/contract/index.ts';
import { ADA_ADMIN, type TestUser } from '../harness/grafana.ts';
import { pathOf, startTestApp, type TestApp } from '../harness/app.ts';

let muster: TestApp;
const players = new Map<Role, TestUser>();

beforeAll(async () => {
  muster = await startTestApp();
  for (const role of ROLES) {
    const player: TestUser = { uid: `as-${role}`, login: role, name: `A ${role}`, orgId: 1, role: 'Viewer' };
    players.set(role, player);
    await muster.call(player, 'getMe');
    const set = await muster.call(ADA_ADMIN, 'setUserRole', { params: { user: (await muster.call(player, 'getMe')).body.user.key }, body: { role } }, { 'If-Match': '"1"' });
    if (set.status !== 200) throw new Error(JSON.stringify(set.problem));
  }
});
afterAll(() => muster.close());

/** What is meant, said a second time and independently of the table. */
function isMeant(name: string, operation: Operation, role: Role): boolean {
  const reads = operation.method === 'get';
  if (role === 'admin') return true;
  if (role === 'viewer' && !reads) return name === 'putMySubscription';
  if (role === 'auditor') return reads;
  if (operation.tag === 'Access' && !reads) return false;
  if (operation.tag === 'Sources' && !reads) return role === 'manager' && ['putMapping', 'replayDeadLetter'].includes(name);
  return true;
}

test.each(OPERATION_NAMES)('%s is refused to every role that the table does not name, and to no other', async (name) => {
  const operation: Operation = operations[name];
  for (const role of ROLES) {
    const player = players.get(role);
    if (player === undefined) throw new Error('no player');
    const stop = new AbortController();
    const response = await fetch(`${muster.url}${pathOf(name, { params: { number: 999_999, source: 'none', id: 'none', user: 'user:nobody', position: 1 } })}`, {
      method: operation.method.toUpperCase(), signal: stop.signal,
      headers: { ...(await muster.headersOf(player)), 'Content-Type': 'application/json', 'If-Match': '"1"' },
      ...(operation.method === 'get' || operation.method === 'delete' ? {} : { body: '[]' }),
    });
    const permitted = PERMISSIONS[name].includes(role);
    expect([name, role, response.status === 403]).toEqual([name, role, !permitted]);
    if (!permitted) expect(await response.json()).toMatchObject({ code: 'not_allowed', extra: { operation: name, role } });
    if (permitted && !isMeant(name, operation, role)) throw new Error(`${role} was not meant to call ${name}`);
    stop.abort();
  }
});
