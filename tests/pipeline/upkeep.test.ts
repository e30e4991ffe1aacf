/** The alert log's partitions and the retention of alerts, on a real database and with times of our own. */
import { dropPartitions, ensurePartitions } from '../../backend/ingest/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { createIdempotency } from '../../backend/platform/http/idempotency.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { upkeepJobs } from '../../backend/upkeep.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, startPipeline, START_MS } from '../harness/pipeline.ts';

const DAY_MS = 86_400_000;
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function partitions(): Promise<string[]> {
  const rows = await database.db.query<{ name: string }>("select c.relname as name from pg_inherits as i join pg_class as c on c.oid = i.inhrelid where i.inhparent = 'alert_log'::regclass order by 1");
  return rows.map((row) => row.name);
}

test('partitions of the alert log are made a week ahead, once, by however many ask at the same time', async () => {
  const now = new Date(Date.UTC(2027, 5, 1, 12));
  const before = await partitions();
  const made = await Promise.all(Array.from({ length: 5 }, () => ensurePartitions(database.db, now)));

  expect(made.reduce((sum, count) => sum + count, 0)).toBe((await partitions()).length - before.length);
  expect(made.filter((count) => count > 0)).toHaveLength(1);
  expect((await partitions()).filter((name) => !before.includes(name))).toEqual(['01', '02', '03', '04', '05', '06', '07'].map((day) => `alert_log_202706${day}`));
  expect(await ensurePartitions(database.db, new Date(now.getTime() + DAY_MS))).toBe(1);
});

test('partitions past retention are dropped whole, later ones stay with their rows', async () => {
  const pipeline = await startPipeline(database);
  await ensurePartitions(database.db, pipeline.clock.now());
  await pipeline.deliver([grafanaAlert({ fingerprint: 'old', service: 'checkout', startsAt: START_MS })]);
  pipeline.clock.advance(3 * DAY_MS);
  await ensurePartitions(database.db, pipeline.clock.now());
  await pipeline.deliver([grafanaAlert({ fingerprint: 'new', service: 'search', startsAt: pipeline.clock.nowMs() })]);
  await pipeline.close();

  const dropped = await dropPartitions(database.db, new Date(START_MS + 2 * DAY_MS));

  expect(dropped.length).toBeGreaterThan(0);
  const rows = await database.db.query<{ fingerprint: string }>('select a.fingerprint from alert_log as l join alerts as a using (org_id, alert_key, starts_at) order by 1');
  expect(rows).toEqual([{ fingerprint: 'new' }]);
  expect(await dropPartitions(database.db, new Date(START_MS + 2 * DAY_MS))).toEqual([]);
});

test('alerts that ended long ago and belong to no incident are removed; those that fire, or belong to one, stay', async () => {
  const pipeline = await startPipeline(database, { minAlerts: 2 });
  const at = START_MS;
  const resolved = { status: 'resolved' as const, endsAt: at + 1000 };
  await pipeline.deliver([grafanaAlert({ fingerprint: 'loose', service: 'one', startsAt: at }), grafanaAlert({ fingerprint: 'firing', service: 'two', startsAt: at })]);
  await pipeline.deliver(['a', 'b'].map((name) => grafanaAlert({ fingerprint: `linked-${name}`, service: 'three', startsAt: at })));
  await pipeline.deliver(['loose', 'linked-a', 'linked-b'].map((fingerprint) => grafanaAlert({ fingerprint, service: fingerprint === 'loose' ? 'one' : 'three', startsAt: at, ...resolved })));
  await pipeline.close();
  const clock = createSimulatedClock(at + 100 * DAY_MS);
  const lettersOf: number[] = [];
  const jobs = upkeepJobs({
    orgs: [], learner: { learn: async () => ({ alerts: 0, proposed: 0 }) },
    db: database.db, clock, logger: createLogger({ level: 'silent' }), config: { retention: { alertLogDays: 30, deadLetterDays: 31, alertDays: 90 } },
    sources: { prune: async (days) => ({ deadLetters: lettersOf.push(days) }) }, idempotency: createIdempotency(database.db, clock),
  });

  const dropOld = jobs.find((job) => job.name === 'alerts.drop_old');
  for (let time = 0; time < 2; time += 1) await dropOld?.run({});
  await jobs.find((job) => job.name === 'keys.prune')?.run({});

  expect(await database.db.query('select 1 from alert_log')).toEqual([]);
  expect(lettersOf).toEqual([31]);
  const left = await database.db.query<{ fingerprint: string }>('select fingerprint from alerts order by 1');
  expect(left.map((row) => row.fingerprint)).toEqual(['firing', 'linked-a', 'linked-b']);
  const reasons = await database.db.query<{ fingerprint: string }>('select a.fingerprint from alerts_why_not as w left join alerts as a using (org_id, alert_key, starts_at)');
  expect(reasons).toEqual([{ fingerprint: 'firing' }]);
});
