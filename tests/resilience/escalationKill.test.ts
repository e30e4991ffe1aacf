/**
 * caps 54, 55, 59: kill -9 of a replica while the steps of many escalations are due: in the transaction that pages, with messages
 * under way at the provider, and with incidents declared that nobody has looked at. The other replica goes on; each person who
 * had to be paged is paged once for each step, nobody else, and whoever declines afterwards makes room for the next one at once.
 */
import { incidentNumber, policyId, putPolicyBody, severity, teamId, userKey, type UserKey } from '../../backend/contract/index.ts';
import { eventually } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana, type TestUser } from '../harness/grafana.ts';
import { callReplica, killReplicas, startReplica, type Replica } from '../harness/replica.ts';
import { startReceivingServer, type ReceivingServer } from '../notifications/receivingServer.ts';

const BEFORE = 12;
const MEANWHILE = 4;
/** Time for all to have paged their first step before the second one is due, on a slow machine too. */
const STEP_SECONDS = 3;
const LIMIT_MS = 10_000;

let database: TestDatabase;
let grafana: TestGrafana;
let provider: ReceivingServer;
beforeAll(async () => {
  database = await createTestDatabase();
  grafana = await startTestGrafana();
  provider = await startReceivingServer();
});
afterAll(async () => {
  await killReplicas();
  await provider.close();
  await grafana.close();
  await database.drop();
});

const person = (login: string): TestUser => ({ uid: login, login, name: login, orgId: 1, role: 'Editor' });
const keyOf = (login: string): UserKey => userKey.parse(`user:${login}`);
const PEOPLE = ['owner', 'pete', 'pia', 'carl', 'cora', 'cleo'];
const COMMANDERS = ['carl', 'cora', 'cleo'];

/** A provider, people who are reached there, and a policy for SEV1: one person, then a team together, then commanders in turn. */
async function setUp(replica: Replica): Promise<void> {
  await callReplica(replica, ADA_ADMIN, 'createChannel', { body: { id: 'phone', kind: 'webhook', name: 'Phone', config: { url: `${provider.url}/phone` }, perSecond: 500 } });
  for (const login of PEOPLE) {
    await callReplica(replica, person(login), 'getMe');
    await database.db.query(`insert into contact_points (org_id, user_key, channel, address, consent_at, verified_at) values (1, $1::text, 'phone', $2::text, now(), now())`, [keyOf(login), login]);
  }
  await callReplica(replica, ADA_ADMIN, 'createTeam', { body: { id: 'payments', name: 'Payments', members: ['pete', 'pia'].map(keyOf) } });
  await callReplica(replica, ADA_ADMIN, 'createTeam', { body: { id: 'commanders', name: 'Commanders', members: COMMANDERS.map(keyOf) } });
  await callReplica(replica, ADA_ADMIN, 'createPolicy', {
    body: {
      id: policyId.parse('sev1'), ...putPolicyBody.parse({
        name: 'SEV1', role: 'commander', repeat: 0, starts: { severities: [severity.parse('sev1')] },
        steps: [
          { kind: 'user', user: keyOf('owner'), waitSeconds: STEP_SECONDS }, { kind: 'team', team: teamId.parse('payments'), pick: 'all', waitSeconds: 1 },
          { kind: 'team', team: teamId.parse('commanders'), pick: 'round_robin', waitSeconds: 3_600 },
        ],
      }),
    },
  });
}

/** The replica that stands in the transaction of a page, held by the lock of the test. */
async function pagingReplica(replicas: readonly Replica[]): Promise<Replica> {
  const found = await eventually(async () => {
    const rows = await database.db.query<{ application_name: string }>(`select a.application_name from pg_stat_activity as a where a.datname = current_database() and a.wait_event_type = 'Lock' and a.query like 'insert into notification_messages%'`);
    return replicas.find(({ replicaId }) => rows.some((row) => row.application_name === `muster ${replicaId}`));
  }, (replica) => replica !== undefined);
  if (found === undefined) throw new Error('nobody pages');
  return found;
}

/** Who was paged for an incident, as the provider had it: `<step> <login>`. */
function pagedFor(run: string): string[] {
  return provider.arrived.flatMap(({ key }) => {
    const match = new RegExp(`^page/${run}/0/(\\d)/user:(\\w+)/person:user:\\2$`).exec(key);
    return match === null ? [] : [`${match[1] ?? ''} ${match[2] ?? ''}`];
  }).sort();
}

test('caps 54, 55, 59: a replica dies mid-step: nobody is forgotten, nobody is called twice for a step, and a decline calls the next at once', async () => {
  const settings = { connectionString: database.connectionString, grafana, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } };
  const replicas = await Promise.all([startReplica(settings), startReplica(settings)]);
  await setUp(replicas[0]);
  provider.behave({ kind: 'slow', ms: 150 });
  const declare = (count: number, replica: Replica) => Promise.all(Array.from({ length: count }, (_one, n) => callReplica(replica, ADA_ADMIN, 'declareIncident', { body: { title: `Outage ${n}`, severity: 'sev1' } })));
  const first = (await Promise.all([declare(BEFORE / 2, replicas[0]), declare(BEFORE / 2, replicas[1])])).flat();
  await eventually(async () => provider.arrived.length, (n) => n > 0);

  // Whoever pages next stands still in the middle of its transaction; there it is killed.
  const { victim, killedAt, late } = await database.db.transaction(async (tx) => {
    await tx.query('lock table notification_messages in access exclusive mode');
    const doomed = await pagingReplica(replicas);
    const meanwhile = await declare(MEANWHILE, doomed);
    await doomed.kill9();
    return { victim: doomed, killedAt: Date.now(), late: meanwhile };
  });
  const survivor = replicas.find((replica) => replica !== victim);
  if (survivor === undefined) throw new Error('nobody survived');
  const runs = await eventually(
    () => database.db.query<{ id: string; incident_number: number }>('select e.id::text, e.incident_number from escalations as e order by e.id'), (rows) => rows.length === BEFORE + MEANWHILE, LIMIT_MS,
  );
  const arrived = new Map<string, number>();
  await eventually(async () => {
    for (const { id } of runs) if (pagedFor(id).length > 0 && !arrived.has(id)) arrived.set(id, Date.now());
    return arrived.size;
  }, (n) => n === runs.length, LIMIT_MS);
  console.info(`everybody of the first step was called within ${Math.max(...arrived.values()) - killedAt} ms of the kill`);
  await eventually(async () => runs.map(({ id }) => pagedFor(id).length), (all) => all.every((n) => n === 4), 2 * LIMIT_MS);

  expect(new Set(runs.map(({ incident_number: number }) => number))).toEqual(new Set([...first, ...late].map(({ number }) => number)));
  const turns = new Map(COMMANDERS.map((login) => [login, 0]));
  for (const { id } of runs) {
    const [owner, ...others] = pagedFor(id);
    expect([owner, ...others.slice(0, 2)]).toEqual(['0 owner', '1 pete', '1 pia']);
    const commander = others[2]?.replace('2 ', '') ?? '';
    turns.set(commander, (turns.get(commander) ?? 0) + 1);
  }
  // The turn that was taken in the transaction that died was not counted.
  expect([...turns.keys()].sort()).toEqual([...COMMANDERS].sort());
  expect(Math.max(...turns.values()) - Math.min(...turns.values())).toBeLessThanOrEqual(1);
  expect(provider.arrived).toHaveLength(runs.length * 4);
  // What the timeline tells is what came about: each step once.
  const told = await database.db.query<{ n: number }>(`select count(*)::integer as n from event_log as e where e.type = 'escalation.paged' group by e.incident_number`);
  expect(told.map(({ n }) => n)).toEqual(runs.map(() => 3));

  // One declines by the link in the message that the dead replica, or this one, has sent; another one over the API.
  const [byLink, overApi] = runs;
  if (byLink === undefined || overApi === undefined) throw new Error('nothing runs');
  const commanderOf = (run: string): string => pagedFor(run).find((called) => called.startsWith('2 '))?.replace('2 ', '') ?? '';
  const link = new URL(provider.arrived.find(({ key }) => key.startsWith(`page/${byLink.id}/0/2/`))?.links.find((url) => url.endsWith('answer=decline')) ?? '');
  const declinedAt = Date.now();
  expect((await fetch(`${survivor.url}${link.pathname}`, { method: 'POST', body: new URLSearchParams({ answer: 'decline' }) })).status).toBe(200);
  const { pages } = await callReplica(survivor, person(commanderOf(overApi.id)), 'listMyPages');
  const mine = pages.find(({ incident }) => incident === overApi.incident_number);
  if (mine === undefined) throw new Error('no page');
  await callReplica(survivor, person(commanderOf(overApi.id)), 'answerPage', { params: { id: mine.id }, body: { answer: 'decline' } });
  await eventually(async () => [byLink, overApi].map(({ id }) => pagedFor(id).filter((called) => called.startsWith('2 '))), (all) => all.every((called) => called.length === 2 && new Set(called).size === 2), 5_000);
  console.info(`the next ones had their page ${Date.now() - declinedAt} ms after two had declined`);

  // Accepted, it is theirs, and it is over with calling.
  const second = provider.arrived.filter(({ key }) => key.startsWith(`page/${byLink.id}/0/2/`)).at(-1)?.key.split(':').at(-1) ?? '';
  const board = await callReplica(survivor, ADA_ADMIN, 'getMobilisation', { params: { number: incidentNumber.parse(byLink.incident_number) } });
  const open = board.escalations[0]?.pages.find((page) => page.state === 'open' && page.user?.key === keyOf(second));
  if (open === undefined) throw new Error('no page');
  await callReplica(survivor, person(second), 'answerPage', { params: { id: open.id }, body: { answer: 'accept' } });
  expect((await callReplica(survivor, ADA_ADMIN, 'getIncident', { params: { number: incidentNumber.parse(byLink.incident_number) } })).commander?.key).toBe(keyOf(second));
});
