/**
 * The listener of the status page, apart from the API: it sends what is ready in memory and asks the database nothing, so it goes on
 * while everything else is down. Forms of subscribers are the only thing behind it that needs the database.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hash } from 'node:crypto';
import type { OrgId } from '#contract';
import { listenAt } from '../../../platform/http/listen.ts';
import type { Logger } from '../../../platform/logger.ts';
import { folderOf, type KeptPage, type PageKeeper } from './keeper.ts';

/** Forms of subscribers: gives true when it has answered. `path` is below the page of the organisation. */
export type PageForms = (request: IncomingMessage, response: ServerResponse, orgId: OrgId, path: string, query: URLSearchParams) => Promise<boolean>;

export interface PageServerDeps {
  readonly keeper: Pick<PageKeeper, 'pageOf' | 'orgs'>;
  readonly forms: PageForms | null;
  readonly logger: Logger;
}

export interface PageServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_AGE_SECONDS = 15;
const SECURITY: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'DENY', 'Cross-Origin-Opener-Policy': 'same-origin', 'Permissions-Policy': 'interest-cohort=()',
};

/** Answers in plain words; nothing about the inside. */
export function answerPlain(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...SECURITY, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers }).end(`${text}\n`);
}

/** Answers with a page that is made for this reader. */
export function answerHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { ...SECURITY, 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(html);
}

/** SHA-256 of a token, by which it is known. */
export function hashOfToken(token: string): string {
  return hash('sha256', token, 'hex');
}

interface Place {
  readonly orgId: OrgId;
  readonly path: string;
  /** Token of a private page, if the address has one. */
  readonly token: string | null;
}

/** `/org-2/t/<token>/history.html` as its parts. */
function placeOf(pathname: string, orgs: readonly OrgId[]): Place | null {
  const parts = pathname.split('/').slice(1);
  const named = orgs.find((orgId) => folderOf(orgId) !== '' && folderOf(orgId) === parts[0]);
  const orgId = named ?? orgs.find((one) => folderOf(one) === '');
  if (orgId === undefined) return null;
  const rest = named === undefined ? parts : parts.slice(1);
  const token = rest[0] === 't' && rest[1] !== undefined ? rest[1] : null;
  return { orgId, token, path: (token === null ? rest : rest.slice(2)).join('/') };
}

function sendFile(request: IncomingMessage, response: ServerResponse, page: KeptPage, path: string): boolean {
  const file = page.files.get(path === '' ? 'index.html' : path);
  if (file === undefined) return false;
  const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const etag = packs ? file.etag.replace(/"$/, '-gz"') : file.etag;
  const headers: Record<string, string> = {
    ...SECURITY, 'Content-Type': file.type, ETag: etag, Vary: 'Accept-Encoding',
    'Cache-Control': page.visibility === 'public' ? `public, max-age=${MAX_AGE_SECONDS}, stale-while-revalidate=60, stale-if-error=86400` : 'private, no-cache',
    ...(page.visibility === 'public' ? {} : { 'X-Robots-Tag': 'noindex' }),
  };
  const known = String(request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) {
    response.writeHead(304, headers).end();
    return true;
  }
  const body = packs ? file.packed : file.body;
  response.writeHead(200, { ...headers, 'Content-Length': String(body.length), ...(packs ? { 'Content-Encoding': 'gzip' } : {}) });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

/** The listener's answer to each request. */
export function createPageListener({ keeper, forms, logger }: PageServerDeps): (request: IncomingMessage, response: ServerResponse) => void {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '', 'http://status.invalid');
    const place = url === null ? null : placeOf(url.pathname, keeper.orgs);
    const page = place === null ? undefined : keeper.pageOf(place.orgId);
    if (url === null || place === null || page === undefined || page.visibility === 'off') return answerPlain(response, 404, 'There is no status page here.');
    const opens = page.visibility === 'public' ? place.token === null : place.token !== null && page.links.has(hashOfToken(place.token));
    // One that is private answers like one that is not there.
    if (!opens) return answerPlain(response, 404, 'There is no status page here.');
    // Relative links count from the folder.
    if (place.path === '' && !url.pathname.endsWith('/')) return answerPlain(response, 308, 'The page is one slash further.', { Location: `${url.pathname}/` });
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && sendFile(request, response, page, place.path)) return undefined;
    if (forms !== null && (await forms(request, response, place.orgId, place.path, url.searchParams))) return undefined;
    return reads ? answerPlain(response, 404, 'There is nothing here.') : answerPlain(response, 405, 'This is only read.', { Allow: 'GET, HEAD' });
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.warn({ err: error }, 'a reader of the status page could not be answered');
      if (!response.headersSent) answerPlain(response, 503, 'This does not work at the moment. Please try again later.', { 'Retry-After': '60' });
      else response.destroy();
    });
  };
}

/** Listens. Port 0 takes a free one. */
export async function startPageServer(deps: PageServerDeps, host: string, port: number): Promise<PageServer> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 }, createPageListener(deps));
  server.keepAliveTimeout = 30_000;
  const boundPort = await listenAt(server, host, port);
  return {
    port: boundPort,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
