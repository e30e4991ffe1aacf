/** Changes handed over in memory are what the log says, and gaps between them change nothing. */
import fc from 'fast-check';
import { orgId as orgIdSchema, type OrgId } from '../../backend/contract/index.ts';
import { comparePositions, createHandOver } from '../../backend/correlation/handOver.ts';
import { registerOrganisation } from '../../backend/health/index.ts';
import { createIntake, readAlertChanges, type AlertChange, type Intake } from '../../backend/ingest/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { compileMapping, DEFAULT_MAPPING } from '../../backend/sources/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

/** How a commit reaches the correlator: handed over, only announced, told late (after the next one), or not at all. */
type Telling = 'handed' | 'announced' | 'late' | 'lost';

interface Step {
  readonly alert: number;
  readonly episode: number;
  readonly status: 'firing' | 'resolved';
  readonly value: number;
  readonly telling: Telling;
}

const steps: fc.Arbitrary<Step> = fc.record({
  alert: fc.integer({ min: 0, max: 5 }), episode: fc.integer({ min: 0, max: 2 }), status: fc.constantFrom('firing' as const, 'firing' as const, 'resolved' as const),
  value: fc.integer({ min: 0, max: 2 }), telling: fc.constantFrom<Telling>('handed', 'handed', 'announced', 'late', 'lost'),
});

/** What is said of one alert may change, but its severity does not: the log gives the newest one, whenever it is read. */
function alertOf(step: Step): object {
  const startsAt = START_MS + step.episode * 60_000;
  return grafanaAlert({
    fingerprint: `alert-${step.alert}`, service: `service-${step.alert % 3}`, startsAt, status: step.status, severity: step.alert % 10 === 5 ? 'critical' : 'warning',
    ...(step.status === 'resolved' ? { endsAt: startsAt + 30_000 + step.value * 1000 } : {}), values: { A: step.value },
    labels: { zone: 'ä', b: 'x', '7': 'seven', longer_name: 'y', [`name${step.value}`]: 'z' },
  });
}

function intakeOf(database: TestDatabase, clock: SimulatedClock, wakeCorrelator: (logged: readonly AlertChange[]) => void): Intake {
  const mapping = compileMapping(DEFAULT_MAPPING);
  return createIntake({
    db: database.db, clock, logger: createLogger({ level: 'silent' }),
    options: { maxBatch: 1000, maxInFlight: 1, maxQueuedAlerts: 20_000, knownAlerts: 100_000 },
    mappings: { mappingFor: () => Promise.resolve(mapping), invalidate: () => undefined },
    correlatesHere: () => true, wakeCorrelator: (_org, logged) => wakeCorrelator(logged),
  });
}

async function send(intake: Intake, pipeline: Pipeline, list: readonly Step[], orgId: OrgId = ORG): Promise<void> {
  const body = { receiver: 'muster', groupKey: '{}:{}', version: '1', alerts: list.map(alertOf) };
  await intake.accept({ ...pipeline.origin, orgId }, body, Buffer.from(JSON.stringify(body)), 'application/json');
}

async function withPipeline<T>(work: (database: TestDatabase, pipeline: Pipeline, clock: SimulatedClock) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const clock = createSimulatedClock(START_MS);
  const pipeline = await startPipeline(database, { clock });
  try {
    return await work(database, pipeline, clock);
  } finally {
    await pipeline.close();
    await database.drop();
  }
}

interface Outcome {
  readonly links: unknown;
  readonly incidents: unknown;
}

async function outcomeOf(database: TestDatabase, orgId: OrgId): Promise<Outcome> {
  return {
    links: await database.db.query(`select a.fingerprint, a.starts_at, k.incident_number, k.reason->>'summary' as summary from alerts as a
      left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
      where a.org_id = $1::integer order by 1, 2`, [orgId]),
    incidents: await database.db.query('select number, title, severity, services, alerts_total, alerts_firing from incidents where org_id = $1::integer order by number', [orgId]),
  };
}

let organisations = 1;

/** Sends the steps, two alerts a request, as an organisation of its own; the correlator works off as it is told, and all of it at the end. */
async function correlate(database: TestDatabase, pipeline: Pipeline, clock: SimulatedClock, list: readonly Step[], tell: (telling: Telling) => Telling): Promise<Outcome> {
  organisations += 1;
  const orgId = orgIdSchema.parse(organisations);
  await registerOrganisation(database.db, orgId);
  await pipeline.correlator.elect();
  let told: Telling = 'handed';
  let late: (readonly AlertChange[])[] = [];
  const intake = intakeOf(database, clock, (logged) => {
    if (told === 'late') late.push(logged);
    else if (told === 'announced') pipeline.correlator.wake(orgId);
    else if (told === 'handed') {
      pipeline.correlator.wake(orgId, logged);
      for (const earlier of late) pipeline.correlator.wake(orgId, earlier);
      late = [];
    }
  });
  const startMs = clock.nowMs() + 1_000;
  for (let place = 0; place < list.length; place += 2) {
    clock.moveTo(startMs + place * 50);
    told = tell(list[place]?.telling ?? 'handed');
    await send(intake, pipeline, list.slice(place, place + 2), orgId);
  }
  await pipeline.correlator.drain(orgId);
  return outcomeOf(database, orgId);
}

test('what is handed over equals what the log gives for the same positions', () => withPipeline(async (database, pipeline, clock) => {
  const handed: AlertChange[] = [];
  const intake = intakeOf(database, clock, (logged) => void handed.push(...logged));
  let run = 0;
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (list) => {
    run += 1;
    for (const step of list) {
      handed.length = 0;
      clock.moveTo(START_MS + run * 100_000 + handed.length);
      await send(intake, pipeline, [{ ...step, alert: step.alert + run * 10 }]);
      const first = handed[0]?.position;
      if (first === undefined) continue;
      const [logged] = await readAlertChanges(database.db, ORG, (BigInt(first) - 1n).toString(), 1);
      // Also the order of labels: a strategy may go through them.
      expect(JSON.stringify(handed[0])).toBe(JSON.stringify(logged));
    }
  }), { numRuns: 40, endOnFailure: true });
}));

test('commits that are handed over, only announced, late or lost end in the same incidents as the log alone', () => withPipeline(async (database, pipeline, clock) => {
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 6, maxLength: 30 }), async (list) => {
    const log = await correlate(database, pipeline, clock, list, () => 'announced');
    expect(await correlate(database, pipeline, clock, list, () => 'handed')).toEqual(log);
    expect(await correlate(database, pipeline, clock, list, (telling) => telling)).toEqual(log);
  }), { numRuns: 8, endOnFailure: true });
}));

test('two replicas that store in turn leave no gap to the one that correlates', () => withPipeline(async (database, pipeline, clock) => {
  const other = intakeOf(database, clock, () => undefined);
  const own = intakeOf(database, clock, (logged) => pipeline.correlator.wake(ORG, logged));
  for (let place = 0; place < 60; place += 1) {
    await send(place % 3 === 0 ? other : own, pipeline, [{ alert: place, episode: 0, status: 'firing', value: 0, telling: 'handed' }]);
  }
  await pipeline.correlator.drain(ORG);

  const [counts] = await database.db.query<{ links: number; alerts: number; total: number }>(
    `select (select count(*)::integer from incident_alerts) as links, (select count(*)::integer from alerts) as alerts,
       (select sum(alerts_total)::integer from incidents) as total`,
  );
  expect(counts).toEqual({ links: 60, alerts: 60, total: 60 });
}));

test('a hand-over gives what comes after a position, in order, whatever came in between', () => {
  const change = (position: number): AlertChange => ({
    position: String(position), kind: 'opened', recordedAt: new Date(0), alertKey: '1', startsAt: new Date(0), endsAt: null, sourceId: 'grafana',
    fingerprint: 'f', name: 'n', summary: '', description: '', severity: 'sev3', service: null, team: null, environment: null, cluster: null, labels: {},
  });
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }), fc.infiniteStream(fc.nat()), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 10 }), (sizes, dice, position, limit) => {
    let next = 1;
    const runs = sizes.map((size) => Array.from({ length: size }, () => change(next++)));
    const shuffled = runs.map((run) => ({ run, order: dice.next().value })).sort((a, b) => a.order - b.order).map(({ run }) => run);
    const handOver = createHandOver(1_000);
    for (const run of shuffled) expect(handOver.add(run)).toBe(true);
    const expected = runs.flat().map((one) => one.position).filter((one) => comparePositions(one, String(position)) > 0).slice(0, limit);
    expect(handOver.after(String(position), limit).map((one) => one.position)).toEqual(expected);
  }));
});

test('a hand-over that would grow too large drops everything and says so', () => {
  const handOver = createHandOver(2);
  const change: AlertChange = {
    position: '9', kind: 'opened', recordedAt: new Date(0), alertKey: '1', startsAt: new Date(0), endsAt: null, sourceId: 'grafana',
    fingerprint: 'f', name: 'n', summary: '', description: '', severity: 'sev3', service: null, team: null, environment: null, cluster: null, labels: {},
  };

  expect(handOver.add([change, { ...change, position: '10' }])).toBe(true);
  expect(handOver.after('9', 5).map((one) => one.position)).toEqual(['10']);
  expect(handOver.add([{ ...change, position: '11' }])).toBe(false);
  expect(handOver.after('0', 5)).toEqual([]);
});
