/** War rooms on the page of an incident: opened with one click, led to when there is one, absent where no chat is set up. */
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OPERATION_NAMES, type WarRoom } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { CHECKOUT_DOWN, lanesOf, listOf, meWith } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { answerNoInsights } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const ROOM: WarRoom = { channel: 'ops', name: 'inc-7-checkout-is-down', url: 'https://slack.com/app_redirect?channel=C0123456789', meetingUrl: 'https://meet.example.com/inc-7', openedAt: '2026-03-02T09:00:00.000Z' };
let rooms: WarRoom[] = [];
let channels: string[] = [];

beforeEach(() => {
  published.length = 0;
  rooms = [];
  channels = ['ops'];
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  answerNoInsights(mockBackend);
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('getIncidentLanes', { ok: lanesOf([]) });
  mockBackend.answer('listIncidentAlerts', { ok: listOf([]) });
  mockBackend.answer('listRegroupings', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('listIncidentChanges', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('getBlastRadius', { ok: { nodes: [], edges: [], leftOut: 0 } });
  mockBackend.answer('getIncidentTypes', { ok: { types: [{ id: 'general', name: 'General', description: '', fields: [] }], version: 0, provisioned: false } });
  mockBackend.answer('getJudgement', { ok: { judgement: null, version: 0 } });
  mockBackend.answer('listWarRooms', () => ({ ok: { items: rooms, nextCursor: null, channels: rooms.length === 0 ? channels : [] } }));
  mockBackend.answer('openWarRoom', () => {
    rooms = [ROOM];
    return { ok: ROOM };
  });
});

const show = () => renderPage(<IncidentPage />, { path: '/incidents/:number', at: '/incidents/7' });

test('cap 92: one click opens the war room, and the page leads there and to the meeting', async () => {
  const user = userEvent.setup();
  show();
  const block = await screen.findByRole('region', { name: 'War room' });
  await user.click(within(block).getByRole('button', { name: 'Open a war room' }));
  expect(await within(block).findByRole('link', { name: '#inc-7-checkout-is-down' })).toHaveAttribute('href', ROOM.url);
  expect(within(block).getByRole('link', { name: 'Join the meeting' })).toHaveAttribute('href', ROOM.meetingUrl);
  expect(within(block).queryByRole('button')).toBeNull();
  expect(mockBackend.callsOf('openWarRoom').map(({ body }) => body)).toEqual([{}]);
});

test('cap 92: where no chat can open one, or for somebody who only reads, there is no offer; a refusal is told', async () => {
  channels = [];
  const first = show();
  await screen.findByText('Key times');
  expect(screen.queryByRole('region', { name: 'War room' })).toBeNull();
  first.unmount();
  channels = ['ops'];
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES.filter((name) => name !== 'openWarRoom')) });
  const second = show();
  await screen.findByText('Key times');
  expect(screen.queryByRole('region', { name: 'War room' })).toBeNull();
  second.unmount();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  mockBackend.answer('openWarRoom', problemOf(503, 'unavailable', 'the room could not be opened: Slack answered 500'));
  show();
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Open a war room' }));
  expect(await screen.findByRole('button', { name: 'Open a war room' })).toBeEnabled();
  expect(published).toHaveLength(1);
});
