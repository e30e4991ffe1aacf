/** Tasks on the page of an incident: the list, ticking off, the form, and what a line of the timeline becomes. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentNumber, taskId, type Task } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, CHECKOUT_DOWN, meWith, OWN_NOTE, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { openLiveStreams } from '../../test/liveStreams.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (tab: string) => renderPage(<IncidentPage />, { path: '/incidents/:number', at: `/incidents/7?tab=${tab}` });

function taskOf(id: string, over: Partial<Task> = {}): Task {
  return {
    id: taskId.parse(id), version: 4, incident: { number: incidentNumber.parse(7), title: CHECKOUT_DOWN.title }, title: `Task ${id}`, description: '', state: 'todo', priority: 'normal', owner: null, dueAt: null,
    overdue: false, waitsFor: [], blocked: false, checklist: [], entry: null, createdAt: '2026-03-01T10:00:00.000Z', createdBy: 'Ada Admin', endedAt: null, ...over,
  };
}

const DRAIN = taskOf('1', {
  title: 'Drain the queue', owner: { kind: 'role', role: 'commander', holder: ADA }, dueAt: '2026-03-01T10:00:00.000Z', overdue: true, checklist: [{ text: 'Stop the writers', done: false }, { text: 'Wait', done: true }],
  entry: { position: '40', text: OWN_NOTE.text },
});
const RESTART = taskOf('2', { title: 'Restart the pool', waitsFor: [{ id: DRAIN.id, title: DRAIN.title, state: 'todo' }], blocked: true });
const CALLED = taskOf('3', { title: 'Call the provider', state: 'done', endedAt: '2026-03-01T10:05:00.000Z' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listTimeline', 'listIncidentTasks', 'createTask', 'editTask', 'completeTask', 'cancelTask', 'reopenTask']) });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('listTimeline', { ok: pageOf([OWN_NOTE]) });
  mockBackend.answer('listIncidentTasks', { ok: pageOf([DRAIN, RESTART, CALLED]) });
});

test('cap 64, cap 67: the list says who has a task, that it is overdue, what it waits for; what waits cannot be ticked off', async () => {
  const user = userEvent.setup();
  mockBackend.answer('completeTask', { ok: { ...DRAIN, state: 'done' } });
  mockBackend.answer('editTask', { ok: DRAIN });
  show('tasks');

  const [drain, restart] = await screen.findAllByTestId(testIds.task);
  if (drain === undefined || restart === undefined) throw new Error('two tasks are open');
  for (const fact of ['Commander: Ada Admin', 'Overdue', 'Stop the writers']) expect(drain).toHaveTextContent(fact);
  expect(within(drain).getByRole('link', { name: 'from the timeline' })).toHaveAttribute('href', expect.stringContaining('/incidents/7?tab=timeline&id=40'));
  expect(restart).toHaveTextContent('Waits for “Drain the queue”');
  expect(within(restart).getByRole('checkbox', { name: 'Restart the pool' })).toBeDisabled();
  await user.click(within(drain).getByRole('checkbox', { name: 'Stop the writers' }));
  await waitFor(() => expect(mockBackend.callsOf('editTask')[0]).toMatchObject({ body: { checklist: [{ text: 'Stop the writers', done: true }, { text: 'Wait', done: true }] } }));
  await waitFor(() => expect(within(drain).getByRole('checkbox', { name: 'Drain the queue' })).toBeEnabled());
  await user.click(within(drain).getByRole('checkbox', { name: 'Drain the queue' }));
  await waitFor(() => expect(mockBackend.callsOf('completeTask')).toHaveLength(1));
  expect(screen.queryByText('Call the provider')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '1 done or not needed' }));
  expect(screen.getByRole('checkbox', { name: 'Call the provider' })).toBeChecked();
});

test('a task is added in one line, or with details; somebody who was quicker is said in words', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createTask', { ok: taskOf('4') });
  show('tasks');
  await user.type(await screen.findByRole('textbox', { name: 'New task' }), 'Tell support{Enter}');
  await waitFor(() => expect(mockBackend.callsOf('createTask')[0]?.body).toEqual({ title: 'Tell support' }));

  await user.click(screen.getByRole('button', { name: 'With details…' }));
  const dialog = await findDialog();
  expect(within(dialog).getByRole('button', { name: 'Add task' })).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox', { name: /What is to be done/ }), 'Fail over');
  await user.click(within(dialog).getByRole('radio', { name: 'Commander' }));
  await user.click(within(dialog).getByRole('radio', { name: 'High' }));
  await user.click(within(dialog).getByRole('button', { name: 'Add a point' }));
  await user.type(within(dialog).getByRole('textbox', { name: 'Point 1' }), 'Promote');
  await user.click(within(dialog).getByRole('button', { name: 'Add task' }));
  await waitFor(() => expect(mockBackend.callsOf('createTask')[1]?.body).toEqual({
    title: 'Fail over', description: '', owner: { kind: 'role', role: 'commander' }, dueAt: null, priority: 'high', waitsFor: [], checklist: [{ text: 'Promote', done: false }],
  }));

  mockBackend.answer('editTask', problemOf(412, 'version_mismatch', '“Drain the queue” was changed since you looked; look again and repeat what still makes sense'));
  await user.click(await screen.findByRole('button', { name: 'Edit Drain the queue' }));
  await user.click(within(await findDialog()).getByRole('radio', { name: 'In progress' }));
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('was changed since you looked'));
  // what was not touched is not sent: nobody is made the owner anew
  expect(mockBackend.callsOf('editTask').at(-1)?.body).toMatchObject({ state: 'doing', dueAt: DRAIN.dueAt });
  expect(mockBackend.callsOf('editTask').at(-1)?.body).not.toHaveProperty('owner');
});

test('cap 66: a line of the timeline becomes a task with one press, and shows it from then on, without a reload', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createTask', { ok: DRAIN });
  const live = openLiveStreams();
  try {
    show('timeline');
    await user.click(await screen.findByRole('button', { name: 'Make a task of this' }));
    await waitFor(() => expect(mockBackend.callsOf('createTask')[0]?.body).toEqual({ entry: '40' }));
    mockBackend.answer('listTimeline', { ok: pageOf([{ ...OWN_NOTE, tasks: [{ id: DRAIN.id, title: DRAIN.title, state: 'todo' }] }]) });
    live.tell({ position: '99', type: 'incident.task_added', incident: 7, at: '2026-03-01T10:07:00.000Z', actor: { kind: 'user', key: 'user:bo', name: 'Bo' }, data: { task: '1' } });
    expect(await screen.findByRole('link', { name: 'Drain the queue' })).toHaveAttribute('href', expect.stringContaining('/incidents/7?tab=tasks&id=1'));
  } finally {
    live.remove();
  }
});

test('without tasks the tab says what they are for; a reader who may not add is offered nothing; a fault says what to do', async () => {
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listIncidentTasks']) });
  mockBackend.answer('listIncidentTasks', { ok: pageOf<Task>([]) });
  const { unmount } = show('tasks');
  expect(await screen.findByText(/No tasks yet/)).toBeInTheDocument();
  expect(screen.queryByRole('textbox', { name: 'New task' })).not.toBeInTheDocument();
  unmount();

  mockBackend.answer('listIncidentTasks', problemOf(503, 'unavailable', 'the database does not answer'));
  show('tasks');
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
});
