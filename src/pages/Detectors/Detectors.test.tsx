/** Detectors: how each does, made with a look back, judged finding by finding, and let alert. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertId, detectorId, findingId, type Detector, type DetectorFinding, type DetectorPreview, type DetectorReport, type LogPattern } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { dataSources, published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { forecastOf, forecastSeriesOf } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { DetectorsPage } from './DetectorsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const READING = ['listDetectors', 'listDetectorFindings', 'getDetectorChart', 'getDetectorReport', 'listForecasts'] as const;
const ALL = [...READING, 'createDetector', 'putDetector', 'deleteDetector', 'setDetectorState', 'previewDetector', 'previewForecast', 'judgeFinding'] as const;
const ID = detectorId.parse('4');
const DETECTOR: Detector = {
  id: ID, name: 'Checkout requests', description: 'Orders per second', query: { kind: 'prometheus', url: 'http://prometheus.example.com:9090', expr: 'sum(rate(orders_total[5m]))' }, stepSeconds: 60, direction: 'both',
  alarmsAWeek: 1, threshold: null, service: 'checkout', severity: 'sev2', labels: { team: 'shop' }, links: [], state: 'shadow', stateSince: '2026-03-01T10:00:00.000Z', selfShadow: null, trained: null,
  health: { status: 'ok', error: null, since: null, calendar: null }, series: 1, evaluatedTo: '2026-03-08T10:00:00.000Z', cost: { queryMs: 18, computeMs: 0.4, stateBytes: 3_900 },
  timeZone: 'UTC', holidays: [], holidayCalendar: null, cut: { steps: 0, lastAt: null }, findings: 4, openFindings: 1, lastFoundAt: '2026-03-08T09:00:00.000Z', precision: { right: 2, wrong: 1, unjudged: 1, value: 2 / 3, low: 0.2, high: 0.94 }, createdAt: '2026-03-01T09:59:00.000Z', createdBy: 'Ada', provisionedAs: null, version: 3,
};
const FINDING: DetectorFinding = {
  id: findingId.parse('9'), detector: ID, name: DETECTOR.name, mode: 'shadow', labels: { service: 'checkout' }, startsAt: '2026-03-08T09:00:00.000Z', endsAt: '2026-03-08T09:20:00.000Z', value: 403.2,
  expected: { low: 82, mid: 100, high: 120 }, score: 0.91, views: { point: 4, sustained: 3, level: 0, shape: 0.1, drift: 0 }, pattern: null, verdict: null, judgedBy: null, judgedAt: null, alert: null,
};
const HOUR = 3_600_000;
const FROM_MS = Date.parse('2026-03-01T10:00:00.000Z');
const PREVIEW: DetectorPreview = {
  from: '2026-03-01T10:00:00.000Z', to: '2026-03-08T10:00:00.000Z', seriesTotal: 1, findingsAWeek: 0.7, countedFrom: '2026-03-04T22:00:00.000Z', points: 10_080, queryMs: 120, computeMs: 90,
  series: [{
    labels: { service: 'checkout' }, times: [FROM_MS, FROM_MS + HOUR, FROM_MS + 2 * HOUR], values: [100, null, 403], low: [82, null, 82], high: [120, null, 120],
    findings: [{ startsAt: '2026-03-01T12:00:00.000Z', endsAt: null, value: 403, score: 0.9, pattern: null }],
  }],
};
const REPORT: DetectorReport = {
  detector: ID, state: 'shadow', since: '2026-03-01T10:00:00.000Z', weeks: 1, findings: 4, findingsAWeek: 4, wrongAWeek: 1, alarmsAWeek: 1, precision: DETECTOR.precision, ready: false,
  reasons: ['2 of 3 judged findings were right (67 %, 95 %: 21 to 94 %).', 'It has watched for 7 days.'],
};
const show = (at = '/detectors') => renderPage(<DetectorsPage />, { path: '*', at });

beforeEach(() => {
  published.length = 0;
  dataSources.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith([...ALL]) });
  mockBackend.answer('listDetectors', { ok: pageOf([DETECTOR]) });
  mockBackend.answer('listDetectorFindings', { ok: pageOf([FINDING]) });
  mockBackend.answer('getDetectorChart', { ok: PREVIEW });
  mockBackend.answer('getDetectorReport', { ok: REPORT });
});

test('cap 112: a detector says its state, health, cost and precision; opened, it shows its chart, its shadow report and what it would have alerted', async () => {
  const user = userEvent.setup();
  // cap 121
  mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, selfShadow: { at: DETECTOR.stateSince, reason: 'worse than its baseline for two weeks' } }]) });
  const first = show();
  expect(await screen.findByText(/This detector is in shadow: .* It went there by itself/)).toHaveTextContent(/: worse than its baseline for two weeks\./);
  first.unmount();
  mockBackend.answer('listDetectors', { ok: pageOf([DETECTOR]) });
  show();
  const card = await screen.findByTestId(testIds.detectors.card);
  for (const fact of ['Checkout requests', 'Orders per second', 'Shadow', 'Sees its values', '2 of 3 right (67 %), 1 not judged', '1 finding open', 'at most 1 false a week', '1 series · 18 ms to query, 0 ms to compute · 4 kB kept']) {
    expect(card).toHaveTextContent(fact);
  }
  expect(card).not.toHaveTextContent('is in shadow');
  await user.click(within(card).getByRole('button', { name: 'Chart, report and findings' }));

  expect(await within(card).findByRole('img', { name: /service=checkout: its values, the band in which they usually lie, and 1 finding/ })).toBeInTheDocument();
  expect(within(card).getByTestId(testIds.detectors.preview)).toHaveTextContent(/^1 finding since .*, as it is set now · 10080 values|^1 finding since .*, as it is set now · 10,080 values/);
  const report = within(card).getByTestId(testIds.detectors.report);
  await within(report).findByText('More should be known before it alerts.');
  for (const fact of ['Would have alerted4 (4 a week)', '2 of 3 judged findings were right', '1, at most 1']) expect(report).toHaveTextContent(fact);
  const finding = await within(card).findByTestId(testIds.detectors.finding);
  for (const fact of ['service=checkout: 403.2, usual 82 to 120', '20 min 00 s', '91 % sure: the value by itself; how long it has been off', 'In shadow']) expect(finding).toHaveTextContent(fact);
  await user.click(within(card).getByRole('radio', { name: 'Four weeks' }));
  await waitFor(() => expect(mockBackend.callsOf('getDetectorChart').at(-1)?.query.get('days')).toBe('28'));
});

test('cap 112: people say of each finding whether it was right, and take it back; an alert is one click away', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listDetectorFindings', { ok: pageOf([FINDING, { ...FINDING, id: findingId.parse('8'), mode: 'active', alert: alertId.parse('00000000000000aa-1772960400000'), verdict: 'wrong', judgedBy: 'Bo', judgedAt: '2026-03-08T10:00:00.000Z' }]) });
  mockBackend.answer('judgeFinding', { ok: FINDING });
  show('/detectors?tab=findings');
  const [first, second] = await screen.findAllByTestId(testIds.detectors.finding);
  if (first === undefined || second === undefined) throw new Error('two findings');
  expect(mockBackend.callsOf('listDetectorFindings')[0]?.query.get('verdict')).toBe('none');
  await user.click(within(first).getByRole('button', { name: 'Right' }));
  await waitFor(() => expect(mockBackend.callsOf('judgeFinding')[0]).toMatchObject({ path: '/detector-findings/9/verdict', body: { verdict: 'right' } }));
  expect(second).toHaveTextContent('Judged wrong by Bo');
  await user.click(within(second).getByRole('button', { name: 'Wrong' }));
  await waitFor(() => expect(mockBackend.callsOf('judgeFinding')[1]).toMatchObject({ path: '/detector-findings/8/verdict', body: { verdict: null } }));
  expect(within(second).getByRole('button', { name: 'Its alert' })).toBeInTheDocument();
});

test('cap 110: a new one is looked back on while it is typed, and saved as it stands; what the query does wrong is said', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listDetectors', { ok: pageOf([]) });
  mockBackend.answer('previewDetector', problemOf(400, 'invalid_input', 'Prometheus answered 400: parse error'));
  mockBackend.answer('createDetector', { ok: { ...DETECTOR, state: 'train', trained: 0 } });
  show();
  await screen.findByText('No detectors yet');
  await user.click(screen.getByRole('button', { name: 'New detector' }));
  const dialog = await findDialog();
  expect(within(dialog).getByText(/how it would have done stands here/)).toBeInTheDocument();
  await user.click(within(dialog).getByRole('textbox', { name: /^Name/ }));
  await user.paste('Orders');
  await user.click(within(dialog).getByRole('textbox', { name: /^Address of the Prometheus/ }));
  await user.paste('http://prometheus.example.com:9090');
  await user.type(within(dialog).getByRole('textbox', { name: /^PromQL/ }), 'sum(orders');
  expect(await within(dialog).findByText(/parse error/)).toBeInTheDocument();

  mockBackend.answer('previewDetector', { ok: PREVIEW });
  await user.type(within(dialog).getByRole('textbox', { name: /^PromQL/ }), ')');
  const preview = await within(dialog).findByTestId(testIds.detectors.preview);
  expect(preview).toHaveTextContent('0.7 findings a week');
  expect(preview).toHaveTextContent('at most 7 of them may be false');
  expect(mockBackend.callsOf('previewDetector').at(-1)?.body).toEqual({
    query: { kind: 'prometheus', url: 'http://prometheus.example.com:9090', expr: 'sum(orders)' }, stepSeconds: 60, direction: 'both', alarmsAWeek: 7, timeZone: 'UTC', holidays: [], holidayCalendar: null, days: 28,
  });

  const holidays = within(dialog).getByRole('textbox', { name: /^Holidays/ });
  await user.click(holidays);
  await user.paste('12-25, 2026-02-30');
  expect(within(dialog).getByText('“2026-02-30” is not such a day.')).toBeInTheDocument();
  expect(within(dialog).getByRole('button', { name: 'Make it' })).toBeDisabled();
  await user.clear(holidays);
  await user.paste('12-25, 2026-02-28');
  await user.click(within(dialog).getByRole('textbox', { name: /^Calendar of holidays/ }));
  await user.paste('calendar.example.com');
  expect(within(dialog).getByText('It must begin with https://, http:// or webcal://.')).toBeInTheDocument();
  await user.clear(within(dialog).getByRole('textbox', { name: /^Calendar of holidays/ }));
  await user.paste('webcal://calendar.example.com/holidays.ics');
  await user.click(within(dialog).getByRole('textbox', { name: /^Labels of its alerts/ }));
  await user.paste('team');
  expect(within(dialog).getByRole('button', { name: 'Make it' })).toBeDisabled();
  await user.paste('=shop');
  await user.click(within(dialog).getByRole('textbox', { name: /^Links/ }));
  await user.paste('Board https://grafana.example.com/d/1');
  await user.click(within(dialog).getByRole('button', { name: 'Make it' }));
  await waitFor(() => expect(mockBackend.callsOf('createDetector')[0]?.body).toMatchObject({ name: 'Orders', timeZone: 'UTC', holidays: ['12-25', '2026-02-28'], holidayCalendar: 'webcal://calendar.example.com/holidays.ics', labels: { team: 'shop' }, links: [{ title: 'Board', url: 'https://grafana.example.com/d/1' }], service: null }));
});

test('cap 112: it is let alert after a word of its precision so far; one that cannot ask says so, and a viewer changes nothing', async () => {
  const user = userEvent.setup();
  mockBackend.answer('setDetectorState', { ok: { ...DETECTOR, state: 'active' } });
  const { unmount } = show();
  await user.click(await screen.findByRole('button', { name: 'Let it alert' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('2 of 3 right (67 %)');
  await user.click(within(dialog).getByRole('button', { name: 'Let it alert' }));
  await waitFor(() => expect(mockBackend.callsOf('setDetectorState')[0]).toMatchObject({ path: '/detectors/4/state', body: { state: 'active' }, headers: { 'If-Match': '"3"' } }));
  unmount();

  mockBackend.answer('getMe', { ok: meWith([...READING]) });
  mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, provisionedAs: 'orders', holidayCalendar: 'https://calendar.example.com/holidays.ics', health: { status: 'failing', error: 'Prometheus answered 503', since: '2026-03-08T09:00:00.000Z', calendar: { readAt: '2026-03-07T09:00:00.000Z', days: 12, next: '2026-04-03', failedSince: '2026-03-08T08:00:00.000Z', failure: 'the address answered 503' } } }]) });
  show();
  const card = await screen.findByTestId(testIds.detectors.card);
  expect(card).toHaveTextContent(/Cannot ask since .*: Prometheus answered 503/);
  expect(card).toHaveTextContent(/Holidays of calendar\.example\.com: 12 days, the next on 2026-04-03, read .*\. It cannot be read since .*: the address answered 503\. What was read last still counts\./);
  expect(card).toHaveTextContent('Provisioned: change “orders” in detectors.yaml.');
  expect(within(card).queryByRole('button', { name: 'Let it alert' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'New detector' })).not.toBeInTheDocument();
});

test('cap 111: log patterns: the form asks a Loki through Grafana or at its address and shows what it would have found; a finding says template, example, how often, and leads to its lines', async () => {
  const user = userEvent.setup();
  const pattern: LogPattern = {
    kind: 'new', template: 'level=error cannot open ledger <*>', example: 'level=error cannot open ledger 4711', lines: 30, firstAt: '2026-03-08T09:00:00.000Z', lastAt: '2026-03-08T09:30:00.000Z',
    explore: 'https://grafana.example.com/explore?schemaVersion=1',
  };
  const query = { kind: 'loki', from: { datasource: 'shop-logs' }, expr: '{namespace="shop"}', by: 'service_name' } as const;
  mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, query, series: 12, cut: { steps: 3, lastAt: '2026-03-08T09:00:00.000Z' } }]) });
  mockBackend.answer('listDetectorFindings', { ok: pageOf([
    { ...FINDING, labels: { service_name: 'payments' }, pattern },
    { ...FINDING, id: findingId.parse('8'), labels: {}, value: 412, expected: { low: 0, mid: 2, high: 8.2 }, pattern: { ...pattern, kind: 'rate', explore: null } },
  ]) });
  mockBackend.answer('previewDetector', { ok: { ...PREVIEW, points: 9_000, series: PREVIEW.series.map((series) => ({ ...series, labels: {}, findings: series.findings.map((finding) => ({ ...finding, pattern })) })) } });
  mockBackend.answer('createDetector', { ok: { ...DETECTOR, query, state: 'train', trained: 0 } });
  show();
  const card = await screen.findByTestId(testIds.detectors.card);
  expect(card).toHaveTextContent('12 patterns · 18 ms to query');
  expect(card).toHaveTextContent(/Of 3 steps only the first 20,000 lines count, last .+Narrow the query/);
  await user.click(within(card).getByRole('button', { name: 'Chart, report and findings' }));
  const [first, second] = await within(card).findAllByTestId(testIds.detectors.finding);
  for (const fact of ['service_name=payments: New pattern', 'level=error cannot open ledger <*> 30 lines', 'For example: level=error cannot open ledger 4711', '91 % sure']) expect(first).toHaveTextContent(fact);
  expect(first).not.toHaveTextContent('the value by itself');
  expect(within(card).getByRole('link', { name: 'Its lines in Explore' })).toHaveAttribute('href', pattern.explore);
  expect(second).toHaveTextContent('412 lines in a step, usual 9 at most');
  expect(within(card).queryByRole('radio', { name: 'Four weeks' })).not.toBeInTheDocument();

  await user.click(screen.getByRole('button', { name: 'New detector' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /^Name/ }), 'Shop logs');
  await user.click(within(dialog).getByRole('radio', { name: 'Log patterns (Loki)' }));
  expect(within(dialog).queryByRole('radio', { name: 'Too high' })).not.toBeInTheDocument();
  await user.type(within(dialog).getByRole('textbox', { name: /^UID of the data source/ }), 'shop-logs');
  await user.type(within(dialog).getByRole('textbox', { name: /^LogQL/ }), '{{namespace="shop"}');
  await user.type(within(dialog).getByRole('textbox', { name: /^Label that tells/ }), 'service_name');
  const preview = await within(dialog).findByTestId(testIds.detectors.preview);
  for (const fact of ['9,000 lines', 'Lines in a step', 'level=error cannot open ledger <*> 30 lines']) expect(preview).toHaveTextContent(fact);
  expect(mockBackend.callsOf('previewDetector').at(-1)?.body).toMatchObject({ query });
  await user.click(within(dialog).getByRole('radio', { name: 'At its address' }));
  expect(within(dialog).getByRole('button', { name: 'Make it' })).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox', { name: /^Address of the Loki/ }), 'http://loki.example.com:3100');
  await user.click(within(dialog).getByRole('button', { name: 'Make it' }));
  await waitFor(() => expect(mockBackend.callsOf('createDetector')[0]?.body).toMatchObject({ query: { ...query, from: { url: 'http://loki.example.com:3100' } } }));
});

test('cap 113: a limit is typed, when it would be crossed stands beside it, and the detector shows its forecasts, in shadow too', async () => {
  const user = userEvent.setup();
  const nowMs = Date.now();
  mockBackend.answer('previewDetector', { ok: PREVIEW });
  mockBackend.answer('previewForecast', { ok: { series: [forecastSeriesOf(nowMs)], seriesTotal: 400, leftOut: 300 } });
  mockBackend.answer('putDetector', { ok: DETECTOR });
  mockBackend.answer('listForecasts', { ok: { ...pageOf([forecastOf(nowMs, { state: 'inside', crossedAt: new Date(nowMs).toISOString() })]), look: { at: new Date(nowMs).toISOString(), error: null }, shadow: true } });
  mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, threshold: { value: 90, side: 'above' } }]) });
  show();
  const card = await screen.findByTestId(testIds.detectors.card);
  await user.click(within(card).getByRole('button', { name: 'Chart, report and findings' }));
  const forecasts = await within(card).findByRole('region', { name: 'Forecasts of Checkout requests' });
  expect(await within(forecasts).findByTestId(testIds.forecast)).toHaveTextContent('Came in that time');
  for (const fact of ['No series is expected to be above 90', 'Shown here alone until the detector alerts.']) expect(forecasts).toHaveTextContent(fact);
  expect(mockBackend.callsOf('listForecasts')[0]?.query.get('detector')).toBe('4');

  await user.click(within(card).getByRole('button', { name: 'Edit Checkout requests' }));
  const dialog = await findDialog();
  const limit = within(dialog).getByRole('spinbutton', { name: /^Limit/ });
  await user.clear(limit);
  expect(within(dialog).queryByTestId(testIds.detectors.forecast)).toBeNull();
  await user.type(limit, '95');
  const preview = await within(dialog).findByTestId(testIds.detectors.forecast);
  expect(await within(preview).findByRole('img', { name: /mountpoint=\/data: above 95 in 3 h/ })).toBeInTheDocument();
  await waitFor(() => expect(mockBackend.callsOf('previewForecast').at(-1)?.body).toEqual({ query: DETECTOR.query, stepSeconds: 60, threshold: { value: 95, side: 'above' } }));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putDetector')[0]?.body).toMatchObject({ threshold: { value: 95, side: 'above' } }));
});

test('cap 110: a data source is chosen by its name from those that Grafana lists and the service can ask; one that is not listed is typed', async () => {
  const user = userEvent.setup();
  dataSources.push(
    { uid: 'prom-1', name: 'Metrics of the shop', type: 'prometheus', jsonData: {}, meta: { backend: true } }, { uid: 'loki-1', name: 'Logs of the shop', type: 'loki', jsonData: {}, meta: { backend: true } },
    { uid: 'browser-1', name: 'In the browser alone', type: 'csv', jsonData: {}, meta: {} }, { uid: 'grafana', name: '-- Grafana --', type: 'grafana', jsonData: {}, meta: { backend: true, builtIn: true } },
  );
  mockBackend.answer('previewDetector', { ok: PREVIEW });
  show();
  await user.click(await screen.findByRole('button', { name: 'New detector' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('radio', { name: 'Grafana data source' }));
  const field = within(dialog).getByRole('combobox', { name: /^Data source/ });
  await user.click(field);
  expect((await screen.findAllByRole('option')).map(({ textContent }) => textContent)).toEqual(['Metrics of the shopprometheus · prom-1', 'Logs of the shoploki · loki-1']);
  await user.click(screen.getByRole('option', { name: /^Metrics of the shop/ }));
  await user.type(within(dialog).getByRole('textbox', { name: /^PromQL/ }), 'up');
  await waitFor(() => expect(mockBackend.callsOf('previewDetector').at(-1)?.body).toMatchObject({ query: { kind: 'grafana', datasource: 'prom-1' } }));

  await user.click(within(dialog).getByRole('radio', { name: 'Log patterns (Loki)' }));
  const ofLoki = within(dialog).getByRole('combobox', { name: /^Data source/ });
  await user.type(ofLoki, 'loki-elsewhere');
  await user.click(await screen.findByRole('option', { name: /loki-elsewhere/ }));
  await user.type(within(dialog).getByRole('textbox', { name: /^LogQL/ }), '{{app="shop"}');
  await waitFor(() => expect(mockBackend.callsOf('previewDetector').at(-1)?.body).toMatchObject({ query: { kind: 'loki', from: { datasource: 'loki-elsewhere' } } }));
  expect(dialog).toHaveTextContent('Grafana does not list this one to you.');
});

test('cap 110: a data source is asked in its own language, or in JSON; what was typed goes along from one to the other and to another data source', async () => {
  const user = userEvent.setup();
  const backend = { backend: true };
  dataSources.push(
    { uid: 'prom-1', name: 'Metrics', type: 'prometheus', jsonData: {}, meta: backend }, { uid: 'flux-1', name: 'Sensors', type: 'influxdb', jsonData: { version: 'Flux' }, meta: backend },
    { uid: 'pg-1', name: 'Orders', type: 'grafana-postgresql-datasource', jsonData: {}, meta: backend }, { uid: 'es-1', name: 'Search', type: 'elasticsearch', jsonData: {}, meta: backend },
  );
  mockBackend.answer('previewDetector', { ok: PREVIEW });
  mockBackend.answer('createDetector', { ok: { ...DETECTOR, state: 'train', trained: 0 } });
  show();
  await user.click(await screen.findByRole('button', { name: 'New detector' }));
  const dialog = await findDialog();
  const choose = async (name: RegExp): Promise<void> => {
    await user.click(within(dialog).getByRole('combobox', { name: /^Data source/ }));
    await user.click(await screen.findByRole('option', { name }));
  };
  const field = (name: RegExp): HTMLElement => within(dialog).getByRole('textbox', { name });
  await user.type(field(/^Name/), 'Orders');
  await user.click(within(dialog).getByRole('radio', { name: 'Grafana data source' }));
  expect(within(dialog).queryByRole('textbox', { name: /^Query as JSON/ })).toBeNull();
  await choose(/^Metrics/);
  expect(dialog).toHaveTextContent('Still missing or wrong: PromQL.');
  await user.type(field(/^PromQL/), 'sum(orders)');
  await waitFor(() => expect(mockBackend.callsOf('previewDetector').at(-1)?.body).toMatchObject({ query: { kind: 'grafana', datasource: 'prom-1', query: { expr: 'sum(orders)', range: true } } }));

  // as JSON, back, and as JSON that is more than the text
  await user.click(within(dialog).getByRole('button', { name: 'Edit as JSON' }));
  expect(field(/^Query as JSON/)).toHaveValue('{\n  "expr": "sum(orders)",\n  "range": true\n}');
  await user.click(within(dialog).getByRole('button', { name: 'Edit as text' }));
  expect(field(/^PromQL/)).toHaveValue('sum(orders)');
  await user.click(within(dialog).getByRole('button', { name: 'Edit as JSON' }));
  fireEvent.change(field(/^Query as JSON/), { target: { value: '{"expr":"sum(orders)","legendFormat":"x"}' } });
  expect(dialog).toHaveTextContent('As text, legendFormat would be left out.');
  fireEvent.change(field(/^Query as JSON/), { target: { value: '{"expr":' } });
  expect(dialog).toHaveTextContent('It must be a JSON object, of 20,000 characters at most.');
  expect(dialog).toHaveTextContent('This is no JSON object: as text, the field begins empty.');
  expect(dialog).toHaveTextContent('Still missing or wrong: Query as JSON.');
  fireEvent.change(field(/^Query as JSON/), { target: { value: '{"expr":"sum(orders)"}' } });
  await user.click(within(dialog).getByRole('button', { name: 'Edit as text' }));

  // to other data sources
  await choose(/^Sensors/);
  expect(field(/^Flux/)).toHaveValue('sum(orders)');
  await choose(/^Search/);
  expect(field(/^Query as JSON/)).toHaveValue('{\n  "query": "sum(orders)"\n}');
  expect(within(dialog).queryByRole('button', { name: 'Edit as text' })).toBeNull();
  await choose(/^Orders/);
  fireEvent.change(field(/^SQL/), { target: { value: 'SELECT time, orders FROM shop' } });
  await user.click(within(dialog).getByRole('button', { name: 'Make it' }));
  await waitFor(() => expect(mockBackend.callsOf('createDetector')[0]?.body).toMatchObject({ query: { kind: 'grafana', datasource: 'pg-1', query: { rawSql: 'SELECT time, orders FROM shop', format: 'time_series' } } }));
});

test('cap 110: the query of a detector that is there opens as text where it is that and no more, and is saved as it was', async () => {
  const user = userEvent.setup();
  dataSources.push({ uid: 'prom-1', name: 'Metrics', type: 'prometheus', jsonData: {}, meta: { backend: true } });
  mockBackend.answer('previewDetector', { ok: PREVIEW });
  mockBackend.answer('putDetector', { ok: DETECTOR });
  for (const [query, field, typed] of [[{ expr: 'up' }, /^PromQL/, 'up'], [{ expr: 'up', legendFormat: '{{job}}' }, /^Query as JSON/, '{\n  "expr": "up",\n  "legendFormat": "{{job}}"\n}']] as const) {
    mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, query: { kind: 'grafana', datasource: 'prom-1', query } }]) });
    const shown = show();
    await user.click(await screen.findByRole('button', { name: 'Edit Checkout requests' }));
    const dialog = await findDialog();
    expect(within(dialog).getByRole('textbox', { name: field })).toHaveValue(typed);
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(mockBackend.callsOf('putDetector').at(-1)?.body).toMatchObject({ query: { kind: 'grafana', datasource: 'prom-1', query } }));
    expect(mockBackend.callsOf('putDetector').at(-1)?.body).toHaveProperty('query.query', query);
    shown.unmount();
  }
});

test('cap 110: where Grafana lists no data source, its UID is typed', async () => {
  const user = userEvent.setup();
  show();
  await user.click(await screen.findByRole('button', { name: 'New detector' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('radio', { name: 'Grafana data source' }));
  expect(within(dialog).getByRole('textbox', { name: /^UID of the data source/ })).toBeInTheDocument();
  expect(dialog).toHaveTextContent('Grafana lists no data source that can be asked to you.');
  // Nobody knows what it is asked in.
  await user.type(within(dialog).getByRole('textbox', { name: /^UID of the data source/ }), 'shop');
  expect(within(dialog).getByRole('textbox', { name: /^Query as JSON/ })).toBeInTheDocument();
});

test('a detector that nobody looks at says since when, and what to look after', async () => {
  mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, health: { status: 'late', error: null, since: '2026-03-08T09:00:00.000Z', calendar: null } }]) });
  show();
  expect(await screen.findByTestId(testIds.detectors.card)).toHaveTextContent(/Not looked at since 2026-03-08 \d\d:00:00: is a replica with the role worker running\?/);
});

test('cap 110: of many series those in which most was found are drawn first, the others when they are asked for', async () => {
  const user = userEvent.setup();
  const [shown] = PREVIEW.series;
  if (shown === undefined) throw new Error('no series');
  mockBackend.answer('getDetectorChart', { ok: { ...PREVIEW, seriesTotal: 4, series: ['a', 'b', 'c', 'd'].map((service) => ({ ...shown, labels: { service }, findings: service === 'd' ? shown.findings : [] })) } });
  show();
  const card = await screen.findByTestId(testIds.detectors.card);
  await user.click(within(card).getByRole('button', { name: 'Chart, report and findings' }));
  const drawn = (): string[] => within(card).getAllByRole('img').map((chart) => chart.getAttribute('aria-label')?.slice(0, 9) ?? '');
  await within(card).findByTestId(testIds.detectors.preview);
  expect(drawn()).toEqual(['service=d', 'service=a']);
  await user.click(within(card).getByRole('button', { name: 'Show 2 more' }));
  expect(drawn()).toEqual(['service=d', 'service=a', 'service=b', 'service=c']);
});

test('cap 113: a detector that cannot look ahead says so, and does not claim that nothing will be crossed', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listDetectors', { ok: pageOf([{ ...DETECTOR, threshold: { value: 90, side: 'above' } }]) });
  for (const [look, said] of [[{ at: '2026-03-08T09:00:00.000Z', error: 'the query gives 101 series' }, /Cannot look ahead, last tried .*: the query gives 101 series/], [{ at: null, error: null }, /within a few minutes/]] as const) {
    mockBackend.answer('listForecasts', { ok: { ...pageOf([]), look, shadow: false } });
    const shown = show();
    await user.click(within(await screen.findByTestId(testIds.detectors.card)).getByRole('button', { name: 'Chart, report and findings' }));
    const forecasts = await screen.findByRole('region', { name: 'Forecasts of Checkout requests' });
    await waitFor(() => expect(forecasts).toHaveTextContent(said));
    expect(forecasts).not.toHaveTextContent('No series is expected');
    shown.unmount();
  }
});

test('cap 110: the form says what is still missing or wrong; of some series a rate is not that of all', async () => {
  const user = userEvent.setup();
  mockBackend.answer('previewDetector', { ok: { ...PREVIEW, seriesTotal: 40 } });
  show();
  await user.click(await screen.findByRole('button', { name: 'New detector' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('Still missing or wrong: Name, Address, PromQL.');
  const put = (name: RegExp, value: string): void => void fireEvent.change(within(dialog).getByRole('textbox', { name }), { target: { value } });
  for (const [name, value] of [[/^Name/, 'Orders'], [/^Address/, 'prometheus:9090'], [/^PromQL/, 'up'], [/^Labels/, 'team shop'], [/^Links/, 'Dashboard']] as const) put(name, value);
  for (const said of ['It must begin with http:// or https://.', 'Each line must be name=value', 'Each line must end with an address', 'Still missing or wrong: Address, Labels, Links.']) expect(dialog).toHaveTextContent(said);
  expect(within(dialog).getByRole('button', { name: 'Make it' })).toBeDisabled();
  for (const [name, value] of [[/^Address/, 'http://prometheus.example.com:9090'], [/^Labels/, 'team=shop'], [/^Links/, '']] as const) put(name, value);
  expect(dialog).not.toHaveTextContent('Still missing or wrong');
  expect(within(dialog).getByRole('button', { name: 'Make it' })).toBeEnabled();
  expect(await within(dialog).findByTestId(testIds.detectors.preview)).toHaveTextContent(/0\.7 findings a week in the 1 of 40 series looked at, since .*; in all of them together at most 7 false a week/);
});
