/** Repeats and collisions of writes over HTTP: idempotency keys, ETag and If-Match, also across two replicas. */
import { operations, type CallOf, type Incident, type OperationName } from '../../backend/contract/index.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, type TestUser } from '../harness/grafana.ts';
import { pathOf, startTestApp, type Answer, type TestApp } from '../harness/app.ts';
import { grafanaAlert, ORG } from '../harness/pipeline.ts';
import { findOverwritten } from '../../backend/ingest/alertStore.ts';

let muster: TestApp;
let other: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
  other = await startTestApp({ database: muster.database });
});
afterAll(async () => {
  await other.close();
  await muster.close();
});

const DECLARE = { body: { title: 'Checkout is down', severity: 'sev1' as const } };
let keys = 0;
function newKey(): Record<string, string> {
  keys += 1;
  return { 'Idempotency-Key': `key-${keys}` };
}

async function declare(): Promise<Incident> {
  return (await muster.call(ED_EDITOR, 'declareIncident', DECLARE)).body;
}

async function incidentCount(): Promise<number> {
  return (await muster.call(ADA_ADMIN, 'listIncidents', { query: { phase: 'all' } })).body.total;
}

/** The same call many times at once, by turns at both replicas. */
function burst<N extends OperationName>(times: number, user: (turn: number) => TestUser, operation: N, input: CallOf<N>, headers: Record<string, string>): Promise<Answer<N>[]> {
  return Promise.all(Array.from({ length: times }, (_, turn) => (turn % 2 === 0 ? muster : other).call(user(turn), operation, input, headers)));
}

describe('Idempotency-Key', () => {
  test('a repeat gets the first answer, word for word, and does nothing', async () => {
    const key = newKey();
    const first = await muster.call(ED_EDITOR, 'declareIncident', DECLARE, key);
    const before = await incidentCount();
    const again = await other.call(ED_EDITOR, 'declareIncident', DECLARE, key);

    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect([again.status, again.headers.get('idempotency-replayed'), again.headers.get('etag')]).toEqual([201, 'true', first.headers.get('etag')]);
    expect(again.body).toEqual(first.body);
    expect(await incidentCount()).toBe(before);
  });

  test('twenty at once at two replicas make one incident; each is told of it or asked to come again', async () => {
    const before = await incidentCount();
    const answers = await burst(20, () => ED_EDITOR, 'declareIncident', DECLARE, newKey());

    expect(await incidentCount()).toBe(before + 1);
    const made = answers.filter((answer) => answer.status === 201);
    expect(new Set(made.map((answer) => answer.body.number)).size).toBe(1);
    expect(made.filter((answer) => answer.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 201) expect([answer.status, answer.problem.detail]).toEqual([409, expect.stringContaining('at work')]);
  });

  test('the same key with another body, or another If-Match, is refused', async () => {
    const key = newKey();
    await muster.call(ED_EDITOR, 'declareIncident', DECLARE, key);
    const incident = await declare();
    const commandKey = newKey();
    await muster.call(ED_EDITOR, 'acknowledgeIncident', { params: { number: incident.number }, body: {} }, { ...commandKey, 'If-Match': `"${incident.version}"` });

    const body = await muster.call(ED_EDITOR, 'declareIncident', { body: { ...DECLARE.body, title: 'Search is down' } }, key);
    const version = await muster.call(ED_EDITOR, 'acknowledgeIncident', { params: { number: incident.number }, body: {} }, { ...commandKey, 'If-Match': '"99"' });

    for (const answer of [body, version]) expect([answer.status, answer.problem.detail]).toEqual([409, expect.stringContaining('used for another request')]);
  });

  test('a key is its caller\'s own, and its operation\'s', async () => {
    const key = newKey();
    const [ed, eva] = await Promise.all([muster.call(ED_EDITOR, 'declareIncident', DECLARE, key), muster.call(EVA_EDITOR, 'declareIncident', DECLARE, key)]);
    const note = await muster.call(ED_EDITOR, 'addNote', { params: { number: ed.body.number }, body: { text: 'looking' } }, key);

    expect([ed.status, eva.status, note.status]).toEqual([201, 201, 201]);
    expect(ed.body.number).not.toBe(eva.body.number);
  });

  test('a refusal is not kept: the corrected state can be tried with the same key', async () => {
    const incident = await declare();
    const key = newKey();
    const resolve = (): Promise<Answer<'resolveIncident'>> => muster.call(ED_EDITOR, 'resolveIncident', { params: { number: incident.number }, body: { reason: 'traffic moved away' } }, key);
    const early = await resolve();
    for (const command of ['acknowledgeIncident', 'mitigateIncident'] as const) await muster.call(ED_EDITOR, command, { params: { number: incident.number }, body: {} });

    expect([early.status, (await resolve()).status]).toEqual([409, 200]);
  });

  test('a secret is shown once: a repeat is told so, and makes no second token', async () => {
    const key = newKey();
    const make = (): Promise<Answer<'createApiToken'>> => muster.call(ADA_ADMIN, 'createApiToken', { body: { name: 'export', role: 'viewer' } }, key);
    const first = await make();
    const again = await make();

    expect([first.status, again.status, again.problem.detail]).toEqual([201, 409, expect.stringContaining('shown once')]);
    const tokens = await muster.call(ADA_ADMIN, 'listApiTokens');
    expect(tokens.body.items.filter((token) => token.name === 'export')).toHaveLength(1);
    expect(JSON.stringify(await muster.database.db.query('select * from idempotency_keys'))).not.toContain(first.body.token);
  });

  test.each(['', 'x'.repeat(201)])('a key that is none is refused by name', async (key) => {
    const answer = await muster.call(ED_EDITOR, 'declareIncident', DECLARE, { 'Idempotency-Key': key });

    expect([answer.status, answer.problem.errors?.map((fault) => fault.field)]).toEqual([400, ['Idempotency-Key']]);
  });
});

describe('ETag and If-Match', () => {
  const edit = { title: 'A better title' };

  test('what was read can be changed, once: the next change needs the new ETag', async () => {
    const { number } = await declare();
    const read = await muster.call(ED_EDITOR, 'getIncident', { params: { number } });
    const seen = { 'If-Match': read.headers.get('etag') ?? '' };
    const changed = await muster.call(ED_EDITOR, 'editIncident', { params: { number }, body: edit }, seen);
    const stale = await other.call(EVA_EDITOR, 'editIncident', { params: { number }, body: { title: 'Another title' } }, seen);

    expect([changed.status, changed.headers.get('etag')]).toEqual([200, `"${read.body.version + 1}"`]);
    expect([stale.status, stale.problem.code, stale.problem.detail]).toEqual([412, 'version_mismatch', expect.stringContaining('Ed Editor')]);
    expect(stale.problem.extra).toMatchObject({ version: read.body.version + 1 });
    expect((await muster.call(ED_EDITOR, 'getIncident', { params: { number } })).body.title).toBe('A better title');
  });

  test('twenty at once at two replicas with the same ETag: one changes it, the others are told by whom', async () => {
    const { number, version } = await declare();
    const answers = await burst(20, (turn) => (turn % 4 < 2 ? ED_EDITOR : EVA_EDITOR), 'editIncident', { params: { number }, body: edit }, { 'If-Match': `"${version}"` });

    const statuses = answers.map((answer) => answer.status);
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 412).length]).toEqual([1, 19]);
    for (const answer of answers) if (answer.status === 412) expect(answer.problem.detail).toMatch(/by (Ed|Eva) Editor since you looked/);
  });

  test('two people acknowledge at once: one did it, the other learns who', async () => {
    const { number, version } = await declare();
    const [one, two] = await burst(2, (turn) => (turn === 0 ? ED_EDITOR : EVA_EDITOR), 'acknowledgeIncident', { params: { number }, body: {} }, { 'If-Match': `"${version}"` });

    const [winner, loser] = one?.status === 200 ? [one, two] : [two, one];
    expect([winner?.status, winner?.body.state]).toEqual([200, 'investigating']);
    expect([409, 412]).toContain(loser?.status);
    expect(loser?.problem.detail).toMatch(/was acknowledged by (Ed|Eva) Editor/);
    const timeline = await muster.call(ED_EDITOR, 'listTimeline', { params: { number } });
    expect(timeline.body.items.filter((entry) => entry.type === 'incident.acknowledged')).toHaveLength(1);
  });

  test('a transition that the state does not permit: 409 with the commands and the states that are possible', async () => {
    const { number } = await declare();
    const refused = await muster.call(ED_EDITOR, 'resolveIncident', { params: { number }, body: { reason: 'all is well again' } });
    await muster.call(ED_EDITOR, 'cancelIncident', { params: { number }, body: { reason: 'a test of the alarm' } });
    const merged = await muster.call(ED_EDITOR, 'mergeIncident', { params: { number }, body: { into: (await declare()).number } });

    expect(refused.status).toBe(409);
    expect(refused.problem.extra).toMatchObject({
      state: 'declared', permitted: ['acknowledge', 'start-mitigation', 'cancel'], targets: ['investigating', 'mitigating', 'cancelled', 'duplicate'],
    });
    expect(merged.problem).toMatchObject({ status: 409, extra: { state: 'cancelled', permitted: ['promote'], targets: ['declared'] } });
  });

  const GUARDED = (['editIncident', 'setIncidentSeverity', 'assignCommander'] as const).filter((name) => operations[name].ifMatch === 'required');
  test.each(GUARDED)('%s without If-Match is refused: 428, and what is no version: 400', async (name) => {
    const { number } = await declare();
    const body = { title: 'A better title', severity: 'sev2', reason: 'fewer users than thought', commander: null };
    const send = async (headers: Record<string, string>): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${muster.url}${pathOf(name, { params: { number } })}`, {
        method: operations[name].method.toUpperCase(), headers: { ...(await muster.headersOf(ED_EDITOR)), 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };

    expect(await send({})).toMatchObject({ status: 428, body: { code: 'precondition_required' } });
    for (const wrong of ['7', '"x"', '*']) expect(await send({ 'If-Match': wrong })).toMatchObject({ status: 400, body: { errors: [{ field: 'If-Match' }] } });
  });

  test('the mapping is guarded the same way', async () => {
    const { version, provisioned: _, ...mapping } = (await muster.call(ADA_ADMIN, 'getMapping')).body;
    const put = (label: string): Promise<Answer<'putMapping'>> => muster.call(ADA_ADMIN, 'putMapping', { body: { ...mapping, teamLabels: [label] } }, { 'If-Match': `"${version}"` });
    const answers = await Promise.all(Array.from({ length: 8 }, (_unused, turn) => put(`team-${turn}`)));

    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
  });
});

describe('an alert told to two replicas', () => {
  test('that flips from one content to another and back is shown as it is, one telling after what the replicas know was looked at', async () => {
    const token = await muster.addSource(ADA_ADMIN, 'flips');
    const alert = grafanaAlert({ fingerprint: 'flip', service: 'checkout', startsAt: Date.now() - 60_000 });
    const tell = async (replica: TestApp, summary: string) => {
      const { status } = await replica.postWebhook('flips', token, { groupKey: '{}:{}', alerts: [{ ...alert, annotations: { summary } }] });
      expect(status).toBe(202);
    };
    const shown = async () => (await other.call(ADA_ADMIN, 'listAlerts', { query: { q: 'flip-summary' } })).body.items.map((item) => item.summary);
    await tell(muster, 'flip-summary 80 %');
    await tell(other, 'flip-summary 95 %');
    await tell(muster, 'flip-summary 80 %');
    expect(await shown()).toEqual(['flip-summary 95 %']);

    await muster.app.intake.flushCounts();
    await tell(muster, 'flip-summary 80 %');
    expect(await shown()).toEqual(['flip-summary 80 %']);

    // only what differs is asked for again: repeats go on needing no write
    const [row] = await muster.database.db.query<{ key: string; at: Date; hash: string }>(
      "select alert_key::text as key, starts_at as at, content_hash::text as hash from alerts where fingerprint = 'flip'",
    );
    const counted = (contentHash: number) => ({ alertKey: row?.key ?? '', startsAtMs: row?.at.getTime() ?? 0, repeats: 1, lastSeenMs: 0, contentHash });
    const [same, another] = [counted(Number(row?.hash)), counted(Number(row?.hash) + 1)];
    expect(await findOverwritten(muster.database.db, ORG, [same, another, same])).toEqual([another]);
  });
});
