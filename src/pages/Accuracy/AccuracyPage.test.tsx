/** cap 121: how often the helpers were right, by week, against a baseline; and what it takes to know. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { detectorId, type Accuracy, type HelperAccuracy, type HelperStanding } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { AccuracyPage } from './AccuracyPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const NOTHING = { judged: 0, score: null, baseline: null, precision: null, recall: null, interval: null } as const;
const LIVE: HelperStanding = { mode: 'live', since: null, by: null, reason: '', version: 0 };
const UNRANKED = { reciprocalRank: null, baselineReciprocalRank: null } as const;
const UNSAID = { count: 0, said: null, came: null } as const;
const BRIER = { judged: 40, score: 0.0225, baseline: 0.0325, precision: 0.46, recall: 0.77, interval: { low: 0.0101, high: 0.0349 } } as const;
const PREDICTION: HelperAccuracy = {
  helper: 'prediction', measure: 'brier', lowerIsBetter: true, verdict: 'better', chance: 0.0125, standing: LIVE, ...UNRANKED, total: BRIER,
  weeks: [{ from: '2026-02-16T00:00:00.000Z', calibration: UNSAID, ...NOTHING }, { from: '2026-02-23T00:00:00.000Z', calibration: { count: 40, said: 0.13, came: 0.1 }, ...BRIER }],
  calibration: { count: 40, said: 0.13, came: 0.1, bins: [{ from: 0, to: 0.2, count: 30, said: 0.04, came: 0.03, interval: { low: 0.01, high: 0.17 } }, { from: 0.4, to: 0.6, count: 10, said: 0.46, came: 0.3, interval: { low: 0.11, high: 0.6 } }] },
};
const REASON = 'worse than its baseline for two weeks: 0.200 against 0.500 (10 answers), 0.300 against 0.500 (10 answers)';
const ACCURACY: Accuracy = {
  from: '2026-02-16T00:00:00.000Z', to: '2026-03-01T10:00:00.000Z', forecasts: { judged: 22, inside: 18, sooner: 3, later: 1 },
  helpers: [
    { helper: 'correlation', measure: 'f1', lowerIsBetter: false, verdict: 'unknown', chance: null, total: NOTHING, weeks: [], calibration: { ...UNSAID, bins: [] }, standing: null, ...UNRANKED },
    PREDICTION,
    {
      helper: 'forecast', measure: 'brier', lowerIsBetter: true, verdict: 'better', chance: 0.01, total: { judged: 24, score: 0.151, baseline: 0.312, precision: 0.92, recall: 0.82, interval: { low: 0.12, high: 0.18 } }, weeks: [], calibration: { ...UNSAID, bins: [] }, standing: LIVE, ...UNRANKED,
    },
    {
      helper: 'diagnosis', measure: 'first', lowerIsBetter: false, verdict: 'worse', chance: 0.004, total: { judged: 20, score: 0.25, baseline: 0.5, precision: 0.25, recall: 0.75, interval: { low: 0.11, high: 0.47 } }, weeks: [], calibration: { ...UNSAID, bins: [] }, ...UNRANKED,
      standing: { mode: 'shadow', since: '2026-02-28T10:00:00.000Z', by: { kind: 'system', key: 'muster', name: 'Muster' }, reason: REASON, version: 1 },
    },
    { helper: 'detection', measure: 'right', lowerIsBetter: false, verdict: 'unknown', chance: null, total: { judged: 20, score: 0.25, baseline: null, precision: 0.25, recall: 0.5, interval: { low: 0.11, high: 0.47 } }, weeks: [], calibration: { ...UNSAID, bins: [] }, standing: null, ...UNRANKED },
    {
      helper: 'recommendation', measure: 'ended', lowerIsBetter: false, verdict: 'better', chance: 0.02, total: { judged: 8, score: 0.625, baseline: 0.25, precision: 0.625, recall: 1, interval: { low: 0.31, high: 0.86 } }, weeks: [], calibration: { ...UNSAID, bins: [] }, standing: LIVE,
      reciprocalRank: 0.75, baselineReciprocalRank: 0.4167,
    },
  ],
  detectors: [
    {
      id: detectorId.parse('4'), name: 'Requests of the shop', state: 'shadow', precision: { right: 5, wrong: 15, unjudged: 2, value: 0.25, low: 0.11, high: 0.47 }, wrongAWeek: 7.5, allowedAWeek: 1,
      weeks: [{ from: '2026-02-16T00:00:00.000Z', right: 2, wrong: 8 }, { from: '2026-02-23T00:00:00.000Z', right: 3, wrong: 7 }], selfShadow: { at: '2026-03-01T09:23:00.000Z', reason: REASON },
    },
    { id: detectorId.parse('5'), name: 'Gone', state: null, precision: { right: 0, wrong: 0, unjudged: 1, value: null, low: null, high: null }, wrongAWeek: 0, allowedAWeek: null, weeks: [], selfShadow: null },
  ],
  drafts: [{ by: 'template', outcome: 'accepted', count: 7 }, { by: 'template', outcome: 'edited', count: 2 }],
};

const show = () => renderPage(<AccuracyPage />, { path: '/accuracy', at: '/accuracy' });

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getAccuracy']) });
  mockBackend.answer('getAccuracy', { ok: ACCURACY });
});

test('cap 121: how sure a helper was stands beside how often it was right, one click away', async () => {
  const user = userEvent.setup();
  show();
  await screen.findAllByTestId(testIds.accuracy.helper);
  expect(screen.queryByRole('button', { name: /How sure it was.*: Diagnosis$/ })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'How sure it was, and how often it was right: Prediction' }));
  const rows = within(screen.getByRole('region', { name: 'Prediction by how sure it was' })).getAllByRole('row').map((row) => row.textContent);
  expect(rows).toEqual([expect.stringContaining('It was sure to'), '0-20 %304 %3 %1-17 %', '40-60 %1046 %30 %11-60 %']);
});

test('each helper has its figures beside its baseline, what they mean, and what is not known yet', async () => {
  show();
  const [correlation, prediction, forecast, diagnosis] = await screen.findAllByTestId(testIds.accuracy.helper);
  expect(correlation).toHaveTextContent('Nothing is known yet. It counts alerts of incidents of which people said under “Was this one incident?” how they belong together.');
  expect(forecast).toHaveTextContent('24 settled forecasts');
  expect(forecast).toHaveTextContent('Baseline: the series stays at its last value, give or take as it moves.');
  expect(screen.getByTestId(testIds.accuracy.forecasts)).toHaveTextContent('18 of 22 limits were crossed in the time that was said (82 %; 80 % is meant), 3 sooner, 1 later or not at all.');
  expect(prediction).toHaveTextContent('Better than its baseline40 answered questions. Luck alone does that at most once in 80 times.');
  expect(screen.getByRole('region', { name: 'Detection' })).toHaveTextContent('Not told apart from its baseline');
  expect(correlation).toHaveTextContent('Not known yet0 judged alerts');
  const table = within(screen.getByRole('region', { name: 'Prediction by week' })).getAllByRole('row').map((row) => row.textContent);
  expect(table).toEqual([expect.stringContaining('Brier score, lower is better'), 'All400.0220.010-0.0350.03346 %77 %13 %, 10 %', '2026-02-23400.0220.010-0.0350.03346 %77 %13 %, 10 %']);
  expect(diagnosis).toHaveTextContent('Worse than its baseline for two weeks');
  expect(diagnosis).toHaveTextContent('20 judged causes');
  expect(screen.getByRole('region', { name: 'Recommendation' })).toHaveTextContent('Mean reciprocal rank of the runbook that ended it: 0.750, by how often they were run: 0.417.');
  expect(screen.getByRole('region', { name: 'What became of drafts' })).toHaveTextContent('By the template: 7 taken as they were, 2 changed, 0 not used');
});

test('a helper in shadow says since when and why, and what that means; an admin puts it back with a reason; detectors stand one by one', async () => {
  const user = userEvent.setup();
  const first = show();
  const diagnosis = await screen.findByRole('region', { name: 'Diagnosis' });
  expect(diagnosis).toHaveTextContent('In shadow');
  expect(within(diagnosis).getByRole('alert')).toHaveTextContent(/by itself: worse than its baseline for two weeks: 0.200 against 0.500 .*Suspects are not shown on incidents; what people add or judge is\. It goes on being measured\./);
  const detection = screen.getByRole('region', { name: 'Detection' });
  expect(within(detection).getByRole('row', { name: /Requests of the shop/ })).toHaveTextContent(`Requests of the shopPut itself to shadow ${REASON}515225 % (11-47 %)7.5, too many12026-02-16: 2 of 10; 2026-02-23: 3 of 10`);
  expect(within(detection).getByRole('row', { name: /Gone/ })).toHaveTextContent('GoneRemoved001–0––');
  expect(screen.queryByRole('button', { name: 'Put it back: Diagnosis' })).not.toBeInTheDocument();
  first.unmount();

  mockBackend.answer('getMe', { ok: meWith(['getAccuracy', 'putHelperMode']) });
  mockBackend.answer('putHelperMode', { ok: LIVE });
  show();
  await user.click(await screen.findByRole('button', { name: 'Put it back: Diagnosis' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'The map was mended');
  await user.click(within(dialog).getByRole('button', { name: 'Put it back' }));
  await waitFor(() => expect(mockBackend.callsOf('putHelperMode')).toMatchObject([{ path: '/helper-mode', body: { helper: 'diagnosis', mode: 'live', reason: 'The map was mended' }, headers: { 'If-Match': '"1"' } }]));
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
