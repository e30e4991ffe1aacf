/** The live board: who was called over what, who answered, roles with hand-over, clocks. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { escalation as escalationSchema, userKey, type Escalation } from '#contract';
import { createFakeBackend, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, CHECKOUT_DOWN, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const EVA = { key: userKey.parse('user:eva'), login: 'eva', name: 'Eva Editor' };
const AT = '2026-03-01T10:02:00.000Z';
const page = (id: string, user: typeof ADA, more: object) => ({
  id, kind: 'page', user, name: user.name, step: 0, round: 0, state: 'open', delivery: 'sent', over: 'sms', sentAt: AT, answeredAt: null, answeredOver: null, note: '', ...more,
});
const RUN: Escalation = escalationSchema.parse({
  id: '4', policy: { id: 'commander', name: 'Commander pool' }, name: 'Commander pool', role: 'commander', state: 'active', cause: 'SEV1 declared', steps: ['Page the next of the team “commanders”'], step: 1, round: 0, rounds: 4,
  nextAt: '2099-03-01T10:05:00.000Z', policyChangedSince: true, answeredBy: null, answeredAt: null, startedAt: AT, startedBy: 'Muster', endedAt: null, endReason: null,
  pages: [page('8', EVA, { state: 'declined', delivery: 'delivered', answeredAt: AT, answeredOver: 'link', note: 'on a train' }), page('9', ADA, {})],
});
const ROLES = {
  roles: [
    { role: 'commander', holder: EVA, offer: { id: '3', role: 'commander', to: ADA, note: 'I have to go', offeredAt: AT, offeredBy: 'Eva Editor' } }, { role: 'scribe', holder: null, offer: null },
  ],
};
const show = () => renderPage(<IncidentPage />, { path: '/incidents/:number', at: '/incidents/7?tab=mobilisation' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getIncident', 'getMobilisation', 'getIncidentRoles', 'getIncidentClocks', 'pagePerson', 'startEscalation', 'stopEscalation', 'answerPage', 'assignRole', 'offerRole', 'answerRoleOffer', 'listPeople', 'listTeams', 'listSchedules', 'listPolicies']) });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('getMobilisation', { ok: { incident: 7, escalations: [RUN] } });
  mockBackend.answer('getIncidentRoles', { ok: ROLES });
  mockBackend.answer('getIncidentClocks', { ok: { incident: 7, clocks: [{ kind: 'response', state: 'running', limitSeconds: 300, startedAt: AT, atRiskAt: AT, dueAt: '2026-03-01T10:07:00.000Z', atRiskToldAt: AT, breachedAt: null, metAt: null }] } });
  mockBackend.answer('listPeople', { ok: pageOf([ADA, EVA]) });
  mockBackend.answer('listTeams', { ok: pageOf([{ id: 'payments', name: 'Payments', description: '', aliases: [], members: [], grafana: null, provisioned: false, version: 1 }]) });
  mockBackend.answer('listSchedules', { ok: pageOf([]) });
});

test('cap 54: the board says who was called over what, who answered, what comes next, and that the policy was changed since', async () => {
  show();
  const card = await screen.findByTestId(testIds.incident.escalation);
  for (const fact of ['Commander pool', 'Calling', 'for commander', /next step in/, 'SEV1 declared', 'Eva Editor can’t: “on a train”', 'arrived over sms', 'Ada Admin no answer yet', 'The policy was changed since']) expect(card).toHaveTextContent(fact);
  expect(await screen.findByRole('list', { name: 'Clocks' })).toHaveTextContent(/First answer.*late by.*of 5 min/);
});

test('cap 55: whoever is called answers on the board; somebody is paged and a policy stopped with one press each', async () => {
  const user = userEvent.setup();
  mockBackend.answer('answerPage', { ok: { incident: 7, escalations: [] } });
  mockBackend.answer('stopEscalation', { ok: { incident: 7, escalations: [] } });
  mockBackend.answer('pagePerson', { ok: { incident: 7, escalations: [] } });
  show();
  const rows = await screen.findAllByTestId(testIds.incident.called);
  expect(within(rows[0] ?? document.body).queryByRole('button')).not.toBeInTheDocument();
  await user.click(within(rows[1] ?? document.body).getByRole('button', { name: 'I’m on it' }));
  await waitFor(() => expect(mockBackend.callsOf('answerPage')).toMatchObject([{ path: '/pages/9/answer', body: { answer: 'accept' } }]));

  await user.click(screen.getByRole('button', { name: 'Stop Commander pool' }));
  await waitFor(() => expect(mockBackend.callsOf('stopEscalation')).toMatchObject([{ path: '/escalations/4/stop' }]));

  await user.click(screen.getByRole('button', { name: 'Page somebody' }));
  const dialog = await findDialog();
  await user.click(await within(dialog).findByRole('combobox'));
  await user.click(await screen.findByRole('option', { name: /Eva Editor/ }));
  await user.type(within(dialog).getByLabelText(/Why them/), 'you know it');
  await user.click(within(dialog).getByRole('button', { name: 'Page' }));
  await waitFor(() => expect(mockBackend.callsOf('pagePerson')).toMatchObject([{ body: { user: 'user:eva', reason: 'you know it' } }]));

  await user.click(screen.getByRole('button', { name: 'Page somebody' }));
  const again = await findDialog();
  await user.click(await within(again).findByRole('combobox'));
  await user.click(await screen.findByRole('option', { name: /Payments/ }));
  await user.click(within(again).getByRole('button', { name: 'Page' }));
  await waitFor(() => expect(mockBackend.callsOf('pagePerson').at(-1)?.body).toEqual({ team: 'payments', reason: '' }));
});

test('cap 53: whoever is asked takes a role over; an empty role is taken with one press', async () => {
  const user = userEvent.setup();
  mockBackend.answer('answerRoleOffer', { ok: ROLES });
  mockBackend.answer('assignRole', { ok: ROLES });
  show();
  const [commander] = await screen.findAllByTestId(testIds.incident.role);
  expect(commander).toHaveTextContent('Commander: Eva Editor');
  expect(commander).toHaveTextContent('Ada Admin is asked to take over: “I have to go”');
  await user.click(screen.getByRole('button', { name: 'Take over as commander' }));
  await waitFor(() => expect(mockBackend.callsOf('answerRoleOffer')).toMatchObject([{ path: '/role-offers/3/answer', body: { answer: 'accept' } }]));
  await user.click(screen.getByRole('button', { name: 'Take it: Scribe' }));
  await waitFor(() => expect(mockBackend.callsOf('assignRole')).toMatchObject([{ path: '/incidents/7/roles/scribe', body: { user: 'user:ada' } }]));
});
