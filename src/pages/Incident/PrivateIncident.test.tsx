/** Cap 52 on the page of an incident: it is hidden from all but a few, they are changed, and it is shown again. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { userKey, type Incident, type OperationName } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, alertOf, CHECKOUT_DOWN, lanesOf, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<IncidentPage />, { path: '/incidents/:number', at: '/incidents/7' });

const BO = { key: userKey.parse('user:bo'), login: 'bo', name: 'Bo Byte' };
const HIDDEN: Incident = {
  ...CHECKOUT_DOWN, private: true, privacy: { since: '2026-03-01T10:02:00.000Z', by: { kind: 'user', key: ADA.key, name: ADA.name }, reason: 'Keys may be stolen', members: [ADA, BO] },
};
const KEEPER: readonly OperationName[] = ['getIncident', 'acknowledgeIncident', 'makeIncidentPrivate', 'makeIncidentOpen', 'setIncidentMembers', 'listUsers'];
const known = (user: typeof BO) => ({ ...user, role: 'commander', derivedRole: 'commander', email: '', lastSeenAt: '2026-03-01T10:00:00.000Z', version: 1 });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(KEEPER) });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('getIncidentLanes', { ok: lanesOf([alertOf()]) });
  mockBackend.answer('listIncidentChanges', { ok: pageOf([]) });
  mockBackend.answer('getBlastRadius', { ok: { nodes: [], edges: [], leftOut: 0 } });
  mockBackend.answer('listUsers', { ok: { items: [known(ADA), known(BO)], nextCursor: null } });
});

test('cap 52: it is made private with a reason and the people who see it', async () => {
  const user = userEvent.setup();
  mockBackend.answer('makeIncidentPrivate', () => {
    mockBackend.answer('getIncident', { ok: HIDDEN });
    return { ok: HIDDEN };
  });
  show();
  await user.click(await screen.findByTestId(testIds.incident.moreActions));
  await user.click(await screen.findByRole('menuitem', { name: 'Make private…' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('For everybody else it is gone');
  expect(within(dialog).getByRole('button', { name: 'Make private' })).toBeDisabled();
  await user.click(await within(dialog).findByRole('combobox'));
  await user.click(await screen.findByRole('option', { name: /Bo Byte/ }));
  await user.type(within(dialog).getByLabelText(/Reason/), 'Keys may be stolen');
  await user.click(within(dialog).getByRole('button', { name: 'Make private' }));
  const notice = await screen.findByTestId(testIds.incident.privacy);
  expect(notice).toHaveTextContent('Private. Only Ada Admin and Bo Byte see it. Made private by Ada Admin: Keys may be stolen');
  expect(mockBackend.callsOf('makeIncidentPrivate')[0]).toMatchObject({ body: { reason: 'Keys may be stolen', members: ['user:bo'] }, headers: { 'If-Match': '"3"' } });
});

test('cap 52: members are taken out, but not oneself; and it is made open again with a reason', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getIncident', { ok: HIDDEN });
  mockBackend.answer('setIncidentMembers', { ok: HIDDEN });
  mockBackend.answer('makeIncidentOpen', { ok: CHECKOUT_DOWN });
  show();
  await user.click(await within(await screen.findByTestId(testIds.incident.privacy)).findByRole('button', { name: 'Change who sees it' }));
  const members = await findDialog();
  await user.click(await within(members).findByRole('combobox'));
  await user.click(await screen.findByRole('option', { name: /Bo Byte/ }));
  await user.click(await screen.findByRole('option', { name: /Ada Admin/ }));
  await user.click(within(members).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('setIncidentMembers')[0]?.body).toEqual({ members: ['user:ada'] }));

  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  await user.click(screen.getByTestId(testIds.incident.moreActions));
  await user.click(await screen.findByRole('menuitem', { name: 'Make open to everybody…' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('also those written while it was private');
  await user.type(within(dialog).getByRole('textbox'), 'It was nothing');
  await user.click(within(dialog).getByRole('button', { name: 'Make open' }));
  await waitFor(() => expect(mockBackend.callsOf('makeIncidentOpen')[0]?.body).toEqual({ reason: 'It was nothing' }));
});

test('cap 52: what was hidden from the reader meanwhile leaves the page', async () => {
  const user = userEvent.setup();
  mockBackend.answer('acknowledgeIncident', problemOf(404, 'not_found', 'INC-7 does not exist'));
  show();
  const press = await screen.findByTestId(testIds.incident.primaryAction);
  mockBackend.answer('getIncident', problemOf(404, 'not_found', 'INC-7 does not exist'));
  await user.click(press);
  expect(await screen.findByText('There is no incident INC-7')).toBeInTheDocument();
  expect(screen.queryByText(/Customers cannot pay/)).not.toBeInTheDocument();
});
