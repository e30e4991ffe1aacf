/** What detectors read of a data source of Grafana and of Muster's own alerts, and how they look back. */
import { DETECTOR_SOURCE, type DetectorPreviewBody } from '../../backend/contract/index.ts';
import { createPreview } from '../../backend/detection/detectors/preview.ts';
import { createReaders, type Readers } from '../../backend/detection/detectors/readers/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { GrafanaCallError } from '../../backend/sources/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

const MINUTE = 60_000;
let database: TestDatabase;
let clock: SimulatedClock;
let pipeline: Pipeline;
let readers: Readers;
/** What Grafana is asked, and answers; an error is thrown. */
let asked: unknown[];
let answer: (body: { from: string; to: string; queries: { intervalMs: number }[] }) => unknown;

beforeAll(async () => {
  database = await createTestDatabase();
  clock = createSimulatedClock(START_MS);
  pipeline = await startPipeline(database, { clock });
  readers = createReaders({
    db: database.db, callOut: () => Promise.reject(new Error('not asked here')),
    grafana: {
      isConnected: () => Promise.resolve(true),
      async call(_orgId, { method, path, body }) {
        asked.push({ method, path, body });
        const given: unknown = answer(JSON.parse(JSON.stringify(body)));
        if (given instanceof Error) throw given;
        return given;
      },
    },
  });
});
afterAll(async () => {
  await pipeline.close();
  await database.drop();
});
beforeEach(() => {
  asked = [];
});

const GRAFANA = { kind: 'grafana', datasource: 'influx', query: { query: 'from(bucket)' } } as const;
const SPAN = { fromMs: START_MS, toMs: START_MS + 4 * MINUTE, stepMs: MINUTE };

function framesOf(fields: readonly object[], values: readonly (readonly unknown[])[], name?: string): object {
  return { schema: { ...(name === undefined ? {} : { name }), fields }, data: { values } };
}

test('cap 110: every column of numbers beside one of times is a series; values of no number, and outside the span, are left out', async () => {
  answer = () => ({
    results: {
      A: {
        status: 200, frames: [framesOf(
          [{ name: 'time', type: 'time' }, { name: 'errors', type: 'number', labels: { service: 'checkout' } }, { name: 'note', type: 'string' }, { name: 'slow', type: 'number' }],
          [[START_MS - MINUTE, START_MS + 10_000, START_MS + MINUTE, START_MS + 4 * MINUTE, START_MS + 5 * MINUTE], [9, 1, null, 3, 9], ['', '', '', '', ''], [9, 5, 6, 7, 9]],
        )],
      },
    },
  });
  expect(await readers.read(ORG, GRAFANA, SPAN)).toEqual([
    { labels: { service: 'checkout' }, samples: [{ atMs: START_MS + 10_000, value: 1 }, { atMs: START_MS + 4 * MINUTE, value: 3 }] },
    { labels: { field: 'slow' }, samples: [{ atMs: START_MS + 10_000, value: 5 }, { atMs: START_MS + MINUTE, value: 6 }, { atMs: START_MS + 4 * MINUTE, value: 7 }] },
  ]);
  expect(asked).toEqual([{
    method: 'POST', path: '/api/ds/query', body: {
      from: String(START_MS - MINUTE), to: String(START_MS + 4 * MINUTE),
      queries: [{ intervalMs: MINUTE, maxDataPoints: 6, interval: '60s', range: true, instant: false, query: 'from(bucket)', refId: 'A', datasource: { uid: 'influx' } }],
    },
  }]);
  // Lists and objects go along as they are.
  const nested = { metrics: [{ id: '1', type: 'count' }], bucketAggs: [{ id: '2', type: 'date_histogram', settings: { interval: 'auto' } }] };
  await readers.read(ORG, { ...GRAFANA, query: nested }, SPAN);
  expect(asked[1]).toMatchObject({ body: { queries: [{ ...nested, refId: 'A' }] } });
  // A bucket is whole one step after its name.
  expect(readers.settledMs(GRAFANA, START_MS + 90_000, MINUTE)).toBe(START_MS);
});

test.each([
  ['the data source refuses', () => ({ results: { A: { status: 400, error: 'unknown column' } } }), 'the data source answered 400: unknown column'],
  ['no time series', () => ({ results: { A: { frames: [framesOf([{ name: 'n', type: 'number' }], [[1]])] } } }), 'ask for a time series'],
  ['another answer', () => ({ message: 'hello' }), 'holds no result'],
  ['no token', () => new GrafanaCallError('not_connected', 'no service-account token is set under Settings, Sources'), 'no service-account token is set'],
  ['too many series', () => ({ results: { A: { frames: Array.from({ length: 1_001 }, (_one, index) => framesOf([{ name: 't', type: 'time' }, { name: 'v', type: 'number', labels: { i: String(index) } }], [[], []])) } } }), 'the query gives 1001 series; 1000 at most'],
])('what goes wrong is said in words: %s', async (_name, given, said) => {
  answer = given;
  await expect(readers.read(ORG, GRAFANA, SPAN)).rejects.toThrow(said);
});

test("cap 110: Muster's own alerts are counted by rule, service or source in each step, and none is a value too; drills and detectors do not count", async () => {
  const alert = (fingerprint: string, service: string): object => grafanaAlert({ fingerprint, service, startsAt: clock.nowMs(), name: 'Errors' });
  await pipeline.deliver([alert('a', 'checkout'), alert('b', 'checkout'), alert('c', 'search')]);
  clock.advance(2 * MINUTE);
  await pipeline.deliver([alert('d', 'checkout')]);
  await pipeline.intake.accept({ ...pipeline.origin, sourceId: DETECTOR_SOURCE }, { alerts: [alert('e', 'checkout')] }, Buffer.from(''), null);
  clock.advance(2 * MINUTE);

  const counts = async (by: 'rule' | 'service' | 'source'): Promise<unknown> => (await readers.read(ORG, { kind: 'alerts', by }, SPAN)).map(({ labels, samples }) => [labels, samples.map(({ value }) => value)]);
  expect(await counts('service')).toEqual([[{ service: 'checkout' }, [2, 0, 1, 0, 0]], [{ service: 'search' }, [1, 0, 0, 0, 0]]]);
  expect(await counts('rule')).toEqual([[{ rule: 'Errors' }, [3, 0, 1, 0, 0]]]);
  expect(await counts('source')).toEqual([[{ source: 'grafana' }, [3, 0, 1, 0, 0]]]);
});

test('cap 110: a look back shows values, band and findings of the past weeks, counts the rate after it has learned, and keeps nothing', async () => {
  const trouble = [clock.nowMs() - 5 * 86_400_000, clock.nowMs() - 5 * 86_400_000 + 3_600_000] as const;
  answer = ({ from, to, queries: [query] }) => {
    const times: number[] = [];
    const stepMs = query?.intervalMs ?? MINUTE;
    for (let atMs = Number(from) + stepMs; atMs <= Number(to); atMs += stepMs) times.push(atMs);
    const values = times.map((atMs) => 100 + 30 * Math.sin((2 * Math.PI * atMs) / 86_400_000) + ((atMs / stepMs) * 7919) % 5 + (atMs >= trouble[0] && atMs < trouble[1] ? 300 : 0));
    return { results: { A: { frames: [framesOf([{ name: 't', type: 'time' }, { name: 'v', type: 'number', labels: { service: 'checkout' } }], [times, values])] } } };
  };
  const UTC = { timeZone: 'UTC', holidays: [] };
  const body: DetectorPreviewBody = { query: GRAFANA, stepSeconds: 300, direction: 'both', alarmsAWeek: 1, ...UTC, holidayCalendar: null, days: 28 };
  const look = createPreview({ clock, readers, exploreUrl: () => '' });
  const seen = await look(ORG, body, UTC);
  const [series] = seen.series;

  expect([seen.seriesTotal, seen.points, series?.labels]).toEqual([1, 8_065, { service: 'checkout' }]);
  expect(series?.times.length).toBeLessThanOrEqual(722);
  expect(series?.values).toHaveLength(series?.times.length ?? 0);
  const found = series?.findings.filter(({ startsAt }) => Math.abs(Date.parse(startsAt) - trouble[0]) < 600_000);
  expect(found).toHaveLength(1);
  expect(seen.findingsAWeek).toBeCloseTo((series?.findings.filter(({ startsAt }) => startsAt >= seen.countedFrom).length ?? 0) / 3, 1);
  expect(await database.db.query('select 1 from detectors union all select 1 from detector_series')).toEqual([]);

  // Of a week shown the band and the findings are those of one that had learned before.
  const week = await look(ORG, { ...body, days: 7 }, UTC);
  const { from, to, countedFrom, series: [shown] } = week;
  expect([Date.parse(to) - Date.parse(from), countedFrom, to]).toEqual([7 * 86_400_000, from, seen.to]);
  expect(shown?.findings).toEqual(series?.findings.filter(({ startsAt }) => startsAt >= from));
  expect(shown?.times[0]).toBeGreaterThanOrEqual(Date.parse(from));
  expect(shown?.low.slice(0, 20)).not.toContain(null);
  expect(week.findingsAWeek).toBe(shown?.findings.length);

  answer = () => ({ results: { A: { error: 'no such bucket' } } });
  await expect(look(ORG, body, UTC)).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.query', message: 'the data source answered a fault: no such bucket' }] });
  await expect(Promise.all([1, 2, 3, 4].map(() => look(ORG, body, UTC)))).rejects.toMatchObject({ code: 'overloaded' });
});

test('cap 110: values outside the time that was asked for count once or not at all, whatever a server gives', async () => {
  const at = (minutes: number): number => (START_MS + minutes * MINUTE) / 1_000;
  const body = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: { service: 'a\u0000' }, values: [[1e300, '9'], [at(-1), '9'], [at(0), '1'], [at(4), 'NaN'], [at(5), '9']] }] } });
  const odd = createReaders({ db: database.db, grafana: { isConnected: () => Promise.resolve(false), call: () => Promise.reject(new Error('not asked here')) }, callOut: () => Promise.resolve({ status: 200, headers: {}, body }) });
  expect(await odd.read(ORG, { kind: 'prometheus', url: 'http://odd.example.com', expr: 'up' }, SPAN)).toEqual([{ labels: { service: 'a\ufffd' }, samples: [{ atMs: START_MS, value: 1 }] }]);
});
