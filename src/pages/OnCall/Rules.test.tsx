/** My contact rules and escalation policies. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { clockRules, escalationPolicy, myContacts } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { OnCallPage } from './OnCallPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const AT = '2026-03-01T10:00:00.000Z';
const SMS = { channel: 'sms', channelName: 'Text message', address: '+491', waitSeconds: 60 };
const MINE = myContacts.parse({
  user: ADA, rules: { critical: null, high: null, normal: null, low: null }, quietHours: [{ days: [0], from: '22:00', to: '07:00' }], zone: 'Europe/Berlin', quietNow: true, version: 2,
  points: [
    { id: '1', channel: 'sms', channelName: 'Text message', address: '+491', verified: true, verifiedAt: AT, consentAt: AT, codeSentAt: AT },
    { id: '2', channel: 'email', channelName: 'E-mail', address: 'ada@example.com', verified: false, verifiedAt: null, consentAt: AT, codeSentAt: AT },
  ],
  plan: { critical: [SMS, { ...SMS, channelName: 'Call' }], high: [SMS], normal: [SMS], low: [] }, channels: [{ id: 'sms', name: 'Text message', addressLabel: 'Phone number' }],
});
const POLICY = escalationPolicy.parse({
  id: 'commander', name: 'Commander pool', role: 'commander', starts: { severities: ['sev1'], ownedBy: null, condition: null }, provisioned: false, updatedAt: AT, updatedBy: 'Ada', version: 3,
  steps: [{ kind: 'team', team: 'commanders', pick: 'round_robin', waitSeconds: 120 }, { kind: 'condition', when: 'rank == 1', otherwise: 'stop' }],
});
const show = (tab: string) => renderPage(<OnCallPage />, { path: '/on-call', at: `/on-call?tab=${tab}` });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['getMyContacts', 'putContactRules', 'addContactPoint', 'verifyContactPoint', 'sendContactCode', 'removeContactPoint', 'listPolicies', 'createPolicy', 'putPolicy', 'deletePolicy', 'listTeams']) });
  mockBackend.answer('getMyContacts', { ok: MINE });
  mockBackend.answer('listPolicies', { ok: pageOf([POLICY, { ...POLICY, id: 'filed', name: 'From a file', provisioned: true, starts: null }]) });
  mockBackend.answer('listTeams', { ok: pageOf([]) });
});

test('cap 143: somebody tries their own addresses and sees which works', async () => {
  const user = userEvent.setup();
  const way = { chain: null, person: ADA, place: 1, milliseconds: null };
  const went = { id: '1', startedAt: AT, endedAt: AT, startedBy: 'Ada', state: 'failed', hops: [{ ...way, channel: 'sms', address: '+4…91', state: 'passed', detail: null, milliseconds: 900 }, { ...way, channel: 'email', address: 'a…@example.com', state: 'failed', detail: 'the server refused it' }] };
  mockBackend.answer('getMe', { ok: meWith(['getMyContacts', 'rehearseMyContacts', 'getMyRehearsal']) });
  mockBackend.answer('getMyRehearsal', { ok: { rehearsal: null } });
  mockBackend.answer('rehearseMyContacts', { ok: went });
  show('my-rules');
  expect(await screen.findByText(/Not tried yet/)).toBeInTheDocument();
  mockBackend.answer('getMyRehearsal', { ok: { rehearsal: went } });
  await user.click(screen.getByRole('button', { name: 'Try my addresses' }));
  expect(await screen.findByRole('list', { name: 'How my addresses did' })).toHaveTextContent('sms +4…91 works (900 ms)email a…@example.com does not work: the server refused it');
});

test('cap 63: addresses with their state, the order by urgency as it is now, and quiet time in words', async () => {
  show('my-rules');
  const points = await screen.findAllByTestId(testIds.onCall.point);
  expect(points.map((point) => point.textContent)).toEqual([expect.stringMatching(/Text message: \+491Proven/), expect.stringMatching(/ada@example.com.*Not proven yet/)]);
  const order = screen.getByRole('list', { name: 'Order by urgency' });
  expect(order).toHaveTextContent('Critical (SEV1)Text message +491, then Call +491');
  expect(order).toHaveTextContent('LowYou are not told');
  expect(screen.getByText(/only SEV1 comes through/)).toBeInTheDocument();
});

test('cap 63: an address is added with consent only, and proven with the code', async () => {
  const user = userEvent.setup();
  mockBackend.answer('addContactPoint', { ok: MINE });
  mockBackend.answer('verifyContactPoint', problemOf(400, 'invalid_input', 'that is not the code'));
  show('my-rules');
  await user.click(await screen.findByRole('button', { name: 'Add address' }));
  let dialog = await findDialog();
  await user.type(within(dialog).getByLabelText(/Phone number/), '+491');
  expect(within(dialog).getByRole('button', { name: 'Add and send code' })).toBeDisabled();
  await user.click(within(dialog).getByRole('checkbox', { name: /I agree/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Add and send code' }));
  await waitFor(() => expect(mockBackend.callsOf('addContactPoint')).toMatchObject([{ body: { channel: 'sms', address: '+491', consent: true } }]));
  dialog = await screen.findByRole('dialog', { name: 'Enter the code' });
  await user.type(within(dialog).getByLabelText(/Code/), '123456');
  await user.click(within(dialog).getByRole('button', { name: 'Prove' }));
  expect(await within(dialog).findByText(/that is not the code/)).toBeInTheDocument();
  expect(mockBackend.callsOf('verifyContactPoint')).toMatchObject([{ path: '/me/contact-points/1/verify', body: { code: '123456' } }]);
});

test('cap 59: a policy in words; what a file keeps is not changed here; another one is made', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createPolicy', { ok: POLICY });
  show('policies');
  const [policy, filed] = await screen.findAllByTestId(testIds.onCall.policy);
  for (const fact of ['Commander pool', 'Starts by itself for SEV1', 'Whoever answers is commander', 'Team commanders: the next in turn; wait 2 min', 'Only if rank == 1, else it ends']) expect(policy).toHaveTextContent(fact);
  expect(filed).toHaveTextContent(/Started by hand.*Kept in escalation.yaml/);
  expect(within(filed ?? document.body).queryByRole('button')).not.toBeInTheDocument();

  await user.click(screen.getByRole('button', { name: 'Add policy' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText(/^Id/), 'commander');
  expect(within(dialog).getByText('There is one of this id already.')).toBeInTheDocument();
  await user.clear(within(dialog).getByLabelText(/^Id/));
  await user.type(within(dialog).getByLabelText(/^Id/), 'owner');
  await user.type(within(dialog).getByLabelText(/^Name/), 'Owner');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('createPolicy')).toMatchObject([{ body: { id: 'owner', name: 'Owner', starts: null, repeat: 3, steps: [{ kind: 'owner', pick: 'all', waitSeconds: 300 }] } }]));
});

test('cap 61: limits of clocks by severity are seen and changed; what is no number of minutes is not saved', async () => {
  const user = userEvent.setup();
  const limits = { response: 5, update: 30, resolution: 240 };
  const rules = clockRules.parse({
    limits: { sev1: limits, sev2: limits, sev3: limits, sev4: limits, sev5: { response: null, update: null, resolution: null } }, atRiskPercent: 75, pausedIn: { update: ['monitoring'], resolution: [] }, commander: null, version: 4,
  });
  mockBackend.answer('getMe', { ok: meWith(['getClockRules', 'putClockRules']) });
  mockBackend.answer('getClockRules', { ok: rules });
  mockBackend.answer('putClockRules', { ok: { ...rules, version: 5 } });
  show('clocks');
  const field = await screen.findByRole('spinbutton', { name: 'Next update, SEV1, minutes' });
  expect(field).toHaveValue(30);
  expect(screen.getByRole('spinbutton', { name: 'First answer, SEV5, minutes' })).toHaveValue(null);
  const save = screen.getByRole('button', { name: 'Save clocks' });
  expect(save).toBeDisabled();
  await user.clear(field);
  await user.type(field, '0');
  expect(save).toBeDisabled();
  await user.clear(field);
  await user.type(field, '20');
  await user.click(screen.getByRole('checkbox', { name: /Watch whoever commands/ }));
  await user.click(save);
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'putClockRules')).toMatchObject({
    headers: { 'If-Match': '"4"' }, body: { limits: { sev1: { response: 5, update: 20 }, sev5: { response: null } }, atRiskPercent: 75, pausedIn: { update: ['monitoring'] }, commander: { nudgeMinutes: 20, escalateMinutes: 10 } },
  }));
});
