/** A closed loop of keep-alive connections that post prepared bodies and time each answer. */
import { Agent, request } from 'node:http';

export interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly ms: number;
  /** The next body; null ends the loop early. */
  readonly nextBody: () => string | null;
}

export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  /** Milliseconds of each answer, sorted. */
  readonly latencies: readonly number[];
}

function post(agent: Agent, url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Runs for `ms`, or until there are no more bodies. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const url = new URL(options.url);
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const latencies: number[] = [];
  let errors = 0;
  const startedAt = performance.now();
  const endAt = startedAt + options.ms;
  await Promise.all(Array.from({ length: options.connections }, async () => {
    while (performance.now() < endAt) {
      const body = options.nextBody();
      if (body === null) return;
      const sentAt = performance.now();
      const status = await post(agent, url, options.headers, body);
      latencies.push(performance.now() - sentAt);
      if (status < 200 || status > 299) errors += 1;
    }
  }));
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return { requests: latencies.length, errors, seconds, latencies: latencies.sort((a, b) => a - b) };
}

/** The value below which `share` of the sorted values lie. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
