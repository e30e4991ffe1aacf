/** Why alerts are in no incident: noted in the transaction of the decision, with the incident that came nearest. */
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, startPipeline, START_MS, type Pipeline } from '../harness/pipeline.ts';

let database: TestDatabase;
let pipeline: Pipeline;
beforeEach(async () => {
  database = await createTestDatabase();
  pipeline = await startPipeline(database, { minAlerts: 2 });
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

const alertOf = (service: string, fingerprint = service) => grafanaAlert({ service, fingerprint, startsAt: START_MS });
const noted = () => database.db.query<{ service: string; nearest: number | null; summary: string }>(
  `select a.service, w.nearest, w.reason->>'summary' as summary from alerts_why_not as w join alerts as a using (org_id, alert_key, starts_at) order by 1`,
);

test('cap 35: an alert that waits has its reason and the nearest incident noted, also one that opened in the same batch', async () => {
  await pipeline.deliver([alertOf('alone')]);
  // The alerts of one delivery come in an order of their own: some of these come after the two that open the incident.
  const others = Array.from({ length: 30 }, (_, index) => `other-${String(index).padStart(2, '0')}`);
  await pipeline.deliver([alertOf('checkout', 'c1'), alertOf('checkout', 'c2'), ...others.map((service) => alertOf(service))]);
  await pipeline.deliver([alertOf('mail')]);

  const rows = await noted();
  expect(rows.map(({ service }) => service)).toEqual(['alone', 'mail', ...others]);
  expect(rows.slice(0, 2)).toEqual([
    { service: 'alone', nearest: null, summary: 'alert 1 of 2 on service alone that make an incident' },
    { service: 'mail', nearest: 1, summary: 'alert 1 of 2 on service mail that make an incident' },
  ]);
  expect(rows.slice(2).map(({ nearest }) => nearest)).toContain(1);
});

test('cap 35: what waits and is taken within one batch has no reason noted', async () => {
  await pipeline.deliver([alertOf('checkout', 'c1'), alertOf('checkout', 'c2')]);

  expect(await noted()).toEqual([]);
});
