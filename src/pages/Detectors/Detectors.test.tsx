/** Detectors: how each does, judged finding by finding, and let alert. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertId, findingId } from '#contract';
import { backendWithDetector, DETECTOR, FINDING, PREVIEW, READING } from '../../test/detectorFixtures.ts';
import type { FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { DetectorsPage } from './DetectorsPage.tsx';

let mockBackend: FakeBackend = backendWithDetector();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at = '/detectors') => renderPage(<DetectorsPage />, { path: '*', at });

beforeEach(() => {
  mockBackend = backendWithDetector();
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
