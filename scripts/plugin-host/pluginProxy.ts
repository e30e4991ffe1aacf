import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { sendJson } from './http.ts';
import type { IdentityService } from './identity.ts';
import type { HostLogger } from './logger.ts';
import type { PluginRoute } from './pluginFiles.ts';
import { requestHeaders, responseHeaders } from './proxyHeaders.ts';
import { matchRoute, proxyPathOf, upstreamUrl } from './proxyRules.ts';
import type { SettingsStore } from './settingsStore.ts';
import type { HostUser } from './users.ts';

const CONNECT_TIMEOUT_MS = 30_000;

export interface PluginProxyDeps {
  routes: readonly PluginRoute[];
  settings: SettingsStore;
  identity: IdentityService;
  logger: HostLogger;
}

/** Handles one request to `/api/plugin-proxy/<id>/*`. `escapedPath` is the request's path without its query string. */
export async function proxyPluginRequest(
  deps: PluginProxyDeps,
  user: HostUser,
  escapedPath: string,
  query: string,
  req: IncomingMessage,
  res: ServerResponse
): Promise<void> {
  const match = matchRoute(deps.routes, req.method ?? 'GET', proxyPathOf(escapedPath), user);
  if (match.kind === 'denied') return sendJson(res, 403, { message: 'plugin proxy route access denied' });
  if (match.kind === 'none') return sendJson(res, 404, { message: 'plugin route match not found' });

  const data = deps.settings.get(user.orgId);
  const upstream = upstreamUrl(match.route, match.rest, query, data);
  if (upstream === undefined) {
    deps.logger.warn(`proxy: organisation ${user.orgId} has no usable address for route ${match.route.path}`);
    return sendEmpty(res, 502);
  }
  const headers = requestHeaders(req.headers, {
    user,
    idToken: await deps.identity.tokenFor(user),
    peerAddress: req.socket.remoteAddress ?? '',
    upstreamHost: upstream.origin.host,
    route: match.route,
    data,
  });
  forward(upstream, headers, req, res, deps.logger);
}

/** Passes bytes through as they come, so that event streams are not held back; ends upstream when the client leaves. */
function forward(
  upstream: { origin: URL; path: string },
  headers: http.OutgoingHttpHeaders,
  req: IncomingMessage,
  res: ServerResponse,
  logger: HostLogger
): void {
  const client = upstream.origin.protocol === 'https:' ? https : http;
  // a chunked body is framed anew, since Node would send that of a DELETE without any frame
  const framing = req.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
  const outgoing = client.request({
    hostname: upstream.origin.hostname.replace(/^\[|\]$/g, ''),
    port: upstream.origin.port,
    path: upstream.path,
    method: req.method ?? 'GET',
    headers: { ...headers, ...framing },
    // no kept-alive connections: one that dies while idle would turn the next request into a false 502
    agent: false,
  });

  const fail = (status: number, reason: string): void => {
    logger.warn(`proxy: ${req.method ?? 'GET'} ${upstream.origin.origin}${upstream.path}: ${reason}`);
    outgoing.destroy();
    if (res.headersSent) res.destroy();
    else sendEmpty(res, status);
  };

  const connectTimer = setTimeout(() => fail(504, 'no connection in time'), CONNECT_TIMEOUT_MS);
  outgoing.on('socket', (socket) => {
    socket.once('connect', () => clearTimeout(connectTimer));
  });
  outgoing.on('error', (error) => {
    clearTimeout(connectTimer);
    if (!res.writableEnded && !res.destroyed) fail(502, error.message);
  });
  outgoing.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, responseHeaders(answer.headers));
    res.flushHeaders();
    answer.on('error', (error) => {
      // a client that leaves ends it, which is no fault
      if (!res.destroyed) fail(502, error.message);
    });
    answer.pipe(res);
  });
  res.on('close', () => {
    clearTimeout(connectTimer);
    outgoing.destroy();
  });
  req.pipe(outgoing);
}

function sendEmpty(res: ServerResponse, status: number): void {
  res.writeHead(status, { 'content-length': '0' });
  res.end();
}
