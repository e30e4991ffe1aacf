/**
 * Stands for the API server of a cluster, for what agents ask of it, as the reference of Kubernetes' API has it: paths, verbs, content types
 * of patches, and `Status` objects for refusals. What the reference does not know is answered as the real one does (404, 405, 406, 415).
 */
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | null;
  readonly token: string | null;
  readonly body: unknown;
}

export interface Workload {
  readonly labels: Readonly<Record<string, string>>;
  replicas: number;
  annotations: Record<string, string>;
}

/** What the next call meets: an answer of its own, none at all, or a connection that breaks after the call took effect. */
export type Mishap = { readonly status: number; readonly message: string } | { readonly proxy: string } | 'stall' | 'drop';

export interface ApiServer {
  readonly url: string;
  readonly calls: readonly ApiCall[];
  /** By `<namespace>/<resource>/<name>`. */
  readonly workloads: Map<string, Workload>;
  /** Whether nodes take new pods. */
  readonly unschedulable: Map<string, boolean>;
  /** The one token that is let in. */
  token: string;
  /** What the next call of this method meets. */
  next(method: 'GET' | 'PATCH', mishap: Mishap): void;
  close(): Promise<void>;
}

const restartPatch = z.strictObject({ spec: z.strictObject({ template: z.strictObject({ metadata: z.strictObject({ annotations: z.strictObject({ 'kubectl.kubernetes.io/restartedAt': z.iso.datetime({ offset: true }) }) }) }) }) });
const scalePatch = z.strictObject({ spec: z.strictObject({ replicas: z.number().int().min(0) }) });
const nodePatch = z.strictObject({ spec: z.strictObject({ unschedulable: z.boolean() }) });

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const json = (value: unknown): Answer => ({ status: 200, type: 'application/json', text: JSON.stringify(value) });
const refusal = (code: number, reason: string, message: string): Answer => ({ status: code, type: 'application/json', text: JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }) });
const notFound = (what: string): Answer => refusal(404, 'NotFound', `${what} not found`);

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Starts it with one workload of each kind, two pods of the deployment, and a node. */
export async function startApiServer(): Promise<ApiServer> {
  const calls: ApiCall[] = [];
  const mishaps: { readonly method: string; readonly mishap: Mishap }[] = [];
  const workloads = new Map<string, Workload>([
    ['shop/deployments/checkout', { labels: { app: 'checkout', tier: 'web' }, replicas: 3, annotations: {} }],
    ['shop/statefulsets/search', { labels: { app: 'search' }, replicas: 2, annotations: {} }],
    ['shop/daemonsets/log-shipper', { labels: { app: 'log-shipper' }, replicas: 0, annotations: {} }],
    ['billing/deployments/checkout', { labels: { app: 'checkout' }, replicas: 1, annotations: {} }],
  ]);
  const pods = [
    { name: 'checkout-a', labels: { app: 'checkout', tier: 'web', hash: '1' }, lines: ['one', 'two', 'three'] },
    { name: 'checkout-b', labels: { app: 'checkout', tier: 'web', hash: '2' }, lines: ['four', 'five'] },
    { name: 'search-0', labels: { app: 'search' }, lines: ['six'] },
  ];
  const unschedulable = new Map([['worker-1', false]]);

  function patched(call: ApiCall, type: string, shape: z.ZodType, apply: () => unknown): Answer {
    if (call.contentType !== type) return refusal(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${type}`);
    const parsed = shape.safeParse(call.body);
    if (!parsed.success) return refusal(422, 'Invalid', parsed.error.message);
    return json(apply());
  }

  function ofWorkload(call: ApiCall, key: string, scale: boolean): Answer {
    const found = workloads.get(key);
    if (found === undefined || (scale && key.includes('/daemonsets/'))) return notFound(key);
    const show = (): object => (scale ? { kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: found.replicas } } : { metadata: { name: key }, spec: { replicas: found.replicas, selector: { matchLabels: found.labels }, template: { metadata: { annotations: found.annotations } } } });
    if (call.method === 'GET') return json(show());
    if (scale) {
      return patched(call, 'application/merge-patch+json', scalePatch, () => {
        found.replicas = scalePatch.parse(call.body).spec.replicas;
        return show();
      });
    }
    return patched(call, 'application/strategic-merge-patch+json', restartPatch, () => {
      found.annotations = { ...found.annotations, ...restartPatch.parse(call.body).spec.template.metadata.annotations };
      return show();
    });
  }

  function podsOf(namespace: string, { query }: ApiCall): Answer {
    const demands = (query['labelSelector'] ?? '').split(',').filter((part) => part !== '').map((part) => part.split('='));
    const found = pods.filter(({ labels }) => namespace === 'shop' && demands.every(([name = '', value]) => new Map(Object.entries(labels)).get(name) === value));
    return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: found.slice(0, Number(query['limit'] ?? 500)).map(({ name, labels }) => ({ metadata: { name, labels } })) });
  }

  function logOf(namespace: string, name: string, { query }: ApiCall, accept: string): Answer {
    const pod = pods.find((known) => known.name === name && namespace === 'shop');
    if (pod === undefined) return notFound(`pods "${name}"`);
    // The log is plain text; who wants JSON alone gets nothing.
    if (!/\*\/\*|text\/plain/.test(accept)) return refusal(406, 'NotAcceptable', 'only the following media types are accepted: text/plain');
    const tail = Number(query['tailLines']);
    if (!Number.isInteger(tail) || tail < 0) return refusal(422, 'Invalid', 'tailLines must be greater than or equal to 0');
    return { status: 200, type: 'text/plain', text: pod.lines.slice(-tail).map((line) => `${line}\n`).join('') };
  }

  function answer(call: ApiCall, accept: string): Answer {
    if (call.token !== state.token) return refusal(401, 'Unauthorized', 'Unauthorized');
    const [, namespace = '', resource = '', name = '', scale] = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/(deployments|statefulsets|daemonsets)\/([^/]+)(\/scale)?$/.exec(call.path) ?? [];
    if (name !== '') return ofWorkload(call, `${namespace}/${resource}/${name}`, scale !== undefined);
    const node = /^\/api\/v1\/nodes\/([^/]+)$/.exec(call.path)?.[1];
    if (node !== undefined) {
      if (!unschedulable.has(node)) return notFound(`nodes "${node}"`);
      if (call.method !== 'PATCH') return refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
      return patched(call, 'application/strategic-merge-patch+json', nodePatch, () => {
        unschedulable.set(node, nodePatch.parse(call.body).spec.unschedulable);
        return { kind: 'Node' };
      });
    }
    const [, space = '', pod] = /^\/api\/v1\/namespaces\/([^/]+)\/pods(?:\/([^/]+)\/log)?$/.exec(call.path) ?? [];
    if (space === '' || call.method !== 'GET') return notFound('the server could not find the requested resource:');
    return pod === undefined ? podsOf(space, call) : logOf(space, pod, call, accept);
  }

  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const url = new URL(request.url ?? '/', 'http://cluster');
      const call: ApiCall = {
        method: request.method ?? '', path: url.pathname, query: Object.fromEntries(url.searchParams), contentType: request.headers['content-type'] ?? null,
        token: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null, body: text === '' ? null : JSON.parse(text),
      };
      calls.push(call);
      const at = mishaps.findIndex(({ method }) => method === call.method);
      const mishap = at === -1 ? undefined : mishaps.splice(at, 1)[0]?.mishap;
      if (mishap === 'stall') return;
      if (mishap === 'drop') {
        answer(call, request.headers.accept ?? '');
        request.socket.destroy();
        return;
      }
      const told = mishap === undefined ? answer(call, request.headers.accept ?? '') : 'proxy' in mishap ? { status: 502, type: 'text/html', text: mishap.proxy } : refusal(mishap.status, 'Forbidden', mishap.message);
      response.writeHead(told.status, { 'Content-Type': told.type }).end(told.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API server has no port');

  const state: ApiServer = {
    url: `http://127.0.0.1:${address.port}`, calls, workloads, unschedulable, token: 'first-token',
    next: (method, mishap) => void mishaps.push({ method, mishap }),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}
