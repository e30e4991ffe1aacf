/** Agents: real processes against the service's own side of the protocol, on a real database. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrderWork } from '../../backend/contract/index.ts';
import { createSimulatedClock, systemClock } from '../../backend/platform/clock.ts';
import { isProcessAlive } from '../../backend/platform/db/processIdentity.ts';
import { AWAY_MS, LEASE_MS } from '../../backend/response/agents/index.ts';
import { eventually } from '../harness/app.ts';
import { cleanAgents, makeFolder, ORG, startAgentProcess, startAgentStand, type AgentStand } from './agentStand.ts';

let stand: AgentStand;
beforeEach(async () => {
  stand = await startAgentStand(systemClock);
});
afterEach(async () => {
  await cleanAgents();
  await stand.close();
});

const NODE = process.execPath;
const run = (command: string, args: Record<string, string | number | boolean> = {}): OrderWork => ({ kind: 'command', command, args });

/** Commands of the tests: Node with a script, never a shell. */
function commandsIn(dir: string): object[] {
  const script = (text: string): string[] => ['-e', text];
  return [
    { name: 'say', program: NODE, args: [...script('console.log(process.argv[1]); console.error("aside")'), '{{ words }}'], parameters: [{ name: 'words', type: 'string', pattern: '.*' }], repeatable: true },
    { name: 'count', program: NODE, args: script(`require('fs').appendFileSync(${JSON.stringify(join(dir, 'count'))}, 'x'); setTimeout(() => {}, 60000)`) },
    { name: 'count-again', program: NODE, args: script(`require('fs').appendFileSync(${JSON.stringify(join(dir, 'again'))}, 'x'); if (require('fs').readFileSync(${JSON.stringify(join(dir, 'again'))}, 'utf8').length < 2) setTimeout(() => {}, 60000)`), repeatable: true },
    { name: 'fail', program: NODE, args: script('console.log("no room left"); process.exit(3)') },
    { name: 'family', program: NODE, args: script(`const c = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']); require('fs').writeFileSync(${JSON.stringify(join(dir, 'child'))}, String(c.pid)); setTimeout(() => {}, 60000)`) },
    { name: 'env', program: NODE, args: script('console.log(JSON.stringify(Object.keys(process.env).filter((k) => k.startsWith("MUSTER") || k === "GREETING")))'), env: { GREETING: 'hello' } },
    { name: 'slow', program: NODE, args: script('setTimeout(() => {}, 60000)'), timeout: '300ms' },
    { name: 'pick', program: NODE, args: [...script('console.log(process.argv.slice(1).join(" "))'), '{{ size }}', '{{ colour }}'], parameters: [{ name: 'size', type: 'number', min: 1, max: 3 }, { name: 'colour', type: 'choice', choices: ['red', 'blue'], default: 'red' }] },
  ];
}

async function connect(name = 'one', options: { readonly stateDir?: string; readonly token?: string } = {}): Promise<{ agent: Awaited<ReturnType<typeof startAgentProcess>>; dir: string; token: string }> {
  const dir = options.stateDir ?? (await makeFolder());
  const token = options.token ?? (await stand.issue(name));
  const agent = await startAgentProcess({ url: stand.url, token, stateDir: dir, config: { commands: commandsIn(dir) } });
  await eventually(() => stand.agents.list(stand.database.db, ORG), (agents) => agents.some((known) => known.name === name && known.state === 'online' && known.version !== null));
  return { agent, dir, token };
}

const told = (path: string): Promise<readonly unknown[]> => eventually(async () => stand.told.filter((entry) => entry.path === path).map(({ data }) => data), (news) => news.length > 0);

test('cap 70: a command runs where the agent is; what it writes comes as it is written, and its end wakes the step', async () => {
  await connect();

  const handed = await stand.order('restart', 'one', run('say', { words: 'pool restarted' }));

  expect(handed).toEqual({ ok: true, agent: 'one' });
  expect(await told('restart')).toEqual([expect.objectContaining({ outcome: 'succeeded', end: expect.objectContaining({ exitCode: 0, tail: 'pool restarted\n' }) })]);
  expect(stand.outputOf('restart')).toContain('pool restarted\n');
  expect(stand.outputOf('restart')).toContain('aside\n');
});

test('what a shell would read as its own stays one argument', async () => {
  await connect();
  const words = '$(touch /tmp/never); `id` && rm -rf "x" | cat > y';

  await stand.order('say', 'one', run('say', { words }));

  expect(await told('say')).toEqual([expect.objectContaining({ outcome: 'succeeded', end: expect.objectContaining({ tail: `${words}\n` }) })]);
});

test('the agent refuses what its allow-list does not permit, whatever the service asks', async () => {
  await connect();

  await stand.order('a', 'one', run('format-disk'));
  await stand.order('b', 'one', run('pick', { size: 9 }));
  await stand.order('c', 'one', run('pick', { size: 2, colour: 'green' }));
  await stand.order('d', 'one', run('pick', { size: 2, host: 'x' }));
  await stand.order('e', 'one', run('pick', { size: 2 }));

  const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (path) => (await told(path))[0]));
  expect(outcomes).toEqual([
    expect.objectContaining({ outcome: 'refused', end: expect.objectContaining({ error: 'the command "format-disk" is not in the allow-list' }) }),
    expect.objectContaining({ outcome: 'refused', end: expect.objectContaining({ error: 'the argument "size" must be a number from 1 to 3' }) }),
    expect.objectContaining({ outcome: 'refused', end: expect.objectContaining({ error: 'the argument "colour" must be one of red, blue' }) }),
    expect.objectContaining({ outcome: 'refused', end: expect.objectContaining({ error: 'the command "pick" takes no argument "host"' }) }),
    expect.objectContaining({ outcome: 'succeeded', end: expect.objectContaining({ tail: '2 red\n' }) }),
  ]);
});

test('a command knows nothing of the environment of the agent, only its mark; it fails with its exit code, and when it takes too long', async () => {
  await connect();

  await stand.order('env', 'one', run('env'));
  await stand.order('fail', 'one', run('fail'));
  await stand.order('slow', 'one', run('slow'));

  expect(await told('env')).toEqual([expect.objectContaining({ end: expect.objectContaining({ tail: '["GREETING","MUSTER_ORDER"]\n' }) })]);
  expect(await told('fail')).toEqual([expect.objectContaining({ outcome: 'failed', end: expect.objectContaining({ exitCode: 3, error: 'exit code 3', tail: 'no room left\n' }) })]);
  expect(await told('slow')).toEqual([expect.objectContaining({ outcome: 'timed_out' })]);
});

test('cancelling ends the whole group of processes, and is open until it has ended', async () => {
  const { dir } = await connect();
  await stand.order('family', 'one', run('family'));
  const child = Number(await eventually(() => readFile(join(dir, 'child'), 'utf8').catch(() => ''), (text) => text !== ''));

  const stopped = await stand.database.db.transaction((tx) => stand.agents.stop(tx, stand.step('family')));

  expect(stopped).toBe('open');
  expect(await told('family')).toEqual([expect.objectContaining({ outcome: 'cancelled' })]);
  expect(await isProcessAlive(child)).toBe(false);
  expect(await stand.database.db.transaction((tx) => stand.agents.stop(tx, stand.step('family')))).toBe('ended');
});

test('cap 76: kill -9 of the agent in the midst of what may not be repeated: its processes are ended, it is not started again, and the step learns that nobody knows', async () => {
  const { agent, dir, token } = await connect();
  await stand.order('once', 'one', run('count'));
  await eventually(() => readFile(join(dir, 'count'), 'utf8').catch(() => ''), (text) => text === 'x');
  // What was started is on record a moment after it began.
  const { pid } = await eventually(async () => JSON.parse(await readFile(join(dir, 'agent-state.json'), 'utf8')).running[0].process, (process) => process !== null);

  await agent.kill9();
  expect(await isProcessAlive(pid)).toBe(true);
  await connect('one', { stateDir: dir, token });

  expect(await told('once')).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
  expect(await isProcessAlive(pid)).toBe(false);
  expect(await readFile(join(dir, 'count'), 'utf8')).toBe('x');
});

test('cap 76: kill -9 of the agent in the midst of what may be repeated: it is done again', async () => {
  const { agent, dir, token } = await connect();
  await stand.order('again', 'one', run('count-again'), { repeatable: true });
  await eventually(() => readFile(join(dir, 'again'), 'utf8').catch(() => ''), (text) => text === 'x');

  await agent.kill9();
  await connect('one', { stateDir: dir, token });

  expect(await told('again')).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
  expect(await readFile(join(dir, 'again'), 'utf8')).toBe('xx');
});

test('an end that the service could not hear is told when it can, once', async () => {
  const { agent, dir, token } = await connect();
  await agent.stop();
  await stand.order('late', 'one', run('say', { words: 'done' }));
  const order = await stand.database.db.query<{ id: string }>(`update agent_orders set state = 'running', handed = 1, lease_until = now() + interval '1 hour' returning id::text`);
  const end = { handed: 1, outcome: 'succeeded', exitCode: 0, error: null, tail: 'done\n', result: null };
  await writeFile(join(dir, 'agent-state.json'), JSON.stringify({ running: [], ends: [{ id: order[0]?.id, end }] }));

  await connect('one', { stateDir: dir, token });

  expect(await told('late')).toEqual([expect.objectContaining({ outcome: 'succeeded', end })]);
  await eventually(async () => JSON.parse(await readFile(join(dir, 'agent-state.json'), 'utf8')).ends, (ends) => ends.length === 0);
});

test('a token of old, of nobody, or of an agent that is let in no more: 401 that says what to do', async () => {
  const token = await stand.issue('gone');
  await stand.database.db.query(`update agents set revoked_at = now() where name = 'gone'`);
  for (const given of [undefined, 'msa_made-up', 'mst_of-the-api', token]) {
    const response = await fetch(`${stand.url}/api/agent/v1/poll`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(given === undefined ? {} : { Authorization: `Bearer ${given}` }) }, body: '{"waitSeconds":0}' });
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ code: 'unauthenticated', detail: expect.any(String) })]);
  }
});

test('an agent reaches its own orders alone, and what is malformed names the field', async () => {
  const [one, two] = [await stand.issue('one'), await stand.issue('two')];
  const post = async (token: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${stand.url}/api/agent/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
  await post(one, '/hello', { version: '1', commands: [{ name: 'say', description: '', repeatable: false, args: [] }], kubernetes: [] });
  await stand.order('mine', 'one', run('say'));

  expect((await post(two, '/poll', { waitSeconds: 0 })).body).toEqual({ order: null });
  const taken = await post(one, '/poll', { waitSeconds: 0 });
  expect(taken.body).toMatchObject({ order: { id: expect.any(String), handed: 1 } });
  expect((await post(one, '/poll', { waitSeconds: 0 })).body).toEqual({ order: null });
  expect((await post(two, '/orders/1/heartbeat', { handed: 1 })).body).toEqual({ go: 'lost' });
  expect((await post(one, '/orders/1/heartbeat', { handed: 2 })).body).toEqual({ go: 'lost' });
  expect((await post(one, '/orders/1/heartbeat', { handed: 1 })).body).toEqual({ go: 'on' });
  expect(await post(one, '/orders/x/heartbeat', { handed: 1 })).toMatchObject({ status: 400, body: { errors: [{ field: 'path.id' }] } });
  expect(await post(one, '/poll', { waitSeconds: 900 })).toMatchObject({ status: 400, body: { errors: [{ field: 'body.waitSeconds' }] } });
  // A piece that comes twice is kept once.
  const piece = { seq: 1, stream: 'out', text: 'once\n' };
  for (const pieces of [[piece], [piece, { ...piece, seq: 2, text: 'twice\n' }]]) await post(one, '/orders/1/output', { handed: 1, pieces });
  expect(stand.outputOf('mine')).toBe('once\ntwice\n');
});

test('an order goes to an agent that is there, by name or by label, and says why it cannot', async () => {
  await connect('one');
  const absent = await stand.issue('two', { site: 'north' });

  expect(await stand.order('a', 'nobody', run('say'))).toEqual({ ok: false, why: 'there is no agent "nobody"' });
  expect(await stand.order('b', 'site=north', run('say'))).toEqual({ ok: false, why: 'the agent "two" is not connected' });
  await connect('two', { token: absent });
  expect(await stand.order('c', 'site=north', run('say', { words: 'x' }))).toEqual({ ok: true, agent: 'two' });
});

test('by the clock: an agent that falls silent is away, told once; its lease passes, and what may be repeated goes back into the queue', async () => {
  const clock = createSimulatedClock(Date.UTC(2026, 10, 24, 9));
  const timed = await startAgentStand(clock);
  try {
    const token = await timed.issue('one');
    const post = (path: string, body: unknown): Promise<Response> => fetch(`${timed.url}/api/agent/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
    await post('/hello', { version: '1', commands: [{ name: 'say', description: '', repeatable: true, args: [] }], kubernetes: [] });
    await timed.order('once', 'one', run('say'));
    await timed.order('again', 'one', run('say'), { repeatable: true });
    await post('/poll', { waitSeconds: 0 });
    await post('/poll', { waitSeconds: 0 });
    timed.agents.watch.start();

    clock.advance(LEASE_MS + 2_000);
    expect(await eventually(async () => timed.told, (news) => news.length === 1)).toEqual([{ path: 'once', data: expect.objectContaining({ outcome: 'unknown' }) }]);
    const again = await eventually(() => timed.database.db.query<{ path: string; state: string }>('select path, state from agent_orders order by id'), (rows) => rows[1]?.state === 'queued');
    expect(again).toEqual([{ path: 'once', state: 'unknown' }, { path: 'again', state: 'queued' }]);

    await timed.agents.watch.close();
    clock.advance(AWAY_MS);
    for (let round = 0; round < 3; round += 1) {
      timed.agents.watch.tick();
      await timed.agents.watch.close();
    }
    const events = await timed.database.db.query<{ type: string }>(`select type from event_log where type like 'agent.%' order by position`);
    expect(events.map(({ type }) => type)).toEqual(['agent.online', 'agent.offline']);
  } finally {
    await timed.close();
  }
});
