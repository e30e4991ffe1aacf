/** What one more alert costs when there are many already: databases of different size, visited in turn. */
import pg from 'pg';
import type { EmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { cpuSeconds } from './cpu.ts';
import { median, percentile, type LoadGenerator } from './load.ts';
import { createDatabase, startService, type Server } from './processes.ts';
import { untilCorrelated } from './settle.ts';

export interface GrowthRow {
  readonly name: string;
  readonly cpuMicros: number;
  readonly p50: number;
}

interface Sized {
  readonly name: string;
  readonly service: Server;
  readonly client: pg.Client;
  cpu: number;
  alerts: number;
  readonly p50: number[];
}

export interface GrowthSize {
  readonly name: string;
  /** Alerts that fire. */
  readonly active: number;
  /** Alerts that are over, each with its lines in the log and its place in an incident. */
  readonly history: number;
}

const REQUEST_SIZE = 20;

/** History by SQL: what intake and correlator would have left behind, with short texts. */
async function fillHistory(client: pg.Client, rows: number): Promise<void> {
  if (rows === 0) return;
  await client.query(
    `insert into alerts (org_id, alert_key, starts_at, source_id, fingerprint, name, summary, status, ends_at, end_reason, severity, service, labels, annotations,
       details, content_hash, first_seen_at, last_seen_at, last_change)
     select 1, ('x' || left(md5(g::text), 16))::bit(64)::bigint, t.at, 'grafana', 'history-' || g, 'HighErrorRate', 'it was high', 'resolved', t.at + interval '5 minutes',
       'resolved', 3, 'service-' || g % 200, '{"severity":"warning"}', '{}', '{}', g, t.at, t.at + interval '5 minutes', 'resolved'
     from generate_series(1, $1::bigint) as g cross join lateral (select now() - interval '30 days' + g * interval '2 seconds' as at) as t`, [rows],
  );
  await client.query(
    `insert into alert_log (org_id, position, recorded_at, kind, alert_key, starts_at, ends_at, content)
     select a.org_id, nextval('log_positions'), a.first_seen_at, k.kind, a.alert_key, a.starts_at, a.ends_at, null
     from alerts as a cross join (values ('opened'), ('resolved')) as k(kind) where a.org_id = 1`,
  );
  await client.query(
    `insert into incident_alerts (org_id, alert_key, starts_at, incident_number, linked_at, reason)
     select a.org_id, a.alert_key, a.starts_at, 1000000 + abs(a.alert_key % 2000), a.first_seen_at, '{"strategy":"filled in","summary":"","contributions":[]}'
     from alerts as a where a.org_id = 1`,
  );
  await client.query("insert into correlator_cursors (org_id, position, replica_id, updated_at) values (1, currval('log_positions'), 'filled in', now()) on conflict (org_id) do update set position = excluded.position");
  await client.query('vacuum analyze');
}

/** Visits the sizes in turn, `rounds` times, with `requests` of 20 new alerts each. */
export async function measureGrowth(
  dir: string, postgres: EmbeddedPostgres, load: LoadGenerator, sizes: readonly GrowthSize[], rounds: number, requests: number, takeIds: (n: number) => number,
): Promise<GrowthRow[]> {
  await using stack = new AsyncDisposableStack();
  const sized: Sized[] = [];
  async function send(one: Sized, count: number, connections: number): Promise<readonly number[]> {
    const result = await load.run({
      port: one.service.port, path: one.service.path, headers: one.service.headers, connections, ms: 120_000, requests: count, pace: null,
      form: 'grafana', kind: 'new', size: REQUEST_SIZE, firstId: takeIds(count * REQUEST_SIZE), firstRound: 0,
    });
    if (result.errors > 0) throw new Error(`${result.errors} requests were refused while growing`);
    await untilCorrelated(one.client);
    return result.latencies;
  }
  for (const [place, size] of sizes.entries()) {
    const connectionString = await createDatabase(postgres, `bench_growth_${place}`);
    const first = await startService(dir, connectionString, 'api,correlator,worker');
    const client = new pg.Client({ connectionString });
    await client.connect();
    stack.defer(() => client.end());
    if (size.history > 0) {
      // The correlator would take the filled-in history for news.
      await first.stop();
      await fillHistory(client, size.history);
    }
    const service = size.history > 0 ? await startService(dir, connectionString, 'api,correlator,worker') : first;
    stack.defer(() => service.stop());
    const one: Sized = { name: size.name, service, client, cpu: 0, alerts: 0, p50: [] };
    if (size.active > 0) await send(one, Math.ceil(size.active / REQUEST_SIZE), 16);
    sized.push(one);
  }
  // One round before that counts for nothing: compiled code and caches.
  for (let round = -1; round < rounds; round += 1) {
    for (const one of round % 2 === 0 ? sized : [...sized].reverse()) {
      // PostgreSQL's background writing belongs to no size in particular; it is left out by counting before and after.
      const before = cpuSeconds(one.service.pid) + cpuSeconds(postgres.serverPid);
      const latencies = await send(one, requests, 1);
      if (round < 0) continue;
      one.cpu += cpuSeconds(one.service.pid) + cpuSeconds(postgres.serverPid) - before;
      one.alerts += requests * REQUEST_SIZE;
      one.p50.push(percentile(latencies, 0.5));
    }
  }
  return sized.map((one) => ({ name: one.name, cpuMicros: (one.cpu / one.alerts) * 1e6, p50: median(one.p50) }));
}
