/** A detector as the service answers it: what it is, what it found, how it looks back and how it does; and what somebody may do with it. */
import { detectorId, findingId, type Detector, type DetectorFinding, type DetectorPreview, type DetectorReport } from '#contract';
import { createFakeBackend, type FakeBackend } from './fakeBackend.ts';
import { meWith, pageOf } from './fixtures.ts';
import { dataSources, published } from './grafanaRuntime.tsx';

export const READING = ['listDetectors', 'listDetectorFindings', 'getDetectorChart', 'getDetectorReport', 'listForecasts'] as const;
export const ALL = [...READING, 'createDetector', 'putDetector', 'deleteDetector', 'setDetectorState', 'previewDetector', 'previewForecast', 'judgeFinding'] as const;
export const ID = detectorId.parse('4');
export const DETECTOR: Detector = {
  id: ID, name: 'Checkout requests', description: 'Orders per second', query: { kind: 'prometheus', url: 'http://prometheus.example.com:9090', expr: 'sum(rate(orders_total[5m]))' }, stepSeconds: 60, direction: 'both',
  alarmsAWeek: 1, threshold: null, service: 'checkout', severity: 'sev2', labels: { team: 'shop' }, links: [], state: 'shadow', stateSince: '2026-03-01T10:00:00.000Z', selfShadow: null, trained: null,
  health: { status: 'ok', error: null, since: null, calendar: null }, series: 1, evaluatedTo: '2026-03-08T10:00:00.000Z', cost: { queryMs: 18, computeMs: 0.4, stateBytes: 3_900 },
  timeZone: 'UTC', holidays: [], holidayCalendar: null, cut: { steps: 0, lastAt: null }, findings: 4, openFindings: 1, lastFoundAt: '2026-03-08T09:00:00.000Z', precision: { right: 2, wrong: 1, unjudged: 1, value: 2 / 3, low: 0.2, high: 0.94 }, createdAt: '2026-03-01T09:59:00.000Z', createdBy: 'Ada', provisionedAs: null, version: 3,
};
export const FINDING: DetectorFinding = {
  id: findingId.parse('9'), detector: ID, name: DETECTOR.name, mode: 'shadow', labels: { service: 'checkout' }, startsAt: '2026-03-08T09:00:00.000Z', endsAt: '2026-03-08T09:20:00.000Z', value: 403.2,
  expected: { low: 82, mid: 100, high: 120 }, score: 0.91, views: { point: 4, sustained: 3, level: 0, shape: 0.1, drift: 0 }, pattern: null, verdict: null, judgedBy: null, judgedAt: null, alert: null,
};
export const HOUR = 3_600_000;
export const FROM_MS = Date.parse('2026-03-01T10:00:00.000Z');
export const PREVIEW: DetectorPreview = {
  from: '2026-03-01T10:00:00.000Z', to: '2026-03-08T10:00:00.000Z', seriesTotal: 1, findingsAWeek: 0.7, countedFrom: '2026-03-04T22:00:00.000Z', points: 10_080, queryMs: 120, computeMs: 90,
  series: [{
    labels: { service: 'checkout' }, times: [FROM_MS, FROM_MS + HOUR, FROM_MS + 2 * HOUR], values: [100, null, 403], low: [82, null, 82], high: [120, null, 120],
    findings: [{ startsAt: '2026-03-01T12:00:00.000Z', endsAt: null, value: 403, score: 0.9, pattern: null }],
  }],
};
export const REPORT: DetectorReport = {
  detector: ID, state: 'shadow', since: '2026-03-01T10:00:00.000Z', weeks: 1, findings: 4, findingsAWeek: 4, wrongAWeek: 1, alarmsAWeek: 1, precision: DETECTOR.precision, ready: false,
  reasons: ['2 of 3 judged findings were right (67 %, 95 %: 21 to 94 %).', 'It has watched for 7 days.'],
};

/** A service with that detector, for somebody who may do everything with it; nothing is left of the test before. */
export function backendWithDetector(): FakeBackend {
  published.length = 0;
  dataSources.length = 0;
  const backend = createFakeBackend();
  backend.answer('getMe', { ok: meWith([...ALL]) });
  backend.answer('listDetectors', { ok: pageOf([DETECTOR]) });
  backend.answer('listDetectorFindings', { ok: pageOf([FINDING]) });
  backend.answer('getDetectorChart', { ok: PREVIEW });
  backend.answer('getDetectorReport', { ok: REPORT });
  return backend;
}
