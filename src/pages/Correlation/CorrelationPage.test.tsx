/** Correlation: people add what only they know as a draft, try it on the past, and can always go back. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { correlationRule, correlationSettings, correlationState, incidentNumber, type BackTest, type CorrelationState, type LearnedItem, type LearningStatus } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { CorrelationPage } from './CorrelationPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (tab = '') => renderPage(<CorrelationPage />, { path: '/correlation', at: `/correlation${tab}` });
const BY_ADA = { kind: 'user', key: ADA.key, name: ADA.name } as const;
const RULE = correlationRule.parse({ id: 'database', name: 'Database cluster', condition: 'name.startsWith("Database")', groupBy: ['cluster'], window: { kind: 'sliding', seconds: 600 }, minAlerts: 3 });

function stateWith(over: Partial<CorrelationState> = {}): CorrelationState {
  return correlationState.parse({
    version: 4, draft: null,
    defaults: {
      quietMinutes: 45, waitMinutes: 30, changeMinutes: 20, habitHours: 24, incidentsPerHour: 0.5, spread: 0.6, openEvidence: 3, mergeEvidence: 8, splitEvidence: 4, minAlerts: 3,
    },
    active: { version: 2, settings: { rules: [RULE] }, note: 'one rule for databases', activatedAt: '2026-03-01T09:00:00.000Z', activatedBy: BY_ADA, revertedTo: null },
    ...over,
  });
}

const DRAFT = { settings: correlationSettings.parse({ rules: [{ ...RULE, minAlerts: 5 }] }), editedAt: '2026-03-01T10:00:00.000Z', editedBy: BY_ADA };
const SIDE = { incidents: 9, declared: 4, alertsInIncidents: 300, compression: 0.9, medianMinutesToDeclare: 4, score: { labelled: 40, pairPrecision: 0.8, pairRecall: 0.7, pairF1: 0.75, falseJoins: 6 } };
const INCIDENT = { title: 'payments-db: connections run out', severity: 'sev1' as const, services: ['payments-db'], alerts: 30, firstAlertAt: '2026-03-01T08:00:00.000Z', declaredAt: null };
const DONE: BackTest = {
  id: 'test-1', state: 'done', from: '2026-02-28T10:00:00.000Z', to: '2026-03-01T10:00:00.000Z', baseVersion: 2, draft: DRAFT.settings, progress: 1,
  requestedAt: '2026-03-01T10:00:00.000Z', requestedBy: BY_ADA, finishedAt: '2026-03-01T10:00:20.000Z', error: null,
  report: {
    alerts: 400, before: SIDE, after: { ...SIDE, incidents: 7, medianMinutesToDeclare: 2.5, score: { ...SIDE.score, pairF1: 0.7 } }, unchanged: 5,
    differences: [{ kind: 'merged', before: [INCIDENT, { ...INCIDENT, title: 'checkout: errors' }], after: INCIDENT, alerts: 60 }], differencesTotal: 1,
  },
};

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getCorrelation', 'putCorrelationDraft', 'activateCorrelationDraft', 'discardCorrelationDraft', 'revertCorrelation', 'startBackTest', 'cancelBackTest']) });
  mockBackend.answer('getCorrelation', { ok: stateWith() });
  mockBackend.answer('listBackTests', { ok: pageOf([{ ...DONE, report: null }]) });
  mockBackend.answer('getBackTest', { ok: DONE });
});

test('cap 37: judgements of past incidents are listed with who said it, and lead to their incidents', async () => {
  mockBackend.answer('listJudgements', {
    ok: pageOf([{ incident: 9, judgement: { verdict: 'should_merge', with: [7] }, judgedAt: '2026-03-01T10:00:00.000Z', judgedBy: BY_ADA }]),
  });
  const { unmount } = show('?tab=judgements');
  const row = await screen.findByTestId(testIds.correlation.judgement);
  expect(row).toHaveTextContent('This belongs together with INC-7.Ada Admin');
  expect(within(row).getByRole('link', { name: 'INC-9' })).toHaveAttribute('href', expect.stringContaining('/incidents/9'));
  unmount();
  mockBackend.answer('listJudgements', { ok: pageOf([]) });
  show('?tab=judgements');
  expect(await screen.findByText('Nobody has judged an incident yet')).toBeInTheDocument();
});

test('a rule is told in words', async () => {
  show();
  const card = await screen.findByTestId(testIds.correlation.rule);
  expect(card).toHaveTextContent('3 or more alerts with the same cluster, within any 10 min 00 s, make one incident.');
  expect(screen.getByTestId(testIds.correlation.draft)).toHaveTextContent('In force: version 2, one rule for databases');
});

test('adding a rule writes a draft on the version that was seen, and a fault is told at its field', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putCorrelationDraft', {
    problem: { ...problemOf(400, 'invalid_input', 'rules[1].condition: Unknown variable: servce').problem, errors: [{ field: 'rules[1].condition', message: 'at character 1: Unknown variable: servce' }] },
  });
  show();
  await user.click(await screen.findByRole('button', { name: 'Add rule' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText(/Name/), 'Shop');
  await user.type(within(dialog).getByLabelText(/Which alerts/), 'servce == "shop"');
  await user.click(within(dialog).getByRole('button', { name: 'Save into the draft' }));

  expect((await within(dialog).findAllByText(/Unknown variable: servce/)).length).toBeGreaterThan(0);
  const sent = mockBackend.calls.find(({ operation }) => operation === 'putCorrelationDraft');
  expect(sent?.headers['If-Match']).toBe('"4"');
  expect(sent?.body).toMatchObject({ rules: [{ id: 'database' }, { id: 'shop', condition: 'servce == "shop"', minAlerts: 2 }] });
});

test('windows and weights: what is left empty stays as configured', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putCorrelationDraft', { ok: stateWith({ version: 5 }) });
  show();
  await user.click(await screen.findByRole('button', { name: /Windows and weights/ }));
  expect(screen.getByLabelText(/Quiet time/)).toHaveAttribute('placeholder', '45');
  await user.type(screen.getByLabelText(/Quiet time/), '60');
  await user.click(screen.getByRole('button', { name: 'Save into the draft' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'putCorrelationDraft')?.body).toMatchObject({ tuning: { quietMinutes: 60 } }));
});

test('a draft says what it changes, and is activated with a note', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getCorrelation', { ok: stateWith({ draft: DRAFT }) });
  mockBackend.answer('activateCorrelationDraft', { ok: stateWith({ version: 5 }) });
  show();
  expect(await screen.findByTestId(testIds.correlation.draft)).toHaveTextContent('Draft: 1 rule changed');
  expect(screen.getByText('Changed in the draft')).toBeInTheDocument();
  await user.click(await screen.findByRole('button', { name: 'Activate…' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox'), 'fewer false ones');
  await user.click(within(dialog).getByRole('button', { name: 'Activate' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'activateCorrelationDraft')).toMatchObject({ body: { note: 'fewer false ones' }, headers: { 'If-Match': '"4"' } }));
});

test('when somebody else has edited meanwhile, one message says so', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getCorrelation', { ok: stateWith({ draft: DRAFT }) });
  mockBackend.answer('discardCorrelationDraft', problemOf(412, 'version_mismatch', 'the correlation settings were changed in the meantime'));
  show();
  await user.click(await screen.findByRole('button', { name: 'Throw away' }));
  await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['the correlation settings were changed in the meantime'] }]));
});

test('a back-test shows both sides, what is better, and what would have been merged', async () => {
  show('?tab=back-tests');
  const test = await screen.findByTestId(testIds.correlation.backTest);
  expect(within(test).getByRole('row', { name: /Time to declare/ })).toHaveTextContent('4.0 min2.5 min better');
  expect(within(test).getByRole('row', { name: /Agreement with judgements/ })).toHaveTextContent('0.7500.700 worse');
  expect(within(test).getByText('1 difference, 5 unchanged')).toBeInTheDocument();
  const difference = within(test).getByTestId(testIds.correlation.difference);
  expect(difference).toHaveTextContent('2 incidents would be one · 60 alerts');
  expect(within(difference).getByRole('group', { name: 'In force' })).toHaveTextContent('checkout: errors');
});

test('a running back-test shows how far it is and can be stopped', async () => {
  const user = userEvent.setup();
  let state: BackTest['state'] = 'running';
  mockBackend.answer('getBackTest', () => ({ ok: { ...DONE, state, progress: 0.42, report: null } }));
  mockBackend.answer('cancelBackTest', () => {
    state = 'cancelled';
    return { ok: { ...DONE, state, report: null } };
  });
  show('?tab=back-tests');
  expect(await screen.findByRole('progressbar')).toHaveAttribute('aria-valuenow', '42');
  await user.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('The back-test was stopped')).toBeInTheDocument();
});

test('without a draft there is nothing to try, with one the last day is tried at a click', async () => {
  const user = userEvent.setup();
  show('?tab=back-tests');
  expect(await screen.findByText(/There is no draft to try/)).toBeInTheDocument();
  mockBackend.answer('getCorrelation', { ok: stateWith({ draft: DRAFT }) });
  mockBackend.answer('startBackTest', { ok: { ...DONE, state: 'queued', report: null } });
  show('?tab=back-tests');
  await user.click(await screen.findByRole('button', { name: 'Start' }));
  const sent = mockBackend.calls.find(({ operation }) => operation === 'startBackTest');
  const { from, to } = { from: '', to: '', ...(typeof sent?.body === 'object' ? sent.body : {}) };
  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
});

test('earlier settings come back with a note', async () => {
  const user = userEvent.setup();
  const earlier = { ...stateWith().active, version: 1, settings: correlationSettings.parse({}), note: 'first try' };
  mockBackend.answer('listCorrelationVersions', { ok: pageOf([stateWith().active, earlier]) });
  mockBackend.answer('revertCorrelation', { ok: stateWith({ version: 5 }) });
  show('?tab=history');
  const rows = await screen.findAllByTestId(testIds.correlation.version);
  expect(rows[0]).toHaveTextContent('In force');
  expect(rows[1]).toHaveTextContent('since then 1 rule added');
  await user.click(await within(rows[1] ?? document.body).findByRole('button', { name: 'Go back to it…' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox'), 'too many joined');
  await user.click(within(dialog).getByRole('button', { name: 'Put into force' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'revertCorrelation')).toMatchObject({ path: '/correlation/versions/1/revert' }));
});

const PAIR: LearnedItem = {
  id: 'a1', kind: 'pair', subject: { kind: 'service', name: 'checkout' }, other: { kind: 'service', name: 'search' }, effect: 'together', weight: 3.9,
  summary: 'checkout: fired together in 6 of the last 8 incidents with search; people put it together with search in 2 incidents',
  evidence: { together: 6, withSubject: 7, withOther: 8, incidents: 40, lift: 3.7, merged: 2, parted: 0, rejected: 0, promoted: 0 },
  incidents: [incidentNumber.parse(42), incidentNumber.parse(40)], lastSeenAt: '2026-03-01T09:00:00.000Z', ignored: null,
};
const HELD: LearnedItem = {
  ...PAIR, id: 'b2', kind: 'candidate', subject: { kind: 'cause', name: 'mail' }, other: null, effect: 'held', weight: 0,
  summary: 'rejected 3 times in the last 30 days: held, until one is graver, broader or larger',
  ignored: { at: '2026-03-01T09:00:00.000Z', by: BY_ADA, reason: 'each is looked at' },
};
const STATUS: LearningStatus = { learnedAt: '2026-03-01T09:52:00.000Z', version: 3, pairs: 1, candidates: 1, ignored: 0, incidents: 40, acts: 5, days: 90 };
const LEARNERS = ['getCorrelation', 'learnNow', 'forgetLearned', 'ignoreLearned', 'allowLearned'] as const;

test('cap 34: what was learned shows its evidence, its effect and its incidents, and is forgotten with a reason', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getMe', { ok: meWith(LEARNERS) });
  mockBackend.answer('getLearning', { ok: STATUS });
  mockBackend.answer('listLearned', (call) => ({ ok: pageOf(call.query.get('state') === 'ignored' ? [HELD] : [PAIR]) }));
  mockBackend.answer('forgetLearned', { ok: { ok: true } });
  mockBackend.answer('allowLearned', { ok: { ok: true } });
  mockBackend.answer('learnNow', { ok: STATUS });
  show('?tab=learned');
  const row = await screen.findByRole('region', { name: 'checkout + search' });
  expect(row).toHaveTextContent('fired together in 6 of the last 8 incidents with search');
  expect(row).toHaveTextContent('Together+3.9');
  expect(row).toHaveTextContent('6 incidents with both, 3.7 times as often as chance would have it');
  expect(within(row).getByRole('link', { name: 'INC-42' })).toHaveAttribute('href', expect.stringContaining('/incidents/42'));
  expect(await screen.findByTestId(testIds.correlation.learning)).toHaveTextContent('from 40 incidents and 5 acts of people in 90 days');

  await user.click(within(row).getByRole('button', { name: 'Forget checkout + search' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox'), 'the gateway is gone');
  await user.click(within(dialog).getByRole('button', { name: 'Forget it' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'forgetLearned')).toMatchObject({ path: '/correlation/learned/a1/forget', body: { reason: 'the gateway is gone' } }));

  await user.click(screen.getByRole('radio', { name: 'Not to be learned' }));
  const ignored = await screen.findByRole('region', { name: 'Candidates around mail' });
  expect(ignored).toHaveTextContent('that this is not to be learned: each is looked at');
  await user.click(within(ignored).getByRole('button', { name: 'Allow Candidates around mail again' }));
  await waitFor(() => expect(mockBackend.callsOf('allowLearned')).toHaveLength(1));
  await user.click(screen.getByRole('button', { name: 'Learn now' }));
  await waitFor(() => expect(mockBackend.callsOf('learnNow')).toHaveLength(1));
});

test('nothing learned says how it comes about; a failure offers another try; who may only look can forget nothing', async () => {
  mockBackend.answer('getMe', { ok: meWith(['getCorrelation']) });
  mockBackend.answer('getLearning', { ok: { ...STATUS, learnedAt: null } });
  mockBackend.answer('listLearned', { ok: pageOf([]) });
  const first = show('?tab=learned');
  expect(await screen.findByText('Nothing learned yet')).toBeInTheDocument();
  expect(screen.getByText(/Three incidents, or two acts of people, make a pair/)).toBeInTheDocument();
  first.unmount();
  mockBackend.answer('listLearned', problemOf(500, 'internal', 'something broke'));
  const second = show('?tab=learned');
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument();
  second.unmount();
  mockBackend.answer('listLearned', { ok: pageOf([PAIR]) });
  show('?tab=learned');
  await screen.findByTestId(testIds.correlation.learned);
  expect(screen.queryByRole('button', { name: /Forget|Do not learn|Learn now/ })).not.toBeInTheDocument();
});

test('who may only look is offered nothing to change', async () => {
  mockBackend.answer('getMe', { ok: meWith(['getCorrelation']) });
  mockBackend.answer('getCorrelation', { ok: stateWith({ draft: DRAFT }) });
  show();
  await screen.findByTestId(testIds.correlation.rule);
  expect(screen.queryByRole('button', { name: /Add rule|Edit|Remove|Activate|Throw away/ })).not.toBeInTheDocument();
});

test('until the first answer there are placeholders, and a failure offers another try', async () => {
  mockBackend.answer('getCorrelation', 'never');
  const first = show();
  expect(screen.getByTestId(testIds.state.loading)).toBeInTheDocument();
  first.unmount();
  mockBackend.answer('getCorrelation', problemOf(500, 'internal', 'something broke'));
  show();
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument();
});
