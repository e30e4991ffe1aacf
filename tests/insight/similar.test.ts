/** cap 115, cap 116: past incidents that are like one are found with reasons and with what ended them, quickly, and only by those who may see them. */
import { incidentNumber, type SimilarIncidents } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const REASON = { reason: 'Restarted the connection pool of payments-db' };
const DAY_MS = 86_400_000;
let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

async function declared(title: string, service: string): Promise<number> {
  return (await muster.call(ED_EDITOR, 'declareIncident', { body: { title, severity: 'sev2', services: [service], description: title } })).body.number;
}

async function ended(title: string, service: string): Promise<number> {
  const number = incidentNumber.parse(await declared(title, service));
  await muster.call(ED_EDITOR, 'acknowledgeIncident', { params: { number }, body: {} });
  await muster.call(ED_EDITOR, 'addNote', { params: { number }, body: { text: 'The pool had no free connection; a restart freed them' } });
  await muster.call(ED_EDITOR, 'mitigateIncident', { params: { number }, body: REASON });
  const answer = await muster.call(ADA_ADMIN, 'resolveIncident', { params: { number }, body: { reason: 'Calm for an hour' } });
  expect(answer.status).toBe(200);
  return number;
}

async function similar(user: TestUser, number: number): Promise<SimilarIncidents> {
  return (await muster.call(user, 'getSimilarIncidents', { params: { number: incidentNumber.parse(number) } })).body;
}

function ready(number: number, enough: (answer: SimilarIncidents) => boolean, user: TestUser = VERA_VIEWER): Promise<SimilarIncidents> {
  return eventually(() => similar(user, number), (answer) => answer.state === 'ready' && enough(answer), 60_000);
}

test('the like of it comes first, with what both have in common and what ended it; a private one is found by its members alone', async () => {
  const pool = await ended('Connection pool of payments-db exhausted', 'payments-db');
  await ended('Certificate of the ingress expired', 'ingress');
  const secret = incidentNumber.parse(await ended('Connection pool of payments-db exhausted by a stranger', 'payments-db'));
  await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number: secret }, body: { reason: 'for the test' } });
  const own = await declared('payments-db has no free connections in its pool', 'payments-db');

  const seen = await ready(own, ({ compared }) => compared === 2);
  expect(seen.items[0]).toMatchObject({ number: pool, state: 'resolved', severity: 'sev2' });
  expect(seen.items[0]?.reasons).toEqual(expect.arrayContaining([{ kind: 'services', what: ['payments-db'] }, expect.objectContaining({ kind: 'words' })]));
  expect(seen.items[0]?.fixedBy).toEqual(expect.arrayContaining([
    expect.objectContaining({ kind: 'reason', text: REASON.reason }), expect.objectContaining({ kind: 'note', text: 'The pool had no free connection; a restart freed them' }),
  ]));
  expect(seen.unusual).toMatchObject({ label: 'rare', ofKind: [pool], text: 'This kind came only once in 90 days.' });
  expect(JSON.stringify(seen)).not.toContain('stranger');
  expect((await similar(ED_EDITOR, own)).items.map(({ number }) => number)).toEqual(expect.arrayContaining([pool, secret]));
  expect((await muster.call(VERA_VIEWER, 'getSimilarIncidents', { params: { number: secret } })).status).toBe(404);
});

test('alerts tell of the kind as well, and what ends later is remembered without a restart', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  const raise = async (service: string) => {
    const alerts = [0, 1].map((place) => grafanaAlert({ fingerprint: `${service}-${place}`, name: place === 0 ? 'QueueLagging' : 'ConsumerStuck', service, severity: 'critical', startsAt: Date.now() }));
    await muster.postWebhook('grafana', token, { groupKey: service, alerts });
    const list = await eventually(() => muster.call(ADA_ADMIN, 'listIncidents', { query: { service, phase: 'all' } }), ({ body }) => body.items.some(({ alertsTotal }) => alertsTotal === 2));
    return incidentNumber.parse(list.body.items[0]?.number ?? 0);
  };
  const before = await raise('orders-queue');
  if ((await muster.call(ED_EDITOR, 'getIncident', { params: { number: before } })).body.state === 'candidate') await muster.call(ED_EDITOR, 'promoteIncident', { params: { number: before }, body: {} });
  for (const step of ['acknowledgeIncident', 'mitigateIncident', 'resolveIncident'] as const) await muster.call(ADA_ADMIN, step, { params: { number: before }, body: REASON });
  const again = await raise('billing-queue');

  const seen = await ready(again, ({ items }) => items.some(({ number }) => number === before));
  expect(seen.items.find(({ number }) => number === before)?.reasons).toContainEqual({ kind: 'alerts', what: ['QueueLagging', 'ConsumerStuck'] });

  // cap 117: what its leading alerts usually mean; not to those who may not see where that is from.
  const meanings = (user: TestUser) => eventually(async () => (await muster.call(user, 'getAlertMeanings', { params: { number: again } })).body, ({ state }) => state === 'ready');
  const [meaning, other] = (await meanings(VERA_VIEWER)).items;
  expect([meaning?.name, other?.name].sort()).toEqual(['ConsumerStuck', 'QueueLagging']);
  expect(meaning).toMatchObject({ service: 'billing-queue', alerts: 1, firing: 1, incidents: 1, atService: 0, causes: [], fixedBy: [{ remedy: { kind: 'reason', text: REASON.reason }, incidents: 1, latest: before }] });
  await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number: before }, body: { reason: 'for the test' } });
  expect((await meanings(VERA_VIEWER)).items[0]).toMatchObject({ incidents: 0, fixedBy: [] });
});

test('with 2,000 past incidents every question is answered within 300 ms, also while the memory is made', async () => {
  const { db } = muster.database;
  const things = ['payments-db', 'checkout', 'search', 'ingress', 'orders-queue', 'mail', 'auth', 'images', 'reports', 'cache'];
  const troubles = ['ran out of memory', 'answers slowly', 'lost its leader', 'has a full disk', 'refuses connections', 'lags behind', 'loses packets', 'serves stale data'];
  const titles = Array.from({ length: 2_000 }, (_, n) => `${things[n % things.length]} ${troubles[Math.floor(n / 7) % troubles.length]} in zone ${n % 23}`);
  await db.query(
    `insert into incidents (org_id, number, title, description, state, severity, severity_origin, origin, services, group_keys, detected_at, declared_at, mitigated_at, resolved_at, updated_at)
     select 1, 1000 + t.place, t.title, t.title, 'closed', 3, 'manual', 'manual', array[split_part(t.title, ' ', 1)], '{}', t.at, t.at, t.at, t.at, t.at
       from (select u.title, u.place, now() - make_interval(hours => u.place::integer) as at from unnest($1::text[]) with ordinality as u(title, place)) as t`, [titles],
  );
  await db.query(
    `insert into event_log (org_id, position, occurred_at, type, incident_number, actor, data)
     select 1, nextval('log_positions'), i.resolved_at, 'incident.note_added', i.number, '{"kind":"user","key":"user:ed","name":"Ed"}', jsonb_build_object('text', 'Restarted ' || i.title) from incidents as i where i.number > 1000`,
  );
  const own = await declared('search answers slowly in zone 3', 'search');
  const took: number[] = [];
  const timed = async (): Promise<SimilarIncidents> => {
    const began = performance.now();
    const answer = await similar(VERA_VIEWER, own);
    took.push(performance.now() - began);
    return answer;
  };
  // The first questions find the memory of before; it is made anew beside them.
  const seen = await eventually(timed, ({ compared }) => compared > 500, 240_000);
  for (let n = 0; n < 20; n += 1) await timed();
  took.sort((a, b) => a - b);

  expect(seen.items[0]?.title).toContain('search answers slowly');
  expect(seen.unusual).toMatchObject({ label: 'frequent' });
  expect(new Date(seen.items[0]?.beganAt ?? 0).getTime()).toBeGreaterThan(Date.now() - 90 * DAY_MS);
  expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(300);
}, 300_000);
