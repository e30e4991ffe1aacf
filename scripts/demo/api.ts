/** Reads what the pages show, by the same way: through the plugin proxy, as the signed-in user. */
import { createdAgent, incidentCounts, incidentPage, me, operations, systemStatus, type CallOf, type OperationName, type ResponseOf } from '../../backend/contract/index.ts';
import type { z } from 'zod';

const PROXY = '/api/plugin-proxy/muster-incidents-app/backend';
const LIMIT_MS = 10_000;

async function get<T extends z.ZodType>(hostUrl: string, path: string, schema: T, headers: Readonly<Record<string, string>> = {}): Promise<z.output<T>> {
  const response = await fetch(`${hostUrl}${PROXY}${path}`, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  if (!response.ok) throw new Error(`GET ${path} through the plugin proxy answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return schema.parse(await response.json());
}

async function post<T extends z.ZodType>(hostUrl: string, path: string, body: object, schema: T): Promise<z.output<T> | null> {
  const response = await fetch(`${hostUrl}${PROXY}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(LIMIT_MS) });
  if (response.status === 409) return null;
  if (!response.ok) throw new Error(`POST ${path} through the plugin proxy answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return schema.parse(await response.json());
}

function pathOf(operation: OperationName, input: { params?: object; query?: object } | undefined): string {
  const values: Record<string, unknown> = { ...input?.params };
  const path = operations[operation].path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(values[name])));
  const query = new URLSearchParams(Object.entries({ ...input?.query }).map(([key, value]) => [key, String(value)])).toString();
  return query === '' ? path : `${path}?${query}`;
}

const answers: { readonly [N in OperationName]: { readonly response: z.ZodType<ResponseOf<N>> } } = operations;

/** Calls an operation as one of the plugin host's people; `version` goes along as `If-Match`. Throws what was refused. */
export async function callAs<N extends OperationName>(hostUrl: string, login: string, operation: N, input?: CallOf<N>, version?: number): Promise<ResponseOf<N>> {
  const parts: { params?: object; query?: object; body?: unknown } = Object.assign({}, input);
  const path = pathOf(operation, parts);
  const response = await fetch(`${hostUrl}${PROXY}${path}`, {
    method: operations[operation].method.toUpperCase(), signal: AbortSignal.timeout(LIMIT_MS),
    headers: { Cookie: `plugin_host_user=${login}`, ...(version === undefined ? {} : { 'If-Match': `"${version}"` }), ...(parts.body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation} through the plugin proxy answered ${response.status}: ${text.slice(0, 300)}`);
  return answers[operation].response.parse(JSON.parse(text));
}

/** A fresh token for an agent, which is made if it is not there. */
export async function agentToken(hostUrl: string, name: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const made = (await post(hostUrl, '/agents', { name, labels }, createdAgent)) ?? (await post(hostUrl, `/agents/${name}/token`, {}, createdAgent));
  if (made === null) throw new Error(`no token could be had for the agent ${name}`);
  return made.token;
}

/** Opens Muster as one of the plugin host's people: whom Muster has never seen it cannot call. */
export const openAs = (hostUrl: string, login: string) => get(hostUrl, '/me', me, { Cookie: `plugin_host_user=${login}` });
/** How many incidents are open. */
export const countIncidents = (hostUrl: string) => get(hostUrl, '/incident-counts', incidentCounts);
/** Open incidents, the gravest first. */
export const gravestIncidents = (hostUrl: string, limit: number) => get(hostUrl, `/incidents?phase=open&sort=severity&limit=${limit}`, incidentPage);
/** State of Muster itself. */
export const systemState = (hostUrl: string) => get(hostUrl, '/status', systemStatus);
