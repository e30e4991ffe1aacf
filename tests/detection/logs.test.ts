/** Detectors of log patterns from their training to the alert, on a real database, a clock of the test and a stand-in Loki. */
import { createDetectors, type Detectors } from '../../backend/detection/index.ts';
import { detectorBody, detectorFinding, type DetectorBody, type DetectorFinding, type DetectorId, type DetectorPreviewBody } from '../../backend/contract/index.ts';
import { createDetectorService, type DetectorService } from '../../backend/detection/detectors/detectorService.ts';
import { findDetector, type StoredDetector } from '../../backend/detection/detectors/detectorStore.ts';
import { listFindingRows } from '../../backend/detection/detectors/findingStore.ts';
import { createHolidays } from '../../backend/detection/detectors/holidays/holidays.ts';
import { createPreview } from '../../backend/detection/detectors/preview.ts';
import { createReaders, type LogQuery } from '../../backend/detection/detectors/readers/index.ts';
import { MOST_LINES_A_STEP } from '../../backend/detection/detectors/readers/loki.ts';
import { toFinding } from '../../backend/detection/detectors/view.ts';
import { SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { exploreLogsUrl } from '../../backend/platform/exploreUrl.ts';
import { GrafanaCallError } from '../../backend/sources/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';
import { startLoki, type StandInLine, type StandInLoki } from './loki.ts';

const MINUTE = 60_000;
const STEP = 5 * MINUTE;
const DAY = 86_400_000;
const EXPR = '{namespace="shop"}';
const TROUBLE_MS = START_MS + 60 * MINUTE;
const TROUBLE_LASTS_MS = 30 * MINUTE;
const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'], timeoutMs: 2_000 });

let database: TestDatabase;
let clock: SimulatedClock;
let pipeline: Pipeline;
let loki: StandInLoki;
/** What Grafana answers beside the proxy to Loki; null: the proxy works. */
let grafanaFault: GrafanaCallError | null;

/** A line a minute of each usual kind; while there is trouble, one of another kind too. */
function shopLines(fromMs: number, toMs: number): StandInLine[] {
  const lines: StandInLine[] = [];
  for (let atMs = Math.ceil(fromMs / MINUTE) * MINUTE; atMs < toMs; atMs += MINUTE) {
    lines.push({ atMs, text: `level=info order ${atMs} placed`, labels: { service_name: 'checkout' } });
    if (atMs % (7 * MINUTE) === 0) lines.push({ atMs, text: `level=warn retry ${atMs % 13} of ledger`, labels: { service_name: 'payments' } });
    if (atMs >= TROUBLE_MS && atMs < TROUBLE_MS + TROUBLE_LASTS_MS) lines.push({ atMs, text: `level=error cannot open ledger ${atMs} password=hunter`, labels: { service_name: 'payments' } });
  }
  return lines;
}

beforeAll(async () => {
  loki = await startLoki();
});
afterAll(async () => {
  await loki.close();
  await outbound.close();
});
beforeEach(async () => {
  database = await createTestDatabase();
  clock = createSimulatedClock(START_MS);
  pipeline = await startPipeline(database, { clock });
  loki.queries.clear();
  loki.queries.set(EXPR, shopLines);
  loki.asked.length = 0;
  loki.next.length = 0;
  loki.usual = null;
  loki.mostLines = 5_000;
  grafanaFault = null;
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
  expect(loki.faults).toEqual([]);
});

const ports = {
  callOut: (request: Parameters<typeof outbound.call>[0]) => outbound.call(request),
  grafana: {
    isConnected: () => Promise.resolve(true),
    /** The proxy of a data source hands the rest of the path on as it is. */
    async call(_orgId: unknown, { method, path, query = {} }: { method: string; path: string; query?: Readonly<Record<string, string>> }): Promise<unknown> {
      if (grafanaFault !== null) throw grafanaFault;
      expect([method, path]).toEqual(['GET', '/api/datasources/proxy/uid/shop-logs/loki/api/v1/query_range']);
      const { status, body } = await outbound.call({ url: `${loki.url}/loki/api/v1/query_range?${new URLSearchParams(query).toString()}`, method: 'GET' });
      if (status !== 200) throw new GrafanaCallError('failed', `Grafana answered ${status}`, status);
      return JSON.parse(body);
    },
  },
};
const exploreUrl = (...asked: Parameters<typeof exploreLogsUrl>): string => `https://grafana.example.com${exploreLogsUrl(...asked)}`;
const readers = () => createReaders({ db: database.db, ...ports });
const replica = (): Detectors => createDetectors({
  db: database.db, clock, logger: createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' }), orgs: [ORG], intake: pipeline.intake, ports, pageUrl: (id) => `https://grafana.example.com/detectors?id=${id}`, exploreUrl,
});
const service = (): DetectorService => createDetectorService({ db: database.db, clock, readers: readers(), holidays: createHolidays({ db: database.db, clock, callOut: ports.callOut }), onChanged: () => undefined });
const direct = (): LogQuery => ({ kind: 'loki', from: { url: `${loki.url}/` }, expr: EXPR, by: 'service_name' });
const proxied: LogQuery = { kind: 'loki', from: { datasource: 'shop-logs' }, expr: EXPR, by: 'service_name' };
const bodyOf = (query: LogQuery): DetectorBody => detectorBody.parse({ name: 'Logs of the shop', query, stepSeconds: STEP / 1_000, alarmsAWeek: 1, severity: 'sev2', labels: { team: 'shop' } });

async function stateOf(id: DetectorId): Promise<StoredDetector> {
  const found = await findDetector(database.db, ORG, id);
  if (found === null) throw new Error('no detector');
  return found;
}

async function trained(query: LogQuery): Promise<DetectorId> {
  const id = await service().create(ORG, SYSTEM_ACTOR, bodyOf(query));
  const { watch } = replica();
  for (let round = 0; round < 20 && (await stateOf(id)).state === 'train'; round += 1) await watch.look(ORG);
  expect((await stateOf(id)).state).toBe('shadow');
  return id;
}

async function pass(minutes: number, replicas: readonly Detectors[]): Promise<void> {
  for (let passed = 0; passed < minutes * MINUTE; passed += STEP) {
    clock.advance(STEP);
    await Promise.all(replicas.map(({ watch }) => watch.look(ORG)));
  }
}

const findings = async () => (await listFindingRows(database.db, ORG, { detector: null, verdict: 'any', after: null, limit: 50 })).map((row) => detectorFinding.parse(toFinding(row)));
const digest = async (): Promise<unknown> => database.db.query("select s.series_key, md5(s.state) as state from detector_series as s order by s.series_key");

test('cap 111: it learns a week of lines, finds the new pattern in shadow with template, example and how often, and alerts nobody', async () => {
  const id = await trained(direct());
  expect(loki.asked[0]?.fromMs).toBe(Math.floor((START_MS - 30_000) / STEP) * STEP - 7 * DAY - STEP);
  expect(await stateOf(id)).toMatchObject({ series: 2, error: null });

  await pass(180, [replica()]);
  expect(await findings()).toMatchObject([{
    mode: 'shadow', labels: { service_name: 'payments' }, startsAt: new Date(TROUBLE_MS).toISOString(), alert: null, expected: { low: 0, mid: 0, high: 0 },
    pattern: { kind: 'new', template: 'level=error cannot open ledger <*> password=…', example: expect.stringMatching(/^level=error cannot open ledger \S+ password=…$/), lines: 30, firstAt: new Date(TROUBLE_MS).toISOString(), explore: null },
  }]);
  expect(await database.db.query("select 1 from alerts as a where a.source_id = 'muster-detectors'")).toEqual([]);
});

test('cap 111: an active one, asked through Grafana, alerts through ingest with labels and a link to Explore, becomes an incident, and is resolved when the lines stay away', async () => {
  const id = await trained(proxied);
  await service().setState(ORG, SYSTEM_ACTOR, id, (await stateOf(id)).version, 'active');
  await pass(70, [replica()]);
  await pipeline.correlator.drain(ORG);

  const alerts = (): Promise<{ status: string; service: string; labels: Record<string, string>; annotations: Record<string, string>; summary: string; incidents: number }[]> => database.db.query(
    `select a.status, a.service, a.labels, a.annotations, a.summary, (select count(*)::integer from incident_alerts as k where k.org_id = a.org_id and k.alert_key = a.alert_key) as incidents
     from alerts as a where a.source_id = 'muster-detectors'`,
  );
  const [alert, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    status: 'firing', service: 'payments', incidents: 1, summary: 'Logs of the shop: new log pattern of service_name=payments: level=error cannot open ledger <*> password=…',
    labels: { team: 'shop', service: 'payments', log_pattern: expect.stringMatching(/^[0-9a-f]{16}$/), alertname: 'Logs of the shop' },
  });
  const panes = JSON.parse(new URL(alert?.annotations['explore_url'] ?? '').searchParams.get('panes') ?? '{}');
  expect(panes).toMatchObject({ muster: { datasource: 'shop-logs', queries: [{ expr: `${EXPR} |= \`level=error cannot open ledger\`` }], range: { from: String(TROUBLE_MS - 15 * MINUTE) } } });

  await pass(90, [replica()]);
  expect((await alerts()).map(({ status }) => status)).toEqual(['resolved']);
  expect(await findings()).toMatchObject([{ mode: 'active', startsAt: new Date(TROUBLE_MS).toISOString(), pattern: { lines: 30 } }]);
});

test('cap 111: with two replicas, and others in their place on the way, each line counts once; away for hours, it catches up with the same result to the bit', async () => {
  await trained(direct());
  for (let round = 0; round < 4; round += 1) await pass(45, [replica(), replica()]);
  const stepwise = { findings: await findings(), digest: await digest() };
  expect(stepwise.findings).toHaveLength(1);

  await database.db.query('truncate detectors, detector_series, detector_findings cascade');
  clock = createSimulatedClock(START_MS);
  await trained(direct());
  clock.advance(180 * MINUTE);
  await Promise.all([replica().watch.look(ORG), replica().watch.look(ORG)]);
  const caughtUp = await findings();
  const saidOf = (all: readonly DetectorFinding[]): unknown => all.map(({ startsAt, endsAt, score, pattern }) => ({ startsAt, endsAt, score, pattern }));
  expect(saidOf(caughtUp)).toEqual(saidOf(stepwise.findings));
  expect(await digest()).toEqual(stepwise.digest);
});

test('a Loki that fails, throttles, stalls, drops the line or answers nonsense is told of in words, and nothing is missed', async () => {
  const id = await trained(direct());
  loki.next.push({ kind: 'fail', status: 500, body: 'out of order' }, { kind: 'throttle', seconds: 5 }, { kind: 'stall' }, { kind: 'drop' }, { kind: 'fail', status: 200, body: '<html>Sign in</html>' }, { kind: 'fail', status: 200, body: { status: 'success', data: { resultType: 'matrix', result: [] } } });
  const errors = new Set<string | null>();
  for (let round = 0; round < 60; round += 1) {
    await pass(5, [replica()]);
    errors.add((await stateOf(id)).error);
  }
  expect([...errors]).toEqual(expect.arrayContaining(['Loki answered 500', 'Loki answered 429: too many requests', expect.stringContaining('no answer in time'), expect.stringContaining('not one of Loki to a range query'), expect.stringContaining('gives values, not lines'), null]));
  expect(await findings()).toMatchObject([{ pattern: { lines: 30 }, startsAt: new Date(TROUBLE_MS).toISOString() }]);

  grafanaFault = new GrafanaCallError('refused', 'Grafana answered 403: no permission', 403);
  await expect(readers().readLines(ORG, proxied, { fromMs: START_MS, toMs: START_MS + STEP, stepMs: STEP }, 10)).rejects.toThrow('Grafana answered 403: no permission');
});

test('lines are read page by page, each once, also where a page ends within an instant; of a step with too many the first ones count', async () => {
  const span = { fromMs: START_MS + MINUTE, toMs: START_MS + 4 * MINUTE, stepMs: MINUTE };
  // Thrice as many as a page, in bundles of 700 at the same instant.
  const many = Array.from({ length: 9_800 }, (_one, index): StandInLine => ({ atMs: START_MS + Math.floor(index / 700) * 10_000, text: `line ${index}`, labels: { n: String(index % 3) } }));
  loki.queries.set(EXPR, () => many);
  loki.mostLines = 1_500;
  const read = await readers().readLines(ORG, direct(), span, 100_000);
  expect([new Set(read.lines.map(({ text }) => text)).size, read.lines.length, read.reachedMs, read.cutSteps]).toEqual([9_800, 9_800, span.toMs, 0]);
  expect(read.lines.map(({ atMs }) => atMs)).toEqual([...read.lines.map(({ atMs }) => atMs)].sort((a, b) => a - b));

  // No more than are wanted, in whole steps; the rest comes with the next call.
  const first = await readers().readLines(ORG, direct(), span, 4_000);
  expect([first.lines.length, first.reachedMs]).toEqual([4_200, START_MS + MINUTE]);
  const rest = await readers().readLines(ORG, direct(), { ...span, fromMs: first.reachedMs + MINUTE }, 100_000);
  expect([...first.lines, ...rest.lines].map(({ text }) => text)).toEqual(read.lines.map(({ text }) => text));

  const flood = Array.from({ length: 26_000 }, (_one, index): StandInLine => ({ atMs: START_MS + (index < 22_000 ? index : MINUTE + index), text: `line ${index}` }));
  loki.queries.set(EXPR, () => flood);
  loki.mostLines = 5_000;
  const cut = await readers().readLines(ORG, direct(), span, 100_000);
  expect([cut.lines.length, cut.cutSteps, cut.cutToMs, cut.lines[MOST_LINES_A_STEP]?.text]).toEqual([MOST_LINES_A_STEP + 4_000, 1, START_MS + MINUTE, 'line 22000']);
  loki.queries.set(EXPR, (fromMs, toMs) => flood.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  const id = await trained(direct());
  await pass(10, [replica()]);
  const row = await stateOf(id);
  expect([row.cutSteps, row.cutAt]).toEqual([1, new Date(START_MS + STEP)]);
});

test('cap 111: a look back learns in the first half and says what it would have found in the second, with template and example, and keeps nothing', async () => {
  clock = createSimulatedClock(TROUBLE_MS + DAY);
  const look = createPreview({ clock, readers: readers(), exploreUrl });
  const UTC = { timeZone: 'UTC', holidays: [] };
  const body: DetectorPreviewBody = { query: direct(), stepSeconds: 300, direction: 'both', alarmsAWeek: 1, ...UTC, holidayCalendar: null, days: 28 };
  const seen = await look(ORG, body, UTC);
  expect(Date.parse(seen.to) - Date.parse(seen.from)).toBeLessThanOrEqual(7 * DAY);
  expect(seen.series[0]?.findings).toMatchObject([{ startsAt: new Date(TROUBLE_MS).toISOString(), pattern: { kind: 'new', template: 'level=error cannot open ledger <*> password=…' } }]);
  expect(seen.findingsAWeek).toBeCloseTo(2, 1);
  // Of a day shown it has learned in the days before.
  const day = await look(ORG, { ...body, days: 1 }, UTC);
  expect([Date.parse(day.to) - Date.parse(day.from), day.countedFrom, day.series[0]?.findings.length]).toEqual([DAY, day.from, 1]);
  expect(day.series[0]?.times[0]).toBeGreaterThanOrEqual(Date.parse(day.from));
  expect(await database.db.query('select 1 from detectors union all select 1 from detector_series')).toEqual([]);

  await expect(look(ORG, { ...body, query: { ...direct(), expr: 'nonsense' } }, UTC)).rejects.toMatchObject({ fields: [{ field: 'body.query', message: expect.stringContaining('Loki answered 400: parse error at line 1') }] });
  loki.queries.set(EXPR, () => []);
  expect(await look(ORG, body, UTC)).toMatchObject({ series: [], findingsAWeek: null, points: 0 });
});

test('cap 111: what a database cannot hold (a NUL, half of a character) stops no detector, in lines, labels and words of a fault', async () => {
  const emoji = '\u{1f4a5}';
  const odd = (atMs: number): string => `level=error cannot open \u0000 ledger ${emoji.repeat(170)}${emoji.slice(0, 1)} ${'long words '.repeat(60)}${emoji.repeat(300)} ${atMs}`;
  loki.queries.set(EXPR, (fromMs, toMs) => shopLines(fromMs, toMs).map((line) => (line.text.startsWith('level=error') ? { ...line, text: odd(line.atMs), labels: { service_name: `pay${emoji.slice(1)}\u0000` } } : line)));
  const id = await trained(direct());
  await pass(180, [replica()]);
  expect(await stateOf(id)).toMatchObject({ error: null });
  expect(await findings()).toMatchObject([{ labels: { service_name: 'pay\ufffd\ufffd' }, startsAt: new Date(TROUBLE_MS).toISOString(), pattern: { lines: 30, template: expect.stringMatching(/^level=error cannot open \ufffd ledger/) } }]);

  loki.usual = { kind: 'fail', status: 400, body: `parse error near \u0000${'x'.repeat(275)}${emoji.repeat(20)}` };
  await pass(5, [replica()]);
  expect((await stateOf(id)).error).toMatch(/^Loki answered 400: parse error near \ufffdx/);
});
