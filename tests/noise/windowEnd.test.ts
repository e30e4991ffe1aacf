/** caps 21 and 23: a window begins and ends by its clock alone, in the whole service. Over HTTP, on a simulated clock. */
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MINUTE = 60_000;
let muster: TestApp;
let clock: SimulatedClock;
beforeAll(async () => {
  clock = createSimulatedClock(Date.now());
  muster = await startTestApp({ clock });
});
afterAll(() => muster.close());

test('caps 21 and 23: before the begin alerts pass, within they wait; 29 s after the end those that still fire have their incident, and those that resolved have none', async () => {
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  const post = (fields: Parameters<typeof grafanaAlert>[0]) => muster.postWebhook('grafana', token, { groupKey: fields.fingerprint, alerts: [grafanaAlert({ severity: 'critical', ...fields })] });
  const incidentsOf = async (service: string) => (await muster.call(VERA_VIEWER, 'listIncidents', { query: { service, phase: 'all' } })).body.items;
  const begins = clock.nowMs() + MINUTE;
  // Not on a full minute of the clock: a look each minute would come too late.
  const ends = begins + 2 * MINUTE + 20_000;
  const made = await muster.call(ADA_ADMIN, 'createMaintenance', {
    body: {
      name: 'Upgrade', scope: { environments: ['prod'], services: ['early', 'stays', 'goes'], matchers: [{ name: 'team', operator: '=', value: 'shop' }] },
      schedule: { kind: 'once', startsAt: new Date(begins).toISOString(), endsAt: new Date(ends).toISOString() },
    },
  });
  expect([made.status, made.body.phase]).toEqual([201, 'upcoming']);
  const inScope = { env: 'prod', team: 'shop' };
  await post({ fingerprint: 'early', service: 'early', labels: inScope, startsAt: clock.nowMs() });
  await eventually(() => incidentsOf('early'), (items) => items.length === 1);

  clock.advance(MINUTE + 1_000);
  const startsAt = clock.nowMs();
  await post({ fingerprint: 'stays', service: 'stays', labels: inScope, startsAt });
  await post({ fingerprint: 'goes', service: 'goes', labels: inScope, startsAt });
  // Of another team, and elsewhere: each part of a scope counts.
  await post({ fingerprint: 'team', service: 'stays', labels: { ...inScope, team: 'books' }, name: 'OtherTeam', startsAt });
  await eventually(() => incidentsOf('stays'), (items) => items.length === 1);
  await eventually(() => muster.call(VERA_VIEWER, 'listHeldBack'), ({ body }) => body.items.length === 2);
  await post({ fingerprint: 'goes', service: 'goes', labels: inScope, startsAt, status: 'resolved', endsAt: startsAt + 1_000 });
  await eventually(() => muster.call(VERA_VIEWER, 'listHeldBack'), ({ body }) => body.items.length === 1);
  clock.moveTo(ends - 1_000);
  // Looks that fell due on the way are over: what comes now is found by one of the last 30 seconds.
  await muster.app.correlator?.settle();
  const waiting = (await muster.call(VERA_VIEWER, 'listHeldBack')).body.items;
  expect(waiting).toMatchObject([{ service: 'stays', verdict: 'maintenance', outcome: 'waiting', until: new Date(ends).toISOString() }]);

  // From here on the clock stands still.
  clock.moveTo(ends + 29_000);
  const released = await eventually(() => muster.call(VERA_VIEWER, 'listHeldBack', { query: { outcome: 'all' } }), ({ body }) => body.items.some(({ outcome }) => outcome === 'released'));
  expect(released.body.items.map(({ service, outcome }) => [service, outcome]).sort()).toEqual([['goes', 'ended'], ['stays', 'released']]);
  const alerts = await eventually(async () => (await muster.call(VERA_VIEWER, 'listAlerts', { query: { limit: 100 } })).body.items, (items) => items.every(({ name, service, incident }) => name === 'OtherTeam' || service === 'goes' || incident !== null));
  expect(alerts.filter(({ incident }) => incident === null).map(({ service }) => service)).toEqual(['goes']);
  expect(await incidentsOf('goes')).toEqual([]);
});
