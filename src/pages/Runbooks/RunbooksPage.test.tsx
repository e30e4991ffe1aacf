/** The catalogue of runbooks, their runs, and what automation may do. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentNumber, runbookId, runId } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { ASK, CALM, FROZEN, RESTART, RESTART_SOURCE, runbookOf, runOf, STATISTICS, summaryOf, wholeRunbookOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { RunbooksPage } from './RunbooksPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (query = '') => renderPage(<RunbooksPage />, { path: '*', at: `/runbooks${query}` });
const ALL = [
  'listRunbooks', 'createRunbook', 'importRunbook', 'getRunbookStatistics', 'listPreflight', 'runPreflight', 'listRuns', 'startRun', 'dryRunRunbook', 'getAutomation', 'putAutomation', 'freezeAutomation', 'unfreezeAutomation',
  'listTriggerRecords',
] as const;

const FAIL_OVER = runbookOf({
  id: runbookId.parse('fail-over'), title: 'Fail over', services: [], runs: 0, successRate: null, lastTestedAt: null, stale: true, preflight: { ok: false, at: '2026-03-01T02:00:00.000Z', faults: 1 }, hasDraft: true, origin: 'built_in',
});

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith([...ALL]) });
  mockBackend.answer('getAutomation', { ok: CALM });
  mockBackend.answer('listRunbooks', { ok: pageOf([runbookOf(), FAIL_OVER]) });
  mockBackend.answer('getRunbookStatistics', { ok: STATISTICS });
  mockBackend.answer('listTriggerRecords', { ok: pageOf([]) });
});

test('cap 82: the catalogue says of each runbook how well it works and whether it would work tonight; above it the coverage', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listPreflight', { ok: pageOf([{ runbook: FAIL_OVER.id, title: 'Fail over', at: '2026-03-01T02:00:00.000Z', ok: false, findings: [{ check: 'secret', step: 'promote', ok: false, detail: 'the secret db is not there', fix: 'Add it under Settings, Secrets.' }] }]) });
  mockBackend.answer('runPreflight', { ok: { runbook: runbookId.parse('fail-over'), title: 'Fail over', at: '2026-03-01T10:00:00.000Z', ok: true, findings: [] } });
  show();
  const [restart, failOver] = await screen.findAllByTestId(testIds.runbooks.row);
  if (restart === undefined || failOver === undefined) throw new Error('two runbooks are there');
  for (const fact of ['Restart checkout', 'When checkout hangs', 'For checkout', 'Approve, then run', '75 % of 8 runs succeeded']) expect(restart).toHaveTextContent(fact);
  for (const fact of ['For any service', 'never run', 'never tested', 'Stale', 'Would fail tonight', 'Draft waits', 'Comes with Muster']) expect(failOver).toHaveTextContent(fact);

  await user.click(within(failOver).getByRole('button', { name: 'Preflight of Fail over' }));
  const preflight = await within(failOver).findByTestId(testIds.runbooks.preflight);
  await waitFor(() => expect(preflight).toHaveTextContent('the secret db is not there'));
  expect(preflight).toHaveTextContent('Add it under Settings, Secrets.');
  await user.click(within(preflight).getByRole('button', { name: 'Check now' }));
  await waitFor(() => expect(mockBackend.callsOf('runPreflight')[0]?.path).toBe('/runbooks/fail-over/preflight'));

  const coverage = screen.getByTestId(testIds.runbooks.coverage);
  for (const fact of ['80 %', 'of 10 grave incidents had a runbook', '90 %', '2 h 10 min']) expect(coverage).toHaveTextContent(fact);
  await user.click(within(coverage).getByRole('button', { name: '1 had none' }));
  expect(within(coverage).getByRole('link', { name: 'INC-5 Mail stands still' })).toBeInTheDocument();
});

test('the catalogue is narrowed by words, state and service; where none fits it says so', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listRunbooks', ({ query }) => ({ ok: pageOf(query.get('q') === null ? [runbookOf()] : []) }));
  show('?service=checkout');
  await screen.findByTestId(testIds.runbooks.row);
  await user.click(screen.getByRole('radio', { name: 'Live' }));
  await waitFor(() => expect(mockBackend.callsOf('listRunbooks').some(({ query }) => query.get('state') === 'live' && query.get('service') === 'checkout')).toBe(true));
  await user.type(screen.getByRole('textbox', { name: 'Search runbooks' }), 'zebra');
  expect(await screen.findByText('No runbook fits')).toBeInTheDocument();
});

test('a new runbook begins with a title, an import with Markdown or its address', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createRunbook', problemOf(409, 'conflict', 'there is a runbook mail already'));
  mockBackend.answer('importRunbook', { ok: { source: RESTART_SOURCE, findings: [] } });
  const { unmount } = show();
  await user.click(await screen.findByRole('button', { name: 'New runbook' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Title/ }), 'Mail: start again');
  expect(within(dialog).getByRole('textbox', { name: /Name in addresses/ })).toHaveValue('mail-start-again');
  await user.click(within(dialog).getByRole('button', { name: 'Begin' }));
  expect(await within(dialog).findByText(/there is a runbook mail already/)).toBeInTheDocument();
  expect(JSON.stringify(mockBackend.callsOf('createRunbook')[0]?.body)).toContain('id: mail-start-again');
  unmount();

  mockBackend.answer('createRunbook', { ok: wholeRunbookOf() });
  show();
  await user.click(await screen.findByRole('button', { name: 'Import' }));
  const imports = await findDialog();
  expect(within(imports).getByRole('button', { name: 'Import' })).toBeDisabled();
  await user.click(within(imports).getByRole('radio', { name: 'Web address' }));
  await user.type(within(imports).getByRole('textbox', { name: /^Address/ }), 'https://wiki.example.com/checkout.md');
  await user.click(within(imports).getByRole('button', { name: 'Import' }));
  await waitFor(() => expect(mockBackend.callsOf('importRunbook')[0]?.body).toEqual({ url: 'https://wiki.example.com/checkout.md' }));
  await waitFor(() => expect(mockBackend.callsOf('createRunbook').at(-1)?.body).toEqual({ source: RESTART_SOURCE }));
});

test('runs that are open come first; the others are one press away', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listRuns', ({ query }) => ({ ok: pageOf(query.get('state') === 'open' ? [summaryOf(runOf([ASK, RESTART], { waitsFor: 'approval' }))] : []) }));
  show('?tab=runs');
  const row = await screen.findByTestId(testIds.run.row);
  for (const fact of ['Restart checkout', 'INC-7 Customers cannot pay', 'from a suggestion, Ada Admin', '0 of 2 steps', 'Running, waits for an approval']) expect(row).toHaveTextContent(fact);
  await user.click(screen.getByRole('radio', { name: 'Ended' }));
  expect(await screen.findByText('No runs')).toBeInTheDocument();
});

test('what automation.yaml says is shown, with why it cannot be changed here; it can be frozen all the same', async () => {
  mockBackend.answer('getAutomation', { ok: { ...CALM, provisioned: true } });
  show('?tab=automation');
  expect(await screen.findByText('This is provisioned')).toBeInTheDocument();
  expect(screen.getByText(/Change it there and restart Muster/)).toHaveTextContent('automation.yaml');
  const limit = screen.getByRole('spinbutton', { name: /Targets in an hour/ });
  expect(limit).toHaveValue(20);
  expect(limit).toBeDisabled();
  expect(screen.getByRole('textbox', { name: /Address for pages/ })).toBeDisabled();
  expect(screen.queryByRole('radiogroup', { name: 'The most for SEV1' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Save' })).not.toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Freeze automation' })).toBeEnabled();
});

test('freezing takes one press and a reason; while it is frozen a red banner says so, and lets it go on', async () => {
  const user = userEvent.setup();
  mockBackend.answer('freezeAutomation', { ok: FROZEN });
  mockBackend.answer('unfreezeAutomation', { ok: CALM });
  show('?tab=automation');
  await user.click(await screen.findByRole('button', { name: 'Freeze automation' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('From now on no runbook starts by itself');
  await user.type(within(dialog).getByRole('textbox'), 'it restarts too much');
  mockBackend.answer('getAutomation', { ok: FROZEN });
  await user.click(within(dialog).getByRole('button', { name: 'Freeze' }));
  await waitFor(() => expect(mockBackend.callsOf('freezeAutomation')[0]?.body).toEqual({ reason: 'it restarts too much' }));
  const banner = await screen.findByTestId(testIds.runbooks.frozen);
  expect(banner).toHaveTextContent('it restarts too much');
  expect(screen.queryByRole('button', { name: 'Freeze automation' })).not.toBeInTheDocument();
  mockBackend.answer('getAutomation', { ok: CALM });
  await user.click(within(banner).getByRole('button', { name: 'Let it go on…' }));
  await user.type(within(await findDialog()).getByRole('textbox'), 'mended');
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Go on' }));
  await waitFor(() => expect(screen.queryByTestId(testIds.runbooks.frozen)).not.toBeInTheDocument());
});

test('cap 69: what automation may do is set with its version; what triggers did is listed with the reason', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listTriggerRecords', {
    ok: pageOf([{ id: '1', at: '2026-03-01T10:00:00.000Z', runbook: runbookId.parse('restart-checkout'), on: 'declared', incident: incidentNumber.parse(7), outcome: 'held_back', reason: '20 targets were touched in the last hour', run: runId.parse('31') }]),
  });
  mockBackend.answer('putAutomation', problemOf(412, 'version_mismatch', 'automation was changed since you looked'));
  show('?tab=automation');
  const record = await screen.findByTestId(testIds.runbooks.record);
  for (const fact of ['restart-checkout for INC-7', '20 targets were touched in the last hour', 'Incident declared', 'Held back']) expect(record).toHaveTextContent(fact);
  expect(screen.getByText('4 were touched in the last hour, 16 are left.')).toBeInTheDocument();
  await user.clear(screen.getByRole('spinbutton', { name: /Targets in an hour/ }));
  await user.click(within(screen.getByRole('radiogroup', { name: 'The most for SEV1' })).getByRole('radio', { name: 'Suggest' }));
  await user.type(screen.getByRole('textbox', { name: /Address for messages/ }), 'nowhere');
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.clear(screen.getByRole('textbox', { name: /Address for messages/ }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putAutomation')[0]?.body).toMatchObject({ maxTargetsPerHour: null, notifyUrl: null, most: { sev1: 'suggest', sev2: 'approve' } }));
  expect(mockBackend.callsOf('putAutomation')[0]?.headers['If-Match']).toBe('"3"');
  expect(await screen.findByText('Changed meanwhile')).toBeInTheDocument();
});

test('a fault can be tried again; a reader without access is told; an empty catalogue says what runbooks are for', async () => {
  mockBackend.answer('listRunbooks', problemOf(503, 'unavailable', 'the database does not answer'));
  const first = show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
  first.unmount();
  mockBackend.answer('listRunbooks', { ok: pageOf([]) });
  const second = show();
  expect(await screen.findByText('No runbooks yet')).toBeInTheDocument();
  second.unmount();
  mockBackend.answer('getMe', { ok: meWith([]) });
  show();
  expect(await screen.findByTestId(testIds.state.denied)).toBeInTheDocument();
});
