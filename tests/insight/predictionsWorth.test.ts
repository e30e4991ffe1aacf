/** cap 114: a warning says how many of those before came true, on its page, in its event and for its accuracy; whoever takes over has learned the same. */
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { complaintsOver, type Complaints } from './complaints.ts';

const MINUTE = 60_000;
const SERVICES = ['payments-db', 'ledger-db', 'stock-db', 'users-db'];
let muster: TestApp;
let clock: SimulatedClock;
let complaints: Complaints;
beforeAll(async () => {
  clock = createSimulatedClock(Date.now());
  muster = await startTestApp({ clock, env: { MUSTER_CORRELATION_MIN_ALERTS: '3' } });
  complaints = complaintsOver(muster, clock, await muster.addSource(ADA_ADMIN, 'grafana'));
  const csv = ['name,depends_on,clusters', `web,${SERVICES.join(' ')},`, ...SERVICES.map((name) => `${name},,eu-1`), 'mail,,', 'search,,'].join('\n');
  await muster.call(ADA_ADMIN, 'importServices', { body: { csv: `${csv}\n`, dryRun: false } });
});
afterAll(() => muster.close());

async function open(service: string) {
  return (await muster.call(VERA_VIEWER, 'listPredictions', { query: { state: 'open', service } })).body.items[0];
}

/** Rare complaints of a service until it is warned of; how likely it is then, and where that stands. */
async function warn(service: string, turn: number): Promise<{ shown: number; told: unknown; counted: number }> {
  for (let step = 0; step < 4; step += 1) {
    await complaints.fire(`Rare${turn}of${step}`, service, 'info', { cluster: 'eu-1' });
    await complaints.read();
    const warned = await open(service);
    if (warned !== undefined) {
      const [row] = await muster.database.db.query<{ said_probability: number; data: { probability: unknown } }>(
        `select p.said_probability, e.data from predictions as p join event_log as e on e.org_id = p.org_id and e.type = 'prediction.warned' and e.data->>'id' = p.id::text where p.id = $1::bigint`, [warned.id],
      );
      return { shown: warned.probability, told: row?.data.probability, counted: row?.said_probability ?? -1 };
    }
    clock.advance(2 * MINUTE);
  }
  throw new Error(`${service} was not warned of`);
}

/** What is open has passed. */
async function pass(): Promise<void> {
  await muster.database.db.query('update predictions set until_at = $1::timestamptz where outcome is null', [new Date(clock.nowMs() - 1_000)]);
  clock.advance(16_000);
  await eventually(async () => {
    clock.advance(1_000);
    return (await muster.call(VERA_VIEWER, 'listPredictions', { query: { state: 'open' } })).body.items.length + (await muster.database.db.query('select 1 from predictions where outcome is null')).length;
  }, (left) => left === 0);
}

function everywhere(probability: number): { shown: number; told: unknown; counted: number } {
  return { shown: expect.closeTo(probability, 4), told: expect.closeTo(probability, 4), counted: expect.closeTo(probability, 4) };
}

test('a first warning says what is believed, and moves as more comes; the next ones what became of those before, on whichever replica', async () => {
  for (let turn = 0; turn < 24; turn += 1) {
    await complaints.fire('CpuBusy', turn % 2 === 0 ? 'mail' : 'search', 'info');
    clock.advance(90_000);
  }
  await complaints.read();
  expect(await warn('payments-db', 0)).toEqual(everywhere(0.45));
  clock.advance(2 * MINUTE);
  await complaints.fire('AnotherRareOne', 'payments-db', 'info', { cluster: 'eu-1' });
  await complaints.read();
  expect((await open('payments-db'))?.probability).toBeGreaterThan(0.5);

  await pass();
  expect(await warn('ledger-db', 1)).toEqual(everywhere((0.45 * 16) / 17));

  // That one came true; the incident is found later than its time. Then another replica reads on for a moment: nothing of this one's memory holds.
  await pass();
  await muster.database.db.query("update predictions set outcome = 'came_true' where service = 'ledger-db'");
  await muster.database.db.query("update prediction_states set holder = 'another', held_until = $1::timestamptz where org_id = 1", [new Date(clock.nowMs() + 1_500)]);
  await complaints.fire('CpuBusy', 'mail', 'info');
  await complaints.read();
  expect(await warn('stock-db', 2)).toEqual(everywhere((1 + 0.45 * 16) / 18));

  // Accuracy counts what was said.
  await pass();
  const prediction = (await muster.call(VERA_VIEWER, 'getAccuracy', { query: { weeks: 2 } })).body.helpers.find(({ helper }) => helper === 'prediction');
  const [said] = await muster.database.db.query<{ mean: number }>('select avg(said_probability)::double precision as mean from predictions');
  expect(prediction?.calibration?.said).toBeCloseTo(said?.mean ?? -1, 3);
});
