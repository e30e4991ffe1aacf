/** Now: what is broken, who is on it, and what to do when nothing can be known. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { forecastId, pageId, runbookId, runId, taskId, type Task } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, alertOf, CHECKOUT_DOWN, GRAFANA_SOURCE, HEALTHY, listOf, meWith, SEARCH_CANDIDATE } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { attachedOf, forecastOf, forecastSeriesOf, predictionOf } from '../../test/insights.ts';
import { runOf, wholeRunbookOf } from '../../test/runbookFixtures.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { NowPage } from './NowPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<NowPage />, { path: '/now', at: '/now' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', {
    ok: meWith(['listIncidents', 'acknowledgeIncident', 'assignCommander', 'promoteIncident', 'rejectIncident', 'declareIncident', 'listSources', 'getStatus', 'listDeadLetters']),
  });
  mockBackend.answer('listIncidents', ({ query }) => ({ ok: listOf(query.get('phase') === 'active' ? [CHECKOUT_DOWN] : [SEARCH_CANDIDATE]) }));
  mockBackend.answer('countIncidents', { ok: { candidates: 1, active: 1, bySeverity: { sev1: 1, sev2: 0, sev3: 1, sev4: 0, sev5: 0 } } });
  mockBackend.answer('getIncident', ({ path }) => ({ ok: path.endsWith('/7') ? CHECKOUT_DOWN : SEARCH_CANDIDATE }));
  mockBackend.answer('listSources', { ok: { items: [{ ...GRAFANA_SOURCE, deadLetters: 1 }], nextCursor: null } });
  mockBackend.answer('getStatus', { ok: HEALTHY });
  mockBackend.answer('listAlerts', { ok: listOf([]) });
});

test('a card says how bad it is, who leads and what comes next', async () => {
  show();
  const card = await screen.findByTestId(testIds.now.card);
  expect(card).toHaveTextContent('SEV1');
  expect(card).toHaveTextContent('Declared');
  expect(card).toHaveTextContent('Customers cannot pay');
  expect(card).toHaveTextContent('9 of 12 firing');
  expect(card).toHaveTextContent('No commander');
  expect(await within(card).findByRole('button', { name: 'Acknowledge' })).toBeEnabled();
});

test('a candidate says why it waits, and a rejection asks for a reason', async () => {
  const user = userEvent.setup();
  mockBackend.answer('rejectIncident', { ok: { ...SEARCH_CANDIDATE, state: 'rejected' } });
  show();
  const candidate = await screen.findByTestId(testIds.now.candidate);
  expect(await within(candidate).findByText(/80 of 100 points/)).toBeInTheDocument();
  expect(candidate).toHaveTextContent('90 % sure');
  expect(candidate).toHaveTextContent('probably began in payments-db');
  await user.click(await within(candidate).findByRole('button', { name: 'Reject' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
  expect(mockBackend.calls.some(({ operation }) => operation === 'rejectIncident')).toBe(false);
  await user.type(within(dialog).getByRole('textbox'), 'Planned load test');
  await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'rejectIncident')?.body).toEqual({ reason: 'Planned load test' }));
});

test('cap 55: whoever is called sees it first, and answers with one press', async () => {
  const user = userEvent.setup();
  let answered = false;
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'listMyPages', 'answerPage']) });
  mockBackend.answer('listMyPages', () => ({ ok: { pages: answered ? [] : [{ id: pageId.parse('5'), incident: CHECKOUT_DOWN.number, title: CHECKOUT_DOWN.title, severity: 'sev1', role: 'commander', sentAt: '2026-11-24T05:00:00.000Z', times: 3 }] } }));
  mockBackend.answer('answerPage', () => {
    answered = true;
    return { ok: { incident: CHECKOUT_DOWN.number, escalations: [] } };
  });
  show();
  const page = await screen.findByTestId(testIds.now.myPage);
  expect(page).toHaveTextContent(/SEV1.*INC-7 .*For commander, called 3 times, last /);
  await user.click(within(page).getByRole('button', { name: 'I can’t' }));
  await waitFor(() => expect(screen.queryByTestId(testIds.now.myPage)).not.toBeInTheDocument());
  expect(mockBackend.calls.find(({ operation }) => operation === 'answerPage')).toMatchObject({ body: { answer: 'decline' } });
});

const TASK: Task = {
  id: taskId.parse('1'), version: 1, incident: { number: CHECKOUT_DOWN.number, title: CHECKOUT_DOWN.title }, title: 'Brief support', description: '', state: 'todo', priority: 'high',
  owner: { kind: 'role', role: 'commander', holder: ADA }, dueAt: null, overdue: false, waitsFor: [], blocked: false, checklist: [], entry: null, createdAt: '2026-03-01T10:00:00.000Z', createdBy: 'Bo', endedAt: null,
};

test('cap 64, cap 67: my tasks and overdue ones stand on the page with their incident, and are ticked off there', async () => {
  const user = userEvent.setup();
  const mine = TASK;
  mockBackend.answer('getMe', { ok: meWith(['listTasks', 'completeTask', 'editTask']) });
  mockBackend.answer('listTasks', ({ query }) => ({ ok: { items: query.get('owner') === 'me' ? [mine] : [], nextCursor: null } }));
  mockBackend.answer('completeTask', { ok: { ...mine, state: 'done' } });
  const { unmount } = show();
  const list = await screen.findByRole('list', { name: 'My tasks' });
  expect(list).toHaveTextContent('Commander: Ada Admin');
  expect(within(list).getByRole('link', { name: 'INC-7 Customers cannot pay' })).toHaveAttribute('href', expect.stringContaining('/incidents/7?tab=tasks&id=1'));
  await user.click(within(list).getByRole('checkbox', { name: 'Brief support' }));
  await waitFor(() => expect(mockBackend.callsOf('completeTask')).toHaveLength(1));
  expect(screen.queryByRole('heading', { name: 'Overdue tasks of others' })).not.toBeInTheDocument();
  unmount();

  mockBackend.answer('listTasks', ({ query }) => ({ ok: { items: query.get('due') === 'overdue' ? [{ ...mine, overdue: true, dueAt: '2026-03-01T10:00:00.000Z' }] : [], nextCursor: null } }));
  show();
  expect(await screen.findByRole('list', { name: 'Overdue tasks of others' })).toHaveTextContent('Overdue');
  expect(await screen.findByText(/Nothing waits for you/)).toBeInTheDocument();
});

test('cap 64: a task of mine that is overdue stands once on the page', async () => {
  const overdue = { ...TASK, overdue: true, dueAt: '2026-03-01T10:00:00.000Z' };
  const ofOthers = { ...overdue, id: taskId.parse('2'), title: 'Call the carrier', owner: null };
  mockBackend.answer('getMe', { ok: meWith(['listTasks']) });
  mockBackend.answer('listTasks', ({ query }) => ({ ok: { items: query.get('owner') === 'me' ? [overdue] : [overdue, ofOthers], nextCursor: null } }));
  show();
  expect(await screen.findByRole('list', { name: 'Overdue tasks of others' })).toHaveTextContent('Call the carrier');
  expect(await screen.findAllByText('Brief support')).toHaveLength(1);
});

test('cap 35: what fires in no incident is told with its number, and leads to the reasons; nothing is told when there is none', async () => {
  mockBackend.answer('listAlerts', ({ query }) => ({ ok: { ...listOf([alertOf({ incident: null })]), total: query.get('incident') === 'none' && query.get('status') === 'firing' ? 12 : 0 } }));
  const { unmount } = show();
  expect(await screen.findByRole('link', { name: '12 alerts fire in no incident' })).toHaveAttribute('href', expect.stringContaining('/noise?tab=loose'));
  unmount();
  mockBackend.answer('listAlerts', { ok: listOf([]) });
  show();
  await screen.findByTestId(testIds.now.candidate);
  expect(screen.queryByRole('link', { name: /in no incident/ })).not.toBeInTheDocument();
});

test('acknowledging sends one keyed request and says so', async () => {
  const user = userEvent.setup();
  mockBackend.answer('acknowledgeIncident', { ok: { ...CHECKOUT_DOWN, state: 'investigating' } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Acknowledge' }));
  await waitFor(() => expect(published).toHaveLength(1));
  const sent = mockBackend.calls.filter(({ operation }) => operation === 'acknowledgeIncident');
  expect(sent).toHaveLength(1);
  expect(sent[0]?.headers['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/);
  expect(published[0]?.payload).toEqual(['INC-7: acknowledged']);
});

test('when somebody was faster, one clear message says who', async () => {
  const user = userEvent.setup();
  mockBackend.answer('acknowledgeIncident', problemOf(409, 'conflict', 'INC-7 was acknowledged by Bo Byte'));
  show();
  await user.click(await screen.findByRole('button', { name: 'Acknowledge' }));
  await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['INC-7 was acknowledged by Bo Byte'] }]));
});

test('"Take it" makes the asker the commander, on the version that was seen', async () => {
  const user = userEvent.setup();
  mockBackend.answer('assignCommander', { ok: { ...CHECKOUT_DOWN, commander: ADA } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Take it' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'assignCommander')).toMatchObject({ body: { commander: 'user:ada' }, headers: { 'If-Match': '"3"' } }));
});

test('nothing on fire is calm', async () => {
  mockBackend.answer('listIncidents', { ok: listOf([]) });
  mockBackend.answer('countIncidents', { ok: { candidates: 0, active: 0, bySeverity: { sev1: 0, sev2: 0, sev3: 0, sev4: 0, sev5: 0 } } });
  show();
  expect(await screen.findByText('Nothing is on fire')).toBeInTheDocument();
});

test('health names payloads that could not be read', async () => {
  show();
  expect(await screen.findByText('1 payload could not be read')).toBeInTheDocument();
  expect(await screen.findByText('Correlation is up to date')).toBeInTheDocument();
});

test('until the first answer there are placeholders', () => {
  for (const operation of ['getMe', 'listIncidents', 'countIncidents', 'getIncident'] as const) {
    mockBackend.answer(operation, 'never');
  }
  show();
  expect(screen.getAllByTestId(testIds.state.loading).length).toBeGreaterThan(0);
});

test('a viewer sees everything and is offered nothing', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'getIncident']) });
  show();
  await screen.findByTestId(testIds.now.card);
  await waitFor(() => expect(mockBackend.calls.some(({ operation }) => operation === 'getMe')).toBe(true));
  expect(screen.queryByRole('button', { name: /Acknowledge|Take it|Promote|Declare/ })).not.toBeInTheDocument();
  expect(screen.queryByTestId(testIds.now.health)).not.toBeInTheDocument();
});

test('when the app is not set up, one message leads to the configuration', async () => {
  for (const operation of ['getMe', 'listIncidents', 'countIncidents'] as const) {
    mockBackend.answer(operation, { status: 404 });
  }
  show();
  expect(await screen.findByText('Muster is not connected yet')).toBeInTheDocument();
  expect(screen.getAllByTestId(testIds.state.error)).toHaveLength(1);
  expect(screen.getByRole('link', { name: 'Open configuration' })).toBeInTheDocument();
});

test('cap 114: what may break soon is said with how likely it is, since when and until when; why, one click away; nothing while nothing is', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'listPredictions']) });
  mockBackend.answer('listPredictions', { ok: { items: [predictionOf()], nextCursor: null, shadow: false } });
  const first = show();
  const section = await screen.findByTestId(testIds.now.mayBreak);
  expect(within(section).getByRole('heading', { name: 'May break soon' })).toBeInTheDocument();
  expect(within(section).getByRole('link', { name: 'payments-db' })).toHaveAttribute('href', expect.stringContaining('/services?service=payments-db'));
  expect(section).toHaveTextContent('43 % likely');
  expect(section).toHaveTextContent(/A serious incident until .*; warned of/);
  expect(section).not.toHaveTextContent('PoolBusy');
  await user.click(within(section).getByRole('button', { name: 'Why payments-db may break' }));
  expect(section).toHaveTextContent('PoolBusy fires 5 times more rarely than other weak alerts do');
  expect(section).toHaveTextContent('Against: it stirs often');
  expect(mockBackend.callsOf('listPredictions')[0]?.query.get('state')).toBe('open');
  first.unmount();

  mockBackend.answer('listPredictions', { ok: { items: [], nextCursor: null, shadow: false } });
  const second = show();
  await screen.findAllByTestId(testIds.now.card);
  expect(screen.queryByTestId(testIds.now.mayBreak)).toBeNull();
  second.unmount();

  // cap 121
  mockBackend.answer('listPredictions', { ok: { items: [], nextCursor: null, shadow: true } });
  const third = show();
  expect(await screen.findByTestId(testIds.now.mayBreak)).toHaveTextContent('Prediction is in shadow: it is measured, and what it says is not acted on or shown as a claim.');
  third.unmount();

  mockBackend.answer('listPredictions', problemOf(503, 'unavailable', 'the database is away'));
  show();
  expect(await screen.findByText(/What may break soon is not known/)).toBeInTheDocument();
});

test('cap 113: limits that will be crossed stand there with when and with 80 % of how sure; the chart, one click away', async () => {
  const user = userEvent.setup();
  const nowMs = Date.now();
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'listForecasts']) });
  mockBackend.answer('listForecasts', { ok: { items: [forecastOf(nowMs)], nextCursor: null, look: null, shadow: false } });
  mockBackend.answer('getForecastChart', { ok: { ...forecastSeriesOf(nowMs), threshold: { value: 95, side: 'above' } } });
  show();
  const section = await screen.findByTestId(testIds.now.mayBreak);
  expect(within(section).getByRole('link', { name: 'Disk full (mountpoint=/data)' })).toHaveAttribute('href', expect.stringContaining('/detectors?id=4'));
  expect(within(section).getByRole('link', { name: 'payments-db' })).toBeInTheDocument();
  expect(section).toHaveTextContent(/above 95 in 3 h (9|10) min \(80 %: 2:(39|40)–4:0[45]\)/);
  expect(section).toHaveTextContent('88.2 now');
  await user.click(within(section).getByRole('button', { name: /Why Disk full .* will cross its limit/ }));
  expect(await within(section).findByRole('img', { name: /its values and what is expected, above 95 in 3 h/ })).toBeInTheDocument();
});

test('cap 113: of many limits those that are crossed first stand there; what gives no values any more says so, and one whose time is over is not said to come in no time', async () => {
  const nowMs = Date.now();
  const at = (minutes: number): string => new Date(nowMs + minutes * 60_000).toISOString();
  const many = Array.from({ length: 11 }, (_, index) => forecastOf(nowMs, { id: forecastId.parse(String(50 - index)), name: `Disk ${index}`, expected: { earliest: at(600 - 50 * index), at: at(610 - 50 * index), latest: at(620 - 50 * index) } }));
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'listForecasts']) });
  mockBackend.answer('listForecasts', { ok: { items: many, nextCursor: null, look: null, shadow: false } });
  const first = show();
  const section = await screen.findByTestId(testIds.now.mayBreak);
  const shown = within(section).getAllByTestId(testIds.forecast);
  expect([shown.length, shown[0]?.textContent?.startsWith('Disk 10'), section.textContent?.includes('Disk 0')]).toEqual([10, true, false]);
  expect(section).toHaveTextContent('There are more');
  first.unmount();

  const [late, due] = [{ earliest: at(-90), at: at(-40), latest: at(-20) }, { earliest: at(-90), at: at(-5), latest: at(25) }];
  mockBackend.answer('listForecasts', { ok: { items: [forecastOf(nowMs, { name: 'Late', expected: late, updatedAt: at(-60) }), forecastOf(nowMs, { id: forecastId.parse('2'), name: 'Due', expected: due })], nextCursor: null, look: null, shadow: false } });
  show();
  const [over, soon] = within(await screen.findByTestId(testIds.now.mayBreak)).getAllByTestId(testIds.forecast);
  expect(over).toHaveTextContent(/above 95 by now88\.2 then; .*It gave no values since .*this may not hold any more\./);
  expect(soon).toHaveTextContent(/above 95 any moment \(80 %: within 0:2[45]\)88\.2 now/);
});

test('caps 113, 114: runbooks that wait for a warning stand beside it with their level and state; what is suggested is started with the inputs of the warning', async () => {
  const user = userEvent.setup();
  const nowMs = Date.now();
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'listForecasts', 'listPredictions', 'startRun', 'getRunbook']) });
  mockBackend.answer('listPredictions', {
    ok: {
      items: [predictionOf({
        runbooks: [
          attachedOf({ record: '32', title: 'Scale out', level: 'approve', outcome: 'waits_for_approval', mayStart: false, run: { id: runId.parse('12'), state: 'running', waitsFor: 'approval' } }),
          attachedOf({ record: '33', title: 'Drain', level: 'run', outcome: 'held_back', reason: 'automation is frozen by Ada: upgrade', mayStart: false, whyNot: 'takes the role commander or a higher one' }),
        ],
      })],
      nextCursor: null, shadow: false,
    },
  });
  mockBackend.answer('listForecasts', { ok: { items: [forecastOf(nowMs, { runbooks: [attachedOf()] })], nextCursor: null, look: null, shadow: false } });
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf({ id: runbookId.parse('free-disk'), title: 'Free a disk', inputs: [{ name: 'mountpoint', type: 'string', required: true }] }) });
  mockBackend.answer('startRun', { ok: runOf([], { id: runId.parse('13'), title: 'Free a disk', incident: null }) });
  show();
  const section = await screen.findByTestId(testIds.now.mayBreak);
  const [asks, held, suggested] = await within(section).findAllByTestId(testIds.run.attached);
  expect(asks).toHaveTextContent('Scale outApprove, then runRunning, waits for an approval');
  expect(within(asks ?? section).getByRole('link', { name: 'Run 12' })).toHaveAttribute('href', expect.stringContaining('/runs/12'));
  expect(within(asks ?? section).queryByRole('button')).toBeNull();
  expect(held).toHaveTextContent('Held backDid not start by itself: automation is frozen by Ada: upgradeYou cannot start it: takes the role commander or a higher one');
  expect(within(held ?? section).queryByRole('button')).toBeNull();

  await user.click(within(suggested ?? section).getByRole('button', { name: 'Start Free a disk for Disk full (mountpoint=/data)' }));
  const dialog = await findDialog();
  expect(await within(dialog).findByDisplayValue('/data')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Run' }));
  await waitFor(() => expect(mockBackend.callsOf('startRun')[0]?.body).toEqual({ inputs: { mountpoint: '/data' }, start: 'page', record: '31' }));
});
