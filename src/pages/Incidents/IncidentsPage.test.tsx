/** Incidents: finding one among very many, by the mouse or the keyboard. */
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentKey, incidentNumber, type IncidentSummary } from '#contract';
import { createFakeBackend, problemOf, type Call, type FakeBackend } from '../../test/fakeBackend.ts';
import { CHECKOUT_DOWN, listOf, meWith, SEARCH_CANDIDATE } from '../../test/fixtures.ts';
import { runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { IncidentsPage } from './IncidentsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (search = '') => renderPage(<IncidentsPage />, { path: '/incidents', at: `/incidents${search}` });

const ALL = 10_000;

function incidentAt(place: number): IncidentSummary {
  const number = incidentNumber.parse(ALL - place);
  return { ...CHECKOUT_DOWN, number, key: incidentKey(number), title: `Outage ${number}` };
}

/** One page of ten thousand, cut as the service cuts it. */
function pageOfAll({ query }: Call) {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit'));
  const items = Array.from({ length: Math.min(limit, ALL - from) }, (_none, index) => incidentAt(from + index));
  return { ok: { items, nextCursor: from + limit < ALL ? String(from + limit) : null, total: ALL } };
}

const lastQuery = () => Object.fromEntries(mockBackend.callsOf('listIncidents').at(-1)?.query ?? []);

beforeEach(() => {
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'declareIncident']) });
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN]) });
});

test('a row says how bad, in which state, what, where, how many alerts and for how long, and leads to the incident', async () => {
  show();
  const row = await screen.findByTestId(testIds.incidents.row);
  for (const fact of ['SEV1', 'Declared', 'INC-7', 'Customers cannot pay', 'checkout, payments-db', '9 of 12 firing']) {
    expect(row).toHaveTextContent(fact);
  }
  expect(row).toHaveAttribute('href', '/a/muster-incidents-app/incidents/7');
  expect(screen.getByTestId(testIds.incidents.total)).toHaveTextContent('1 incident');
});

test('of ten thousand incidents only those in sight are drawn, and arrow keys walk on into the next page', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listIncidents', pageOfAll);
  show('?phase=all');
  expect(await screen.findByTestId(testIds.incidents.total)).toHaveTextContent('10,000 incidents');
  const rows = screen.getAllByTestId(testIds.incidents.row);
  expect(rows.length).toBeLessThan(60);
  expect(screen.getAllByRole('listitem')[0]).toHaveAttribute('aria-setsize', '10000');
  expect(mockBackend.callsOf('listIncidents')).toHaveLength(1);

  expect(rows.filter((row) => row.tabIndex === 0)).toHaveLength(1);
  act(() => rows[0]?.focus());
  await user.keyboard('{ArrowDown}');
  expect(screen.getByText('Outage 9999').closest('a')).toHaveFocus();

  const list = screen.getByTestId(testIds.incidents.list);
  list.scrollTop = 44 * 90;
  fireEvent.scroll(list);
  await waitFor(() => expect(lastQuery()).toMatchObject({ cursor: '100', limit: '200' }));
});

test('filters, words and order are asked of the service and stand in the address', async () => {
  const user = userEvent.setup();
  show();
  await screen.findByTestId(testIds.incidents.row);
  expect(lastQuery()).toMatchObject({ phase: 'open', sort: 'newest' });

  await user.click(screen.getByRole('radio', { name: 'Candidates' }));
  await waitFor(() => expect(lastQuery()).toMatchObject({ phase: 'candidate' }));
  await user.click(screen.getByRole('button', { name: 'SEV1' }));
  await user.click(screen.getByRole('button', { name: 'SEV3' }));
  await waitFor(() => expect(lastQuery()).toMatchObject({ severity: 'sev1,sev3' }));
  await user.type(screen.getByTestId(testIds.incidents.search), 'pay');
  await user.type(screen.getByPlaceholderText('Service'), 'checkout');
  await waitFor(() => expect(lastQuery()).toMatchObject({ q: 'pay', service: 'checkout' }));
  await user.click(screen.getByRole('combobox', { name: 'Sort' }));
  await user.click(await screen.findByRole('option', { name: 'Worst first' }));
  await waitFor(() => expect(lastQuery()).toMatchObject({ phase: 'candidate', severity: 'sev1,sev3', q: 'pay', service: 'checkout', sort: 'severity' }));
});

test('an address brings its filter back, and what fits none can be cleared', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listIncidents', ({ query }) => ({ ok: listOf(query.get('q') === null ? [CHECKOUT_DOWN] : []) }));
  show('?phase=done&severity=sev1,nonsense&q=unicorn&sort=alerts');
  expect(await screen.findByText('No incident fits these filters')).toBeInTheDocument();
  expect(lastQuery()).toMatchObject({ phase: 'done', severity: 'sev1', q: 'unicorn', sort: 'alerts' });
  await user.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(await screen.findByTestId(testIds.incidents.row)).toBeInTheDocument();
  expect(lastQuery()).not.toHaveProperty('q');
});

test('cap 45: candidates are a queue: how sure, why, until when, and one press decides', async () => {
  const user = userEvent.setup();
  const candidate = { ...SEARCH_CANDIDATE, confidence: 0.62, expiresAt: new Date(Date.now() + 15 * 60_000).toISOString() };
  mockBackend.answer('getMe', { ok: meWith(['listIncidents', 'getIncident', 'promoteIncident', 'rejectIncident']) });
  mockBackend.answer('listIncidents', { ok: listOf([candidate]) });
  mockBackend.answer('getIncident', { ok: candidate });
  mockBackend.answer('promoteIncident', { ok: { ...candidate, state: 'declared' } });
  show('?phase=candidate');
  const row = await screen.findByTestId(testIds.now.candidate);
  for (const fact of ['Search is slow', '62 % sure', 'probably began in payments-db', 'Rejected by itself in 1']) {
    expect(row).toHaveTextContent(fact);
  }
  expect(await within(row).findByText(/80 of 100 points/)).toBeInTheDocument();
  await user.click(await within(row).findByRole('button', { name: 'Promote' }));
  await waitFor(() => expect(mockBackend.callsOf('promoteIncident')).toHaveLength(1));
});

test('an empty list is told from a filtered one', async () => {
  mockBackend.answer('listIncidents', { ok: listOf([]) });
  show();
  expect(await screen.findByText('Nothing is open')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Clear filters' })).not.toBeInTheDocument();
});

test('until the first answer there are placeholders', () => {
  mockBackend.answer('listIncidents', 'never');
  show();
  expect(screen.getByTestId(testIds.state.loading)).toBeInTheDocument();
});

test('a fault of the service names the request that its log knows, and one can try again', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listIncidents', problemOf(500, 'internal', 'The list could not be read.'));
  show();
  expect(await screen.findByTestId(testIds.state.error)).toHaveTextContent('under request request-1');
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN]) });
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByTestId(testIds.incidents.row)).toBeInTheDocument();
});

test('who may not see incidents is told who can change that', async () => {
  mockBackend.answer('getMe', { ok: meWith([]) });
  mockBackend.answer('listIncidents', problemOf(403, 'not_allowed', 'Your role may not list incidents.'));
  show();
  expect(await screen.findByTestId(testIds.state.denied)).toHaveTextContent('Your role may not list incidents. An administrator of Muster can give you a role that does.');
  expect(screen.queryByTestId(testIds.declareButton)).not.toBeInTheDocument();
});

test('cap 52: a private incident has a lock, and one may look at private ones only', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listIncidents', { ok: listOf([{ ...CHECKOUT_DOWN, private: true }, SEARCH_CANDIDATE]) });
  show();
  await waitFor(() => expect(screen.getAllByTestId(testIds.privateMark)).toHaveLength(1));
  expect(screen.getByRole('img', { name: 'Private' })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Private' }));
  await waitFor(() => expect(lastQuery()).toMatchObject({ visibility: 'private' }));
});
