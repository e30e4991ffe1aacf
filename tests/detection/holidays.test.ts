/** cap 110: a detector follows a calendar of holidays: read when it is first needed and then daily, kept when it is down, and told in the detector's health. */
import { createDetectors, provisionDetectors, type Detectors } from '../../backend/detection/index.ts';
import { detectorBody, detectorId, type Detector, type DetectorBody, type DetectorId } from '../../backend/contract/index.ts';
import { createDetectorService } from '../../backend/detection/detectors/detectorService.ts';
import { findDetector } from '../../backend/detection/detectors/detectorStore.ts';
import { createHolidays, type Holidays } from '../../backend/detection/detectors/holidays/holidays.ts';
import { selectHolidayCalendars } from '../../backend/detection/detectors/holidays/holidayStore.ts';
import { createReaders } from '../../backend/detection/detectors/readers/index.ts';
import { toDetector } from '../../backend/detection/detectors/view.ts';
import { SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { startStandIn, type StandIn } from '../channels/standIn.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ORG, startPipeline, type Pipeline } from '../harness/pipeline.ts';
import { startPrometheus, type StandInPrometheus } from './prometheus.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So coarse that the days show as a season of their own, which must not hide the calendar. */
const STEP = HOUR / 4;
const EXPR = 'orders';
/** A Wednesday, before a Thursday that is a holiday in parts of Germany. */
const NOW_MS = Date.parse('2026-06-03T12:00:00Z');
const HOLIDAY = '2026-06-04';
const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'], timeoutMs: 2_000 });
const callOut = (request: Parameters<typeof outbound.call>[0]) => outbound.call(request);

let database: TestDatabase;
let clock: SimulatedClock;
let pipeline: Pipeline;
let prometheus: StandInPrometheus;
let feed: StandIn;
let text: string;

const calendar = (...days: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...days.flatMap((day) => ['BEGIN:VEVENT', `UID:${day}`, `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`, 'SUMMARY:Holiday', 'END:VEVENT']), 'END:VCALENDAR', ''].join('\r\n');

beforeAll(async () => {
  prometheus = await startPrometheus();
  feed = await startStandIn({
    serve(request, tools) {
      if (request.method !== 'GET' || request.url !== '/holidays.ics' || request.headers.accept !== 'text/calendar') tools.fault(`${request.method} ${request.url} ${request.headers.accept}`);
      return { status: 200, body: text, headers: { 'Content-Type': 'text/calendar' } };
    },
    settings: (url) => ({ config: { url }, secrets: {}, address: null }),
  });
});
afterAll(async () => {
  await prometheus.close();
  await feed.close();
  await outbound.close();
});
beforeEach(async () => {
  database = await createTestDatabase();
  clock = createSimulatedClock(NOW_MS);
  pipeline = await startPipeline(database, { clock });
  // An office: busy from Monday to Friday by day, on other days and on the holiday not.
  const isBusy = (atMs: number): boolean => new Date(atMs).getUTCDay() % 6 !== 0 && !new Date(atMs).toISOString().startsWith(HOLIDAY) && atMs % DAY >= 8 * HOUR && atMs % DAY < 18 * HOUR;
  prometheus.expressions.set(EXPR, [{ labels: {}, valueAt: (atMs) => (isBusy(atMs) ? 300 : 20) + (((atMs / STEP) * 7919) % 5) }]);
  text = calendar(HOLIDAY);
  feed.seen.length = 0;
  feed.usual = null;
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
  expect([prometheus.faults, feed.faults]).toEqual([[], []]);
});

const ports = { callOut, grafana: { isConnected: () => Promise.resolve(false), call: () => Promise.reject(new Error('not asked here')) } };
const readers = () => createReaders({ db: database.db, ...ports });
const holidays = (): Holidays => createHolidays({ db: database.db, clock, callOut });
const service = () => createDetectorService({ db: database.db, clock, readers: readers(), holidays: holidays(), onChanged: () => undefined });
const replica = (): Detectors => createDetectors({ db: database.db, clock, logger: createLogger({ level: 'silent' }), orgs: [ORG], intake: pipeline.intake, ports, pageUrl: (id) => id, exploreUrl: () => '' });
const address = (): string => `${feed.url}/holidays.ics`;
const bodyOf = (change: object = {}): DetectorBody => detectorBody.parse({ name: 'Orders', query: { kind: 'prometheus', url: prometheus.url, expr: EXPR }, stepSeconds: STEP / 1_000, alarmsAWeek: 7, holidayCalendar: address(), ...change });

async function shown(id: DetectorId): Promise<Detector> {
  const stored = await findDetector(database.db, ORG, id);
  if (stored === null) throw new Error('no detector');
  return toDetector(stored, undefined, 0, (await selectHolidayCalendars(database.db, ORG, [stored.definition.holidayCalendar ?? ''])).get(stored.definition.holidayCalendar ?? ''), clock.nowMs());
}

async function learn(id: DetectorId): Promise<void> {
  const { watch } = replica();
  for (let round = 0; round < 20 && (await shown(id)).state === 'train'; round += 1) await watch.look(ORG);
  expect((await shown(id)).state).toBe('shadow');
}

/** Until the holiday is over, with a look every step. */
async function overTheHoliday(): Promise<number> {
  const { watch } = replica();
  for (let passed = 0; passed < 1.5 * DAY; passed += STEP) {
    clock.advance(STEP);
    await watch.look(ORG);
  }
  return (await database.db.query('select 1 from detector_findings')).length;
}

test('cap 110: the days of its calendar are like Sundays: nothing is found on the holiday, where without a calendar there is', async () => {
  const id = await service().create(ORG, SYSTEM_ACTOR, bodyOf());
  await learn(id);
  expect(await overTheHoliday()).toBe(0);
  expect((await shown(id)).health).toMatchObject({ status: 'ok', calendar: { days: 1, next: null, failure: null } });

  await database.db.query('truncate detectors, detector_series, detector_findings cascade');
  clock = createSimulatedClock(NOW_MS);
  await learn(await service().create(ORG, SYSTEM_ACTOR, bodyOf({ holidayCalendar: null })));
  expect(await overTheHoliday()).toBeGreaterThan(0);
});

test('cap 110: it is read once when it is first needed, then daily by the job; when it is down its days still count, and health says since when and why', async () => {
  const id = await service().create(ORG, SYSTEM_ACTOR, bodyOf());
  expect((await shown(id)).health.calendar).toEqual({ readAt: null, days: 0, next: null, failedSince: null, failure: null });
  await learn(id);
  feed.seen.length = 0;
  await holidays().refresh();
  clock.advance(23 * HOUR);
  await holidays().refresh();
  expect([feed.seen.length, (await shown(id)).health.calendar]).toEqual([0, { readAt: new Date(NOW_MS).toISOString(), days: 1, next: HOLIDAY, failedSince: null, failure: null }]);

  // Another day is known after a day; two replicas at once read it once.
  clock.advance(HOUR);
  text = calendar(HOLIDAY, '2026-12-25');
  await Promise.all([holidays().refresh(), holidays().refresh()]);
  expect([feed.seen.length, (await shown(id)).health.calendar?.days]).toEqual([1, 2]);

  clock.advance(DAY);
  feed.usual = { kind: 'fail', status: 503, body: 'out of order' };
  await holidays().refresh();
  const failedSince = clock.now().toISOString();
  expect((await shown(id)).health).toMatchObject({ calendar: { days: 2, next: '2026-12-25', failedSince, failure: 'the address answered 503' } });
  expect((await holidays().calendarOf(ORG, bodyOf())).holidays).toEqual([HOLIDAY, '2026-12-25']);
  // An hour later it is asked again; an empty calendar is no better.
  clock.advance(HOUR);
  feed.usual = null;
  text = calendar();
  await holidays().refresh();
  expect((await shown(id)).health.calendar).toMatchObject({ days: 2, failedSince, failure: 'the calendar has no all-day events from last month until next year' });
  clock.advance(HOUR);
  text = calendar('2026-12-26');
  await holidays().refresh();
  expect((await shown(id)).health.calendar).toMatchObject({ days: 1, next: '2026-12-26', failedSince: null, failure: null });

  await service().remove(ORG, SYSTEM_ACTOR, id, (await shown(id)).version);
  await holidays().refresh();
  expect(await database.db.query('select 1 from holiday_calendars')).toEqual([]);
});

test('cap 110: an address that cannot be read is refused where it is typed, by its field; one from a file is followed all the same, and learned without until it answers', async () => {
  text = '<html>Sign in</html>';
  await expect(service().create(ORG, SYSTEM_ACTOR, bodyOf())).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.holidayCalendar', message: expect.stringContaining('not an iCalendar text') }] });
  feed.usual = { kind: 'fail', status: 404 };
  await expect(holidays().checked(ORG, bodyOf())).rejects.toMatchObject({ code: 'invalid_input', message: 'the address answered 404' });
  feed.usual = { kind: 'drop' };
  await expect(holidays().checked(ORG, bodyOf())).rejects.toMatchObject({ code: 'unavailable' });
  await expect(holidays().checked(ORG, bodyOf({ holidayCalendar: 'https://calendar.example.org/holidays.ics' }))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('outbound.allow') });
  expect(await database.db.query('select 1 from holiday_calendars union all select 1 from detectors')).toEqual([]);

  const file = (more: string): { path: string; text: string } => ({
    path: 'detectors.yaml', text: `apiVersion: 1\ndetectors:\n  - id: shop\n    name: From a file\n    stepSeconds: 300\n    query: { kind: prometheus, url: ${prometheus.url}, expr: ${EXPR} }\n${more}`,
  });
  const apply = (given: ReturnType<typeof file>): Promise<number> => provisionDetectors({ db: database.db, clock, readers: readers() }, ORG, given);
  expect(await apply(file(`    holidayCalendar: ${address()}\n`))).toBe(1);
  const [row] = await database.db.query<{ id: string }>('select d.id::text as id from detectors as d');
  const id = detectorId.parse(row?.id);
  await learn(id);
  expect((await shown(id)).health.calendar).toMatchObject({ readAt: null, days: 0, failedSince: new Date(NOW_MS).toISOString(), failure: expect.any(String) });
  feed.usual = null;
  text = calendar(HOLIDAY);
  clock.advance(HOUR);
  await holidays().refresh();
  expect((await shown(id)).health.calendar).toMatchObject({ days: 1, next: HOLIDAY, failure: null });
  await expect(apply(file('    holidayCalendar: calendar.example.com\n'))).rejects.toThrow(/detectors\.yaml:7: detectors\[0\]\.holidayCalendar: must begin with https:\/\//);
  await expect(apply({ path: 'detectors.yaml', text: file(`    holidayCalendar: ${address()}\n`).text.replace(/query: .*/, 'query: { kind: loki, from: { datasource: shop }, expr: "{a=~\\".+\\"}" }') })).rejects.toThrow(
    /detectors\.yaml:3: detectors\[0\]: patterns of logs do not depend on holidayCalendar: leave it out/,
  );
});
