import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

let database: TestDatabase;
let pipeline: Pipeline;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

interface IncidentFacts {
  number: number;
  state: string;
  severity: number;
  services: string[];
  alerts_total: number;
  alerts_firing: number;
}

function incidents(): Promise<IncidentFacts[]> {
  return database.db.query<IncidentFacts>(
    'select number, state, severity, services, alerts_total, alerts_firing from incidents where org_id = $1 order by number', [ORG],
  );
}

test('alerts of one service within the gap make one incident, another service another one', async () => {
  pipeline = await startPipeline(database);

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  pipeline.clock.advance(60_000);
  await pipeline.deliver([
    grafanaAlert({ fingerprint: 'a2', service: 'checkout', startsAt: START_MS + 60_000 }),
    grafanaAlert({ fingerprint: 'b1', service: 'payments-db', startsAt: START_MS + 60_000 }),
  ]);

  expect(await incidents()).toEqual([
    { number: 1, state: 'candidate', severity: 3, services: ['checkout'], alerts_total: 2, alerts_firing: 2 },
    { number: 2, state: 'candidate', severity: 3, services: ['payments-db'], alerts_total: 1, alerts_firing: 1 },
  ]);
});

test('after the gap the same service starts a new incident', async () => {
  pipeline = await startPipeline(database);

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  pipeline.clock.advance(10 * 60_000 + 1);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a2', service: 'checkout', startsAt: START_MS })]);

  expect((await incidents()).map((incident) => incident.number)).toEqual([1, 2]);
});

test('a grave alert raises the severity and declares the incident', async () => {
  pipeline = await startPipeline(database);

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a2', service: 'checkout', severity: 'critical', startsAt: START_MS })]);

  expect(await incidents()).toMatchObject([{ state: 'declared', severity: 1, alerts_total: 2 }]);
});

test('resolves count off, and a quiet candidate is rejected after the stability period', async () => {
  pipeline = await startPipeline(database);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS, status: 'resolved', endsAt: START_MS + 5000 })]);
  expect(await incidents()).toMatchObject([{ state: 'candidate', alerts_total: 1, alerts_firing: 0 }]);
  pipeline.clock.advance(10 * 60_000);
  await pipeline.correlator.settle();

  expect(await incidents()).toMatchObject([{ state: 'rejected' }]);
});

test('alerts below the number that makes an incident are held, and join when it is reached', async () => {
  pipeline = await startPipeline(database, { minAlerts: 3 });

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a2', service: 'checkout', startsAt: START_MS })]);
  expect(await incidents()).toEqual([]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a3', service: 'checkout', startsAt: START_MS })]);

  expect(await incidents()).toMatchObject([{ alerts_total: 3, alerts_firing: 3 }]);
});

test('a rebuilt window goes on where the one before stopped, held alerts included', async () => {
  pipeline = await startPipeline(database, { minAlerts: 3 });
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a2', service: 'checkout', startsAt: START_MS })]);
  const { clock } = pipeline;
  await pipeline.close();

  pipeline = await startPipeline(database, { minAlerts: 3, clock, replicaId: 'replica-2' });
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a3', service: 'checkout', startsAt: START_MS })]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a4', service: 'checkout', startsAt: START_MS })]);

  expect(await incidents()).toMatchObject([{ number: 1, alerts_total: 4, alerts_firing: 4 }]);
});

test('an incident closed by a person meanwhile takes no more alerts; the window notices and opens a new one', async () => {
  pipeline = await startPipeline(database);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  await database.db.query("update incidents set state = 'resolved' where org_id = $1", [ORG]);

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a2', service: 'checkout', startsAt: START_MS })]);

  expect(await incidents()).toMatchObject([{ number: 1, alerts_total: 1 }, { number: 2, alerts_total: 1 }]);
});

test('cap 38: a batch that fails while the window cannot be rebuilt either is correlated as if nothing had been when the database is back', async () => {
  pipeline = await startPipeline(database);
  await database.db.query('alter table incidents rename to incidents_away');
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })]);
  await database.db.query('alter table incidents_away rename to incidents');

  await pipeline.deliver([grafanaAlert({ fingerprint: 'a2', service: 'checkout', startsAt: START_MS })]);

  const found = await database.db.query('select i.number, i.title, i.severity, i.alerts_total, i.alerts_firing from incidents as i order by i.number');
  expect(found).toEqual([{ number: 1, title: expect.stringContaining('checkout'), severity: 3, alerts_total: 2, alerts_firing: 2 }]);
});
