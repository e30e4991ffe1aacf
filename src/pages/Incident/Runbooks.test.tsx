/** Runbooks on the page of an incident: what is suggested and why, the start, and the run with its questions in place. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { runbookId } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { CHECKOUT_DOWN, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { ASK, CALM, RESTART, runbookOf, runOf, SUGGESTION, summaryOf, wholeRunbookOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<IncidentPage />, { path: '/incidents/:number', at: '/incidents/7?tab=runbooks' });
const RUN = runOf([ASK, RESTART], { waitsFor: 'approval' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listRuns', 'getRun', 'listSuggestions', 'startRun', 'listRunbooks', 'answerStep', 'dryRunRunbook', 'getAutomation']) });
  mockBackend.answer('getAutomation', { ok: CALM });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('listRuns', { ok: pageOf([]) });
  mockBackend.answer('getRun', { ok: RUN });
  mockBackend.answer('listSuggestions', { ok: { items: [SUGGESTION], nextCursor: null, none: null } });
  mockBackend.answer('getRunbook', {
    ok: wholeRunbookOf({
      inputs: [
        { name: 'host', title: 'Host', type: 'string', required: true }, { name: 'count', title: 'How many', type: 'number', required: true, min: 1, max: 5 }, { name: 'drain', title: 'Drain first', type: 'boolean', required: true, default: true },
        { name: 'zone', title: 'Zone', type: 'string', required: true, from: 'incident.services[0]' },
      ],
    }),
  });
});

test('a suggestion says why, and what holds it back; it is run with its inputs, typed and filled in as far as they are known', async () => {
  const user = userEvent.setup();
  mockBackend.answer('startRun', { ok: RUN });
  mockBackend.answer('dryRunRunbook', { ok: { ok: true, findings: [], steps: [{ path: 'restart', kind: 'http', name: 'Restart the pods', outcome: 'would_run', text: 'Calls ops.example.com', requests: [{ to: 'https://ops.example.com/restart', method: 'POST', headers: { Authorization: '***' }, body: null }] }] } });
  show();
  const suggestion = await screen.findByTestId(testIds.run.suggestion);
  for (const fact of ['It is for checkout', 'It worked in INC-3', 'Does not start by itself: it is outside the hours of the runbook', '75 % of 8 runs succeeded']) expect(suggestion).toHaveTextContent(fact);
  await user.click(within(suggestion).getByRole('button', { name: 'Run Restart checkout' }));
  const dialog = await findDialog();
  expect(await within(dialog).findByRole('textbox', { name: /Host/ })).toHaveValue('node-1');
  expect(within(dialog).getByRole('checkbox', { name: /Drain first/ })).toBeChecked();
  expect(within(dialog).getByRole('textbox', { name: /Zone/ })).toHaveAttribute('placeholder', 'Filled in from the incident');

  await user.click(within(dialog).getByRole('button', { name: 'Run' }));
  expect(await within(dialog).findByText('Is needed.')).toBeInTheDocument();
  await user.type(within(dialog).getByRole('spinbutton', { name: /How many/ }), '9');
  expect(within(dialog).getByText('Must be at most 5.')).toBeInTheDocument();
  await user.clear(within(dialog).getByRole('spinbutton', { name: /How many/ }));
  await user.type(within(dialog).getByRole('spinbutton', { name: /How many/ }), '2');
  await user.click(within(dialog).getByRole('button', { name: 'Show what it would do' }));
  expect(await within(dialog).findByTestId(testIds.runbooks.dryRunStep)).toHaveTextContent('POST https://ops.example.com/restart');
  expect(mockBackend.callsOf('startRun')).toHaveLength(0);

  mockBackend.answer('listRuns', { ok: pageOf([summaryOf(RUN)]) });
  await user.click(within(dialog).getByRole('button', { name: 'Run' }));
  await waitFor(() => expect(mockBackend.callsOf('startRun')[0]?.body).toEqual({ inputs: { host: 'node-1', count: 2, drain: true }, start: 'page', incident: 7 }));
  const card = await screen.findByTestId(testIds.run.card);
  expect(within(card).getByTestId(testIds.run.question)).toHaveTextContent('May checkout be restarted?');
});

test('a refused start is said in the dialog; another runbook can be chosen; where none fits the reason is given', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listSuggestions', { ok: { items: [], nextCursor: null, none: 'No live runbook is for checkout.' } });
  mockBackend.answer('listRunbooks', { ok: pageOf([runbookOf()]) });
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf() });
  mockBackend.answer('startRun', problemOf(409, 'conflict', 'it runs already, and it may run once at a time'));
  show();
  expect(await screen.findByText('No live runbook is for checkout.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Another runbook…' }));
  await user.click(await screen.findByRole('combobox', { name: 'Another runbook' }));
  await user.click(await screen.findByRole('option', { name: /Restart checkout/ }));
  await user.click(screen.getByRole('button', { name: 'Run…' }));
  await user.click(await within(await findDialog()).findByRole('button', { name: 'Run' }));
  expect(await screen.findByText('it runs already, and it may run once at a time')).toBeInTheDocument();
});

test('cap 119: what was rejected for the incident is shown as such and not put forward; it is rejected here as on the overview, and taken back', async () => {
  const user = userEvent.setup();
  const look = { ...SUGGESTION, id: 'look', runbook: runbookId.parse('look'), title: 'Look at checkout', rejected: { reason: 'checkout is up', by: { kind: 'user', key: 'user:ada', name: 'Ada' }, at: '2026-03-01T10:05:00.000Z' } } as const;
  const found = { state: 'ready', items: [], none: null, shadow: false } as const;
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listRuns', 'listSuggestions', 'startRun', 'listRunbooks', 'getAutomation', 'judgeRecommendation']) });
  mockBackend.answer('listSuggestions', { ok: { items: [SUGGESTION, look], nextCursor: null, none: null } });
  mockBackend.answer('judgeRecommendation', { ok: found });
  show();
  const [restart, looking] = await screen.findAllByTestId(testIds.run.suggestion);
  if (restart === undefined || looking === undefined) throw new Error('not two');
  expect(looking).toHaveTextContent(/Rejected by Ada, .*: checkout is up/);
  expect(within(looking).queryByRole('button', { name: /^Run/ })).toBeNull();
  await user.click(within(looking).getByRole('button', { name: 'Suggest it again: Look at checkout' }));
  await waitFor(() => expect(mockBackend.callsOf('judgeRecommendation')[0]?.body).toEqual({ runbook: 'look', verdict: 'open', reason: '' }));

  await user.click(within(restart).getByRole('button', { name: 'Not the right one: Restart checkout' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Why not/ }), 'It was restarted');
  const asked = mockBackend.callsOf('listSuggestions').length;
  await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
  await waitFor(() => expect(mockBackend.callsOf('judgeRecommendation')[1]?.body).toEqual({ runbook: 'restart-checkout', verdict: 'rejected', reason: 'It was restarted' }));
  // The list is asked for anew.
  await waitFor(() => expect(mockBackend.callsOf('listSuggestions').length).toBeGreaterThan(asked));
});

test('ended runs are listed; a reader is offered no start', async () => {
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listRuns', 'getRun', 'listSuggestions', 'getAutomation']) });
  mockBackend.answer('listRuns', { ok: pageOf([summaryOf(runOf([], { state: 'failed', error: 'Restart the pods failed', endedAt: '2026-03-01T10:06:00.000Z' }))]) });
  show();
  const row = await screen.findByTestId(testIds.run.row);
  for (const fact of ['Failed', 'Restart the pods failed', 'took 1 min 00 s']) expect(row).toHaveTextContent(fact);
  await screen.findByTestId(testIds.run.suggestion);
  expect(screen.queryByRole('button', { name: /Run/ })).not.toBeInTheDocument();
});
