import { detectorId, orgId, type DetectorQuery, type IncidentAssessment } from '#contract';
import type { WatchedSeries } from '../../../detection/index.ts';
import { randomFrom } from '../../../platform/seededRandom.ts';
import { diagnose, type DiagnoseInput } from './diagnose.ts';
import { suspectsOf } from './suspects.ts';
import { tableOf } from './table.ts';

const MINUTE = 60_000;
const T = Date.UTC(2026, 0, 5, 12);
const ORG = orgId.parse(1);
const PROMETHEUS: DetectorQuery = { kind: 'prometheus', url: 'http://prometheus.example.com:9090', expr: 'avg by (service) (latency_seconds)' };
const GRAPH = { nodes: ['web', 'db', 'mail'], edges: [['web', 'db'], ['web', 'mail']] as const };
const ROOT: IncidentAssessment['roots'] = [{ service: 'web', score: 0.9, evidence: [{ kind: 'first', text: 'its alert came first', weight: 0.5 }] }];

function seriesOf(service: string, level: number, fromMinute: number | null, more: Partial<WatchedSeries> = {}): WatchedSeries {
  const random = randomFrom(service.length + level);
  const samples = Array.from({ length: 24 * 60 + 20 }, (_, place) => {
    const atMs = T + (place - 24 * 60) * MINUTE;
    return { atMs, value: level * (1 + 0.1 * (random() - 0.5)) + (fromMinute !== null && atMs >= T + fromMinute * MINUTE ? 4 * level : 0) };
  });
  return { detector: detectorId.parse('3'), name: 'Latency', state: 'shadow', query: PROMETHEUS, direction: 'above', stepMs: MINUTE, service, labels: { service }, samples, findings: [], ...more };
}

function look(series: readonly WatchedSeries[], minute: number, more: Partial<DiagnoseInput> = {}) {
  const known = series.map((each) => ({ ...each, samples: each.samples.filter(({ atMs }) => atMs <= T + minute * MINUTE) }));
  return diagnose({ orgId: ORG, series: known, graph: GRAPH, noticed: ['web'], onsetMs: T + 3 * MINUTE, untilMs: T + minute * MINUTE, ...more });
}

test('cap 117: what it needs changed earlier: that is first, with series, time and query; what was noticed is its symptom, also where only alerts speak of it', () => {
  const db = seriesOf('db', 0.02, 0, { findings: [{ startsAtMs: T, endsAtMs: null, score: 0.97, mode: 'shadow' }] });
  for (const [all, minute] of [[[seriesOf('web', 0.2, 3), db, seriesOf('mail', 0.1, null)], 5], [[seriesOf('web', 0.2, 3), db], 12], [[db], 5]] as const) {
    const suspects = suspectsOf(ROOT, look(all, minute));
    expect(suspects.slice(0, 2).map(({ service }) => service)).toEqual(['db', 'web']);
    expect(suspects[0]?.evidence[0]).toMatchObject({ kind: 'explains', text: 'changed first; explains the trouble of web' });
    expect(suspects[0]?.series[0]).toMatchObject({
      name: 'Latency', state: 'shadow', changedAt: new Date(T).toISOString(), finding: { score: 0.97, mode: 'shadow' }, query: { kind: 'prometheus', url: expect.stringContaining('http://prometheus.example.com:9090/graph?g0.expr=avg+by') },
    });
    expect(suspects[1]?.evidence).toContainEqual(expect.objectContaining({ kind: 'symptom', text: expect.stringMatching(/^a symptom: db, which it needs, changed [34] min earlier$/) }));
    expect(suspects.reduce((sum, { score }) => sum + score, 0)).toBeLessThanOrEqual(1);
  }
});

test('cap 117: calm metrics, and none at all, leave the suspects of the engine as they are', () => {
  const calm = look([seriesOf('web', 0.2, null), seriesOf('db', 0.02, null)], 10);
  expect(calm.state).toBe('calm');
  expect(look([], 10).state).toBe('none');
  for (const diagnosis of [calm, look([], 10), null]) expect(suspectsOf(ROOT, diagnosis)).toEqual([{ ...ROOT[0], text: 'web failed first', series: [] }]);
});

test('series with other steps stand in one table: a value holds until the next is due, and not longer', () => {
  const slow = seriesOf('db', 1, null, { stepMs: 5 * MINUTE, samples: [{ atMs: T, value: 1 }, { atMs: T + 10 * MINUTE, value: 2 }] });
  const made = tableOf([seriesOf('web', 1, null), slow], { fromMs: T, toMs: T + 11 * MINUTE });
  expect(made?.table.timesMs).toHaveLength(12);
  expect(made?.columns[1]?.values).toEqual([1, 1, 1, 1, 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 2, 2]);
});

test('a query of Grafana opens in Explore, about the time of the incident', () => {
  const query: DetectorQuery = { kind: 'grafana', datasource: 'loki-1', query: { expr: 'rate({app="db"}[1m])' } };
  const [first] = look([seriesOf('web', 0.2, 3), seriesOf('db', 0.02, 0, { query })], 8).services.filter(({ service }) => service === 'db');
  const url = new URL(first?.series[0]?.query.url ?? '', 'https://grafana.example.com');
  expect([url.pathname, url.searchParams.get('schemaVersion'), url.searchParams.get('orgId')]).toEqual(['/explore', '1', '1']);
  expect(JSON.parse(url.searchParams.get('panes') ?? '')).toEqual({
    muster: { datasource: 'loki-1', queries: [{ expr: 'rate({app="db"}[1m])', refId: 'A', datasource: { uid: 'loki-1' } }], range: { from: expect.stringMatching(/^\d{13}$/), to: expect.stringMatching(/^\d{13}$/) } },
  });
});
