/** The form of a detector: what is watched, in which language it is asked, and how it would have done while it is typed. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { findingId, type LogPattern } from '#contract';
import { backendWithDetector, DETECTOR, FINDING, PREVIEW } from '../../test/detectorFixtures.ts';
import { problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { pageOf } from '../../test/fixtures.ts';
import { dataSources, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { forecastOf, forecastSeriesOf } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { DetectorsPage } from './DetectorsPage.tsx';

let mockBackend: FakeBackend = backendWithDetector();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at = '/detectors') => renderPage(<DetectorsPage />, { path: '*', at });

beforeEach(() => {
  mockBackend = backendWithDetector();
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
