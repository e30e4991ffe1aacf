/** Runbooks on a dashboard: those for the service that its variables select, run with what it shows. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router-dom';
import { dateTime, FieldColorModeId, LoadingState, type PanelProps, type TimeRange } from '@grafana/data';
import { runbookId } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { meWith, pageOf } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { ROUTER_FUTURE } from '../../test/renderPage.tsx';
import { ASK, RESTART, runbookOf, runOf, wholeRunbookOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { DEFAULT_OPTIONS, servicesOf, type RunbooksPanelOptions } from './options.ts';
import { RunbooksPanel } from './RunbooksPanel.tsx';

let mockBackend: FakeBackend = createFakeBackend();
const mockVariables = [{ name: 'service', current: { value: 'checkout' } }, { name: 'hosts', current: { value: ['node-1', 'node-2'] } }, { name: '__from', current: { value: 'x' } }, { name: 'adhoc' }];
jest.mock('@grafana/runtime', () => ({ ...runtimeWith(() => mockBackend), getTemplateSrv: () => ({ getVariables: () => mockVariables }) }));

const RANGE: TimeRange = { from: dateTime('2026-03-01T09:00:00.000Z'), to: dateTime('2026-03-01T10:00:00.000Z'), raw: { from: 'now-1h', to: 'now' } };

function show({ service = '"checkout"', options = DEFAULT_OPTIONS }: { service?: string; options?: RunbooksPanelOptions } = {}) {
  const props: PanelProps<RunbooksPanelOptions> = {
    id: 1, title: 'Runbooks', transparent: false, width: 600, height: 400, options, timeRange: RANGE, timeZone: 'browser', renderCounter: 0, data: { state: LoadingState.Done, series: [], timeRange: RANGE },
    fieldConfig: { defaults: { color: { mode: FieldColorModeId.Thresholds } }, overrides: [] },
    eventBus: { publish: () => undefined, getStream: () => Object(null), subscribe: () => Object(null), removeAllListeners: () => undefined, newScopedBus: () => Object(null) },
    replaceVariables: (text) => text.replace('${service:json}', service).replace('${__dashboard.uid}', 'shop'),
    onOptionsChange: () => undefined, onFieldConfigChange: () => undefined, onChangeTimeRange: () => undefined,
  };
  return render(<MemoryRouter future={ROUTER_FUTURE}><RunbooksPanel {...props} /></MemoryRouter>);
}

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listRunbooks', 'startRun', 'answerStep']) });
  mockBackend.answer('listRunbooks', {
    ok: pageOf([
      runbookOf({ id: runbookId.parse('look'), title: 'Look around', services: [] }), runbookOf(), runbookOf({ id: runbookId.parse('mail'), title: 'Mail', services: ['mail'] }),
    ]),
  });
  mockBackend.answer('getRunbook', { ok: wholeRunbookOf() });
});

const titles = async () => (await screen.findAllByTestId(testIds.panel.runbook)).map((row) => within(row).getByRole('link').textContent);

test('the panel shows what is for the service of the dashboard first, then what is for any', async () => {
  show();
  expect(await titles()).toEqual(['Restart checkout', 'Look around']);
});

test('several services, all services, and an option to leave out what is for any', async () => {
  const first = show({ service: '["mail","checkout"]' });
  expect(await titles()).toEqual(['Mail', 'Restart checkout', 'Look around']);
  first.unmount();
  const second = show({ service: '["$__all"]' });
  expect(await titles()).toEqual(['Mail', 'Restart checkout', 'Look around']);
  second.unmount();
  show({ service: '"search"', options: { variable: '$service', general: false } });
  expect(await screen.findByText('No runbook for search')).toBeInTheDocument();
  // a variable that the dashboard does not have selects nothing
  expect(servicesOf({ variable: 'nothing' }, (text) => text)).toEqual([]);
});

test('a run gets the time range and the variables of the dashboard, and shows its progress in place', async () => {
  const user = userEvent.setup();
  const run = runOf([ASK, RESTART], { start: 'panel', waitsFor: 'approval', incident: null });
  mockBackend.answer('startRun', { ok: run });
  mockBackend.answer('getRun', { ok: run });
  show();
  await user.click(await screen.findByRole('button', { name: 'Run Restart checkout' }));
  await user.click(await within(await findDialog()).findByRole('button', { name: 'Run' }));
  await waitFor(() => expect(mockBackend.callsOf('startRun')[0]?.body).toEqual({
    inputs: {}, start: 'panel',
    panel: { from: '2026-03-01T09:00:00.000Z', to: '2026-03-01T10:00:00.000Z', dashboard: 'shop', variables: { service: 'checkout', hosts: ['node-1', 'node-2'] } },
  }));
  const card = await screen.findByTestId(testIds.run.card);
  expect(card).toHaveTextContent('0 of 2 steps');
  expect(within(card).getByRole('button', { name: 'Approve…' })).toBeInTheDocument();
});

test('before the first answer there is a placeholder; a fault is named and can be tried again', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listRunbooks', 'never');
  const { unmount } = show();
  expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
  unmount();
  mockBackend.answer('listRunbooks', problemOf(500, 'internal', 'No answer.'));
  show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
  mockBackend.answer('listRunbooks', { ok: pageOf([runbookOf()]) });
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await titles()).toEqual(['Restart checkout']);
});
