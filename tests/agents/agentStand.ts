/** The agents' side of the service on a real database, served over HTTP, with a way to run real agents against it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { stringify } from 'yaml';
import { orgId, runId, type JsonValue, type OrderWork, type OrgId } from '../../backend/contract/index.ts';
import type { Clock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { problemHandler } from '../../backend/platform/http/problem.ts';
import { requestContext } from '../../backend/platform/http/requestContext.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { createAgents, type Agents, type OrderStep } from '../../backend/response/agents/index.ts';
import { createAgentToken } from '../../backend/response/agents/token.ts';
import { insertAgent } from '../../backend/response/agents/agentStore.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { COMPILE_CACHE } from '../harness/replica.ts';

export const ORG: OrgId = orgId.parse(1);
/** A secret of every run of the stand. */
export const CANARY = 'canary-5e21-secret';
export const OLD_KEY = { id: 'test', key: new Secret(Buffer.alloc(32, 3).toString('base64')) };
const MAIN = new URL('../../backend/main.ts', import.meta.url).pathname;

export interface Told {
  readonly path: string;
  readonly data: JsonValue;
}

export interface AgentStand {
  readonly url: string;
  readonly database: TestDatabase;
  readonly agents: Agents;
  /** What steps were woken with. */
  readonly told: readonly Told[];
  /** What agents sent of the output of a step, joined. */
  outputOf(path: string): string;
  /** Makes an agent and gives its token. */
  issue(name: string, labels?: Readonly<Record<string, string>>): Promise<string>;
  /** Hands over a command as a step would. */
  order(path: string, selector: string, work: OrderWork, options?: { readonly repeatable?: boolean; readonly attempt?: number }): Promise<{ readonly ok: boolean; readonly why?: string }>;
  step(path: string, attempt?: number): OrderStep;
  close(): Promise<void>;
}

/** Starts it. */
export async function startAgentStand(clock: Clock): Promise<AgentStand> {
  const database = await createTestDatabase();
  const logger = createLogger({ level: 'silent' });
  const told: Told[] = [];
  const outputs: { path: string; text: string }[] = [];
  const agents = createAgents({
    db: database.db, clock, logger, orgs: [ORG],
    ring: createKeyRing([OLD_KEY]),
    ports: {
      mask: async (_step, value) => JSON.parse(JSON.stringify(value).replaceAll(CANARY, '***')),
      async wake(_tx, _orgId, _runId, path, data) {
        told.push({ path, data });
      },
      async recordOutput(step, pieces) {
        for (const { text } of pieces) outputs.push({ path: step.path, text });
      },
    },
  });
  const app = express();
  app.use(requestContext(logger));
  app.use('/api/agent/v1', agents.router);
  app.use(problemHandler(logger));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await agents.start();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand has no port');

  function step(path: string, attempt = 1): OrderStep {
    return { orgId: ORG, runId: runId.parse('1'), path, attempt, undoing: false };
  }

  return {
    url: `http://127.0.0.1:${address.port}`, database, agents, told, step,
    outputOf: (path) => outputs.filter((entry) => entry.path === path).map(({ text }) => text).join(''),
    async issue(name, labels = {}) {
      const { token, hash, hint } = createAgentToken();
      await database.db.transaction((tx) => insertAgent(tx, ORG, { name, labels, hash, hint, at: clock.now(), by: 'Ada Admin' }));
      return token;
    },
    async order(path, selector, work, options = {}) {
      return database.db.transaction((tx) => agents.enqueue(tx, {
        step: step(path, options.attempt), selector, work, permits: () => ({ ok: true, repeatable: options.repeatable ?? false }),
      }));
    },
    async close() {
      await agents.close();
      await agents.watch.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await database.drop();
    },
  };
}

export interface AgentProcess {
  readonly child: ChildProcess;
  readonly stateDir: string;
  /** Lines of its log so far. */
  log(): string;
  kill9(): Promise<void>;
  stop(): Promise<number | null>;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** A folder that is removed at the end. */
export async function makeFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'muster-agent-'));
  folders.add(dir);
  return dir;
}

/** Kills what a test left running, and removes its folders. */
export async function cleanAgents(): Promise<void> {
  await Promise.all([...running].map((child) => new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  })));
  await Promise.all([...folders].map((dir) => rm(dir, { recursive: true, force: true })));
  folders.clear();
}

/** Starts a real agent. */
export async function startAgentProcess(options: { readonly url: string; readonly token: string; readonly stateDir?: string; readonly config: object }): Promise<AgentProcess> {
  const stateDir = options.stateDir ?? (await makeFolder());
  const file = join(stateDir, 'agent.yaml');
  await writeFile(file, stringify({ service: options.url, stateDir, ...options.config }));
  const child = spawn(process.execPath, [MAIN, 'agent', '--config', file], { env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, MUSTER_AGENT_TOKEN: options.token }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => {
    running.delete(child);
    resolve(code);
  }));
  return {
    child, stateDir, log: () => text,
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
