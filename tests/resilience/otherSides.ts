/** Servers on the other side of steps: one that counts and keeps what reaches it, and one that leads to whichever replica lives. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { z } from 'zod';

export interface Effects {
  readonly url: string;
  /** Requests by path and key, in their order of arrival. */
  readonly seen: readonly { readonly path: string; readonly key: string; readonly at: number }[];
  /** Messages, pages and tickets that were taken. */
  readonly messages: readonly { readonly kind: string; readonly key: string; readonly body: string }[];
  /** Marks on dashboards, as Grafana keeps them. */
  readonly annotations: readonly { readonly id: number; readonly text: string; readonly tags: readonly string[] }[];
  /** Restarts of deployments, as the API server of Kubernetes is asked for them. */
  readonly restarts: readonly { readonly name: string; readonly at: string }[];
  /** What is not answered for now, by path and body. What it asks for is done all the same. */
  hold(isHeld: (path: string, body: string) => boolean): void;
  release(): void;
  close(): Promise<void>;
}

const SERIES = '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}';
const FRAMES = '{"results":{"A":{"status":200,"frames":[{"schema":{"fields":[{"name":"value","type":"number","labels":{}}]},"data":{"values":[[1]]}}]}}}';
const annotation = z.object({ text: z.string(), tags: z.array(z.string()) });
const restart = z.object({ spec: z.object({ template: z.object({ metadata: z.object({ annotations: z.object({ 'kubectl.kubernetes.io/restartedAt': z.string() }) }) }) }) });

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function portOf(address: ReturnType<ReturnType<typeof createTcpServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Starts the one that counts. */
export async function startEffects(): Promise<Effects> {
  const seen: { path: string; key: string; at: number }[] = [];
  const messages: { kind: string; key: string; body: string }[] = [];
  const annotations: { id: number; text: string; tags: string[] }[] = [];
  const restarts: { name: string; at: string }[] = [];
  const waiting: (() => void)[] = [];
  let held: (path: string, body: string) => boolean = () => false;

  /** Does what is asked, and gives the answer. */
  function answerTo(method: string, path: string, key: string, body: string): string {
    const kind = /^\/hook\/(\w+)$/.exec(path)?.[1];
    if (kind !== undefined) {
      messages.push({ kind, key, body });
      return '{"id":"OPS-1"}';
    }
    if (path.startsWith('/api/annotations')) {
      if (method === 'GET') {
        const tag = new URL(path, 'http://x').searchParams.get('tags') ?? '';
        return JSON.stringify(annotations.filter(({ tags }) => tags.includes(tag)));
      }
      const id = annotations.length + 1;
      annotations.push({ id, ...annotation.parse(JSON.parse(body)) });
      return JSON.stringify({ id });
    }
    if (path === '/api/ds/query') return FRAMES;
    const deployment = /^\/apis\/apps\/v1\/namespaces\/shop\/deployments\/([a-z-]+)$/.exec(path)?.[1];
    if (deployment !== undefined && method === 'PATCH') {
      restarts.push({ name: deployment, at: restart.parse(JSON.parse(body)).spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt'] });
      return '{}';
    }
    return SERIES;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const key = String(request.headers['idempotency-key'] ?? '');
    seen.push({ path, key, at: Date.now() });
    const body = await bodyOf(request);
    const text = answerTo(request.method ?? '', path, key, body);
    const answer = (): void => void response.writeHead(200, { 'Content-Type': 'application/json' }).end(text);
    if (held(path, body)) waiting.push(answer);
    else answer();
  }

  const server = createHttpServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    seen, messages, annotations, restarts, url: `http://127.0.0.1:${portOf(server.address())}`,
    hold(next) {
      held = next;
    },
    release() {
      held = () => false;
      for (const answer of waiting.splice(0)) answer();
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export interface Passage {
  readonly url: string;
  /** Leads on to another address; connections to the one before are cut. */
  to(url: string): void;
  close(): Promise<void>;
}

/** Starts a passage: one address for whichever replica lives, as a load balancer gives. */
export async function startPassage(): Promise<Passage> {
  const open = new Set<Socket>();
  let target: URL | null = null;
  const server = createTcpServer((incoming) => {
    open.add(incoming);
    incoming.on('close', () => open.delete(incoming));
    if (target === null) {
      incoming.destroy();
      return;
    }
    const outgoing = connect(Number(target.port), target.hostname);
    // Either side may go away; the other one goes too.
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    to(url) {
      target = new URL(url);
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
