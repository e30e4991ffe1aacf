/** Services: what there is, how it is and why; and the ways to change it. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { incidentNumber, alertId, forecastId, runId, type Change, type DependencyProposal, type Service } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { alertOf, CHECKOUT_DOWN, listOf, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { openLiveStreams } from '../../test/liveStreams.ts';
import { attachedOf, forecastOf, predictionOf } from '../../test/insights.ts';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { ServicesPage } from './ServicesPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (search = '') => renderPage(<ServicesPage />, { path: '/services', at: `/services${search}` });

function serviceOf(name: string, over: Partial<Service> = {}): Service {
  return {
    name, aliases: [], tier: 'domain', kind: null, namespace: null, team: 'shop', businessService: 'online-shop', clusters: [], regions: [], description: '',
    links: { runbook: null, dashboard: null }, userCount: null, costPerMinute: null, dependencies: [], origin: 'manual', editable: true, updatedAt: '2026-03-01T10:00:00.000Z', version: 2, ...over,
  };
}

const SERVICES = [
  serviceOf('checkout', { dependencies: [{ to: 'payments-db', type: 'stores-in', origin: 'learned' }], links: { runbook: 'https://runbooks.example.com/checkout', dashboard: null }, costPerMinute: 900 }),
  serviceOf('payments-db', { team: 'storage', tier: 'data', kind: 'database', origin: 'provisioned', editable: false, links: { runbook: null, dashboard: 'javascript:alert(1)' } }),
  serviceOf('search', { aliases: ['finder'], team: 'search' }),
];
const CHANGE: Change = {
  position: '12', source: 'ci', id: 'r42', kind: 'deploy', service: 'checkout', clusters: [], at: '2026-03-01T09:50:00.000Z', closedAt: null, recordedAt: '2026-03-01T09:50:01.000Z', title: 'Release 42',
  author: 'ada', link: 'https://ci.example.com/42', recordedBy: { kind: 'source', key: 'ci', name: 'CI' },
};
const PROPOSAL: DependencyProposal = {
  id: 'p1', from: 'search', to: 'payments-db', type: 'stores-in', state: 'open', proposedAt: '2026-03-01T10:00:00.000Z', decidedAt: null, decidedBy: null,
  evidence: { basis: 'order', support: 4, lift: 120, medianLagSeconds: 30, direction: 1, examples: [{ at: '2026-02-27T10:00:00.000Z', toAlert: 'PoolExhausted', fromAlert: 'SearchSlow' }] },
};
const EDITOR = [
  'listServices', 'createService', 'putService', 'deleteService', 'importServices', 'exportCatalog', 'learnDependencies', 'acceptProposal', 'rejectProposal',
  'createBusinessService', 'putBusinessService', 'deleteBusinessService', 'editInfrastructure', 'importInfrastructure', 'importBusinessServices',
] as const;

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith([...EDITOR]) });
  mockBackend.answer('listServices', { ok: listOf(SERVICES) });
  mockBackend.answer('getServiceStates', {
    ok: {
      at: '2026-03-01T10:06:00.000Z',
      items: [
        { service: 'payments-db', state: 'failing', alertsFiring: 3, worst: 'sev1', incidents: [7], because: [] },
        { service: 'checkout', state: 'at_risk', alertsFiring: 0, worst: null, incidents: [], because: ['payments-db'] },
      ],
    },
  });
  mockBackend.answer('listBusinessServices', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN]) });
  mockBackend.answer('listAlerts', { ok: listOf([alertOf({ id: alertId.parse('fedcba9876543210-1772359200000'), name: 'PoolExhausted' })]) });
  mockBackend.answer('listChanges', { ok: pageOf([CHANGE]) });
  mockBackend.answer('listProposals', { ok: pageOf([PROPOSAL]) });
});

test('the catalogue puts what fails first, says what is at risk and why, and is searched and filtered', async () => {
  const user = userEvent.setup();
  show();
  const rows = await screen.findAllByTestId(testIds.services.row);
  await waitFor(() => expect(screen.getAllByTestId(testIds.services.row)[0]).toHaveTextContent('Failing'));
  expect(screen.getAllByTestId(testIds.services.row).map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^Failing.*payments-db.*3 firing/), expect.stringMatching(/^At risk.*checkout.*because of payments-db/), expect.stringMatching(/^No alerts.*search/),
  ]);
  expect(rows).toHaveLength(3);
  await user.type(screen.getByTestId(testIds.services.search), 'finder');
  await waitFor(() => expect(screen.getAllByTestId(testIds.services.row)).toHaveLength(1));
  await user.clear(screen.getByTestId(testIds.services.search));
  await user.click(screen.getByRole('button', { name: 'At risk (1)' }));
  await waitFor(() => expect(screen.getAllByTestId(testIds.services.row).map((row) => row.textContent)).toEqual([expect.stringContaining('checkout')]));
});

test('cap 50: an alert that belongs to no incident is seen at once, without a reload', async () => {
  const live = openLiveStreams();
  try {
    show();
    await waitFor(() => expect(screen.getAllByTestId(testIds.services.row)[0]).toHaveTextContent('Failing'));
    mockBackend.answer('getServiceStates', {
      ok: { at: '2026-03-01T10:07:00.000Z', items: [{ service: 'search', state: 'failing', alertsFiring: 1, worst: 'sev2', incidents: [], because: [] }] },
    });
    live.hint('alerts.changed');
    await waitFor(() => expect(screen.getAllByTestId(testIds.services.row)[0]).toHaveTextContent(/^Failing.*search/));
  } finally {
    live.remove();
  }
});

test('cap 114: a service says whether it may break soon, and what became of what was said before', async () => {
  mockBackend.answer('getMe', { ok: meWith([...EDITOR, 'listPredictions']) });
  mockBackend.answer('listPredictions', { ok: { items: [predictionOf(), predictionOf({ id: '3', state: 'came_true', incident: incidentNumber.parse(7), probability: 0.6, endedAt: '2026-02-27T10:40:00.000Z', runbooks: [attachedOf(), attachedOf({ record: '32', title: 'Scale out', level: null, outcome: 'started', mayStart: false, run: { id: runId.parse('12'), state: 'succeeded', waitsFor: null } })] })], nextCursor: null, shadow: false } });
  const first = show('?service=payments-db');
  const drawer = await screen.findByTestId(testIds.services.drawer);
  await waitFor(() => expect(within(drawer).getAllByTestId(testIds.prediction)).toHaveLength(2));
  const [open, ended] = within(drawer).getAllByTestId(testIds.prediction);
  expect(open).toHaveTextContent('43 % likely');
  expect(ended).toHaveTextContent('60 % likelyCame trueINC-7');
  const [notStarted, done] = within(ended ?? drawer).getAllByTestId(testIds.run.attached);
  expect(notStarted).toHaveTextContent(/^Free a diskSuggestSuggested$/);
  expect(done).toHaveTextContent('Scale outSucceededRun 12');
  expect(within(ended ?? drawer).queryByRole('button', { name: /^Start/ })).toBeNull();
  expect(mockBackend.callsOf('listPredictions')[0]?.query.get('service')).toBe('payments-db');
  first.unmount();
  mockBackend.answer('listPredictions', { ok: { items: [], nextCursor: null, shadow: false } });
  show('?service=payments-db');
  expect(await screen.findByText('Nothing points to a serious incident within 45 minutes.')).toBeInTheDocument();
});

test('cap 113: limits of a service that may be crossed stand before those that are over, the soonest first, also where the catalogue has no such service', async () => {
  const nowMs = Date.now();
  const at = (minutes: number): string => new Date(nowMs + minutes * 60_000).toISOString();
  mockBackend.answer('getMe', { ok: meWith([...EDITOR, 'listPredictions', 'listForecasts']) });
  mockBackend.answer('listPredictions', { ok: { items: [], nextCursor: null, shadow: false } });
  const open = [forecastOf(nowMs, { id: forecastId.parse('9'), name: 'Later' }), forecastOf(nowMs, { id: forecastId.parse('2'), name: 'Sooner', expected: { earliest: at(10), at: at(20), latest: at(30) } })];
  const over = forecastOf(nowMs, { id: forecastId.parse('12'), name: 'Over', state: 'inside', crossedAt: at(-5), endedAt: at(-5) });
  mockBackend.answer('listForecasts', ({ query }) => ({ ok: { items: query.get('state') === 'open' ? open : [over], nextCursor: null, shadow: false, look: null } }));
  show('?service=elsewhere');
  const drawer = await screen.findByTestId(testIds.services.drawer);
  expect(drawer).toHaveTextContent('The catalogue has no service “elsewhere”');
  await waitFor(() => expect(within(drawer).getAllByTestId(testIds.forecast).map(({ textContent }) => /^(?:Later|Sooner|Over)/.exec(textContent ?? '')?.[0])).toEqual(['Sooner', 'Later', 'Over']));
});

test('a service shows owner, incidents, alerts, changes, and what hangs together with it; unsafe links are not offered', async () => {
  const user = userEvent.setup();
  show('?service=checkout');
  const drawer = await screen.findByTestId(testIds.services.drawer);
  expect(await within(drawer).findByText(/INC-7 Customers cannot pay/)).toBeInTheDocument();
  expect(await within(drawer).findByText('PoolExhausted')).toBeInTheDocument();
  expect(await within(drawer).findByText('Release 42')).toBeInTheDocument();
  expect(within(drawer).getByText('stores in, learned')).toBeInTheDocument();
  expect(within(drawer).getByText(/because payments-db fails/)).toBeInTheDocument();
  expect(within(drawer).getByRole('link', { name: 'Runbook' })).toHaveAttribute('href', 'https://runbooks.example.com/checkout');
  await user.click(within(drawer).getByRole('button', { name: 'payments-db' }));
  expect(await screen.findByText('Kept in services.yaml; change it there.')).toBeInTheDocument();
  expect(screen.queryByRole('link', { name: 'Dashboard' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Edit' })).not.toBeInTheDocument();
});

test('an edit is sent whole, on the version that was seen; a conflict says so', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putService', problemOf(412, 'version_mismatch', '"checkout" was changed in the meantime: read it again and repeat your change'));
  show('?service=checkout');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = await findDialog({ name: 'Edit checkout' });
  const team = within(dialog).getByRole('textbox', { name: 'Owner team' });
  await user.clear(team);
  await user.type(team, 'web');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(mockBackend.calls.find(({ operation }) => operation === 'putService')).toMatchObject({
      path: '/services/checkout', headers: { 'If-Match': '"2"' }, body: { team: 'web', costPerMinute: 900, dependencies: [{ to: 'payments-db', type: 'stores-in' }] },
    })
  );
  expect(await within(dialog).findByRole('alert')).toBeInTheDocument();
});

test('a form says which field is wrong and why, and saves on the version that was read although a newer one came in', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putService', problemOf(412, 'version_mismatch', '"checkout" was changed in the meantime: read it again and repeat your change'));
  show('?service=checkout');
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = await findDialog({ name: 'Edit checkout' });
  await user.type(within(dialog).getByRole('textbox', { name: /^Aliases/ }), 'Not a name!{Enter}');
  expect(await within(dialog).findByText(/use letters, digits, dots/)).toBeInTheDocument();
  expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.click(within(dialog).getByRole('button', { name: 'Remove tag: Not a name!' }));
  await user.click(within(dialog).getByRole('button', { name: 'Add dependency' }));
  expect(await within(dialog).findByText('Choose a service in each row, or remove the row')).toBeInTheDocument();
  await user.click(within(dialog).getAllByRole('button', { name: /^Remove dependency/ }).at(-1) ?? dialog);
  await user.clear(within(dialog).getByRole('spinbutton', { name: 'Cost of a minute without it' }));
  await user.type(within(dialog).getByRole('spinbutton', { name: 'Cost of a minute without it' }), '1200');
  mockBackend.answer('listServices', { ok: listOf(SERVICES.map((one) => ({ ...one, version: 3 }))) });
  const reads = mockBackend.callsOf('listServices').length;
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('listServices').length).toBeGreaterThan(reads));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  const sent = { headers: { 'If-Match': '"2"' }, body: { costPerMinute: 1200, aliases: [] } };
  await waitFor(() => expect(mockBackend.callsOf('putService')).toMatchObject([sent, sent]));
});

test('cap 48: business services show what they are made of and how it is; they are added, described, changed and removed', async () => {
  const user = userEvent.setup();
  const shop = { name: 'online-shop', tier: 'critical', slo: 99.9, team: 'shop', description: 'Sells', services: 3, origin: 'manual', editable: true, version: 4 } as const;
  mockBackend.answer('listBusinessServices', { ok: { items: [shop, { ...shop, name: 'by-file', tier: 'standard', slo: null, editable: false, origin: 'provisioned' }], nextCursor: null } });
  mockBackend.answer('listServices', { ok: listOf([...SERVICES, serviceOf('ledger', { businessService: 'books' })]) });
  mockBackend.answer('putBusinessService', problemOf(412, 'version_mismatch', '"online-shop" was changed in the meantime: read it again and repeat your change'));
  mockBackend.answer('createBusinessService', { ok: { ...shop, name: 'books' } });
  mockBackend.answer('deleteBusinessService', { ok: { ok: true } });
  show('?tab=business');
  await waitFor(() =>
    expect(screen.getAllByTestId(testIds.services.business).map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^Failingonline-shopCriticalSLO 99.9 %, owned by shop.*payments-db.*checkout.*search/), expect.stringMatching(/^No alertsbooksServices name it, but nobody has said/),
      expect.stringMatching(/^No alertsby-fileStandard.*No service names it yet/),
    ])
  );
  expect(screen.queryByRole('button', { name: 'Edit by-file' })).not.toBeInTheDocument();

  await user.click(screen.getByRole('button', { name: 'Edit online-shop' }));
  const dialog = await findDialog({ name: 'Edit online-shop' });
  const slo = within(dialog).getByRole('spinbutton', { name: /^SLO/ });
  await user.clear(slo);
  await user.type(slo, '101');
  expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
  expect(within(dialog).getByRole('alert')).toHaveTextContent(/100/);
  await user.clear(slo);
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(mockBackend.callsOf('putBusinessService')).toMatchObject([{ path: '/business-services/online-shop', headers: { 'If-Match': '"4"' }, body: { tier: 'critical', slo: null, team: 'shop' } }])
  );
  expect(await within(dialog).findByText(/was changed in the meantime/)).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Back' }));

  await user.click(screen.getByRole('button', { name: 'Describe' }));
  await user.click(within(await findDialog({ name: 'Add business service' })).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('createBusinessService')).toMatchObject([{ body: { name: 'books', tier: 'standard', slo: null } }]));

  await user.click(screen.getByRole('button', { name: 'Remove online-shop' }));
  await user.click(within(await findDialog({ name: 'Remove online-shop?' })).getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(mockBackend.callsOf('deleteBusinessService')).toMatchObject([{ headers: { 'If-Match': '"4"' } }]));
});

const NOWHERE = { clusters: [], racks: [], hosts: [], instances: [] };
const PLACES = {
  version: 5,
  provisioned: { ...NOWHERE, racks: [{ name: 'r1', cluster: 'eu-1', switch: 'sw-r1' }], clusters: [{ name: 'eu-1', region: 'eu' }] },
  manual: {
    ...NOWHERE, hosts: [{ name: 'node-1', rack: 'r1', cluster: null }, { name: 'node-2', rack: null, cluster: 'eu-1' }],
    instances: [{ name: 'payments-db-0', service: 'payments-db', cluster: null, host: 'node-1', rack: null }],
  },
};

test('infrastructure is searched, opened with what stands on it, added to, changed and removed, on the version that was read', async () => {
  const user = userEvent.setup();
  mockBackend.answer('getInfrastructure', { ok: PLACES });
  mockBackend.answer('editInfrastructure', { ok: { ...PLACES, version: 6 } });
  show('?tab=infrastructure');
  await waitFor(() => expect(screen.getAllByTestId(testIds.services.placeRow).map((row) => row.textContent)).toEqual(['node-1rack r1', 'node-2cluster eu-1']));
  await user.click(screen.getByRole('radio', { name: 'Racks (1)' }));
  await user.click(await screen.findByTestId(testIds.services.placeRow));
  const drawer = await screen.findByTestId(testIds.services.place);
  expect(drawer).toHaveTextContent('Kept in services.yaml; change it there.');
  expect(drawer).toHaveTextContent(/sw-r1.*Hosts \(1\)node-1/);
  await user.click(within(drawer).getByRole('button', { name: 'node-1' }));
  const host = await screen.findByTestId(testIds.services.place);
  expect(host).toHaveTextContent(/Services on itpayments-db.*Instances \(1\)payments-db-0/);
  await user.click(within(host).getByRole('button', { name: 'Remove' }));
  const asked = await findDialog({ name: 'Remove node-1?' });
  expect(asked).toHaveTextContent('1 places name it');
  await user.click(within(asked).getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(mockBackend.callsOf('editInfrastructure')).toMatchObject([{ headers: { 'If-Match': '"5"' }, body: { remove: { hosts: ['node-1'] } } }]));

  await user.click(screen.getByRole('radio', { name: 'Clusters (1)' }));
  await user.click(await screen.findByRole('button', { name: 'Add cluster' }));
  const dialog = await findDialog({ name: 'Add cluster' });
  await user.type(within(dialog).getByRole('textbox', { name: /^Name/ }), 'EU-1');
  expect(await within(dialog).findByText('There is a cluster of this name already')).toBeInTheDocument();
  await user.type(within(dialog).getByRole('textbox', { name: /^Name/ }), 'b');
  await user.type(within(dialog).getByRole('textbox', { name: /^Region/ }), 'not a name');
  expect(await within(dialog).findByText(/use letters, digits, dots/)).toBeInTheDocument();
  await user.clear(within(dialog).getByRole('textbox', { name: /^Region/ }));
  mockBackend.answer('editInfrastructure', problemOf(412, 'version_mismatch', 'the infrastructure was changed in the meantime: read it again and repeat your change'));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(mockBackend.callsOf('editInfrastructure').at(-1)).toMatchObject({ body: { put: { clusters: [{ name: 'eu-1b', region: null }] } } }));
  expect(await within(dialog).findByText(/was changed in the meantime/)).toBeInTheDocument();
});

test('infrastructure without anything says what it is for; somebody who may only read is offered nothing; no access is said', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listServices', 'getInfrastructure']) });
  mockBackend.answer('getInfrastructure', { ok: { version: 0, provisioned: NOWHERE, manual: NOWHERE } });
  const empty = show('?tab=infrastructure');
  expect(await screen.findByText('No hosts yet')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /^Add/ })).not.toBeInTheDocument();
  empty.unmount();
  mockBackend.answer('getInfrastructure', problemOf(403, 'not_allowed', 'no'));
  show('?tab=infrastructure');
  expect(await screen.findByText('You have no access to this')).toBeInTheDocument();
});

test('an import is checked first; faults name row and column, and only a clean one can be imported', async () => {
  const user = userEvent.setup();
  const nothing = { applied: false, created: [], changed: [], unchanged: 0, faults: [] };
  mockBackend.answer('importServices', { ok: { ...nothing, faults: [{ row: 3, column: 'tier', message: 'is no tier' }] } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Import CSV' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('button', { name: 'Begin with an example' }));
  await user.click(within(dialog).getByRole('button', { name: 'Check' }));
  expect(await within(dialog).findByTestId(testIds.services.importFaults)).toHaveTextContent('Row 3, column tier: is no tier');
  expect(within(dialog).getByRole('button', { name: 'Check' })).toBeDisabled();
  mockBackend.answer('importServices', ({ body }) => ({ ok: { ...nothing, created: ['a'], applied: JSON.stringify(body).includes('"dryRun":false') } }));
  await user.type(within(dialog).getByRole('textbox'), ' ');
  await user.click(within(dialog).getByRole('button', { name: 'Check' }));
  expect(await within(dialog).findByText(/1 would be added/)).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Import' }));
  await waitFor(() => expect(published.at(-1)?.payload).toEqual(['1 services added, 0 changed']));
});

test('infrastructure is imported from CSV, in kinds and their columns, and exported as one', async () => {
  const user = userEvent.setup();
  const nothing = { applied: false, created: [], changed: [], unchanged: 0, faults: [] };
  mockBackend.answer('getInfrastructure', { ok: PLACES });
  mockBackend.answer('importInfrastructure', ({ body }) => ({
    ok: JSON.stringify(body).includes('planet')
      ? { ...nothing, faults: [{ row: 2, column: 'kind', message: '"planet" is none of cluster, rack, host and instance' }] }
      : { ...nothing, created: ['host node-9'], changed: [{ name: 'rack r1', fields: ['switch'] }], applied: JSON.stringify(body).includes('"dryRun":false') },
  }));
  show('?tab=infrastructure');
  await user.click(await screen.findByRole('button', { name: 'Import CSV' }));
  const dialog = await findDialog({ name: 'Import infrastructure from CSV' });
  await user.type(within(dialog).getByRole('textbox'), 'kind,name{Enter}planet,mars');
  await user.click(within(dialog).getByRole('button', { name: 'Check' }));
  expect(await within(dialog).findByTestId(testIds.services.importFaults)).toHaveTextContent('Row 2, column kind: "planet" is none of');
  await user.clear(within(dialog).getByRole('textbox'));
  await user.type(within(dialog).getByRole('textbox'), 'kind,name{Enter}host,node-9');
  await user.click(within(dialog).getByRole('button', { name: 'Check' }));
  expect(await within(dialog).findByText('Added: host node-9')).toBeInTheDocument();
  expect(within(dialog).getByText('Changed: rack r1 (switch)')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Import' }));
  await waitFor(() => expect(published.at(-1)?.payload).toEqual(['1 places added, 1 changed']));
  expect(mockBackend.callsOf('importServices')).toEqual([]);

  const saved: string[] = [];
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined });
  mockBackend.answer('exportCatalog', { ok: { fileName: 'infrastructure.csv', text: 'kind,name\r\n' } });
  await user.click(screen.getByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Infrastructure as CSV' }));
  await waitFor(() => expect(saved).toEqual(['infrastructure.csv']));
  expect(mockBackend.callsOf('exportCatalog').at(-1)?.query.get('format')).toBe('infrastructure-csv');
});

test('cap 48: on their tab business services are imported from CSV, and exported', async () => {
  const user = userEvent.setup();
  const nothing = { applied: false, created: [], changed: [], unchanged: 0, faults: [] };
  mockBackend.answer('importBusinessServices', ({ body }) => ({ ok: { ...nothing, created: ['newsletter'], applied: JSON.stringify(body).includes('"dryRun":false') } }));
  show('?tab=business');
  await user.click(await screen.findByRole('button', { name: 'Import CSV' }));
  const dialog = await findDialog({ name: 'Import business services from CSV' });
  await user.click(within(dialog).getByRole('button', { name: 'Begin with an example' }));
  await user.click(within(dialog).getByRole('button', { name: 'Check' }));
  expect(await within(dialog).findByText('Added: newsletter')).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Import' }));
  await waitFor(() => expect(published.at(-1)?.payload).toEqual(['1 business services added, 0 changed']));
  expect(mockBackend.callsOf('importServices')).toEqual([]);

  Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined });
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  mockBackend.answer('exportCatalog', { ok: { fileName: 'business-services.csv', text: 'name\r\n' } });
  await user.click(screen.getByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Business services as CSV' }));
  await waitFor(() => expect(mockBackend.callsOf('exportCatalog').at(-1)?.query.get('format')).toBe('business-csv'));
});

test('a learned dependency is shown with its evidence and taken in by one press', async () => {
  const user = userEvent.setup();
  mockBackend.answer('acceptProposal', { ok: { ...PROPOSAL, state: 'accepted' } });
  show('?tab=proposals');
  const proposal = await screen.findByTestId(testIds.services.proposal);
  expect(proposal).toHaveTextContent('4 times in 30 days trouble of payments-db was followed by trouble of search, about 30 s later');
  expect(proposal).toHaveTextContent('PoolExhausted (payments-db), then SearchSlow (search)');
  await user.click(within(proposal).getByRole('button', { name: /^Accept/ }));
  await waitFor(() => expect(mockBackend.calls.some(({ operation, path }) => operation === 'acceptProposal' && path.includes('p1'))).toBe(true));
});

test('alerts without a service say why', async () => {
  mockBackend.answer('listUnresolved', {
    ok: { checked: 9, unresolved: 1, items: [{ id: 'a', name: 'Odd', summary: 'Something', severity: 'sev4', startsAt: '2026-03-01T10:00:00.000Z', labels: { alertname: 'Odd', app: 'ledger' }, reason: 'label app is ledger, but no service has that name' }] },
  });
  show('?tab=unresolved');
  expect(await screen.findByTestId(testIds.services.unresolved)).toHaveTextContent('label app is ledger, but no service has that name');
  expect(screen.getByText(/1 of 9 firing alerts/)).toBeInTheDocument();
});

test('an empty catalogue says what it is for; a viewer is offered nothing; a fault can be tried again', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listServices', 'exportCatalog']) });
  mockBackend.answer('listServices', { ok: listOf([]) });
  const empty = show();
  expect(await screen.findByText('The catalogue is empty')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Add service|Import/ })).not.toBeInTheDocument();
  empty.unmount();
  mockBackend.answer('listServices', { status: 404 });
  show();
  expect(await screen.findByTestId(testIds.state.error)).toBeInTheDocument();
});
