/** One incident: what it is and why, what happened, which alerts belong to it, and the commands. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertId, incidentNumber, type Alert, type BlastRadius, type Change, type OperationName } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { alertOf, CHECKOUT_DOWN, lanesOf, listOf, meWith, OWN_NOTE, pageOf, SEARCH_CANDIDATE } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { openLiveStreams } from '../../test/liveStreams.ts';
import { NO_CAUSES, NO_METRICS } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at = '/incidents/7') => renderPage(<IncidentPage />, { path: '/incidents/:number', at });

const RESPONDER: readonly OperationName[] = [
  'getIncident', 'listTimeline', 'listIncidentAlerts', 'acknowledgeIncident', 'cancelIncident', 'setIncidentSeverity', 'editIncident',
  'getCauses', 'mergeIncident', 'assignCommander', 'addNote', 'reviseNote', 'splitIncident', 'moveAlerts', 'listRegroupings', 'undoRegrouping', 'getBlastRadius', 'listIncidentChanges',
];

const FIRST_ALERT = alertOf({
  why: { strategy: 'scope', summary: 'same service checkout, second alert within 10 min', contributions: [{ kind: 'scope', text: 'service is checkout', weight: 0.7 }, { kind: 'time', text: '5 s after the one before', weight: 0.3 }, { kind: 'history', text: 'often without an incident', weight: -0.35 }] },
  links: { rule: 'https://grafana.example.com/alerting/1', dashboard: 'javascript:alert(1)' },
});
const ENDED_ALERT = alertOf({
  id: alertId.parse('fedcba9876543210-1772359260000'), fingerprint: 'fedcba9876543210', name: 'PoolExhausted', summary: 'No free connections', service: 'payments-db',
  severity: 'sev2', status: 'resolved', startsAt: '2026-03-01T09:58:00.000Z', endsAt: '2026-03-01T10:04:00.000Z', endReason: 'resolved',
});
const WHOLE_ALERT: Alert = {
  ...FIRST_ALERT, saidStartsAt: '9999-06-01T00:00:00.000Z', derived: { site: 'eu' }, annotations: { summary: 'Many errors on checkout' }, values: { A: 12.5 }, details: {}, notification: null,
  history: [{ at: '2026-03-01T10:00:05.000Z', kind: 'opened', endsAt: null, values: null }],
  noise: {
    held: {
      verdict: 'inhibited', reason: 'checkout depends on payments-db, where DiskFull fires', cause: { id: 'r1', name: 'Symptoms' }, since: '2026-03-01T10:00:05.000Z', until: null,
      outcome: 'attached', outcomeAt: '2026-03-01T10:00:07.000Z', changes: null, explainedBy: { alert: ENDED_ALERT.id, name: 'DiskFull', incident: incidentNumber.parse(9) },
    },
    now: [{ verdict: 'maintenance', reason: 'planned work: Upgrade', cause: { id: 'w1', name: 'Upgrade' }, until: '2026-03-01T12:00:00.000Z' }],
  },
};

const DROPPED_INDEX: Change = {
  position: '30', source: 'ci', id: 'deploy-1', kind: 'schema', service: 'payments-db', clusters: [], at: '2026-03-01T09:57:00.000Z', closedAt: null, recordedAt: '2026-03-01T09:57:01.000Z',
  title: 'Drop an index', author: 'Bo Byte', link: null, recordedBy: { kind: 'source', key: 'ci', name: 'ci' },
};
const RADIUS: BlastRadius = {
  nodes: [
    { service: 'payments-db', state: 'origin', alertsFiring: 1, alertsTotal: 1, severity: 'sev1', hops: 0, businessServices: [] },
    { service: 'checkout', state: 'failing', alertsFiring: 8, alertsTotal: 11, severity: 'sev1', hops: 0, businessServices: ['shop'] },
    { service: 'storefront', state: 'at-risk', alertsFiring: 0, alertsTotal: 0, severity: null, hops: 1, businessServices: [] },
  ],
  edges: [{ from: 'checkout', to: 'payments-db', type: 'stores-in' }, { from: 'storefront', to: 'checkout', type: 'calls' }],
  leftOut: 0,
};

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(RESPONDER) });
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('listIncidentAlerts', { ok: listOf([FIRST_ALERT, ENDED_ALERT]) });
  mockBackend.answer('getIncidentLanes', { ok: lanesOf([FIRST_ALERT, ENDED_ALERT]) });
  mockBackend.answer('listTimeline', { ok: pageOf([OWN_NOTE]) });
  mockBackend.answer('listRegroupings', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('listIncidentChanges', { ok: pageOf([DROPPED_INDEX]) });
  mockBackend.answer('getBlastRadius', { ok: RADIUS });
  mockBackend.answer('getCauses', { ok: NO_CAUSES });
  mockBackend.answer('getAlert', { ok: WHOLE_ALERT });
  mockBackend.answer('getAlertTrend', {
    ok: {
      episodes: 12, firstSeenAt: '2026-02-20T10:00:00.000Z', lastSeenAt: '2026-03-01T10:00:00.000Z', meanSeconds: 240, selfResolvedRatio: 0.75, capped: false,
      sparkline: { from: '2026-02-01T00:00:00.000Z', bucketSeconds: 86_400, counts: [...Array.from({ length: 28 }, () => 0), 4, 8] },
    },
  });
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN, SEARCH_CANDIDATE]) });
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

describe('commands', () => {
  test('one press acknowledges; the page shows the new state', async () => {
    const user = userEvent.setup();
    mockBackend.answer('acknowledgeIncident', () => {
      const investigating = { ...CHECKOUT_DOWN, state: 'investigating' as const, availableCommands: [] };
      mockBackend.answer('getIncident', { ok: investigating });
      return { ok: investigating };
    });
    show();
    await user.click(await screen.findByTestId(testIds.incident.primaryAction));
    await waitFor(() => expect(screen.getByTestId(testIds.incident.state)).toHaveTextContent('Investigating'));
    expect(published.map(({ payload }) => payload)).toEqual([['INC-7: acknowledged']]);
    expect(mockBackend.callsOf('acknowledgeIncident')).toHaveLength(1);
  });

  test('409: somebody was faster, and one line says who', async () => {
    const user = userEvent.setup();
    mockBackend.answer('acknowledgeIncident', problemOf(409, 'conflict', 'INC-7 was acknowledged by Bo Byte'));
    show();
    await user.click(await screen.findByTestId(testIds.incident.primaryAction));
    await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['INC-7 was acknowledged by Bo Byte'] }]));
    // and what it is now is fetched
    await waitFor(() => expect(mockBackend.callsOf('getIncident').length).toBeGreaterThan(1));
  });

  test('412: a change on an old version closes the dialog and says what to look at', async () => {
    const user = userEvent.setup();
    mockBackend.answer('setIncidentSeverity', problemOf(412, 'version_mismatch', 'INC-7 was changed meanwhile. Look again, then decide.'));
    show();
    await user.click(await screen.findByTestId(testIds.incident.moreActions));
    await user.click(await screen.findByRole('menuitem', { name: 'Change severity' }));
    const dialog = await findDialog();
    await user.click(within(dialog).getByRole('radio', { name: 'SEV3' }));
    expect(within(dialog).getByRole('button', { name: 'Change to SEV3' })).toBeDisabled();
    await user.type(within(dialog).getByRole('textbox'), 'Only the slow path fails');
    await user.click(within(dialog).getByRole('button', { name: 'Change to SEV3' }));
    await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['INC-7 was changed meanwhile. Look again, then decide.'] }]));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(mockBackend.callsOf('setIncidentSeverity')[0]).toMatchObject({ body: { severity: 'sev3', reason: 'Only the slow path fails' }, headers: { 'If-Match': '"3"' } });
  });

  test('what was typed wrong stays in the dialog, with the fault beside it', async () => {
    const user = userEvent.setup();
    mockBackend.answer('editIncident', { problem: { ...problemOf(400, 'invalid_input', 'The title is too plain.').problem, errors: [{ field: 'title', message: 'say what is broken' }] } });
    show();
    await user.click(await screen.findByTestId(testIds.incident.moreActions));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit title and description' }));
    const dialog = await findDialog();
    await user.type(within(dialog).getByLabelText(/Title/), ' at all');
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await within(dialog).findByText('title: say what is broken')).toBeInTheDocument();
    expect(within(dialog).getByLabelText(/Title/)).toHaveValue('Customers cannot pay at all');
  });

  test('merging offers the other open incidents only', async () => {
    const user = userEvent.setup();
    mockBackend.answer('mergeIncident', { ok: { ...CHECKOUT_DOWN, state: 'duplicate', mergedInto: incidentNumber.parse(8) } });
    show();
    await user.click(await screen.findByTestId(testIds.incident.moreActions));
    await user.click(await screen.findByRole('menuitem', { name: 'Merge into another incident' }));
    const dialog = await findDialog();
    await user.click(await within(dialog).findByRole('combobox'));
    const options = await screen.findAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual([expect.stringContaining('INC-8 Search is slow')]);
    await user.click(screen.getByRole('option', { name: /INC-8/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
    await waitFor(() => expect(mockBackend.callsOf('mergeIncident')[0]?.body).toEqual({ into: 8 }));
  });

  test('a viewer is offered no command', async () => {
    mockBackend.answer('getMe', { ok: meWith(['getIncident', 'listTimeline', 'listIncidentAlerts']) });
    mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, availableCommands: [] } });
    show();
    const header = await screen.findByTestId(testIds.incident.header);
    await waitFor(() => expect(mockBackend.callsOf('getMe')).toHaveLength(1));
    expect(within(header).queryByRole('button')).not.toBeInTheDocument();
  });
});

describe('timeline', () => {
  const at = '/incidents/7?tab=timeline';

  test('tells who said what when, and keeps the earlier wordings of a note', async () => {
    const user = userEvent.setup();
    show(at);
    const entry = await screen.findByTestId(testIds.incident.timelineEntry);
    expect(entry).toHaveTextContent('Ada Admin');
    expect(entry).toHaveTextContent('Card processor answers with 503 since 10:02');
    await user.click(within(entry).getByRole('button', { name: 'Revised, 1 earlier wording' }));
    expect(within(entry).getByText('Card processor answers with 503')).toBeInTheDocument();
  });

  test('a note is revised on the wording that was seen; who was too late is told so and keeps their words', async () => {
    const user = userEvent.setup();
    mockBackend.answer('reviseNote', problemOf(412, 'version_mismatch', 'The note was revised since you looked.'));
    show(at);
    await user.click(await screen.findByRole('button', { name: 'Revise this note' }));
    const field = screen.getByRole('textbox', { name: 'New wording' });
    await user.clear(field);
    await user.type(field, 'It was the pool');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['The note was revised since you looked.'] })));
    expect(mockBackend.callsOf('reviseNote')).toMatchObject([{ body: { text: 'It was the pool' }, headers: { 'If-Match': '"2"' } }]);
    expect(field).toHaveValue('It was the pool');
    await waitFor(() => expect(mockBackend.callsOf('listTimeline').length).toBeGreaterThan(1));
  });

  test('Ctrl+Enter sends a note; one that could not be sent is not lost', async () => {
    const user = userEvent.setup();
    mockBackend.answer('addNote', problemOf(500, 'internal', 'The note could not be kept.'));
    show(at);
    const field = await screen.findByTestId(testIds.incident.noteInput);
    await user.type(field, 'Restarted the pool{Control>}{Enter}{/Control}');
    await waitFor(() => expect(published).toHaveLength(1));
    expect(field).toHaveValue('Restarted the pool');

    mockBackend.answer('addNote', { ok: { ...OWN_NOTE, position: '42', text: 'Restarted the pool', revisions: [] } });
    await user.click(screen.getByRole('button', { name: 'Add note' }));
    await waitFor(() => expect(field).toHaveValue(''));
    expect(mockBackend.callsOf('addNote').map(({ body }) => body)).toEqual([{ text: 'Restarted the pool' }, { text: 'Restarted the pool' }]);
  });

  test('one may look at notes only; where there is none, that is said', async () => {
    const user = userEvent.setup();
    mockBackend.answer('listTimeline', ({ query }) => ({ ok: pageOf(query.get('kind') === 'alerts' ? [] : [OWN_NOTE]) }));
    show(at);
    await screen.findByTestId(testIds.incident.timelineEntry);
    await user.click(screen.getByRole('radio', { name: 'Alerts' }));
    expect(await screen.findByText('Nothing of this kind happened yet.')).toBeInTheDocument();
  });
});

describe('alerts', () => {
  const at = '/incidents/7?tab=alerts';

  test('cap 35: each alert says why it is here, with a bar by weight; opened, it shows the evidence and leads back to its rule, never to a script', async () => {
    const user = userEvent.setup();
    show(at);
    const [row] = await screen.findAllByTestId(testIds.incident.alertRow);
    expect(row).toHaveTextContent('HighErrorRate');
    expect(row).toHaveTextContent('Same service checkout');
    // Of the row's bar each piece that speaks for it has its part.
    const widthsOf = (of: HTMLElement | undefined, id: string): string[] => (of === undefined ? [] : within(of).queryAllByTestId(id).map(({ style }) => style.width));
    expect(widthsOf(row, testIds.evidence.part)).toEqual(['70%', '30%']);
    await user.click(await screen.findByRole('button', { name: /HighErrorRate/ }));
    const drawer = await screen.findByTestId(testIds.incident.alertDrawer);
    expect(await within(drawer).findByTestId(testIds.incident.alertTrend)).toHaveTextContent('12 occurrences · 4 min 00 s on average · 75 % ended by themselves');
    expect(await within(drawer).findByText('5 s after the one before')).toBeInTheDocument();
    expect(within(drawer).getByText('+0.70')).toBeInTheDocument();
    expect(widthsOf(drawer, testIds.evidence.bar).map((width) => Math.round(parseFloat(width)))).toEqual([100, 43, 50]);
    expect(within(drawer).getByText('often without an incident')).toHaveTextContent('Against: often without an incident');
    expect(within(drawer).getByText(/its source wrote 9999-06-01T00:00:00.000Z as the start, which cannot be/)).toBeInTheDocument();
    expect(within(drawer).getByRole('link', { name: 'Alert rule' })).toHaveAttribute('href', 'https://grafana.example.com/alerting/1');
    expect(within(drawer).queryByRole('link', { name: 'Dashboard' })).not.toBeInTheDocument();
    const noise = within(drawer).getByTestId(testIds.incident.alertNoise);
    expect(noise).toHaveTextContent('Joined its incident as a symptom: checkout depends on payments-db, where DiskFull fires.');
    expect(noise).toHaveTextContent('Explained by DiskFull in INC-9');
    expect(noise).toHaveTextContent('Planned work: Upgrade, until 2026-03-01 12:00:00.It was in its incident before, so it stays there.');
    expect(within(noise).getByRole('link', { name: 'Rule: Symptoms' })).toHaveAttribute('href', expect.stringContaining('/noise?tab=rules&id=r1'));
    expect(within(noise).getByRole('link', { name: 'Window: Upgrade' })).toHaveAttribute('href', expect.stringContaining('/maintenance?tab=windows&id=w1'));
  });

  test('words and status are asked of the service', async () => {
    const user = userEvent.setup();
    mockBackend.answer('listIncidentAlerts', ({ query }) => ({ ok: listOf(query.get('q') === null ? [FIRST_ALERT] : []) }));
    show(at);
    await screen.findByTestId(testIds.incident.alertRow);
    await user.click(screen.getByRole('radio', { name: 'Firing' }));
    await user.type(screen.getByPlaceholderText(/Search name/), 'unicorn');
    expect(await screen.findByText('No alert fits')).toBeInTheDocument();
    expect(Object.fromEntries(mockBackend.callsOf('listIncidentAlerts').at(-1)?.query ?? [])).toMatchObject({ status: 'firing', q: 'unicorn' });
  });
});
