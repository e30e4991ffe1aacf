/** What Muster makes of an incident on its overview: each claim with its confidence, and its evidence one click away. */
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentNumber, type OperationName, type SimilarIncidents } from '#contract';
import { createFakeBackend, type FakeBackend } from '../../test/fakeBackend.ts';
import { alertOf, CHECKOUT_DOWN, lanesOf, listOf, meWith } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<IncidentPage />, { path: '/incidents/:number', at: '/incidents/7' });
const READER: readonly OperationName[] = ['getIncident', 'listIncidentAlerts', 'getSimilarIncidents'];

const SIMILAR: SimilarIncidents = {
  state: 'ready', compared: 40, unusual: { label: 'rare', text: 'This kind came only once in 90 days.', ofKind: [incidentNumber.parse(3)] },
  items: [{
    number: incidentNumber.parse(3), key: 'INC-3', title: 'Pool of payments-db exhausted', state: 'closed', severity: 'sev2', beganAt: '2026-01-10T10:00:00.000Z', endedAt: '2026-01-10T10:40:00.000Z', similarity: 0.62,
    reasons: [{ kind: 'services', what: ['payments-db'] }, { kind: 'words', what: ['pool', 'connections'] }],
    fixedBy: [{ kind: 'runbook', text: 'Restart the pool', at: '2026-01-10T10:30:00.000Z', run: '12' }, { kind: 'note', text: 'No free connection', at: '2026-01-10T10:20:00.000Z', run: null }],
  }],
};

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(READER) });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('getIncidentLanes', { ok: lanesOf([alertOf({})]) });
  mockBackend.answer('listIncidentAlerts', { ok: listOf([alertOf({})]) });
  mockBackend.answer('getSimilarIncidents', { ok: SIMILAR });
});

describe('similar incidents', () => {
  test('cap 115, cap 116: how like it one is, what ended it, and how usual this is; why, one click away', async () => {
    const user = userEvent.setup();
    show();
    const block = await screen.findByTestId(testIds.incident.similar);
    expect(await within(block).findByRole('link', { name: 'INC-3 Pool of payments-db exhausted' })).toHaveAttribute('href', expect.stringContaining('/incidents/3'));
    expect(block).toHaveTextContent('RareThis kind came only once in 90 days.');
    expect(block).toHaveTextContent('62 % alike');
    expect(block).toHaveTextContent('lasted 40 min');
    expect(block).toHaveTextContent('Runbook succeeded: Restart the pool');
    expect(within(block).getByRole('link', { name: 'Restart the pool' })).toHaveAttribute('href', expect.stringContaining('/runbooks/runs/12'));
    expect(block).not.toHaveTextContent('in common');

    const why = within(block).getByRole('button', { name: 'Why INC-3 is like this one' });
    expect(why).toHaveAttribute('aria-expanded', 'false');
    await user.click(why);
    expect(block).toHaveTextContent('Services in common: payments-db');
    expect(block).toHaveTextContent('Words in common: pool, connections');
    expect(block).toHaveTextContent('Noted then: No free connection');
  });

  test('nothing to compare, nothing alike, and a memory that is being made are told apart', async () => {
    mockBackend.answer('getSimilarIncidents', { ok: { state: 'ready', items: [], unusual: null, compared: 0 } });
    const first = show();
    expect(await screen.findByText('No incident has ended yet that could be compared.')).toBeInTheDocument();
    first.unmount();
    mockBackend.answer('getSimilarIncidents', { ok: { state: 'ready', items: [], unusual: { label: 'anomaly', text: 'Nothing like it in 90 days: 12 incidents were looked at.', ofKind: [] }, compared: 12 } });
    const second = show();
    expect(await screen.findByText('Never seen before')).toBeInTheDocument();
    expect(screen.getByText('None of 12 past incidents is like it.')).toBeInTheDocument();
    second.unmount();
    mockBackend.answer('getSimilarIncidents', { ok: { state: 'preparing', items: [], unusual: null, compared: 0 } });
    show();
    expect(await screen.findByText('Past incidents are being compared…')).toHaveAttribute('role', 'status');
  });
});
