/** One incident: what it is, what it hurts and why, and what is said where it cannot be shown. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentNumber } from '#contract';
import { problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { CHECKOUT_DOWN } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { openLiveStreams } from '../../test/liveStreams.ts';
import { NO_METRICS } from '../../test/insights.ts';
import { backendOfOpenIncident, RADIUS } from '../../test/openIncident.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = backendOfOpenIncident();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at = '/incidents/7') => renderPage(<IncidentPage />, { path: '/incidents/:number', at });

beforeEach(() => {
  mockBackend = backendOfOpenIncident();
});

describe('header and overview', () => {
  test('cap 21: each stage says how long it took, what of it was planned work, and by which window', async () => {
    mockBackend.answer('getIncident', {
      ok: {
        ...CHECKOUT_DOWN,
        times: {
          at: '2026-03-01T10:40:00.000Z', impossible: ['detect'], underMaintenance: [{ startsAt: '2026-03-01T10:05:00.000Z', endsAt: '2026-03-01T10:15:00.000Z' }], windows: [{ id: 'w1', name: 'Upgrade' }],
          measures: [{ measure: 'acknowledge', from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T10:25:00.000Z', wallMs: 1_500_000, maintenanceMs: 600_000, countedMs: 900_000 }],
        },
      },
    });
    show();
    const block = await screen.findByTestId(testIds.incident.durations);
    expect(block).toHaveTextContent('To acknowledge15 min 00 s25 min 00 s less 10 min 00 s of planned work');
    expect(block).toHaveTextContent('Ends before it begins, so it has no length: to detect. Check the key times below.');
    expect(within(block).getByRole('link', { name: 'Upgrade' })).toHaveAttribute('href', expect.stringContaining('/maintenance?tab=windows&id=w1'));
  });

  test('the first screen answers what is broken, how bad, who is on it, why, and what comes next', async () => {
    show();
    const header = await screen.findByTestId(testIds.incident.header);
    for (const fact of ['SEV1', 'Declared', 'No commander', '9 of 12 firing', 'Nobody has acknowledged yet.', 'Running']) {
      expect(header).toHaveTextContent(fact);
    }
    expect(await within(header).findByRole('button', { name: 'Acknowledge' })).toBeEnabled();
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('INC-7 Customers cannot pay');
    expect(screen.getByText('Declared by itself: 80 of 100 points; 75 are enough')).toBeInTheDocument();
    expect(screen.getByText('service is checkout')).toBeInTheDocument();

    const lanes = await screen.findByTestId(testIds.incident.swimLanes);
    // what broke first stands on top
    expect(lanes.textContent?.indexOf('payments-db')).toBeLessThan(lanes.textContent?.indexOf('checkout') ?? -1);
    expect(within(lanes).getByRole('link', { name: /SEV1 HighErrorRate: since .* still firing/ })).toBeInTheDocument();
    expect(within(lanes).getByRole('link', { name: /SEV2 PoolExhausted: since .* ended/ })).toBeInTheDocument();
  });

  test('cap 49, cap 50: an alert that joins is seen without a reload: in the header, the impact and the blast radius', async () => {
    const live = openLiveStreams();
    try {
      show();
      const radius = await screen.findByTestId(testIds.incident.blastRadius);
      expect(radius).toHaveTextContent('Failing: 1');
      expect(await screen.findByTestId(testIds.incident.header)).toHaveTextContent('9 of 12 firing');
      const [origin, checkout] = RADIUS.nodes;
      if (origin === undefined || checkout === undefined) throw new Error('the blast radius of the test has two services');
      mockBackend.answer('getBlastRadius', { ok: { ...RADIUS, nodes: [origin, checkout, { ...checkout, service: 'storefront', hops: 1 }] } });
      mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, alertsFiring: 10, alertsTotal: 13, impactDetails: { ...CHECKOUT_DOWN.impactDetails, runningCost: 777 } } });
      live.tell({
        position: '99', type: 'incident.alerts_joined', incident: 7, at: '2026-03-01T10:07:00.000Z', actor: { kind: 'system', key: 'system', name: 'Muster' }, data: { alerts: 1 },
      });
      await waitFor(() => expect(radius).toHaveTextContent('Failing: 2'));
      await waitFor(() => expect(screen.getByTestId(testIds.incident.header)).toHaveTextContent('10 of 13 firing'));
      expect(await screen.findByText(/777/)).toBeInTheDocument();
    } finally {
      live.remove();
    }
  });

  test('the alerts that the address asks for are fetched beside the incident, and once', async () => {
    mockBackend.answer('getIncident', 'never');
    const { unmount } = show('/incidents/7?tab=alerts&status=firing&q=error');
    await waitFor(() => expect(mockBackend.callsOf('listIncidentAlerts').map(({ query }) => Object.fromEntries(query))).toEqual([{ status: 'firing', q: 'error', limit: '100' }]));
    unmount();

    mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
    show('/incidents/7?tab=alerts');
    expect(await screen.findAllByTestId(testIds.incident.alertRow)).toHaveLength(2);
    expect(mockBackend.callsOf('listIncidentAlerts')).toHaveLength(2);
  });

  test('an incident that was merged leads on to where it goes on', async () => {
    mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, state: 'duplicate', mergedInto: incidentNumber.parse(3), availableCommands: [] } });
    show();
    expect(await screen.findByText('INC-7 goes on in INC-3')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open INC-3' })).toHaveAttribute('href', '/a/muster-incidents-app/incidents/3');
    expect(screen.queryByTestId(testIds.incident.primaryAction)).not.toBeInTheDocument();
  });

  test('until the answer there are placeholders', () => {
    mockBackend.answer('getIncident', 'never');
    show();
    expect(screen.getByTestId(testIds.state.loading)).toBeInTheDocument();
  });

  test('a number that nobody knows, and one that is none, say so', async () => {
    mockBackend.answer('getIncident', problemOf(404, 'not_found', 'There is no incident 99.'));
    const { unmount } = show('/incidents/99');
    expect(await screen.findByText('There is no incident INC-99')).toBeInTheDocument();
    unmount();
    show('/incidents/abc');
    expect(await screen.findByText('There is no incident abc')).toBeInTheDocument();
  });

  test('who may not see it is told so', async () => {
    mockBackend.answer('getIncident', problemOf(403, 'not_allowed', 'Your role may not see incidents.'));
    show();
    expect(await screen.findByTestId(testIds.state.denied)).toHaveTextContent('Your role may not see incidents.');
  });

  test('when the service is away, the page says where the way breaks', async () => {
    mockBackend.answer('getIncident', problemOf(500, 'internal', 'The incident could not be read.'));
    show();
    expect(await screen.findByTestId(testIds.state.error)).toHaveTextContent('Something went wrong in the Muster service');
  });
});

describe('impact, cause and blast radius', () => {
  test('the impact says whom it hurts, what it costs and why that is this severity', async () => {
    show();
    const impact = await screen.findByTestId(testIds.incident.impact);
    for (const fact of ['up to 12,000', 'Cost so far200', '(40 a minute)', 'shop (critical)', 'eu, eu-1', 'storefront', 'Why SEV1: impact 1 (shop (critical) is affected), urgency 1']) {
      expect(impact).toHaveTextContent(fact);
    }
  });

  test('the probable cause names the suspects in order with their evidence, and the change that went before', async () => {
    const user = userEvent.setup();
    const [first] = CHECKOUT_DOWN.assessment?.roots ?? [];
    mockBackend.answer('getIncident', {
      ok: {
        ...CHECKOUT_DOWN,
        assessment: { confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', causeChangeId: 'deploy-1', roots: [first, { service: 'checkout', score: 0.2, evidence: [{ kind: 'time', text: 'fired 40 s later', weight: -0.4 }] }] },
      },
    });
    const said = { verdict: 'open', note: '', judgedBy: null, judgedAt: null, addedBy: null, addedAt: null, version: 0, origin: 'engine', series: [] } as const;
    mockBackend.answer('getCauses', {
      ok: {
        confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', metrics: NO_METRICS, shadow: false,
        items: [
          { id: 'service:payments-db', text: 'payments-db failed first', service: 'payments-db', confidence: 0.7, evidence: [{ kind: 'topology', text: 'checkout needs it', weight: 0.5 }], ...said },
          { id: 'service:checkout', text: 'checkout failed first', service: 'checkout', confidence: 0.2, evidence: [{ kind: 'time', text: 'fired 40 s later', weight: -0.4 }], ...said },
        ],
      },
    });
    show();
    const cause = await screen.findByTestId(testIds.incident.cause);
    await waitFor(() => expect(cause).toHaveTextContent('1. payments-db70 %'));
    expect(cause).toHaveTextContent('checkout needs it');
    expect(cause).toHaveTextContent('90 % sure that the alerts share one cause');
    await waitFor(() => expect(cause).toHaveTextContent('Probably the schema change “Drop an index” of payments-db'));
    expect(cause).not.toHaveTextContent('fired 40 s later');
    await user.click(within(cause).getByRole('button', { name: 'Evidence for checkout' }));
    expect(cause).toHaveTextContent('fired 40 s later');
    expect(screen.getByTestId(testIds.incident.changeMark)).toHaveAttribute('title', expect.stringContaining('Drop an index'));
  });

  test('cap 118: when people refute the suspect that a change points to, the change is no claim any more', async () => {
    const [first] = CHECKOUT_DOWN.assessment?.roots ?? [];
    mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, assessment: { confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', causeChangeId: 'deploy-1', shadow: false, roots: first === undefined ? [] : [first] } } });
    const said = { note: '', judgedBy: null, judgedAt: null, addedBy: null, addedAt: null, version: 0, origin: 'engine', series: [], evidence: [] } as const;
    mockBackend.answer('getCauses', {
      ok: {
        confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', metrics: NO_METRICS, shadow: false,
        items: [
          { id: 'service:checkout', text: 'checkout failed first', service: 'checkout', confidence: 0.6, verdict: 'open', ...said },
          { id: 'service:payments-db', text: 'payments-db failed first', service: 'payments-db', confidence: 0, verdict: 'refuted', ...said },
        ],
      },
    });
    show();
    const cause = await screen.findByTestId(testIds.incident.cause);
    await waitFor(() => expect(cause).toHaveTextContent('1. checkout60 %'));
    await screen.findByTestId(testIds.incident.changeMark);
    expect(cause).not.toHaveTextContent('Probably the schema change');
  });

  test('the blast radius tells the origin from what fails and what may follow', async () => {
    show();
    const radius = await screen.findByTestId(testIds.incident.blastRadius);
    expect(radius).toHaveTextContent('Origin: 1');
    expect(radius).toHaveTextContent('At risk: 1');
    expect(await within(radius).findByLabelText('payments-db: Probable origin, SEV1, 1 of 1 firing')).toBeInTheDocument();
    expect(within(radius).getByLabelText('storefront: At risk, 1 step away')).toBeInTheDocument();
  });
});
