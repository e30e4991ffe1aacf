/** Maintenance: windows as an agenda, recurrence with its clock changes, silences shared with Grafana. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { maintenanceWindow, silence } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { MaintenancePage } from './MaintenancePage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (tab = 'windows') => renderPage(<MaintenancePage />, { path: '/maintenance', at: `/maintenance?tab=${tab}` });

const ACTIVE = maintenanceWindow.parse({
  id: 'w1', name: 'Upgrade of payments-db', reason: '', scope: { services: ['payments-db'], environments: ['prod'] }, change: 'CHG-42',
  schedule: { kind: 'once', startsAt: '2026-03-01T10:00:00.000Z', endsAt: '2026-03-01T12:00:00.000Z' }, phase: 'active',
  occurrence: { startsAt: '2026-03-01T10:00:00.000Z', endsAt: '2026-03-01T12:00:00.000Z' }, endedAt: null, endedBy: null, endReason: null, heldBack: 3, createdBy: { kind: 'user', key: 'user:ada', name: ADA.name }, version: 2,
});
const WEEKLY = maintenanceWindow.parse({
  ...ACTIVE, id: 'w2', name: 'Weekly restart', change: null, phase: 'upcoming', heldBack: 0,
  schedule: { kind: 'recurring', timeZone: 'Europe/Berlin', startsAt: '2026-03-01T02:30', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=SU' },
});
const OVER = maintenanceWindow.parse({
  ...ACTIVE, id: 'w3', name: 'Roll-out of checkout', phase: 'past', endedAt: '2026-03-01T11:00:00.000Z', endReason: 'CHG-42 is closed', endedBy: { kind: 'source', key: 'ci', name: 'CI' },
});
const SILENCE = silence.parse({
  id: 's1', grafanaId: null, origin: 'muster', matchers: [{ name: 'service', operator: '=', value: 'checkout' }], startsAt: '2026-03-01T10:00:00.000Z', endsAt: '2099-03-01T12:00:00.000Z',
  state: 'active', comment: 'disk is being exchanged', createdBy: ADA.name, sync: 'pending', problem: 'https://grafana.example.com/api: no answer in time', heldBack: 1, version: 5,
});

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', {
    ok: meWith(['createMaintenance', 'editMaintenance', 'endMaintenance', 'previewMaintenance', 'previewNoiseScope', 'createSilence', 'editSilence', 'expireSilence', 'syncSilences']),
  });
  mockBackend.answer('listMaintenance', { ok: pageOf([ACTIVE, WEEKLY, OVER]) });
  mockBackend.answer('listSilences', { ok: pageOf([SILENCE]) });
  mockBackend.answer('getSilenceSync', { ok: { connected: true, lastReadAt: '2026-03-01T10:00:00.000Z', problem: null } });
  mockBackend.answer('previewNoiseScope', { ok: { matched: 0, sev1: 0, considered: 90, cut: false, byName: [], services: [], warning: null } });
  mockBackend.answer('previewMaintenance', {
    ok: { occurrences: [{ startsAt: '2026-03-29T01:30:00.000Z', endsAt: '2026-03-29T02:00:00.000Z', minutes: 30, shifted: 'clocks go forward 60 min: lasts 30 min instead of 60' }] },
  });
});

test('windows stand by what is now, next and past, and an active one is ended on the version that was seen', async () => {
  const user = userEvent.setup();
  mockBackend.answer('endMaintenance', { ok: { ...ACTIVE, phase: 'past' } });
  show();
  const active = await screen.findByRole('region', { name: 'Active now' });
  expect(active).toHaveTextContent('service payments-db, in prod');
  expect(active).toHaveTextContent('CHG-42');
  expect(active).toHaveTextContent('3 alerts held back');
  expect(screen.getByRole('region', { name: 'Coming up' })).toHaveTextContent('Repeats every week on Sunday, by the clock of Europe/Berlin');
  expect(screen.getByRole('region', { name: 'Past' })).toHaveTextContent('Ended early Sun 1 Mar 11:00, because CHG-42 is closed (told by CI)');
  await user.click(await within(active).findByRole('button', { name: 'End now' }));
  await user.click(within(await findDialog()).getByRole('button', { name: 'End now' }));
  await waitFor(() => expect(mockBackend.callsOf('endMaintenance')[0]?.headers['If-Match']).toBe('"2"'));
});

test('a recurring window shows its next times in its zone, and what the clocks do', async () => {
  const user = userEvent.setup();
  mockBackend.answer('editMaintenance', { ok: WEEKLY });
  show();
  await user.click(await screen.findByRole('button', { name: 'Edit Weekly restart' }));
  const dialog = await findDialog();
  const preview = await within(dialog).findByTestId(testIds.maintenance.preview);
  expect(preview).toHaveTextContent('Next times, in Europe/Berlin');
  expect(preview).toHaveTextContent('Sun 29 Mar 2026 03:30 to 04:00 (clocks go forward 60 min: lasts 30 min instead of 60)');
  await user.clear(within(dialog).getByLabelText(/^Length/));
  expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.type(within(dialog).getByLabelText(/^Length/), '90');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('editMaintenance')[0]).toMatchObject({ body: { schedule: { minutes: 90, rule: 'FREQ=WEEKLY;BYDAY=SU' } }, headers: { 'If-Match': '"2"' } }));
});

test('a window is planned once, for a change', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createMaintenance', { ok: ACTIVE });
  show();
  await user.click(await screen.findByTestId(testIds.maintenance.add));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText(/^Name/), 'Upgrade');
  await user.type(within(dialog).getByLabelText(/^Services/), 'payments-db{Enter}');
  await user.type(within(dialog).getByLabelText(/^Change or ticket/), 'CHG-42');
  await user.click(within(dialog).getByRole('button', { name: 'Plan' }));
  await waitFor(() => expect(mockBackend.callsOf('createMaintenance')[0]?.body).toMatchObject({ name: 'Upgrade', change: 'CHG-42', scope: { services: ['payments-db'] }, schedule: { kind: 'once' } }));
});

test('a silence says whether Grafana has it and what is in the way; a new one is set by labels', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createSilence', { ok: SILENCE });
  show('silences');
  const row = await screen.findByTestId(testIds.maintenance.silenceRow);
  expect(row).toHaveTextContent('disk is being exchanged');
  expect(row).toHaveTextContent('on its way to Grafana');
  expect(row).toHaveTextContent('no answer in time');
  await user.click(screen.getByTestId(testIds.maintenance.addSilence));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText('Value 1'), 'checkout');
  await user.type(within(dialog).getByLabelText(/^Comment/), 'being repaired');
  await user.click(within(dialog).getByRole('button', { name: 'Silence' }));
  await waitFor(() => expect(mockBackend.callsOf('createSilence')[0]?.body).toMatchObject({ matchers: [{ name: 'service', operator: '=', value: 'checkout' }], comment: 'being repaired' }));
});

test('without a connection to Grafana the page says so and what to do; empty, loading, error and denial have their faces', async () => {
  mockBackend.answer('getSilenceSync', { ok: { connected: false, lastReadAt: null, problem: null } });
  mockBackend.answer('listSilences', { ok: pageOf([]) });
  const silences = show('silences');
  expect(await screen.findByText('Silences are not exchanged with Grafana')).toBeInTheDocument();
  expect(await screen.findByText('Nothing is silenced')).toBeInTheDocument();
  silences.unmount();
  mockBackend.answer('listMaintenance', { ok: pageOf([]) });
  const empty = show();
  expect(await screen.findByText('No maintenance is planned')).toBeInTheDocument();
  empty.unmount();
  mockBackend.answer('listMaintenance', 'never');
  const waiting = show();
  expect(await screen.findByTestId(testIds.state.loading)).toBeInTheDocument();
  waiting.unmount();
  mockBackend.answer('listMaintenance', problemOf(400, 'invalid_input', 'no'));
  const broken = show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
  broken.unmount();
  mockBackend.answer('listMaintenance', problemOf(403, 'not_allowed', 'your role is viewer'));
  show();
  expect(await screen.findByTestId(testIds.state.denied)).toBeInTheDocument();
});
