/** On-call: who is there now, schedules with layers, gaps and overrides, own shifts and swaps. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { myShift, onCallEntry, onCallImport, schedule, shiftView, swap, type ShiftView } from '#contract';
import { momentAt, mondayOf, placedIn, rowsOf } from '../../model/shiftGrid.ts';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { OnCallPage } from './OnCallPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));
jest.mock('../../hooks/useElementWidth.ts', () => ({ useElementWidth: () => mockWidth }));
let mockWidth = 1200;

const ED = { key: 'user:ed', login: 'ed', name: 'Ed Editor' };
const HOUR = 3_600_000;
/** Monday, midnight: shifts of tests stand in the week that the page shows first. */
const MONDAY = mondayOf(Date.now());
const at = (hours: number): string => new Date(MONDAY + hours * HOUR).toISOString();
const HEAD = { id: 's1', name: 'Checkout', team: 'shop', timeZone: 'Europe/Berlin' };
const ENTRY = onCallEntry.parse({ schedule: HEAD, users: [ADA], until: '2099-01-05T09:00:00.000Z', next: [ED], gap: { startsAt: '2099-01-06T09:00:00.000Z', endsAt: '2099-01-06T17:00:00.000Z' } });
const SCHEDULE = schedule.parse({
  id: 's1', name: 'Checkout', description: 'Payments and carts', team: 'shop', timeZone: 'Europe/Berlin', version: 4, people: [ADA, ED], calendars: [{ layer: 'weekly', host: 'calendar.example.com', readAt: at(-2), failedAt: at(-1), failure: 'the address answered 503', leftOut: 2 }], provisionedAs: null, createdBy: { kind: 'user', key: 'user:ada', name: ADA.name },
  layers: [{ kind: 'rotation', id: 'weekly', name: 'Week by week', every: { count: 1, unit: 'weeks' }, startsOn: '2026-01-05', handOffAt: '09:00', slots: [[ADA.key], [ED.key]] }],
});
const SHIFTS: ShiftView = shiftView.parse({
  shifts: [
    { startsAt: at(0), endsAt: at(40), users: [ADA.key], origin: { kind: 'layer', layer: 'weekly' } }, { startsAt: at(40), endsAt: at(44), users: [ED.key], origin: { kind: 'override', override: 'o1' } },
    { startsAt: at(48), endsAt: at(168), users: [ADA.key], origin: { kind: 'layer', layer: 'weekly' } },
  ],
  layers: [{ id: 'weekly', name: 'Week by week', shifts: [{ startsAt: at(0), endsAt: at(168), users: [ADA.key], origin: { kind: 'layer', layer: 'weekly' } }] }],
  overrides: [{ id: 'o1', startsAt: at(40), endsAt: at(44), users: [ED], replaces: ADA, reason: 'a dentist', swap: null, createdAt: at(0), createdBy: { kind: 'user', key: 'user:ed', name: 'Ed Editor' } }],
  gaps: [{ startsAt: at(44), endsAt: at(48) }], overlaps: [], people: [ADA, ED],
});
const MINE = myShift.parse({ startsAt: '2099-01-05T09:00:00.000Z', endsAt: '2099-01-12T09:00:00.000Z', schedule: HEAD, with: [], origin: { kind: 'layer', layer: 'weekly' } });
const ASKED = swap.parse({
  id: 'w1', schedule: HEAD, state: 'open', requestedBy: ED, asked: ADA, startsAt: '2099-01-20T09:00:00.000Z', endsAt: '2099-01-21T09:00:00.000Z', inReturn: null, message: 'a wedding', createdAt: '2026-01-01T00:00:00.000Z',
  answeredBy: null, answeredAt: null, answer: '', version: 1,
});

const show = (tab = 'now') => renderPage(<OnCallPage />, { path: '/on-call', at: `/on-call?tab=${tab}` });

beforeEach(() => {
  published.length = 0;
  mockWidth = 1200;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listOnCall', 'listSchedules', 'listMyShifts', 'createOverride', 'deleteOverride', 'putSchedule', 'createSchedule', 'previewShifts', 'requestSwap', 'acceptSwap', 'declineSwap', 'withdrawSwap', 'writeHandOver', 'getScheduleFeed', 'importOnCall']) });
  mockBackend.answer('listOnCall', { ok: { ...pageOf([ENTRY]), at: '2026-03-01T10:00:00.000Z' } });
  mockBackend.answer('listSchedules', { ok: pageOf([SCHEDULE]) });
  mockBackend.answer('listShifts', { ok: SHIFTS });
  mockBackend.answer('previewShifts', { ok: { ...SHIFTS, gaps: [] } });
  mockBackend.answer('listMyShifts', { ok: { shifts: [MINE] } });
  mockBackend.answer('listSwaps', { ok: pageOf([ASKED]) });
  mockBackend.answer('listUsers', { ok: pageOf([]) });
});

test('cap 57: Now tells who is on call, who is next and when nobody is; the hand-over note begins with what is open', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getHandOver', { ok: { entry: ENTRY, draft: 'Open incidents:\n- INC-7', notes: [{ id: 'n1', text: 'All quiet', writtenAt: '2026-03-01T10:00:00.000Z', writtenBy: { kind: 'user', key: 'user:ed', name: 'Ed Editor' } }] } });
  mockBackend.answer('writeHandOver', { ok: { id: 'n2', text: 'x', writtenAt: '2026-03-01T10:00:00.000Z', writtenBy: { kind: 'user', key: 'user:ada', name: ADA.name } } });
  show();
  const row = await screen.findByTestId(testIds.onCall.nowRow);
  expect(row).toHaveTextContent('Checkoutshop');
  expect(row).toHaveTextContent(ADA.name);
  expect(row).toHaveTextContent('then Ed Editor');
  expect(row).toHaveTextContent('Nobody is on call');
  await user.click(within(row).getByRole('button', { name: 'Hand-over note of Checkout' }));
  const dialog = await findDialog();
  await waitFor(() => expect(within(dialog).getByLabelText(/^Note/)).toHaveValue('Open incidents:\n- INC-7'));
  expect(dialog).toHaveTextContent('All quiet');
  await user.type(within(dialog).getByLabelText(/^Note/), ' and one more');
  await user.click(within(dialog).getByRole('button', { name: 'Leave the note' }));
  await waitFor(() => expect(mockBackend.callsOf('writeHandOver')[0]?.body).toEqual({ text: 'Open incidents:\n- INC-7 and one more' }));
});

test('cap 56: a schedule shows shifts, layers, gaps and overrides; a shift is chosen, or a stretch is drawn, for an override', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createOverride', { ok: SHIFTS.overrides[0] });
  mockBackend.answer('deleteOverride', { ok: { ok: true } });
  show('schedules');
  expect(await screen.findByText(/^The calendar of Week by week could not be read/)).toBeInTheDocument();
  expect(screen.getByText(/the address answered 503/)).toHaveTextContent('Its copy of');
  expect(await screen.findByTestId(testIds.onCall.gaps)).toHaveTextContent('Nobody is on call at times');
  expect(await screen.findByRole('group', { name: 'Layer Week by week' })).toHaveTextContent(ADA.name);
  expect(screen.getByRole('region', { name: 'Overrides' })).toHaveTextContent('Ed Editor instead of Ada Admin (a dentist)');
  await user.click(screen.getByRole('button', { name: /^Ed Editor, .*, override: override$/ }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText('Reason'), 'I can');
  await user.click(within(dialog).getByRole('button', { name: 'Put on call' }));
  await waitFor(() => expect(mockBackend.callsOf('createOverride')[0]?.body).toEqual({ startsAt: at(40), endsAt: at(44), users: [ADA.key], replaces: null, reason: 'I can' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());

  const lane = screen.getByTestId(testIds.onCall.lane);
  lane.getBoundingClientRect = () => new DOMRect(0, 0, 700, 40);
  for (const [type, clientX] of [['pointerdown', 100], ['pointermove', 150], ['pointerup', 150]] as const) fireEvent(lane, new MouseEvent(type, { bubbles: true, button: 0, clientX }));
  const drawn = await findDialog();
  await user.click(within(drawn).getByRole('button', { name: 'Put on call' }));
  await waitFor(() => expect(mockBackend.callsOf('createOverride')[1]?.body).toMatchObject({ startsAt: at(24), endsAt: at(36) }));
  await user.click(screen.getByRole('button', { name: 'Take back' }));
  await waitFor(() => expect(mockBackend.callsOf('deleteOverride')).toHaveLength(1));
});

test('cap 144: on a narrow screen shifts are a list', async () => {
  mockWidth = 340;
  show('schedules');
  expect(await screen.findByTestId(testIds.onCall.agenda)).toHaveTextContent('Ed Editor');
  expect(screen.queryByTestId(testIds.onCall.calendar)).not.toBeInTheDocument();
});

test('a schedule is edited on the version that was seen, and what would be left open is told', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putSchedule', { ok: { ...SCHEDULE, version: 5 } });
  show('schedules');
  await user.click(await screen.findByRole('button', { name: 'Change Checkout' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Edit' }));
  const dialog = await findDialog();
  expect(await within(dialog).findByText('Somebody is on call throughout the next four weeks')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Only on some days' }));
  await user.click(within(dialog).getByRole('button', { name: 'Only once a week' }));
  const weekly = within(dialog).getByRole('group', { name: 'times 2 of Week by week' });
  fireEvent.change(within(weekly).getByLabelText('From'), { target: { value: '18:00' } });
  fireEvent.change(within(dialog).getByLabelText(/^Ends on/), { target: { value: '2026-12-31' } });
  expect(within(dialog).getByLabelText('Zone of the layer')).toHaveValue('As the schedule (Europe/Berlin)');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('putSchedule')[0]).toMatchObject({ headers: { 'If-Match': '"4"' }, body: { layers: [{ restrictions: [{ kind: 'daily', days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }, { kind: 'weekly', fromDay: 'fr', from: '18:00', toDay: 'mo', to: '09:00' }], endsOn: '2026-12-31', timeZone: null }] } }));
});

test('cap 57: own shifts, a swap that is asked of one is accepted, and one is asked for', async () => {
  const user = userEvent.setup();
  mockBackend.answer('acceptSwap', { ok: { ...ASKED, state: 'accepted' } });
  mockBackend.answer('requestSwap', { ok: ASKED });
  show('mine');
  const asked = await screen.findByRole('region', { name: 'Asked of you' });
  expect(asked).toHaveTextContent('asked by Ed Editor');
  expect(asked).toHaveTextContent('a wedding');
  await user.click(within(asked).getByRole('button', { name: 'Take the shift' }));
  await waitFor(() => expect(mockBackend.callsOf('acceptSwap')[0]?.headers['If-Match']).toBe('"1"'));
  await user.click(within(await screen.findByTestId(testIds.onCall.myShift)).getByRole('button', { name: 'Ask for a swap' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('button', { name: 'Ask' }));
  await waitFor(() => expect(mockBackend.callsOf('requestSwap')[0]?.body).toEqual({ startsAt: MINE.startsAt, endsAt: MINE.endsAt, asked: null, inReturn: null, message: '' }));
});

test('cap 57: in return for a shift one of those whom is asked is taken', async () => {
  const user = userEvent.setup();
  mockBackend.answer('requestSwap', { ok: ASKED });
  mockBackend.answer('listShifts', { ok: { ...SHIFTS, shifts: [{ startsAt: '2099-01-12T09:00:00.000Z', endsAt: '2099-01-19T09:00:00.000Z', users: [ED.key], origin: { kind: 'layer', layer: 'weekly' } }] } });
  show('mine');
  await user.click(within(await screen.findByTestId(testIds.onCall.myShift)).getByRole('button', { name: 'Ask for a swap' }));
  const dialog = await findDialog();
  expect(within(dialog).queryByLabelText(/^In return I take/)).not.toBeInTheDocument();
  await user.click(within(dialog).getByLabelText('Ask'));
  await user.click(await screen.findByRole('option', { name: 'Ed Editor' }));
  await user.click(within(dialog).getByLabelText(/^In return I take/));
  await user.click(await screen.findByRole('option', { name: /12 Jan/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Ask' }));
  await waitFor(() => expect(mockBackend.callsOf('requestSwap')[0]?.body).toMatchObject({ asked: ED.key, inReturn: { startsAt: '2099-01-12T09:00:00.000Z', endsAt: '2099-01-19T09:00:00.000Z' } }));
});

test('cap 57: a schedule tells whose turns come next, and gaps beyond what is shown', async () => {
  const next = new Date(Date.now() + 20 * 24 * HOUR).toISOString();
  mockBackend.answer('listShifts', { ok: { ...SHIFTS, shifts: [{ startsAt: at(-200), endsAt: next, users: [ADA.key], origin: { kind: 'layer', layer: 'weekly' } }], gaps: [{ startsAt: next, endsAt: new Date(Date.now() + 21 * 24 * HOUR).toISOString() }] } });
  show('schedules');
  expect(await screen.findByTestId(testIds.onCall.nextShift)).toHaveTextContent(`${ADA.name}`);
  expect(screen.getByTestId(testIds.onCall.nextShift)).toHaveTextContent('now');
  expect(screen.getByText('Nobody is on call at times within four weeks')).toBeInTheDocument();
});

test('cap 145: taking over from OnCall says first what would come of it', async () => {
  const user = userEvent.setup();
  mockBackend.answer('importOnCall', {
    ok: onCallImport.parse({
      schedules: [{ name: 'Primary', layers: 2, overrides: 0, schedule: 'oncall-s1', fate: 'new' }, { name: 'Checkout', layers: 1, overrides: 0, schedule: 's1', fate: 'kept' }],
      policies: [{ id: 'oncall-f1', name: 'Default', steps: [{ kind: 'schedule', schedule: 'oncall-s1', waitSeconds: 300 }, { kind: 'team', team: 'oncall-e1', pick: 'round_robin', waitSeconds: 0 }, { kind: 'user', user: ED.key, waitSeconds: 900 }], repeat: 5, fate: 'new' }],
      teams: [{ id: 'oncall-e1', name: 'Default, in turn', members: 2, fate: 'new' }],
      people: [{ name: 'U9', user: null }, { name: 'ed', user: ED }], remarks: [{ subject: 'Escalation chain Default, step 3', message: 'calls everybody of a Slack channel: left out' }],
    }),
  });
  show('schedules');
  await user.click(await screen.findByRole('button', { name: 'From Grafana OnCall' }));
  const dialog = await findDialog();
  fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: '{"schedules": []}' } });
  await user.click(within(dialog).getByRole('button', { name: 'Check' }));
  const report = await within(dialog).findByTestId(testIds.onCall.report);
  expect(report).toHaveTextContent('Would be taken over: 1 schedule and 1 escalation policy.');
  expect(within(within(report).getByRole('list', { name: 'Schedules' })).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Primary (2 layers): new', 'Checkout (1 layer): stays as it is here']);
  const policies = within(report).getByRole('list', { name: 'Escalation policies' });
  expect(policies).toHaveTextContent('Default: new');
  expect(policies).toHaveTextContent('On call by Primary: everybody; wait 5 min');
  expect(policies).toHaveTextContent('Team Default, in turn: the next in turn; go on at once');
  expect(policies).toHaveTextContent('Ed Editor; wait 15 min');
  expect(policies).toHaveTextContent('All of it 5 more times');
  expect(within(report).getByRole('list', { name: 'Teams' })).toHaveTextContent('Default, in turn (2 people): new');
  expect(report).toHaveTextContent('U9: nobody here');
  expect(report).toHaveTextContent('Escalation chain Default, step 3: calls everybody of a Slack channel: left out');
  await user.click(within(dialog).getByRole('button', { name: 'Take over' }));
  await waitFor(() => expect(mockBackend.callsOf('importOnCall').map(({ body }) => body)).toMatchObject([{ dryRun: true }, { dryRun: false }]));
});

test('empty, loading, error and denial have their faces', async () => {
  mockBackend.answer('listOnCall', { ok: { ...pageOf([]), at: '2026-03-01T10:00:00.000Z' } });
  const empty = show();
  expect(await screen.findByText('No schedule yet')).toBeInTheDocument();
  empty.unmount();
  mockBackend.answer('listOnCall', 'never');
  const waiting = show();
  expect(await screen.findByTestId(testIds.state.loading)).toBeInTheDocument();
  waiting.unmount();
  mockBackend.answer('listOnCall', problemOf(400, 'invalid_input', 'no'));
  const broken = show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
  broken.unmount();
  mockBackend.answer('getMe', { ok: meWith([]) });
  show();
  expect(await screen.findByTestId(testIds.state.denied)).toBeInTheDocument();
});

test('rows of a view are whole weeks, and places and moments belong together', () => {
  const rows = rowsOf('month', Date.parse('2026-03-15T12:00:00Z'));
  expect(rows.length).toBeGreaterThanOrEqual(5);
  expect(rows.every((row, index) => index === 0 || rows[index - 1]?.endMs === row.days[0])).toBe(true);
  const row = rowsOf('week', MONDAY)[0];
  if (row === undefined) throw new Error('no row');
  const span = { startsAt: new Date(row.days[1] ?? 0).toISOString(), endsAt: new Date(row.days[2] ?? 0).toISOString() };
  const [placed] = placedIn(row, [span]);
  expect(placed?.left).toBeCloseTo(100 / 7);
  expect(placed?.width).toBeCloseTo(100 / 7);
  expect(momentAt(row, (placed?.left ?? 0) / 100)).toBe(row.days[1]);
});
