/** Agents: how they are and what they permit; added, given a new token, revoked. */
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
  name: 'north-1', labels: { site: 'north' }, state: 'online', version: '0.1.0', lastSeenAt: '2026-03-01T10:00:00.000Z', createdAt: '2026-02-01T10:00:00.000Z', createdBy: 'Bo', tokenHint: 'wxyz',
  commands: [
    { name: 'restart', description: 'Restarts a service', repeatable: false, args: [{ name: 'service', type: 'choice', required: true }, { name: 'wait', type: 'number', required: false }] },
    { name: 'uptime', description: '', repeatable: true, args: [] },
  ],
  kubernetes: ['scale deployment/checkout-* in shop'], running: 2,
};
const FRESH: Agent = { ...NORTH, name: 'fresh', labels: {}, state: 'never', version: null, lastSeenAt: null, commands: [], kubernetes: [], running: 0 };
const rowOf = async (name: string): Promise<HTMLElement> => {
  const row = (await screen.findAllByTestId(testIds.settings.agent)).find((candidate) => within(candidate).queryByText(name) !== null);
  if (row === undefined) throw new Error(`no row of ${name}`);
  return row;
};

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listAgents', 'createAgent', 'rotateAgentToken', 'revokeAgent']) });
  mockBackend.answer('listAgents', { ok: pageOf([NORTH, FRESH, { ...FRESH, name: 'gone', state: 'revoked' }, { ...NORTH, name: 'south-1', state: 'offline' }]) });
});

test('cap 70: agents with state in words, labels, version and work; what one permits is shown when asked for', async () => {
  const user = userEvent.setup();
  show();
  for (const fact of ['Online', 'site=north', 'version 0.1.0', '2 orders under way', 'last seen', 'token …wxyz']) expect(await rowOf('north-1')).toHaveTextContent(fact);
  expect(await rowOf('fresh')).toHaveTextContent(/Never connected.*never seen.*nothing to do/);
  expect(await rowOf('gone')).toHaveTextContent('Revoked');
  expect(await rowOf('south-1')).toHaveTextContent('Offline');
  expect(screen.queryByText(/Restarts a service/)).not.toBeInTheDocument();

  await user.click(screen.getByRole('button', { name: 'What north-1 permits' }));
  const commands = screen.getByRole('list', { name: 'Commands of north-1' });
  expect(commands).toHaveTextContent('restart service: choice [wait: number] Restarts a service · done once');
  expect(commands).toHaveTextContent('uptime · may be repeated');
  expect(screen.getByRole('list', { name: 'Kubernetes rules of north-1' })).toHaveTextContent('scale deployment/checkout-* in shop');
  await user.click(screen.getByRole('button', { name: 'What fresh permits' }));
  expect(await rowOf('fresh')).toHaveTextContent('when it connects for the first time');
});

test('one is added; its token is shown once, with a file and how to start it', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createAgent', { ok: { agent: { ...FRESH, name: 'east-1' }, token: 'msa_canary' } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Add agent' }));
  const dialog = await findDialog();
  const name = within(dialog).getByRole('textbox', { name: /Name/ });
  await user.type(name, 'north-1');
  expect(within(dialog).getByText(/There is one of this name already/)).toBeInTheDocument();
  await user.clear(name);
  await user.type(name, 'East');
  expect(within(dialog).getByRole('button', { name: 'Add' })).toBeDisabled();
  await user.clear(name);
  await user.type(name, 'east-1');
  const labels = within(dialog).getByRole('textbox', { name: /Labels/ });
  await user.type(labels, 'site');
  expect(within(dialog).getByText(/Write them as name=value/)).toBeInTheDocument();
  await user.type(labels, '=east, tier=db');
  await user.click(within(dialog).getByRole('button', { name: 'Add' }));

  const issued = await screen.findByRole('dialog', { name: /Token of east-1/ });
  expect(mockBackend.callsOf('createAgent')[0]?.body).toEqual({ name: 'east-1', labels: { site: 'east', tier: 'db' } });
  expect(within(issued).getByTestId(testIds.settings.issuedToken)).toHaveTextContent('msa_canary');
  expect(within(issued).getByLabelText('file of the agent')).toHaveTextContent('tokenFile: /etc/muster/agent.token');
  expect(within(issued).getByLabelText('start command')).toHaveTextContent('npm run muster -- agent --config /etc/muster/agent.yaml');
  await user.click(within(issued).getByRole('button', { name: 'I have copied it' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(document.body.innerHTML).not.toContain('msa_canary');
});

test('a new token and revoking say what becomes of work in hand; a failure is told', async () => {
  const user = userEvent.setup();
  mockBackend.answer('rotateAgentToken', { ok: { agent: NORTH, token: 'msa_second' } });
  mockBackend.answer('revokeAgent', problemOf(404, 'not_found', 'there is no agent "fresh"'));
  show();
  await user.click(await screen.findByRole('button', { name: 'New token for north-1' }));
  const rotating = await findDialog();
  expect(rotating).toHaveTextContent(/The old token ends at once.*after 15 s such a step becomes “unknown”/);
  await user.click(within(rotating).getByRole('button', { name: 'Issue' }));
  const issued = await screen.findByRole('dialog', { name: /Token of north-1/ });
  expect(issued).toHaveTextContent('msa_second');
  expect(mockBackend.callsOf('rotateAgentToken')[0]?.path).toBe('/agents/north-1/token');
  await user.click(within(issued).getByRole('button', { name: 'I have copied it' }));

  await user.click(await screen.findByRole('button', { name: 'Revoke fresh' }));
  const revoking = await findDialog();
  expect(revoking).toHaveTextContent('Its token ends at once, and steps that name it fail. A new token lets it in again.');
  await user.click(within(revoking).getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('there is no agent'));
  expect(screen.queryByRole('button', { name: 'Revoke gone' })).not.toBeInTheDocument();
});

test('somebody who may only look sees agents and changes nothing; loading, none, and a fault are told apart', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listAgents']) });
  const first = show();
  await rowOf('north-1');
  expect(screen.queryByRole('button', { name: /Add|token|Revoke/ })).not.toBeInTheDocument();
  first.unmount();

  mockBackend.answer('listAgents', 'never');
  const second = show();
  expect(await screen.findByTestId(testIds.state.loading)).toBeInTheDocument();
  second.unmount();

  mockBackend.answer('listAgents', { ok: pageOf([]) });
  const third = show();
  expect(await screen.findByText(/^No agents\./)).toBeInTheDocument();
  third.unmount();

  mockBackend.answer('listAgents', problemOf(400, 'invalid_input', 'is not a cursor'));
  show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
});
