/** Kubernetes calls of a real agent, against a stand-in for the API server that holds them to the reference. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesOrder, OrderWork } from '../../backend/contract/index.ts';
import { systemClock } from '../../backend/platform/clock.ts';
import { eventually } from '../harness/app.ts';
import { cleanAgents, makeFolder, ORG, startAgentProcess, startAgentStand, type AgentProcess, type AgentStand } from './agentStand.ts';
import { startApiServer, type ApiServer } from './apiServer.ts';

const AT = '2026-11-26T09:00:00.000Z';
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const ALLOW = [
  { actions: ['rolloutRestart', 'logs'], namespaces: ['shop'], targets: ['deployment/*', 'statefulset/search', 'daemonset/log-*', 'pod/*'] },
  { actions: ['scale'], namespaces: ['shop'], targets: ['deployment/checkout', 'deployment/lost', 'daemonset/*'], maxReplicas: 5 },
  { actions: ['cordon', 'uncordon'], targets: ['worker-*'] },
];

let stand: AgentStand;
let cluster: ApiServer;
let agent: AgentProcess;
let dir: string;
let token: string;

async function startAgent(): Promise<void> {
  agent = await startAgentProcess({ url: stand.url, token, stateDir: dir, config: { kubernetes: { server: cluster.url, tokenFile: join(dir, 'cluster.token'), allow: ALLOW } } });
  await eventually(() => stand.agents.list(stand.database.db, ORG), (agents) => agents.some(({ state, version }) => state === 'online' && version !== null));
}

beforeEach(async () => {
  [stand, cluster, dir] = [await startAgentStand(systemClock), await startApiServer(), await makeFolder()];
  token = await stand.issue('one');
  await writeFile(join(dir, 'cluster.token'), `${cluster.token}\n`);
  await startAgent();
});
afterEach(async () => {
  await cleanAgents();
  await Promise.all([stand.close(), cluster.close()]);
});

const work = (action: KubernetesOrder['action'], target: string, over: Partial<KubernetesOrder> = {}): OrderWork => ({ kind: 'kubernetes', order: { action, target, namespace: 'shop', replicas: null, tailLines: 2, at: AT, ...over } });

/** Hands it over and gives what came of it. */
async function done(path: string, what: OrderWork): Promise<unknown> {
  await stand.order(path, 'one', what, { repeatable: true });
  return told(path);
}

async function told(path: string): Promise<unknown> {
  return (await eventually(async () => stand.told.filter((entry) => entry.path === path), (news) => news.length > 0))[0]?.data;
}

const succeeded = (result: unknown): unknown => expect.objectContaining({ outcome: 'succeeded', end: expect.objectContaining({ result }) });
const ended = (outcome: string, error: unknown): unknown => expect.objectContaining({ outcome, end: expect.objectContaining({ error }) });

test('cap 70: a rollout restart is the patch that kubectl makes, for each kind of workload', async () => {
  for (const [target, key] of [['deployment/checkout', 'deployments/checkout'], ['statefulset/search', 'statefulsets/search'], ['daemonset/log-shipper', 'daemonsets/log-shipper']] as const) {
    expect(await done(key, work('rolloutRestart', target))).toEqual(succeeded({ restartedAt: AT }));
    expect(cluster.calls.at(-1)).toEqual({
      method: 'PATCH', path: `/apis/apps/v1/namespaces/shop/${key}`, query: {}, contentType: 'application/strategic-merge-patch+json', token: 'first-token',
      body: { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: AT } } } } },
    });
    expect(cluster.workloads.get(`shop/${key}`)?.annotations).toEqual({ [RESTARTED_AT]: AT });
  }
});

test('cap 70: scaling tells how many there were, and patches the scale alone; zero is a number', async () => {
  expect(await done('up', work('scale', 'deployment/checkout', { replicas: 5 }))).toEqual(succeeded({ before: 3, replicas: 5 }));
  expect(cluster.calls.map(({ method, path, contentType, body }) => ({ method, path, contentType, body }))).toEqual([
    { method: 'GET', path: '/apis/apps/v1/namespaces/shop/deployments/checkout/scale', contentType: null, body: null },
    { method: 'PATCH', path: '/apis/apps/v1/namespaces/shop/deployments/checkout/scale', contentType: 'application/merge-patch+json', body: { spec: { replicas: 5 } } },
  ]);

  expect(await done('none', work('scale', 'deployment/checkout', { replicas: 0 }))).toEqual(succeeded({ before: 5, replicas: 0 }));
  expect(cluster.workloads.get('shop/deployments/checkout')?.replicas).toBe(0);
});

test('cap 70: a node is cordoned and uncordoned', async () => {
  expect(await done('cordon', work('cordon', 'worker-1', { namespace: null }))).toEqual(succeeded({ unschedulable: true }));
  expect(cluster.unschedulable.get('worker-1')).toBe(true);
  expect(await done('uncordon', work('uncordon', 'worker-1', { namespace: null }))).toEqual(succeeded({ unschedulable: false }));
  expect(cluster.calls.map(({ method, path, contentType, body }) => ({ method, path, contentType, body }))).toEqual([true, false].map((unschedulable) => (
    { method: 'PATCH', path: '/api/v1/nodes/worker-1', contentType: 'application/strategic-merge-patch+json', body: { spec: { unschedulable } } }
  )));
});

test('cap 70: logs are those of the pods that a workload selects, the last lines of each; of one pod without a heading', async () => {
  expect(await done('all', work('logs', 'deployment/checkout'))).toEqual(succeeded({ pods: ['checkout-a', 'checkout-b'] }));
  expect(stand.outputOf('all')).toBe('--- checkout-a ---\ntwo\nthree\n--- checkout-b ---\nfour\nfive\n');
  expect(cluster.calls.map(({ path }) => path)).toEqual([
    '/apis/apps/v1/namespaces/shop/deployments/checkout', '/api/v1/namespaces/shop/pods', '/api/v1/namespaces/shop/pods/checkout-a/log', '/api/v1/namespaces/shop/pods/checkout-b/log',
  ]);
  expect(cluster.calls[1]?.query).toEqual({ labelSelector: 'app=checkout,tier=web', limit: '20' });
  expect(cluster.calls[2]?.query).toEqual({ tailLines: '2' });

  expect(await done('one', work('logs', 'pod/search-0'))).toEqual(succeeded({ pods: ['search-0'] }));
  expect(stand.outputOf('one')).toBe('six\n');
});

test('what no rule permits is refused by the agent, and the API server hears nothing of it', async () => {
  const refusals: readonly (readonly [OrderWork, string])[] = [
    [work('rolloutRestart', 'deployment/checkout', { namespace: 'billing' }), 'is not permitted in the namespace "billing"'],
    [work('rolloutRestart', 'deployment/checkout', { namespace: null }), 'is not permitted in the namespace ""'],
    [work('rolloutRestart', 'statefulset/search-2'), 'is not in the allow-list'],
    [work('scale', 'statefulset/search', { replicas: 1 }), 'is not in the allow-list'],
    [work('scale', 'deployment/checkout', { replicas: 6 }), '6 replicas are more than the allow-list permits'],
    [work('cordon', 'master-1', { namespace: null }), 'is not in the allow-list'],
    // Permitted by the pattern, and no name of anything: it would lead elsewhere in the API.
    [work('rolloutRestart', 'deployment/../../../../nodes/worker-1'), 'is not the name of anything in a cluster'],
    [work('logs', 'pod/a?x=y'), 'is not the name of anything in a cluster'],
    [work('logs', 'pod/..'), 'is not the name of anything in a cluster'],
  ];
  for (const [index, [what, why]] of refusals.entries()) expect(await done(`r${index}`, what)).toEqual(ended('refused', expect.stringContaining(why)));
  expect(cluster.calls).toEqual([]);
});

test('what the API server refuses is told in its words; a proxy that answers for it, and a connection that breaks, as well', async () => {
  cluster.next('PATCH', { status: 403, message: 'deployments.apps "checkout" is forbidden' });
  expect(await done('forbidden', work('rolloutRestart', 'deployment/checkout'))).toEqual(ended('failed', 'the API server answered 403: deployments.apps "checkout" is forbidden'));
  cluster.next('PATCH', { proxy: '<h1>Bad gateway</h1>' });
  expect(await done('proxy', work('rolloutRestart', 'deployment/checkout'))).toEqual(ended('failed', 'the API server answered 502: <h1>Bad gateway</h1>'));
  cluster.next('PATCH', 'drop');
  expect(await done('broken', work('rolloutRestart', 'deployment/checkout'))).toEqual(ended('failed', expect.stringMatching(/^the API server at \S+ did not answer \(fetch failed: .+\)$/)));
  expect(await done('absent', work('scale', 'deployment/lost', { replicas: 1 }))).toEqual(ended('failed', expect.stringContaining('answered 404')));
  expect(await done('next', work('rolloutRestart', 'deployment/checkout'))).toEqual(succeeded({ restartedAt: AT }));
});

test('a call that hangs ends when it is cancelled', async () => {
  cluster.next('PATCH', 'stall');
  await stand.order('hangs', 'one', work('rolloutRestart', 'deployment/checkout'), { repeatable: true });
  await eventually(async () => cluster.calls.length, (count) => count === 1);

  expect(await stand.database.db.transaction((tx) => stand.agents.stop(tx, stand.step('hangs')))).toBe('open');

  expect(await told('hangs')).toEqual(expect.objectContaining({ outcome: 'cancelled' }));
});

test('cap 76: kill -9 of the agent in the midst of a restart: it is done again with the same moment, so that nothing is restarted twice', async () => {
  cluster.next('PATCH', 'stall');
  await stand.order('again', 'one', work('rolloutRestart', 'deployment/checkout'), { repeatable: true });
  await eventually(async () => cluster.calls.length, (count) => count === 1);

  await agent.kill9();
  await startAgent();

  expect(await told('again')).toEqual(succeeded({ restartedAt: AT }));
  expect(cluster.calls).toHaveLength(2);
  expect(cluster.calls[1]).toEqual(cluster.calls[0]);
});

test('the token of the cluster is read anew at each call', async () => {
  expect(await done('first', work('cordon', 'worker-1', { namespace: null }))).toEqual(succeeded({ unschedulable: true }));
  cluster.token = 'second-token';
  expect(await done('stale', work('uncordon', 'worker-1', { namespace: null }))).toEqual(ended('failed', 'the API server answered 401: Unauthorized'));
  await writeFile(join(dir, 'cluster.token'), 'second-token\n');

  expect(await done('fresh', work('uncordon', 'worker-1', { namespace: null }))).toEqual(succeeded({ unschedulable: false }));
  expect(cluster.calls.map((call) => call.token)).toEqual(['first-token', 'first-token', 'second-token']);
});
