/** The page of a run: how it stands, what it asks, what may be done about it, and what a step writes. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Run, StepQuestion } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { ASK, BO, CALM, RESTART, RESTART_SOURCE, runOf, stepOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { RunPage } from './RunPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<RunPage />, { path: '/runs/:id', at: '/runs/31' });
const ALL = ['getRun', 'getAutomation', 'answerStep', 'retryStep', 'skipStep', 'pauseRun', 'resumeRun', 'cancelRun', 'undoRun', 'getStepOutput'] as const;

function answerWith(run: Run): void {
  mockBackend.answer('getRun', { ok: run });
}

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith([...ALL]) });
  mockBackend.answer('getAutomation', { ok: CALM });
  mockBackend.answer('getStepOutput', { ok: { attempt: 1, chunks: [], lastSeq: 0, truncated: false, ended: true } });
  answerWith(runOf([ASK, RESTART], { waitsFor: 'approval' }));
});

test('cap 71: an open question stands on top with who may answer; approving says what happens then', async () => {
  const user = userEvent.setup();
  mockBackend.answer('answerStep', { ok: runOf([{ ...ASK, state: 'succeeded', question: null }, { ...RESTART, state: 'running' }]) });
  show();
  const question = await screen.findByTestId(testIds.run.question);
  expect(question).toHaveTextContent('May checkout be restarted?');
  expect(question).toHaveTextContent('Commander or higher');
  expect(screen.getByTestId(testIds.run.state)).toHaveTextContent('Running, waits for an approval');
  expect(screen.getByTestId(testIds.run.primary)).toHaveTextContent('Answer: Ask');
  expect(screen.getByTestId(testIds.run.header)).toHaveTextContent('Started from a suggestion by Ada Admin');

  await user.click(within(question).getByRole('button', { name: 'Approve…' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('The run goes on with “Restart the pods”: POST https://ops.example.com/restart');
  await user.type(within(dialog).getByRole('textbox'), 'seen the dashboard');
  answerWith(runOf([{ ...ASK, state: 'succeeded', question: null }, { ...RESTART, state: 'running' }]));
  await user.click(within(dialog).getByRole('button', { name: 'Approve' }));
  await waitFor(() => expect(mockBackend.callsOf('answerStep')[0]?.body).toEqual({ step: 'ask', answer: 'approve', comment: 'seen the dashboard' }));
  await waitFor(() => expect(screen.queryByTestId(testIds.run.question)).not.toBeInTheDocument());
});

test('cap 71: whoever started the run cannot approve it, and reads why; two people are counted; a rejection needs a reason', async () => {
  const user = userEvent.setup();
  const asks = (mayAnswer: boolean, whyNot: string | null): StepQuestion => ({
    kind: 'approval', question: 'Sure?', role: 'commander', needed: 2, approvedBy: [BO], until: '2026-03-01T11:00:00.000Z', otherwise: 'reject', mayAnswer, whyNot,
  });
  answerWith(runOf([{ ...ASK, question: asks(false, 'you started this run') }, RESTART]));
  const { unmount } = show();
  const card = await screen.findByTestId(testIds.run.question);
  expect(card).toHaveTextContent('1 of 2 people have approved: Bo');
  expect(card).toHaveTextContent('then it counts as rejected');
  expect(card).toHaveTextContent('you started this run');
  expect(within(card).queryByRole('button', { name: 'Approve…' })).not.toBeInTheDocument();
  unmount();

  answerWith(runOf([{ ...ASK, question: asks(true, null) }, RESTART]));
  mockBackend.answer('answerStep', problemOf(403, 'not_allowed', 'whoever started the run cannot approve it'));
  show();
  await user.click(await screen.findByRole('button', { name: 'Reject…' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
  expect(await within(dialog).findByText('Say why in at least 3 characters.')).toBeInTheDocument();
  await user.type(within(dialog).getByRole('textbox'), 'too risky');
  await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
  expect(await within(dialog).findByText('You have no access to this')).toBeInTheDocument();
});

test('a manual step goes on only when each point is ticked off and each question answered', async () => {
  const user = userEvent.setup();
  const step = stepOf('look', {
    kind: 'manual', name: 'Look at the queue', state: 'waiting', waitsFor: 'input',
    question: { kind: 'input', instruction: 'Open the dashboard.', checklist: ['Queue is empty'], ask: [{ name: 'depth', title: 'How deep is it', type: 'number' }, { name: 'ok', title: 'Is it fine', type: 'boolean' }], mayAnswer: true, whyNot: null },
  });
  answerWith(runOf([step]));
  mockBackend.answer('answerStep', { ok: runOf([{ ...step, state: 'succeeded', question: null }]) });
  show();
  const done = await screen.findByRole('button', { name: 'Done, go on' });
  expect(done).toBeDisabled();
  await user.click(screen.getByRole('checkbox', { name: 'Queue is empty' }));
  await user.type(screen.getByRole('spinbutton', { name: 'How deep is it' }), '4');
  await user.click(done);
  await waitFor(() => expect(mockBackend.callsOf('answerStep')[0]?.body).toEqual({ step: 'look', answer: 'done', values: { depth: 4, ok: false } }));
});

test('a failed step says why and what it wrote; trying again and skipping say what will happen', async () => {
  const user = userEvent.setup();
  const failed = stepOf('restart', {
    name: 'Restart the pods', state: 'failed', error: 'the server answered 503', text: 'POST https://ops.example.com/restart', startedAt: '2026-03-01T10:05:00.000Z', endedAt: '2026-03-01T10:05:04.000Z',
    attempts: [{ attempt: 1, startedAt: '2026-03-01T10:05:00.000Z', endedAt: '2026-03-01T10:05:01.000Z', error: '503', outputBytes: 4, truncated: false }, { attempt: 2, startedAt: '2026-03-01T10:05:03.000Z', endedAt: '2026-03-01T10:05:04.000Z', error: '503', outputBytes: 4, truncated: true }],
  });
  answerWith(runOf([failed], { state: 'failed', error: 'Restart the pods failed', endedAt: '2026-03-01T10:05:04.000Z', commands: [] }));
  mockBackend.answer('getStepOutput', ({ query }) => (query.get('after') === '0'
    ? { ok: { attempt: 2, chunks: [{ seq: 1, at: '2026-03-01T10:05:03.000Z', stream: 'out', text: 'calling ' }, { seq: 2, at: '2026-03-01T10:05:04.000Z', stream: 'err', text: 'refused' }], lastSeq: 2, truncated: true, ended: true } }
    : { ok: { attempt: 2, chunks: [], lastSeq: 2, truncated: true, ended: true } }));
  mockBackend.answer('retryStep', { ok: runOf([{ ...failed, state: 'running', error: null }]) });
  mockBackend.answer('skipStep', problemOf(409, 'conflict', 'the step was tried again meanwhile'));
  show();
  const step = await screen.findByTestId(testIds.run.step);
  for (const fact of ['Failed', 'the server answered 503', '2 attempts']) expect(step).toHaveTextContent(fact);
  await user.click(within(step).getByRole('button', { name: 'Details of Restart the pods' }));
  expect(await within(step).findByTestId(testIds.run.output)).toHaveTextContent('calling refused');
  expect(step).toHaveTextContent('The output was too long to keep whole');
  expect(mockBackend.callsOf('getStepOutput')[0]?.query.get('attempt')).toBe('2');

  await user.click(within(step).getByRole('button', { name: 'Skip: Restart the pods' }));
  expect(await findDialog()).toHaveTextContent('Later steps that use what it gives will fail.');
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Skip the step' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('tried again meanwhile'));

  await user.click(screen.getByTestId(testIds.run.primary));
  expect(await findDialog()).toHaveTextContent('is done again, and the run goes on from there');
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(mockBackend.callsOf('retryStep')[0]?.body).toEqual({ step: 'restart', reason: '' }));
});

test('where the outcome is not known, trying again warns that it may happen twice', async () => {
  const user = userEvent.setup();
  answerWith(runOf([stepOf('drop', { kind: 'command', name: 'Drop the table', state: 'unknown' })], { commands: ['pause', 'cancel'] }));
  show();
  await user.click(await screen.findByTestId(testIds.run.primary));
  expect(await findDialog()).toHaveTextContent('trying again may do it a second time');
});

test('cap 75: cancelling and undoing name what is taken back, last first; afterwards a table says how that went', async () => {
  const user = userEvent.setup();
  const did = (path: string, undoText: string) => stepOf(path, { state: 'succeeded', hasUndo: true, undoText, startedAt: '2026-03-01T10:05:00.000Z', endedAt: '2026-03-01T10:05:01.000Z' });
  const run = runOf([did('scale', 'Scale back to 2'), did('route', 'Route back'), { ...RESTART, state: 'running' }]);
  answerWith(run);
  mockBackend.answer('cancelRun', { ok: runOf([stepOf('scale', { state: 'undo_failed', undoText: 'Scale back to 2', error: 'no answer' }), stepOf('route', { state: 'undone', undoText: 'Route back' })], { state: 'undo_failed', commands: [] }) });
  show();
  await user.click(await screen.findByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Cancel the run…' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('“Restart the pods” is stopped, and no further step begins.');
  expect(within(within(dialog).getByRole('list', { name: 'Taken back' })).getAllByRole('listitem').map((item) => item.textContent)).toEqual(['Step routeRoute back', 'Step scaleScale back to 2']);
  answerWith(runOf([stepOf('scale', { state: 'undo_failed', undoText: 'Scale back to 2', error: 'no answer' }), stepOf('route', { state: 'undone', undoText: 'Route back' })], { state: 'undo_failed', commands: [] }));
  await user.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
  await waitFor(() => expect(mockBackend.callsOf('cancelRun')[0]?.body).toEqual({ reason: '', undo: true }));
  const table = await screen.findByTestId(testIds.run.undone);
  expect(table).toHaveTextContent('Undo failed');
  expect(table).toHaveTextContent('no answer');
});

test('cap 79: steps ahead are shown as the version has them that the run keeps', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getMe', { ok: meWith([...ALL, 'getRunbookVersion']) });
  mockBackend.answer('getRunbookVersion', { ok: { version: 2, publishedAt: '2026-02-01T10:00:00.000Z', publishedBy: BO, draftedBy: BO, note: '', live: false, source: RESTART_SOURCE } });
  answerWith(runOf([ASK], { waitsFor: 'approval', stepsTotal: 2 }));
  show();
  await waitFor(() => expect(screen.getAllByTestId(testIds.run.step).map((step) => step.textContent)).toEqual([expect.stringContaining('Ask'), expect.stringContaining('Restart the podsNot yet')]));
  expect(mockBackend.callsOf('getRunbookVersion')[0]?.path).toBe('/runbooks/restart-checkout/versions/2');
  await user.click(screen.getByRole('button', { name: 'Approve…' }));
  expect(await findDialog()).toHaveTextContent('The run goes on with “Restart the pods”');
});

test('lanes, items and branches lie in the step that holds them, in the order of the runbook', async () => {
  answerWith(runOf([
    stepOf('both', { kind: 'parallel', name: 'Both', state: 'running' }), stepOf('both[left]/check', { name: 'Check' }), stepOf('both[right]/drain', { name: 'Drain' }),
    stepOf('each', { kind: 'forEach', name: 'Each host', state: 'pending' }), stepOf('each[0]/ping', { name: 'Ping' }),
  ]));
  show();
  const lane = await screen.findByRole('group', { name: 'Both: Lane left' });
  expect(within(lane).getByText('Check')).toBeInTheDocument();
  expect(within(screen.getByRole('group', { name: 'Each host: Item 1' })).getByText('Ping')).toBeInTheDocument();
  expect(screen.getAllByTestId(testIds.run.step).map((step) => step.dataset.step)).toEqual(['both', 'both[left]/check', 'both[right]/drain', 'each', 'each[0]/ping']);
});

test('a reader is offered nothing; a run that is not there is said', async () => {
  mockBackend.answer('getMe', { ok: meWith(['getRun', 'getAutomation']) });
  const { unmount } = show();
  const question = await screen.findByTestId(testIds.run.question);
  expect(within(question).queryByRole('button')).not.toBeInTheDocument();
  unmount();
  mockBackend.answer('getRun', problemOf(404, 'not_found', 'there is no run 31'));
  show();
  expect(await screen.findByText('There is no run 31')).toBeInTheDocument();
});
