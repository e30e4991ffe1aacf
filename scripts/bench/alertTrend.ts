/**
 * How long the past of an alert takes among a million episodes. Run with
 * `node scripts/bench/alertTrend.ts`: it starts an embedded PostgreSQL of its own in a temporary folder.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANYBODY } from '../../backend/access/index.ts';
import { orgId } from '../../backend/contract/index.ts';
import { summariseTrend } from '../../backend/incidents/alertTrend.ts';
import { selectAlertPast } from '../../backend/incidents/alertTrendStore.ts';
import { createDatabase } from '../../backend/platform/db/database.ts';
import { startEmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { migrate } from '../../backend/platform/db/migrate.ts';
import { createLogger } from '../../backend/platform/logger.ts';

const EPISODES = 1_000_000;
/** One alert that flaps without end, and many usual ones. */
const FLAPPER_EPISODES = 100_000;
const USUAL_ALERTS = 9_000;
const ROUNDS = 200;

const dir = await mkdtemp(join(tmpdir(), 'muster-trend-'));
// As root, PostgreSQL runs as another user, who must get in.
await chmod(dir, 0o755);
const logger = createLogger({ level: 'silent' });
const embedded = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), logger });
const db = createDatabase({ connectionString: embedded.connectionString, maxConnections: 2, applicationName: 'bench', logger });
try {
  await migrate({ connectionString: embedded.connectionString, dir: new URL('../../backend/migrations', import.meta.url).pathname, logger });
  await db.query(
    `insert into alerts (org_id, alert_key, starts_at, source_id, fingerprint, name, summary, status, ends_at, end_reason, severity, labels, annotations, details, content_hash, first_seen_at, last_seen_at, last_change)
     select 1, k.key, k.starts_at, 'grafana', k.key::text, 'HighErrorRate', 'Many errors', 'resolved', k.starts_at + interval '4 minutes', 'resolved', 3,
       jsonb_build_object('alertname', 'HighErrorRate', 'service', 'service-' || k.key, 'instance', 'host-' || k.key), '{"summary": "Many errors on a service"}', '{"values": {"A": 1}}', 1, k.starts_at, k.starts_at, 'resolved'
     from (
       select case when n <= $2::integer then 0 else n % $3::integer + 1 end as key, timestamptz '2026-03-02' - n * interval '20 seconds' as starts_at
       from generate_series(1, $1::integer) as n
     ) as k`,
    [EPISODES, FLAPPER_EPISODES, USUAL_ALERTS],
  );
  await db.query('vacuum analyze alerts');
  for (const [what, key] of [['an alert that flaps', () => '0'], ['a usual alert', (round: number) => String((round * 37) % USUAL_ALERTS + 1)]] as const) {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      const past = await selectAlertPast(db, orgId.parse(1), ANYBODY, key(round));
      if (past === null) throw new Error('no past');
      summariseTrend(past.episodes, past.firstMs, past.capped, Date.UTC(2026, 2, 2));
      took.push(performance.now() - startedAt);
    }
    took.sort((a, b) => a - b);
    process.stdout.write(`${what}: median ${took[ROUNDS / 2]?.toFixed(1)} ms, p99 ${took[Math.floor(ROUNDS * 0.99)]?.toFixed(1)} ms, ${ROUNDS} reads, ${EPISODES} episodes stored\n`);
  }
} finally {
  await db.close();
  await embedded.stop();
  await rm(dir, { recursive: true, force: true });
}
