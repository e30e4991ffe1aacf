/** Settings: mapping, derived labels, audit log, dead letters, access, connection check. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OPERATION_NAMES, role, sourceId, userKey, type AuditEntry, type ConnectionReport, type DeadLetter, type EnrichmentTable, type ExtractionRule, type GrafanaConnection, type KnownUser, type ModelSettings, type ResponseOf } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { ADA, CHECKOUT_DOWN, GRAFANA_SOURCE, meWith, pageOf } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { SettingsPage } from './SettingsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const show = (tab?: string) => renderPage(<SettingsPage />, { path: '/settings', at: tab === undefined ? '/settings' : `/settings?tab=${tab}` });

const MAPPING: ResponseOf<'getMapping'> = {
  severityLabels: ['severity'], severityValues: { critical: 'sev1', warning: 'sev3' }, defaultSeverity: 'sev4', serviceLabels: ['service'],
  teamLabels: [], environmentLabels: [], clusterLabels: [], version: 5, provisioned: false,
};
const LETTER: DeadLetter = {
  id: '17', source: sourceId.parse('grafana-main'), receivedAt: '2026-03-01T10:00:00.000Z', error: 'is not an instant', field: 'alerts[0].startsAt',
  payload: '{"alerts":[]}', payloadBytes: 13, attempts: 1, replayedAt: null,
};
const BO: KnownUser = { key: userKey.parse('user:bo'), login: 'bo', name: 'Bo Byte', email: 'bo@example.com', role: role.parse('viewer'), derivedRole: role.parse('viewer'), lastSeenAt: '2026-03-01T10:00:00.000Z', version: 4 };
const GRAFANA: GrafanaConnection = { url: null, effectiveUrl: 'http://grafana.example.com:3000', hasToken: false, lastCheck: null, version: 0 };
const HOPS: ConnectionReport['hops'] = [
  { hop: 'plugin_route', ok: true, detail: 'The token is right.', fix: null },
  { hop: 'id_token', ok: true, detail: 'Grafana proved ada.', fix: null },
];

const PRIVATE = {
  number: 7, since: '2026-03-01T10:00:00.000Z', by: { kind: 'user', key: BO.key, name: BO.name }, members: 2, mine: false,
  entered: [{ at: '2026-03-01T11:00:00.000Z', actor: { kind: 'user', key: ADA.key, name: ADA.name }, reason: 'nobody was to be reached' }],
};

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  mockBackend.answer('listSources', { ok: { items: [GRAFANA_SOURCE], nextCursor: null } });
  mockBackend.answer('getGrafanaConnection', { ok: GRAFANA });
  mockBackend.answer('getMapping', { ok: MAPPING });
  mockBackend.answer('listUnmapped', { ok: { items: [{ kind: 'severity', value: 'moderate', count: 3, lastSeenAt: '2026-03-01T10:00:00.000Z' }], nextCursor: null } });
  mockBackend.answer('listDeadLetters', { ok: pageOf([LETTER]) });
  mockBackend.answer('listUsers', { ok: { items: [{ ...BO, ...ADA, role: 'admin', derivedRole: 'admin' }, BO], nextCursor: null } });
  mockBackend.answer('listApiTokens', { ok: { items: [], nextCursor: null } });
  mockBackend.answer('listPrivateIncidents', { ok: { items: [PRIVATE], nextCursor: null } });
  mockBackend.answer('checkConnection', { ok: { ok: true, hops: HOPS } });
});

describe('mapping', () => {
  test('a mapping that a file keeps is shown, and cannot be changed here', async () => {
    mockBackend.answer('getMapping', { ok: { ...MAPPING, provisioned: true } });
    show('mapping');
    expect(await screen.findByText('This mapping is provisioned')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Save mapping' })).not.toBeInTheDocument();
  });

  test('a value that came in and meant nothing gets a meaning by one press', async () => {
    const user = userEvent.setup();
    mockBackend.answer('putMapping', { ok: { ...MAPPING, version: 6 } });
    show('mapping');
    const choices = await screen.findByRole('group', { name: 'Map moderate to' });
    await user.click(within(choices).getByRole('button', { name: 'SEV3' }));
    await waitFor(() => expect(mockBackend.callsOf('putMapping')[0]).toMatchObject({
      body: { severityValues: { critical: 'sev1', warning: 'sev3', moderate: 'sev3' } }, headers: { 'If-Match': '"5"' },
    }));
  });

  test('cap 14: a rule is listed once with all that its alerts do not name, those without a service first', async () => {
    const at = '2026-03-01T10:00:00.000Z';
    const values = [
      { kind: 'team', value: 'BackupLate', count: 9 }, { kind: 'service', value: 'DiskFull', count: 4 }, { kind: 'cluster', value: 'DiskFull', count: 5 }, { kind: 'team', value: 'DiskFull', count: 4 },
    ];
    mockBackend.answer('listUnmapped', { ok: { items: values.map((value) => ({ ...value, lastSeenAt: at })), nextCursor: null } });
    show('mapping');
    const rules = within(await screen.findByRole('list', { name: 'Rules that name too little' })).getAllByRole('listitem');
    expect(rules.map(({ textContent }) => textContent?.replace(/, last.*/, ''))).toEqual(['DiskFull names no service, team or cluster5 alerts', 'BackupLate names no team9 alerts']);
    expect(screen.queryByRole('list', { name: 'Unknown severities' })).not.toBeInTheDocument();
  });

  test('somebody changed it meanwhile: one message, and the draft is not lost', async () => {
    const user = userEvent.setup();
    mockBackend.answer('putMapping', problemOf(412, 'version_mismatch', 'Bo Byte changed the mapping meanwhile.'));
    show('mapping');
    await user.type(await screen.findByLabelText('New value'), 'panic');
    await user.click(screen.getAllByRole('button', { name: 'Add' })[0] ?? document.body);
    await user.click(screen.getByRole('button', { name: 'Save mapping' }));
    await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['Bo Byte changed the mapping meanwhile.'] }]));
    expect(screen.getByText('panic')).toBeInTheDocument();
  });
});

describe('derived labels', () => {
  const RULE: ExtractionRule = { id: 'host', name: 'Host of a full disk', enabled: true, from: 'summary', field: '', pattern: 'on (?P<host>.+)', flaggedAt: null, flagReason: null, version: 3 };
  const TABLE: EnrichmentTable = { id: 'hosts', name: 'Hosts', enabled: false, matchLabel: 'host', rows: { 'node-1': { team: 'platform' } }, updatedAt: '2026-03-01T10:00:00.000Z', version: 2 };

  test('each rule says what it reads and each table what it adds; both are read to the last page, and removed as they were seen', async () => {
    const user = userEvent.setup();
    const slow: ExtractionRule = { ...RULE, id: 'pod', name: 'Shard', from: 'label', field: 'pod', flaggedAt: '2026-03-01T10:00:00.000Z', flagReason: 'it took 80 ms on an alert' };
    mockBackend.answer('listExtractionRules', ({ query }) => ({ ok: query.get('cursor') === null ? { items: [RULE], nextCursor: 'more' } : { items: [slow], nextCursor: null } }));
    mockBackend.answer('listEnrichmentTables', { ok: { items: [TABLE], nextCursor: null } });
    mockBackend.answer('deleteExtractionRule', problemOf(412, 'version_mismatch', 'rule "host" was changed in the meantime'));
    show('derived');
    const rules = await screen.findAllByTestId(testIds.settings.extractionRule);
    expect(rules.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('from summary: on (?P<host>.+)'), expect.stringMatching(/from label pod: .*Not used: it took 80 ms on an alert/),
    ]);
    expect(await screen.findByTestId(testIds.settings.enrichmentTable)).toHaveTextContent('Hosts off1 row by host, adding team');
    await user.click(screen.getByRole('button', { name: 'Remove Host of a full disk' }));
    await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['rule "host" was changed in the meantime'] })));
    expect(mockBackend.callsOf('deleteExtractionRule')).toMatchObject([{ path: '/extraction-rules/host', headers: { 'If-Match': '"3"' } }]);
  });
});

describe('audit log', () => {
  const ENTRY: AuditEntry = {
    position: '7', type: 'access.role_changed', incident: null, at: '2026-03-01T10:00:00.000Z', actor: { kind: 'user', key: 'user:ada', name: 'Ada Admin' },
    data: { name: 'Bo', to: 'manager' }, text: 'Role of Bo set to manager',
  };

  test('what people did comes first; another subject is asked for anew; a line opens to its data', async () => {
    const user = userEvent.setup();
    mockBackend.answer('listAudit', { ok: pageOf([ENTRY, { ...ENTRY, position: '6', incident: 4, text: 'Acknowledged' }]) });
    show('audit');
    const [role, acknowledged] = await screen.findAllByTestId(testIds.settings.auditEntry);
    expect(role).toHaveTextContent('Role of Bo set to managerAda Admin');
    expect(within(acknowledged ?? document.body).getByRole('link', { name: 'INC-4' })).toHaveAttribute('href', expect.stringContaining('/incidents/4'));
    expect(mockBackend.callsOf('listAudit')[0]?.query.get('by')).toBe('user');
    await user.click(screen.getByRole('button', { name: 'Details of: Role of Bo set to manager' }));
    expect(screen.getByLabelText('event')).toHaveTextContent('"to": "manager"');
  });

  test('nothing of the kind is said; who may not read it is told so', async () => {
    mockBackend.answer('listAudit', { ok: pageOf([]) });
    const { unmount } = show('audit');
    expect(await screen.findByText('Nothing of that kind was done yet')).toBeInTheDocument();
    unmount();
    mockBackend.answer('getMe', { ok: meWith(['listSources']) });
    show('audit');
    expect(await screen.findByText('You have no access to this')).toBeInTheDocument();
  });
});

describe('dead letters', () => {
  test('cap 9: what could not be read names the field, can be looked at and replayed', async () => {
    const user = userEvent.setup();
    mockBackend.answer('replayDeadLetter', { ok: { replayed: false, alerts: 0, error: 'is still not an instant' } });
    show('dead-letters');
    const letter = await screen.findByTestId(testIds.settings.deadLetter);
    expect(letter).toHaveTextContent('alerts[0].startsAt: is not an instant');
    await user.click(within(letter).getByText('Payload'));
    expect(within(letter).getByLabelText('payload')).toHaveTextContent('{ "alerts": [] }');
    await user.click(await within(letter).findByRole('button', { name: 'Replay' }));
    await waitFor(() => expect(published).toEqual([{ type: 'alert-warning', payload: ['Still not readable: is still not an instant'] }]));
  });

  test('none is good news', async () => {
    mockBackend.answer('listDeadLetters', { ok: pageOf([]) });
    show('dead-letters');
    expect(await screen.findByText('Every payload could be read')).toBeInTheDocument();
  });
});

describe('access', () => {
  test('a role follows from Grafana until it is set here', async () => {
    const user = userEvent.setup();
    mockBackend.answer('setUserRole', problemOf(412, 'version_mismatch', 'The role of Bo Byte was changed meanwhile.'));
    show('access');
    const box = await screen.findByRole('combobox', { name: 'Role of Bo Byte' });
    expect(box).toHaveValue('From Grafana: Viewer');
    await user.click(box);
    await user.click(await screen.findByRole('option', { name: /Responder/ }));
    await waitFor(() => expect(mockBackend.callsOf('setUserRole')[0]).toMatchObject({ path: '/users/user%3Abo/role', headers: { 'If-Match': '"4"' }, body: { role: 'responder' } }));
    // who was too late is told so, and sees what holds now
    await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['The role of Bo Byte was changed meanwhile.'] })));
    await waitFor(() => expect(mockBackend.callsOf('listUsers')).toHaveLength(2));
  });

  test('everybody is listed, however many pages the service gives them in', async () => {
    const many = Array.from({ length: 3 }, (_, place) => ({ ...BO, key: `user:${place}`, name: `Person ${place}` }));
    mockBackend.answer('listUsers', ({ query }) => {
      const from = Number(query.get('cursor') ?? 0);
      return { ok: { items: many.slice(from, from + 1), nextCursor: from < 2 ? String(from + 1) : null } };
    });
    show('access');
    for (const { name } of many) expect(await screen.findByRole('combobox', { name: `Role of ${name}` })).toBeInTheDocument();
    expect(mockBackend.callsOf('listUsers').map(({ query }) => query.get('cursor'))).toEqual([null, '1', '2']);
  });

  test('an API token is shown this once and cannot be an administrator', async () => {
    const user = userEvent.setup();
    mockBackend.answer('createApiToken', {
      ok: { token: 'api-token-shown-once', apiToken: { id: '3', name: 'deploy script', role: 'viewer', seesPrivate: false, hint: 'once', createdAt: '2026-03-01T10:00:00.000Z', expiresAt: '2026-05-30T10:00:00.000Z', lastUsedAt: null, createdBy: ADA.key } },
    });
    show('access');
    await user.click(await screen.findByRole('button', { name: 'Create token' }));
    const dialog = await findDialog();
    await user.type(within(dialog).getByLabelText(/Name/), 'deploy script');
    await user.click(within(dialog).getByRole('combobox', { name: /Role/ }));
    expect(screen.queryByRole('option', { name: /Admin/ })).not.toBeInTheDocument();
    await user.click(screen.getByRole('option', { name: 'Viewer' }));
    await user.click(within(dialog).getByRole('button', { name: 'Create' }));
    expect(await screen.findByTestId(testIds.settings.issuedToken)).toHaveTextContent('api-token-shown-once');
    expect(mockBackend.callsOf('createApiToken')[0]?.body).toEqual({ name: 'deploy script', role: 'viewer', expiresInDays: 90, seesPrivate: false });
  });

  test('cap 52: an admin reads that an incident is private, and becomes a member only with a reason that its members see', async () => {
    const user = userEvent.setup();
    mockBackend.answer('enterPrivateIncident', { ok: { ...CHECKOUT_DOWN, private: true } });
    show('access');
    const section = await screen.findByTestId(testIds.settings.privateIncidents);
    await waitFor(() => expect(section).toHaveTextContent('INC-7'));
    expect(section).toHaveTextContent('by Bo Byte · 2 members');
    expect(section).toHaveTextContent('Ada Admin let themselves in');
    await user.click(await within(section).findByRole('button', { name: 'Become a member of INC-7' }));
    const dialog = await findDialog();
    await user.type(within(dialog).getByRole('textbox'), 'short');
    await user.click(within(dialog).getByRole('button', { name: 'Become a member' }));
    expect(mockBackend.callsOf('enterPrivateIncident')).toHaveLength(0);
    await user.type(within(dialog).getByRole('textbox'), ', but nobody answers');
    await user.click(within(dialog).getByRole('button', { name: 'Become a member' }));
    await waitFor(() => expect(mockBackend.callsOf('enterPrivateIncident')[0]?.body).toEqual({ reason: 'short, but nobody answers' }));
  });

  test('a tab that one may not open says so', async () => {
    mockBackend.answer('getMe', { ok: meWith(['listSources']) });
    show('access');
    expect(await screen.findByTestId(testIds.state.denied)).toBeInTheDocument();
    expect(mockBackend.callsOf('listUsers')).toHaveLength(0);
  });
});

describe('connection check', () => {
  test('every hop that works is named', async () => {
    show('connection');
    expect(await screen.findByText('Everything is connected')).toBeInTheDocument();
    expect(screen.getAllByTestId(testIds.settings.hop)).toHaveLength(5);
  });

  test('cap 141: a hop that the service finds broken comes first, with its fix', async () => {
    mockBackend.answer('checkConnection', { ok: { ok: false, hops: [...HOPS, { hop: 'sources', ok: false, detail: 'Nothing was received for 2 days.', fix: 'Look at the contact point.' }] } });
    show('connection');
    expect(await screen.findByText('Broken: Alert sources')).toBeInTheDocument();
    expect(screen.getAllByText(/Look at the contact point/)).not.toHaveLength(0);
  });

  test('cap 141: when the service is out of reach, the stations before it are good and this one is broken', async () => {
    const user = userEvent.setup();
    mockBackend.answer('getMe', { status: 502 });
    mockBackend.answer('checkConnection', { status: 502 });
    show('connection');
    expect(await screen.findByText('Broken: Grafana to the Muster service')).toBeInTheDocument();
    expect(screen.getAllByTestId(testIds.settings.hop).map(({ dataset }) => dataset['ok'])).toEqual(['true', 'true', 'false']);
    mockBackend.answer('checkConnection', { ok: { ok: true, hops: HOPS } });
    await user.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findByText('Everything is connected')).toBeInTheDocument();
  });
});

describe('drafts', () => {
  const OFF: ModelSettings = { enabled: false, url: null, model: null, hasApiKey: false, timeoutSeconds: 20, dailyRequests: 100, dailyTokens: 200_000, privateIncidents: false, usedToday: { requests: 0, tokens: 0 }, lastTest: null, outcomes: [], provisioned: false, version: 0 };
  const ON: ModelSettings = { ...OFF, enabled: true, url: 'https://models.example.com/v1', model: 'small', hasApiKey: true, usedToday: { requests: 3, tokens: 4_120 }, outcomes: [{ by: 'model', outcome: 'edited', count: 2 }], version: 1 };

  test('cap 120: no model is asked until somebody sets one; it is saved with its key, tested, and its use and what became of drafts are shown', async () => {
    const user = userEvent.setup();
    mockBackend.answer('getModelSettings', { ok: OFF });
    show('drafts');
    const form = await screen.findByTestId(testIds.settings.draftModel);
    expect(within(form).getByRole('switch', { name: 'A model may reword drafts' })).not.toBeChecked();
    expect(form).toHaveTextContent('None was written yet.');
    expect(within(form).queryByRole('button', { name: 'Test what is saved' })).not.toBeInTheDocument();
    await user.click(within(form).getByRole('switch', { name: 'A model may reword drafts' }));
    expect(within(form).getByRole('button', { name: 'Save' })).toBeDisabled();
    await user.type(within(form).getByRole('textbox', { name: /Address/ }), 'https://models.example.com/v1/');
    await user.type(within(form).getByRole('textbox', { name: 'Model' }), 'small');
    await user.type(within(form).getByLabelText(/Key/), 'a-key');
    mockBackend.answer('putModelSettings', { ok: ON });
    mockBackend.answer('getModelSettings', { ok: ON });
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(mockBackend.callsOf('putModelSettings')).toMatchObject([{ headers: { 'If-Match': '"0"' }, body: { enabled: true, url: 'https://models.example.com/v1', model: 'small', apiKey: 'a-key', privateIncidents: false, timeoutSeconds: 20 } }]));
    expect(await screen.findByText('Today (UTC): 3 of 100 requests, 4,120 of 200,000 tokens.')).toBeInTheDocument();
    expect(screen.getByText('By a model: 0 taken as they were, 2 changed, 0 not used')).toBeInTheDocument();

    mockBackend.answer('testModel', { ok: { ok: false, at: '2026-03-01T10:00:00.000Z', detail: 'it refuses the key (401)', milliseconds: 310 } });
    mockBackend.answer('getModelSettings', { ok: { ...ON, lastTest: { ok: false, at: '2026-03-01T10:00:00.000Z', detail: 'it refuses the key (401)', milliseconds: 310 } } });
    await user.click(screen.getByRole('button', { name: 'Test what is saved' }));
    expect(await screen.findByText(/it refuses the key \(401\) \(0.3 s\)/)).toBeInTheDocument();
    expect(mockBackend.callsOf('testModel')).toHaveLength(1);
  });

  test('cap 120: what a file says of the model is shown, tested, and changed there alone', async () => {
    mockBackend.answer('getModelSettings', { ok: { ...ON, provisioned: true } });
    show('drafts');
    expect(await screen.findByText('Kept in model.yaml; change it there.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Save' })).not.toBeInTheDocument();
    expect(screen.getByRole('textbox', { name: 'Model' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Test what is saved' })).toBeEnabled();
  });

  test('cap 120: who may only read changes nothing, and a refused change says what to do', async () => {
    const user = userEvent.setup();
    mockBackend.answer('getModelSettings', { ok: ON });
    mockBackend.answer('putModelSettings', problemOf(400, 'invalid_input', 'body.apiKey is needed with a new address'));
    const first = show('drafts');
    const form = await screen.findByTestId(testIds.settings.draftModel);
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    expect(await within(form).findByText(/body.apiKey is needed with a new address/)).toBeInTheDocument();
    first.unmount();
    mockBackend.answer('getMe', { ok: meWith(['getModelSettings']) });
    show('drafts');
    expect(await screen.findByRole('switch', { name: 'A model may reword drafts' })).toBeDisabled();
    expect(screen.queryByRole('button', { name: 'Save' })).not.toBeInTheDocument();
  });
});
