/** cap 113: when limits will be crossed is forecast with an interval, told while a detector alerts, and held against what comes. */
import { detectorBody, EVENT_FIELDS, type DetectorId } from '../../backend/contract/index.ts';
import { createReaders } from '../../backend/detection/index.ts';
import { insertDetector } from '../../backend/detection/detectors/detectorStore.ts';
import { createBreachLook } from '../../backend/insight/breaches/breachWatch.ts';
import { selectCoverage, selectSaidCrossings } from '../../backend/insight/breaches/accuracyStore.ts';
import { findLook, selectForecasts, type ForecastRow } from '../../backend/insight/breaches/breachStore.ts';
import { createAccuracy } from '../../backend/insight/accuracy/accuracyRoutes.ts';
import { forecastFigures, weeksUntil } from '../../backend/insight/accuracy/figures.ts';
import { createHelperService } from '../../backend/insight/helpers/helperService.ts';
import { lookAhead } from '../../backend/insight/breaches/lookAhead.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { selectStandings } from '../../backend/standing/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ORG, START_MS } from '../harness/pipeline.ts';
import { startPrometheus, type StandInPrometheus } from '../detection/prometheus.ts';
import { shopLike } from '../../scripts/demo/metrics/shopLike.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EXPR = 'disk_used_percent';
const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'], timeoutMs: 5_000, maxResponseBytes: 32 * 1024 * 1024 });
let database: TestDatabase;
let clock: SimulatedClock;
let prometheus: StandInPrometheus;

beforeAll(async () => {
  prometheus = await startPrometheus();
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await prometheus.close();
  await outbound.close();
});
beforeEach(async () => {
  clock = createSimulatedClock(START_MS);
  await database.db.query('truncate detectors, breach_watches, breach_forecasts, helper_modes, event_log cascade');
  prometheus.expressions.clear();
});

const readers = () => createReaders({
  db: database.db, callOut: (request: Parameters<typeof outbound.call>[0]) => outbound.call(request),
  grafana: { isConnected: () => Promise.resolve(false), call: () => Promise.reject(new Error('not asked here')) },
});
const look = () => createBreachLook({ db: database.db, clock, readers: readers() })(ORG);

/** A wobble of about ±1 that depends on the instant alone. */
const wobble = (atMs: number): number => (shopLike(1)(atMs) - 1 - 0.4 * Math.sin((2 * Math.PI * atMs) / (24 * HOUR))) * 20;

/** Full to 90 % at `fullMs`, and filling by so many percent an hour, with a wobble. */
function filling(fullMs: number, perHour: number): (atMs: number) => number {
  return (atMs) => 90 + (perHour * (atMs - fullMs)) / HOUR + 0.2 * wobble(atMs);
}

async function detector(change: object = {}): Promise<DetectorId> {
  const body = detectorBody.parse({ name: `Disk ${Math.random()}`, query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, threshold: { value: 90, side: 'above' }, ...change });
  const id = await database.db.transaction((tx) => insertDetector(tx, ORG, body, { from: clock.now(), evaluatedTo: clock.now() }, clock.now(), 'Ada'));
  if (id === null) throw new Error('not made');
  return id;
}

async function forecasts(of: DetectorId | null, state: 'open' | 'ended' | 'all' = 'open'): Promise<ForecastRow[]> {
  return selectForecasts(database.db, ORG, { detector: of, service: null, state, before: null, limit: 100 });
}

async function told(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  return database.db.query("select e.type, e.data from event_log as e where e.type like 'forecast.%' order by e.position");
}

async function alerting(id: DetectorId): Promise<void> {
  await database.db.query("update detectors set state = 'active', version = version + 1 where id = $1::bigint", [id]);
}

test('cap 113: a disk that fills is forecast with an interval, kept to itself in shadow, told once it alerts, and counted when it came', async () => {
  const fullMs = START_MS + 3 * HOUR;
  prometheus.expressions.set(EXPR, [
    { labels: { service: 'payments-db', mountpoint: '/data' }, valueAt: filling(fullMs, 2) }, { labels: { service: 'payments-db', mountpoint: '/' }, valueAt: (atMs) => 40 + 0.2 * wobble(atMs) },
  ]);
  const id = await detector();
  expect(await look()).toBe(1);
  expect(await look()).toBe(0);

  const [made, ...others] = await forecasts(id);
  expect(others).toEqual([]);
  expect(made).toMatchObject({ service: 'payments-db', labels: { mountpoint: '/data' }, state: 'open', threshold: { value: 90, side: 'above' } });
  const [earliest, at, latest] = [made?.expected.earliest, made?.expected.at, made?.expected.latest].map((time) => ((time?.getTime() ?? 0) - START_MS) / HOUR);
  expect(earliest).toBeLessThan(3);
  expect(latest).toBeGreaterThan(2.9);
  expect(at).toBeGreaterThan(2.3);
  expect(at).toBeLessThan(3.4);
  expect([await forecasts(null), await told()]).toEqual([[], []]);

  // Changed: looked at at once.
  await alerting(id);
  expect(await look()).toBe(1);
  expect(await forecasts(null)).toHaveLength(1);
  expect(await told()).toMatchObject([{ type: 'forecast.warned', data: { detector: id, service: 'payments-db', limit: 90, side: 'above', labels: { mountpoint: '/data' } } }]);
  expect((await told())[0]?.data['minutes']).toBeGreaterThan(120);
  // What conditions and inputs of triggers are told to know.
  expect(Object.keys((await told())[0]?.data ?? {}).sort()).toEqual([...EVENT_FIELDS.forecast].sort());

  for (let passed = 0; passed < 4 * HOUR; passed += HOUR) {
    clock.advance(HOUR);
    await look();
  }
  expect(await forecasts(null)).toEqual([]);
  const [ended] = await forecasts(null, 'ended');
  expect(ended?.state).toBe('inside');
  expect(Math.abs((ended?.crossedAt?.getTime() ?? 0) - fullMs)).toBeLessThan(HOUR);
  expect((await told()).map(({ type }) => type)).toEqual(['forecast.warned', 'forecast.ended']);
  expect(await selectCoverage(database.db, ORG, new Date(START_MS - 1))).toEqual({ judged: 1, inside: 1, sooner: 0, later: 0 });
  // It was said better than by the last value and how it moves.
  const [said] = await selectSaidCrossings(database.db, ORG, new Date(START_MS - 1));
  expect(said).toMatchObject({ came: true, isInside: true, times: [{ chance: 0.1, crossed: false }, { chance: 0.5 }, { chance: 0.9, crossed: true }] });
  expect(forecastFigures(said === undefined ? [] : [said])).toMatchObject({ judged: 1, precision: 1, recall: 1 });
});

test('cap 113: what takes days is seen by its hours, and free space that shrinks crosses from above', async () => {
  prometheus.expressions.set(EXPR, [{ labels: {}, valueAt: (atMs) => 10 + (0.5 * (START_MS + 60 * HOUR - atMs)) / HOUR + 0.2 * wobble(atMs) }]);
  const id = await detector({ threshold: { value: 10, side: 'below' } });
  await look();
  const [made] = await forecasts(id);
  const hours = ((made?.expected.at.getTime() ?? 0) - START_MS) / HOUR;
  expect(hours).toBeGreaterThan(48);
  expect(hours).toBeLessThan(66);
});

test('cap 113: a trend that ends is no longer shown and counts against the forecast; another limit drops what was open', async () => {
  const stopsMs = START_MS + HOUR;
  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: (atMs) => filling(START_MS + 3 * HOUR, 2)(Math.min(atMs, stopsMs)) + 0.1 * wobble(atMs) }]);
  const id = await detector();
  await alerting(id);
  await look();
  expect(await forecasts(null)).toHaveLength(1);
  for (let passed = 0; passed < 5 * HOUR; passed += HOUR) {
    clock.advance(HOUR);
    await look();
  }
  expect((await forecasts(null, 'all')).filter(({ state }) => state === 'later')).toHaveLength(1);

  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: filling(clock.nowMs() + 3 * HOUR, 2) }]);
  clock.advance(2 * HOUR);
  await look();
  expect(await forecasts(id)).toHaveLength(1);
  await database.db.query("update detectors set definition = jsonb_set(definition, '{threshold,value}', '500'), version = version + 1");
  await look();
  expect(await forecasts(id)).toEqual([]);
});

test('cap 113: of two replicas that look at once one counts; a query that fails says nothing and is asked again later', async () => {
  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: filling(START_MS + 3 * HOUR, 2) }]);
  const id = await detector();
  expect(await findLook(database.db, ORG, id)).toEqual({ at: null, error: null });
  const looks = await Promise.all([look(), look(), look()]);
  expect(looks.reduce((sum, one) => sum + one)).toBe(1);
  expect(await forecasts(id)).toHaveLength(1);

  prometheus.expressions.clear();
  clock.advance(11 * MINUTE);
  expect(await look()).toBe(1);
  expect(await forecasts(id)).toHaveLength(1);
  expect(await findLook(database.db, ORG, id)).toEqual({ at: clock.now(), error: expect.stringContaining('Prometheus answered 400') });
  await database.db.query("update detectors set definition = jsonb_set(definition, '{threshold}', 'null')");
  await look();
  expect([await database.db.query('select 1 from breach_forecasts as b'), await findLook(database.db, ORG, id)]).toEqual([[], null]);
});

test('cap 113: as many series as a detector may watch are read, in questions of a bounded size; a preview reckons those whose values are nearest to the limit', async () => {
  const disks = 200;
  prometheus.expressions.set(EXPR, Array.from({ length: disks }, (_, disk) => ({ labels: { disk: String(disk) }, valueAt: (atMs: number) => (disk === 7 ? 95 : 20 + disk / 10) + ((atMs / (5 * MINUTE)) * 7_919) % 2 })));
  prometheus.asked.length = 0;
  const asked = { query: { kind: 'prometheus', url: prometheus.url, expr: EXPR } as const, stepSeconds: 60, threshold: { value: 90, side: 'above' } as const };
  const { series, total } = await lookAhead(readers(), ORG, asked, clock.nowMs(), { most: 2 });
  expect([series.map(({ labels }) => labels['disk']), total]).toEqual([['199', '198'], disks]);
  // Each instant of both steps was asked for once.
  const instants = prometheus.asked.map(({ startMs, endMs, stepMs }) => (endMs - startMs) / stepMs + 1);
  expect(instants.reduce((sum, count) => sum + count)).toBe(1_000 + 28 * 24);
  expect(disks * Math.max(...instants)).toBeLessThanOrEqual(50_000);

  prometheus.expressions.set(EXPR, Array.from({ length: 1_001 }, (_, disk) => ({ labels: { disk: String(disk) }, valueAt: () => 20 })));
  await expect(lookAhead(readers(), ORG, asked, clock.nowMs())).rejects.toThrow('the query gives 1001 series; 1000 at most');
});

test('cap 113: the reckoning of all looks together takes a tenth of the time at most: with more of it they come less often', async () => {
  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: filling(START_MS + 3 * HOUR, 2) }]);
  await detector();
  await look();
  const dueAfter = async (): Promise<number[]> => (await database.db.query<{ due_at: Date }>('select w.due_at from breach_watches as w order by w.detector_id')).map(({ due_at: at }) => (at.getTime() - clock.nowMs()) / MINUTE);
  expect(await dueAfter()).toEqual([10]);
  await database.db.query('update breach_watches set compute_ms = 180000');
  await detector();
  await look();
  const [, second = 0] = await dueAfter();
  expect(second).toBeGreaterThan(30);
  expect(second).toBeLessThan(33);
});

test('cap 113: one beyond its limit already is no news', async () => {
  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: () => 95 }, { labels: { disk: 'b' }, valueAt: () => null }]);
  const { series: [seen, ...others] } = await lookAhead(readers(), ORG, { query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: 60, threshold: { value: 90, side: 'above' } }, clock.nowMs());
  expect(others).toEqual([]);
  expect(seen?.outlook).toMatchObject({ isOver: true, breach: null, value: 95 });
});

test('cap 121: forecasts of limits that do worse than staying at the last value put themselves to shadow: nobody is told, what was told is hidden; live again, what is open is told', async () => {
  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: filling(START_MS + 5 * HOUR, 2) }]);
  const id = await detector();
  await alerting(id);
  await look();
  expect(await forecasts(null)).toHaveLength(1);
  // Two whole weeks in which nothing came of what was said, and the naive forecast had not expected it.
  for (const begin of weeksUntil(clock.now(), 3).slice(0, 2)) {
    await database.db.query(
      `insert into breach_forecasts (org_id, detector_id, name, series_key, labels, asked, limit_value, limit_side, made_at, updated_at, value, earliest_at, median_at, latest_at, said_earliest_at, said_median_at, said_latest_at, said_until, outcome, outcome_at, naive_chances)
       select 1, $1, 'Disk', n::text, '{}', '', 90, 'above', $2, $2, 80, $2, $2, $2, $2, $2, $2, $2, 'later', $2, '{0.01,0.02,0.03}' from generate_series(1, 40) as n`, [id, new Date(begin.getTime() + HOUR)],
    );
  }
  const logger = createLogger({ level: 'silent' });
  const accuracy = createAccuracy({ db: database.db, clock });
  const helpers = createHelperService({ db: database.db, clock, logger, detectors: { alerting: () => Promise.resolve([]), shade: () => Promise.resolve(false) }, helperWeeks: accuracy.helperWeeks, detectorWeeks: accuracy.detectorWeeks });
  const standing = async () => (await selectStandings(database.db, ORG)).get('forecast');
  const [week] = (await accuracy.helperWeeks(ORG, 3)).forecast;
  expect(week).toMatchObject({ judged: 40, score: 0.3567, precision: 0, recall: 0 });
  expect(week?.baseline).toBeLessThan(0.001);
  await helpers.judge(ORG);
  await helpers.judge(ORG);
  expect(await standing()).toMatchObject({ mode: 'shadow', version: 1, reason: expect.stringContaining('worse than its baseline') });
  expect(await database.db.query("select e.data from event_log as e where e.type = 'helper.mode_changed'")).toMatchObject([{ data: { helper: 'forecast', mode: 'shadow' } }]);

  clock.advance(11 * MINUTE);
  await look();
  expect([await forecasts(null), (await forecasts(id)).length, (await told()).length]).toEqual([[], 1, 1]);
  await database.db.query("update helper_modes set mode = 'live'");
  clock.advance(11 * MINUTE);
  await look();
  expect([(await forecasts(null)).length, (await told()).length]).toEqual([1, 2]);
});

test('cap 113: the highest until a time never falls as time goes on, nor does the lowest rise, whatever a day of trouble left in the profile', async () => {
  // A trouble three days ago, at the hour that comes next.
  const troubled = (atMs: number): number => shopLike(100)(atMs) + (atMs > START_MS - 72 * HOUR && atMs <= START_MS - 71 * HOUR ? 300 : 0);
  prometheus.expressions.set(EXPR, [{ labels: { disk: 'a' }, valueAt: troubled }, { labels: { disk: 'b' }, valueAt: (atMs) => -troubled(atMs) }]);
  for (const side of ['above', 'below'] as const) {
    const { series: seen } = await lookAhead(readers(), ORG, { query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: 300, threshold: { value: side === 'above' ? 900 : -900, side } }, clock.nowMs());
    for (const { outlook } of seen) {
      for (const edge of [outlook?.ahead.low ?? [], outlook?.ahead.middle ?? [], outlook?.ahead.high ?? []]) expect(edge).toEqual(edge.toSorted((a, b) => (side === 'above' ? a - b : b - a)));
      expect(outlook?.ahead.middle.length).toBe(128);
    }
  }
});
