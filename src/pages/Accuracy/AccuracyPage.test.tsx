/** cap 121: how often the helpers were right, by week, against a baseline; and what it takes to know. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Accuracy, HelperAccuracy } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { meWith } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { AccuracyPage } from './AccuracyPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const NOTHING = { judged: 0, score: null, baseline: null, precision: null, recall: null } as const;
const PREDICTION: HelperAccuracy = {
  helper: 'prediction', measure: 'brier', lowerIsBetter: true, verdict: 'better', total: { judged: 40, score: 0.0225, baseline: 0.0325, precision: 0.46, recall: 0.77 },
  weeks: [{ from: '2026-02-16T00:00:00.000Z', ...NOTHING }, { from: '2026-02-23T00:00:00.000Z', judged: 40, score: 0.0225, baseline: 0.0325, precision: 0.46, recall: 0.77 }],
};
const ACCURACY: Accuracy = {
  from: '2026-02-16T00:00:00.000Z', to: '2026-03-01T10:00:00.000Z', forecasts: { judged: 22, inside: 18, sooner: 3, later: 1 },
  helpers: [
    { helper: 'correlation', measure: 'f1', lowerIsBetter: false, verdict: 'unknown', total: NOTHING, weeks: [] }, PREDICTION,
    { helper: 'diagnosis', measure: 'first', lowerIsBetter: false, verdict: 'worse', total: { judged: 12, score: 0.25, baseline: 0.5, precision: 0.25, recall: 0.75 }, weeks: [] },
  ],
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
  expect(screen.getByTestId(testIds.accuracy.forecasts)).toHaveTextContent('18 of 22 limits were crossed in the time that was said (82 %; 80 % is meant), 3 sooner, 1 later or not at all.');
  expect(prediction).toHaveTextContent('Better than its baseline');
  const table = within(screen.getByRole('region', { name: 'Prediction by week' })).getAllByRole('row').map((row) => row.textContent);
  expect(table).toEqual([expect.stringContaining('Brier score, lower is better'), 'All400.0220.03346 %77 %', '2026-02-23400.0220.03346 %77 %']);
  expect(diagnosis).toHaveTextContent('Worse than its baseline for two weeks');
  expect(diagnosis).toHaveTextContent('12 confirmed causes');
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
