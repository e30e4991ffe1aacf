/** cap 34, cap 44: what people merge and reject is learned, holds the next time, says why, and can be forgotten or forbidden. */
import { orgId, type AlertId, type Incident, type LearnedItem } from '../../backend/contract/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, OTTO_OTHER_ORG, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ORG = orgId.parse(1);
const REASON = { reason: 'a reason that is long enough' };
/** After so long an incident takes no more alerts, and none is looked at again. */
const QUIET = { quietMinutes: 5, waitMinutes: 5 };
const LATER_MS = 11 * 60_000;
const clock = createSimulatedClock(Date.now());
let muster: TestApp;
let token: string;
let made = 0;

beforeAll(async () => {
  muster = await startTestApp({ clock });
  token = await muster.addSource(ADA_ADMIN, 'grafana');
  await must(muster.call(ADA_ADMIN, 'putCorrelationDraft', { body: { tuning: QUIET } }, { 'If-Match': '"0"' }));
  await must(muster.call(ADA_ADMIN, 'activateCorrelationDraft', { body: { note: 'a quick test' } }, { 'If-Match': '"1"' }));
  await muster.app.correlator?.settle();
});
afterAll(() => muster.close());

async function must<T>(answer: Promise<{ readonly status: number; readonly body: T; readonly problem: unknown }>): Promise<T> {
  const { status, body, problem } = await answer;
  if (status >= 300) throw new Error(JSON.stringify(problem));
  return body;
}

/** A new alert of a service, correlated. Gives its id and its incident. */
async function fire(service: string, name = `${service}Fails`, severity = 'warning'): Promise<{ alert: AlertId; incident: Incident }> {
  made += 1;
  clock.advance(1_000);
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ name, fingerprint: `${service}-${made}`, service, severity, startsAt: clock.nowMs() })] });
  await muster.app.correlator?.drain(ORG);
  const { items } = await must(muster.call(ADA_ADMIN, 'listAlerts', { query: { limit: 1 } }));
  const [newest] = items;
  if (newest?.incident == null || newest.service !== service) throw new Error(`the alert of ${service} is in no incident: ${JSON.stringify(newest)}`);
  return { alert: newest.id, incident: await must(muster.call(ADA_ADMIN, 'getIncident', { params: { number: newest.incident } })) };
}

/** Ends an incident, so that what comes next is another one. */
async function end({ number, state }: Incident): Promise<void> {
  const steps = [...(state === 'candidate' ? ['promoteIncident' as const] : []), 'acknowledgeIncident' as const, 'mitigateIncident' as const, 'resolveIncident' as const];
  for (const step of steps) await must(muster.call(ADA_ADMIN, step, { params: { number }, body: REASON }));
}

/** Rejects it, and lets so much time go by that what comes is no part of it. */
async function reject(number: number): Promise<void> {
  await must(muster.call(ADA_ADMIN, 'rejectIncident', { params: { number }, body: { reason: 'a load test' } }));
  clock.advance(LATER_MS);
}

/** Learns, and lets the correlator take it up. */
async function learn(user: TestUser = ADA_ADMIN): Promise<void> {
  await must(muster.call(user, 'learnNow'));
  await muster.app.correlator?.settle();
}

async function learned(query: { kind?: 'pair' | 'candidate'; state?: 'learned' | 'ignored'; search?: string } = {}, user = VERA_VIEWER): Promise<LearnedItem[]> {
  return (await must(muster.call(user, 'listLearned', { query }))).items;
}

/** Two services fail; a person puts them together. */
async function mergedByHand(a: string, b: string): Promise<number> {
  const [first, second] = [await fire(a), await fire(b)];
  expect(second.incident.number).not.toBe(first.incident.number);
  const into = await must(muster.call(ED_EDITOR, 'mergeIncident', { params: { number: second.incident.number }, body: { into: first.incident.number } }));
  await end(into);
  return into.number;
}

test('cap 34: services that were merged by hand twice are grouped the third time, and the link says why; forgotten, they are two again', async () => {
  expect((await must(muster.call(VERA_VIEWER, 'getLearning'))).learnedAt).toBeNull();
  const rounds = [await mergedByHand('checkout', 'search'), await mergedByHand('checkout', 'search')];
  await learn();

  const [pair, ...others] = await learned({ kind: 'pair' });
  expect(others).toEqual([]);
  expect(pair).toMatchObject({
    subject: { kind: 'service', name: 'checkout' }, other: { kind: 'service', name: 'search' }, effect: 'together', evidence: { merged: 2 }, ignored: null,
    summary: expect.stringContaining('people put it together with search in 2 incidents'),
  });
  expect(rounds.every((number) => number > 0) && (pair?.incidents.length ?? 0) >= 2).toBe(true);

  const first = await fire('checkout');
  const third = await fire('search');
  expect(third.incident.number).toBe(first.incident.number);
  const alert = await must(muster.call(VERA_VIEWER, 'getAlert', { params: { id: third.alert } }));
  expect(alert.why?.summary).toContain('people put it together with checkout in 2 incidents');
  expect(alert.why?.contributions).toContainEqual({ kind: 'history', text: expect.stringContaining('people put it together with checkout in 2 incidents'), weight: expect.any(Number) });
  await end(third.incident);

  await must(muster.call(ADA_ADMIN, 'forgetLearned', { params: { id: pair?.id ?? '' }, body: { reason: 'the gateway they shared is gone' } }));
  await muster.app.correlator?.settle();
  expect(await learned({ kind: 'pair' })).toEqual([]);
  const [a, b] = [await fire('checkout'), await fire('search')];
  expect(b.incident.number).not.toBe(a.incident.number);
  await end(a.incident);
  await end(b.incident);
  const audit = await must(muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'correlation.forgotten' } }));
  expect(audit.items[0]).toMatchObject({ actor: { name: 'Ada Admin' }, text: 'Forgotten what was learned of checkout and search: the gateway they shared is gone' });
});

test('a merge that was undone teaches nothing', async () => {
  for (let round = 0; round < 2; round += 1) {
    const [first, second] = [await fire('ledger'), await fire('chat')];
    await must(muster.call(ED_EDITOR, 'mergeIncident', { params: { number: second.incident.number }, body: { into: first.incident.number } }));
    const [regrouping] = (await must(muster.call(ADA_ADMIN, 'listRegroupings', { params: { number: first.incident.number } }))).items;
    await must(muster.call(ED_EDITOR, 'undoRegrouping', { params: { id: regrouping?.id ?? '' }, body: {} }));
    for (const { incident } of [first, second]) await end(await must(muster.call(ADA_ADMIN, 'getIncident', { params: { number: incident.number } })));
  }
  await learn();
  expect(await learned({ kind: 'pair' })).toEqual([]);
});

test('cap 44: a kind of candidate that was rejected three times is held the fourth time, with the reason; a graver one is proposed', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { incident } = await fire('mail', 'SmtpSlow');
    expect(incident.state).toBe('candidate');
    await reject(incident.number);
  }
  await learn();
  expect(await learned({ kind: 'candidate', search: 'SmtpSlow' })).toMatchObject([{ subject: { kind: 'cause', name: 'mail' }, effect: 'held', evidence: { rejected: 3 } }]);

  const fourth = await fire('mail', 'SmtpSlow');
  expect(fourth.incident).toMatchObject({
    state: 'rejected', declaration: { outcome: 'ignore', reason: 'candidates around mail were rejected 3 times in the last 30 days: held, until it is graver, broader or larger than those' },
  });
  const graver = await fire('mail', 'SmtpSlow', 'high');
  expect(graver.incident).toMatchObject({ number: fourth.incident.number, state: 'candidate' });
  await reject(graver.incident.number);
  const other = await fire('mail', 'MailLost');
  expect(other.incident.state).toBe('candidate');
  await reject(other.incident.number);
});

test('cap 44: a kind that was promoted twice scores more the third time, and says so', async () => {
  for (let round = 0; round < 2; round += 1) {
    const { incident } = await fire('reports');
    await end(incident);
  }
  await learn();
  const third = await fire('reports');
  expect(third.incident.declaration?.contributions).toContainEqual({ kind: 'history', text: 'candidates around reports were promoted 2 times in the last 30 days', weight: 0.1 });
  await end(third.incident);
});

test('what a manager says is not to be learned stays out until it is allowed again, and both are in the audit log', async () => {
  const [held] = await learned({ kind: 'candidate', search: 'SmtpSlow' });
  const id = held?.id ?? '';
  expect((await muster.call(ED_EDITOR, 'ignoreLearned', { params: { id }, body: { reason: 'each is looked at' } })).status).toBe(403);
  const bare = await muster.call(ADA_ADMIN, 'ignoreLearned', { params: { id }, body: { reason: '' } });
  expect([bare.status, bare.problem.errors?.[0]?.field]).toEqual([400, 'body.reason']);

  const ignored = await must(muster.call(ADA_ADMIN, 'ignoreLearned', { params: { id }, body: { reason: 'each is looked at' } }));
  expect(ignored.ignored).toMatchObject({ by: { name: 'Ada Admin' }, reason: 'each is looked at' });
  expect(await learned({ kind: 'candidate', search: 'SmtpSlow' })).toEqual([]);
  expect((await learned({ state: 'ignored' })).map((item) => item.id)).toEqual([id]);
  const { incident } = await fire('mail', 'SmtpSlow');
  expect(incident.state).toBe('candidate');
  await reject(incident.number);
  expect((await muster.call(ADA_ADMIN, 'forgetLearned', { params: { id }, body: REASON })).status).toBe(409);

  await must(muster.call(ADA_ADMIN, 'allowLearned', { params: { id } }));
  expect(await learned({ kind: 'candidate', search: 'SmtpSlow' })).toMatchObject([{ effect: 'held' }]);
  expect((await muster.call(ADA_ADMIN, 'allowLearned', { params: { id } })).status).toBe(409);
  const audit = await must(muster.call(ADA_ADMIN, 'listAudit', { query: { subject: 'correlation' } }));
  expect(audit.items.map((item) => item.type)).toEqual(expect.arrayContaining(['correlation.learning_stopped', 'correlation.learning_allowed', 'correlation.learned']));
});

test('the list comes page by page, and a cursor of another list is refused', async () => {
  const all = await learned();
  expect(all.length).toBeGreaterThan(1);
  const first = await must(muster.call(VERA_VIEWER, 'listLearned', { query: { limit: 1 } }));
  const second = await must(muster.call(VERA_VIEWER, 'listLearned', { query: { limit: 1, cursor: first.nextCursor ?? '' } }));
  expect([...first.items, ...second.items]).toEqual(all.slice(0, 2));
  expect((await muster.call(VERA_VIEWER, 'listLearned', { query: { cursor: 'x' } })).problem.errors?.[0]?.field).toBe('query.cursor');
});

test('nothing new leaves the snapshot as it is', async () => {
  await learn();
  const before = await must(muster.call(VERA_VIEWER, 'getLearning'));
  await learn();
  expect((await must(muster.call(VERA_VIEWER, 'getLearning'))).version).toBe(before.version);
});

test('another organisation has learned nothing of this, neither to see nor to decide by', async () => {
  await learn(OTTO_OTHER_ORG);
  expect(await learned({}, OTTO_OTHER_ORG)).toEqual([]);
  expect(await must(muster.call(OTTO_OTHER_ORG, 'getLearning'))).toMatchObject({ pairs: 0, candidates: 0, incidents: 0, acts: 0 });
  const ottos = await muster.addSource(OTTO_OTHER_ORG, 'grafana');
  await muster.postWebhook('grafana', ottos, { groupKey: '{}:{}', alerts: [grafanaAlert({ name: 'SmtpSlow', fingerprint: 'otto', service: 'mail', startsAt: clock.nowMs() })] });
  await muster.app.correlator?.drain(orgId.parse(2));
  expect((await must(muster.call(OTTO_OTHER_ORG, 'listIncidents', { query: { phase: 'candidate' } }))).items).toMatchObject([{ services: ['mail'] }]);
});
