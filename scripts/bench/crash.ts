/** kill -9 in the middle of the load: everything that was acknowledged must be found, and correlated by the replica that comes after. */
import pg from 'pg';
import type { EmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import type { LoadGenerator } from './load.ts';
import { fingerprintOf } from './payloads.ts';
import { createDatabase, pause, startService } from './processes.ts';
import { countLinks, countStored, untilCorrelated } from './settle.ts';

export interface CrashResult {
  readonly acknowledged: number;
  readonly found: number;
  readonly alerts: number;
  readonly linked: number;
  /** From the start of the next replica until all was correlated. */
  readonly recoveredMs: number;
}

const REQUEST_SIZE = 20;
const KILL_AFTER_MS = 700;

/** Runs the load, kills, starts anew and counts. */
export async function measureCrash(dir: string, postgres: EmbeddedPostgres, load: LoadGenerator, takeIds: (n: number) => number): Promise<CrashResult> {
  const connectionString = await createDatabase(postgres, 'bench_crash');
  const victim = await startService(dir, connectionString, 'api,correlator,worker');
  const sending = load.run({
    port: victim.port, path: victim.path, headers: victim.headers, connections: 32, ms: KILL_AFTER_MS * 4, requests: null, pace: null,
    form: 'grafana', kind: 'new', size: REQUEST_SIZE, firstId: takeIds(2_000_000), firstRound: 0,
  });
  await pause(KILL_AFTER_MS);
  await victim.stop('SIGKILL');
  const { acknowledged } = await sending;
  const startedAt = performance.now();
  const next = await startService(dir, connectionString, 'api,correlator,worker');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await untilCorrelated(client);
    const recoveredMs = performance.now() - startedAt;
    const fingerprints = acknowledged.flatMap((id) => Array.from({ length: REQUEST_SIZE }, (_, place) => fingerprintOf(id + place)));
    const found = await countStored(client, fingerprints);
    return { acknowledged: fingerprints.length, found, ...await countLinks(client), recoveredMs };
  } finally {
    await client.end();
    await next.stop();
  }
}
