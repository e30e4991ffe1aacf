/** Channels: how they do, added by the form of their kind, tested; chains, deliveries, rehearsals. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createFakeBackend, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { ChannelsPage } from './ChannelsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (tab = 'channels') => renderPage(<ChannelsPage />, { path: '/channels', at: `/channels?tab=${tab}` });
const AT = '2026-03-01T10:00:00.000Z';
const BO = { key: 'user:bo', login: 'bo', name: 'Bo' };
const HEALTH = { breaker: 'closed', score: 1, lastSuccessAt: AT, lastFailureAt: null, lastFailure: null, restsUntil: null, waiting: 0, waitingCritical: 0 };
const CHAT = { id: 'chat', kind: 'webhook', name: 'Chat', enabled: true, provisioned: false, receipts: false, addressed: false, health: HEALTH, version: 3 };
const PHONE = { ...CHAT, id: 'phone', kind: 'sms', name: 'Phone', addressed: true, health: { ...HEALTH, breaker: 'open', score: 0.4, restsUntil: AT, lastFailureAt: AT, lastFailure: 'answered 500', waiting: 7, waitingCritical: 2 } };
const KIND = {
  kind: 'webhook', title: 'Webhook', receipts: false, perSecond: 20, addressLabel: null, secretFields: [{ name: 'signingKey', label: 'Key that bodies are signed with', required: false }],
  schema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
};
const DELIVERY = {
  id: '7', message: '3', messageClass: 'page', urgency: 'critical', incident: 1, subject: 'Checkout is down', recipient: { kind: 'person', name: 'Ada' }, state: 'failed', channel: 'phone', hop: 2, hops: 2, tries: 2, bundled: false,
  error: 'answered 500', answer: null, createdAt: AT, sentAt: null, deliveredAt: null, answeredAt: null, dueAt: null,
};

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listChannels', 'createChannel', 'getChannel', 'editChannel', 'deleteChannel', 'testChannel', 'getChains', 'putChains', 'listDeliveries', 'getDelivery', 'retryDelivery', 'listRehearsals', 'startRehearsal']) });
  mockBackend.answer('listChannels', { ok: pageOf([CHAT, PHONE]) });
  mockBackend.answer('listChannelKinds', { ok: { kinds: [KIND] } });
});

test('cap 89: how channels do is said in words: the breaker, the score, what waits, what failed last', async () => {
  show();
  const [chat, phone] = await screen.findAllByTestId(testIds.channels.row);
  expect(chat).toHaveTextContent(/Works · 100 of 100.*Last arrived/);
  expect(phone).toHaveTextContent(/Rests after failures · 40 of 100 · tried again.*7 waiting, 2 of them critical.*last failed.*answered 500/);
});

test('one is added by the form of its kind, and its secret is sent once', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createChannel', { ok: { ...CHAT, config: {}, secretsSet: ['signingKey'], perSecond: null, updatedAt: AT, updatedBy: 'Bo', usedBy: [] } });
  show();
  await user.click(await screen.findByTestId(testIds.channels.add));
  const dialog = await findDialog({ name: 'Add channel' });
  expect(within(dialog).getByRole('button', { name: 'Add' })).toBeDisabled();
  await user.type(within(dialog).getByLabelText(/^Id/), 'hook');
  await user.type(within(dialog).getByLabelText(/^Name/), 'Hook');
  await user.type(within(dialog).getByLabelText(/^URL/), 'https://hooks.example.com/x');
  await user.type(within(dialog).getByLabelText(/^Messages a second/), '5');
  await user.type(within(dialog).getByLabelText(/^Key that bodies/), 'canary');
  await user.click(within(dialog).getByRole('button', { name: 'Add' }));
  await waitFor(() => expect(mockBackend.callsOf('createChannel')[0]?.body).toEqual({ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, config: { url: 'https://hooks.example.com/x' }, secrets: { signingKey: 'canary' }, perSecond: 5 }));
});

test('a test says whether it works', async () => {
  const user = userEvent.setup();
  mockBackend.answer('testChannel', { ok: { ok: false, detail: 'The webhook answered 500', milliseconds: 12 } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Test Chat' }));
  const dialog = await findDialog({ name: 'Test Chat' });
  await user.click(within(dialog).getByRole('button', { name: 'Send a test' }));
  expect(await within(dialog).findByText('The webhook answered 500')).toBeInTheDocument();
});

test('cap 90: a delivery shows each try, and one that failed is tried again', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listDeliveries', { ok: pageOf([DELIVERY]) });
  const whole = { ...DELIVERY, text: 'Every second order fails.', history: [{ channel: 'chat', state: 'failed', startedAt: AT, endedAt: AT, detail: 'no answer' }] };
  mockBackend.answer('getDelivery', { ok: whole });
  mockBackend.answer('retryDelivery', { ok: whole });
  show('deliveries');
  expect(await screen.findByTestId(testIds.channels.delivery)).toHaveTextContent(/Ada: Checkout is down.*Failed over phone, way 2 of 2 · INC-1.*answered 500/);
  await user.click(screen.getByRole('button', { name: 'Tries of Checkout is down to Ada' }));
  const dialog = await findDialog({ name: 'Delivery' });
  expect(await within(dialog).findByText(/chat · Failed/)).toHaveTextContent('no answer');
  await user.click(within(dialog).getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(mockBackend.callsOf('retryDelivery')).toHaveLength(1));
});

test('cap 143: a rehearsal tells which way does not work', async () => {
  mockBackend.answer('listRehearsals', { ok: pageOf([{ id: '1', startedAt: AT, endedAt: AT, startedBy: 'Muster', state: 'failed', hops: [
    { chain: 'Default', channel: 'phone', person: null, address: null, place: null, state: 'failed', detail: 'answered 500', milliseconds: null },
    { chain: null, channel: 'phone', person: BO, address: null, place: 1, state: 'passed', detail: null, milliseconds: 40 }, { chain: null, channel: 'phone', person: BO, address: null, place: 2, state: 'skipped', detail: 'it is quiet time there', milliseconds: null },
  ] }]) });
  mockBackend.answer('startRehearsal', { ok: { id: '2', startedAt: AT, endedAt: null, startedBy: 'Bo', state: 'running', hops: [] } });
  show('rehearsals');
  expect(await screen.findByTestId(testIds.channels.rehearsal)).toHaveTextContent(/Some ways do not work.*1 of 3 work, 1 not tried.*Chain Default ?phone does not work: answered 500.*Bo ?phone, address 1 works \(40 ms\) ?phone, address 2 was not tried: it is quiet time there/);
  const user = userEvent.setup();
  await user.click(screen.getByRole('checkbox', { name: /^People too/ }));
  await user.click(screen.getByRole('button', { name: 'Rehearse now' }));
  await waitFor(() => expect(mockBackend.callsOf('startRehearsal')[0]?.body).toEqual({ people: true }));
});
