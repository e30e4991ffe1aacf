/** Real agents in bad times: killed with children left behind, cut off from the service, doubled, flooded, stopped. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../backend/platform/clock.ts';
import { isProcessAlive } from '../../backend/platform/db/processIdentity.ts';
import { eventually } from '../harness/app.ts';
import { cleanAgents, makeFolder, startAgentProcess, startAgentStand, type AgentStand, type Told } from './agentStand.ts';
import { startUnreliableProxy } from './unreliableProxy.ts';

let stand: AgentStand;
let names = 0;

beforeAll(async () => {
  stand = await startAgentStand(systemClock);
  stand.agents.watch.start();
});
afterEach(cleanAgents);
afterAll(() => stand.close());

const FOLDER = { name: 'dir', type: 'string', pattern: '/.*' };

/** A command of Node that runs a script; its parameters come as arguments. */
function nodeCommand(name: string, script: string, parameters: readonly { readonly name: string }[] = [], more: object = {}): object {
  return { name, program: process.execPath, args: ['-e', script, '--', ...parameters.map((known) => `{{ ${known.name} }}`)], parameters, ...more };
}

/** Notes that it began and who it is, starts a child of its own, says so, and goes on until it is ended. */
const HANG = nodeCommand('hang', `
  const { appendFileSync, writeFileSync } = require('node:fs');
  const dir = process.argv[1];
  appendFileSync(dir + '/effects', 'x');
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  writeFileSync(dir + '/pids', process.pid + ' ' + child.pid);
  setInterval(() => console.log('still at it'), 100);
`, [FOLDER]);

async function pidsIn(dir: string): Promise<number[]> {
  const text = await eventually(() => readFile(join(dir, 'pids'), 'utf8').catch(() => ''), (found) => found !== '');
  return text.split(' ').map(Number);
}

function effectsIn(dir: string): Promise<string> {
  return readFile(join(dir, 'effects'), 'utf8').catch(() => '');
}

async function gone(pids: readonly number[]): Promise<void> {
  await eventually(() => Promise.all(pids.map((pid) => isProcessAlive(pid))), (alive) => !alive.includes(true));
}

/** A name that no other test uses, for an agent or the path of a step. */
function fresh(prefix: string): string {
  names += 1;
  return `${prefix}-${names}`;
}

async function connected(name: string): Promise<void> {
  await eventually(() => stand.agents.list(stand.database.db, stand.step('x').orgId), (agents) => agents.some((agent) => agent.name === name && agent.state === 'online' && agent.commands.length > 0));
}

/** What the step was told, as soon as it was. */
async function toldTo(path: string): Promise<Told['data']> {
  const found = await eventually(async () => stand.told.find((told) => told.path === path)?.data ?? null, (data) => data !== null);
  return found;
}

async function startOne(commands: readonly object[], url = stand.url): Promise<{ name: string; token: string; agent: Awaited<ReturnType<typeof startAgentProcess>> }> {
  const name = fresh('agent');
  const token = await stand.issue(name);
  const agent = await startAgentProcess({ url, token, config: { commands } });
  await connected(name);
  return { name, token, agent };
}

test('cap 76: kill -9 of the agent: what its command started is ended at the next start, also when the command itself is gone', async () => {
  const { name, token, agent } = await startOne([HANG]);
  const dir = await makeFolder();
  const path = fresh('step');
  await stand.order(path, name, { kind: 'command', command: 'hang', args: { dir } });
  const pids = await pidsIn(dir);

  await agent.kill9();
  // Nobody reads what it writes any more: it ends by itself, and its child does not.
  await gone(pids.slice(0, 1));
  expect(await isProcessAlive(pids[1] ?? 0)).toBe(true);
  await startAgentProcess({ url: stand.url, token, stateDir: agent.stateDir, config: { commands: [HANG] } });

  expect(await toldTo(path)).toMatchObject({ outcome: 'unknown' });
  await gone(pids);
  expect(await effectsIn(dir)).toBe('x');
});

test('a process that took the number of a leftover is left alone', async () => {
  const name = fresh('agent');
  const token = await stand.issue(name);
  const stateDir = await makeFolder();
  await writeFile(join(stateDir, 'agent-state.json'), JSON.stringify({ running: [{ id: '999999', handed: 1, mark: '00000000-0000-4000-8000-000000000000', process: { pid: process.pid, startedAt: 'long ago' } }], ends: [] }));

  await startAgentProcess({ url: stand.url, token, stateDir, config: { commands: [HANG] } });

  await connected(name);
});

test('answers that are lost change nothing: each line is kept once, and the end is told once', async () => {
  const proxy = await startUnreliableProxy(stand.url);
  const script = 'let n = 0; const timer = setInterval(() => { n += 1; console.log("line " + n); if (n === 12) clearInterval(timer); }, 100)';
  const { name } = await startOne([nodeCommand('lines', script)], proxy.url);
  const path = fresh('step');
  proxy.loseAnswers(/\/output$/, 2);
  proxy.loseAnswers(/\/end$/, 2);

  await stand.order(path, name, { kind: 'command', command: 'lines', args: {} });

  expect(await toldTo(path)).toMatchObject({ outcome: 'succeeded' });
  await eventually(async () => proxy.asked(/\/end$/), (times) => times === 3);
  expect(stand.outputOf(path)).toBe(Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join(''));
  expect(stand.told.filter((told) => told.path === path)).toHaveLength(1);
  await cleanAgents();
  await proxy.close();
});

test('while the service is away, what runs goes on, and its end waits on the disk, beyond the life of the agent', async () => {
  const proxy = await startUnreliableProxy(stand.url);
  const go = nodeCommand('go', 'const { existsSync } = require("node:fs"); console.log("began"); const timer = setInterval(() => { if (existsSync(process.argv[1] + "/go")) clearInterval(timer); }, 20)', [FOLDER]);
  const { name, token, agent } = await startOne([go], proxy.url);
  const dir = await makeFolder();
  const path = fresh('step');
  await stand.order(path, name, { kind: 'command', command: 'go', args: { dir } });
  await eventually(async () => stand.outputOf(path), (text) => text === 'began\n');

  proxy.isDown = true;
  await writeFile(join(dir, 'go'), '');
  await eventually(() => readFile(join(agent.stateDir, 'agent-state.json'), 'utf8'), (text) => text.includes('"succeeded"'));
  await agent.kill9();
  expect(stand.told.some((told) => told.path === path)).toBe(false);
  proxy.isDown = false;
  await startAgentProcess({ url: proxy.url, token, stateDir: agent.stateDir, config: { commands: [go] } });

  expect(await toldTo(path)).toMatchObject({ outcome: 'succeeded', end: { exitCode: 0 } });
  await eventually(() => readFile(join(agent.stateDir, 'agent-state.json'), 'utf8'), (text) => !text.includes('"succeeded"'));
  await cleanAgents();
  await proxy.close();
});

test('two agents with the same token do each order once', async () => {
  const { name, token } = await startOne([{ ...HANG, name: 'unused' }, nodeCommand('mark', 'require("node:fs").appendFileSync(process.argv[1] + "/effects", "x")', [FOLDER])]);
  await startAgentProcess({ url: stand.url, token, config: { commands: [nodeCommand('mark', 'require("node:fs").appendFileSync(process.argv[1] + "/effects", "x")', [FOLDER])] } });
  const dir = await makeFolder();
  const paths = Array.from({ length: 12 }, () => fresh('step'));

  await Promise.all(paths.map((path) => stand.order(path, name, { kind: 'command', command: 'mark', args: { dir } })));

  for (const path of paths) expect(await toldTo(path)).toMatchObject({ outcome: 'succeeded' });
  expect(await effectsIn(dir)).toBe('x'.repeat(12));
});

test('cap 83: a flood of output is cut, and its last part is told with the end', async () => {
  const { name } = await startOne([nodeCommand('flood', 'for (let n = 0; n < 60000; n += 1) console.log(String(n).padStart(60, "."));')]);
  const path = fresh('step');

  await stand.order(path, name, { kind: 'command', command: 'flood', args: {} });

  const told = JSON.stringify(await toldTo(path));
  expect(told).toContain('59999');
  expect(told.length).toBeLessThan(70_000);
  expect(stand.outputOf(path).length).toBeGreaterThan(1_000_000);
  expect(stand.outputOf(path).length).toBeLessThan(1_400_000);
});

test('an agent that is stopped ends what it runs, tells of it, and leaves well', async () => {
  const { name, agent } = await startOne([HANG]);
  const dir = await makeFolder();
  const path = fresh('step');
  await stand.order(path, name, { kind: 'command', command: 'hang', args: { dir } });
  const pids = await pidsIn(dir);

  await expect(agent.stop()).resolves.toBe(0);

  expect(await toldTo(path)).toMatchObject({ outcome: 'unknown' });
  await gone(pids);
});
