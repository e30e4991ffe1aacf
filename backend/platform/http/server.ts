/** The HTTP server: webhooks straight off node:http, everything else through express. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express, { type Express, type Router } from 'express';
import helmet from 'helmet';
import { notFoundError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { listenAt } from './listen.ts';
import { problemHandler } from './problem.ts';
import { requestContext } from './requestContext.ts';

/** The answer of one readiness check. */
export interface CheckResult {
  readonly ok: boolean;
  readonly detail: string;
}

export interface ServerParts {
  /** Serves `/webhooks/`. Null on replicas that do not take webhooks. */
  readonly webhook: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** Mounted at `/api`. Null on replicas that serve no API. */
  readonly api: Router | null;
  /** Pages without a login, by the path at which they are mounted. */
  readonly pages?: Readonly<Record<string, Router>>;
  readonly readiness: Readonly<Record<string, () => Promise<CheckResult>>>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly logger: Logger;
  readonly trustProxy: boolean | number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, waits for running requests up to `graceMs`, then cuts the rest. */
  close(graceMs: number): Promise<void>;
}

/** A check that takes longer than this has failed. */
const CHECK_LIMIT_MS = 5_000;

async function runCheck(check: () => Promise<CheckResult>): Promise<CheckResult> {
  let handle: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    handle = setTimeout(() => resolve({ ok: false, detail: `no answer within ${CHECK_LIMIT_MS / 1000} s` }), CHECK_LIMIT_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(handle);
  }
}

/** Builds the express side. */
export function createExpressApp(parts: ServerParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', parts.trustProxy);
  app.set('etag', false);
  // Repeated or nested query parameters are not used anywhere; plain strings are easier to check.
  app.set('query parser', 'simple');
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));
  app.use(requestContext(parts.logger));
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  app.get('/readyz', async (_request, response) => {
    const entries = await Promise.all(Object.entries(parts.readiness).map(async ([name, check]) => [name, await runCheck(check)] as const));
    const ok = entries.every(([, result]) => result.ok);
    response.status(ok ? 200 : 503).json({ ok, checks: Object.fromEntries(entries) });
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await parts.metrics();
    response.set('Content-Type', contentType).send(text);
  });
  if (parts.api !== null) app.use('/api', parts.api);
  for (const [path, router] of Object.entries(parts.pages ?? {})) app.use(path, router);
  app.use((request) => {
    throw notFoundError(`there is nothing at ${request.method} ${request.path}`);
  });
  app.use(problemHandler(parts.logger));
  return app;
}

/** Listens. Port 0 takes a free one. */
export async function startServer(parts: ServerParts, host: string, port: number): Promise<RunningServer> {
  const app = createExpressApp(parts);
  const { webhook } = parts;
  const open = new Set<ServerResponse>();
  let closing = false;
  const server: Server = createServer((request, response) => {
    open.add(response);
    // A sender that keeps its connection open would go on sending; told that it closes, it turns to another replica.
    response.shouldKeepAlive &&= !closing;
    // Closing ends idle connections once; those busy then would stay open until the caller lets go of them.
    response.once('close', () => {
      open.delete(response);
      if (closing) server.closeIdleConnections();
    });
    if (webhook !== null && (request.method === 'POST' || request.method === 'PUT') && request.url?.startsWith('/webhooks/') === true) webhook(request, response);
    else app(request, response);
  });
  // Longer than the idle time of the usual proxies, so that they close first.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  const boundPort = await listenAt(server, host, port);
  return {
    port: boundPort,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    async close(graceMs) {
      closing = true;
      for (const response of open) response.shouldKeepAlive = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
