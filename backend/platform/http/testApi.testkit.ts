/** A real HTTP server with all operations of the contract, for tests: those not given answer with a failure. */
import express from 'express';
import { OPERATION_NAMES, orgId, userKey, type OperationName } from '#contract';
import { createDatabase } from '../db/database.ts';
import { notAllowedError } from '../errors.ts';
import { systemClock } from '../clock.ts';
import { createLogger, type Logger } from '../logger.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';
import { mountOperations } from './mount.ts';
import type { Caller, Handlers, JsonOperationName } from './route.ts';
import { startServer, type RunningServer, type ServerParts } from './server.ts';

/** A caller of organisation 1 who may do everything but `listAudit`. */
export const CALLER: Caller = {
  kind: 'user', orgId: orgId.parse(1), userKey: userKey.parse('user:ann'), login: 'ann', name: 'Ann', role: 'commander', derivedRole: 'commander', seesPrivate: false,
  actor: { kind: 'user', key: 'user:ann', name: 'Ann' }, expiresAt: new Date('2030-01-01T00:00:00Z'),
};

export interface TestApi {
  readonly server: RunningServer;
  /** Lines of the log, parsed. */
  readonly log: readonly Record<string, unknown>[];
  /** Calls below `/api`. */
  call(method: string, path: string, init?: { headers?: Record<string, string>; body?: string; json?: unknown }): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A logger that keeps its lines. */
export function createKeptLog(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  return { lines, logger: createLogger({ level: 'debug', destination: { write: (line) => void lines.push(JSON.parse(line)) } }) };
}

function isComplete(handlers: object): handlers is Handlers<JsonOperationName> {
  return OPERATION_NAMES.every((name) => name === 'streamEvents' || name in handlers);
}

/** Starts the server with some handlers. Authentication takes any caller that names itself in `X-Test-Caller`. */
export async function startTestApi(given: Partial<Handlers<JsonOperationName>>, options: {
  idempotency?: Idempotency; checkResponses?: boolean; parts?: Partial<ServerParts>; authorize?: (operation: OperationName, caller: Caller) => void;
} = {}): Promise<TestApi> {
  const { logger, lines } = createKeptLog();
  const unused = Object.fromEntries(OPERATION_NAMES.map((name) => [name, async () => { throw new Error(`${name} is not part of this test`); }]));
  const handlers = { ...unused, ...given };
  if (!isComplete(handlers)) throw new Error('a handler is missing');
  const unusedDb = createDatabase({ connectionString: 'postgresql://unused.invalid/none', maxConnections: 1, applicationName: 'test', logger });
  const api = express.Router();
  mountOperations(api, handlers, {
    mask: (_caller, text) => Promise.resolve(text),
    authenticate: async (request) => {
      const name = request.get('x-test-caller');
      return name === undefined ? CALLER : { ...CALLER, actor: { ...CALLER.actor, key: `user:${name}` } };
    },
    authorize: options.authorize ?? ((operation) => {
      if (operation === 'listAudit') throw notAllowedError('an auditor may');
    }),
    idempotency: options.idempotency ?? createIdempotency(unusedDb, systemClock),
    logger, checkResponses: options.checkResponses ?? true,
  });
  const server = await startServer({
    webhook: null, api, readiness: {}, metrics: async () => ({ contentType: 'text/plain', text: '' }), logger, trustProxy: false, ...options.parts,
  }, '127.0.0.1', 0);
  return {
    server, log: lines,
    async call(method, path, init = {}) {
      const response = await fetch(`${server.url}/api${path}`, {
        method,
        headers: { ...(init.json === undefined ? {} : { 'content-type': 'application/json' }), ...init.headers },
        ...(init.json === undefined ? (init.body === undefined ? {} : { body: init.body }) : { body: JSON.stringify(init.json) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    },
    async close() {
      await server.close(1000);
      await unusedDb.close();
    },
  };
}
