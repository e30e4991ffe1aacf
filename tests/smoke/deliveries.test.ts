/** cap 1, 2, 13, 14: what a delivery carries is kept whole, found again by the API, and only then acknowledged. */
import pg from 'pg';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';
import { rawRequest } from '../host/harness.ts';

let muster: TestApp;
let token: string;
let alertmanagerToken: string;
beforeAll(async () => {
  muster = await startTestApp({ env: { MUSTER_INGEST_MAX_BODY_BYTES: '65536' } });
  token = await muster.addSource(ADA_ADMIN, 'grafana');
  alertmanagerToken = await muster.addSource(ADA_ADMIN, 'prometheus', 'alertmanager');
});
afterAll(() => muster.close());

/** One alert with every member that Grafana sends, and one that it does not send yet. */
function fullAlert(place: number, more: object = {}) {
  return {
    status: 'firing', labels: { alertname: 'HighErrorRate', grafana_folder: 'Payments', service: 'checkout', severity: 'critical', team: 'payments', env: 'live', cluster: 'eu-1', place: String(place) },
    annotations: { summary: '5xx above 5 %', runbook_url: 'https://wiki.example.com/rb/12' },
    startsAt: '2026-11-24T10:00:10.250Z', endsAt: '0001-01-01T00:00:00Z', generatorURL: 'https://grafana.example.com/alerting/grafana/feb1x9/view?orgId=1',
    fingerprint: `c6eadffa33fcdf3${place}`, silenceURL: 'https://grafana.example.com/alerting/silence/new?matcher=a', dashboardURL: 'https://grafana.example.com/d/abc', panelURL: 'https://grafana.example.com/d/abc?viewPanel=4',
    imageURL: 'https://grafana.example.com/shot.png', ruleUID: 'feb1x9', values: { A: 7.4, C: 1 }, valueString: "[ var='A' value=7.4 ]", orgId: 1, enrichments: { later: ['kept', 'too'] }, ...more,
  };
}

const ENVELOPE = {
  receiver: 'muster', status: 'firing', groupLabels: { alertname: 'HighErrorRate' }, commonLabels: { severity: 'critical' }, commonAnnotations: {}, externalURL: 'https://grafana.example.com/',
  appVersion: '13.2.0', version: '1', groupKey: '{}/{severity="critical"}:{alertname="HighErrorRate"}', truncatedAlerts: 0, orgId: 1, title: '[FIRING:2] HighErrorRate', state: 'alerting', message: '**Firing**',
};

async function alertOf(fingerprint: string) {
  const list = await muster.call(VERA_VIEWER, 'listAlerts', { query: { limit: 1000 } });
  const found = list.body.items.find((alert) => alert.fingerprint === fingerprint);
  if (found === undefined) throw new Error(`no alert ${fingerprint}`);
  return (await muster.call(VERA_VIEWER, 'getAlert', { params: { id: found.id } })).body;
}

test('cap 1, 13: two firing and one resolved make three alerts, each with everything that Grafana said', async () => {
  const resolved = fullAlert(3, { status: 'resolved', endsAt: '2026-11-24T10:05:00Z' });
  const answer = await muster.postWebhook('grafana', token, { ...ENVELOPE, alerts: [fullAlert(1), fullAlert(2), resolved] });

  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 3, changed: 3, repeated: 0, kept: 0, tests: 0 }]);
  const alert = await alertOf('c6eadffa33fcdf31');
  const sent = fullAlert(1);
  expect(alert).toMatchObject({
    source: 'grafana', status: 'firing', name: 'HighErrorRate', summary: '5xx above 5 %', severity: 'sev1', service: 'checkout', team: 'payments', environment: 'live', cluster: 'eu-1',
    startsAt: sent.startsAt, endsAt: null, labels: sent.labels, annotations: sent.annotations, values: sent.values,
    links: { silence: sent.silenceURL, dashboard: sent.dashboardURL, panel: sent.panelURL, image: sent.imageURL, runbook: sent.annotations.runbook_url },
  });
  const kept = JSON.stringify([alert.details, alert.links, alert.notification]);
  for (const value of [sent.generatorURL, sent.ruleUID, sent.valueString, sent.enrichments, ENVELOPE.groupKey, ENVELOPE.appVersion, ENVELOPE.title, ENVELOPE.externalURL, ENVELOPE.groupLabels]) {
    expect(kept).toContain(JSON.stringify(value).slice(1, -1));
  }
  expect(await alertOf('c6eadffa33fcdf33')).toMatchObject({ status: 'resolved', endsAt: '2026-11-24T10:05:00.000Z', endReason: 'resolved' });
});

test('cap 2: a payload of Alertmanager keeps its group, and one that left alerts out is shown until a whole one comes', async () => {
  const { ruleUID: _r, values: _v, valueString: _s, silenceURL: _u, dashboardURL: _d, panelURL: _p, imageURL: _i, orgId: _o, enrichments: _e, ...plain } = fullAlert(7);
  const envelope = { receiver: 'muster', status: 'firing', groupLabels: { job: 'node' }, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://am.example.com', version: '4', groupKey: '{}:{job="node"}' };
  const truncation = async () => (await muster.call(VERA_VIEWER, 'listSources')).body.items.find((source) => source.id === 'prometheus')?.truncation;
  const post = (truncatedAlerts: number) => muster.postWebhook('prometheus', alertmanagerToken, { ...envelope, truncatedAlerts, alerts: [plain] }, 'alertmanager');

  expect((await post(12)).status).toBe(202);

  expect(await truncation()).toMatchObject({ alerts: 12 });
  expect((await alertOf('c6eadffa33fcdf37')).notification).toMatchObject({ groupKey: '{}:{job="node"}', truncatedAlerts: 12, groupLabels: { job: 'node' } });
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'source.truncated' } });
  expect(audit.body.items).toMatchObject([{ data: { source: 'prometheus', alerts: 12 } }]);
  await post(0);
  await muster.app.intake.flushCounts();
  expect(await truncation()).toBeNull();
});

test('an alert is an episode: its states in order, when it was seen first and last, and how often', async () => {
  const at = Date.now() - 60_000;
  const send = (more: object) => muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [{ ...grafanaAlert({ fingerprint: 'episode', service: 'search', startsAt: at }), ...more }] });
  for (const more of [{}, {}, {}, { values: { A: 9 } }, { status: 'resolved', endsAt: new Date(at + 30_000).toISOString() }]) await send(more);
  await muster.app.intake.flushCounts();

  const alert = await alertOf('episode');

  expect(alert.history.map((entry) => entry.kind)).toEqual(['opened', 'changed', 'resolved']);
  expect(alert.occurrences).toBe(5);
  expect(Date.parse(alert.lastSeenAt)).toBeGreaterThanOrEqual(Date.parse(alert.firstSeenAt));
});

test('cap 14: a severity and a rule that the mapping does not know are listed with how often, until it knows them', async () => {
  for (const place of [1, 2]) await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ name: 'Odd', fingerprint: `odd-${place}`, severity: 'Octarine', startsAt: Date.now() })] });
  await muster.app.intake.flushCounts();
  const unmapped = async () => (await muster.call(VERA_VIEWER, 'listUnmapped')).body.items.map((item) => [item.kind, item.value, item.count]);
  expect(await unmapped()).toEqual(expect.arrayContaining([['severity', 'octarine', 2], ...['service', 'team', 'environment', 'cluster'].map((kind) => [kind, 'Odd', 2])]));
  expect((await alertOf('odd-1')).severity).toBe('sev3');

  const { version, provisioned: _, ...mapping } = (await muster.call(ADA_ADMIN, 'getMapping')).body;
  await muster.call(ADA_ADMIN, 'putMapping', { body: { ...mapping, severityValues: { ...mapping.severityValues, octarine: 'sev1' } } }, { 'If-Match': `"${version}"` });

  expect((await unmapped()).filter(([kind]) => kind === 'severity')).toEqual([]);
  const labelled = { team: 'blue', env: 'prod', cluster: 'eu', service: 'checkout' };
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ name: 'Whole', fingerprint: 'whole', startsAt: Date.now(), labels: labelled })] });
  await muster.app.intake.flushCounts();
  expect((await unmapped()).filter(([, value]) => value === 'Whole')).toEqual([]);
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ name: 'Odd', fingerprint: 'odd-3', severity: 'OCTARINE', startsAt: Date.now() })] });
  expect((await alertOf('odd-3')).severity).toBe('sev1');
});

test('202 comes after the commit, and requests that arrive meanwhile share the next one', async () => {
  const holder = new pg.Client({ connectionString: muster.database.connectionString });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table alerts in exclusive mode');
  const answered: number[] = [];
  const posts = Array.from({ length: 60 }, async (_, place) => {
    const answer = await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: `shared-${place}`, service: 'checkout', startsAt: Date.now() })] });
    answered.push(answer.status);
  });
  await eventually(async () => muster.app.intake.queuedAlerts(), (queued) => queued === 60);
  expect(answered).toEqual([]);

  await holder.query('commit');
  await holder.end();
  await Promise.all(posts);

  expect(new Set(answered)).toEqual(new Set([202]));
  const [row] = await muster.database.db.query<{ alerts: number; transactions: number }>(
    "select count(*)::integer as alerts, count(distinct a.xmin::text)::integer as transactions from alerts as a where a.fingerprint like 'shared-%'",
  );
  expect(row?.alerts).toBe(60);
  // Correlation may have touched rows since, so not one or two, but far fewer than requests.
  expect(row?.transactions).toBeLessThan(15);
});

test('a body beyond the limit is refused before it is read, whatever it says of its length; one below it is taken', async () => {
  const large = JSON.stringify({ groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: 'large', startsAt: Date.now(), labels: { text: 'x'.repeat(70_000) } })] });
  const plain = await muster.postWebhook('grafana', token, large);
  const chunked = await rawRequest(muster.url, '/webhooks/grafana/grafana', {
    method: 'POST', headers: { 'transfer-encoding': 'chunked', 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: large,
  }).then((response) => response.status, () => 'cut off');
  const small = await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: 'small', startsAt: Date.now(), labels: { text: 'x'.repeat(50_000) } })] });

  expect([plain.status, await plain.json()]).toMatchObject([413, { code: 'too_large', detail: expect.stringContaining('ingest.maxBodyBytes') }]);
  expect([413, 'cut off']).toContain(chunked);
  expect(small.status).toBe(202);
});

test('cap 6: two tokens of a source live side by side, a third is refused, and a revoked one ends at once', async () => {
  const params = { source: 'grafana' };
  const second = await muster.call(ADA_ADMIN, 'issueSourceToken', { params });
  const third = await muster.call(ADA_ADMIN, 'issueSourceToken', { params });
  const post = async (with_: string) => (await muster.postWebhook('grafana', with_, { groupKey: '{}:{}', alerts: [] })).status;

  expect([second.status, third.status]).toEqual([201, 409]);
  expect([await post(token), await post(second.body.token)]).toEqual([202, 202]);
  const older = second.body.source.tokens.find((one) => one.hint === token.slice(-4));
  await muster.call(ADA_ADMIN, 'revokeSourceToken', { params: { ...params, id: older?.id ?? '' } }, { 'If-Match': `"${second.body.source.version}"` });
  expect([await post(token), await post(second.body.token)]).toEqual([401, 202]);
  expect(JSON.stringify(await muster.database.db.query('select t::text as row from source_tokens as t'))).not.toContain(second.body.token);
  token = second.body.token;
});
