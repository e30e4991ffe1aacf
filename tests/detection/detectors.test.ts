/** Detectors from their training to the alert, on a real database, a clock of the test and a stand-in Prometheus. */
import { createDetectors, type Detectors } from '../../backend/detection/index.ts';
import { detectorId, type DetectorBody, type DetectorId } from '../../backend/contract/index.ts';
import { SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { createDetectorService, type DetectorService } from '../../backend/detection/detectors/detectorService.ts';
import { provisionDetectors } from '../../backend/detection/index.ts';
import { countFindings, forgetFindings, judge, listFindingRows } from '../../backend/detection/detectors/findingStore.ts';
import { findDetector, takeDue, type StoredDetector } from '../../backend/detection/detectors/detectorStore.ts';
import { createEvaluate } from '../../backend/detection/detectors/evaluate.ts';
import { createHolidays, type Holidays } from '../../backend/detection/detectors/holidays/holidays.ts';
import { createReaders } from '../../backend/detection/detectors/readers/index.ts';
import { toDetector, toReport } from '../../backend/detection/detectors/view.ts';
import { eventually } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';
import { startPrometheus, type StandInPrometheus } from './prometheus.ts';
import { shopLike } from '../../scripts/demo/metrics/shopLike.ts';

const MINUTE = 60_000;
const STEP = 5 * MINUTE;
const EXPR = 'sum by (service) (rate(http_requests_total[5m]))';
/** When the planted trouble begins, and for how long. */
const TROUBLE_MS = START_MS + 3 * 3_600_000;
const TROUBLE_LASTS_MS = 60 * MINUTE;
const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'], timeoutMs: 2_000 });

let database: TestDatabase;
let clock: SimulatedClock;
let pipeline: Pipeline;
let prometheus: StandInPrometheus;

beforeAll(async () => {
  prometheus = await startPrometheus();
});
afterAll(async () => {
  await prometheus.close();
  await outbound.close();
});
beforeEach(async () => {
  database = await createTestDatabase();
  clock = createSimulatedClock(START_MS);
  pipeline = await startPipeline(database, { clock });
  prometheus.expressions.clear();
  prometheus.expressions.set(EXPR, [
    { labels: { __name__: 'x', service: 'checkout' }, valueAt: shopLike(100, (atMs) => (atMs >= TROUBLE_MS && atMs < TROUBLE_MS + TROUBLE_LASTS_MS ? 300 : 0)) },
    { labels: { service: 'search' }, valueAt: shopLike(40) },
  ]);
  prometheus.asked.length = 0;
  prometheus.usual = null;
  prometheus.next.length = 0;
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
  expect(prometheus.faults).toEqual([]);
});

const ports = {
  callOut: (request: Parameters<typeof outbound.call>[0]) => outbound.call(request),
  grafana: { isConnected: () => Promise.resolve(false), call: () => Promise.reject(new Error('not asked here')) },
};
const replica = (): Detectors => createDetectors({
  db: database.db, clock, logger: createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' }), orgs: [ORG], intake: pipeline.intake, ports, pageUrl: (id) => `https://grafana.example.com/detectors?id=${id}`,
  exploreUrl: () => '',
});
const holidays = (): Holidays => createHolidays({ db: database.db, clock, callOut: ports.callOut });
const service = (): DetectorService => createDetectorService({ db: database.db, clock, readers: createReaders({ db: database.db, ...ports }), holidays: holidays(), onChanged: () => undefined });

function bodyOf(change: Partial<DetectorBody> = {}): DetectorBody {
  return {
    name: 'Requests of the shop', description: '', query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: STEP / 1_000, direction: 'both', alarmsAWeek: 1, timeZone: 'UTC', holidays: [], holidayCalendar: null, threshold: null, service: null, severity: 'sev2',
    labels: { team: 'shop' }, links: [{ title: 'Dashboard', url: 'https://grafana.example.com/d/shop' }], ...change,
  };
}

async function stateOf(id: DetectorId): Promise<StoredDetector> {
  const found = await findDetector(database.db, ORG, id);
  if (found === null) throw new Error('no detector');
  return found;
}

async function trained(change: Partial<DetectorBody> = {}): Promise<DetectorId> {
  const id = await service().create(ORG, SYSTEM_ACTOR, bodyOf(change));
  const { watch } = replica();
  for (let round = 0; round < 20 && (await stateOf(id)).state === 'train'; round += 1) await watch.look(ORG);
  expect((await stateOf(id)).state).not.toBe('train');
  return id;
}

/** Time passes, step by step, and every replica that lives looks. */
async function pass(minutes: number, replicas: readonly Detectors[]): Promise<void> {
  for (let passed = 0; passed < minutes * MINUTE; passed += STEP) {
    clock.advance(STEP);
    await Promise.all(replicas.map(({ watch }) => watch.look(ORG)));
  }
}

interface Found { service: string; mode: string; from: number; to: number | null }
async function findings(): Promise<Found[]> {
  const rows = await database.db.query<{ service: string; mode: string; starts_at: Date; ends_at: Date | null }>(
    "select f.labels->>'service' as service, f.mode, f.starts_at, f.ends_at from detector_findings as f order by f.starts_at, f.id",
  );
  const minutes = (at: Date): number => (at.getTime() - TROUBLE_MS) / MINUTE;
  return rows.map(({ service: of, mode, starts_at: from, ends_at: to }) => ({ service: of, mode, from: minutes(from), to: to === null ? null : minutes(to) }));
}

async function alerts(): Promise<{ name: string; status: string; service: string | null; labels: Record<string, string>; inIncident: boolean }[]> {
  return database.db.query(
    `select a.name, a.status, a.service, a.labels, exists (select 1 from incident_alerts as k where k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at) as "inIncident"
     from alerts as a where a.source_id = 'muster-detectors' order by a.starts_at`,
  );
}

async function events(): Promise<string[]> {
  return (await database.db.query<{ type: string }>("select e.type from event_log as e where e.type like 'detector.%' order by e.position")).map(({ type }) => type);
}

test('cap 112: it learns from four weeks, finds the planted trouble in shadow, and alerts nobody', async () => {
  const id = await trained();
  const first = prometheus.asked[0];
  expect([first?.startMs, prometheus.asked.at(-1)?.endMs]).toEqual([START_MS - 28 * 86_400_000 - STEP + (START_MS % STEP), START_MS - STEP]);
  expect(await stateOf(id)).toMatchObject({ state: 'shadow', series: 2, error: null });

  await pass(360, [replica()]);

  expect(await findings()).toEqual([{ service: 'checkout', mode: 'shadow', from: 0, to: 60 }]);
  expect(await alerts()).toEqual([]);
  expect(await events()).toEqual(['detector.created', 'detector.state_changed', 'detector.found']);
});

test('cap 110: an active one alerts through ingest with its labels and links, becomes an incident, and is resolved when the values are back in the band', async () => {
  const id = await trained({ service: 'storefront', severity: 'sev1' });
  await service().setState(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, 'active');
  await pass(200, [replica()]);
  await pipeline.correlator.drain(ORG);

  const [alert] = await alerts();
  expect(alert).toMatchObject({ name: 'Requests of the shop', status: 'firing', service: 'storefront', labels: { team: 'shop', detector: 'Requests of the shop', severity: 'sev1' }, inIncident: true });
  const [text] = await database.db.query<{ summary: string; annotations: Record<string, string> }>("select a.summary, a.annotations from alerts as a where a.source_id = 'muster-detectors'");
  expect(text?.summary).toMatch(/^Requests of the shop: the value of service=checkout is \d+\.?\d*, above the usual/);
  expect(text?.annotations).toMatchObject({ dashboard_url: 'https://grafana.example.com/d/shop' });

  const [came] = await database.db.query<{ details: Record<string, string> }>("select a.details from alerts as a where a.source_id = 'muster-detectors'");
  expect(came?.details).toMatchObject({ generatorURL: `https://grafana.example.com/detectors?id=${id}`, dashboardURL: 'https://grafana.example.com/d/shop' });

  await pass(100, [replica()]);
  expect((await alerts()).map(({ status }) => status)).toEqual(['resolved']);
});

test('cap 112: with two replicas, and others in their place every hour, nothing is found twice and no step is left out', async () => {
  const id = await trained();
  await service().setState(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, 'active');
  prometheus.asked.length = 0;
  const from = (await stateOf(id)).evaluatedTo.getTime();
  for (let round = 0; round < 6; round += 1) await pass(60, [replica(), replica()]);

  // Each step was asked for at least once, and counted once.
  const to = (await stateOf(id)).evaluatedTo.getTime();
  const steps = new Set(prometheus.asked.flatMap(({ startMs, endMs, stepMs }) => Array.from({ length: (endMs - startMs) / stepMs + 1 }, (_one, index) => startMs + index * stepMs)));
  for (let atMs = from + STEP; atMs <= to; atMs += STEP) expect(steps).toContain(atMs);
  expect(await findings()).toEqual([{ service: 'checkout', mode: 'active', from: 0, to: 60 }]);
  expect(await alerts()).toHaveLength(1);
});

test('cap 112: a replica that was faster, or dies before the commit, leaves no trace; what was missed is caught up with the same result', async () => {
  const id = await trained();
  // Away for five hours: the whole trouble lies in between.
  clock.advance(6 * 3_600_000);
  await Promise.all([replica().watch.look(ORG), replica().watch.look(ORG)]);
  expect(await findings()).toEqual([{ service: 'checkout', mode: 'shadow', from: 0, to: 60 }]);

  // The state is what it would have been step by step: its copy goes on alike.
  const [kept] = await database.db.query<{ digest: string }>("select md5(string_agg(encode(s.state, 'hex'), ',' order by s.series_key)) as digest from detector_series as s");
  await database.db.query('truncate detectors, detector_series, detector_findings cascade');
  clock = createSimulatedClock(START_MS);
  const again = await trained();
  await pass(360, [replica(), replica()]);
  const [stepwise] = await database.db.query<{ digest: string }>("select md5(string_agg(encode(s.state, 'hex'), ',' order by s.series_key)) as digest from detector_series as s");
  expect(again).not.toBe(id);
  expect(stepwise).toEqual(kept);
});

test('cap 112: of two that look at the same steps one counts, and what somebody took and never finished is taken up again', async () => {
  const id = await trained();
  clock.advance(3 * STEP);
  const evaluate = (): ReturnType<typeof createEvaluate> => createEvaluate({ db: database.db, clock, logger: createLogger({ level: 'silent' }), readers: createReaders({ db: database.db, ...ports }), holidays: holidays(), pageUrl: (of) => of, exploreUrl: () => '', stopping: new AbortController().signal });
  const seen = await stateOf(id);
  expect((await Promise.all([evaluate()(ORG, seen), evaluate()(ORG, seen)])).sort()).toEqual(['moved', 'overtaken']);

  clock.advance(STEP);
  expect(await takeDue(database.db, ORG, clock.now(), 120_000)).toMatchObject({ id });
  expect(await replica().watch.look(ORG)).toBe(0);
  clock.advance(120_000);
  expect(await replica().watch.look(ORG)).toBe(1);
  expect((await stateOf(id)).evaluatedTo.getTime() - seen.evaluatedTo.getTime()).toBe(5 * STEP);
});

test('states of another version let it learn anew: its open alerts end, and it alerts again afterwards', async () => {
  const id = await trained();
  await pass(200, [replica()]);
  await service().setState(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, 'active');
  await database.db.query("update detector_series set state = '\\x00'");
  const { watch } = replica();
  clock.advance(STEP);
  await watch.look(ORG);
  expect((await alerts()).map(({ status }) => status)).toEqual(['resolved']);
  expect(await stateOf(id)).toMatchObject({ state: 'active', afterTraining: 'active', error: null });
});

test('a replica that stops blames no query, and leaves the work to others at once', async () => {
  const id = await trained();
  const { watch } = replica();
  prometheus.next.push({ kind: 'stall' });
  clock.advance(STEP);
  const looking = watch.look(ORG);
  await eventually(() => Promise.resolve(prometheus.next.length), (left) => left === 0);
  await watch.close();
  await looking;
  expect(await stateOf(id)).toMatchObject({ error: null });
  expect(await replica().watch.look(ORG)).toBe(1);
});

test('a query that fails is told with since when, asked ever more seldom, and nothing is missed when it works again', async () => {
  const id = await trained();
  prometheus.usual = { kind: 'fail', status: 503, body: 'out of order' };
  const before = await stateOf(id);
  await pass(120, [replica()]);
  const failing = await stateOf(id);
  expect(failing).toMatchObject({ error: 'Prometheus answered 503', evaluatedTo: before.evaluatedTo });
  expect((failing.errorSince?.getTime() ?? 0) - START_MS).toBe(STEP);

  prometheus.usual = null;
  await pass(300, [replica()]);
  expect(await stateOf(id)).toMatchObject({ error: null, errorSince: null });
  expect(await findings()).toEqual([{ service: 'checkout', mode: 'shadow', from: 0, to: 60 }]);
  expect((await events()).filter((type) => type !== 'detector.created')).toEqual(['detector.state_changed', 'detector.failing', 'detector.recovered', 'detector.found']);
});

test('what nobody looks at any more is told, too', async () => {
  const id = await trained();
  const health = async () => toDetector(await stateOf(id), undefined, 0, undefined, clock.nowMs()).health;
  const { evaluatedTo } = await stateOf(id);
  clock.advance(4 * STEP);
  expect((await health()).status).toBe('ok');
  clock.advance(2 * STEP);
  expect(await health()).toEqual({ status: 'late', error: null, since: evaluatedTo.toISOString(), calendar: null });
  await replica().watch.look(ORG);
  expect((await health()).status).toBe('ok');
});

test('a Prometheus that stalls, drops the line or answers nonsense harms nothing', async () => {
  const id = await trained();
  prometheus.next.push({ kind: 'stall' }, { kind: 'drop' }, { kind: 'fail', status: 200, body: '<html>Sign in</html>' });
  const errors: (string | null)[] = [];
  for (const minutes of [5, 5, 10]) {
    await pass(minutes, [replica()]);
    errors.push((await stateOf(id)).error);
  }
  expect(errors).toEqual([expect.stringContaining('no answer in time'), expect.stringContaining('/api/v1/query_range: '), expect.stringContaining('not one of Prometheus to a range query')]);
  await pass(30, [replica()]);
  expect((await stateOf(id)).error).toBeNull();
});

test('missing values are no anomaly; a finding whose series is gone does not stay open', async () => {
  const goneFrom = TROUBLE_MS + 20 * MINUTE;
  prometheus.expressions.set(EXPR, [
    { labels: { service: 'checkout' }, valueAt: (atMs) => (atMs > goneFrom ? null : shopLike(100, (at) => (at >= TROUBLE_MS ? 300 : 0))(atMs)) },
    { labels: { service: 'search' }, valueAt: (atMs) => (atMs > START_MS && atMs < START_MS + 120 * MINUTE ? null : shopLike(40)(atMs)) },
  ]);
  await trained();
  await pass(360, [replica()]);

  expect(await findings()).toEqual([{ service: 'checkout', mode: 'shadow', from: 0, to: 20 }]);
});

test('cap 112: let alert in the middle of a trouble, it alerts of that; put back into shadow, it ends its alerts', async () => {
  const id = await trained();
  await pass(200, [replica()]);
  expect([(await findings()).map(({ mode, to }) => [mode, to]), await alerts()]).toEqual([[['shadow', null]], []]);
  await service().setState(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, 'active');
  await pass(5, [replica()]);
  expect((await alerts()).map(({ status }) => status)).toEqual(['firing']);
  await service().setState(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, 'shadow');
  await pass(100, [replica()]);

  expect((await alerts()).map(({ status }) => status)).toEqual(['resolved']);
  expect(await findings()).toMatchObject([{ mode: 'active', from: 0 }]);
});

test('a direction that does not count is not found; a removed detector ends its alerts and keeps its findings', async () => {
  const id = await trained({ direction: 'below' });
  await pass(300, [replica()]);
  expect(await findings()).toEqual([]);
  await service().remove(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version);
  expect(await database.db.query('select 1 from detector_series')).toEqual([]);
});

test('another query or time zone lets it learn anew, in shadow; another name or holiday does not', async () => {
  const id = await trained();
  await service().edit(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, bodyOf({ name: 'Renamed', alarmsAWeek: 2, holidays: ['12-25'] }));
  expect(await stateOf(id)).toMatchObject({ state: 'shadow', series: 2 });
  await service().edit(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, bodyOf({ direction: 'above' }));
  expect(await stateOf(id)).toMatchObject({ state: 'train', series: 0 });
  const other = await service().create(ORG, SYSTEM_ACTOR, bodyOf({ name: 'By its clock' }));
  const { watch } = replica();
  for (let round = 0; round < 20 && (await stateOf(other)).state === 'train'; round += 1) await watch.look(ORG);
  await service().edit(ORG, SYSTEM_ACTOR, other, (await stateOf(other)).version, bodyOf({ name: 'By its clock', timeZone: 'Europe/Berlin' }));
  expect(await stateOf(other)).toMatchObject({ state: 'train', series: 0, definition: { timeZone: 'Europe/Berlin' } });
});

test('cap 112: a file of detectors is followed and alone changes its own; applied twice it changes nothing; a fault is told by line', async () => {
  const file = (expr: string, more = ''): { path: string; text: string } => ({
    path: 'detectors.yaml', text: `apiVersion: 1\ndetectors:\n  - id: shop\n    name: From a file\n    afterTraining: active\n    stepSeconds: 300\n    query: { kind: prometheus, url: ${prometheus.url}, expr: "${expr}" }\n${more}`,
  });
  const apply = (given: { path: string; text: string } | null): Promise<number> => provisionDetectors({ db: database.db, clock, readers: createReaders({ db: database.db, ...ports }) }, ORG, given);
  const mine = await service().create(ORG, SYSTEM_ACTOR, bodyOf());
  expect([await apply(file(EXPR)), await apply(file(EXPR)), await apply(null)]).toEqual([1, 0, 0]);
  const [row] = await database.db.query<{ id: string }>("select d.id::text as id from detectors as d where d.provisioned_as = 'shop'");
  const id = detectorId.parse(row?.id);
  const { watch } = replica();
  for (let round = 0; round < 20 && (await stateOf(id)).state === 'train'; round += 1) await watch.look(ORG);
  expect(await stateOf(id)).toMatchObject({ state: 'active', provisionedAs: 'shop', createdBy: 'Provisioning' });
  const { version } = await stateOf(id);
  await expect(service().edit(ORG, SYSTEM_ACTOR, id, version, bodyOf())).rejects.toThrow('this detector is provisioned: change "shop" in detectors.yaml and restart Muster');
  await expect(service().remove(ORG, SYSTEM_ACTOR, id, version)).rejects.toThrow('is provisioned');
  await service().setState(ORG, SYSTEM_ACTOR, id, version, 'shadow');

  // Another text is taken over as it is; another query is learned anew, and what people decided stays.
  expect(await apply(file(EXPR, '    threshold: { value: 500, side: above }\n'))).toBe(1);
  expect(await stateOf(id)).toMatchObject({ state: 'shadow', definition: { threshold: { value: 500, side: 'above' } } });
  expect(await apply(file('up'))).toBe(1);
  expect(await stateOf(id)).toMatchObject({ state: 'train', afterTraining: 'shadow' });
  await expect(apply(file(EXPR, '    severity: dreadful\n'))).rejects.toThrow(/detectors\.yaml:8: detectors\[0\]\.severity/);
  await expect(apply(file(EXPR, '    treshold: { value: 1, side: above }\n'))).rejects.toThrow(/detectors\.yaml:8: detectors\[0\].*treshold/);
  await expect(apply({ path: 'detectors.yaml', text: file(EXPR).text.replace('From a file', 'Requests of the shop') })).rejects.toThrow('detectors.yaml:4: detectors[0].name: there is a detector "Requests of the shop" already that is not this one');
  expect(await apply({ path: 'detectors.yaml', text: 'apiVersion: 1\ndetectors: []\n' })).toBe(1);
  expect(await findDetector(database.db, ORG, id)).toBeNull();
  expect(await findDetector(database.db, ORG, mine)).not.toBeNull();
});

test('findings past their retention are forgotten, those that are not over never', async () => {
  await trained();
  await pass(360, [replica()]);
  expect(await forgetFindings(database.db, new Date(TROUBLE_MS))).toBe(0);
  await database.db.query("insert into detector_findings (org_id, detector_id, name, series_key, labels, mode, starts_at, value, score, views, alert, found_at) select f.org_id, f.detector_id, f.name, 'other', f.labels, f.mode, f.starts_at, f.value, f.score, f.views, f.alert, f.found_at from detector_findings as f");
  expect(await forgetFindings(database.db, clock.now())).toBe(1);
  expect(await findings()).toMatchObject([{ to: null }]);
});

test('cap 112: what it found of another query counts no more once it has learned anew, and while it learns nothing speaks for letting it alert', async () => {
  const id = await trained();
  await pass(360, [replica()]);
  const [found] = await listFindingRows(database.db, ORG, { detector: id, verdict: 'any', after: null, limit: 1 });
  if (found === undefined) throw new Error('nothing was found');
  await database.db.transaction((tx) => judge(tx, ORG, found.id, 'right', 'Ada', clock.now()));
  clock.advance(8 * 86_400_000);
  const report = async (): Promise<object> => {
    const counts = (await countFindings(database.db, ORG, [id])).get(id);
    const { findings: of, ready, precision } = toReport(await stateOf(id), new Date(START_MS), counts, clock.nowMs());
    return { of, ready, right: precision.right };
  };
  expect(await report()).toEqual({ of: 1, ready: true, right: 1 });

  await service().edit(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, bodyOf({ direction: 'below' }));
  expect(await report()).toMatchObject({ ready: false });
  const { watch } = replica();
  for (let round = 0; round < 20 && (await stateOf(id)).state === 'train'; round += 1) await watch.look(ORG);
  expect(await report()).toMatchObject({ of: 0, right: 0 });
});
