/** Noise: what is held back and why, which alert rules make noise, and the rules with their preview. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertId, heldBackAlert, heldBackPage, incidentNumber, noiseRule, noiseScorePage, sourceId } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, alertOf, listOf, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { NoisePage } from './NoisePage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (tab = 'held') => renderPage(<NoisePage />, { path: '/noise', at: `/noise?tab=${tab}` });

const HELD = heldBackAlert.parse({
  alert: alertId.parse('0123456789abcdef-1772359200000'), name: 'DiskFull', summary: '', severity: 'sev3', service: 'payments-db', environment: 'prod',
  source: sourceId.parse('grafana-main'), startsAt: '2026-03-01T10:00:00.000Z', firing: true, verdict: 'maintenance', reason: 'planned work: Upgrade of payments-db',
  cause: { id: 'w1', name: 'Upgrade of payments-db' }, since: '2026-03-01T10:00:05.000Z', until: '2026-03-01T12:00:00.000Z', outcome: 'waiting', changes: null,
});
const NONE = { maintenance: 0, silenced: 0, suppressed: 0, inhibited: 0, flapping: 0, below_threshold: 0, held: 0 };
const RULE = noiseRule.parse({
  id: 'r1', version: 4, updatedAt: '2026-03-01T09:00:00.000Z', updatedBy: { kind: 'user', key: 'user:ada', name: ADA.name }, heldBack: { alerts: 12, sev1: 2 },
  warning: 'hides 2 SEV1 alerts within 24 hours; none is expected',
  rule: { kind: 'suppression', name: 'Test cluster', enabled: true, reason: 'not ours', scope: { matchers: [{ name: 'cluster', operator: '=~', value: 'test-.*' }] } },
});

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listHeldBack', 'listNoiseRules', 'createNoiseRule', 'editNoiseRule', 'deleteNoiseRule', 'previewNoiseScope']) });
  mockBackend.answer('listHeldBack', ({ query }) => ({ ok: heldBackPage.parse({ ...pageOf(query.get('verdict') === 'flapping' ? [] : [HELD]), counts: { ...NONE, maintenance: 1 } }) }));
  mockBackend.answer('getAlert', {
    ok: {
      ...alertOf({ id: HELD.alert, name: 'DiskFull', service: 'payments-db', incident: null, why: null }), derived: {}, annotations: {}, values: null, details: {}, notification: null, history: [],
      noise: { held: { ...HELD, outcomeAt: null, explainedBy: null }, now: [] },
    },
  });
  mockBackend.answer('getAlertTrend', problemOf(404, 'not_found', 'no past'));
  mockBackend.answer('listNoiseRules', { ok: pageOf([RULE]) });
  mockBackend.answer('previewNoiseScope', { ok: { matched: 4, sev1: 1, considered: 90, cut: false, byName: [{ name: 'DiskFull', alerts: 4 }], services: ['checkout'], warning: '1 of them was SEV1' } });
});

test('a held-back alert says what it is, why it waits, and until when', async () => {
  const user = userEvent.setup();
  show();
  const row = await screen.findByTestId(testIds.noise.heldRow);
  expect(row).toHaveTextContent('DiskFull on payments-db, prod');
  expect(row).toHaveTextContent('Planned work: Upgrade of payments-db');
  expect(row).toHaveTextContent(/until 2026-03-01/);
  expect(within(row).getByRole('link', { name: 'Window: Upgrade of payments-db' })).toHaveAttribute('href', expect.stringContaining('/maintenance?tab=windows&id=w1'));
  await user.click(within(row).getByRole('button', { name: 'DiskFull' }));
  const noise = await screen.findByTestId(testIds.incident.alertNoise);
  expect(noise).toHaveTextContent(/Held back now: planned work: Upgrade of payments-db\.Held back since .*, looked at again 2026-03-01 12:00:00/);
  await user.click(screen.getByRole('button', { name: 'Close' }));
  await user.click(screen.getByRole('button', { name: 'Flapping 0' }));
  expect(await screen.findByText('Nothing is held back now')).toBeInTheDocument();
  expect(mockBackend.callsOf('listHeldBack').at(-1)?.query.get('verdict')).toBe('flapping');
});

test('cap 35: an alert in no incident says why none took it, what came nearest, and can be declared from', async () => {
  const user = userEvent.setup();
  const lone = alertOf({
    id: HELD.alert, name: 'SlowQueries', service: 'ledger-db', severity: 'sev2', incident: null,
    whyNot: {
      at: '2026-03-01T10:00:05.000Z', nearest: incidentNumber.parse(7),
      reason: { strategy: 'causes', summary: 'nearest was trouble around checkout, but its habit explains it better', contributions: [{ kind: 'history', text: 'SlowQueries comes 4.0 times an hour without an incident', weight: -3.2 }] },
    },
  });
  mockBackend.answer('getMe', { ok: meWith(['declareIncident']) });
  mockBackend.answer('listAlerts', ({ query }) => ({ ok: listOf(query.get('q') === 'nothing' || query.get('incident') !== 'none' ? [] : [lone]) }));
  mockBackend.answer('getAlert', { ok: { ...lone, derived: {}, annotations: {}, values: null, details: {}, notification: null, history: [], noise: { held: null, now: [] } } });
  show('loose');
  const row = await screen.findByTestId(testIds.noise.looseRow);
  expect(row).toHaveTextContent('SlowQueries on ledger-db');
  expect(row).toHaveTextContent('Nearest was trouble around checkout, but its habit explains it better.');
  expect(screen.getByText('1 alert')).toBeInTheDocument();
  expect(mockBackend.callsOf('listAlerts').at(-1)?.query.get('status')).toBe('firing');

  await user.click(within(row).getByRole('button', { name: 'SlowQueries' }));
  const why = await screen.findByTestId(testIds.incident.alertWhyNot);
  expect(why).toHaveTextContent('Against: SlowQueries comes 4.0 times an hour without an incident');
  expect(within(why).getByRole('link', { name: 'INC-7' })).toHaveAttribute('href', expect.stringContaining('/incidents/7'));
  await user.click(within(why).getByRole('button', { name: 'Declare an incident from it' }));
  expect(await screen.findByLabelText(/What is broken/)).toHaveValue('ledger-db: SlowQueries');
  expect(screen.getByText('Takes this alert along.')).toBeInTheDocument();
});

test('cap 35: the search of alerts in no incident says when nothing matches, and those that are over are asked for', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listAlerts', ({ query }) => ({ ok: listOf(query.get('q') === 'nothing' ? [] : [alertOf({ incident: null })]) }));
  show('loose');
  expect(await screen.findByText('No reason was noted.')).toBeInTheDocument();
  await user.click(screen.getByLabelText('Those that are over too'));
  await waitFor(() => expect(mockBackend.callsOf('listAlerts').at(-1)?.query.get('status')).toBe('all'));
  await user.type(screen.getByLabelText('Search alerts'), 'nothing');
  expect(await screen.findByText('No such alert')).toBeInTheDocument();
});

test('cap 29: noisy alert rules of the week stand first, or those with the most incidents, and lead to the rule in Grafana', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listNoiseScores', {
    ok: noiseScorePage.parse({
      ...pageOf([
        { name: 'Blip', source: 'grafana-main', alerts: 40, incidents: 3, autoResolvedShare: 0.95, noActionShare: 1, flaps: 30, heldBack: 0, score: 88, ruleUrl: 'https://grafana.example.com/alerting/grafana/rule1/view' },
        { name: 'Outage', source: 'grafana-main', alerts: 1, incidents: 1, autoResolvedShare: null, noActionShare: 0, flaps: 0, heldBack: 0, score: 0, ruleUrl: null },
      ]), from: '2026-02-23T00:00:00.000Z', to: '2026-03-01T10:00:00.000Z', rules: 2,
    }),
  });
  show('scores');
  const [noisy, quiet] = await screen.findAllByTestId(testIds.noise.scoreRow);
  expect(noisy).toHaveTextContent('88');
  expect(noisy).toHaveTextContent('95 %');
  expect(within(noisy ?? document.body).getByRole('link', { name: /Blip/ })).toHaveAttribute('href', 'https://grafana.example.com/alerting/grafana/rule1/view');
  expect(quiet).toHaveTextContent('–');
  expect(mockBackend.callsOf('listNoiseScores').map(({ query }) => [query.get('days'), query.get('order')])).toEqual([['7', 'score']]);
  await user.click(screen.getByRole('radio', { name: 'By incidents' }));
  await waitFor(() => expect(mockBackend.callsOf('listNoiseScores').at(-1)?.query.get('order')).toBe('incidents'));
});

test('a rule that hides sev1 says so, and is switched off on the version that was seen', async () => {
  const user = userEvent.setup();
  mockBackend.answer('editNoiseRule', { ok: RULE });
  show('rules');
  const row = await screen.findByTestId(testIds.noise.ruleRow);
  expect(within(row).getByRole('alert')).toHaveTextContent('This rule hides 2 SEV1 alerts within 24 hours');
  expect(row).toHaveTextContent('Hides cluster=~"test-.*": not ours');
  await user.click(await within(row).findByRole('switch', { name: 'Test cluster is on' }));
  await waitFor(() => expect(mockBackend.callsOf('editNoiseRule')[0]).toMatchObject({ body: { enabled: false, name: 'Test cluster' }, headers: { 'If-Match': '"4"' } }));
});

test('a new rule shows what its scope would have meant before it is added', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createNoiseRule', { ok: RULE });
  show('rules');
  await user.click(await screen.findByTestId(testIds.noise.addRule));
  const dialog = await findDialog();
  expect(within(dialog).getByRole('button', { name: 'Add rule' })).toBeDisabled();
  await user.type(within(dialog).getByLabelText(/^Name/), 'Blips of checkout');
  await user.type(within(dialog).getByLabelText(/^Reason/), 'known and harmless');
  await user.type(within(dialog).getByLabelText(/^Services/), 'checkout{Enter}');
  const preview = await within(dialog).findByTestId(testIds.noise.preview);
  expect(preview).toHaveTextContent('4 of 90 alerts of the last 24 hours');
  expect(preview).toHaveTextContent('1 of them was SEV1');
  await user.click(within(dialog).getByRole('button', { name: 'Add rule' }));
  await waitFor(() => expect(mockBackend.callsOf('createNoiseRule')[0]?.body).toMatchObject({ kind: 'suppression', name: 'Blips of checkout', scope: { services: ['checkout'] } }));
  await waitFor(() => expect(published[0]?.payload).toEqual(['Blips of checkout: saved. It holds from now on.']));
});

test('a refusal names the field in the dialog and keeps what was written', async () => {
  const user = userEvent.setup();
  mockBackend.answer('editNoiseRule', problemOf(400, 'invalid_input', 'body.scope.matchers[0].value: is not a pattern'));
  show('rules');
  await user.click(await screen.findByRole('button', { name: 'Edit Test cluster' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  expect(await within(dialog).findByText(/is not a pattern/)).toBeInTheDocument();
  expect(within(dialog).getByLabelText(/^Name/)).toHaveValue('Test cluster');
});

test('whoever may only read is offered nothing to change; loading, error and denial have their own faces', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listNoiseRules']) });
  const shown = show('rules');
  await screen.findByTestId(testIds.noise.ruleRow);
  expect(screen.queryByTestId(testIds.noise.addRule)).not.toBeInTheDocument();
  expect(screen.queryByRole('switch')).not.toBeInTheDocument();
  shown.unmount();
  mockBackend.answer('listHeldBack', 'never');
  const waiting = show();
  expect(await screen.findByTestId(testIds.state.loading)).toBeInTheDocument();
  waiting.unmount();
  mockBackend.answer('listHeldBack', problemOf(400, 'invalid_input', 'no'));
  const broken = show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
  broken.unmount();
  mockBackend.answer('listHeldBack', problemOf(403, 'not_allowed', 'your role is viewer'));
  show();
  expect(await screen.findByTestId(testIds.state.denied)).toBeInTheDocument();
});
