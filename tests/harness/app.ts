/** The whole service in this process, on a real database, with a way to call it as anybody. */
import { setTimeout as delay } from 'node:timers/promises';
import { startApp, type App } from '../../backend/app.ts';
import { operations, type CallOf, type OperationName, type Problem, type ResponseOf, type SourceKind } from '../../backend/contract/index.ts';
import { loadConfig, type Config } from '../../backend/platform/config/config.ts';
import { systemClock, type Clock } from '../../backend/platform/clock.ts';
import { createLogger, type Logger } from '../../backend/platform/logger.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startTestGrafana, type TestGrafana, type TestUser } from './grafana.ts';

/** Route secrets of the two organisations that every test service has. */
export const PLUGIN_TOKENS: Readonly<Record<number, string>> = {
  1: 'plugin-token-of-organisation-one-0001',
  2: 'plugin-token-of-organisation-two-0002',
};
/** The one that organisation 1 had before, which still counts. */
export const PREVIOUS_PLUGIN_TOKEN = 'plugin-token-of-organisation-one-0000';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');

export interface TestAppOptions {
  readonly database?: TestDatabase;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** False: answers as they leave in production, which are not checked against the contract by the service. */
  readonly checkResponses?: boolean;
  /** Environment variables over those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Answer<N extends OperationName> {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed answer of a success; undefined otherwise. */
  readonly body: ResponseOf<N>;
  /** The problem of a refusal. */
  readonly problem: Problem;
}

export interface TestApp {
  readonly app: App;
  readonly url: string;
  readonly grafana: TestGrafana;
  readonly database: TestDatabase;
  readonly config: Config;
  /** Headers that Grafana's proxy would send for the user. */
  headersOf(user: TestUser): Promise<Record<string, string>>;
  /** Calls an operation as a user; the answer is checked against the contract. */
  call<N extends OperationName>(user: TestUser, operation: N, input?: CallOf<N>, headers?: Record<string, string>): Promise<Answer<N>>;
  /** Makes a source and gives its token. */
  addSource(user: TestUser, id: string, kind?: SourceKind): Promise<string>;
  /** Posts a webhook body. */
  postWebhook(source: string, token: string, body: unknown, kind?: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** Settings of the tests' services. */
export function testConfig(connectionString: string, grafana: Pick<TestGrafana, 'url' | 'rootUrl'>, env: Readonly<Record<string, string>> = {}): Config {
  return loadConfig({
    DATABASE_URL: connectionString, MUSTER_PORT: '0', MUSTER_LOG_LEVEL: process.env['MUSTER_TEST_LOG'] ?? 'silent',
    MUSTER_GRAFANA_URL: grafana.url, MUSTER_GRAFANA_ROOT_URL: grafana.rootUrl, MUSTER_SECRET_KEYS: `test:${SECRET_KEY}`,
    MUSTER_CORRELATION_MIN_ALERTS: '1', ...env,
  });
}

/** `/incidents/{number}` with its parameters filled in. */
export function pathOf(operation: OperationName, input: { params?: object; query?: object } | undefined): string {
  const values: Record<string, unknown> = { ...input?.params };
  const path = operations[operation].path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(values[name])));
  const query = new URLSearchParams(Object.entries({ ...input?.query }).map(([key, value]) => [key, String(value)])).toString();
  return `/api${path}${query === '' ? '' : `?${query}`}`;
}

/** Starts everything. Close it again. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = options.clock ?? systemClock;
  const database = options.database ?? (await createTestDatabase());
  const grafana = await startTestGrafana(() => clock.nowMs());
  const base = testConfig(database.connectionString, grafana, options.env);
  const config: Config = { ...base, grafana: { ...base.grafana, orgs: orgsWithTokens() } };
  const app = await startApp({
    config, clock, logger: options.logger ?? createLogger({ level: config.log.level }), connectionString: database.connectionString, checkResponses: options.checkResponses ?? true,
  });

  async function headersOf(user: TestUser): Promise<Record<string, string>> {
    return { Authorization: `Bearer ${PLUGIN_TOKENS[user.orgId] ?? ''}`, 'X-Grafana-Id': await grafana.sign(user) };
  }

  async function call<N extends OperationName>(user: TestUser, operation: N, input?: CallOf<N>, headers: Record<string, string> = {}): Promise<Answer<N>> {
    const parts: { params?: object; query?: object; body?: unknown } = Object.assign({}, input);
    const response = await fetch(`${app.url}${pathOf(operation, parts)}`, {
      method: operations[operation].method.toUpperCase(),
      headers: { ...(await headersOf(user)), ...(parts.body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    });
    const text = await response.text();
    const body = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body, problem: body };
  }

  return {
    app, url: app.url, grafana, database, config, headersOf, call,
    async addSource(user, id, kind = 'grafana') {
      const answer = await call(user, 'createSource', { body: { id, kind, name: `Source ${id}` } });
      if (answer.status !== 201) throw new Error(`source not made: ${JSON.stringify(answer.problem)}`);
      return answer.body.token;
    },
    postWebhook: (source, token, body, kind = 'grafana', headers = {}) => fetch(`${app.url}/webhooks/${kind}/${source}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
    async close() {
      await app.close();
      await grafana.close();
      if (options.database === undefined) await database.drop();
    },
  };

  function orgsWithTokens(): Config['grafana']['orgs'] {
    return loadConfig({
      MUSTER_CONFIG: 'orgs.yaml', DATABASE_URL: 'postgres://x@localhost/x', MUSTER_SECRET_KEYS: `test:${SECRET_KEY}`,
    }, {
      readFile: () => `grafana:\n  orgs:\n    - id: 1\n      pluginToken: ${PLUGIN_TOKENS[1] ?? ''}\n      previousPluginToken: ${PREVIOUS_PLUGIN_TOKEN}\n    - id: 2\n      pluginToken: ${PLUGIN_TOKENS[2] ?? ''}\n`,
    }).grafana.orgs;
  }
}

/** A test that waits for so long is given up; a busy machine takes a good part of it. */
const LIMIT_MS = 120_000;

/** Asks again until the answer is good. Waits for an event of another process or job, not for time to pass. */
export async function eventually<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean, limitMs = LIMIT_MS): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (performance.now() > endMs) throw new Error(`not in time: ${JSON.stringify(answer)}`);
    await delay(20);
  }
}
