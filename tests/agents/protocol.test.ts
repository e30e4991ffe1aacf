/** What the service answers to agents, asked as an agent asks, on a clock of the test; and tokens over their whole life. */
import { createSimulatedClock, systemClock } from '../../backend/platform/clock.ts';
import { AGENT_SEALED_COLUMNS, LEASE_MS, type OrderStep } from '../../backend/response/agents/index.ts';
import { createOrders } from '../../backend/response/agents/orders.ts';
import { insertOrder, workPurpose } from '../../backend/response/agents/orderStore.ts';
import { createWaiting } from '../../backend/response/agents/waiting.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { rotateSealedColumns } from '../../backend/platform/secrets/rotate.ts';
import { runId } from '../../backend/contract/index.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { CANARY, OLD_KEY, ORG, startAgentStand, type AgentStand } from './agentStand.ts';

const HELLO = { version: '1.0.0', commands: [{ name: 'restart', description: '', repeatable: false, args: [] }], kubernetes: [] };
const WORK = { kind: 'command', command: 'restart', args: {} } as const;

async function ask(url: string, token: string, path: string, body: unknown = {}) {
  const response = await fetch(`${url}/api/agent/v1${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: typeof body === 'string' ? body : JSON.stringify(body), signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, type: response.headers.get('content-type'), body: JSON.parse(await response.text()) };
}

function endOf(handed: number, outcome = 'succeeded'): object {
  return { handed, outcome, exitCode: 0, error: null, tail: 'done\n', result: null };
}

describe('tokens', () => {
  let muster: TestApp;
  beforeAll(async () => {
    muster = await startTestApp();
  });
  afterAll(() => muster.close());

  async function nameOf(token: string): Promise<number> {
    return (await ask(muster.url, token, '/hello', HELLO)).status;
  }

  test('one is shown once, ends when another is issued, and lets nobody in when it is revoked', async () => {
    const made = await muster.call(ADA_ADMIN, 'createAgent', { body: { name: 'north', labels: { site: 'north' } } });
    expect(made.status).toBe(201);
    const { token } = made.body;
    expect(await nameOf(token)).toBe(200);
    const [listed] = (await muster.call(VERA_VIEWER, 'listAgents')).body.items;
    expect(listed).toMatchObject({ name: 'north', state: 'online', version: '1.0.0', tokenHint: token.slice(-4), commands: HELLO.commands });
    expect(JSON.stringify(listed)).not.toContain(token);

    const again = await muster.call(ADA_ADMIN, 'rotateAgentToken', { params: { name: 'north' } });
    expect(await nameOf(token)).toBe(401);
    expect(await nameOf(again.body.token)).toBe(200);

    expect((await muster.call(ADA_ADMIN, 'revokeAgent', { params: { name: 'north' } })).body.state).toBe('revoked');
    const refused = await ask(muster.url, again.body.token, '/poll', { waitSeconds: 0 });
    expect(refused).toMatchObject({ status: 401, type: expect.stringContaining('application/problem+json'), body: { detail: expect.stringContaining('issue a new token') } });

    const back = await muster.call(ADA_ADMIN, 'rotateAgentToken', { params: { name: 'north' } });
    expect(await nameOf(back.body.token)).toBe(200);
  });

  test('no token, a wrong one and one of another kind are refused before the body is read', async () => {
    const source = await muster.addSource(ADA_ADMIN, 'a-source');
    for (const token of ['', 'msa_made-up', source]) expect((await ask(muster.url, token, '/hello', '{ not JSON')).status).toBe(401);
  });

  test('bad bodies are refused with the field that is wrong', async () => {
    const { token } = (await muster.call(ADA_ADMIN, 'createAgent', { body: { name: 'bad-bodies', labels: {} } })).body;

    expect(await ask(muster.url, token, '/hello', { ...HELLO, commands: [{ name: 7 }] })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('commands') } });
    expect((await ask(muster.url, token, '/hello', '{ not JSON')).status).toBe(400);
    expect((await ask(muster.url, token, '/poll', { waitSeconds: 3600 })).status).toBe(400);
    expect((await ask(muster.url, token, '/orders/drop/end', endOf(1))).status).toBe(400);
    expect((await ask(muster.url, token, '/hello', JSON.stringify({ pad: 'x'.repeat(17 * 1024 * 1024) }))).status).toBe(413);
    expect((await ask(muster.url, token, '/orders/424242/end', endOf(1))).body).toEqual({ go: 'lost' });
  });
});

describe('orders', () => {
  const clock = createSimulatedClock(Date.UTC(2026, 10, 26, 9));
  let stand: AgentStand;
  let token: string;
  let path = '';
  let count = 0;
  beforeAll(async () => {
    stand = await startAgentStand(clock);
    token = await stand.issue('north', { site: 'north' });
    stand.agents.watch.start();
  });
  beforeEach(async () => {
    count += 1;
    path = `step-${count}`;
    await ask(stand.url, token, '/hello', HELLO);
  });
  afterAll(() => stand.close());

  function poll(waitSeconds = 0): ReturnType<typeof ask> {
    return ask(stand.url, token, '/poll', { waitSeconds });
  }

  async function handed(repeatable = false): Promise<{ id: string; handed: number }> {
    await expect(stand.order(path, 'site=north', WORK, { repeatable })).resolves.toMatchObject({ ok: true });
    const { order } = (await poll()).body;
    expect(order.work).toEqual(WORK);
    return order;
  }

  function toldHere(): unknown[] {
    return stand.told.filter((told) => told.path === path).map(({ data }) => data);
  }

  test('a poll that waits is answered at once when an order comes; of two, each gets another one', async () => {
    const polls = [poll(25), poll(25)].map((reply) => reply.then(({ body }) => body.order));
    await stand.order(path, 'north', WORK);

    const first = await Promise.race(polls);
    expect(first).toMatchObject({ handed: 1, work: WORK });
    // The other one goes on waiting. Nobody hangs up: a poll that is left behind could take what the next test hands over.
    await stand.order(path, 'north', WORK, { attempt: 2 });
    const orders = await Promise.all(polls);
    expect(new Set(orders.map(({ id }) => id)).size).toBe(2);
    for (const { id } of orders) await ask(stand.url, token, `/orders/${id}/end`, endOf(1));
    expect(toldHere()).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
  });

  test('the same try of a step is ordered once; the next try is another order', async () => {
    await stand.order(path, 'north', WORK);
    await stand.order(path, 'north', WORK);
    await stand.order(path, 'north', WORK, { attempt: 2 });

    const got = [await poll(), await poll(), await poll()].map(({ body }) => body.order);
    expect(got.filter((order) => order !== null)).toHaveLength(2);
    for (const order of got) if (order !== null) await ask(stand.url, token, `/orders/${order.id}/end`, endOf(1));
  });

  test('pieces that come twice or out of order are kept once', async () => {
    const { id } = await handed();
    const send = (...pieces: object[]) => ask(stand.url, token, `/orders/${id}/output`, { handed: 1, pieces });
    const [one, two, three] = [1, 2, 3].map((seq) => ({ seq, stream: 'out', text: `${seq}\n` }));

    await send(two ?? {}, one ?? {});
    await send(one ?? {}, two ?? {});
    expect((await send(one ?? {}, two ?? {}, three ?? {})).body).toEqual({ go: 'on' });

    expect(stand.outputOf(path)).toBe('1\n2\n3\n');
    await ask(stand.url, token, `/orders/${id}/end`, endOf(1));
    await ask(stand.url, token, `/orders/${id}/end`, endOf(1));
    expect(toldHere()).toHaveLength(1);
  });

  test('a cancel is told with the next heartbeat', async () => {
    const { id } = await handed();
    const stop = () => stand.database.db.transaction((tx) => stand.agents.stop(tx, stand.step(path)));

    await expect(stop()).resolves.toBe('open');
    expect((await ask(stand.url, token, `/orders/${id}/heartbeat`, { handed: 1 })).body).toEqual({ go: 'cancel' });
    await ask(stand.url, token, `/orders/${id}/end`, endOf(1, 'cancelled'));
    await expect(stop()).resolves.toBe('ended');
    expect(toldHere()).toMatchObject([{ outcome: 'cancelled' }]);
  });

  test('what was not handed over yet is taken back', async () => {
    await stand.order(path, 'north', WORK);
    await expect(stand.database.db.transaction((tx) => stand.agents.stop(tx, stand.step(path)))).resolves.toBe('ended');
    expect((await poll()).body).toEqual({ order: null });
  });

  test('cap 76: what is taken for an agent that hangs up just then goes back, may it be repeated or not; given up meanwhile, it ends', async () => {
    const logger = createLogger({ level: 'silent' });
    const { db } = stand.database;
    const orders = createOrders({ db, clock, logger, ring: createKeyRing([OLD_KEY]), ports: { mask: async (_step, value) => value, wake: async (_tx, _org, _run, at, data) => void woken.push({ at, data }), recordOutput: async () => undefined } });
    const woken: object[] = [];
    let meanwhile = async (): Promise<unknown> => undefined;
    /** A poll whose client hangs up once the order is taken, before it is answered. */
    async function pollAndHangUp(): Promise<unknown> {
      const gone = new AbortController();
      const waiting = createWaiting({
        connectionString: db.connectionString, clock, logger, giveBack: orders.giveBack,
        async take(org, agent) {
          const order = await orders.take(org, agent);
          await meanwhile();
          gone.abort();
          return order;
        },
      });
      return waiting.orderFor(ORG, 'north', 0, gone.signal);
    }

    await stand.order(path, 'north', WORK);
    expect(await pollAndHangUp()).toBeNull();
    const { order } = (await poll()).body;
    expect(order).toMatchObject({ handed: 2, work: WORK });
    await ask(stand.url, token, `/orders/${order.id}/end`, endOf(2));
    expect([woken, toldHere()]).toMatchObject([[], [{ outcome: 'succeeded' }]]);

    await stand.order(path, 'north', WORK, { attempt: 2 });
    meanwhile = () => db.transaction((tx) => stand.agents.stop(tx, stand.step(path, 2)));
    expect(await pollAndHangUp()).toBeNull();
    expect((await poll()).body).toEqual({ order: null });
    expect(woken).toMatchObject([{ at: path, data: { outcome: 'cancelled', end: { error: 'given up before the agent got it' } } }]);
  });

  test('cap 76: a lease that passes: what may not be repeated is unknown, and its late end changes nothing', async () => {
    const { id } = await handed();
    clock.advance(LEASE_MS - 1_000);
    await ask(stand.url, token, `/orders/${id}/heartbeat`, { handed: 1 });
    clock.advance(LEASE_MS - 1_000);
    expect((await ask(stand.url, token, `/orders/${id}/heartbeat`, { handed: 1 })).body).toEqual({ go: 'on' });

    clock.advance(LEASE_MS + 1_000);
    await eventually(async () => {
      stand.agents.watch.tick();
      return toldHere();
    }, (told) => told.length === 1);

    expect(toldHere()).toMatchObject([{ outcome: 'unknown', end: null }]);
    expect((await ask(stand.url, token, `/orders/${id}/heartbeat`, { handed: 1 })).body).toEqual({ go: 'lost' });
    expect((await ask(stand.url, token, `/orders/${id}/end`, endOf(1))).body).toEqual({ go: 'lost' });
    expect((await poll()).body).toEqual({ order: null });
    expect(toldHere()).toHaveLength(1);
  });

  test('cap 76: a lease that passes: what may be repeated is handed over again, and only the second one counts', async () => {
    const { id } = await handed(true);
    await ask(stand.url, token, `/orders/${id}/output`, { handed: 1, pieces: [{ seq: 1, stream: 'out', text: 'first\n' }] });

    clock.advance(LEASE_MS + 1_000);
    const order = await eventually(async () => {
      stand.agents.watch.tick();
      return (await poll()).body.order;
    }, (got) => got !== null);

    expect(order).toMatchObject({ id, handed: 2, work: WORK });
    expect((await ask(stand.url, token, `/orders/${id}/end`, endOf(1))).body).toEqual({ go: 'lost' });
    expect(toldHere()).toEqual([]);
    await ask(stand.url, token, `/orders/${id}/output`, { handed: 2, pieces: [{ seq: 1, stream: 'out', text: 'second\n' }] });
    await ask(stand.url, token, `/orders/${id}/end`, endOf(2));
    expect(toldHere()).toMatchObject([{ outcome: 'succeeded' }]);
    expect(stand.outputOf(path)).toBe('first\nsecond\n');
  });

  test('cap 78: secrets in arguments are sealed while the order lasts, also when keys rotate, and what comes back is masked', async () => {
    const everything = async () => JSON.stringify(await stand.database.db.query('select o::text as text from agent_orders as o'));
    await stand.order(path, 'north', { kind: 'command', command: 'restart', args: { token: CANARY } });
    expect(await everything()).not.toContain(CANARY);
    const newest = { id: 'newest', key: new Secret(Buffer.alloc(32, 4).toString('base64')) };
    expect(await rotateSealedColumns(stand.database.db, createKeyRing([newest, OLD_KEY]), AGENT_SEALED_COLUMNS)).toBeGreaterThan(0);
    expect(await rotateSealedColumns(stand.database.db, createKeyRing([OLD_KEY, newest]), AGENT_SEALED_COLUMNS)).toBeGreaterThan(0);

    const { order } = (await poll()).body;
    expect(order.work.args).toEqual({ token: CANARY });
    await ask(stand.url, token, `/orders/${order.id}/end`, { ...endOf(1, 'failed'), tail: `${CANARY}\n`, error: `no ${CANARY}`, result: { [CANARY]: [CANARY] } });

    expect(toldHere()).toMatchObject([{ outcome: 'failed', end: { tail: '***\n', error: 'no ***', result: { '***': ['***'] } } }]);
    expect(await everything()).not.toContain(CANARY);
    expect(await everything()).not.toContain('muster.v1.');
  });

  test('an order of another agent is none of its business', async () => {
    const { id } = await handed();
    const stranger = await stand.issue(`stranger-${count}`);
    expect((await ask(stand.url, stranger, `/orders/${id}/end`, endOf(1))).body).toEqual({ go: 'lost' });
    expect(toldHere()).toEqual([]);
    await ask(stand.url, token, `/orders/${id}/end`, endOf(1));
  });

  test('nothing is handed to an agent that is away, unknown, or does not permit it; that it is away is told once', async () => {
    await expect(stand.order(path, 'nobody', WORK)).resolves.toMatchObject({ ok: false, why: 'there is no agent "nobody"' });
    await stand.issue('never-came');
    await expect(stand.order(path, 'never-came', WORK)).resolves.toMatchObject({ ok: false, why: expect.stringContaining('is not connected') });

    clock.advance(36_000);
    await eventually(async () => {
      stand.agents.watch.tick();
      return stand.order(path, 'north', WORK);
    }, (answer) => !answer.ok);
    clock.advance(60_000);
    await ask(stand.url, token, '/hello', HELLO);
    const events = await stand.database.db.query<{ type: string }>(`select type from event_log where org_id = $1::integer and type in ('agent.offline', 'agent.online') and data ->> 'name' = 'north' order by position`, [ORG]);
    expect(events.map(({ type }) => type)).toEqual(['agent.online', 'agent.offline', 'agent.online']);
  });
});

test('two replicas: an order that is made at one wakes the poll at the other', async () => {
  const first = await startTestApp();
  const second = await startTestApp({ database: first.database, clock: systemClock });
  const { token } = (await first.call(ADA_ADMIN, 'createAgent', { body: { name: 'north', labels: {} } })).body;
  await ask(first.url, token, '/hello', HELLO);

  const waiting = ask(second.url, token, '/poll', { waitSeconds: 20 });
  const step: OrderStep = { orgId: ORG, runId: runId.parse('1'), path: 'x', attempt: 1, undoing: false };
  const workSealed = createKeyRing(first.config.secrets.keys).seal(JSON.stringify(WORK), workPurpose(step));
  await first.database.db.transaction((tx) => insertOrder(tx, step, { agent: 'north', workSealed, repeatable: false, at: new Date() }));

  expect((await waiting).body.order).toMatchObject({ work: WORK });
  await second.close();
  await first.close();
});
