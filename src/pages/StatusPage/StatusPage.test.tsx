/** The page of the status page: the preview, what it shows, maintenance, audiences, subscriptions, and the copy elsewhere. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { communication, statusPage, type OperationName } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { StatusPage } from './StatusPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const ALL: OperationName[] = [
  'getStatusPage', 'putStatusPage', 'previewStatusPage', 'listStatusPageLinks', 'createStatusPageLink', 'revokeStatusPageLink', 'listStatusMaintenance', 'createStatusMaintenance', 'editStatusMaintenance',
  'deleteStatusMaintenance', 'getPageSync', 'putPageSync', 'retryPageSync', 'getMySubscription', 'putMySubscription', 'listSubscribers', 'removeSubscriber', 'getCommunication', 'putCommunication', 'getCadence',
];
const show = (tab: string) => renderPage(<StatusPage />, { path: '/status-page', at: `/status-page?tab=${tab}` });
const SETTINGS = statusPage.parse({
  visibility: 'private', title: 'Status of the shop', intro: '', language: 'en', timeZone: 'UTC', contact: null, components: [{ name: 'online-shop', label: 'Shop' }], subscriptions: false, regions: [], mailChannel: null,
  url: 'https://status.example.com/', provisioned: false, version: 4,
});
const BUSINESS = ['mail', 'online-shop'].map((name) => ({ name, tier: 'critical', slo: null, team: null, description: '', services: 1, origin: 'manual', editable: true, version: 1 }));
const AUDIENCES = communication.parse({
  version: 2, provisioned: false, remindMinutes: 5, dueTeam: null,
  audiences: [{ id: 'internal', name: 'Internal', kind: 'internal', approval: 'none', subject: '{{ incident.key }}', text: '{{ fields.summary }}', cadence: { sev1: 30, sev2: null, sev3: null, sev4: null, sev5: null }, fields: [{ key: 'summary', label: 'What is happening' }] }],
});

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(ALL) });
  mockBackend.answer('getStatusPage', { ok: SETTINGS });
  mockBackend.answer('previewStatusPage', { ok: { html: '<!doctype html><title>Status</title><p>Everything works</p>', generatedAt: '2026-03-01T10:00:00.000Z' } });
  mockBackend.answer('listStatusPageLinks', { ok: pageOf([{ id: '1', name: 'Partner', hint: 'ab12', createdAt: '2026-03-01T10:00:00.000Z', createdBy: 'Ada Admin' }]) });
  mockBackend.answer('listBusinessServices', { ok: pageOf(BUSINESS) });
  mockBackend.answer('getCommunication', { ok: AUDIENCES });
  mockBackend.answer('getCadence', { ok: { kept: 3, total: 4, percent: 75, bySeverity: [], byAudience: [] } });
});

test('cap 98: the page is shown in a frame without any right, also while it is private', async () => {
  show('page');
  const frame = await screen.findByTestId(testIds.statusPage.preview);
  expect(frame).toHaveAttribute('sandbox', '');
  expect(frame).toHaveAttribute('srcdoc', expect.stringContaining('Everything works'));
  expect(await screen.findByText(/It opens by a link with a token, and here/)).toBeInTheDocument();
});

test('cap 98: what it shows is changed with its version; a link to the private page is shown once', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putStatusPage', { ok: { ...SETTINGS, version: 5 } });
  mockBackend.answer('createStatusPageLink', { ok: { link: { id: '2', name: 'Bank', hint: 'cd34', createdAt: '2026-03-01T10:00:00.000Z', createdBy: 'Ada Admin' }, path: '/t/secret/', url: 'https://status.example.com/t/secret/' } });
  show('settings');
  const label = await screen.findByRole('textbox', { name: 'What readers call online-shop' });
  await user.clear(label);
  await user.type(label, 'Our shop');
  await user.click(screen.getByRole('radio', { name: 'Public' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putStatusPage')[0]).toMatchObject({ headers: { 'If-Match': '"4"' }, body: { visibility: 'public', title: 'Status of the shop', components: [{ name: 'online-shop', label: 'Our shop' }] } }));

  await user.type(screen.getByRole('textbox', { name: 'Who the link is for' }), 'Bank');
  await user.click(screen.getByRole('button', { name: 'Make a link' }));
  expect(await screen.findByText('https://status.example.com/t/secret/')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Revoke Partner' })).toBeEnabled();
});

test('cap 98: maintenance is announced with from and to', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listStatusMaintenance', { ok: pageOf([]) });
  mockBackend.answer('createStatusMaintenance', { ok: { id: '1', title: 'Upgrade', text: '', components: [], startsAt: '2099-01-01T00:00:00.000Z', endsAt: '2099-01-01T02:00:00.000Z', state: 'planned', version: 1 } });
  show('maintenance');
  await user.click(await screen.findByRole('button', { name: 'Announce maintenance' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Title/ }), 'Upgrade');
  await user.type(within(dialog).getByLabelText(/From/), '2099-01-01T00:00');
  await user.type(within(dialog).getByLabelText(/^To/), '2098-01-01T00:00');
  expect(within(dialog).getByRole('button', { name: 'Announce' })).toBeDisabled();
  await user.clear(within(dialog).getByLabelText(/^To/));
  await user.type(within(dialog).getByLabelText(/^To/), '2099-01-01T02:00');
  await user.click(within(dialog).getByRole('button', { name: 'Announce' }));
  await waitFor(() => expect(mockBackend.callsOf('createStatusMaintenance')[0]?.body).toMatchObject({ title: 'Upgrade', components: [] }));
});

test('cap 95, cap 96: audiences say how often they are told; a template that does not fill in is refused in words', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putCommunication', problemOf(400, 'invalid_input', 'fields.other is not known; fields has summary'));
  show('audiences');
  expect(await screen.findByText('75 % of the updates that were due in the last 90 days came in time (3 of 4).')).toBeInTheDocument();
  expect(await screen.findByText('SEV1 every 30 min, from the declaration on')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Edit Internal' }));
  const dialog = await findDialog();
  await user.clear(within(dialog).getByRole('textbox', { name: 'Minutes at SEV2' }));
  await user.type(within(dialog).getByRole('textbox', { name: 'Minutes at SEV2' }), '60');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putCommunication')[0]).toMatchObject({ headers: { 'If-Match': '"2"' }, body: { remindMinutes: 5, audiences: [{ id: 'internal', cadence: { sev1: 30, sev2: 60 } }] } }));
  expect(await within(dialog).findByText(/fields.other is not known/)).toBeInTheDocument();
});

test('cap 97: people subscribe themselves; managers see who else is told, outside in part', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getMySubscription', { ok: { audiences: [], services: [], severities: [], regions: [], version: 1 } });
  mockBackend.answer('putMySubscription', { ok: { audiences: ['internal'], services: ['checkout'], severities: ['sev1'], regions: [], version: 2 } });
  mockBackend.answer('listSubscribers', { ok: pageOf([{ id: '3', kind: 'outside', user: null, address: 'r…@example.com', state: 'active', audiences: ['customer'], services: [], severities: [], regions: [], since: '2026-03-01T10:00:00.000Z' }]) });
  show('subscriptions');
  await user.click(await screen.findByRole('checkbox', { name: 'Internal' }));
  await user.click(screen.getByRole('checkbox', { name: 'SEV1' }));
  await user.type(screen.getByRole('textbox', { name: /services or business services/ }), 'checkout, ');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putMySubscription')[0]?.body).toEqual({ audiences: ['internal'], severities: ['sev1'], services: ['checkout'], regions: [] }));
  expect(await screen.findByRole('button', { name: 'Remove r…@example.com' })).toBeEnabled();
});

test('cap 99: what keeps updates from Statuspage.io is said, and tried again at will; the key is never shown', async () => {
  const user = userEvent.setup();
  const sync = { enabled: true, pageId: 'abc', components: [{ name: 'online-shop', componentId: 'cmp1' }], notify: true, hasApiKey: true, waiting: 2, problem: 'Statuspage does not take the API key', lastAt: null, version: 3 };
  mockBackend.answer('getPageSync', { ok: sync });
  mockBackend.answer('retryPageSync', { ok: sync });
  mockBackend.answer('putPageSync', { ok: { ...sync, version: 4 } });
  show('statuspage');
  expect(await screen.findByText('Statuspage does not take the API key')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Try again now' }));
  await waitFor(() => expect(mockBackend.callsOf('retryPageSync')).toHaveLength(1));
  await user.type(await screen.findByRole('textbox', { name: /Component of mail/ }), 'cmp2');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putPageSync')[0]?.body).toEqual({ enabled: true, notify: true, pageId: 'abc', components: [{ name: 'online-shop', componentId: 'cmp1' }, { name: 'mail', componentId: 'cmp2' }] }));
});
