/** cap 10: a source that falls silent is noticed, once, whoever dies; and when it is heard again, that is over. */
import fc from 'fast-check';
import { sourceId } from '../../backend/contract/index.ts';
import { HEARTBEAT_GRACE_MS, judgeHeartbeat } from '../../backend/ingest/heartbeat/judge.ts';
import { createHeartbeatWatch, HEARTBEAT_TICK_MS, type HeartbeatWatch } from '../../backend/ingest/heartbeat/watch.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { touchReceived } from '../../backend/sources/index.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';
import { eventually, startTestApp } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

const SECOND = 1_000;
const GRAFANA = sourceId.parse('grafana');

let database: TestDatabase;
let clock: SimulatedClock;
let pipeline: Pipeline;
/** Two replicas' watches over one database. */
let watches: HeartbeatWatch[];

beforeEach(async () => {
  database = await createTestDatabase();
  clock = createSimulatedClock(START_MS);
  pipeline = await startPipeline(database, { clock });
  watches = [0, 1].map(() => createHeartbeatWatch({ db: database.db, clock, logger: createLogger({ level: 'silent' }), intake: pipeline.intake, orgs: [ORG] }));
  await database.db.query("insert into sources (org_id, id, kind, name, rules) values (1, 'grafana', 'grafana', 'Grafana', '{\"heartbeatSeconds\": 300}')");
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

/** Moves on as the ticks would, every replica that lives looking each time. */
async function pass(seconds: number, living: readonly HeartbeatWatch[] = watches): Promise<void> {
  for (let passed = 0; passed < seconds; passed += HEARTBEAT_TICK_MS / SECOND) {
    clock.advance(HEARTBEAT_TICK_MS);
    await Promise.all(living.map((watch) => watch.look(ORG)));
  }
}

const heard = () => touchReceived(database.db, [{ orgId: ORG, sourceId: GRAFANA, tokenId: 'none', at: clock.now() }]);

async function silences(): Promise<{ status: string; startsAt: number; endsAt: number | null }[]> {
  const rows = await database.db.query<{ status: string; starts_at: Date; ends_at: Date | null }>(
    "select a.status, a.starts_at, a.ends_at from alerts as a where a.source_id = 'muster' and a.name = 'SourceSilent' order by a.starts_at",
  );
  return rows.map((row) => ({ status: row.status, startsAt: (row.starts_at.getTime() - START_MS) / SECOND, endsAt: row.ends_at === null ? null : (row.ends_at.getTime() - START_MS) / SECOND }));
}

async function events(): Promise<string[]> {
  return (await database.db.query<{ type: string }>("select e.type from event_log as e where e.type like 'source.%' order by e.position")).map((row) => row.type);
}

/** How many statements of this database wait for a lock that another one holds. */
async function waitingForLocks(): Promise<number> {
  return (await database.db.query("select 1 from pg_stat_activity as a where a.datname = current_database() and a.wait_event_type = 'Lock'")).length;
}

test('cap 10: silence for longer than the interval opens one alert within 30 seconds of the deadline, with two replicas', async () => {
  await watches[0]?.look(ORG);
  await pass(300);
  expect(await silences()).toEqual([]);
  await pass(25);

  expect(await silences()).toEqual([{ status: 'firing', startsAt: 300, endsAt: null }]);
  expect(await events()).toEqual(['source.silent']);
});

test('cap 10: it closes when the source is heard again, and may open again', async () => {
  await watches[0]?.look(ORG);
  await pass(400);
  await heard();
  await pass(5);
  expect(await silences()).toEqual([{ status: 'resolved', startsAt: 300, endsAt: 400 }]);
  await pass(400);

  expect(await silences()).toEqual([{ status: 'resolved', startsAt: 300, endsAt: 400 }, { status: 'firing', startsAt: 700, endsAt: null }]);
  expect(await events()).toEqual(['source.silent', 'source.heard_again', 'source.silent']);
});

test('cap 10: a source that is heard in time is left alone', async () => {
  await watches[0]?.look(ORG);
  for (let round = 0; round < 5; round += 1) {
    await pass(290);
    await heard();
  }

  expect([await silences(), await events()]).toEqual([[], []]);
});

test('cap 10: when a replica dies, before or after the alert, the other one goes on', async () => {
  const [first, second] = watches;
  if (first === undefined || second === undefined) throw new Error('two watches');
  await first.look(ORG);
  await pass(200, [first]);
  await pass(130, [second]);
  expect(await silences()).toEqual([{ status: 'firing', startsAt: 300, endsAt: null }]);
  await heard();
  await pass(5, [first]);

  expect(await silences()).toMatchObject([{ status: 'resolved' }]);
});

test('cap 10: dying between the alert and the note of it makes no second alert', async () => {
  await watches[0]?.look(ORG);
  await pass(320);
  await database.db.query('update source_heartbeats set silent_since = null');
  await pass(10);

  expect(await silences()).toHaveLength(1);
});

test('cap 10: a Muster that was away blames no source for what it could not hear', async () => {
  await watches[0]?.look(ORG);
  await pass(100);
  clock.advance(3_600 * SECOND);
  await pass(280);
  expect(await silences()).toEqual([]);
  await pass(40);

  expect(await silences()).toHaveLength(1);
});

test('cap 10: back after a time away, no replica sees the look of another one before silence counts anew', async () => {
  await watches[0]?.look(ORG);
  clock.advance(3_600 * SECOND);
  const looks: Promise<void>[] = [];
  let isSecondDone = false;

  await database.db.transaction(async (tx) => {
    await tx.query('select 1 from source_heartbeats for update');
    looks.push(watches[0]?.look(ORG) ?? Promise.reject(new Error('two watches')));
    await eventually(waitingForLocks, (waiting) => waiting === 1);
    looks.push((watches[1]?.look(ORG) ?? Promise.reject(new Error('two watches'))).finally(() => (isSecondDone = true)));
    await eventually(waitingForLocks, (waiting) => isSecondDone || waiting === 2);
  });
  await Promise.all(looks);

  expect([await silences(), await events()]).toEqual([[], []]);
});

test.each([
  ['the source is switched off', "update sources set enabled = false where id = 'grafana'"],
  ['nobody asks for a heartbeat any more', "update sources set rules = null where id = 'grafana'"],
  ['the source is removed', "delete from sources where id = 'grafana'"],
])('cap 10: the alert ends when %s', async (_what, change) => {
  await watches[0]?.look(ORG);
  await pass(330);
  await database.db.query(change);
  await pass(5);

  expect(await silences()).toMatchObject([{ status: 'resolved' }]);
  expect(await database.db.query('select 1 from source_heartbeats')).toEqual([]);
});

test('cap 10: whatever the times are, an alert opens only past a deadline and ends only once', () => {
  const time = fc.integer({ min: 0, max: 10_000_000 });
  fc.assert(fc.property(fc.option(fc.integer({ min: 60_000, max: 600_000 })), fc.option(time), time, fc.option(time), time, (intervalMs, heardMs, armedMs, silentSinceMs, nowMs) => {
    const verdict = judgeHeartbeat({ intervalMs, heardMs, armedMs, silentSinceMs, nowMs });
    if (verdict.kind === 'open') {
      expect(silentSinceMs).toBeNull();
      expect(nowMs - verdict.startsAtMs).toBeGreaterThanOrEqual(HEARTBEAT_GRACE_MS);
      expect(verdict.startsAtMs).toBeGreaterThanOrEqual(Math.max(heardMs ?? 0, armedMs) + (intervalMs ?? 0));
      expect(judgeHeartbeat({ intervalMs, heardMs, armedMs, silentSinceMs: verdict.startsAtMs, nowMs }).kind).toBe('fine');
    }
    if (verdict.kind === 'close') expect(verdict.startsAtMs).toBe(silentSinceMs);
  }));
});

test('cap 10: POST /webhooks/heartbeat/<source> counts as being heard, with the token of the source and nothing in it', async () => {
  const muster = await startTestApp();
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const beat = (with_: string) => fetch(`${muster.url}/webhooks/heartbeat/grafana`, { method: 'POST', headers: { Authorization: `Bearer ${with_}` } });
    expect((await muster.call(ADA_ADMIN, 'listSources')).body.items[0]?.lastReceivedAt).toBeNull();

    expect([(await beat(token)).status, (await beat(`${token}x`)).status]).toEqual([202, 401]);
    expect((await muster.call(ADA_ADMIN, 'listSources')).body.items[0]?.lastReceivedAt).not.toBeNull();
    expect((await fetch(`${muster.url}/webhooks/heartbeat/other`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })).status).toBe(403);
  } finally {
    await muster.close();
  }
});

test('cap 10: the whole service opens the alert, and an incident of it, within 30 s of the deadline, and closes it at the next heartbeat', async () => {
  const appClock = createSimulatedClock(Date.now());
  const muster = await startTestApp({ clock: appClock });
  const silent = async () => (await muster.call(ADA_ADMIN, 'listAlerts', { query: { q: 'SourceSilent' } })).body.items.map(({ status }) => status);
  try {
    const token = await muster.addSource(ADA_ADMIN, 'grafana');
    const [source] = (await muster.call(ADA_ADMIN, 'listSources')).body.items;
    await muster.call(ADA_ADMIN, 'editSource', { params: { source: GRAFANA }, body: { rules: { heartbeatSeconds: 60 } } }, { 'If-Match': `"${source?.version ?? 0}"` });
    const beat = () => fetch(`${muster.url}/webhooks/heartbeat/grafana`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    appClock.advance(HEARTBEAT_TICK_MS);
    await eventually(() => muster.database.db.query('select 1 from source_heartbeats'), (rows) => rows.length === 1);
    expect((await beat()).status).toBe(202);
    for (let second = 0; second < 60; second += 1) {
      appClock.advance(SECOND);
      expect(await silent()).toEqual([]);
    }
    for (let second = 0; second < 30; second += 1) {
      appClock.advance(SECOND);
      await silent();
    }
    // From here on the clock stands still.
    expect(await eventually(silent, (statuses) => statuses.length > 0)).toEqual(['firing']);
    const incidents = await eventually(() => muster.call(ADA_ADMIN, 'listIncidents'), ({ body }) => body.items.length === 1);
    expect(incidents.body.items).toMatchObject([{ primaryService: 'grafana', severity: 'sev2' }]);

    expect((await beat()).status).toBe(202);
    expect(await eventually(silent, ([status]) => status === 'resolved')).toEqual(['resolved']);
  } finally {
    await muster.close();
  }
});
