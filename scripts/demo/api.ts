/** Reads what the pages show, by the same way: through the plugin proxy, as the signed-in user. */
import { incidentCounts, incidentPage, systemStatus } from '../../backend/contract/index.ts';
import type { z } from 'zod';

const PROXY = '/api/plugin-proxy/muster-incidents-app/backend';
const LIMIT_MS = 10_000;

async function get<T extends z.ZodType>(hostUrl: string, path: string, schema: T): Promise<z.output<T>> {
  const response = await fetch(`${hostUrl}${PROXY}${path}`, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!response.ok) throw new Error(`GET ${path} through the plugin proxy answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return schema.parse(await response.json());
}

/** How many incidents are open. */
export const countIncidents = (hostUrl: string) => get(hostUrl, '/incident-counts', incidentCounts);
/** Open incidents, the gravest first. */
export const gravestIncidents = (hostUrl: string, limit: number) => get(hostUrl, `/incidents?phase=open&sort=severity&limit=${limit}`, incidentPage);
/** State of Muster itself. */
export const systemState = (hostUrl: string) => get(hostUrl, '/status', systemStatus);
