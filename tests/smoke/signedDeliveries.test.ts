/** cap 5 and 9, over HTTP: signed deliveries with replay protection, and payloads that could not be read. */
import { createHmac } from 'node:crypto';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert, ORG } from '../harness/pipeline.ts';
import { saveDeadLetter } from '../../backend/sources/index.ts';
import { sourceId } from '../../backend/contract/index.ts';

const SECRET = 'the shared secret of an example';
let muster: TestApp;
let other: TestApp;
let signedToken: string;
let plainToken: string;
let fingerprints = 0;
beforeAll(async () => {
  muster = await startTestApp();
  other = await startTestApp({ database: muster.database });
  plainToken = await muster.addSource(ADA_ADMIN, 'plain');
  signedToken = await muster.addSource(ADA_ADMIN, 'signed');
  const edited = await muster.call(ADA_ADMIN, 'editSource', { params: { source: 'signed' }, body: { hmac: { enabled: true, secret: SECRET } } }, { 'If-Match': '"1"' });
  if (edited.status !== 200) throw new Error(JSON.stringify(edited.problem));
});
afterAll(async () => {
  await other.close();
  await muster.close();
});

function delivery(): string {
  fingerprints += 1;
  return JSON.stringify({ groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: `f-${fingerprints}`, service: 'checkout', startsAt: Date.now() })] });
}

/** Headers as Grafana signs: HMAC-SHA256 in hex over `<timestamp>:<body>`. */
function signed(body: string, options: { secret?: string; ageSeconds?: number } = {}): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) - (options.ageSeconds ?? 0));
  return {
    'X-Grafana-Alerting-Timestamp': timestamp,
    'X-Grafana-Alerting-Signature': createHmac('sha256', options.secret ?? SECRET).update(`${timestamp}:${body}`).digest('hex'),
  };
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

function post(body: string, headers: Record<string, string>, to: TestApp = muster): Promise<Response> {
  return to.postWebhook('signed', signedToken, body, 'grafana', headers);
}

async function rejections(): Promise<unknown[]> {
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'source.rejected' } });
  return audit.body.items.map((event) => event.data['reason']);
}

test('a signature over timestamp and body is taken', async () => {
  const body = delivery();
  const answer = await post(body, signed(body));

  expect([answer.status, await answer.json()]).toMatchObject([202, { changed: 1 }]);
});

test.each([
  { name: 'no signature', reason: 'no_signature', headers: (body: string) => without(signed(body), 'X-Grafana-Alerting-Signature') },
  { name: 'no timestamp', reason: 'no_timestamp', headers: (body: string) => without(signed(body), 'X-Grafana-Alerting-Timestamp') },
  { name: 'a signature of the body alone', reason: 'wrong_signature', headers: (body: string) => ({ ...signed(body), 'X-Grafana-Alerting-Signature': createHmac('sha256', SECRET).update(body).digest('hex') }) },
  { name: 'a signature of another secret', reason: 'wrong_signature', headers: (body: string) => signed(body, { secret: 'some other shared secret' }) },
  { name: 'a signature of another body', reason: 'wrong_signature', headers: (body: string) => signed(`${body} `) },
  { name: 'a time that was moved', reason: 'wrong_signature', headers: (body: string) => ({ ...signed(body, { ageSeconds: 400 }), 'X-Grafana-Alerting-Timestamp': String(Math.floor(Date.now() / 1000)) }) },
  { name: 'a time more than five minutes ago', reason: 'stale_timestamp', headers: (body: string) => signed(body, { ageSeconds: 302 }) },
  { name: 'a time more than five minutes ahead', reason: 'stale_timestamp', headers: (body: string) => signed(body, { ageSeconds: -400 }) },
])('cap 5: $name is answered with 401 and told to the audit log; nothing is stored', async ({ reason, headers }) => {
  const [before] = await muster.database.db.query<{ n: number }>('select count(*)::integer as n from alerts');
  const body = delivery();

  const answer = await post(body, headers(body));

  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'unauthenticated', extra: { reason } }]);
  await eventually(rejections, (reasons) => reasons.includes(reason));
  expect(await muster.database.db.query('select count(*)::integer as n from alerts')).toEqual([before]);
});

// To the second it is tried with a clock of its own, in signature.test.ts.
test('cap 5: a time within five minutes is taken, as clocks differ', async () => {
  for (const ageSeconds of [240, -240]) {
    const body = delivery();
    expect((await post(body, signed(body, { ageSeconds }))).status).toBe(202);
  }
});

test('cap 5: a recorded request is taken once, however often and wherever it is sent again', async () => {
  const body = delivery();
  const headers = signed(body);

  const answers = await Promise.all(Array.from({ length: 20 }, (_, turn) => post(body, headers, turn % 2 === 0 ? muster : other)));
  const later = await post(body, headers, other);

  expect([...answers, later].map((answer) => answer.status).sort()).toEqual([202, ...Array.from({ length: 20 }, () => 401)]);
  expect(await later.json()).toMatchObject({ extra: { reason: 'replayed' } });
  await eventually(rejections, (reasons) => reasons.includes('replayed'));
});

test('cap 5: a source whose sender has no timestamp header takes signatures over the body alone, and a repeat changes nothing', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'bare');
  const edited = await muster.call(ADA_ADMIN, 'editSource', { params: { source: 'bare' }, body: { hmac: { enabled: true, timestampHeader: '', secret: SECRET } } }, { 'If-Match': '"1"' });
  const body = delivery();
  const send = async (signature: string) => {
    const answer = await muster.postWebhook('bare', token, body, 'grafana', { 'X-Grafana-Alerting-Signature': signature });
    return [answer.status, await answer.json()];
  };
  const bare = createHmac('sha256', SECRET).update(body).digest('hex');

  expect([edited.status, edited.body.hmac]).toEqual([200, { enabled: true, header: 'X-Grafana-Alerting-Signature', timestampHeader: '' }]);
  expect(await send(bare)).toMatchObject([202, { changed: 1 }]);
  expect(await send(bare)).toMatchObject([202, { changed: 0, repeated: 1 }]);
  expect(await send(signed(body)['X-Grafana-Alerting-Signature'] ?? '')).toMatchObject([401, { extra: { reason: 'wrong_signature' } }]);
});

test('a refusal names no secret, and a flood of them is counted instead of written one by one', async () => {
  const body = delivery();
  const before = (await rejections()).filter((reason) => reason === 'no_signature').length;
  for (let time = 0; time < 30; time += 1) await post(body, {});

  expect((await rejections()).filter((reason) => reason === 'no_signature').length).toBeLessThanOrEqual(before + 1);
  const text = JSON.stringify(await muster.database.db.query('select * from event_log'));
  for (const secret of [SECRET, signedToken]) expect(text).not.toContain(secret);
});

describe('cap 9: payloads that could not be read', () => {
  async function letters() {
    return (await muster.call(ADA_ADMIN, 'listDeadLetters', { query: { source: 'plain' } })).body.items;
  }

  test('are kept byte for byte with what is wrong, and the sender is told where', async () => {
    const answer = await muster.postWebhook('plain', plainToken, '{"alerts": [');
    const problem: unknown = await answer.json();
    const [letter] = await letters();

    expect([answer.status, problem]).toMatchObject([400, { code: 'invalid_input', extra: { deadLetter: letter?.id } }]);
    expect(letter).toMatchObject({ payload: '{"alerts": [', payloadBytes: 12, error: expect.stringContaining('not JSON'), replayedAt: null, source: 'plain' });
  });

  test('one alert that cannot be read spoils no other of its body, and is kept by itself', async () => {
    const good = grafanaAlert({ fingerprint: 'good', service: 'search', startsAt: Date.now() });
    const answer = await muster.postWebhook('plain', plainToken, { groupKey: '{}:{}', alerts: [good, { status: 'burning', labels: { alertname: 'Bad' } }] });
    const [letter] = await letters();

    expect([answer.status, await answer.json()]).toMatchObject([202, { changed: 1, kept: 1 }]);
    expect(JSON.parse(letter?.payload ?? '')).toMatchObject({ alerts: [{ status: 'burning' }] });
    expect(letter?.field).toMatch(/status|startsAt/);
  });

  test('a replay that fails again says so, counts, and keeps it', async () => {
    await muster.postWebhook('plain', plainToken, '"no object"');
    const [letter] = await letters();
    const replay = await muster.call(ADA_ADMIN, 'replayDeadLetter', { params: { id: letter?.id ?? '' } });

    expect(replay.body).toMatchObject({ replayed: false, alerts: 0, error: expect.any(String) });
    expect((await letters())[0]).toMatchObject({ id: letter?.id, attempts: 2, replayedAt: null });
  });

  test('what can be read now is taken in by a replay, with the mapping as it is by then, and once', async () => {
    // Kept by a version of Muster that could not read it yet.
    const payload = { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: 'kept', service: 'kept-service', severity: 'octarine', startsAt: Date.now() - 60_000 })] };
    const id = await saveDeadLetter(muster.app.db, ORG, {
      sourceId: sourceId.parse('plain'), receivedAt: new Date(), error: 'alerts[0].values is not understood', field: 'alerts[0].values', contentType: 'application/json', payload: Buffer.from(JSON.stringify(payload)),
    });
    const { version, provisioned: _, ...mapping } = (await muster.call(ADA_ADMIN, 'getMapping')).body;
    await muster.call(ADA_ADMIN, 'putMapping', { body: { ...mapping, severityValues: { ...mapping.severityValues, octarine: 'sev1' } } }, { 'If-Match': `"${version}"` });

    const atOnce = await Promise.all([muster, other, muster].map((replica) => replica.call(ADA_ADMIN, 'replayDeadLetter', { params: { id } })));
    const again = await muster.call(ADA_ADMIN, 'replayDeadLetter', { params: { id } });

    expect(atOnce.filter((answer) => answer.status === 200).map((answer) => answer.body)).toEqual([{ replayed: true, alerts: 1, error: null }]);
    for (const answer of [...atOnce.filter(({ status }) => status !== 200), again]) expect([answer.status, answer.problem.detail]).toEqual([409, expect.stringContaining('already')]);
    const list = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'kept-service' } }), (answer) => answer.body.items.length > 0);
    expect(list.body.items).toMatchObject([{ severity: 'sev1', state: 'declared', alertsTotal: 1 }]);
    expect((await letters()).find((letter) => letter.id === id)?.replayedAt).not.toBeNull();
    const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'dead_letter.replayed' } });
    expect(audit.body.items.filter((event) => event.data['id'] === id)).toHaveLength(1);
  });

  test('a discarded one is gone, which the audit log tells', async () => {
    await muster.postWebhook('plain', plainToken, 'rubbish');
    const [letter] = await letters();
    const params = { id: letter?.id ?? '' };

    expect((await muster.call(ADA_ADMIN, 'discardDeadLetter', { params })).status).toBe(200);
    expect((await muster.call(ADA_ADMIN, 'discardDeadLetter', { params })).status).toBe(404);
    expect((await muster.call(ADA_ADMIN, 'replayDeadLetter', { params })).status).toBe(404);
    const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'dead_letter.discarded' } });
    expect(audit.body.items.map((event) => event.data['id'])).toContain(params.id);
  });
});
