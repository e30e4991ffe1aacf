/** Agents: what they permit, their tokens, and letting them in no more. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Agent } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { SettingsPage } from './SettingsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<SettingsPage />, { path: '/settings', at: '/settings?tab=agents' });
const NORTH: Agent = {
  name: 'north', labels: { site: 'north' }, state: 'online', version: '1.2.3', lastSeenAt: '2026-03-01T10:00:00.000Z', createdAt: '2026-03-01T09:00:00.000Z', createdBy: 'Ada Admin', tokenHint: 'wxyz',
  commands: [{ name: 'restart', description: 'Restarts a unit', repeatable: true, args: [{ name: 'service', type: 'string', required: true }, { name: 'mode', type: 'choice', required: false }] }],
  kubernetes: ['rolloutRestart deployment/* in shop'], running: 2,
};

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listAgents', 'createAgent', 'rotateAgentToken', 'revokeAgent']) });
  mockBackend.answer('listAgents', { ok: pageOf([NORTH]) });
});

test('an agent is shown with its state and what its file permits', async () => {
  show();
  const row = await screen.findByTestId(testIds.settings.agent);
  for (const fact of ['north', 'Online', 'site=north', 'version 1.2.3', '…wxyz', '2 orders under way', 'restart(service, mode?)', 'Restarts a unit', 'done again when an agent is lost', 'Kubernetes: rolloutRestart deployment/* in shop']) {
    expect(row).toHaveTextContent(fact);
  }
});

test('one is added with labels; its token and start command are shown once', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createAgent', { ok: { agent: { ...NORTH, name: 'south', state: 'never' }, token: 'msa_fresh-token' } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Add agent' }));
  const dialog = await findDialog();
  const name = within(dialog).getByRole('textbox', { name: /Name/ });
  const labels = within(dialog).getByRole('textbox', { name: /Labels/ });

  await user.type(name, 'north');
  expect(await within(dialog).findByText('There is one of this name already.')).toBeInTheDocument();
  await user.clear(name);
  await user.type(name, 'south');
  await user.type(labels, 'site');
  expect(await within(dialog).findByText('Write them as site=north, cluster=eu-1.')).toBeInTheDocument();
  expect(within(dialog).getByRole('button', { name: 'Add' })).toBeDisabled();
  await user.type(labels, '=south, cluster=eu-1');
  await user.click(within(dialog).getByRole('button', { name: 'Add' }));

  await waitFor(() => expect(mockBackend.callsOf('createAgent')[0]?.body).toEqual({ name: 'south', labels: { site: 'south', cluster: 'eu-1' } }));
  expect(await screen.findByTestId(testIds.settings.issuedToken)).toHaveTextContent('msa_fresh-token');
  expect(screen.getByLabelText('start command')).toHaveTextContent("MUSTER_AGENT_TOKEN='msa_fresh-token' node backend/main.ts agent --config agent.yaml");
  await user.click(screen.getByRole('button', { name: 'I have copied it' }));
  await waitFor(() => expect(document.body.innerHTML).not.toContain('msa_fresh-token'));
});

test('a new token and a revocation say what they cut off before they do', async () => {
  const user = userEvent.setup();
  mockBackend.answer('rotateAgentToken', { ok: { agent: NORTH, token: 'msa_second-token' } });
  mockBackend.answer('revokeAgent', { ok: { ...NORTH, state: 'revoked' } });
  show();
  await user.click(await screen.findByRole('button', { name: 'New token for north' }));
  let dialog = await findDialog();
  expect(dialog).toHaveTextContent('Its present token ends at once');
  expect(mockBackend.callsOf('rotateAgentToken')).toHaveLength(0);
  await user.click(within(dialog).getByRole('button', { name: 'Issue' }));
  expect(await screen.findByTestId(testIds.settings.issuedToken)).toHaveTextContent('msa_second-token');
  await user.click(screen.getByRole('button', { name: 'I have copied it' }));

  await user.click(screen.getByRole('button', { name: 'Revoke north' }));
  dialog = await findDialog();
  expect(dialog).toHaveTextContent('What it is doing now ends as unknown');
  await user.click(within(dialog).getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(mockBackend.callsOf('revokeAgent')[0]?.path).toBe('/agents/north'));
});

test('a refusal is said in words', async () => {
  const user = userEvent.setup();
  mockBackend.answer('revokeAgent', problemOf(404, 'not_found', 'there is no agent "north"'));
  show();
  await user.click(await screen.findByRole('button', { name: 'Revoke north' }));
  await user.click(within(await findDialog()).getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('there is no agent'));
});

test('without agents it says what needs one; without the right nothing can be changed; a fault can be tried again', async () => {
  mockBackend.answer('listAgents', { ok: pageOf([]) });
  const first = show();
  expect(await screen.findByText(/No agents/)).toBeInTheDocument();
  first.unmount();

  mockBackend.answer('getMe', { ok: meWith(['listAgents']) });
  mockBackend.answer('listAgents', { ok: pageOf([NORTH]) });
  const second = show();
  await screen.findByTestId(testIds.settings.agent);
  expect(screen.queryByRole('button', { name: /agent|north/i })).not.toBeInTheDocument();
  second.unmount();

  mockBackend.answer('listAgents', problemOf(503, 'unavailable', 'the database is away'));
  show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
});
