/**
 * A small provider that takes Muster's signed webhooks, counts what arrived by its key, and fails on demand: with a status,
 * by asking to wait, by never answering, or by cutting the connection.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export type Mood =
  | { readonly kind: 'well' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'throttle'; readonly seconds: number }
  /** Never answers; the message counts as not arrived. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'drop' }
  /** Answers late. */
  | { readonly kind: 'slow'; readonly ms: number };

export interface Arrival {
  readonly path: string;
  readonly key: string;
  readonly subject: string;
  readonly urgency: string;
  /** Addresses of the answers in it. */
  readonly links: readonly string[];
  readonly at: number;
}

export interface ReceivingServer {
  readonly url: string;
  /** What was taken, each call once, in order. */
  readonly arrived: Arrival[];
  /** Every call, taken or not. */
  readonly calls: { readonly path: string; readonly at: number }[];
  /** Calls that have no answer yet, and get none until their caller gives up. */
  hanging(): number;
  /** How it behaves from now on, for all paths or one. */
  behave(mood: Mood, path?: string): void;
  /** Keys of what was taken. */
  keys(path?: string): Set<string>;
  close(): Promise<void>;
}

const bodyShape = z.looseObject({ version: z.literal(1), key: z.string().min(1), subject: z.string(), urgency: z.string(), text: z.string(), actions: z.array(z.looseObject({ url: z.string() })) });

/** Starts it. */
export async function startReceivingServer(): Promise<ReceivingServer> {
  const arrived: Arrival[] = [];
  const seen = new Set<string>();
  const calls: { path: string; at: number }[] = [];
  const moods = new Map<string, Mood>();
  let mood: Mood = { kind: 'well' };
  let hanging = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ path, at: Date.now() });
      const now = moods.get(path) ?? mood;
      const body = bodyShape.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      if (!body.success || request.headers['idempotency-key'] !== encodeURIComponent(body.data.key)) {
        response.writeHead(400).end('not a message of Muster');
        return;
      }
      const take = (): void => {
        // Whoever knows keys takes the same message once, however often it is sent.
        if (!seen.has(`${path} ${body.data.key}`)) arrived.push({ path, key: body.data.key, subject: body.data.subject, urgency: body.data.urgency, links: body.data.actions.map(({ url }) => url), at: Date.now() });
        seen.add(`${path} ${body.data.key}`);
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      };
      switch (now.kind) {
        case 'well': take(); return;
        case 'status': response.writeHead(now.status).end('no'); return;
        case 'throttle': response.writeHead(429, { 'Retry-After': String(now.seconds) }).end(); return;
        case 'stall':
          hanging += 1;
          response.on('close', () => { hanging -= 1; });
          return;
        case 'drop': request.socket.destroy(); return;
        case 'slow': setTimeout(take, now.ms); return;
      }
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`, arrived, calls, hanging: () => hanging,
    behave(next, path) {
      if (path === undefined) mood = next;
      else moods.set(path, next);
    },
    keys: (path) => new Set(arrived.filter((one) => path === undefined || one.path === path).map(({ key }) => key)),
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
