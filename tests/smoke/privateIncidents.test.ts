/**
 * The promise: to whoever is no member, a private incident does not exist. Every operation of the contract is called
 * as people of every role, and none of them says its title, its number or a word of it; nor does the live stream, nor a metric.
 */
import { PERMISSIONS } from '../../backend/access/index.ts';
import { audienceId, incidentNumber, OPERATION_NAMES, operations, ROLES, type AlertId, type CallOf, type Incident, type IncidentNumber, type LiveEvent, type Operation, type OperationName, type Role } from '../../backend/contract/index.ts';
import { EXERCISES } from '../contract/exercises/index.ts';
import { tellNobody } from '../contract/exercises/notifications.ts';
import { startStage, type Stage } from '../contract/stage.ts';
import { eventually, pathOf, type Answer } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, type TestUser } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MARK = 'canary-7f3a91';
const REASON = { reason: 'a reason that is long enough' };
/** The admin is one of those who are no members. */
const STRANGERS = new Map<Role, TestUser>(ROLES.map((role) => [role, role === 'admin' ? ADA_ADMIN : { uid: `no-${role}`, login: role, name: `No ${role}`, orgId: 1, role: 'Viewer' }]));
const ED = ED_EDITOR;

let stage: Stage;
let sourceToken: string;
/** Hidden: made by the engine and then private, with one merged into it from each side, and one split from it. */
let hidden: { main: number; merged: number; swallowed: number; split: number };
let open: { received: number; judged: number; noted: number; returned: number };
let alerts: AlertId[];
let regroupings: string[];
let tasks: string[];
/** Of a page to a member, and of a role that a member is asked to take. */
let called: { escalation: string; page: string; offer: string };
let deliveries: string[];
let runs: string[];
let updates: string[];
let note: string;
let stateBefore: string;

function hiddenNumbers(): number[] {
  return Object.values(hidden);
}

/** Words of the private incidents in a text; their numbers as numbers, not as part of longer ones. */
function leaksIn(text: string): string[] {
  return [MARK, ...hiddenNumbers().map(String)].filter((word) => new RegExp(`(?<![0-9a-f])${word}(?![0-9a-f])`, 'i').test(text));
}

function around(text: string, word: string): string {
  const place = text.toLowerCase().indexOf(word);
  return text.slice(Math.max(0, place - 100), place + 100);
}

/** Calls an operation as a person and gives the whole answer as text. */
async function raw(user: TestUser | string, name: OperationName, parts: { params?: object; query?: object; body?: unknown } = {}, headers: Record<string, string> = {}): Promise<{ status: number; text: string; body: string }> {
  const { method }: Operation = operations[name];
  const response = await fetch(`${stage.muster.url}${pathOf(name, parts)}`, {
    method: method.toUpperCase(),
    headers: { ...(typeof user === 'string' ? { Authorization: `Bearer ${user}` } : await stage.muster.headersOf(user)), 'Content-Type': 'application/json', ...headers },
    ...(method === 'get' || method === 'delete' ? {} : { body: JSON.stringify(parts.body ?? {}) }),
  });
  const body = await response.text();
  return { status: response.status, body, text: `${JSON.stringify([...response.headers])}\n${body}` };
}

async function as<N extends OperationName>(user: TestUser, name: N, input?: CallOf<N>, headers?: Record<string, string>): Promise<Answer<N>['body']> {
  const answer = await stage.muster.call(user, name, input, headers);
  if (answer.status >= 300) throw new Error(`${name} gave ${JSON.stringify(answer.problem)}`);
  return answer.body;
}

const BEGAN = Date.now();

async function post(service: string, count: number, first = 0, status: 'firing' | 'resolved' = 'firing'): Promise<void> {
  const posted = Array.from({ length: count }, (_, index) => grafanaAlert({
    fingerprint: `${service}-${first + index}`, name: `Rule${first + index}`, service, startsAt: BEGAN, status, ...(status === 'resolved' ? { endsAt: Date.now() } : {}),
  }));
  await stage.muster.postWebhook('vaults', sourceToken, { groupKey: '{}:{}', alerts: posted });
}

async function candidateOf(service: string, count: number): Promise<Incident> {
  await post(service, count);
  const list = await eventually(() => as(ED, 'listIncidents', { query: { service, phase: 'all' } }), ({ items }) => items[0]?.alertsTotal === count);
  return as(ED, 'getIncident', { params: { number: list.items[0]?.number ?? 0 } });
}

async function declared(title: string): Promise<IncidentNumber> {
  return (await as(ED, 'declareIncident', { body: { title, severity: 'sev3' } })).number;
}

/** A run for an incident, which waits for a person. */
async function startLooking(incident: number): Promise<string> {
  const made = await stage.must('createRunbook', { body: { source: `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${stage.name()}, title: A procedure }\nsteps:\n  - { id: look, kind: manual, with: { instruction: Look } }\n` } });
  await stage.must('publishRunbook', { params: { id: made.id }, body: {} }, { 'If-Match': `"${made.version}"` });
  const started = await as(ED, 'startRun', { params: { id: made.id }, body: { incident: incidentNumber.parse(incident) } });
  await eventually(() => as(ED, 'getRun', { params: { id: started.id } }), (run) => run.waitsFor === 'input');
  return started.id;
}

async function alertsOf(user: TestUser, number: number): Promise<AlertId[]> {
  return (await as(user, 'listIncidentAlerts', { params: { number } })).items.map(({ id }) => id);
}

/** Everything of the private incidents, as the database has it. */
async function stateOfHidden(): Promise<string> {
  const rows = await stage.muster.database.db.query<{ text: string }>(
    `select (select jsonb_agg(to_jsonb(i) order by i.number) from incidents as i where i.number = any($1))::text
       || (select jsonb_agg(to_jsonb(k) order by k.alert_key) from incident_alerts as k where k.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(e) order by e.position) from event_log as e where e.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(p) order by p.incident_number) from private_incidents as p where p.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(t) order by t.id) from tasks as t where t.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(r) order by r.id) from runbook_runs as r where r.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(u) order by u.id) from status_updates as u where u.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(c) order by c.id) from escalations as c where c.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(g) order by g.id) from escalation_pages as g where g.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(l) order by l.role) from incident_roles as l where l.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(o) order by o.id) from incident_role_offers as o where o.incident_number = any($1))::text
       || (select jsonb_agg(to_jsonb(j)) from judgements as j where j.incident_number = any($1))::text as text`, [hiddenNumbers()],
  );
  return rows[0]?.text ?? '';
}

beforeAll(async () => {
  stage = await startStage();
  const { db } = stage.muster.database;
  sourceToken = await stage.muster.addSource(ADA_ADMIN, 'vaults');
  for (const [role, user] of STRANGERS) {
    const key = (await as(user, 'getMe')).user.key;
    if (role !== 'admin') await as(ADA_ADMIN, 'setUserRole', { params: { user: key }, body: { role } }, { 'If-Match': '"1"' });
  }
  await as(ED, 'getMe');
  await stage.must('createService', { body: { name: 'vault' } });

  const receiver = await candidateOf('bystander', 2);
  const judged = await declared('Judged in the open');
  const noted = await declared('Noted in the open');
  const returned = await declared('Came back in the open');
  open = { received: receiver.number, judged, noted, returned };

  await db.query('update incident_counters set last_number = 7700130');
  const main = await candidateOf('vault', 6);
  const swallowed = await declared('Was open before');
  await as(ED, 'addNote', { params: { number: main.number }, body: { text: `${MARK} before it was private` } });
  await stage.must('recordChange', { body: { id: 'vault-1', title: 'Deploy of vault', service: 'vault' } });
  await as(ED, 'editIncident', { params: { number: main.number }, body: { title: `${MARK} keys taken`, description: MARK } }, { 'If-Match': `"${main.version}"` });
  await as(ED, 'makeIncidentPrivate', { params: { number: main.number }, body: { reason: `${MARK} suspected` } });
  const merged = await as(ED, 'declareIncident', { body: { title: `${MARK} from the beginning`, severity: 'sev1', services: ['vault'], links: [{ title: MARK, url: '/d/vault' }], private: { reason: MARK } } });
  await as(ED, 'promoteIncident', { params: { number: main.number }, body: {} });
  await as(ED, 'mergeIncident', { params: { number: merged.number }, body: { into: main.number, reason: MARK } });
  await as(ED, 'mergeIncident', { params: { number: swallowed }, body: { into: main.number, reason: MARK } });
  const members = await alertsOf(ED, main.number);
  const split = await as(ED, 'splitIncident', { params: { number: main.number }, body: { alerts: members.slice(0, 1), reason: MARK } });
  await as(ED, 'moveAlerts', { params: { number: main.number }, body: { alerts: members.slice(1, 2), into: receiver.number, reason: MARK } });
  await as(ED, 'putJudgement', { params: { number: main.number }, body: { verdict: 'should_merge', with: [judged] } }, { 'If-Match': '"0"' });
  await as(ED, 'putJudgement', { params: { number: judged }, body: { verdict: 'should_merge', with: [main.number] } }, { 'If-Match': '"0"' });
  note = (await as(ED, 'addNote', { params: { number: main.number }, body: { text: MARK } })).position;
  runs = await Promise.all([main.number, split.number].map((number) => startLooking(number)));
  updates = [];
  for (const publishes of [false, true]) {
    const update = await as(ED, 'createUpdate', { params: { number: main.number }, body: { audience: audienceId.parse('internal'), fields: { summary: MARK }, nextUpdateAt: '2099-01-01T00:00:00Z' } });
    if (publishes) await as(ED, 'publishUpdate', { params: { id: update.id }, body: {} }, { 'If-Match': `"${update.version}"` });
    updates.push(update.id);
  }
  tasks = [];
  for (const number of [main.number, merged.number]) {
    const body = { title: `${MARK} to do`, dueAt: '2026-11-24T09:00:00Z', owner: { kind: 'role' as const, role: 'commander' as const }, ...(number === main.number ? { entry: note } : {}) };
    if (number === main.number) tasks.push((await as(ED, 'createTask', { params: { number }, body })).id);
    else tasks.push(...(await db.query<{ id: string }>(`insert into tasks (org_id, incident_number, title, description, priority, created_at, created_by) values (1, $1, $2, '', 'normal', now(), $2) returning id::text`, [number, MARK])).map(({ id }) => id));
  }
  const ed = (await as(ED, 'getMe')).user.key;
  await db.query(`insert into contact_points (org_id, user_key, channel, address, consent_at, verified_at) values (1, $1::text, 'email', 'ed@example.com', now(), now())`, [ed]);
  const [run] = (await as(ED, 'pagePerson', { params: { number: main.number }, body: { user: ed, reason: MARK } })).escalations;
  const offers = (await as(ED, 'offerRole', { params: { number: main.number }, body: { role: 'scribe', to: ed, note: MARK } })).roles.flatMap(({ offer }) => offer?.id ?? []);
  called = { escalation: run?.id ?? '', page: run?.pages[0]?.id ?? '', offer: offers[0] ?? '' };
  for (const number of [main.number, split.number, judged]) {
    await tellNobody(db, number, 1);
    if (number !== judged) await db.query(`update notification_messages set content = content || jsonb_build_object('subject', $2::text) where org_id = 1 and incident_number = $1::integer`, [number, MARK]);
  }
  deliveries = (await db.query<{ id: string }>('select d.id::text from notification_deliveries as d join notification_messages as m on m.id = d.message_id where m.incident_number = any($1::integer[]) order by d.id', [[main.number, split.number]])).map(({ id }) => id);
  await eventually(() => db.query(`select 1 from event_log where type = 'incident.task_overdue'`), (rows) => rows.length === 1);
  hidden = { main: main.number, merged: merged.number, swallowed, split: split.number };
  await as(ED, 'addNote', { params: { number: noted }, body: { text: `the same as INC-${main.number}, see inc-${split.number}` } });
  // Alerts go on joining it.
  await post('vault', 2, 10);
  await eventually(() => as(ED, 'getIncident', { params: { number: main.number } }), ({ alertsTotal }) => alertsTotal === 6);
  await eventually(() => db.query('select 1 from incidents where number = any($1) and (untold_joined > 0 or untold_ended > 0)', [hiddenNumbers()]), (untold) => untold.length === 0);
  alerts = await alertsOf(ED, main.number);

  await db.query('update incidents set recurrence_of = $1 where number = $2', [main.number, returned]);
  await db.query(`update incidents set recurrence_of = $1 where number = $2`, [judged, main.number]);
  const learned = {
    kind: 'candidate', subject: { kind: 'cause', name: 'vault' }, other: null, effect: 'held', weight: 0, summary: 'vault', incidents: [main.number], lastSeenAt: '2026-03-01T10:00:00.000Z',
    evidence: { together: 0, withSubject: 0, withOther: 0, incidents: 1, lift: null, merged: 0, parted: 0, rejected: 3, promoted: 0 },
  };
  await db.query(`insert into learned_items (org_id, key, kind, content, names, last_seen_at) values (1, 'vault', 'candidate', $1::jsonb, 'vault', now())`, [JSON.stringify(learned)]);
  await db.query(
    `insert into held_back_alerts (org_id, alert_key, starts_at, severity, verdict, reason, cause_id, cause_name, since, verdict_since, judged_at, outcome, parent_key, parent_starts_at)
     select 1, k.alert_key, k.starts_at, 3, 'inhibited', 'for the test', 'c', 'c', now(), now(), now(), 'attached', k.alert_key, k.starts_at from incident_alerts as k
     join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
     where k.incident_number = $1 and a.name = 'Rule11'`, [main.number],
  );
  const rows = await db.query<{ id: string }>('select id::text from regroupings where from_incident = any($1) or into_incident = any($1)', [hiddenNumbers()]);
  regroupings = rows.map(({ id }) => id);
  await db.query('update incident_counters set last_number = 500');
  stateBefore = await stateOfHidden();
});
afterAll(() => stage.close());

/** What the test planted is there, seen with the eyes of a member: what is not found below was there to be found. */
test('a member sees all of it', async () => {
  const main = await as(ED, 'getIncident', { params: { number: hidden.main } });
  expect(main).toMatchObject({ private: true, title: `${MARK} keys taken`, recurrenceOf: open.judged, privacy: { reason: `${MARK} suspected`, members: [{ login: 'ed' }] }, mergedFrom: [hidden.swallowed, hidden.merged].sort() });
  const list = await as(ED, 'listIncidents', { query: { phase: 'all', visibility: 'private' } });
  expect(list.items.map(({ number }) => number).sort()).toEqual(hiddenNumbers().sort());
  expect(await as(ED, 'getIncident', { params: { number: hidden.split } })).toMatchObject({ private: true, privacy: { members: [{ login: 'ed' }] } });

  for (const [name, parts] of Object.entries(asked())) for (const part of PERMISSIONS[nameOf(name)].includes('commander') ? parts : []) {
    const { status } = await raw(ED, nameOf(name), part);
    expect([name, JSON.stringify(part), status]).toEqual([name, JSON.stringify(part), 200]);
  }
  for (const name of ['listIncidents', 'listAlerts', 'getAlert', 'listJudgements', 'listLearned', 'getServiceStates', 'listTasks', 'listUpdatesDue', 'listDeliveries', 'listTimeline', 'listRegroupings', 'getJudgement', 'getIncident'] as const) {
    const texts = await Promise.all((asked()[name] ?? []).map(async (parts) => (await raw(ED, name, parts)).text));
    expect([name, texts.some((text) => leaksIn(text).length > 0)]).toEqual([name, true]);
  }
  expect(leaksIn((await raw(STRANGERS.get('admin') ?? ED, 'listAudit', { query: { limit: 1000 } })).text)).toEqual([]);
});

function nameOf(text: string): OperationName {
  const name = OPERATION_NAMES.find((known) => known === text);
  if (name === undefined) throw new Error(text);
  return name;
}

/** Questions in the answers to which a private incident could show, beside those of the exercises. */
function asked(): Partial<Record<OperationName, { params?: object; query?: object }[]>> {
  const opened = Object.values(open).map((number) => ({ params: { number } }));
  return {
    listIncidents: [{ query: { phase: 'all', limit: 1000 } }, { query: { phase: 'all', q: MARK } }, { query: { phase: 'all', q: `inc-${hidden.main}` } }, { query: { phase: 'all', service: 'vault' } }, { query: { phase: 'all', visibility: 'private' } }, { query: { phase: 'candidate' } }],
    countIncidents: [{}],
    listTasks: [{ query: { limit: 1000 } }, { query: { state: 'all', due: 'overdue' } }, { query: { owner: 'me' } }],
    listDeliveries: [{ query: { limit: 1000 } }, { query: { state: 'failed' } }],
    listIncidentDeliveries: opened,
    listIncidentTasks: opened,
    listUpdatesDue: [{ query: { limit: 1000 } }], getIncidentComms: opened, listIncidentUpdates: opened, getCadence: [{}], getMobilisation: opened, getIncidentClocks: opened, getIncidentRoles: opened, listMyPages: [{}],
    listAudit: [{ query: { limit: 1000 } }, { query: { subject: 'incidents', limit: 1000 } }],
    listAlerts: [{ query: { limit: 1000 } }, { query: { q: 'vault' } }],
    getAlert: alerts.map((id) => ({ params: { id } })),
    getAlertTrend: alerts.map((id) => ({ params: { id } })),
    listHeldBack: [{ query: { outcome: 'all' } }],
    listNoiseScores: [{}],
    listJudgements: [{ query: { limit: 1000 } }],
    listLearned: [{ query: { limit: 1000 } }, { query: { state: 'ignored' } }],
    getLearning: [{}],
    getServiceStates: [{}],
    listChanges: [{ query: { limit: 1000 } }],
    getIncident: opened, listTimeline: opened, listRegroupings: opened, getJudgement: opened, listIncidentAlerts: opened, getIncidentLanes: opened, getBlastRadius: opened, getSimilarIncidents: opened, getAlertMeanings: opened, getChangesBefore: opened, getCauses: opened, getSummary: opened, getRecommendations: opened, getAccuracy: [{}], listPredictions: [{ query: { limit: 1000, state: 'all' } }], listIncidentChanges: opened,
  };
}

/** The operations that take the number of an incident, or the id of a regrouping, with bodies that would succeed. */
function onHidden(name: OperationName, number: number): { params: object; query?: object; body?: unknown }[] {
  const { path }: Operation = operations[name];
  const [chosen] = alerts;
  const bodies: Partial<Record<OperationName, unknown>> = {
    setIncidentSeverity: { severity: 'sev5', ...REASON }, assignCommander: { commander: null }, mergeIncident: { into: open.noted }, splitIncident: { alerts: [chosen], ...REASON },
    moveAlerts: { alerts: [chosen], into: null, ...REASON }, setIncidentFields: { fields: {} }, editIncident: { title: 'taken over' }, addNote: { text: 'from outside' }, reviseNote: { text: 'from outside' },
    answerStep: { step: 'look', answer: 'done' }, retryStep: { step: 'look' }, skipStep: { step: 'look' },
    openWarRoom: {}, createTask: { title: 'from outside' }, editTask: { title: 'from outside' }, previewUpdate: { audience: 'internal' }, createUpdate: { audience: 'internal' }, pauseUpdates: { until: new Date(Date.now() + 3_600_000).toISOString(), reason: 'from outside' }, startEscalation: { policy: 'any' }, pagePerson: { user: stage.viewer }, stopEscalation: {}, answerPage: { answer: 'accept' },
    assignRole: { user: stage.viewer }, offerRole: { role: 'scribe', to: stage.viewer }, answerRoleOffer: { answer: 'accept' },
    putJudgement: { verdict: 'correct' }, addHypothesis: { text: 'from outside' }, writeDraft: { audience: 'internal' }, previewDraft: { audience: 'internal' }, judgeCause: { cause: 'service:vault', verdict: 'confirmed' }, judgeRecommendation: { runbook: 'any', verdict: 'rejected', ...REASON }, setIncidentMembers: { members: [stage.viewer] },
  };
  if (path.includes('/incidents/{number}')) return [{ params: { number, position: note, role: 'scribe' }, body: bodies[name] ?? REASON }];
  if (path.includes('/escalations/{id}')) return [{ params: { id: called.escalation }, body: bodies[name] }];
  if (path.includes('/pages/{id}')) return [{ params: { id: called.page }, body: bodies[name] }];
  if (path.includes('/role-offers/{id}')) return [{ params: { id: called.offer }, body: bodies[name] }];
  if (path.includes('/runs/{id}')) return runs.map((id) => ({ params: { id }, ...(name === 'getStepOutput' ? { query: { step: 'look' } } : {}), body: bodies[name] ?? REASON }));
  if (path.includes('/status-updates/{id}')) return updates.map((id) => ({ params: { id }, body: {} }));
  if (path.includes('/deliveries/{id}')) return deliveries.map((id) => ({ params: { id } }));
  if (path.includes('/tasks/{id}')) return tasks.map((id) => ({ params: { id }, body: bodies[name] ?? REASON }));
  if (path.includes('/regroupings/{id}')) return regroupings.map((id) => ({ params: { id }, body: REASON }));
  return [];
}

const ON_INCIDENTS = OPERATION_NAMES.filter((name) => (operations[name].path.includes('/incidents/{number}') && !operations[name].path.startsWith('/private-')) || operations[name].path.includes('/regroupings/') || ['/escalations/', '/pages/', '/role-offers/'].some((part) => operations[name].path.includes(part)) || operations[name].path.includes('/deliveries/') || operations[name].path.includes('/tasks/') || operations[name].path.includes('/status-updates/{id}') || operations[name].path.includes('/runs/'));

test.each(ON_INCIDENTS)('%s on a private incident: 404 for every role, the same as for one that does not exist', async (name) => {
  const plain = (text: string): string => text.replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(/INC-\d+/g, 'INC-n');
  await Promise.all([...STRANGERS].map(async ([role, user]) => {
    // Asked once a body: what does not exist is the same for every number.
    const nothings = new Map<string, ReturnType<typeof raw>>();
    const nothing = (parts: { params: object; query?: object; body?: unknown }): ReturnType<typeof raw> => {
      const key = JSON.stringify([parts.query, parts.body]);
      const asked = nothings.get(key) ?? raw(user, name, { ...parts, params: { number: 6_000_000, position: note, role: 'scribe', id: '6000000' } }, { 'If-Match': '"1"' });
      nothings.set(key, asked);
      return asked;
    };
    for (const number of hiddenNumbers()) for (const parts of onHidden(name, number)) {
      const answer = await raw(user, name, parts, { 'If-Match': '"1"' });
      expect([role, answer.status]).toEqual([role, PERMISSIONS[name].includes(role) ? 404 : 403]);
      if (answer.status === 404) expect([role, plain(answer.body)]).toEqual([role, plain((await nothing(parts)).body)]);
    }
  }));
  expect(await stateOfHidden()).toBe(stateBefore);
});

test('naming a private incident as the other one is naming one that does not exist', async () => {
  const commander = STRANGERS.get('commander') ?? ADA_ADMIN;
  const [received] = await alertsOf(commander, open.received);
  for (const [name, body] of [
    ['mergeIncident', (into: number) => ({ into })], ['moveAlerts', (into: number) => ({ alerts: [received], into, ...REASON })], ['putJudgement', (into: number) => ({ verdict: 'should_merge', with: [into] })],
  ] as const) {
    const told = await Promise.all([hidden.main, 6_000_000].map((number) => raw(commander, name, { params: { number: open.received }, body: body(number) }, name === 'putJudgement' ? { 'If-Match': '"0"' } : {})));
    const [secret, nothing] = told.map(({ status, body: text }) => `${status} ${text.replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(/INC-\d+/g, 'INC-n')}`);
    expect([name, secret]).toEqual([name, nothing]);
    expect([name, told[0]?.status === 404 || told[0]?.status === 400]).toEqual([name, true]);
  }
  expect(await stateOfHidden()).toBe(stateBefore);
});

test.each(OPERATION_NAMES.filter((name) => name !== 'streamEvents'))('%s says nothing of it to anybody who is no member', async (name) => {
  const told: { what: string; text: string }[] = [];
  await Promise.all([...STRANGERS].map(async ([role, user]) => {
    for (const parts of asked()[name] ?? []) {
      const answer = await raw(user, name, parts);
      expect([role, JSON.stringify(parts), answer.status]).toEqual([role, JSON.stringify(parts), PERMISSIONS[name].includes(role) ? 200 : 403]);
      told.push({ what: `${role} ${JSON.stringify(parts)}`, text: answer.text });
    }
  }));
  // As it succeeds, by the admin, who may call everything.
  const { input, headers } = await EXERCISES[name](stage);
  const parts: { params?: object; query?: object; body?: unknown } = Object.assign({}, input);
  const answer = await raw(ADA_ADMIN, name, parts, { ...headers });
  expect([name, answer.status < 300, answer.status < 300 ? '' : answer.text]).toEqual([name, true, '']);
  told.push({ what: 'the exercise', text: answer.text });

  const leaks = told.flatMap(({ what, text }) => leaksIn(text).map((word) => `${word} told to ${what}: ${around(text, word)}`));
  // That there are private incidents is all that an admin and an auditor are told.
  expect(name === 'listPrivateIncidents' ? leaks.filter((leak) => leak.startsWith(MARK)) : leaks).toEqual([]);
});

test('what is counted for strangers holds nothing of it, and alerts stand without an incident', async () => {
  const viewer = STRANGERS.get('viewer') ?? ADA_ADMIN;
  const listed = await as(viewer, 'listIncidents', { query: { phase: 'all', limit: 1000 } });
  expect(listed.total).toBe(listed.items.length);
  expect((await as(ED, 'listIncidents', { query: { phase: 'all', limit: 1000 } })).total).toBeGreaterThanOrEqual(listed.total + hiddenNumbers().length);
  const mine = await as(ED, 'listIncidents', { query: { phase: 'active', visibility: 'private', limit: 1000 } });
  expect((await as(ED, 'countIncidents')).active).toBe((await as(viewer, 'countIncidents')).active + mine.total);
  for (const id of alerts) {
    expect(await as(viewer, 'getAlert', { params: { id } })).toMatchObject({ incident: null, why: null });
    expect(await as(ED, 'getAlert', { params: { id } })).toMatchObject({ incident: hidden.main });
  }
  const held = (await as(ED, 'listAlerts', { query: { q: 'Rule11' } })).items[0]?.id;
  for (const [user, outcome, incident] of [[viewer, 'released', null], [ED, 'attached', hidden.main]] as const) {
    expect((await as(user, 'listHeldBack', { query: { outcome: 'all' } })).items.find(({ alert }) => alert === held)?.outcome).toBe(outcome);
    expect((await as(user, 'getAlert', { params: { id: held ?? '' } })).noise.held).toMatchObject({ outcome, explainedBy: { incident } });
  }
  const vault = (await as(viewer, 'getServiceStates')).items.find(({ service }) => service === 'vault');
  expect(vault).toMatchObject({ incidents: [open.received], alertsFiring: alerts.length + 2 });
  expect((await as(viewer, 'getIncident', { params: { number: open.returned } })).recurrenceOf).toBeNull();
  expect((await as(viewer, 'getIncident', { params: { number: open.judged } })).recurrences).toEqual([]);
  expect((await as(viewer, 'getJudgement', { params: { number: open.judged } })).judgement).toBeNull();
  const timeline = await as(viewer, 'listTimeline', { params: { number: open.noted } });
  expect(timeline.items.map(({ text }) => text)).toContain('the same as another incident, see another incident');
});

test.each(['/metrics', '/healthz', '/readyz', '/api/openapi.json'])('%s says nothing of it', async (path) => {
  expect(leaksIn(await (await fetch(`${stage.muster.url}${path}`)).text())).toEqual([]);
});

/** Reads the stream from a position until the text holds a word; acts once the reader has what was and takes what comes. */
async function streamUntil(user: TestUser, from: string, word: string, meanwhile: (told: (word: string, times?: number) => Promise<unknown>) => Promise<void>): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(`${stage.muster.url}/api/events`, { headers: { ...(await stage.muster.headersOf(user)), 'Last-Event-ID': from }, signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let acted: Promise<void> | null = null;
  const told = (part: string, times = 1): Promise<unknown> => eventually(() => Promise.resolve(text.split(part).length - 1), (count) => count >= times);
  while (!text.includes(word)) {
    text += (await reader?.read())?.value ?? '';
    if (/^id: \d+\n\n/m.test(text)) acted ??= meanwhile(told);
  }
  await acted;
  stop.abort();
  return text;
}

test('the live stream sends it to members alone: what was, and what comes', async () => {
  const nothing = (): Promise<void> => Promise.resolve();
  await as(ED, 'addNote', { params: { number: open.noted }, body: { text: 'end of what was' } });
  for (const [role, user] of STRANGERS) expect([role, leaksIn(await streamUntil(user, '0', 'end of what was', nothing))]).toEqual([role, []]);
  expect(leaksIn(await streamUntil(ED, '0', 'end of what was', nothing))).toEqual(expect.arrayContaining([MARK, String(hidden.main), String(hidden.split)]));

  const { lastEventPosition: now } = await as(ED, 'getIncident', { params: { number: hidden.main } });
  const act = async (): Promise<void> => {
    await as(ED, 'addNote', { params: { number: hidden.main }, body: { text: `${MARK} live` } });
    await as(ED, 'declareIncident', { body: { title: `${MARK} live`, severity: 'sev2', private: { reason: MARK } } });
    await post('vault', 1, 10, 'resolved');
    await eventually(() => as(ED, 'listTimeline', { params: { number: hidden.main } }), ({ items }) => items.some(({ type }) => type === 'incident.alerts_resolved'));
    await as(ED, 'addNote', { params: { number: open.noted }, body: { text: `end of what came, not INC-${hidden.main}` } });
  };
  const strange = streamUntil(STRANGERS.get('commander') ?? ADA_ADMIN, now, 'end of what came', nothing);
  const seen = await streamUntil(ED, now, 'end of what came', act);
  expect(leaksIn(await strange)).toEqual([]);
  expect(leaksIn(seen)).toEqual(expect.arrayContaining([MARK, String(hidden.main)]));
  expect(seen).toContain('incident.alerts_resolved');
});

test('who looks on while an incident is hidden from them is told that it is gone, and nothing else; who comes later is told nothing', async () => {
  const watcher = STRANGERS.get('responder') ?? ADA_ADMIN;
  const key = (await as(watcher, 'getMe')).user.key;
  const number = await declared('Will be hidden');
  const { lastEventPosition: from } = await as(ED, 'getIncident', { params: { number } });
  const version = async (): Promise<string> => `"${(await as(ED, 'getIncident', { params: { number } })).version}"`;
  const setMembers = async (...others: string[]): Promise<unknown> =>
    as(ED, 'setIncidentMembers', { params: { number }, body: { members: [(await as(ED, 'getMe')).user.key, ...others] } }, { 'If-Match': await version() });
  // What is hidden is asked when an event is sent: each step waits until the one before was.
  const hide = async (told: (word: string, times?: number) => Promise<unknown>): Promise<void> => {
    await as(ED, 'makeIncidentPrivate', { params: { number }, body: { reason: MARK } });
    await told('event: incident.gone');
    await as(ED, 'addNote', { params: { number }, body: { text: MARK } });
    await as(ED, 'declareIncident', { body: { title: MARK, severity: 'sev2', private: { reason: MARK } } });
    await as(ED, 'addNote', { params: { number: open.noted }, body: { text: 'was hidden' } });
    await told('was hidden');
    await setMembers(key);
    await as(ED, 'addNote', { params: { number }, body: { text: 'for both' } });
    await told('for both');
    await setMembers();
    await told('event: incident.gone', 2);
    await as(ED, 'addNote', { params: { number: open.noted }, body: { text: 'end of the hiding' } });
  };
  /** What the stream told of the log, without the note that ends it: only that has an id. */
  // What people did: Muster itself tells by the clock what is due.
  const told = (text: string): unknown[] => [...text.matchAll(/^id: \d+\nevent: .*\ndata: (.*)$/gm)].map(([, data]): LiveEvent => JSON.parse(data ?? '')).filter(({ actor, type }) => actor.kind !== 'system' || type === 'incident.gone').slice(0, -1);

  const stranger = streamUntil(STRANGERS.get('viewer') ?? ADA_ADMIN, from, 'end of the hiding', () => Promise.resolve());
  const seen = told(await streamUntil(watcher, from, 'end of the hiding', hide));
  const gone = { type: 'incident.gone', incident: number, actor: { kind: 'system' }, data: {} };
  expect(seen).toMatchObject([gone, { incident: open.noted }, { type: 'incident.members_changed', incident: number }, { type: 'incident.note_added', data: { text: 'for both' } }, gone]);
  expect(leaksIn(JSON.stringify(seen))).toEqual([]);
  expect(leaksIn(await stranger)).toEqual([]);

  expect(told(await streamUntil(watcher, from, 'end of the hiding', () => Promise.resolve()))).toMatchObject([{ incident: open.noted }]);
});

test('an API token sees it only if it was made for that', async () => {
  const { token: plain } = await as(ADA_ADMIN, 'createApiToken', { body: { name: 'plain', role: 'manager' } });
  const { token: seeing } = await as(ADA_ADMIN, 'createApiToken', { body: { name: 'seeing', role: 'manager', seesPrivate: true } });

  expect((await raw(plain, 'getIncident', { params: { number: hidden.main } })).status).toBe(404);
  expect((await raw(seeing, 'getIncident', { params: { number: hidden.main } })).status).toBe(200);
  for (const [name, all] of Object.entries(asked())) for (const parts of all) {
    expect([name, leaksIn((await raw(plain, nameOf(name), parts)).text)]).toEqual([name, []]);
  }
  expect((await raw(plain, 'makeIncidentPrivate', { params: { number: open.noted }, body: REASON })).status).toBe(409);
});

test('an alert of it can be declared from like any other, and the answer does not tell where it was', async () => {
  const commander = STRANGERS.get('commander') ?? ADA_ADMIN;
  const taken = await alertsOf(ED, hidden.split);

  const answer = await raw(commander, 'declareIncident', { body: { title: 'From what fires', severity: 'sev3', alerts: taken } });

  expect(answer.status).toBe(201);
  const { number }: Incident = JSON.parse(answer.body);
  for (const name of ['getIncident', 'listTimeline', 'listIncidentAlerts', 'listRegroupings'] as const) expect([name, leaksIn((await raw(commander, name, { params: { number } })).text)]).toEqual([name, []]);
  expect((await as(ED, 'listTimeline', { params: { number: hidden.split } })).items.map(({ type }) => type)).toContain('incident.alerts_moved_out');
});

test('an admin who must can let themselves in; members read it on the timeline, and auditors in the list', async () => {
  const auditor = STRANGERS.get('auditor') ?? ADA_ADMIN;
  const short = await raw(ADA_ADMIN, 'enterPrivateIncident', { params: { number: hidden.split }, body: { reason: 'short' } });
  const entered = await as(ADA_ADMIN, 'enterPrivateIncident', { params: { number: hidden.split }, body: { reason: 'nobody of them is to be reached' } });

  expect(short.status).toBe(400);
  expect(entered).toMatchObject({ number: hidden.split, privacy: { members: [{ login: 'ed' }, { login: 'ada' }] } });
  expect((await as(ED, 'listTimeline', { params: { number: hidden.split } })).items[0]).toMatchObject({ type: 'incident.entered', text: expect.stringContaining('nobody of them is to be reached') });
  const list = await as(auditor, 'listPrivateIncidents');
  expect(list.items.find(({ number }) => number === hidden.split)).toMatchObject({ mine: false, members: 2, entered: [{ actor: { name: 'Ada Admin' }, reason: 'nobody of them is to be reached' }] });
  expect((await raw(ADA_ADMIN, 'getIncident', { params: { number: hidden.main } })).status).toBe(404);
});

test('members come and go, the commander stays one, and once open everybody sees it and what was merged into it', async () => {
  const viewer = STRANGERS.get('viewer') ?? ADA_ADMIN;
  const [ed, vi] = [(await as(ED, 'getMe')).user.key, (await as(viewer, 'getMe')).user.key];
  const set = (members: string[], version: number) => raw(ED, 'setIncidentMembers', { params: { number: hidden.main }, body: { members } }, { 'If-Match': `"${version}"` });
  const version = async (): Promise<number> => (await as(ED, 'getIncident', { params: { number: hidden.main } })).version;

  expect((await set([vi], await version())).status).toBe(400);
  expect((await set([ed, 'user:nobody'], await version())).status).toBe(400);
  expect((await set([ed, vi], await version())).status).toBe(200);
  expect((await as(viewer, 'getIncident', { params: { number: hidden.main } })).title).toBe(`${MARK} keys taken`);
  expect((await as(viewer, 'getIncident', { params: { number: hidden.swallowed } })).mergedInto).toBe(hidden.main);
  expect((await set([ed], await version())).status).toBe(200);
  expect((await raw(viewer, 'getIncident', { params: { number: hidden.main } })).status).toBe(404);

  await as(ED, 'assignCommander', { params: { number: hidden.main }, body: { commander: vi } }, { 'If-Match': `"${await version()}"` });
  expect((await raw(viewer, 'getIncident', { params: { number: hidden.main } })).status).toBe(200);
  expect((await set([ed], await version())).status).toBe(400);

  const told = (await as(ED, 'listTimeline', { params: { number: hidden.main }, query: { limit: 6 } })).items.map(({ text }) => text);
  expect(told).toEqual(expect.arrayContaining(['No viewer sees it', 'No viewer no longer sees it', 'No viewer sees it: leads the incident']));

  await as(ED, 'makeIncidentOpen', { params: { number: hidden.main }, body: { reason: 'it was nothing' } });
  for (const number of [hidden.main, hidden.merged, hidden.swallowed]) expect((await raw(ADA_ADMIN, 'getIncident', { params: { number } })).status).toBe(200);
});
