/** Drills: planned, started, followed while they go on, and their reports. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { drillId, drillRunId, incidentNumber, runbookId, runId, type Drill, type DrillRun, type DrillRunSummary } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { CALM } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { RunbooksPage } from './RunbooksPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const OPERATIONS = ['listDrills', 'createDrill', 'putDrill', 'deleteDrill', 'startDrill', 'stopDrillRun', 'listDrillRuns', 'getDrillRun', 'getAutomation', 'listRunbooks'] as const;
const SUMMARY: DrillRunSummary = {
  id: drillRunId.parse('5'), drill: drillId.parse('2'), name: 'Database is gone', state: 'ended', outcome: 'timed_out', reason: null, startedAt: '2026-03-01T10:00:00.000Z',
  startedBy: { kind: 'system', key: 'drill-schedule', name: 'Schedule' }, deadline: '2026-03-01T11:00:00.000Z', endedAt: '2026-03-01T11:00:02.000Z', incident: incidentNumber.parse(9), score: 62,
};
const DRILL: Drill = {
  id: drillId.parse('2'), name: 'Database is gone', description: 'The night shift alone', alerts: [{ name: 'DatabaseDown', service: 'payments-db', severity: 'sev1', summary: '', afterSeconds: 0 }],
  expects: [{ stage: 'detected', withinSeconds: 60 }, { stage: 'mitigated', withinSeconds: 600 }], runbook: null, maxMinutes: 60,
  schedule: { timeZone: 'UTC', startsAt: '2026-01-05T09:00', rule: 'FREQ=MONTHLY;BYDAY=1MO' }, nextAt: '2026-04-06T09:00:00.000Z', lastRun: SUMMARY, version: 4,
};
const RUN: DrillRun = {
  ...SUMMARY, alertsSent: 1, alertsTotal: 1, sendError: null,
  report: {
    score: 62, reasons: ['never: incident mitigated'], stages: [{ stage: 'detected', withinSeconds: 60, state: 'reached', afterSeconds: 3 }, { stage: 'mitigated', withinSeconds: 600, state: 'missed', afterSeconds: null }],
    failures: [{ run: runId.parse('11'), title: 'Fail over', step: 'promote', error: 'no replica' }], stale: [{ runbook: runbookId.parse('fail-over'), title: 'Fail over', why: 'has never succeeded' }],
    runs: [{ id: runId.parse('11'), runbook: runbookId.parse('fail-over'), title: 'Fail over', state: 'failed' }], incidents: [incidentNumber.parse(9)],
  },
};
const show = () => renderPage(<RunbooksPage />, { path: '*', at: '/runbooks?tab=drills' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith([...OPERATIONS]) });
  mockBackend.answer('getAutomation', { ok: CALM });
  mockBackend.answer('listRunbooks', { ok: pageOf([]) });
  mockBackend.answer('listDrills', { ok: pageOf([DRILL]) });
  mockBackend.answer('listDrillRuns', { ok: pageOf([SUMMARY]) });
  mockBackend.answer('getDrillRun', { ok: RUN });
});

test('cap 81: a drill says what it is and how it went; its report says by which time each stage came, what failed and what is stale', async () => {
  const user = userEvent.setup();
  show();
  const card = await screen.findByTestId(testIds.runbooks.drill);
  for (const fact of ['Database is gone', 'The night shift alone', '62 of 100', '1 alert of payments-db', 'every month on the first Monday', 'Time was up', 'by Schedule']) expect(card).toHaveTextContent(fact);

  await user.click(within(card).getByRole('button', { name: 'Reports' }));
  await user.click(await within(card).findByRole('button', { name: 'Time was up' }));
  const report = await within(card).findByTestId(testIds.runbooks.drillReport);

  expect(within(report).getByRole('row', { name: /Incident opened 3 s 1 min 00 s in time/ })).toBeInTheDocument();
  expect(within(report).getByRole('row', { name: /Mitigated – 10 min 00 s missed/ })).toBeInTheDocument();
  for (const fact of ['never: incident mitigated', '“Fail over”, step “promote”: no replica', '“Fail over” has never succeeded']) expect(report).toHaveTextContent(fact);
});

test('cap 81: it is started after a word of what happens, and stopped with a reason', async () => {
  const user = userEvent.setup();
  mockBackend.answer('startDrill', { ok: RUN });
  mockBackend.answer('stopDrillRun', { ok: RUN });
  const { unmount } = show();
  await user.click(await screen.findByRole('button', { name: 'Start' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('marked as a drill');
  await user.click(within(dialog).getByRole('button', { name: 'Start' }));
  await waitFor(() => expect(mockBackend.callsOf('startDrill')[0]?.path).toBe('/drills/2/runs'));
  unmount();

  mockBackend.answer('listDrills', { ok: pageOf([{ ...DRILL, lastRun: { ...SUMMARY, state: 'running', outcome: null, score: null, endedAt: null } }]) });
  mockBackend.answer('getDrillRun', { ok: { ...RUN, state: 'running', outcome: null, score: null, sendError: 'intake answered 503: full' } });
  show();
  expect(await screen.findByText('Its alerts could not be sent')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  const why = await findDialog();
  await user.type(within(why).getByRole('textbox', { name: /^Reason/ }), 'a real incident');
  await user.click(within(why).getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(mockBackend.callsOf('stopDrillRun')[0]).toMatchObject({ path: '/drill-runs/5/stop', body: { reason: 'a real incident' } }));
});

test('cap 81: a plan says which alerts come and what is expected; what the service refuses is shown', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listDrills', { ok: pageOf([]) });
  mockBackend.answer('createDrill', problemOf(409, 'conflict', 'there is a drill “Night watch” already: choose another name'));
  show();
  await screen.findByText('No drills yet');
  await user.click(screen.getByRole('button', { name: 'Plan a drill' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /^Name/ }), 'Night watch');
  expect(within(dialog).getByRole('button', { name: 'Plan' })).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox', { name: 'Service' }), 'checkout');
  await user.click(within(dialog).getByRole('checkbox', { name: 'Mitigated' }));
  await user.click(within(dialog).getByRole('button', { name: 'Plan' }));

  expect(await within(dialog).findByText(/there is a drill “Night watch” already/)).toBeInTheDocument();
  expect(mockBackend.callsOf('createDrill')[0]?.body).toMatchObject({
    name: 'Night watch', alerts: [{ name: 'HighErrorRate', service: 'checkout', severity: 'sev1', afterSeconds: 0 }], schedule: null,
    expects: [{ stage: 'accepted' }, { stage: 'detected' }, { stage: 'declared' }, { stage: 'acknowledged' }, { stage: 'mitigated', withinSeconds: 3600 }],
  });
});

test('who may only look sees no button that would be refused', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listDrills', 'listDrillRuns', 'getDrillRun', 'getAutomation']) });
  show();
  const card = await screen.findByTestId(testIds.runbooks.drill);
  expect(within(card).queryByRole('button', { name: 'Start' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Plan a drill' })).not.toBeInTheDocument();
});
