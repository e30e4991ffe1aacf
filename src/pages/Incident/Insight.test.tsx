/** What Muster makes of an incident on its overview: each claim with its confidence, and its evidence one click away. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertId, detectorId, incidentNumber, runbookId, runId, type AlertMeaning, type Cause, type CauseBoard, type CauseMetrics, type OperationName, type SimilarIncidents } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, alertOf, CHECKOUT_DOWN, lanesOf, listOf, meWith } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { answerNoInsights, NO_CHANGES_BEFORE, recommendationOf, NO_METRICS } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { wholeRunbookOf } from '../../test/runbookFixtures.ts';
import { testIds } from '../../testIds.ts';
import { IncidentPage } from './IncidentPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = () => renderPage(<IncidentPage />, { path: '/incidents/:number', at: '/incidents/7' });
const READER: readonly OperationName[] = ['getIncident', 'listIncidentAlerts', 'getSimilarIncidents', 'getCauses', 'getChangesBefore'];

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
  answerNoInsights(mockBackend);
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

describe('what alerts usually mean', () => {
  const MEANING: AlertMeaning = {
    name: 'PoolBusy', service: 'checkout', alert: alertId.parse('fedcba9876543210-1772359260000'), alerts: 2, firing: 1, incidents: 3, atService: 2, medianMinutes: 42,
    causes: [{ text: 'payments-db failed first', service: 'payments-db', incidents: 2, latest: incidentNumber.parse(5) }],
    fixedBy: [{ remedy: { kind: 'runbook', text: 'Restart the pool', at: '2026-01-10T10:30:00.000Z', run: '12' }, incidents: 2, latest: incidentNumber.parse(5) }],
    checks: ['payments-db: it was confirmed as the cause 2 of 3 times (INC-5).'],
    links: [{ kind: 'explore', title: 'Query of the rule', url: '/explore?schemaVersion=1' }, { kind: 'rule', title: 'Alert rule', url: 'javascript:alert(1)' }],
  };

  test('cap 117: for each leading alert what it was before, what ended that, what to check, and the queries ready to be opened', async () => {
    mockBackend.answer('getMe', { ok: meWith([...READER, 'getAlertMeanings']) });
    mockBackend.answer('getAlertMeanings', { ok: { state: 'ready', compared: 40, items: [MEANING] } });
    show();
    const row = await screen.findByTestId(testIds.incident.meaning);
    expect(row).toHaveTextContent('PoolBusy at checkout3 past incidents carried it, 2 of which touched checkout. They took 42 min 00 s in the middle.');
    expect(row).toHaveTextContent('It was payments-db 2 of 3 times, last in INC-5.');
    expect(row).toHaveTextContent('Runbook succeeded: Restart the pool, 2 of 3 times');
    expect(row).toHaveTextContent('Check nextpayments-db: it was confirmed as the cause 2 of 3 times (INC-5).');
    expect(within(row).getByRole('link', { name: 'Query of the rule in Explore' })).toHaveAttribute('href', '/explore?schemaVersion=1');
    expect(within(row).queryByRole('link', { name: 'Alert rule' })).toBeNull();
  });

  test('nothing known is said plainly, and that it is still being looked up', async () => {
    const unknown: AlertMeaning = { ...MEANING, incidents: 0, atService: 0, medianMinutes: null, causes: [], fixedBy: [], checks: [], links: [] };
    mockBackend.answer('getMe', { ok: meWith([...READER, 'getAlertMeanings']) });
    mockBackend.answer('getAlertMeanings', { ok: { state: 'ready', compared: 40, items: [unknown] } });
    const first = show();
    expect(await screen.findByText('None of 40 past incidents that you may see carried it.')).toBeInTheDocument();
    first.unmount();
    mockBackend.answer('getAlertMeanings', { ok: { state: 'ready', compared: 0, items: [unknown] } });
    const second = show();
    expect(await screen.findByText('No incident has ended yet that could tell what they meant before.')).toBeInTheDocument();
    second.unmount();
    mockBackend.answer('getAlertMeanings', { ok: { state: 'preparing', compared: 0, items: [unknown] } });
    show();
    expect(await screen.findByText('Past incidents and queries of rules are being looked up…')).toHaveAttribute('role', 'status');
    expect(screen.queryByText(/No incident has ended yet/)).toBeNull();
  });
});

test('cap 120: the summary says what is known in short, as of when, and can be taken along', async () => {
  mockBackend.answer('getMe', { ok: meWith([...READER, 'getSummary']) });
  mockBackend.answer('getSummary', { ok: { parts: [{ part: 'what', label: 'What', lines: ['INC-7 Customers cannot pay'] }, { part: 'tried', label: 'What was tried', lines: ['Runbook “Restart” failed', 'Ada: no free connection'] }], text: 'What: INC-7', at: '2026-03-01T10:06:00.000Z' } });
  show();
  const block = await screen.findByTestId(testIds.incident.summary);
  expect(await within(block).findByText('INC-7 Customers cannot pay')).toBeInTheDocument();
  expect(block).toHaveTextContent('What was triedRunbook “Restart” failedAda: no free connection');
  expect(block).toHaveTextContent('Written from what Muster knows,');
  expect(within(block).getByRole('button', { name: 'Copy the summary' })).toBeInTheDocument();
});

describe('suggested runbooks', () => {
  const JUDGING: readonly OperationName[] = [...READER, 'getRecommendations', 'judgeRecommendation', 'startRun', 'getRunbook'];
  const POOL = recommendationOf({
    effect: { with: { medianMs: 720_000, incidents: 6 }, without: { medianMs: 3_000_000, incidents: 9 } },
    evidence: [{ number: incidentNumber.parse(3), key: 'INC-3', title: 'Pool exhausted', similarity: 0.62, outcome: 'worked', run: runId.parse('12') }, { number: incidentNumber.parse(2), key: 'INC-2', title: 'Disk full', similarity: null, outcome: 'failed', run: runId.parse('9') }],
  });
  const LOOK = recommendationOf({ runbook: runbookId.parse('look'), title: 'Look at the pool', similar: { worked: 0, tried: 0 }, all: { worked: 0, tried: 0 }, explored: true, safe: true, probability: 0.3, low: 0.02, high: 0.8 });

  test('cap 119: how often it worked in like incidents, how sure that is, and its effect; evidence one click away; it is started as any run', async () => {
    const user = userEvent.setup();
    mockBackend.answer('getMe', { ok: meWith(JUDGING) });
    mockBackend.answer('getRecommendations', { ok: { state: 'ready', items: [POOL, LOOK], none: null, shadow: false } });
    mockBackend.answer('getRunbook', { ok: wholeRunbookOf() });
    show();
    const [pool, look] = await screen.findAllByTestId(testIds.incident.recommendation);
    if (pool === undefined || look === undefined) throw new Error('not two');
    expect(pool).toHaveTextContent('Worked in 4 of 5 similar incidents');
    expect(pool).toHaveTextContent('Likely to end it: 67 % (95 %: 31 % to 94 %)');
    expect(pool).toHaveTextContent('Half of 6 similar incidents with it were mitigated within 12 min 00 s; of 9 without it, within 50 min 00 s');
    expect(look).toHaveTextContent('Worth a try');
    expect(look).toHaveTextContent('Never run in an incident yet');
    await user.click(within(pool).getByRole('button', { name: 'Evidence for Restart the pool' }));
    expect(within(pool).getByRole('list', { name: 'Why Restart the pool' })).toHaveTextContent('Ended INC-3 Pool exhausted, 62 % alike · run');
    expect(pool).toHaveTextContent('Failed in INC-2 Disk full, which is not like this one');
    expect(within(pool).getByRole('link', { name: 'INC-3 Pool exhausted' })).toHaveAttribute('href', expect.stringContaining('/incidents/3'));
    await user.click(within(pool).getByRole('button', { name: 'Run Restart the pool' }));
    expect(await findDialog()).toHaveTextContent('Run: Restart the pool');
  });

  test('one is rejected with a reason, goes last, and is suggested again; where none fits the reason is given', async () => {
    const user = userEvent.setup();
    const rejected = recommendationOf({ rejected: { reason: 'The pool has room', by: { kind: 'user', key: ADA.key, name: ADA.name }, at: '2026-03-01T10:05:00.000Z' } });
    mockBackend.answer('getMe', { ok: meWith(JUDGING) });
    mockBackend.answer('getRecommendations', { ok: { state: 'ready', items: [POOL, LOOK], none: null, shadow: false } });
    mockBackend.answer('judgeRecommendation', { ok: { state: 'ready', items: [LOOK, rejected], none: null, shadow: false } });
    const first = show();
    await user.click(await screen.findByRole('button', { name: 'Not the right one: Restart the pool' }));
    const dialog = await findDialog();
    expect(within(dialog).getByRole('button', { name: 'Reject' })).toBeDisabled();
    await user.type(within(dialog).getByRole('textbox', { name: /Why not/ }), 'The pool has room');
    await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(mockBackend.callsOf('judgeRecommendation')[0]?.body).toEqual({ runbook: 'restart-pool', verdict: 'rejected', reason: 'The pool has room' }));
    await user.click(await screen.findByRole('button', { name: 'Suggest it again: Restart the pool' }));
    await waitFor(() => expect(mockBackend.callsOf('judgeRecommendation')[1]?.body).toEqual({ runbook: 'restart-pool', verdict: 'open', reason: '' }));
    first.unmount();
    mockBackend.answer('getRecommendations', { ok: { state: 'ready', items: [], none: 'No runbook is published yet.', shadow: false } });
    show();
    expect(await screen.findByText('No runbook is published yet.')).toBeInTheDocument();
  });
});

describe('what changed before', () => {
  test('the most suspicious first, why one click away; beside it the rules that rose', async () => {
    const user = userEvent.setup();
    const change = {
      position: '30', source: 'ci', id: 'deploy-1', kind: 'deploy', service: 'payments-db', clusters: [], at: '2026-03-01T09:57:00.000Z', closedAt: null, recordedAt: '2026-03-01T09:57:01.000Z',
      title: 'Release 42', author: 'Bo Byte', link: 'https://ci.example.com/42', recordedBy: { kind: 'source', key: 'ci', name: 'ci' },
    };
    mockBackend.answer('getChangesBefore', {
      ok: {
        ...NO_CHANGES_BEFORE, services: ['checkout', 'payments-db'], leftOut: 3,
        changes: [{ change, suspicion: 0.87, hops: 1, reasons: [{ kind: 'before', text: 'came 3 min before the trouble began' }] }],
        rising: [{ name: 'HighErrorRate', services: ['checkout'], alerts: 8, usual: 0.5, firstAt: '2026-03-01T10:00:00.000Z', alert: alertId.parse('fedcba9876543210-1772359260000') }],
      },
    });
    show();
    const block = await screen.findByTestId(testIds.incident.changesBefore);
    await waitFor(() => expect(block).toHaveTextContent('Release 42 87 % suspicious'));
    expect(block).toHaveTextContent('deploy of payments-db, 1 step upstream');
    expect(block).toHaveTextContent('3 more changes in that time not shown.');
    expect(block).toHaveTextContent('8 alerts in an hour, 0.5 usual, at checkout');
    expect(within(block).getByRole('link', { name: 'HighErrorRate' })).toHaveAttribute('href', expect.stringContaining('/incidents/7?tab=alerts&alert=fedcba9876543210-1772359260000'));
    await user.click(within(block).getByRole('button', { name: 'Why Release 42 is suspicious' }));
    expect(block).toHaveTextContent('came 3 min before the trouble began');
  });

  test('cap 111: what detectors noticed stands in the same order, in shadow too, with count, since when, and links', async () => {
    const change = {
      position: '30', source: 'ci', id: 'deploy-1', kind: 'deploy', service: 'payments-db', clusters: [], at: '2026-03-01T09:57:00.000Z', closedAt: null, recordedAt: '2026-03-01T09:57:01.000Z',
      title: 'Release 42', author: null, link: null, recordedBy: { kind: 'source', key: 'ci', name: 'ci' },
    };
    const found = { at: '2026-03-01T09:59:00.000Z', endsAt: null, hops: 1, service: 'payments-db', detector: detectorId.parse('4'), reasons: [{ kind: 'pattern', text: 'no such line had come before' }] };
    const pattern = { kind: 'new', template: 'FATAL no space left on <*>', example: 'FATAL no space left on disk 7', lines: 30, firstAt: found.at, lastAt: found.at, explore: 'https://grafana.example.com/explore?panes=1' };
    mockBackend.answer('getChangesBefore', {
      ok: {
        ...NO_CHANGES_BEFORE, services: ['checkout', 'payments-db'], changes: [{ change, suspicion: 0.5, hops: 1, reasons: [] }],
        noticed: [
          { ...found, kind: 'pattern', name: 'Logs of the shop', mode: 'shadow', suspicion: 0.54, pattern, load: null, query: null },
          { ...found, kind: 'traffic', name: 'Requests of checkout', mode: 'active', suspicion: 0.2, pattern: null, load: { direction: 'down', value: 12.5, low: 90, high: 110 }, query: { kind: 'explore', url: '/explore?panes=2' } },
        ],
      },
    });
    show();
    const block = await screen.findByTestId(testIds.incident.changesBefore);
    await waitFor(() => expect(within(block).getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      expect.stringContaining('FATAL no space left on <*> 54 % suspicious In shadow'), expect.stringContaining('Release 42 50 % suspicious'), expect.stringContaining('Fewer than usual: Requests of checkout 20 % suspicious'),
    ]));
    expect(block).toHaveTextContent('new log pattern of payments-db, 1 step upstream, 30 lines, first');
    expect(block).toHaveTextContent('load of payments-db, 1 step upstream: 12.5, usually 90 to 110');
    expect(within(block).getByRole('link', { name: 'Its lines in Explore: FATAL no space left on <*>' })).toHaveAttribute('href', pattern.explore);
    expect(within(block).getByRole('link', { name: 'Detector Logs of the shop' })).toHaveAttribute('href', expect.stringContaining('/detectors?id=4'));
    await userEvent.click(within(block).getByRole('button', { name: 'Why FATAL no space left on <*> is suspicious' }));
    expect(block).toHaveTextContent('no such line had come before');
  });

  test('nothing changed is said with since when, and a failure with what to do', async () => {
    mockBackend.answer('getChangesBefore', { ok: { ...NO_CHANGES_BEFORE, services: ['checkout'] } });
    const first = show();
    expect(await screen.findByText(/No change is known of 1 service since/)).toBeInTheDocument();
    first.unmount();
    mockBackend.answer('getChangesBefore', problemOf(503, 'unavailable', 'the database is away'));
    show();
    const block = await screen.findByTestId(testIds.incident.changesBefore);
    expect(await within(block).findByRole('alert')).toBeInTheDocument();
  });
});

describe('causes', () => {
  const SAID = { verdict: 'open', note: '', judgedBy: null, judgedAt: null, addedBy: null, addedAt: null, version: 0 } as const;
  const SUSPECT: Cause = { series: [], id: 'service:payments-db', text: 'payments-db failed first', service: 'payments-db', origin: 'engine', confidence: 0.7, evidence: [{ kind: 'topology', text: 'checkout needs it', weight: 0.5 }], ...SAID };
  const by = { kind: 'user', key: ADA.key, name: ADA.name } as const;

  test('cap 118: a suspect is refuted with a word of how that was found out; it goes last, marked; a hypothesis is added', async () => {
    const user = userEvent.setup();
    mockBackend.answer('getMe', { ok: meWith([...READER, 'judgeCause', 'addHypothesis']) });
    let items: Cause[] = [SUSPECT, { ...SUSPECT, id: 'service:checkout', text: 'checkout failed first', service: 'checkout', confidence: 0.2 }];
    mockBackend.answer('getCauses', () => ({ ok: { items, confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', metrics: NO_METRICS, shadow: false } satisfies CauseBoard }));
    mockBackend.answer('judgeCause', () => {
      const judged: Cause = { ...SUSPECT, verdict: 'refuted', note: 'It answers', judgedBy: by, judgedAt: '2026-03-01T10:20:00.000Z', version: 2, confidence: 0 };
      items = [...items.slice(1), judged];
      return { ok: judged };
    });
    mockBackend.answer('addHypothesis', () => {
      const added: Cause = { ...SUSPECT, id: 'hypothesis:4', text: 'The disk is full', service: null, origin: 'person', confidence: null, evidence: [], addedBy: by, addedAt: '2026-03-01T10:21:00.000Z', version: 1 };
      items = [...items, added];
      return { ok: added };
    });
    show();
    const block = await screen.findByTestId(testIds.incident.cause);
    await user.click(await within(block).findByRole('button', { name: 'Refute payments-db' }));
    const dialog = await findDialog({ name: /payments-db: Was it not the cause/ });
    await user.type(within(dialog).getByRole('textbox', { name: /How was it found out/ }), 'It answers');
    await user.click(within(dialog).getByRole('button', { name: 'Refute' }));
    await waitFor(() => expect(within(block).getAllByTestId(testIds.incident.causeRow)[1]).toHaveTextContent('2. payments-dbRefuted'));
    expect(block).toHaveTextContent('Refuted by Ada Admin');
    expect(mockBackend.callsOf('judgeCause')).toMatchObject([{ body: { cause: 'service:payments-db', verdict: 'refuted', note: 'It answers' }, headers: { 'If-Match': '"0"' } }]);

    await user.click(within(block).getByRole('button', { name: 'Add a hypothesis' }));
    const asked = await findDialog({ name: /What may have caused INC-7/ });
    expect(within(asked).getByRole('button', { name: 'Add' })).toBeDisabled();
    await user.type(within(asked).getByRole('textbox', { name: /Hypothesis/ }), 'The disk is full');
    await user.click(within(asked).getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(block).toHaveTextContent('The disk is fulla guess; nothing measured speaks for it'));
    expect(mockBackend.callsOf('addHypothesis')).toMatchObject([{ body: { text: 'The disk is full' } }]);
  });

  test('cap 117: what metrics tell stands with the suspect: what changed, when, who found it, and the way to the query; what was not asked is said', async () => {
    const changed = { detector: detectorId.parse('3'), name: 'Latency', state: 'shadow', labels: {}, text: 'Latency went up: 5, usually 1', changedAt: '2026-03-01T09:58:00.000Z', strength: 0.7, finding: { at: '2026-03-01T09:58:30.000Z', score: 0.97, mode: 'shadow' } } as const;
    const metrics: CauseMetrics = { state: 'ready', at: '2026-03-01T10:04:00.000Z', series: 4, services: 2, failed: [{ name: 'Disk', reason: 'Prometheus answered 503' }], leftOut: 0 };
    let answer: CauseBoard = { items: [{ ...SUSPECT, confidence: 0.2 }], confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', metrics: { ...NO_METRICS, state: 'preparing' }, shadow: false };
    mockBackend.answer('getCauses', () => ({ ok: answer }));
    show();
    const block = await screen.findByTestId(testIds.incident.cause);
    expect(await within(block).findByText('Metrics are being asked…')).toHaveAttribute('role', 'status');
    answer = {
      ...answer, metrics, items: [{
        ...SUSPECT, series: [{ ...changed, query: { kind: 'explore', url: '/explore?schemaVersion=1' } }, { ...changed, name: 'Pool', query: { kind: 'prometheus', url: 'javascript:alert(1)' } }],
      }],
    };
    await waitFor(() => expect(within(block).getAllByTestId(testIds.incident.causeSeries)).toHaveLength(2));
    expect(block).toHaveTextContent('Latency went up: 5, usually 1In shadow');
    expect(block).toHaveTextContent(/found unusual in shadow .*97 % sure/);
    expect(within(block).getByRole('link', { name: 'Open in Explore: Latency' })).toHaveAttribute('href', '/explore?schemaVersion=1');
    expect(within(block).getByRole('link', { name: 'Detector Latency' })).toHaveAttribute('href', expect.stringContaining('/detectors?id=3'));
    expect(within(block).queryByRole('link', { name: 'Open in Prometheus: Pool' })).toBeNull();
    expect(block).toHaveTextContent('Alerts and 4 series of 2 services were looked at');
    expect(block).toHaveTextContent('Not asked: Disk (Prometheus answered 503).');
  });

  test('cap 121: in shadow neither suspects nor runbooks are shown, and the reason stands in their place', async () => {
    mockBackend.answer('getMe', { ok: meWith([...READER, 'getAccuracy', 'getRecommendations']) });
    mockBackend.answer('getCauses', { ok: { items: [], confidence: null, onsetAt: null, metrics: NO_METRICS, shadow: true } satisfies CauseBoard });
    mockBackend.answer('getRecommendations', { ok: { state: 'ready', items: [], none: null, shadow: true } });
    show();
    const block = await screen.findByTestId(testIds.incident.cause);
    await waitFor(() => expect(block).toHaveTextContent('Diagnosis is in shadow'));
    expect(block).not.toHaveTextContent('No service stands out');
    expect(within(block).getByRole('link', { name: 'Accuracy' })).toHaveAttribute('href', expect.stringContaining('/accuracy'));
    expect(await screen.findByText(/Recommendation is in shadow/)).toBeInTheDocument();
  });

  test('who may only read sees verdicts and evidence, and no buttons to judge', async () => {
    mockBackend.answer('getCauses', { ok: { items: [{ ...SUSPECT, verdict: 'confirmed', confidence: 1, judgedBy: by, judgedAt: '2026-03-01T10:20:00.000Z', note: 'No space left', version: 2 }], confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', metrics: NO_METRICS, shadow: false } });
    show();
    const row = await screen.findByTestId(testIds.incident.causeRow);
    expect(row).toHaveTextContent('1. payments-dbConfirmedConfirmed by Ada Admin');
    expect(row).toHaveTextContent('No space left');
    expect(row).toHaveTextContent('checkout needs it');
    expect(within(row).queryByRole('button', { name: /Confirm|Refute|again/ })).toBeNull();
  });
});
