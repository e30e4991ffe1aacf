/** The promise: any JSON can become alerts, and a wrong mapping loses nothing. */
import { alertId, orgId, sourceId, type CallOf } from '../../backend/contract/index.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';

type Rules = NonNullable<CallOf<'editSource'>['body']['rules']>;
type Mapping = NonNullable<Rules['mapping']>;

const MAPPING: Mapping = {
  alerts: '$.problems[*]', name: { path: '@.title' }, status: { path: '@.state', firing: ['open'], resolved: ['closed'] },
  labels: { severity: { path: '@.prio' }, service: { path: '@.app' } }, identity: ['alertname', 'service'],
};

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

async function edit(source: string, rules: Rules) {
  const sources = await muster.call(ADA_ADMIN, 'listSources');
  const version = sources.body.items.find((item) => item.id === source)?.version ?? 0;
  return muster.call(ADA_ADMIN, 'editSource', { params: { source }, body: { rules } }, { 'If-Match': `"${version}"` });
}

async function addGeneric(id: string, mapping: Mapping | null): Promise<(body: unknown) => Promise<{ status: number; body: Record<string, unknown> }>> {
  const { body: { token } } = await muster.call(ADA_ADMIN, 'createSource', { body: { id, kind: 'generic', name: `Source ${id}` } });
  if (mapping !== null) expect((await edit(id, { mapping })).status).toBe(200);
  return async (body) => {
    const response = await muster.postWebhook(id, token, body, 'generic');
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
}

async function alertsOf(source: string) {
  return (await muster.call(ADA_ADMIN, 'listAlerts', { query: { limit: 1000 } })).body.items.filter((alert) => alert.source === source);
}

async function lettersOf(source: string) {
  return (await muster.call(ADA_ADMIN, 'listDeadLetters', { query: { source } })).body.items;
}

const problem = (change: object = {}) => ({ title: 'QueueStuck', state: 'open', prio: 'P1', app: 'Payments', ...change });

test('cap 3: a payload becomes alerts with severity and service by the organisation\'s own mapping', async () => {
  const post = await addGeneric('plain', MAPPING);

  expect(await post({ problems: [problem(), problem({ app: 'search', prio: 'low' })] })).toMatchObject({ status: 202, body: { changed: 2, kept: 0 } });
  expect((await alertsOf('plain')).map((alert) => [alert.name, alert.service, alert.severity, alert.status]).sort()).toEqual([
    ['QueueStuck', 'payments', 'sev1', 'firing'], ['QueueStuck', 'search', 'sev4', 'firing'],
  ]);
});

test('cap 3: a sender without a start time has one episode from its first message to its resolve', async () => {
  const post = await addGeneric('episodes', MAPPING);
  await post({ problems: [problem()] });
  expect(await post({ problems: [problem()] })).toMatchObject({ body: { changed: 0, repeated: 1 } });
  expect(await post({ problems: [problem({ state: 'closed' })] })).toMatchObject({ body: { changed: 1 } });
  expect(await post({ problems: [problem({ state: 'closed' })] })).toMatchObject({ status: 202, body: { changed: 0 } });
  await post({ problems: [problem()] });

  expect((await alertsOf('episodes')).map((alert) => alert.status).sort()).toEqual(['firing', 'resolved']);
});

test('caps 3 and 9: what a wrong mapping cannot read is kept with the path, and read once the mapping is right', async () => {
  const post = await addGeneric('wrong', { ...MAPPING, name: { path: '@.headline' } });
  const refused = await post({ problems: [problem()] });

  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input', errors: [{ field: '@.headline', message: 'alert 0: name (@.headline) is not there: every alert needs a name' }] } });
  const [letter] = await lettersOf('wrong');
  expect(letter).toMatchObject({ field: '@.headline', payload: JSON.stringify({ problems: [problem()] }), replayedAt: null });
  const replay = () => muster.call(ADA_ADMIN, 'replayDeadLetter', { params: { id: letter?.id ?? '' } });
  expect((await replay()).body).toMatchObject({ replayed: false, error: expect.stringContaining('@.headline') });
  await edit('wrong', { mapping: MAPPING });
  expect((await replay()).body).toEqual({ replayed: true, alerts: 1, error: null });
  const [alert] = await alertsOf('wrong');
  expect(alert).toMatchObject({ name: 'QueueStuck', startsAt: letter?.receivedAt });
});

test('caps 3 and 9: of a payload with a bad alert the good ones are taken, and the whole is kept', async () => {
  const post = await addGeneric('partly', MAPPING);

  expect(await post({ problems: [problem(), problem({ state: 'odd', app: 'b' })] })).toMatchObject({ status: 202, body: { changed: 1, kept: 1 } });
  expect(await lettersOf('partly')).toMatchObject([{ field: '@.state', error: 'alert 1: status (@.state) "odd" is neither among firing nor among resolved' }]);
});

test('cap 9: without a mapping, and without JSON, nothing is lost either', async () => {
  const post = await addGeneric('unset', null);

  expect((await post({ problems: [problem()] })).body).toMatchObject({ detail: expect.stringContaining('the source has no mapping yet') });
  expect((await post('not json')).status).toBe(400);
  expect(await lettersOf('unset')).toHaveLength(2);
});

test('cap 3: every field of the mapping reaches the alert: times, texts, link, defaults and constants', async () => {
  const post = await addGeneric('whole', {
    ...MAPPING, alerts: '$', startsAt: '$.begin', summary: { path: '@.text', default: 'no text' }, description: { path: '@.more', default: 'nothing more' }, link: { path: '@.url' },
    labels: { ...MAPPING.labels, team: { path: '@.team', default: 'nobody' }, environment: { const: 'prod' } },
  });
  const sent = { title: 'Slow', state: 'open', app: 'ledger', prio: 'p2', begin: '2026-03-02T06:00:00Z', more: 'p99 at 4 s', url: 'https://probe.example.com/7' };
  expect(await post(sent)).toMatchObject({ status: 202, body: { changed: 1 } });
  const [listed] = await alertsOf('whole');
  expect(listed).toMatchObject({ startsAt: '2026-03-02T06:00:00.000Z', summary: 'no text', team: 'nobody', environment: 'prod', links: { rule: 'https://probe.example.com/7' } });
  const whole = await muster.call(ADA_ADMIN, 'getAlert', { params: { id: listed?.id ?? alertId.parse('') } });
  expect(whole.body.annotations).toMatchObject({ description: 'p99 at 4 s' });
});

test('cap 3: the preview says what would become of a sample, and stores nothing', async () => {
  await addGeneric('previewed', MAPPING);
  const preview = await muster.call(ADA_ADMIN, 'previewSourceMapping', { body: { mapping: MAPPING, sample: JSON.stringify({ problems: [problem({ prio: 'octarine' }), { title: 'x' }] }) } });

  expect(preview.body).toMatchObject({
    alerts: [{ name: 'QueueStuck', description: '', link: null, status: 'firing', severity: 'sev3', service: 'payments', startsAt: null, unmapped: ['severity: octarine'] }],
    faults: [{ alert: 1, field: 'labels.service', path: '@.app' }, { alert: 1, field: 'status', path: '@.state' }],
  });
  expect(await alertsOf('previewed')).toEqual([]);
  expect((await muster.call(ADA_ADMIN, 'previewSourceMapping', { body: { mapping: MAPPING, sample: '{' } })).body.faults).toMatchObject([{ field: 'sample' }]);
  expect((await muster.call(ADA_ADMIN, 'previewSourceMapping', { body: { mapping: { ...MAPPING, alerts: 'x' }, sample: '{}' } })).problem).toMatchObject({ status: 400, errors: [{ field: 'body.mapping.alerts' }] });
});

test('a test alert of Muster goes through whatever the mapping is', async () => {
  const origin = { orgId: orgId.parse(1), sourceId: sourceId.parse('plain'), tokenId: null, actor: { kind: 'source', key: 'plain', name: 'plain' }, kind: 'generic', rules: null, purpose: 'test' } as const;
  const body = { alerts: [{ status: 'firing', labels: { alertname: 'TestAlert', instance: 'Grafana' }, startsAt: '2026-03-02T06:00:00Z', fingerprint: 'f' }] };

  expect(await muster.app.intake.accept(origin, body, Buffer.from(JSON.stringify(body)), null)).toMatchObject({ tests: 1, kept: 0, refusal: null });
});

test('cap 14: a source has severities of its own, which hold for no other', async () => {
  const post = await addGeneric('graded', MAPPING);
  const other = await addGeneric('ungraded', MAPPING);
  await edit('graded', { severity: { labels: [], values: { 'Very Bad': 'sev1', p1: 'sev5' }, otherwise: 'sev2' } });
  for (const send of [post, other]) await send({ problems: [problem({ prio: 'very bad', app: 'a' }), problem({ prio: 'P1', app: 'b' }), problem({ prio: '??', app: 'c' })] });

  const gradesOf = async (source: string) => (await alertsOf(source)).sort((a, b) => ((a.service ?? '') < (b.service ?? '') ? -1 : 1)).map((alert) => alert.severity);
  expect(await gradesOf('graded')).toEqual(['sev1', 'sev5', 'sev2']);
  expect(await gradesOf('ungraded')).toEqual(['sev3', 'sev1', 'sev3']);
});

test('rules that do not fit the kind of source are refused by name', async () => {
  await muster.addSource(ADA_ADMIN, 'a-grafana');

  expect((await edit('a-grafana', { mapping: MAPPING })).problem).toMatchObject({ status: 400, errors: [{ field: 'rules.mapping' }] });
  expect((await edit('plain', { reconcile: true })).problem).toMatchObject({ status: 400, errors: [{ field: 'rules.reconcile' }] });
});
