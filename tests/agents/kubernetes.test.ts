/** Calls to the API server of Kubernetes, against a stand-in that notes what it was asked. */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { KubernetesOrder } from '../../backend/contract/index.ts';
import { openCluster, type Cluster } from '../../backend/agent/kubernetes.ts';
import { cleanAgents, makeFolder } from './agentStand.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly type: string | null;
  readonly token: string | null;
  readonly body: unknown;
}

let server: Server;
let cluster: Cluster;
let tokenFile = '';
const asked: Asked[] = [];
/** Answers by method and path; anything else is a 404 in Kubernetes' own form. */
const answers = new Map<string, { readonly status?: number; readonly text: string }>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      asked.push({
        method: request.method ?? '', path: request.url ?? '', type: request.headers['content-type'] ?? null, token: request.headers.authorization ?? null, body: text === '' ? null : JSON.parse(text),
      });
      const known = answers.get(`${request.method ?? ''} ${request.url ?? ''}`) ?? { status: 404, text: JSON.stringify({ kind: 'Status', message: 'deployments.apps "checkout" not found', code: 404 }) };
      response.writeHead(known.status ?? 200, { 'Content-Type': 'application/json' }).end(known.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  tokenFile = join(await makeFolder(), 'token');
  await writeFile(tokenFile, 'first-token\n');
  cluster = openCluster({ server: `http://127.0.0.1:${address.port}/`, tokenFile, caFile: undefined }, {});
});
beforeEach(() => {
  asked.length = 0;
  answers.clear();
});
afterAll(async () => {
  await cluster.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await cleanAgents();
});

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/checkout';
const output: string[] = [];

function perform(order: Partial<KubernetesOrder>) {
  output.length = 0;
  return cluster.perform(
    { action: 'rolloutRestart', namespace: 'shop', target: 'deployment/checkout', replicas: null, tailLines: 50, at: '2026-11-26T09:00:00.000Z', ...order },
    new AbortController().signal, (_stream, text) => output.push(text),
  );
}

test('a rollout restart marks the template, as kubectl does; the same order asks for the same thing again', async () => {
  answers.set(`PATCH ${DEPLOYMENT}`, { text: '{}' });

  await expect(perform({})).resolves.toEqual({ restartedAt: '2026-11-26T09:00:00.000Z' });
  await writeFile(tokenFile, 'second-token\n');
  await perform({});

  const first = {
    method: 'PATCH', path: DEPLOYMENT, type: 'application/strategic-merge-patch+json', token: 'Bearer first-token',
    body: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-26T09:00:00.000Z' } } } } },
  };
  expect(asked).toEqual([first, { ...first, token: 'Bearer second-token' }]);
});

test('scaling says how many there were', async () => {
  answers.set(`GET ${DEPLOYMENT}/scale`, { text: JSON.stringify({ spec: { replicas: 2 } }) });
  answers.set(`PATCH ${DEPLOYMENT}/scale`, { text: '{}' });

  await expect(perform({ action: 'scale', replicas: 5 })).resolves.toEqual({ before: 2, replicas: 5 });

  expect(asked[1]).toMatchObject({ method: 'PATCH', path: `${DEPLOYMENT}/scale`, type: 'application/merge-patch+json', body: { spec: { replicas: 5 } } });
});

test.each([['cordon', true], ['uncordon', false]] as const)('%s changes one field of the node', async (action, unschedulable) => {
  answers.set('PATCH /api/v1/nodes/node-7.example.com', { text: '{}' });

  await expect(perform({ action, namespace: null, target: 'node-7.example.com' })).resolves.toEqual({ unschedulable });

  expect(asked).toMatchObject([{ method: 'PATCH', path: '/api/v1/nodes/node-7.example.com', type: 'application/strategic-merge-patch+json', body: { spec: { unschedulable } } }]);
});

test('logs of a deployment are those of the pods that it selects', async () => {
  answers.set(`GET ${DEPLOYMENT}`, { text: JSON.stringify({ spec: { selector: { matchLabels: { app: 'checkout', tier: 'web' } } } }) });
  answers.set('GET /api/v1/namespaces/shop/pods?labelSelector=app%3Dcheckout%2Ctier%3Dweb&limit=20', { text: JSON.stringify({ items: [{ metadata: { name: 'checkout-a' } }, { metadata: { name: 'checkout-b' } }] }) });
  answers.set('GET /api/v1/namespaces/shop/pods/checkout-a/log?tailLines=50', { text: 'out of memory\n' });
  answers.set('GET /api/v1/namespaces/shop/pods/checkout-b/log?tailLines=50', { text: 'ready\n' });

  await expect(perform({ action: 'logs' })).resolves.toEqual({ pods: ['checkout-a', 'checkout-b'] });

  expect(output.join('')).toBe('--- checkout-a ---\nout of memory\n--- checkout-b ---\nready\n');
  expect(asked.every(({ method }) => method === 'GET')).toBe(true);
});

test('logs of a pod need no look-up', async () => {
  answers.set('GET /api/v1/namespaces/shop/pods/checkout-a/log?tailLines=50', { text: 'ready\n' });

  await perform({ action: 'logs', target: 'pod/checkout-a' });

  expect(output.join('')).toBe('ready\n');
  expect(asked).toHaveLength(1);
});

test('what the API server refuses is told in its words', async () => {
  await expect(perform({})).rejects.toThrow('the API server answered 404: deployments.apps "checkout" not found');
});

test.each([
  [{ target: 'deployment/../nodes/x' }, 'is not the name of anything'],
  [{ target: 'deployment/check out' }, 'is not the name of anything'],
  [{ target: 'deployment/Checkout?force' }, 'is not the name of anything'],
  [{ target: 'secret/token' }, 'rolloutRestart is for deployment, statefulset, daemonset'],
  [{ namespace: 'shop/../kube-system' }, 'is not the name of a namespace'],
  [{ namespace: null }, 'is not the name of a namespace'],
  [{ action: 'cordon' as const, target: 'deployment/checkout' }, 'is for nodes'],
])('%j leads nowhere else in the API', async (order, why) => {
  await expect(perform(order)).rejects.toThrow(why);
  expect(asked).toEqual([]);
});
