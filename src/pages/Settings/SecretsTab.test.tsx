/** Secrets of runbooks: set, changed, removed; a value goes in and never comes out. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { runbookId, type RunbookSecret } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { runbookOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { SettingsPage } from './SettingsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<SettingsPage />, { path: '/settings', at: '/settings?tab=secrets' });
const TOKEN: RunbookSecret = { name: 'opsToken', description: 'For the ops API', runbooks: [runbookId.parse('restart-checkout')], role: 'commander', updatedAt: '2026-03-01T10:00:00.000Z', updatedBy: 'Bo', version: 4 };

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listRunbookSecrets', 'putRunbookSecret', 'deleteRunbookSecret', 'listRunbooks']) });
  mockBackend.answer('listRunbookSecrets', { ok: pageOf([TOKEN]) });
  mockBackend.answer('listRunbooks', { ok: pageOf([runbookOf()]) });
  mockBackend.answer('putRunbookSecret', { ok: TOKEN });
});

test('cap 78: a secret is added with its value, and changed without showing it; an empty value leaves the stored one', async () => {
  const user = userEvent.setup();
  show();
  const row = await screen.findByTestId(testIds.settings.secret);
  for (const fact of ['opsToken', 'For the ops API', 'for restart-checkout', 'run by commander or higher']) expect(row).toHaveTextContent(fact);

  await user.click(screen.getByRole('button', { name: 'Add secret' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Name/ }), 'opsToken');
  expect(within(dialog).getByText('There is one of this name already.')).toBeInTheDocument();
  await user.type(within(dialog).getByRole('textbox', { name: /Name/ }), '2');
  expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
  const value = within(dialog).getByLabelText(/Value/);
  expect(value).toHaveAttribute('type', 'password');
  await user.type(value, 'canary');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putRunbookSecret')[0]).toMatchObject({ path: '/runbook-secrets/opsToken2', body: { value: 'canary', description: '', runbooks: [], role: 'responder' } }));
  expect(mockBackend.callsOf('putRunbookSecret')[0]?.headers['If-Match']).toBeUndefined();
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(document.body.innerHTML).not.toContain('canary');

  await user.click(screen.getByRole('button', { name: 'Change opsToken' }));
  const change = await findDialog();
  expect(within(change).getByLabelText(/New value/)).toHaveValue('');
  await user.click(within(change).getByRole('radio', { name: 'Manager' }));
  await user.click(within(change).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putRunbookSecret')[1]?.body).toEqual({ description: 'For the ops API', runbooks: ['restart-checkout'], role: 'manager' }));
  expect(mockBackend.callsOf('putRunbookSecret')[1]?.headers['If-Match']).toBe('"4"');
});

test('removing says what fails from then on; somebody who was quicker is said in words; a reader changes nothing', async () => {
  const user = userEvent.setup();
  mockBackend.answer('deleteRunbookSecret', problemOf(412, 'version_mismatch', 'opsToken was changed since you looked'));
  const { unmount } = show();
  await user.click(await screen.findByRole('button', { name: 'Remove opsToken' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('Steps of restart-checkout that use it fail from now on.');
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('was changed since you looked'));
  unmount();

  mockBackend.answer('getMe', { ok: meWith(['listRunbookSecrets']) });
  show();
  await screen.findByTestId(testIds.settings.secret);
  expect(screen.queryByRole('button', { name: /secret|opsToken/ })).not.toBeInTheDocument();
});
