/**
 * Calls to the API server of Kubernetes, as its reference says: `PATCH` of the template's annotation (what `kubectl rollout restart`
 * does), `PATCH …/scale`, `PATCH` of a node's `spec.unschedulable`, and `GET …/log`. Each may be done again without harm.
 */
import { readFileSync } from 'node:fs';
import { Agent, fetch, type Response } from 'undici';
import { z } from 'zod';
import type { JsonValue, KubernetesOrder } from '#contract';
import { RefusedError } from './allowList.ts';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const CALL_TIMEOUT_MS = 30_000;
const MAX_PODS = 20;
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';

export interface ClusterAddress {
  readonly server: string | undefined;
  readonly tokenFile: string | undefined;
  readonly caFile: string | undefined;
}

export interface Cluster {
  perform(order: KubernetesOrder, signal: AbortSignal, onOutput: (stream: 'out' | 'err', text: string) => void): Promise<JsonValue>;
  close(): Promise<void>;
}

const RESOURCES = new Map([['deployment', 'deployments'], ['statefulset', 'statefulsets'], ['daemonset', 'daemonsets']]);
const workload = z.looseObject({ spec: z.looseObject({ selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()).optional() }) }) });
const podList = z.looseObject({ items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })) });
const scaleShape = z.looseObject({ spec: z.looseObject({ replicas: z.number().int().optional() }) });
const fault = z.looseObject({ message: z.string() });

function inCluster(env: NodeJS.ProcessEnv): string {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (host === undefined) throw new Error('this agent is not inside a cluster; set kubernetes.server in its file');
  return `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`;
}

/** `deployment/checkout` as its parts; a bare name is a node. */
function targetOf(target: string): { readonly kind: string; readonly name: string } {
  const [first, second, ...more] = target.split('/');
  const name = second ?? first ?? '';
  // What does not look like a name could lead elsewhere in the API.
  if (more.length > 0 || !/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)) throw new RefusedError(`"${target}" is not the name of anything in a cluster`);
  return { kind: second === undefined ? 'node' : (first ?? '').toLowerCase(), name };
}

/** Opens the way to the API server. Files are read at each call: tokens of service accounts change by the hour. */
export function openCluster(address: ClusterAddress, env: NodeJS.ProcessEnv): Cluster {
  const inside = address.server === undefined;
  const server = (address.server ?? inCluster(env)).replace(/\/+$/, '');
  const caFile = address.caFile ?? (inside ? `${ACCOUNT}/ca.crt` : undefined);
  const tokenFile = address.tokenFile ?? (inside ? `${ACCOUNT}/token` : undefined);
  const agent = new Agent({ connect: caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') } });

  async function call(method: 'GET' | 'PATCH', path: string, signal: AbortSignal, body?: { readonly type: string; readonly value: JsonValue }): Promise<string> {
    const token = tokenFile === undefined ? null : readFileSync(tokenFile, 'utf8').trim();
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${server}${path}`, {
        method, dispatcher: agent, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
        headers: {
          Accept: 'application/json, */*', ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'Content-Type': body.type }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body.value) }),
      });
      text = await response.text();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      throw new Error(`the API server at ${server} did not answer (${error instanceof Error ? error.message : String(error)}${cause})`, { cause: error });
    }
    if (response.ok) return text;
    let words = text.slice(0, 500);
    try {
      words = fault.parse(JSON.parse(text)).message;
    } catch {
      // A proxy in front of the API server answers in its own way; its text is told as it is.
    }
    throw new Error(`the API server answered ${response.status}: ${words}`);
  }

  function namespaced(order: KubernetesOrder): string {
    const namespace = order.namespace ?? '';
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) throw new RefusedError(`"${namespace}" is not the name of a namespace`);
    return namespace;
  }

  function workloadPath(order: KubernetesOrder): string {
    const { kind, name } = targetOf(order.target);
    const resource = RESOURCES.get(kind);
    if (resource === undefined) throw new RefusedError(`${order.action} is for ${[...RESOURCES.keys()].join(', ')}, not for "${order.target}"`);
    return `/apis/apps/v1/namespaces/${namespaced(order)}/${resource}/${name}`;
  }

  async function podsOf(order: KubernetesOrder, signal: AbortSignal): Promise<string[]> {
    const { kind, name } = targetOf(order.target);
    if (kind === 'pod') return [name];
    const { spec } = workload.parse(JSON.parse(await call('GET', workloadPath(order), signal)));
    const selector = Object.entries(spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`).join(',');
    if (selector === '') throw new Error(`${order.target} selects no pods by labels`);
    const list = podList.parse(JSON.parse(await call('GET', `/api/v1/namespaces/${namespaced(order)}/pods?labelSelector=${encodeURIComponent(selector)}&limit=${MAX_PODS}`, signal)));
    return list.items.map(({ metadata }) => metadata.name);
  }

  return {
    async perform(order, signal, onOutput) {
      switch (order.action) {
        case 'rolloutRestart': {
          await call('PATCH', workloadPath(order), signal, { type: STRATEGIC_PATCH, value: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': order.at } } } } } });
          return { restartedAt: order.at };
        }
        case 'scale': {
          const path = `${workloadPath(order)}/scale`;
          const before = scaleShape.parse(JSON.parse(await call('GET', path, signal))).spec.replicas ?? 0;
          await call('PATCH', path, signal, { type: MERGE_PATCH, value: { spec: { replicas: order.replicas ?? 0 } } });
          return { before, replicas: order.replicas ?? 0 };
        }
        case 'cordon':
        case 'uncordon': {
          const { kind, name } = targetOf(order.target);
          if (kind !== 'node') throw new RefusedError(`${order.action} is for nodes, not for "${order.target}"`);
          await call('PATCH', `/api/v1/nodes/${name}`, signal, { type: STRATEGIC_PATCH, value: { spec: { unschedulable: order.action === 'cordon' } } });
          return { unschedulable: order.action === 'cordon' };
        }
        case 'logs': {
          const pods = await podsOf(order, signal);
          for (const pod of pods) {
            onOutput('out', pods.length === 1 ? '' : `--- ${pod} ---\n`);
            onOutput('out', await call('GET', `/api/v1/namespaces/${namespaced(order)}/pods/${pod}/log?tailLines=${order.tailLines}`, signal));
          }
          return { pods };
        }
      }
    },
    close: () => agent.close(),
  };
}
