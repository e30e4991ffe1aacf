/**
 * What the stand-ins of providers share: a server on this machine that checks each request against the documented shape, answers
 * as documented, counts what took effect by its key, and fails, stalls, throttles or drops the connection when it is told to.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One of the ways in which a provider goes wrong. `lose_answer`: done, but never told. */
export type Misbehaviour =
  | { readonly kind: 'fail'; readonly status: number; readonly body?: unknown }
  | { readonly kind: 'throttle'; readonly seconds: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'lose_answer' };

/** How a channel over the stand-in is set up. */
export interface ChannelSettings {
  readonly config: unknown;
  readonly secrets: Readonly<Record<string, string>>;
  /** A recipient, for kinds that have them. */
  readonly address: string | null;
}

export interface StandIn {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** What was wrong with requests; empty when Muster keeps to the documents. */
  readonly faults: string[];
  /** How often each message took effect, by what tells messages apart at this provider. */
  readonly effects: Map<string, number>;
  /** For the next requests, in order; then as `usual` says. */
  readonly next: Misbehaviour[];
  /** Null: properly. */
  usual: Misbehaviour | null;
  readonly settings: ChannelSettings;
  close(): Promise<void>;
}

export interface Tools {
  /** Notes that the request is not as documented. */
  fault(text: string): void;
  /** Notes that a message took effect; gives how often it did before. */
  effect(key: string): number;
}

export interface Provider {
  serve(request: Seen, tools: Tools): Answer;
  /** How this provider throttles; 429 with `Retry-After` unless said otherwise. */
  throttle?(seconds: number): Answer;
  settings(url: string): ChannelSettings;
}

function reply(response: ServerResponse, answer: Answer): void {
  const isText = typeof answer.body === 'string';
  response.writeHead(answer.status, { 'Content-Type': isText ? 'text/plain' : 'application/json', ...answer.headers });
  response.end(answer.body === undefined ? '' : isText ? answer.body : JSON.stringify(answer.body));
}

/** What was read from JSON; the checks are what says what it is. */
export type Json = ReturnType<typeof JSON.parse>;

/** The JSON of a body; an empty object, and a fault, when it is none. */
export function jsonOf(request: Seen, tools: Tools): Json {
  if (!/^application\/json/.test(request.headers['content-type'] ?? '')) tools.fault(`content type ${request.headers['content-type']}`);
  try {
    return JSON.parse(request.body);
  } catch {
    tools.fault('the body is no JSON');
    return {};
  }
}

/** Faults for every member of a value that the documents do not know. */
export function onlyMembers(value: Record<string, unknown>, known: readonly string[], where: string, tools: Tools): void {
  for (const name of Object.keys(value)) if (!known.includes(name)) tools.fault(`${where}: unknown member ${name}`);
}

/** A fault when a text is missing, empty or longer than allowed. */
export function textWithin(value: unknown, max: number, where: string, tools: Tools): void {
  if (typeof value !== 'string' || value === '') tools.fault(`${where}: no text`);
  else if (value.length > max) tools.fault(`${where}: ${value.length} characters, ${max} are allowed`);
}

/** Starts one on the loopback, on a free port unless one is given. */
export async function startStandIn(provider: Provider, at = 0): Promise<StandIn> {
  const seen: Seen[] = [];
  const faults: string[] = [];
  const effects = new Map<string, number>();
  const next: Misbehaviour[] = [];
  const tools: Tools = {
    fault: (text) => void faults.push(text),
    effect(key) {
      const before = effects.get(key) ?? 0;
      effects.set(key, before + 1);
      return before;
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += String(chunk);
    const one: Seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    seen.push(one);
    const wrong = next.shift() ?? standIn.usual;
    switch (wrong?.kind) {
      case 'fail': return reply(response, { status: wrong.status, body: wrong.body ?? 'out of order' });
      case 'throttle': return reply(response, provider.throttle?.(wrong.seconds) ?? { status: 429, body: 'too many requests', headers: { 'Retry-After': String(wrong.seconds) } });
      case 'stall': return;
      case 'drop': return void request.socket.destroy();
      case 'lose_answer':
        provider.serve(one, tools);
        return void request.socket.destroy();
      case undefined: return reply(response, provider.serve(one, tools));
    }
  }

  const server: Server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const standIn: StandIn = {
    url, port: address.port, seen, faults, effects, next, usual: null, settings: provider.settings(url),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return standIn;
}
