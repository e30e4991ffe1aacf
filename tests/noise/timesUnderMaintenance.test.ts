/** cap 21: the times of an incident say and leave out what was under planned work, also after the window is edited. Over HTTP, on a simulated clock. */
import type { IncidentTimes } from '../../backend/contract/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';

let muster: TestApp;
let clock: SimulatedClock;
beforeAll(async () => {
  clock = createSimulatedClock(Date.now());
  muster = await startTestApp({ clock });
});
afterAll(() => muster.close());

/** The unit of this story: a simulated clock carries out every timer on its way. */
const STEP = 6_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const inSteps = ({ measures }: IncidentTimes) => Object.fromEntries(measures.map(({ measure, wallMs, maintenanceMs }) => [measure, [wallMs / STEP, maintenanceMs / STEP]]));

test('cap 21: acknowledge, mitigate and resolve under a window are counted without it; edits and ends change nothing in the past', async () => {
  const declared = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'Payments are slow', severity: 'sev2', services: ['payments-db'] } });
  const { number } = declared.body;
  const times = async () => (await muster.call(VERA_VIEWER, 'getIncident', { params: { number } })).body.times;
  const startMs = Date.parse((await times()).at);
  const elsewhere = await muster.call(ADA_ADMIN, 'createMaintenance', {
    body: { name: 'Other', scope: { services: ['search'] }, schedule: { kind: 'once', startsAt: iso(startMs), endsAt: iso(startMs + 600 * STEP) } },
  });
  expect(elsewhere.status).toBe(201);
  clock.advance(10 * STEP);
  const window = await muster.call(ADA_ADMIN, 'createMaintenance', {
    // It is said to have begun before it was planned: that part is no planned work.
    body: { name: 'Failover', scope: { services: ['payments-db'] }, schedule: { kind: 'once', startsAt: iso(startMs), endsAt: iso(startMs + 600 * STEP) } },
  });
  clock.advance(5 * STEP);
  await muster.call(ADA_ADMIN, 'acknowledgeIncident', { params: { number }, body: {} });
  expect(inSteps(await times())).toMatchObject({ declare: [0, 0], acknowledge: [15, 5], resolve: [15, 5] });

  clock.advance(15 * STEP);
  const edited = await muster.call(ADA_ADMIN, 'editMaintenance', {
    params: { id: window.body.id }, body: { name: 'Failover, shorter', scope: { services: ['payments-db'] }, schedule: { kind: 'once', startsAt: iso(startMs), endsAt: iso(startMs + 45 * STEP) } },
  }, { 'If-Match': `"${window.body.version}"` });
  expect(edited.status).toBe(200);
  clock.advance(10 * STEP);
  await muster.call(ADA_ADMIN, 'endMaintenance', { params: { id: window.body.id } });
  clock.advance(20 * STEP);
  await muster.call(ADA_ADMIN, 'mitigateIncident', { params: { number }, body: {} });
  clock.advance(10 * STEP);
  await muster.call(ADA_ADMIN, 'resolveIncident', { params: { number }, body: {} });
  const settled = await eventually(times, ({ measures }) => measures.some(({ measure, to }) => measure === 'resolve' && to !== null));
  expect(inSteps(settled)).toMatchObject({ acknowledge: [15, 5], mitigate: [60, 30], resolve: [70, 30] });
  expect(settled.measures.find(({ measure }) => measure === 'resolve')?.countedMs).toBe(40 * STEP);
  expect(settled.underMaintenance).toEqual([{ startsAt: iso(startMs + 10 * STEP), endsAt: iso(startMs + 40 * STEP) }]);
  expect(settled.windows).toMatchObject([{ id: window.body.id }]);

  clock.advance(20 * STEP);
  expect(inSteps(await times())).toEqual(inSteps(settled));
});
