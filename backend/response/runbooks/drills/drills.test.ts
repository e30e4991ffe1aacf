/** Drills on a real database and a clock of the test; what they send is kept, and can be refused. */
import { drillId, orgId, type DrillBody, type OrgId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../platform/clock.ts';
import { conflictError } from '../../../platform/errors.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createDrillService, MAX_GOING } from './drillService.ts';
import { findDrillRun, listGoing } from './drillRunStore.ts';
import { createDrills, type Drills, type DrillPorts } from './index.ts';

const ORG: OrgId = orgId.parse(1);
const START_MS = Date.UTC(2026, 10, 20, 8, 59);
const logger = createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });
let database: TestDatabase;
let clock: SimulatedClock;
let sent: { status: string; alerts: number }[];
let answer: () => Promise<{ status: number; body: string }>;
let moved: string[];
let refuse: string | null;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  clock = createSimulatedClock(START_MS);
  sent = [];
  moved = [];
  refuse = null;
  answer = async () => ({ status: 202, body: '' });
  await database.db.query('truncate drills, drill_runs, incidents, event_log');
});

const ports: DrillPorts = {
  async deliver(_orgId, body) {
    const given: { status: string; alerts: unknown[] } = JSON.parse(body);
    sent.push({ status: given.status, alerts: given.alerts.length });
    return answer();
  },
  async moveIncident(_tx, _orgId, _at, incident, command) {
    if (refuse !== null) throw conflictError(refuse);
    moved.push(`${incident} ${command}`);
    return [];
  },
  cancelRun: async () => [],
  conditionOf: async () => new Map(),
};
const module = (): Drills => createDrills({ db: database.db, clock, logger, orgs: [ORG], ports });
const service = (): ReturnType<typeof createDrillService> => createDrillService({ db: database.db, clock, ports, onChanged: () => undefined });

const DRILL: DrillBody = {
  name: 'Morning', description: '', alerts: [{ name: 'Down', service: 'a', severity: 'sev1', summary: '', afterSeconds: 0 }, { name: 'Slow', service: 'b', severity: 'sev2', summary: '', afterSeconds: 120 }],
  expects: [{ stage: 'accepted', withinSeconds: 10 }, { stage: 'detected', withinSeconds: 60 }], runbook: null, maxMinutes: 10, schedule: null,
};
const DAILY = { timeZone: 'UTC', startsAt: '2026-11-01T09:00', rule: 'FREQ=DAILY' };

async function incidentOf(run: string, number: number, state = 'declared'): Promise<void> {
  await database.db.query(
    `insert into incidents (org_id, number, title, description, state, severity, severity_origin, origin, services, group_keys, detected_at, updated_at, drill)
     values (1, $1::integer, 'Drilled', '', $2::text, 1, 'computed', 'correlation', '{}', '{}', $3::timestamptz, $3::timestamptz, $4::text)`, [number, state, clock.now(), run],
  );
  await database.db.query('select append_events(1, $1::timestamptz, $2::jsonb)', [clock.now(), JSON.stringify([{ type: 'incident.opened', incident: number, actor: SYSTEM_ACTOR, data: {} }])]);
}

test('cap 81: a schedule starts it once, whichever of two replicas looks, and then next time', async () => {
  const id = await service().create(ORG, SYSTEM_ACTOR, { ...DRILL, schedule: DAILY });
  const replicas = [module(), module()];
  await Promise.all(replicas.map(({ watch }) => watch.look(ORG)));
  expect(await listGoing(database.db, ORG)).toEqual([]);

  clock.advance(61_000);
  await Promise.all(replicas.map(({ watch }) => watch.look(ORG)));

  expect(await listGoing(database.db, ORG)).toMatchObject([{ drill: id, startedBy: { name: 'Schedule' }, alertsSent: 1 }]);
  const [next] = await database.db.query<{ next_at: Date }>('select next_at from drills');
  expect(next?.next_at.toISOString()).toBe('2026-11-21T09:00:00.000Z');
});

test('cap 81: a start that was missed for long, and one while it is under way, are left out', async () => {
  await service().create(ORG, SYSTEM_ACTOR, { ...DRILL, schedule: DAILY });
  clock.advance(3_600_000);
  await module().watch.look(ORG);

  expect(await listGoing(database.db, ORG)).toEqual([]);
});

test('cap 81: alerts go out as their time comes; what intake refuses is told and sent again', async () => {
  const run = await service().start(ORG, SYSTEM_ACTOR, await service().create(ORG, SYSTEM_ACTOR, DRILL));
  const { watch } = module();
  answer = async () => ({ status: 503, body: 'full' });
  await watch.look(ORG);
  expect(await findDrillRun(database.db, ORG, run)).toMatchObject({ alertsSent: 0, sentAt: null, sendError: 'intake answered 503: full' });

  answer = async () => ({ status: 202, body: '' });
  await watch.look(ORG);
  await watch.look(ORG);
  clock.advance(120_000);
  await watch.look(ORG);

  expect(sent).toEqual([{ status: 'firing', alerts: 1 }, { status: 'firing', alerts: 1 }, { status: 'firing', alerts: 1 }]);
  expect(await findDrillRun(database.db, ORG, run)).toMatchObject({ alertsSent: 2, sendError: null });
});

test('cap 81: at its time limit it is scored, its alerts end, its incident is closed, and all of it once', async () => {
  const run = await service().start(ORG, SYSTEM_ACTOR, await service().create(ORG, SYSTEM_ACTOR, { ...DRILL, expects: [...DRILL.expects, { stage: 'mitigated', withinSeconds: 500 }] }));
  const { watch } = module();
  await watch.look(ORG);
  await incidentOf(run, 7);
  clock.advance(600_000);
  answer = async () => { throw new Error('connection refused'); };
  await watch.look(ORG);
  await watch.look(ORG);
  expect(await findDrillRun(database.db, ORG, run)).toMatchObject({ state: 'ending', outcome: 'timed_out', sendError: 'connection refused' });

  answer = async () => ({ status: 202, body: '' });
  await Promise.all([watch.look(ORG), module().watch.look(ORG)]);
  await watch.look(ORG);

  const ended = await findDrillRun(database.db, ORG, run);
  expect(ended).toMatchObject({ state: 'ended', incident: 7, report: { score: 67, reasons: ['never: incident mitigated'], incidents: [7] } });
  expect(moved).toEqual(['7 cancel']);
  const events = await database.db.query<{ type: string }>(`select type from event_log where type = 'drill.ended'`);
  expect(events).toHaveLength(1);
});

test('cap 81: an incident that cannot be closed stays, and the report says so', async () => {
  const run = await service().start(ORG, SYSTEM_ACTOR, await service().create(ORG, SYSTEM_ACTOR, DRILL));
  await module().watch.look(ORG);
  await incidentOf(run, 8, 'monitoring');
  refuse = 'fill in Cause first';
  await service().stop(ORG, SYSTEM_ACTOR, run, 'enough');
  await module().watch.look(ORG);

  expect(await findDrillRun(database.db, ORG, run)).toMatchObject({ state: 'ended', outcome: 'stopped', report: { reasons: ['INC-8 was left open: fill in Cause first'] } });
});

test('cap 81: no more are under way at one time than the correlator has windows for', async () => {
  const made = await Promise.all(Array.from({ length: MAX_GOING + 1 }, (_, index) => service().create(ORG, SYSTEM_ACTOR, { ...DRILL, name: `Drill ${index}` })));
  for (const id of made.slice(0, MAX_GOING)) await service().start(ORG, SYSTEM_ACTOR, id);

  await expect(service().start(ORG, SYSTEM_ACTOR, made[MAX_GOING] ?? drillId.parse('1'))).rejects.toMatchObject({ status: 409 });
});
