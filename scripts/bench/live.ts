/** From webhook to live event: idle, and with other alerts at 1,000 a second, spread evenly or in bursts. */
import { hash, randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { LoadGenerator } from './load.ts';
import { withClient, type Server } from './processes.ts';

export interface LiveJob {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  readonly apiToken: string;
  readonly count: number;
  readonly perSecond: number;
}

export interface LiveResult {
  /** Milliseconds from sending the webhook to the event at the reader, sorted. */
  readonly latencies: readonly number[];
  /** Milliseconds to the 202, sorted. */
  readonly acknowledge: readonly number[];
  /** Alerts whose event did not come. */
  readonly lost: number;
}

const PROBES_PER_SECOND = 100;
/** 10 connections, 5 requests a second each, 20 alerts a request: a request every 20 ms in turn, or 200 alerts at once every 200 ms. */
const BACKGROUND = { connections: 10, perSecond: 5, size: 20 } as const;

/** A token by which the benchmark may read the live stream, put straight into the database. */
async function makeReaderToken(connectionString: string): Promise<string> {
  const token = `mst_${randomBytes(32).toString('base64url')}`;
  await withClient(connectionString, (client) => client.query(
    `insert into api_tokens (id, org_id, name, role, token_hash, hint, created_by, created_at, expires_at)
     values ($1::text, 1, 'Benchmark', 'viewer', decode($2::text, 'hex'), $3::text, 'benchmark', now(), now() + interval '1 hour')`,
    [token.slice(4, 14), hash('sha256', token, 'hex'), token.slice(-4)],
  ));
  return token;
}

export interface LiveFigures {
  readonly idle: LiveResult;
  /** Requests of the background come evenly. */
  readonly even: LiveResult;
  /** All its connections send at the same moment. */
  readonly bursts: LiveResult;
}

/** Measures all three. `takeIds` gives ids for new background alerts. */
export async function measureLive(service: Server, connectionString: string, load: LoadGenerator, count: number, takeIds: (n: number) => number): Promise<LiveFigures> {
  const apiToken = await makeReaderToken(connectionString);
  const worker = new Worker(new URL('./liveWorker.ts', import.meta.url));
  const authorization = service.headers.replace(/^Authorization: /, '').trim();
  const run = (name: string): Promise<LiveResult> => new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: LiveResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage({ name, port: service.port, path: service.path, authorization, apiToken, count, perSecond: PROBES_PER_SECOND } satisfies LiveJob);
  });
  const busy = async (name: string, inTurn: boolean): Promise<LiveResult> => {
    const ms = (count / PROBES_PER_SECOND) * 1000;
    const { connections, perSecond, size } = BACKGROUND;
    const background = load.run({
      port: service.port, path: service.path, headers: service.headers, connections, pace: { perSecond, inTurn }, size, ms, requests: null, form: 'grafana', kind: 'new', firstRound: 0,
      firstId: takeIds(Math.ceil((ms / 1000) * perSecond * connections * size) + connections * size),
    });
    const result = await run(name);
    await background;
    return result;
  };
  try {
    return { idle: await run('idle'), even: await busy('even', true), bursts: await busy('bursts', false) };
  } finally {
    await worker.terminate();
  }
}
