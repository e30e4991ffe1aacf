/** Settings, Sources: what a sender needs, tokens, a test alert hop by hop, the connection to Grafana. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OPERATION_NAMES, type GrafanaConnection } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { findDialog } from '../../test/findDialog.ts';
import { GRAFANA_SOURCE, meWith } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { contactPointFields, grafanaProvisioning } from '../../model/contactPoint.ts';
import { testIds } from '../../testIds.ts';
import { SettingsPage } from './SettingsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const GRAFANA: GrafanaConnection = { url: null, effectiveUrl: 'http://grafana.example.com:3000', hasToken: false, lastCheck: null, version: 0 };
const show = () => renderPage(<SettingsPage />, { path: '/settings', at: '/settings' });

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  mockBackend.answer('listSources', { ok: { items: [GRAFANA_SOURCE], nextCursor: null } });
  mockBackend.answer('getGrafanaConnection', { ok: GRAFANA });
});

test('a source says whether it receives, and gives what its sender needs, ready to copy', async () => {
  const user = userEvent.setup();
  show();
  const source = await screen.findByTestId(testIds.settings.source);
  for (const fact of ['Grafana main', 'Receiving', 'signature (HMAC) not required', GRAFANA_SOURCE.webhookUrl, '…abcd', 'never used']) {
    expect(source).toHaveTextContent(fact);
  }
  await user.click(within(source).getByText('Settings for the sender'));
  expect(within(source).getByRole('button', { name: 'Copy URL' })).toBeInTheDocument();
  await user.click(within(source).getByRole('radio', { name: 'Provision by file' }));
  expect(within(source).getByLabelText('provisioning file')).toHaveTextContent('maxAlerts: 0');
});

test('a source that a file keeps says so, and offers nothing that the file would undo', async () => {
  const token = { id: 'token-2', hint: 'wxyz', createdAt: '2026-03-01T09:00:00.000Z', lastUsedAt: null, provisioned: true };
  mockBackend.answer('listSources', { ok: { items: [{ ...GRAFANA_SOURCE, provisioned: true, tokens: [...GRAFANA_SOURCE.tokens, token] }], nextCursor: null } });
  show();
  const source = await screen.findByTestId(testIds.settings.source);
  expect(source).toHaveTextContent('Provisioned');
  for (const name of ['Signature', 'Remove']) expect(within(source).queryByRole('button', { name })).not.toBeInTheDocument();
  expect(within(source).queryByRole('switch')).not.toBeInTheDocument();
  expect(within(source).getAllByRole('button', { name: 'Revoke' })).toHaveLength(1);
  expect(source).toHaveTextContent('from a file');
  expect(within(source).getByRole('button', { name: 'Send test alert' })).toBeEnabled();
});

test('cap 141: a test alert is followed hop by hop, and the broken hop says what to do', async () => {
  const user = userEvent.setup();
  mockBackend.answer('sendTestAlert', {
    ok: {
      ok: false,
      steps: [
        { hop: 'sent', ok: true, at: '2026-03-01T10:00:00.000Z', detail: 'Posted.', fix: null },
        { hop: 'accepted', ok: true, at: '2026-03-01T10:00:00.000Z', detail: 'Answered with 202.', fix: null },
        { hop: 'stored', ok: false, at: null, detail: 'Not in the log after 5 s.', fix: 'Look at the free space of the database.' },
      ],
    },
  });
  show();
  await user.click(await screen.findByRole('button', { name: 'Send test alert' }));
  const hops = await screen.findAllByTestId(testIds.settings.hop);
  expect(hops.map(({ dataset }) => dataset['ok'])).toEqual(['true', 'true', 'false']);
  expect(hops[2]).toHaveTextContent('Stored');
  expect(hops[2]).toHaveTextContent('What to do: Look at the free space of the database.');
});

test('a new source gets a short name of its own, and its token is shown this once', async () => {
  const user = userEvent.setup();
  mockBackend.answer('createSource', ({ body }) => ({ ok: { token: 'shown-once-123', source: { ...GRAFANA_SOURCE, ...Object(body) } } }));
  show();
  await user.click(await screen.findByTestId(testIds.settings.addSource));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText(/^Name/), 'Grafana – Zürich 2');
  expect(within(dialog).getByLabelText(/Short name/)).toHaveValue('grafana-z-rich-2');
  await user.click(within(dialog).getByRole('button', { name: 'Add' }));
  expect(await screen.findByTestId(testIds.settings.issuedToken)).toHaveTextContent('shown-once-123');
  expect(mockBackend.callsOf('createSource')[0]?.body).toEqual({ id: 'grafana-z-rich-2', kind: 'grafana', name: 'Grafana – Zürich 2' });
  await user.click(screen.getByRole('button', { name: 'I have copied it' }));
  expect(screen.queryByText('shown-once-123')).not.toBeInTheDocument();
});

test('two tokens live at most; a source is removed only by typing its name', async () => {
  const user = userEvent.setup();
  const [token] = GRAFANA_SOURCE.tokens;
  mockBackend.answer('listSources', { ok: { items: [{ ...GRAFANA_SOURCE, tokens: [token, { ...token, id: 'token-2', hint: 'wxyz' }] }], nextCursor: null } });
  mockBackend.answer('deleteSource', { ok: { ok: true } });
  show();
  expect(await screen.findByRole('button', { name: 'Issue token' })).toHaveAttribute('aria-disabled', 'true');
  await user.click(screen.getByRole('button', { name: 'Remove' }));
  const dialog = await findDialog();
  expect(within(dialog).getByRole('button', { name: 'Remove' })).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox'), 'grafana-main');
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(mockBackend.callsOf('deleteSource')).toMatchObject([{ path: '/sources/grafana-main', headers: { 'If-Match': '"2"' } }]));

  mockBackend.answer('revokeSourceToken', problemOf(412, 'version_mismatch', 'Token …abcd was revoked meanwhile.'));
  await user.click(screen.getAllByRole('button', { name: 'Revoke' })[1] ?? document.body);
  await user.click(within(await findDialog({ name: 'Revoke token …wxyz' })).getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(published).toContainEqual(expect.objectContaining({ payload: ['Token …abcd was revoked meanwhile.'] })));
  expect(mockBackend.callsOf('revokeSourceToken')).toMatchObject([{ path: '/sources/grafana-main/tokens/token-2', headers: { 'If-Match': '"2"' } }]);
});

test('the way back to Grafana takes a token that is never shown, and tells which check failed', async () => {
  const user = userEvent.setup();
  mockBackend.answer('putGrafanaConnection', ({ body }) => {
    const stored = { ...GRAFANA, hasToken: true, version: 1, lastCheck: { ok: false, at: '2026-03-01T10:00:00.000Z', steps: [{ check: 'token' as const, ok: false, detail: 'Grafana refused the token.', fix: 'Make a new one.' }] } };
    mockBackend.answer('getGrafanaConnection', { ok: stored });
    return body === undefined ? { status: 500 } : { ok: stored };
  });
  show();
  await user.click(await screen.findByRole('button', { name: 'Connect' }));
  const dialog = await findDialog();
  await user.type(within(dialog).getByLabelText(/^Service account token/), 'glsa_not-a-real-token');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Make a new one.')).toBeInTheDocument();
  expect(mockBackend.callsOf('putGrafanaConnection')[0]).toMatchObject({ body: { url: null, token: 'glsa_not-a-real-token' }, headers: { 'If-Match': '"0"' } });
  expect(document.body).not.toHaveTextContent('glsa_not-a-real-token');
});

test('a signature is asked for with its secret, also of a sender that has no timestamp header, whose settings then name none', async () => {
  const user = userEvent.setup();
  mockBackend.answer('editSource', ({ body }) => ({ ok: { ...GRAFANA_SOURCE, ...Object(body) } }));
  show();
  await user.click(await screen.findByRole('button', { name: 'Signature' }));
  const dialog = await findDialog();
  await user.click(within(dialog).getByRole('switch', { name: /^Require a signature/ }));
  expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.type(within(dialog).getByLabelText(/^Secret/), 'a secret that is long enough');
  await user.clear(within(dialog).getByLabelText(/^Timestamp header/));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  const hmac = { enabled: true, header: 'X-Grafana-Alerting-Signature', timestampHeader: '' };
  await waitFor(() => expect(mockBackend.callsOf('editSource')[0]?.body).toEqual({ hmac: { ...hmac, secret: 'a secret that is long enough' } }));
  for (const text of [JSON.stringify(contactPointFields({ ...GRAFANA_SOURCE, hmac }, 't')), grafanaProvisioning({ ...GRAFANA_SOURCE, hmac }, 't')]) {
    expect(text).toContain('X-Grafana-Alerting-Signature');
    expect(text).not.toMatch(/timestamp/i);
  }
});

test('a sender that leaves alerts out is named', async () => {
  mockBackend.answer('listSources', { ok: { items: [{ ...GRAFANA_SOURCE, truncation: { alerts: 12, at: '2026-03-01T10:00:00.000Z' } }], nextCursor: null } });
  show();
  expect(await screen.findByText('The sender leaves 12 alerts out. Set its maximum of alerts to 0.')).toBeInTheDocument();
});

test('without a source there is one thing to do; while loading there are placeholders', async () => {
  mockBackend.answer('listSources', { ok: { items: [], nextCursor: null } });
  const { unmount } = show();
  expect(await screen.findByText('No source sends alerts yet')).toBeInTheDocument();
  expect(screen.getByTestId(testIds.settings.addSource)).toBeInTheDocument();
  unmount();
  mockBackend.answer('listSources', 'never');
  show();
  expect(await screen.findByTestId(testIds.state.loading)).toBeInTheDocument();
});

test('who may only look sees the sources and no button', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listSources']) });
  show();
  const source = await screen.findByTestId(testIds.settings.source);
  for (const name of ['Send test alert', 'Issue token', 'Signature', 'Remove', 'Revoke']) {
    expect(within(source).queryByRole('button', { name })).not.toBeInTheDocument();
  }
  expect(screen.queryByTestId(testIds.settings.addSource)).not.toBeInTheDocument();
});
