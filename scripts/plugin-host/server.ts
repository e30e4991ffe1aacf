import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { JWK } from 'jose';
import { handleApi } from './api.ts';
import { buildClient } from './clientBuild.ts';
import { currentTheme, currentUser, handleHostControl } from './hostControls.ts';
import { sendJson } from './http.ts';
import { createIdentityService } from './identity.ts';
import { consoleLogger, type HostLogger } from './logger.ts';
import { renderPage } from './page.ts';
import { readPlugins, type InstalledPlugins } from './pluginFiles.ts';
import { proxyPluginRequest } from './pluginProxy.ts';
import { SettingsStore } from './settingsStore.ts';
import { serveStatic, type Mount } from './staticFiles.ts';
import { REPOSITORY, variantOf, type ReactMajor } from './variants.ts';

export interface PluginHostOptions {
  /** 0 takes any free port. */
  port: number;
  /** Address of the Muster service, as an admin would put it into the plugin's settings. */
  apiUrl: string;
  /** The secret of the plugin's route, by organisation. */
  pluginTokens: Readonly<Record<number, string>>;
  /** Which React, and with it which Grafana packages, the page runs on. */
  react?: ReactMajor | undefined;
  /** The built plugin. */
  distDir?: string | undefined;
  /** Public address: the issuer of ID tokens. By default the address that the host listens on. */
  rootUrl?: string | undefined;
  /** The address to listen on; by default only this machine can reach the host. */
  listenAddress?: string | undefined;
  /** false: no `X-Grafana-Id` is sent, as when Grafana cannot sign. Can be changed while the host runs. */
  signIdTokens?: boolean | undefined;
  logger?: HostLogger | undefined;
}

export interface PluginHost {
  /** Without trailing slash. */
  url: string;
  /** `iss` of the ID tokens: the root URL with trailing slash. */
  issuer: string;
  /** Where the public keys are served. */
  keysUrl: string;
  keys: { keys: JWK[] };
  setSigning(enabled: boolean): void;
  close(): Promise<void>;
}

/** Starts the plugin host: Grafana's stand-in for development, demo and browser tests. */
export async function startPluginHost(options: PluginHostOptions): Promise<PluginHost> {
  const logger = options.logger ?? consoleLogger;
  const variant = variantOf(options.react ?? 19);
  const distDir = path.resolve(options.distDir ?? path.join(REPOSITORY, 'dist'));
  const plugins = readPlugins(distDir);
  const clientDir = await buildClient(variant, logger);
  const mounts = mountsOf(plugins, clientDir, variant.uiDir);
  const settings = new SettingsStore(options.apiUrl, options.pluginTokens);

  const server = http.createServer();
  server.listen(options.port, options.listenAddress ?? '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The plugin host listens on no port');
  const url = `http://127.0.0.1:${address.port}`;
  const rootUrl = `${(options.rootUrl ?? url).replace(/\/$/, '')}/`;

  const identity = await createIdentityService(rootUrl);
  identity.signing = options.signIdTokens ?? true;
  const proxyPrefix = `/api/plugin-proxy/${plugins.app.json.id}`;
  const { grafanaVersion } = variant;

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const target = new URL(req.url ?? '/', rootUrl);
    // the raw path: URL resolves `..`, and the proxy has rules of its own for that
    const [rawPath = '/'] = (req.url ?? '/').split('?', 1);
    const user = currentUser(req);
    if (rawPath === proxyPrefix || rawPath.startsWith(`${proxyPrefix}/`)) {
      if (isForeignWrite(req)) return sendJson(res, 403, { message: 'origin not allowed' });
      const deps = { routes: plugins.app.json.routes, settings, identity, logger };
      return proxyPluginRequest(deps, user, rawPath, target.search, req, res);
    }
    if (target.pathname.startsWith('/host/')) return handleHostControl(target, identity, res);
    if (target.pathname === '/api/signing-keys/keys') return sendJson(res, 200, identity.keys);
    if (target.pathname.startsWith('/api/')) {
      if (isForeignWrite(req)) return sendJson(res, 403, { message: 'origin not allowed' });
      if (await handleApi({ plugins, settings, grafanaVersion }, user, target.pathname, req, res)) return;
      logger.warn(`not part of the plugin host: ${req.method ?? 'GET'} ${target.pathname}`);
      return sendJson(res, 404, { message: 'Not found' });
    }
    if (target.pathname.startsWith('/public/') || target.pathname === '/favicon.ico') {
      if (await serveStatic(mounts, decodeURIComponent(target.pathname), res)) return;
      logger.warn(`no such file: ${target.pathname}`);
      return sendJson(res, 404, { message: 'Not found' });
    }
    const theme = currentTheme(req);
    const page = renderPage({ plugins, user, theme, rootUrl, grafanaVersion, signing: identity.signing });
    res.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': page.contentSecurityPolicy,
    });
    res.end(page.html);
  }

  server.on('request', (req, res) => {
    handle(req, res).catch((error: unknown) => {
      logger.warn(
        `${req.method ?? 'GET'} ${req.url ?? ''}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
      );
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { message: 'The plugin host failed; its log says why' });
    });
  });
  logger.info(`Plugin host (React ${variant.react}, @grafana/* ${grafanaVersion}): ${url}`);

  return {
    url,
    issuer: rootUrl,
    keysUrl: `${url}/api/signing-keys/keys`,
    keys: identity.keys,
    setSigning(enabled) {
      identity.signing = enabled;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      // open event streams would hold the server forever
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page of another origin must not change anything with the user's cookie. */
function isForeignWrite(req: IncomingMessage): boolean {
  if (req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS') return false;
  const { origin, host } = req.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

function mountsOf(plugins: InstalledPlugins, clientDir: string, uiDir: string): Mount[] {
  const node = (...parts: string[]) => path.join(REPOSITORY, 'node_modules', ...parts);
  return [
    ...[...plugins.nested, plugins.app].map(({ json, folder }): Mount => ({
      prefix: `/public/plugins/${json.id}/`,
      folder,
      cache: 'revalidate',
    })),
    { prefix: '/public/build/img/icons/', folder: path.join(import.meta.dirname, 'icons'), cache: 'revalidate' },
    { prefix: '/public/build/img/', folder: path.join(uiDir, 'dist/public/img'), cache: 'immutable' },
    { prefix: '/public/build/', folder: clientDir, cache: 'revalidate' },
    { prefix: '/public/fonts/inter/', folder: node('inter-ui/web'), cache: 'immutable' },
    { prefix: '/public/fonts/roboto/', folder: path.join(clientDir, 'roboto'), cache: 'immutable' },
  ];
}
