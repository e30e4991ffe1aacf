/** Joining and ending alerts are told at most once a second an incident, and the last of them always. */
import { ALL_SEEING } from '../../backend/access/index.ts';
import { listEvents } from '../../backend/eventlog/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { eventually } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

let database: TestDatabase;
let pipeline: Pipeline | null;

beforeEach(async () => {
  database = await createTestDatabase();
  pipeline = null;
});
afterEach(async () => {
  await pipeline?.close();
  await database.drop();
});

interface Told {
  readonly type: string;
  readonly alerts: unknown;
  readonly total: unknown;
  readonly firing: unknown;
}

/** What was told of alerts, oldest first. */
async function told(): Promise<Told[]> {
  const events = await listEvents(database.db, ORG, { viewer: ALL_SEEING, incident: 1, types: ['incident.alerts_joined', 'incident.alerts_resolved'], order: 'oldest', limit: 100 });
  return events.map(({ type, data }) => ({ type, alerts: data['alerts'], total: data['total'], firing: data['firing'] }));
}

interface Row {
  total: number;
  firing: number;
  untold: number;
}

async function rowIs({ total, firing, untold }: Row, meanwhile: () => void = () => undefined): Promise<void> {
  await eventually(
    () => {
      meanwhile();
      return database.db.query<Row>('select alerts_total as total, alerts_firing as firing, untold_joined + untold_ended as untold from incidents where org_id = $1::integer', [ORG]);
    },
    ([row]) => row?.total === total && row.firing === firing && row.untold === untold,
  );
}

async function send(running: Pipeline, alerts: readonly object[]): Promise<void> {
  const body = { receiver: 'muster', groupKey: '{}:{}', version: '1', alerts };
  await running.intake.accept(running.origin, body, Buffer.from(JSON.stringify(body)), 'application/json');
}

function alert(fingerprint: string, status: 'firing' | 'resolved' = 'firing'): object {
  return grafanaAlert({ fingerprint, service: 'checkout', startsAt: START_MS, status, ...(status === 'resolved' ? { endsAt: START_MS + 1_000 } : {}) });
}

test('cap 107: what follows an event within a second is told together, and its last state reaches the reader', async () => {
  const clock = createSimulatedClock(START_MS);
  const running = pipeline = await startPipeline(database, { clock });
  await send(running, [alert('a')]);
  await rowIs({ total: 1, firing: 1, untold: 0 });
  for (const [place, fingerprint] of ['b', 'c', 'd'].entries()) {
    await send(running, [alert(fingerprint)]);
    await rowIs({ total: place + 2, firing: place + 2, untold: place + 1 });
  }
  await send(running, [alert('a', 'resolved')]);
  await rowIs({ total: 4, firing: 3, untold: 4 });
  expect(await told()).toEqual([]);
  clock.advance(1_250);
  await rowIs({ total: 4, firing: 3, untold: 0 });
  expect(await told()).toEqual([
    { type: 'incident.alerts_joined', alerts: 3, total: 4, firing: 3 }, { type: 'incident.alerts_resolved', alerts: 1, total: 4, firing: 3 },
  ]);
  // After a quiet second the next one is told at once.
  clock.advance(1_000);
  await send(running, [alert('e')]);
  await rowIs({ total: 5, firing: 4, untold: 0 });
  expect((await told()).at(-1)).toEqual({ type: 'incident.alerts_joined', alerts: 1, total: 5, firing: 4 });
});

test('cap 39: what a process could not tell before it died is told by the one that takes over', async () => {
  const clock = createSimulatedClock(START_MS);
  const first = await startPipeline(database, { clock });
  await send(first, [alert('a')]);
  await rowIs({ total: 1, firing: 1, untold: 0 });
  await send(first, [alert('b'), alert('c')]);
  await rowIs({ total: 3, firing: 3, untold: 2 });
  await database.db.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'muster-correlator' and datname = current_database()");
  await eventually(() => Promise.resolve(first.correlator.leads(ORG)), (leads) => !leads);
  const second = pipeline = await startPipeline(database, { clock: createSimulatedClock(START_MS), replicaId: 'replica-2' });
  await first.close();
  await rowIs({ total: 3, firing: 3, untold: 2 });
  // It may be told only a while after the take-over: the clock goes on until it is.
  await rowIs({ total: 3, firing: 3, untold: 0 }, () => second.clock.advance(250));
  expect(await told()).toEqual([{ type: 'incident.alerts_joined', alerts: 2, total: 3, firing: 3 }]);
});

test('an orderly stop leaves nothing untold', async () => {
  const running = await startPipeline(database, { clock: createSimulatedClock(START_MS) });
  await send(running, [alert('a')]);
  await rowIs({ total: 1, firing: 1, untold: 0 });
  await send(running, [alert('b')]);
  await rowIs({ total: 2, firing: 2, untold: 1 });
  await running.close();
  await rowIs({ total: 2, firing: 2, untold: 0 });
  expect(await told()).toEqual([{ type: 'incident.alerts_joined', alerts: 1, total: 2, firing: 2 }]);
});

test('cap 107: what could not be told, and not be read again either, is told when the database answers again', async () => {
  const clock = createSimulatedClock(START_MS);
  const running = pipeline = await startPipeline(database, { clock });
  await send(running, [alert('a')]);
  await rowIs({ total: 1, firing: 1, untold: 0 });
  await send(running, [alert('b'), alert('c')]);
  await rowIs({ total: 3, firing: 3, untold: 2 });

  const failed = async (): Promise<number> => (await database.db.query<{ failed: number }>('select xact_rollback::integer as failed from pg_stat_database where datname = current_database()'))[0]?.failed ?? 0;
  const before = await failed();
  await database.db.query('alter table incidents rename to incidents_away');
  await eventually(() => {
    clock.advance(250);
    return failed();
  }, (now) => now > before);
  await database.db.query('alter table incidents_away rename to incidents');

  await rowIs({ total: 3, firing: 3, untold: 0 }, () => clock.advance(250));
  expect(await told()).toEqual([{ type: 'incident.alerts_joined', alerts: 2, total: 3, firing: 3 }]);
});
