/**
 * A small server in the place of Statuspage.io. It checks requests against the documented shape (page in the path, key behind `OAuth`,
 * the envelope `incident`, known states, components named alike in both lists), allows one request a second for a key, and fails,
 * stalls or loses answers on demand.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const componentState = z.enum(['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance']);
const envelope = z.strictObject({
  incident: z.strictObject({
    name: z.string().min(1).max(250), status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']), body: z.string().min(1).max(25_000),
    impact_override: z.enum(['none', 'minor', 'major', 'critical']).optional(), component_ids: z.array(z.string()).optional(), components: z.record(z.string(), componentState).optional(),
    deliver_notifications: z.boolean().optional(), metadata: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  }).refine(({ component_ids: ids, components }) => (ids === undefined) === (components === undefined) && (ids ?? []).every((id) => components !== undefined && id in components), 'component_ids and components differ'),
});
export type Kept = z.infer<typeof envelope>['incident'] & { readonly id: string; updates: string[] };

/** What the next request meets instead of its answer. `lost`: done, and the answer never comes. */
export type Mishap = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'lost' | 'drop' | 'none';

export interface StatuspageStandIn {
  readonly url: string;
  readonly incidents: Map<string, Kept>;
  readonly components: Map<string, string>;
  /** What was asked, as `POST /pages/…`, with the faults of its shape. */
  readonly asked: { readonly what: string; readonly fault: string | null; readonly atMs: number }[];
  readonly next: Mishap[];
  close(): Promise<void>;
}

export const PAGE = 'kctbh9vrtdwd';
export const KEY = 'a-key-of-an-example';

/** Starts it. `nowMs` is the time by which the limit counts. */
export async function startStatuspage(nowMs: () => number): Promise<StatuspageStandIn> {
  const incidents = new Map<string, Kept>();
  const components = new Map<string, string>([['cmp1', 'operational'], ['cmp2', 'operational']]);
  const asked: { what: string; fault: string | null; atMs: number }[] = [];
  const next: Mishap[] = [];
  let last = -Infinity;
  let made = 0;

  function reply(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  function carryOut(method: string, path: string, text: string): { status: number; body: unknown; fault: string | null } {
    const match = /^\/v1\/pages\/([^/]+)\/incidents(?:\/([^/]+))?$/.exec(path);
    if (match === null || match[1] !== PAGE) return { status: 404, body: { error: 'Not found' }, fault: null };
    const id = match[2];
    if (method === 'GET' && id === 'unresolved') return { status: 200, body: [...incidents.values()].filter(({ status }) => status !== 'resolved'), fault: null };
    const parsed = envelope.safeParse(JSON.parse(text));
    if (!parsed.success) return { status: 422, body: { error: ['is not as documented'] }, fault: z.prettifyError(parsed.error) };
    const unknown = (parsed.data.incident.component_ids ?? []).filter((one) => !components.has(one));
    if (unknown.length > 0) return { status: 422, body: { error: [`unknown components ${unknown.join()}`] }, fault: null };
    const before = id === undefined ? undefined : incidents.get(id);
    if (id !== undefined && before === undefined) return { status: 404, body: { error: 'Not found' }, fault: null };
    if ((method !== 'POST' || id !== undefined) && (method !== 'PATCH' || id === undefined)) return { status: 405, body: {}, fault: null };
    const kept: Kept = { ...before, ...parsed.data.incident, id: before?.id ?? `inc${(made += 1)}`, updates: [...(before?.updates ?? []), parsed.data.incident.body] };
    incidents.set(kept.id, kept);
    for (const [name, state] of Object.entries(parsed.data.incident.components ?? {})) components.set(name, state);
    return { status: id === undefined ? 201 : 200, body: { ...kept, shortlink: `https://stspg.example.com/${kept.id}`, incident_updates: [] }, fault: null };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const mishap = next.shift();
    if (mishap === 'drop') {
      request.socket.destroy();
      return;
    }
    const atMs = nowMs();
    const tooSoon = atMs - last < 1_000;
    last = atMs;
    if (mishap !== undefined && mishap !== 'lost' && mishap !== 'none') return reply(response, mishap.status, { error: 'on demand' }, mishap.headers);
    if (request.headers.authorization !== `OAuth ${KEY}`) return reply(response, 401, { error: 'Could not authenticate' });
    if (tooSoon) return reply(response, 429, { error: 'Too many' });
    const { status, body, fault } = carryOut(request.method ?? '', request.url ?? '', text);
    asked.push({ what: `${request.method ?? ''} ${(request.url ?? '').replace(`/v1/pages/${PAGE}`, '')}`, fault, atMs });
    if (mishap === 'lost') request.socket.destroy();
    else reply(response, status, body);
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`, incidents, components, asked, next,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
