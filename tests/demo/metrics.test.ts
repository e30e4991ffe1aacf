import { parse, stringify } from 'yaml';
import { detectorBody } from '../../backend/contract/index.ts';
import { outlookOf, pastsOf } from '../../backend/insight/breaches/outlook.ts';
import { LET_ALERT, demoDetectors } from '../../scripts/demo/metrics/detectors.ts';
import { LOG_QUERY, shopLines } from '../../scripts/demo/metrics/lines.ts';
import { createStory, PLAYED_MS, type Story } from '../../scripts/demo/metrics/story.ts';
import { EXPRESSIONS, FULL_AFTER_MS, shopSeries, VOLUME_LIMIT } from '../../scripts/demo/metrics/values.ts';
import { createPastClock } from '../../scripts/demo/pastClock.ts';

const BEGUN_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const MINUTE = 60_000;
const OUTAGE_MS = BEGUN_MS + 3 * MINUTE;
const calm = createStory(BEGUN_MS);
const broken = createStory(BEGUN_MS, [{ startMs: OUTAGE_MS, healedMs: null }]);

function valueOf(story: Story, expr: string, service: string, atMs: number): number {
  const found = shopSeries(() => story).get(expr)?.find(({ labels }) => labels['service'] === service);
  return found?.valueAt(atMs) ?? Number.NaN;
}

test("the demo's detectors are ones, over queries that its stand-ins answer; those that are let alert are among them", () => {
  const { detectors }: { detectors: { id: string; afterTraining?: string }[] } = parse(stringify(demoDetectors({ prometheus: 'http://127.0.0.1:1', loki: 'http://127.0.0.1:2' }, 'http://127.0.0.1:3')));
  const queries = detectors.map((one) => detectorBody.parse(one).query);

  expect(queries.flatMap((query) => ('expr' in query ? [query.expr] : [])).sort()).toEqual([...Object.values(EXPRESSIONS), LOG_QUERY].sort());
  expect(detectors.map(({ id }) => id)).toEqual(expect.arrayContaining([...LET_ALERT]));
});

test('a series is the same each time it is asked for; an outage is in it where its services were caught, until they are well', () => {
  const during = OUTAGE_MS + 2 * MINUTE;
  expect(valueOf(broken, EXPRESSIONS.databaseTime, 'payments-db', during)).toBe(valueOf(broken, EXPRESSIONS.databaseTime, 'payments-db', during));
  expect(valueOf(broken, EXPRESSIONS.databaseTime, 'payments-db', during)).toBeGreaterThan(20 * valueOf(calm, EXPRESSIONS.databaseTime, 'payments-db', during));
  expect(valueOf(broken, EXPRESSIONS.databaseTime, 'payments-db', OUTAGE_MS - MINUTE)).toBe(valueOf(calm, EXPRESSIONS.databaseTime, 'payments-db', OUTAGE_MS - MINUTE));
  const healed = createStory(BEGUN_MS, [{ startMs: OUTAGE_MS, healedMs: during }]);
  expect(valueOf(healed, EXPRESSIONS.errors, 'orders', during + 10 * MINUTE)).toBeLessThan(1);
  expect(valueOf(broken, EXPRESSIONS.errors, 'orders', during + 10 * MINUTE)).toBeGreaterThan(10);
});

test('cap 113: the volume is forecast to be full about when it will be', () => {
  const outlook = outlookOf(pastsOf({ kind: 'prometheus', url: 'http://127.0.0.1:1', expr: EXPRESSIONS.volume }, 300).map((past) => {
    const values = Float64Array.from({ length: past.steps }, (_, step) => valueOf(calm, EXPRESSIONS.volume, 'search-indexer', BEGUN_MS - (past.steps - 1 - step) * past.stepMs));
    return { past, toMs: BEGUN_MS, values };
  }), { value: VOLUME_LIMIT, side: 'above' });

  expect(outlook?.breach?.medianMs).toBeGreaterThan(BEGUN_MS + FULL_AFTER_MS - 30 * MINUTE);
  expect(outlook?.breach?.medianMs).toBeLessThan(BEGUN_MS + FULL_AFTER_MS + 30 * MINUTE);
});

test('cap 111: lines are the same however they are asked for; those of an outage are of a kind that was never there', () => {
  const texts = (story: Story, fromMs: number, toMs: number): string[] => shopLines(story, fromMs, toMs).map(({ atMs, text }) => `${atMs} ${text}`);
  const whole = texts(broken, BEGUN_MS, BEGUN_MS + 20 * MINUTE);
  expect([...texts(broken, BEGUN_MS, BEGUN_MS + 7 * MINUTE), ...texts(broken, BEGUN_MS + 7 * MINUTE, BEGUN_MS + 20 * MINUTE)]).toEqual(whole);
  expect(whole.some((text) => text.includes('FATAL'))).toBe(true);
  expect(texts(calm, BEGUN_MS - PLAYED_MS, BEGUN_MS + 20 * MINUTE).some((text) => text.includes('FATAL'))).toBe(false);
});

test('a clock of the past goes on from there; what falls due while it is put forward is done once, in order', () => {
  const clock = createPastClock(BEGUN_MS);
  const done: string[] = [];
  const every = clock.every(2_000, () => void done.push('every'));
  clock.after(5 * MINUTE, () => void done.push('after'));
  clock.after(3_600_000, () => void done.push('much later'));
  const stopped = clock.after(MINUTE, () => void done.push('stopped'));
  stopped.stop();

  clock.putForwardTo(BEGUN_MS + 10 * MINUTE);
  clock.putForwardTo(BEGUN_MS);

  every.stop();
  expect(done).toEqual(['every', 'after']);
  expect(clock.nowMs()).toBeGreaterThanOrEqual(BEGUN_MS + 10 * MINUTE);
});
