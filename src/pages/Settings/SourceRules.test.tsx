/** What is set for one source: mapping with its preview, heartbeat, fingerprint, severities, comparison with Grafana. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertId, NO_RULES, OPERATION_NAMES, sourceId, type GenericMapping, type Source } from '#contract';
import { createFakeBackend, problemOf, type FakeBackend } from '../../test/fakeBackend.ts';
import { GRAFANA_SOURCE, meWith } from '../../test/fixtures.ts';
import { published, runtimeWith } from '../../test/grafanaRuntime.tsx';
import { renderPage } from '../../test/renderPage.tsx';
import { testIds } from '../../testIds.ts';
import { SettingsPage } from './SettingsPage.tsx';

let mockBackend: FakeBackend = createFakeBackend();
jest.mock('@grafana/runtime', () => runtimeWith(() => mockBackend));

const MAPPING: GenericMapping = {
  alerts: '$.events[*]', name: { path: '@.title' }, status: { path: '@.state', firing: ['open'], resolved: ['closed'], otherwise: 'fault' },
  labels: { service: { path: '@.app' } }, identity: ['alertname', 'service'],
};
const GENERIC: Source = { ...GRAFANA_SOURCE, id: sourceId.parse('probe'), kind: 'generic', name: 'Probe', rules: { ...NO_RULES, mapping: MAPPING } };

const show = () => renderPage(<SettingsPage />, { path: '/settings', at: '/settings' });
const edits = () => mockBackend.calls.filter(({ operation }) => operation === 'editSource');

beforeEach(() => {
  published.length = 0;
  mockBackend = createFakeBackend();
  mockBackend.answer('getMe', { ok: meWith(OPERATION_NAMES) });
  mockBackend.answer('listSources', { ok: { items: [GRAFANA_SOURCE], nextCursor: null } });
  mockBackend.answer('getGrafanaConnection', { ok: { url: null, effectiveUrl: 'http://grafana.example.com', hasToken: true, lastCheck: null, version: 1 } });
  mockBackend.answer('editSource', { ok: GRAFANA_SOURCE });
});

test('cap 3: the mapping is tried on the pasted payload while it is written, and its faults name field and path', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listSources', { ok: { items: [GENERIC], nextCursor: null } });
  mockBackend.answer('previewSourceMapping', ({ body }) => ({
    ok: JSON.stringify(body).includes('@.headline')
      ? { alerts: [], faults: [{ alert: 0, field: 'name', path: '@.headline', message: 'is not there: every alert needs a name' }] }
      : {
          faults: [],
          alerts: [{
            name: 'DiskFull', status: 'firing', severity: 'sev2', service: 'payments-db', team: null, environment: null, cluster: null, summary: 'Disk at 97 %', description: 'Less than an hour left', link: 'https://probe.example.com/1',
            startsAt: null, endsAt: null, fingerprint: 'f', labels: { service: 'payments-db' }, unmapped: ['severity: odd'],
          }],
        },
  }));
  show();
  await user.click(await screen.findByRole('button', { name: 'Change mapping' }));
  const preview = await screen.findByTestId(testIds.settings.mappingPreview);
  await waitFor(() => expect(preview).toHaveTextContent('DiskFull'));
  for (const fact of ['service payments-db', 'begins when it is received', 'No table knows severity: odd', 'Less than an hour left', 'leads to https://probe.example.com/1']) {
    expect(preview).toHaveTextContent(fact);
  }
  const name = screen.getByLabelText(/^Name/, { selector: '#muster-map-name' });
  await user.clear(name);
  await user.type(name, '@..');
  expect(preview).toHaveTextContent('The mapping has faults');
  expect(screen.getByRole('button', { name: 'Save mapping' })).toBeDisabled();
  await user.clear(name);
  await user.type(name, '@.headline');
  await waitFor(() => expect(preview).toHaveTextContent('Alert 1: name @.headline is not there'));
  await user.click(screen.getByRole('button', { name: 'Save mapping' }));
  await waitFor(() => expect(edits()[0]).toMatchObject({ body: { rules: { mapping: { ...MAPPING, name: { path: '@.headline' } } } }, headers: { 'If-Match': '"2"' } }));
});

test('cap 3: every part of a mapping is in the form, and what is not touched is saved as it was', async () => {
  const user = userEvent.setup();
  const whole: GenericMapping = {
    alerts: '$.events[*]', name: { path: '@.title', default: 'Untitled' }, status: { path: '@.state', firing: ['open'], resolved: ['closed'], otherwise: 'resolved' },
    startsAt: '@.begin', endsAt: '@.end', summary: { path: '@.text', default: 'no text' }, description: { path: '@.more', default: 'nothing more' }, link: { const: 'https://probe.example.com' },
    labels: { service: { path: '@.app', default: 'unknown' }, price: { const: '$5' } }, identity: ['alertname', 'service'],
  };
  mockBackend.answer('listSources', { ok: { items: [{ ...GENERIC, rules: { ...NO_RULES, mapping: whole } }], nextCursor: null } });
  mockBackend.answer('previewSourceMapping', { ok: { alerts: [], faults: [] } });
  show();
  await user.click(await screen.findByRole('button', { name: 'Change mapping' }));
  const description = await screen.findByLabelText(/^Description/, { selector: '#muster-map-description' });
  expect([description, screen.getByLabelText('Description when it is missing'), screen.getByLabelText('Name when it is missing'), screen.getByLabelText('Path of label 2')].map((input) => input instanceof HTMLInputElement && input.value))
    .toEqual(['@.more', 'nothing more', 'Untitled', '=$5']);
  await user.clear(description);
  await user.type(description, '@.details');
  await user.click(screen.getByRole('button', { name: 'Save mapping' }));
  await waitFor(() => expect(edits()[0]?.body).toEqual({ rules: { mapping: { ...whole, description: { path: '@.details', default: 'nothing more' } } } }));
});

test('cap 9: a generic source without a mapping says what becomes of its payloads', async () => {
  mockBackend.answer('listSources', { ok: { items: [{ ...GENERIC, rules: NO_RULES }], nextCursor: null } });
  show();
  expect(await screen.findByText('not set: everything is kept as a dead letter')).toBeInTheDocument();
});

test('cap 10: a heartbeat is set in minutes, and a silent source is seen at once', async () => {
  const user = userEvent.setup();
  mockBackend.answer('listSources', { ok: { items: [{ ...GRAFANA_SOURCE, rules: { ...NO_RULES, heartbeatSeconds: 600 }, silentSince: '2026-03-01T10:00:00.000Z' }], nextCursor: null } });
  show();
  expect(await screen.findByText('Silent for longer than it may be')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Change heartbeat' }));
  const minutes = await screen.findByLabelText(/^Minutes/);
  await user.clear(minutes);
  await user.type(minutes, '0');
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.clear(minutes);
  await user.type(minutes, '90');
  expect(screen.getByLabelText('heartbeat address')).toHaveTextContent('/webhooks/heartbeat/grafana-main');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(edits()[0]?.body).toEqual({ rules: { heartbeatSeconds: 5400 } }));
});

test('cap 15: the fingerprint shows how the newest alerts would regroup before it holds', async () => {
  const user = userEvent.setup();
  mockBackend.answer('previewFingerprint', {
    ok: {
      episodes: 1000, alertsNow: 120, alertsThen: 14, lacking: [{ label: 'service', episodes: 3 }], labelNames: ['alertname', 'pod'],
      groups: [{ labels: { alertname: 'Slow', service: 'web' }, alerts: 40, episodes: 200, names: ['Slow'] }],
    },
  });
  show();
  await user.click(await screen.findByRole('button', { name: 'Change fingerprint' }));
  await user.click(await screen.findByLabelText(/^Identify alerts by chosen labels/));
  const preview = await screen.findByTestId(testIds.settings.fingerprintPreview);
  for (const fact of ['120 alerts now, 14 then', '3 have no label service', '40 alerts become one: alertname=Slow, service=web', 'alertname, pod']) {
    expect(preview).toHaveTextContent(fact);
  }
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(edits()[0]?.body).toEqual({ rules: { fingerprintLabels: ['alertname', 'service'] } }));
});

test('cap 11: the comparison with Grafana says what it found and what it repaired, and a refusal says what to do', async () => {
  const user = userEvent.setup();
  const reconciliation = {
    at: '2026-03-01T10:05:00.000Z', ok: true, detail: 'Grafana has 3 alerts, 2 alerts of it open here; repaired 1 lost firing, 0 lost resolved',
    repairs: [{ at: '2026-03-01T10:05:00.000Z', kind: 'firing' as const, alert: alertId.parse('0123456789abcdef-1772359200000'), name: 'HighErrorRate' }],
  };
  mockBackend.answer('listSources', { ok: { items: [{ ...GRAFANA_SOURCE, reconciliation }], nextCursor: null } });
  mockBackend.answer('reconcileSource', problemOf(409, 'conflict', 'Muster cannot ask Grafana: set a service-account token'));
  show();
  const rules = await screen.findByTestId(testIds.settings.rules);
  expect(rules).toHaveTextContent('repaired 1 lost firing');
  expect(within(rules).getByLabelText('Repairs')).toHaveTextContent('HighErrorRate: lost “firing” repaired');
  await user.click(within(rules).getByRole('button', { name: 'Compare now' }));
  await waitFor(() => expect(JSON.stringify(published)).toContain('set a service-account token'));
});

test('who may not change a source is shown its rules and offered nothing', async () => {
  mockBackend.answer('getMe', { ok: meWith(['listSources']) });
  show();
  const rules = await screen.findByTestId(testIds.settings.rules);
  expect(rules).toHaveTextContent('silence is not watched');
  expect(within(rules).queryByRole('button')).not.toBeInTheDocument();
});
