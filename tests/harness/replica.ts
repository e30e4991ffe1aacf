/** Replicas of the service as processes of their own, to be killed and stopped as in real life. */
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { operations, type CallOf, type OperationName, type ResponseOf } from '../../backend/contract/index.ts';
import { eventually, pathOf, PLUGIN_TOKENS } from './app.ts';
import type { TestGrafana, TestUser } from './grafana.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Replica {
  readonly url: string;
  readonly pid: number;
  readonly replicaId: string;
  readonly grafana: TestGrafana;
  /** Lines of the log so far, parsed. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  /** Kills it as a power cut would; resolves when the process is gone. */
  kill9(): Promise<void>;
  /** Asks it to stop. */
  terminate(): void;
  readonly exited: Promise<Exit>;
  /** Asks it to stop and waits for its end. */
  stop(): Promise<Exit>;
}

export interface ReplicaOptions {
  readonly connectionString: string;
  readonly grafana: TestGrafana;
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = new URL('../../backend/main.ts', import.meta.url).pathname;
/** Where Node keeps what it compiled: half of a replica's start is the compilation of files that are always the same. */
export const COMPILE_CACHE = new URL('../../.cache/compiled', import.meta.url).pathname;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Kills whatever a test left running; call it after each test. */
export async function killReplicas(): Promise<void> {
  await Promise.all([...running].map((child) => new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  })));
}

/** Environment of a replica: nothing of the test run's own, but what it takes to serve organisation 1. */
function environmentOf(options: ReplicaOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: options.connectionString, MUSTER_PORT: '0', MUSTER_LOG_LEVEL: 'info',
    MUSTER_GRAFANA_URL: options.grafana.url, MUSTER_GRAFANA_ROOT_URL: options.grafana.rootUrl,
    MUSTER_PLUGIN_TOKEN: PLUGIN_TOKENS[1], MUSTER_SECRET_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    MUSTER_CORRELATION_MIN_ALERTS: '1', ...options.env,
  };
}

/** One run of the program to its end, with what it wrote. */
export async function runProgram(args: readonly string[], options: ReplicaOptions): Promise<Exit & { readonly output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environmentOf(options), cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code, signal) => {
    running.delete(child);
    resolve({ code, signal, output });
  }));
}

/** Starts a replica on a free port. Resolves when it says that it is ready. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const child = spawn(process.execPath, [MAIN, 'serve'], { env: environmentOf(options), cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const lines: Record<string, unknown>[] = [];
  const rest = { text: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest.text + chunk.toString()).split('\n');
    rest.text = parts.pop() ?? '';
    for (const part of parts) {
      const line: unknown = part.startsWith('{') ? JSON.parse(part) : { msg: part };
      if (typeof line === 'object' && line !== null) lines.push({ ...line });
    }
    if (process.env['MUSTER_TEST_LOG'] !== undefined) process.stdout.write(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => (rest.errors += chunk.toString()));
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => {
    running.delete(child);
    exit = { code, signal };
    resolve(exit);
  }));
  const serving = await eventually(async () => {
    if (exit !== null) throw new Error(`the replica ended while starting: ${rest.errors}${JSON.stringify(lines.at(-1))}`);
    return lines.find((line) => line['msg'] === 'Muster serves');
  }, (line) => line !== undefined);
  const url = String(serving?.['url']);
  await eventually(() => fetch(`${url}/readyz`).then((response) => response.status, () => 0), (status) => status === 200);
  return {
    url, pid: child.pid ?? 0, replicaId: String(serving?.['replica']), grafana: options.grafana, exited,
    logs: () => lines,
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    terminate: () => void child.kill('SIGTERM'),
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Calls an operation as Grafana's proxy would for the user; fails unless it succeeds. */
export async function callReplica<N extends OperationName>(replica: Replica, user: TestUser, operation: N, input?: CallOf<N>): Promise<ResponseOf<N>> {
  const parts: { params?: object; query?: object; body?: unknown } = Object.assign({}, input);
  const response = await fetch(`${replica.url}${pathOf(operation, parts)}`, {
    method: operations[operation].method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${PLUGIN_TOKENS[user.orgId] ?? ''}`, 'X-Grafana-Id': await replica.grafana.sign(user),
      ...(parts.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
  });
  if (!response.ok) throw new Error(`${operation} gave ${response.status}: ${await response.text()}`);
  return JSON.parse(await response.text());
}
