/** The editor of runbooks: form and text are one, faults stand at their line and field, nothing of somebody else is lost. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Agent, Runbook, RunbookFinding } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { CHECKOUT_DOWN, listOf, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { BO, CALM, RESTART_SOURCE, runbookOf, wholeRunbookOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { EditorPage } from './EditorPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<EditorPage />, { path: '/runbooks/:id/edit', at: '/runbooks/restart-checkout/edit' });
const ALL = [
  'getRunbook', 'listRunbooks', 'checkRunbook', 'dryRunRunbook', 'putRunbookDraft', 'publishRunbook', 'discardRunbookDraft', 'listRunbookVersions', 'getRunbookVersion', 'restoreRunbookVersion', 'retireRunbook', 'startRun', 'getAutomation',
] as const;
const ME = { kind: 'user', key: 'user:ada', name: 'Ada Admin' } as const;

const draftOf = (source: string, version: number, over: Partial<Runbook> = {}): Runbook => wholeRunbookOf({ draft: { source, by: ME, at: '2026-03-01T10:00:00.000Z', findings: [] }, hasDraft: true, version, ...over });
const area = async () => await screen.findByTestId<HTMLTextAreaElement>(testIds.runbooks.source);
/** Types over the whole text at once. */
const write = (element: HTMLTextAreaElement, text: string) => fireEvent.change(element, { target: { value: text } });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith([...ALL]) });
  mockBackend.answer('getAutomation', { ok: CALM });
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf() });
  mockBackend.answer('listRunbooks', { ok: pageOf([runbookOf()]) });
  mockBackend.answer('checkRunbook', { ok: { findings: [], document: null } });
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN]) });
});

test('cap 68: what is changed in the form changes one place of the text, with comments and order as they were; and is saved', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putRunbookDraft', ({ body }) => ({ ok: draftOf(JSON.parse(JSON.stringify(body)).source, 6) }));
  show();
  const text = await area();
  expect(text).toHaveValue(RESTART_SOURCE);
  await user.click(await screen.findByRole('button', { name: /Restart the pods/ }));
  const form = screen.getByTestId(testIds.runbooks.formStep);
  const url = within(form).getByRole('textbox', { name: /Url/ });
  await user.clear(url);
  await user.type(url, 'https://ops.example.com/again');
  await user.tab();
  await waitFor(() => expect(text).toHaveValue(RESTART_SOURCE.replace('/restart\n', '/again\n')));
  await waitFor(() => expect(mockBackend.callsOf('putRunbookDraft')[0]?.body).toEqual({ source: RESTART_SOURCE.replace('/restart\n', '/again\n') }));
  expect(mockBackend.callsOf('putRunbookDraft')[0]?.headers['If-Match']).toBe('"5"');
  await waitFor(() => expect(screen.getByTestId(testIds.runbooks.saved)).toHaveTextContent('Saved'));
});

test('cap 68: steps are added, moved and taken out in the form; the text follows and the comments stay with their step', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putRunbookDraft', ({ body }) => ({ ok: draftOf(JSON.parse(JSON.stringify(body)).source, 6) }));
  show();
  const text = await area();
  await user.click(await screen.findByRole('button', { name: /^Ask Approval/ }));
  await user.click(screen.getByRole('button', { name: 'Move the step down' }));
  expect(text.value.indexOf('id: restart')).toBeLessThan(text.value.indexOf('# ask first'));
  expect(text.value.indexOf('# ask first')).toBeLessThan(text.value.indexOf('id: ask'));

  await user.type(screen.getByRole('combobox', { name: 'Add a step after it' }), 'Branch');
  await user.click(await screen.findByRole('option', { name: /^Branch/ }));
  expect(text.value).toContain('kind: branch');
  expect(await screen.findByRole('button', { name: /If true/ })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Remove step' }));
  expect(text.value).not.toContain('kind: branch');
  expect(text.value).toContain('# short, so that it fits');

  await user.click(await screen.findByRole('button', { name: /Restart the pods/ }));
  await user.click(screen.getByRole('button', { name: 'Add Undo' }));
  expect(text.value).toContain('undo:');
});

test('cap 68: what is wrong stands at its line, at its field, and in a list that leads there; such a text cannot be published', async () => {
  const user = userEvent.setup();
  const fault: RunbookFinding = { level: 'error', message: 'must be a web address', line: 24, column: 12, path: 'steps[1].with.url' };
  mockBackend.answer('getRunbook', { ok: draftOf(RESTART_SOURCE, 5) });
  mockBackend.answer('checkRunbook', { ok: { findings: [fault], document: null } });
  show();
  const finding = await screen.findByTestId(testIds.runbooks.finding);
  expect(finding).toHaveTextContent('Line 24, column 12must be a web address');
  const text = await area();
  expect(text).toHaveAttribute('aria-invalid', 'true');
  expect(screen.getByText('It has errors.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Publish…' })).toBeDisabled();
  await user.click(await screen.findByRole('button', { name: /Restart the pods/ }));
  expect(within(screen.getByTestId(testIds.runbooks.formStep)).getByText('must be a web address')).toBeInTheDocument();
  await user.click(within(finding).getByRole('button'));
  expect(text).toHaveFocus();
  expect(text.value.slice(0, text.selectionStart).split('\n')).toHaveLength(24);

  // no YAML at all: said at once, before the service is asked; the form comes back once it is mended
  mockBackend.answer('putRunbookDraft', 'never');
  write(text, 'steps: [');
  expect(await screen.findByText(/The text is not YAML at line/)).toBeInTheDocument();
  write(text, RESTART_SOURCE);
  expect(await screen.findByRole('button', { name: /Restart the pods/ })).toBeInTheDocument();
});

test('somebody else wrote the draft meanwhile: nothing is overwritten, both can be compared, and one is kept', async () => {
  const user = userEvent.setup();
  const theirs = RESTART_SOURCE.replace('Ask\n', 'Ask Bo\n');
  const mine = RESTART_SOURCE.replace('Ask\n', 'Ask me\n');
  mockBackend.answer('putRunbookDraft', problemOf(412, 'version_mismatch', 'changed since you looked'));
  show();
  const text = await area();
  await screen.findByTestId(testIds.runbooks.saved);
  mockBackend.answer('getRunbook', { ok: draftOf(theirs, 6) });
  write(text, mine);
  expect(await screen.findByText('Somebody else changed this draft meanwhile')).toBeInTheDocument();
  expect(text).toHaveValue(mine);
  expect(mockBackend.callsOf('putRunbookDraft')).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Show the difference' }));
  expect(screen.getByTestId(testIds.runbooks.diff)).toHaveTextContent('- name: Ask Bo+ name: Ask me');

  mockBackend.answer('putRunbookDraft', { ok: draftOf(mine, 7) });
  await user.click(screen.getByRole('button', { name: 'Keep mine, drop theirs' }));
  await waitFor(() => expect(mockBackend.callsOf('putRunbookDraft').at(-1)).toMatchObject({ body: { source: mine }, headers: { 'If-Match': '"6"' } }));
  await waitFor(() => expect(screen.queryByText('Somebody else changed this draft meanwhile')).not.toBeInTheDocument());
});

test('a draft that could not be saved says so, keeps what was written, and can be saved again', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putRunbookDraft', problemOf(503, 'unavailable', 'the database does not answer'));
  show();
  const text = await area();
  await screen.findByTestId(testIds.runbooks.saved);
  write(text, `${RESTART_SOURCE}# more\n`);
  expect(await screen.findByText(/The draft could not be saved/)).toBeInTheDocument();
  mockBackend.answer('putRunbookDraft', { ok: draftOf(`${RESTART_SOURCE}# more\n`, 6) });
  await user.click(screen.getByRole('button', { name: 'Save now' }));
  await waitFor(() => expect(screen.getByTestId(testIds.runbooks.saved)).toHaveTextContent('Saved'));
  expect(text).toHaveValue(`${RESTART_SOURCE}# more\n`);
});

test('who leaves the page before the typing has rested loses nothing', async () => {
  mockBackend.answer('putRunbookDraft', ({ body }) => ({ ok: draftOf(JSON.parse(JSON.stringify(body)).source, 6) }));
  const { unmount } = show();
  const text = await area();
  write(text, `${RESTART_SOURCE}# last words\n`);
  unmount();
  await waitFor(() => expect(mockBackend.callsOf('putRunbookDraft')[0]?.body).toEqual({ source: `${RESTART_SOURCE}# last words\n` }));
});

test('cap 79: publishing shows what changes; a second person is asked for where the runbook wants one', async () => {
  const user = userEvent.setup();
  const draft = RESTART_SOURCE.replace('Ask\n', 'Ask somebody\n');
  mockBackend.answer('getRunbook', { ok: draftOf(draft, 6, { needsSecondPerson: true }) });
  const { unmount } = show();
  expect(await screen.findByText('A second person has to publish it: you wrote the draft.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Publish…' })).toBeDisabled();
  unmount();

  mockBackend.answer('getRunbook', { ok: draftOf(draft, 6, { needsSecondPerson: true, draft: { source: draft, by: BO, at: '2026-03-01T10:00:00.000Z', findings: [] } }) });
  mockBackend.answer('publishRunbook', { ok: wholeRunbookOf({ version: 7, liveVersion: 3, source: draft }) });
  show();
  await user.click(await screen.findByRole('button', { name: 'Publish…' }));
  const dialog = await findDialog();
  expect(within(dialog).getByTestId(testIds.runbooks.diff)).toHaveTextContent('+ name: Ask somebody');
  await user.type(within(dialog).getByRole('textbox'), 'asks by name');
  await user.click(within(dialog).getByRole('button', { name: 'Publish' }));
  await waitFor(() => expect(mockBackend.callsOf('publishRunbook')[0]).toMatchObject({ body: { note: 'asks by name' }, headers: { 'If-Match': '"6"' } }));
  expect(await screen.findByText('Live: version 3')).toBeInTheDocument();
});

test('cap 79: versions are compared with the draft, and one is restored', async () => {
  const user = userEvent.setup();
  const old = RESTART_SOURCE.replace('https', 'http');
  mockBackend.answer('listRunbookVersions', { ok: pageOf([{ version: 1, publishedAt: '2026-01-01T10:00:00.000Z', publishedBy: BO, draftedBy: ME, note: 'first', live: false }]) });
  mockBackend.answer('getRunbookVersion', { ok: { version: 1, publishedAt: '2026-01-01T10:00:00.000Z', publishedBy: BO, draftedBy: ME, note: 'first', live: false, source: old } });
  show();
  await user.click(await screen.findByRole('radio', { name: 'Versions' }));
  expect(await screen.findByTestId(testIds.runbooks.version)).toHaveTextContent('published by Bo, written by Ada Admin');
  await user.click(screen.getByRole('button', { name: 'Compare with version 1' }));
  expect(await screen.findByTestId(testIds.runbooks.diff)).toHaveTextContent('- url: http://ops.example.com/restart+ url: https://ops.example.com/restart');
  mockBackend.answer('restoreRunbookVersion', { ok: draftOf(old, 6) });
  mockBackend.answer('getRunbook', { ok: draftOf(old, 6) });
  await user.click(screen.getByRole('button', { name: 'Restore version 1' }));
  await user.click(within(await findDialog()).getByRole('button', { name: 'Make it the draft' }));
  await waitFor(async () => expect(await area()).toHaveValue(old));
  expect(mockBackend.callsOf('putRunbookDraft')).toHaveLength(0);
});

test('cap 72: the dry run follows the text, for an incident of choice', async () => {
  const user = userEvent.setup();
  mockBackend.answer('dryRunRunbook', ({ body }) => {
    const isFor = JSON.stringify(body).includes('"incident":7');
    return { ok: { ok: !isFor, findings: [], steps: [{ path: 'ask', kind: 'approval', name: 'Ask', outcome: isFor ? 'fault' : 'would_wait', text: isFor ? 'there is no input host' : 'Waits for a commander', requests: [] }] } };
  });
  show();
  await user.click(await screen.findByRole('radio', { name: 'Dry run' }));
  expect(await screen.findByTestId(testIds.runbooks.dryRunStep)).toHaveTextContent('Would waitWaits for a commander');
  await user.click(screen.getByRole('combobox', { name: /Played for/ }));
  await user.click(await screen.findByRole('option', { name: /INC-7/ }));
  await waitFor(() => expect(screen.getByTestId(testIds.runbooks.dryRunStep)).toHaveTextContent('there is no input host'));
  expect(screen.getByText('It would fail at one step')).toBeInTheDocument();
});

test('names are offered while one writes, and taken with a key', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putRunbookDraft', 'never');
  show();
  const text = await area();
  await user.click(text);
  text.setSelectionRange(text.value.length, text.value.length);
  await user.keyboard('      body: "{{ ');
  await user.keyboard('{{}{{} inputs.');
  const list = await screen.findByRole('listbox', { name: 'Names that fit' });
  expect(within(list).getByRole('option', { name: 'host' })).toHaveAttribute('aria-selected', 'true');
  await user.keyboard('{Enter}');
  expect(text.value.endsWith('inputs.host')).toBe(true);
  expect(screen.queryByRole('listbox', { name: 'Names that fit' })).not.toBeInTheDocument();
});

test('agents of the organisation are offered where a step wants one, in the text and in the form; a revoked one is not', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getMe', { ok: meWith([...ALL, 'listAgents']) });
  const agent: Agent = { name: 'cluster', labels: { site: 'north' }, state: 'online', version: '1.0.0', lastSeenAt: null, createdAt: '2026-02-01T08:00:00.000Z', createdBy: 'Ada Admin', tokenHint: 'a1b2', commands: [], kubernetes: [], running: 0 };
  mockBackend.answer('listAgents', { ok: pageOf<Agent>([agent, { ...agent, name: 'databases', labels: {}, state: 'offline' }, { ...agent, name: 'dropped', labels: { site: 'west' }, state: 'revoked' }]) });
  mockBackend.answer('putRunbookDraft', 'never');
  const source = RESTART_SOURCE.replace('kind: http', 'kind: command').replace(/method: POST\n.*\n/, 'agent: \n      command: restart\n');
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf({ source }) });
  show();
  await waitFor(() => expect(mockBackend.callsOf('listAgents')).toHaveLength(1));
  const text = await area();
  await user.click(text);
  const caret = text.value.indexOf('agent: ') + 'agent: '.length;
  text.setSelectionRange(caret, caret);
  await user.keyboard('{Control>} {/Control}');
  const list = await screen.findByRole('listbox', { name: 'Names that fit' });
  expect(within(list).getAllByRole('option').map((option) => option.textContent)).toEqual(['cluster', 'databases', 'site=north']);
  await user.keyboard('{ArrowDown}{Enter}');
  expect(text.value).toContain('agent: databases\n');

  await user.click(await screen.findByRole('button', { name: /Restart the pods/ }));
  const field = await screen.findByRole('combobox', { name: /^Agent/ });
  await waitFor(() => expect(field).toHaveValue('databases'));
  const offered = document.getElementById(field.getAttribute('list') ?? '');
  expect([...(offered?.querySelectorAll('option') ?? [])].map(({ value }) => value)).toEqual(['cluster', 'databases', 'site=north']);
  // anything else may be written as well, also while what was written before is still on its way into the text
  await user.clear(field);
  await waitFor(() => expect(text.value).not.toContain('databases'));
  await user.type(field, 'site=north');
  await user.tab();
  await waitFor(() => expect(text.value).toContain('agent: site=north\n'));
});

test('a runbook of 500 steps shows only what is in sight', async () => {
  const steps = Array.from({ length: 500 }, (_none, at) => `  - id: s${at}\n    kind: wait\n    with:\n      for: 5s\n`).join('');
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf({ source: `metadata:\n  id: restart-checkout\n  title: Long\nsteps:\n${steps}` }) });
  show();
  await area();
  const rows = await screen.findAllByRole('listitem');
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.length).toBeLessThan(80);
  expect(rows[0]).toHaveAttribute('aria-setsize', '500');
});

test('what comes from a file is shown and not changed; what is not there is said', async () => {
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf({ origin: 'file' }) });
  const { unmount } = show();
  expect(await area()).toHaveAttribute('readonly');
  expect(screen.getByText(/comes from a file/)).toBeInTheDocument();
  expect(screen.queryByRole('combobox', { name: /Add a step/ })).not.toBeInTheDocument();
  unmount();
  mockBackend.answer('getRunbook', problemOf(404, 'not_found', 'no such runbook'));
  show();
  expect(await screen.findByText('There is no runbook restart-checkout')).toBeInTheDocument();
});
