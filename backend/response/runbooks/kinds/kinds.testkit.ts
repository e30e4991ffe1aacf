/** What tests of step kinds share: a call with everything in it, a writer that remembers, and a server that answers as it is told. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { orgId, runId, type LeafKind, type WithOf } from '#contract';
import { createOutboundClient, type OutboundClient, type OutboundOptions } from '../../../platform/outbound/client.ts';
import type { StepCall, StepWriter } from './kind.ts';

export const ORG = orgId.parse(1);
export const NOW = new Date('2026-11-26T09:00:00.000Z');
export const KEY = 'run-7/restart';

/** A try of a step. */
export function callOf<K extends LeafKind>(_kind: K, filled: WithOf<K>, more: Partial<StepCall<K>> = {}): StepCall<K> {
  return {
    orgId: ORG, runId: runId.parse('7'), path: 'restart', attempt: 1, key: KEY, with: filled, scope: { inputs: { host: 'db1' }, steps: {} }, incident: 5, title: 'Restart the pool', startedBy: null,
    drill: false, now: NOW, undoing: false, mask: (text) => text.replaceAll('hunter22', '***'), ...more,
  };
}

/** Remembers what a step writes. */
export function createNotes(): StepWriter & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, write: (stream, text) => void lines.push(`${stream}: ${text.trimEnd()}`) };
}

export const noStop = (): AbortSignal => new AbortController().signal;

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a request is answered with. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut without an answer; `late`: after the effect was noted, as a crash of a proxy would. */
  | { readonly kind: 'drop' }
  /** Never answers. */
  | { readonly kind: 'stall' };

export interface EffectServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** How often each idempotency key took effect: once, however often it came. */
  readonly effects: Map<string, number>;
  /** For the next requests, in order; then `usual` again. */
  readonly next: Behaviour[];
  usual: (request: Seen) => Behaviour;
  close(): Promise<void>;
}

/** A server on this machine that checks nothing and remembers everything. */
export async function startEffectServer(usual: (request: Seen) => Behaviour = () => ({ kind: 'answer', status: 200 })): Promise<EffectServer> {
  const seen: Seen[] = [];
  const effects = new Map<string, number>();
  const next: Behaviour[] = [];
  const server: Server = createServer((request: IncomingMessage, response: ServerResponse) => void handle(request, response));
  const self: EffectServer = {
    url: '', port: 0, seen, effects, next, usual,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one: Seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    seen.push(one);
    const behaviour = next.shift() ?? self.usual(one);
    const key = request.headers['idempotency-key'];
    if (typeof key === 'string' && (behaviour.kind !== 'answer' || behaviour.status < 400) && !effects.has(key)) effects.set(key, effects.size + 1);
    if (behaviour.kind === 'drop') request.socket.destroy();
    if (behaviour.kind !== 'answer') return;
    response.writeHead(behaviour.status, { ...behaviour.headers }).end(behaviour.body ?? '');
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(self, { url: `http://127.0.0.1:${address.port}`, port: address.port });
}

/** The guarded client as an installation that allows this machine would have it. */
export function clientFor(options: Partial<OutboundOptions> = {}): OutboundClient {
  return createOutboundClient({ allow: ['*'], allowPrivate: ['127.0.0.1'], timeoutMs: 5_000, ...options });
}
