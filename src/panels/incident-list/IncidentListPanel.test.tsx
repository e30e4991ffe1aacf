/** The incident list on a dashboard: as much as fits, live, and a word when there is nothing or nothing can be known. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router-dom';
import { dateTime, FieldColorModeId, getDefaultTimeRange, LoadingState, type PanelProps } from '@grafana/data';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { CHECKOUT_DOWN, listOf, SEARCH_CANDIDATE } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { ROUTER_FUTURE } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentListPanel } from './IncidentListPanel.tsx';
import { DEFAULT_OPTIONS, type IncidentListOptions } from './options.ts';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

function show({ width = 900, options = DEFAULT_OPTIONS }: { width?: number; options?: IncidentListOptions } = {}) {
  const timeRange = getDefaultTimeRange();
  const props: PanelProps<IncidentListOptions> = {
    id: 1, title: 'Incidents', transparent: false, width, height: 400, options, timeRange, timeZone: 'browser', renderCounter: 0,
    data: { state: LoadingState.Done, series: [], timeRange: { from: dateTime(), to: dateTime(), raw: timeRange.raw } },
    fieldConfig: { defaults: { color: { mode: FieldColorModeId.Thresholds } }, overrides: [] },
    eventBus: { publish: () => undefined, getStream: () => Object(null), subscribe: () => Object(null), removeAllListeners: () => undefined, newScopedBus: () => Object(null) },
    replaceVariables: (text) => text.replace('$service', 'checkout'),
    onOptionsChange: () => undefined, onFieldConfigChange: () => undefined, onChangeTimeRange: () => undefined,
  };
  return render(<MemoryRouter future={ROUTER_FUTURE}><IncidentListPanel {...props} /></MemoryRouter>);
}

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('listIncidents', { ok: { ...listOf([CHECKOUT_DOWN, SEARCH_CANDIDATE]), total: 40 } });
});

test('a wide panel says all of an incident, a narrow one how bad and what; both say how many are not shown', async () => {
  const { unmount } = show();
  const [row] = await screen.findAllByTestId(testIds.panel.row);
  for (const fact of ['SEV1', 'Declared', 'Customers cannot pay', 'No commander', '9 of 12 firing']) {
    expect(row).toHaveTextContent(fact);
  }
  expect(screen.getByRole('link', { name: 'Customers cannot pay' })).toHaveAttribute('href', '/a/muster-incidents-app/incidents/7');
  expect(screen.getByText('2 of 40 shown')).toBeInTheDocument();
  unmount();
  show({ width: 300 });
  const [narrow] = await screen.findAllByTestId(testIds.panel.row);
  expect(narrow).toHaveTextContent('SEV1');
  expect(narrow).not.toHaveTextContent('Declared');
});

test('options and dashboard variables are asked of the service', async () => {
  show({ options: { phase: 'active', severities: ['sev1', 'sev2'], service: '$service', limit: 7 } });
  await screen.findAllByTestId(testIds.panel.row);
  expect(Object.fromEntries(mockBackend.callsOf('listIncidents')[0]?.query ?? [])).toMatchObject({ phase: 'active', severity: 'sev1,sev2', service: 'checkout', limit: '7', sort: 'severity' });
});

test('nothing to show is said; before the first answer there is a placeholder', async () => {
  mockBackend.answer('listIncidents', 'never');
  const { unmount } = show();
  expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
  unmount();
  mockBackend.answer('listIncidents', { ok: listOf([]) });
  show();
  expect(await screen.findByText('No incidents')).toBeInTheDocument();
});

test('a fault is named and can be tried again; a denial cannot', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listIncidents', problemOf(500, 'internal', 'No answer.'));
  const { unmount } = show();
  expect(await screen.findByTestId(testIds.state.error)).toHaveTextContent('Something went wrong in the Muster service');
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN]) });
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByTestId(testIds.panel.row)).toBeInTheDocument();
  unmount();
  mockBackend.answer('listIncidents', problemOf(403, 'not_allowed', 'Not for you.'));
  show();
  expect(await screen.findByTestId(testIds.state.error)).toHaveTextContent('You have no access to this');
  expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument();
});
