/** Moving alerts between incidents, undoing it, custom fields, and declaring from an alert or another page. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OPERATION_NAMES, incidentNumber, type Regrouping } from '#contract';
import { ADDED_LINKS, prefillOfAlert, prefillOfPanel } from '../../extensions.ts';
import { fromSearch, toSearch, withoutPrefill } from '../../model/declarePrefill.ts';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, alertOf, CHECKOUT_DOWN, listOf, meWith, pageOf, SEARCH_CANDIDATE } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { answerNoInsights } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { NowPage } from '../Now/NowPage.tsx';
import { IncidentPage } from './IncidentPage.tsx';
import pluginJson from '../../../plugin.json';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (at: string) => renderPage(<IncidentPage />, { path: '/incidents/:number', at });
const ALERT = alertOf();
const REASON = 'this is the search team';

function regroupingOf(over: Partial<Regrouping> = {}): Regrouping {
  return {
    id: '12', kind: 'merge', at: new Date().toISOString(), by: { kind: 'user', key: ADA.key, name: ADA.name }, from: incidentNumber.parse(8), into: incidentNumber.parse(7),
    alerts: 3, reason: '', undoableUntil: new Date(Date.now() + 5 * 60_000).toISOString(), undoneAt: null, ...over,
  };
}

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  answerNoInsights(mockBackend);
  mockBackend.answer('getIncident', { ok: CHECKOUT_DOWN });
  mockBackend.answer('listIncidentAlerts', { ok: listOf([ALERT]) });
  mockBackend.answer('listTimeline', { ok: pageOf([]) });
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN, SEARCH_CANDIDATE]) });
  mockBackend.answer('listRegroupings', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('getJudgement', { ok: { judgement: null } });
  mockBackend.answer('getIncidentTypes', { ok: { types: [{ id: 'general', name: 'General', description: '', fields: [] }], version: 0, provisioned: false } });
});

test('cap 40: chosen alerts are split off with a reason; whoever may not move alerts can choose none', async () => {
  const user = userEvent.setup();
  mockBackend.answer('splitIncident', { ok: { ...SEARCH_CANDIDATE, number: 9, key: 'INC-9' } });
  const { unmount } = show('/incidents/7?tab=alerts');
  await user.click(await screen.findByRole('checkbox', { name: 'Choose HighErrorRate' }));
  const bar = screen.getByRole('toolbar', { name: 'Chosen alerts' });
  expect(bar).toHaveTextContent('1 of 12 chosen');
  await user.click(within(bar).getByRole('button', { name: 'Split off' }));
  const dialog = await findDialog();
  expect(within(dialog).getByRole('button', { name: 'Split off' })).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), REASON);
  await user.click(within(dialog).getByRole('button', { name: 'Split off' }));

  await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['1 alert split off into INC-9. Can be undone for 10 minutes.'] })));
  expect(mockBackend.calls.find(({ operation }) => operation === 'splitIncident')?.body).toEqual({ alerts: [ALERT.id], reason: REASON });
  expect(screen.queryByRole('toolbar')).not.toBeInTheDocument();

  unmount();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES.filter((name) => !['moveAlerts', 'splitIncident', 'declareIncident', 'putJudgement'].includes(name))) });
  show('/incidents/7?tab=alerts');
  await screen.findByText(ALERT.summary);
  expect(screen.queryByRole('checkbox', { name: 'Choose HighErrorRate' })).not.toBeInTheDocument();
});

test('cap 40: alerts are moved to an open incident or taken out; a refusal stays in the dialog until it is mended', async () => {
  const user = userEvent.setup();
  mockBackend.answer('moveAlerts', problemOf(400, 'invalid_input', 'these are all alerts of the incident'));
  show('/incidents/7?tab=alerts');
  await user.click(await screen.findByRole('checkbox', { name: 'Choose HighErrorRate' }));
  await user.click(screen.getByRole('button', { name: 'Take out' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), REASON);
  await user.click(within(dialog).getByRole('button', { name: 'Take out' }));
  expect(await within(dialog).findByText(/these are all alerts of the incident/)).toBeInTheDocument();
  expect(mockBackend.calls.find(({ operation }) => operation === 'moveAlerts')?.body).toEqual({ alerts: [ALERT.id], into: null, reason: REASON });
});

test('cap 40: the newest merge, split or move says who did it and can be undone as long as there is time', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listRegroupings', { ok: { items: [regroupingOf()], nextCursor: null } });
  mockBackend.answer('undoRegrouping', { ok: SEARCH_CANDIDATE });
  const { unmount } = show('/incidents/7');
  expect(await screen.findByText('Ada Admin merged INC-8 into this one, with 3 alerts')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /Undo \(\d min left\)/ }));
  await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['Undone. Everything is where it was.'] })));
  expect(mockBackend.calls.find(({ operation }) => operation === 'undoRegrouping')?.path).toBe('/regroupings/12/undo');

  unmount();
  mockBackend.answer('listRegroupings', { ok: { items: [regroupingOf({ undoableUntil: '2026-03-01T10:00:00.000Z' })], nextCursor: null } });
  show('/incidents/7');
  await screen.findByText('Key times');
  expect(screen.queryByRole('button', { name: /Undo/ })).not.toBeInTheDocument();
});

test('cap 51: custom fields are shown on the overview, say which is needed next, and are set with the version seen', async () => {
  const user = userEvent.setup();
  const fields = [
    { key: 'cause', label: 'Root cause', help: '', kind: 'text' as const, choices: [], requiredIn: ['resolved' as const] },
    { key: 'told', label: 'Customers told', help: '', kind: 'boolean' as const, choices: [], requiredIn: [] },
  ];
  mockBackend.answer('getIncidentTypes', { ok: { types: [{ id: 'general', name: 'General', description: '', fields }], version: 1, provisioned: false } });
  mockBackend.answer('getIncident', {
    ok: { ...CHECKOUT_DOWN, fields: { told: true }, availableCommands: [{ command: 'resolve', to: 'resolved', reasonRequired: false, reasonHint: null, missingFields: ['Root cause'] }] },
  });
  mockBackend.answer('setIncidentFields', { ok: CHECKOUT_DOWN });
  show('/incidents/7');
  expect(await screen.findByText('needed next')).toBeInTheDocument();
  expect(screen.getByText('Yes')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Edit fields' }));
  await user.type(await screen.findByLabelText(/Root cause/), 'a full disk');
  await user.click(screen.getByRole('button', { name: 'Save fields' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'setIncidentFields')).toMatchObject({
    body: { fields: { cause: 'a full disk' } }, headers: { 'If-Match': '"3"' },
  }));
});

test('cap 41, cap 45: the header says how often it came back, what it repeats, and where it was seen', async () => {
  mockBackend.answer('getIncident', { ok: { ...CHECKOUT_DOWN, regressions: 2, recurrenceOf: 3, recurrences: [9], links: [{ title: 'Panel Latency of Shop', url: '/d/abc?viewPanel=4' }] } });
  show('/incidents/7');
  expect(await screen.findByText('Came back 2 times after it was quiet.')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'INC-3' })).toHaveAttribute('href', expect.stringContaining('/incidents/3'));
  expect(screen.getByRole('link', { name: 'INC-9' })).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Panel Latency of Shop' })).toHaveAttribute('href', '/d/abc?viewPanel=4');
});

test('cap 45: two clicks declare from an alert row, with the alert', async () => {
  const user = userEvent.setup();
  mockBackend.answer('declareIncident', { ok: { ...CHECKOUT_DOWN, number: 9, key: 'INC-9' } });
  show('/incidents/7?tab=alerts');
  await user.click(await screen.findByRole('button', { name: 'Declare an incident with this alert' }));
  const dialog = await findDialog();
  expect(dialog).toHaveTextContent('Takes this alert along.');
  await user.click(within(dialog).getByRole('button', { name: 'Declare incident' }));
  await waitFor(() => expect(mockBackend.calls.find(({ operation }) => operation === 'declareIncident')?.body).toMatchObject({
    title: 'checkout: HighErrorRate', severity: 'sev1', services: ['checkout'], alerts: [ALERT.id],
  }));
});

test('cap 45: links of panels, Explore and alerts are declared in plugin.json and open the form with where one came from', async () => {
  const declared = pluginJson.extensions.addedLinks;
  expect(ADDED_LINKS.map(({ title, description, targets }) => ({ title, description, targets }))).toEqual(declared);
  expect(prefillOfPanel({ id: 4, title: 'Latency', dashboard: { uid: 'abc', title: 'Shop', tags: [] } })).toEqual({
    title: 'Shop: Latency', links: [{ title: 'Panel Latency of Shop', url: '/d/abc?viewPanel=4' }],
  });
  expect(prefillOfPanel({})).toBeNull();
  expect(prefillOfAlert({ instance: { labels: { alertname: 'Down', service: 'checkout', severity: 'sev2' }, annotations: {} } })).toEqual({ title: 'Down', severity: 'sev2', services: ['checkout'] });
  const prefill = { title: 'Shop: Latency', severity: 'sev2' as const, services: ['checkout'], alerts: [ALERT.id], links: [{ title: 'Panel', url: '/d/abc?viewPanel=4' }] };
  expect(fromSearch(new URLSearchParams(toSearch(prefill)))).toEqual(prefill);
  expect(withoutPrefill(new URLSearchParams(`tab=x&${toSearch(prefill)}`)).toString()).toBe('tab=x');
  expect(fromSearch(new URLSearchParams('declare=1&declareLink=javascript:alert(1)&declareAlert=no'))).toEqual({ services: [], alerts: [], links: [] });

  mockBackend.answer('countIncidents', { ok: { candidates: 0, active: 0, bySeverity: { sev1: 0, sev2: 0, sev3: 0, sev4: 0, sev5: 0 } } });
  renderPage(<NowPage />, { path: '/now', at: `/now?${toSearch({ title: 'Shop: Latency', links: prefill.links })}` });
  const dialog = await findDialog();
  expect(within(dialog).getByDisplayValue('Shop: Latency')).toBeInTheDocument();
  expect(dialog).toHaveTextContent('Keeps a link to: Panel.');
});
