/** cap 121: how often the helpers were right, by week, against a baseline; and what it takes to know. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Accuracy, HelperAccuracy, HelperStanding } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { AccuracyPage } from './AccuracyPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const NOTHING = { judged: 0, score: null, baseline: null, precision: null, recall: null } as const;
const LIVE: HelperStanding = { mode: 'live', since: null, by: null, reason: '', version: 0 };
const PREDICTION: HelperAccuracy = {
  standing: LIVE,
  helper: 'prediction', measure: 'brier', lowerIsBetter: true, verdict: 'better', total: { judged: 40, score: 0.0225, baseline: 0.0325, precision: 0.46, recall: 0.77 },
  weeks: [{ from: '2026-02-16T00:00:00.000Z', ...NOTHING }, { from: '2026-02-23T00:00:00.000Z', judged: 40, score: 0.0225, baseline: 0.0325, precision: 0.46, recall: 0.77 }],
};
const ACCURACY: Accuracy = {
  from: '2026-02-16T00:00:00.000Z', to: '2026-03-01T10:00:00.000Z',
  helpers: [
    { helper: 'correlation', measure: 'f1', lowerIsBetter: false, verdict: 'unknown', total: NOTHING, weeks: [], standing: null }, PREDICTION,
    { helper: 'diagnosis', measure: 'first', lowerIsBetter: false, verdict: 'worse', total: { judged: 12, score: 0.25, baseline: 0.5, precision: 0.25, recall: 0.75 }, weeks: [], standing: LIVE },
    {
      helper: 'detection', measure: 'right', lowerIsBetter: false, verdict: 'worse', total: { judged: 20, score: 0.25, baseline: 0.5, precision: 0.25, recall: null }, weeks: [],
      standing: { mode: 'shadow', since: '2026-02-28T10:00:00.000Z', by: { kind: 'system', key: 'muster', name: 'Muster' }, reason: 'worse than its baseline for two weeks: 0.200 against 0.500 (10 answers), 0.300 against 0.500 (10 answers)', version: 1 },
    },
  ],
  detectors: [{ name: 'Requests of the shop', right: 5, wrong: 15, unjudged: 2, precision: 0.25, wrongAWeek: 7.5, allowedAWeek: 1 }],
};

const show = () => renderPage(<AccuracyPage />, { path: '/accuracy', at: '/accuracy' });

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getAccuracy']) });
  mockBackend.answer('getAccuracy', { ok: ACCURACY });
});

test('each helper has its figures beside its baseline, what they mean, and what is not known yet', async () => {
  show();
  const [correlation, prediction, diagnosis] = await screen.findAllByTestId(testIds.accuracy.helper);
  expect(correlation).toHaveTextContent('Nothing is known yet. It counts alerts of incidents of which people said under “Was this one incident?” how they belong together.');
  expect(prediction).toHaveTextContent('Better than its baseline');
  const table = within(screen.getByRole('region', { name: 'Prediction by week' })).getAllByRole('row').map((row) => row.textContent);
  expect(table).toEqual([expect.stringContaining('Brier score, lower is better'), 'All400.0220.03346 %77 %', '2026-02-23400.0220.03346 %77 %']);
  expect(diagnosis).toHaveTextContent('Worse than its baseline for two weeks');
  expect(diagnosis).toHaveTextContent('12 confirmed causes');
});

test('a helper in shadow says since when and why, and what that means; its detectors stand one by one; an admin puts it back with a reason', async () => {
  const user = userEvent.setup();
  const first = show();
  const detection = await screen.findByRole('region', { name: 'Detection' });
  expect(detection).toHaveTextContent('In shadow');
  expect(within(detection).getByRole('alert')).toHaveTextContent(/by itself: worse than its baseline for two weeks: 0.200 against 0.500 .*No detector alerts; all watch in shadow\. It goes on being measured\./);
  expect(within(detection).getByRole('row', { name: /Requests of the shop/ })).toHaveTextContent('Requests of the shop515225 %7.51');
  expect(screen.queryByRole('button', { name: 'Put it back: Detection' })).not.toBeInTheDocument();
  first.unmount();

  mockBackend.answer('getMe', { ok: meWith(['getAccuracy', 'putHelperMode']) });
  mockBackend.answer('putHelperMode', { ok: LIVE });
  show();
  await user.click(await screen.findByRole('button', { name: 'Put it back: Detection' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'The noisy one is removed');
  await user.click(within(dialog).getByRole('button', { name: 'Put it back' }));
  await waitFor(() => expect(mockBackend.callsOf('putHelperMode')).toMatchObject([{ path: '/helpers/detection/mode', body: { mode: 'live', reason: 'The noisy one is removed' }, headers: { 'If-Match': '"1"' } }]));
});

test('another span of time is asked for; a failure says what to do', async () => {
  const user = userEvent.setup();
  const first = show();
  await screen.findAllByTestId(testIds.accuracy.helper);
  await user.click(screen.getByRole('radio', { name: '26 weeks' }));
  await waitFor(() => expect(mockBackend.callsOf('getAccuracy').map(({ query }) => query.get('weeks'))).toEqual(['12', '26']));
  first.unmount();
  mockBackend.answer('getAccuracy', problemOf(503, 'unavailable', 'the database is away'));
  show();
  expect(await screen.findByRole('alert')).toBeInTheDocument();
});
