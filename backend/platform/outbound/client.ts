/**
 * The one way out of the service. Calls go only to hosts that are allowed, never to private or
 * reserved addresses unless those are allowed by name or range, and what is checked is the address
 * that is really connected to, so that a name which changes its address meanwhile gains nothing.
 * Redirects are followed by hand and checked like first calls. Time and size are limited.
 */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import { matchesHost, mayConnect } from './addressRules.ts';
import { OutboundError, redactUrl } from './outboundError.ts';

export interface OutboundOptions {
  /** Host patterns that may be called: `grafana.example.com`, `*.example.com`, `*`. */
  readonly allow: readonly string[];
  /** Hosts, addresses or ranges (CIDR) that may be called although they are private. */
  readonly allowPrivate: readonly string[];
  /** From the start of the call to the last byte. */
  readonly timeoutMs?: number;
  readonly maxResponseBytes?: number;
  /** Where a name leads; asked for each connection. The system's resolver, unless said otherwise. */
  readonly lookup?: LookupAll;
}

/** Gives every address of a name. */
export type LookupAll = (hostname: string, options: LookupOptions, done: (error: Error | null, found: LookupAddress[]) => void) => void;

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** How many redirects are followed; 3 unless said otherwise. */
  readonly maxRedirects?: number;
}

export interface OutboundResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OutboundClient {
  /** Calls and reads the whole answer. Throws `OutboundError`; an answer of any status is no error. */
  call(request: OutboundRequest): Promise<OutboundResponse>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 5 * 1024 * 1024;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** The only headers that follow a redirect to another origin: any other one may hold a credential. */
const HARMLESS_HEADERS = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

function parseTarget(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new OutboundError('denied', 'this is not a web address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new OutboundError('denied', `${redactUrl(url)}: only http and https are called`);
  if (url.username !== '' || url.password !== '') throw new OutboundError('denied', `${redactUrl(url)}: credentials in an address are not taken`);
  return url;
}

/** `[::1]` as `::1`. */
function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Makes a client. */
export function createOutboundClient(options: OutboundOptions): OutboundClient {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const maxBytes = options.maxResponseBytes ?? MAX_RESPONSE_BYTES;

  const lookupAll: LookupAll = options.lookup ?? ((hostname, lookupOptions, done) => dnsLookup(hostname, { ...lookupOptions, all: true }, done));
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup(hostname, lookupOptions, done) {
      lookupAll(hostname, lookupOptions, (error, found) => {
        if (error !== null) {
          done(error, '');
          return;
        }
        const usable = found.filter((entry) => mayConnect(options.allowPrivate, hostname, entry.address));
        const first = usable[0];
        if (first === undefined) done(new OutboundError('denied', `${hostname} leads to a private or reserved address; allow it under outbound.allowPrivate`), '');
        else if (lookupOptions.all === true) done(null, usable);
        else done(null, first.address, first.family);
      });
    },
  });
  const agent = new Agent({ connect, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

  function check(url: URL): void {
    const host = bareHost(url.hostname);
    if (!options.allow.some((pattern) => matchesHost(pattern, host))) {
      throw new OutboundError('denied', `${redactUrl(url)}: the host is not allowed; add it under outbound.allow`);
    }
    // A literal address is not looked up, so it is checked here.
    if (isIP(host) !== 0 && !mayConnect(options.allowPrivate, host, host)) {
      throw new OutboundError('denied', `${redactUrl(url)}: a private or reserved address; allow it under outbound.allowPrivate`);
    }
  }

  async function readBody(response: Awaited<ReturnType<typeof undiciFetch>>, url: URL): Promise<string> {
    if (response.body === null) return '';
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body) {
      if (!(chunk instanceof Uint8Array)) throw new OutboundError('network', `${redactUrl(url)}: the answer is not readable`);
      size += chunk.length;
      if (size > maxBytes) throw new OutboundError('too_large', `${redactUrl(url)}: the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async function follow(request: OutboundRequest, url: URL, headers: Record<string, string>, left: number, signal: AbortSignal): Promise<OutboundResponse> {
    check(url);
    const response = await undiciFetch(url, {
      method: request.method, headers, redirect: 'manual', dispatcher: agent, signal, ...(request.body === undefined ? {} : { body: request.body }),
    });
    const location = response.headers.get('location');
    if (REDIRECTS.has(response.status) && location !== null) {
      await response.body?.cancel();
      if (left === 0) throw new OutboundError('redirect', `${redactUrl(url)}: too many redirects`);
      const target = URL.parse(location, url.href);
      if (target === null) throw new OutboundError('redirect', `${redactUrl(url)}: redirected to what is not a web address`);
      const next = parseTarget(target.href);
      const asGet = response.status === 303 || ((response.status === 301 || response.status === 302) && request.method === 'POST');
      const leaves = next.origin !== url.origin;
      if (url.protocol === 'https:' && next.protocol === 'http:') throw new OutboundError('redirect', `${redactUrl(url)}: redirected to ${next.host} without encryption`);
      if (leaves && !asGet && request.body !== undefined) {
        // The body was meant for the first origin.
        throw new OutboundError('redirect', `${redactUrl(url)}: redirected to ${next.host} with its body; configure that address instead`);
      }
      const kept = leaves ? Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name.toLowerCase()))) : headers;
      const { body: _body, ...withoutBody } = request;
      return follow(asGet ? { ...withoutBody, method: 'GET' } : request, next, kept, left - 1, signal);
    }
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await readBody(response, url) };
  }

  return {
    async call(request) {
      const url = parseTarget(request.url);
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
      try {
        return await follow(request, url, { ...request.headers }, request.maxRedirects ?? MAX_REDIRECTS, signal);
      } catch (error) {
        throw OutboundError.from(error, url, signal.aborted);
      }
    },
    close: () => agent.close(),
  };
}
