/** Merging, splitting, moving and undoing beside a correlator that goes on: through the module, on a real database. */
import fc from 'fast-check';
import { alertId, incidentNumber, userKey, type AlertId, type IncidentNumber } from '../../backend/contract/index.ts';
import { createIncidents, DEFAULT_INCIDENT_TYPES, DEFAULT_LIFECYCLE_RULES, DEFAULT_SEVERITY_POLICY, createSettingsReader, defaultDeclarePolicy, NO_CATALOG, type Incidents } from '../../backend/incidents/index.ts';
import { AppError } from '../../backend/platform/errors.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, startPipeline, START_MS, type Pipeline } from '../harness/pipeline.ts';

const ADA = { kind: 'user' as const, key: 'user:ada', name: 'Ada Admin' };
const CONTEXT = {
  requestId: 'r', ifMatch: null, logger: createLogger({ level: 'silent' }),
  caller: { kind: 'user' as const, orgId: ORG, userKey: userKey.parse('user:ada'), login: 'ada', name: 'Ada Admin', role: 'admin' as const, derivedRole: 'admin' as const, seesPrivate: false, actor: ADA, expiresAt: new Date(8.64e15) },
};
const REASON = 'they are of another kind';

let database: TestDatabase;
let pipeline: Pipeline;
let incidents: Incidents;

beforeEach(async () => {
  database = await createTestDatabase();
  pipeline = await startPipeline(database);
  incidents = createIncidents({
    leadingCauses: () => Promise.resolve(new Map()), roleMoved: () => Promise.resolve([]),
    db: database.db, clock: pipeline.clock, rules: DEFAULT_LIFECYCLE_RULES, catalog: NO_CATALOG, users: { find: () => Promise.resolve(new Map()) },
    settings: createSettingsReader({ declarePolicy: defaultDeclarePolicy([]), severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: DEFAULT_INCIDENT_TYPES }),
  });
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

const numberOf = (value: number): IncidentNumber => incidentNumber.parse(value);
const get = (number: number) => incidents.handlers.getIncident({ params: { number: numberOf(number) }, query: undefined, body: undefined }, CONTEXT);

async function alertsOf(number: number): Promise<AlertId[]> {
  const page = await incidents.handlers.listIncidentAlerts({ params: { number: numberOf(number) }, query: { status: 'all', limit: 1000 }, body: undefined }, CONTEXT);
  return page.items.map((alert) => alert.id);
}
const split = (number: number, alerts: AlertId[], title?: string) => incidents.handlers.splitIncident({ params: { number: numberOf(number) }, query: undefined, body: { alerts, reason: REASON, ...(title === undefined ? {} : { title }) } }, CONTEXT);
const move = (number: number, alerts: AlertId[], into: number | null) => incidents.handlers.moveAlerts({ params: { number: numberOf(number) }, query: undefined, body: { alerts, into: into === null ? null : numberOf(into), reason: REASON } }, CONTEXT);
const merge = (number: number, into: number) => incidents.handlers.mergeIncident({ params: { number: numberOf(number) }, query: undefined, body: { into: numberOf(into), reason: REASON } }, CONTEXT);
const undo = (id: string) => incidents.handlers.undoRegrouping({ params: { id }, query: undefined, body: {} }, CONTEXT);

async function newestRegrouping(number: number) {
  const { items } = await incidents.handlers.listRegroupings({ params: { number: numberOf(number) }, query: { limit: 100 }, body: undefined }, CONTEXT);
  const [newest] = items;
  if (newest === undefined) throw new Error('nothing was regrouped');
  return newest;
}

/** Everything that a person sees of incidents and links; versions and times of writing apart. */
async function picture(): Promise<string> {
  const rows = await database.db.query<{ text: string }>(
    `select jsonb_build_object(
       'incidents', (select jsonb_agg(to_jsonb(i) - 'version' - 'updated_at' order by i.number) from incidents as i),
       'links', (select jsonb_agg(to_jsonb(l) order by l.alert_key, l.starts_at) from incident_alerts as l))::text as text`,
  );
  return rows[0]?.text ?? '';
}

async function checkInvariants(delivered: number): Promise<void> {
  const wrong = await database.db.query(
    `select i.number, i.state, i.alerts_total, i.alerts_firing, c.total, c.firing
     from incidents as i
     cross join lateral (
       select count(*)::integer as total, (count(*) filter (where a.status = 'firing'))::integer as firing
       from incident_alerts as k join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
       where k.org_id = i.org_id and k.incident_number = i.number
     ) as c
     where c.total <> i.alerts_total or c.firing <> i.alerts_firing
       or (i.state = 'duplicate' and (i.merged_into is null or c.total > 0)) or (i.state <> 'duplicate' and i.merged_into is not null)`,
  );
  expect(wrong).toEqual([]);
  const [links] = await database.db.query<{ n: number }>('select count(*)::integer as n from incident_alerts');
  expect(links?.n).toBe(delivered);
  const lowered = await database.db.query(
    `select e.data from event_log as e where e.type = 'incident.severity_changed' and e.actor->>'kind' = 'system' and e.data->>'to' > e.data->>'from'`,
  );
  expect(lowered).toEqual([]);
}

test('cap 40: a split makes an incident of its own with severity, clocks and counts from its alerts, and both timelines tell of it', async () => {
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a', service: 'checkout', severity: 'warning', startsAt: START_MS })]);
  pipeline.clock.advance(60_000);
  await pipeline.deliver([
    grafanaAlert({ fingerprint: 'b', service: 'checkout', severity: 'critical', startsAt: START_MS + 60_000 }),
    grafanaAlert({ fingerprint: 'c', service: 'checkout', severity: 'critical', startsAt: START_MS + 61_000 }),
  ]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'c', service: 'checkout', severity: 'critical', startsAt: START_MS + 61_000, status: 'resolved', endsAt: START_MS + 61_500 })]);
  const before = await get(1);
  expect(before).toMatchObject({ state: 'declared', severity: 'sev1', alertsTotal: 3, alertsFiring: 2 });
  const grave = (await alertsOf(1)).filter((id) => Number(id.slice(17)) >= START_MS + 60_000);

  const fresh = await split(1, grave, 'Card processor is down');

  expect(fresh).toMatchObject({
    number: 2, state: 'declared', severity: 'sev1', alertsTotal: 2, alertsFiring: 1, services: ['checkout'], title: 'Card processor is down',
    firstAlertAt: new Date(START_MS + 60_000).toISOString(), impactStartedAt: new Date(START_MS + 60_000).toISOString(), acknowledgedAt: null,
  });
  expect(await get(1)).toMatchObject({ severity: 'sev3', alertsTotal: 1, alertsFiring: 1 });
  const events = await database.db.query<{ type: string; incident_number: number; data: Record<string, unknown> }>(
    `select e.type, e.incident_number, e.data from event_log as e where e.type in ('incident.split', 'incident.split_off', 'incident.severity_changed') order by e.position`,
  );
  expect(events.map((event) => [event.type, event.incident_number])).toEqual([
    ['incident.severity_changed', 1], ['incident.split', 1], ['incident.severity_changed', 1], ['incident.split_off', 2],
  ]);
  expect(events[1]?.data).toMatchObject({ into: 2, alerts: 2, reason: REASON });
  expect([...(Array.isArray(events[1]?.data['alertIds']) ? events[1].data['alertIds'] : [])].sort()).toEqual([...grave].sort());
});

test('cap 40: an undo within ten minutes restores merge, split and move exactly; after that, or out of turn, it is refused', async () => {
  for (const [service, severity] of [['checkout', 'critical'], ['search', 'warning'], ['mail', 'warning']] as const) {
    await pipeline.deliver([0, 1, 2].map((index) => grafanaAlert({ fingerprint: `${service}${index}`, service, severity, startsAt: START_MS + index })));
  }
  const [, second] = await alertsOf(2);
  if (second === undefined) throw new Error('no alert');
  const acts = [
    () => merge(2, 1), () => merge(3, 2), () => split(1, (alerts.get(1) ?? []).slice(0, 2)), () => move(2, [second], 1), () => move(2, [second], null),
  ];
  const alerts = new Map([[1, await alertsOf(1)]]);
  for (const act of acts) {
    const before = await picture();
    const { number } = await act();
    const made = await newestRegrouping(number);
    pipeline.clock.advance(9 * 60_000);
    await undo(made.id);
    const after = await picture();
    // A split leaves the number that it made, which leads to where its alerts went.
    if (made.kind === 'split') expect(await get(made.into ?? 0)).toMatchObject({ state: 'duplicate', mergedInto: 1, alertsTotal: 0 });
    else expect(after).toBe(before);
    await expect(undo(made.id)).rejects.toThrow('this was undone already');
  }
  expect(await get(1)).toMatchObject({ alertsTotal: 3, severity: 'sev1', services: ['checkout'] });

  await merge(2, 1);
  const older = await newestRegrouping(1);
  await merge(3, 1);
  await expect(undo(older.id)).rejects.toThrow('undo the newer merge of INC-3 and INC-1 first');
  pipeline.clock.advance(11 * 60_000);
  await expect(undo((await newestRegrouping(3)).id)).rejects.toThrow('more than 10 minutes have passed');
});

test('cap 40: what came after a merge stays right when the merge is undone', async () => {
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a', service: 'checkout', startsAt: START_MS })]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'b', service: 'search', startsAt: START_MS })]);
  await merge(2, 1);
  // One of the moved alerts ends, and a graver one joins by the key that moved along.
  await pipeline.deliver([grafanaAlert({ fingerprint: 'b', service: 'search', startsAt: START_MS, status: 'resolved', endsAt: START_MS + 5000 })]);
  await pipeline.deliver([grafanaAlert({ fingerprint: 'c', service: 'search', severity: 'critical', startsAt: START_MS + 6000 })]);
  expect(await get(1)).toMatchObject({ alertsTotal: 3, alertsFiring: 2, severity: 'sev1' });

  await undo((await newestRegrouping(1)).id);

  expect(await get(2)).toMatchObject({ state: 'candidate', alertsTotal: 1, alertsFiring: 0, severity: 'sev3' });
  expect(await get(1)).toMatchObject({ alertsTotal: 2, alertsFiring: 2, severity: 'sev1' });
  await checkInvariants(3);
});

test('cap 36: an alert that a person took out or moved is not taken back by the engine, and joins nothing else', async () => {
  await pipeline.deliver([0, 1, 2].map((index) => grafanaAlert({ fingerprint: `x${index}`, service: 'checkout', startsAt: START_MS + index })));
  const [one, two] = await alertsOf(1);
  if (one === undefined || two === undefined) throw new Error('no alerts');
  await pipeline.deliver([grafanaAlert({ fingerprint: 'y', service: 'search', startsAt: START_MS })]);
  await move(1, [one], null);
  await move(1, [two], 2);

  await pipeline.deliver([grafanaAlert({ fingerprint: 'x9', service: 'checkout', startsAt: START_MS + 9 })]);

  expect(await alertsOf(2)).toContain(two);
  expect(await alertsOf(1)).toHaveLength(2);
  expect((await incidents.handlers.getAlert({ params: { id: one }, query: undefined, body: undefined }, CONTEXT)).incident).toBeNull();
  expect((await incidents.handlers.getAlert({ params: { id: two }, query: undefined, body: undefined }, CONTEXT)).why?.summary).toBe(`Ada Admin put it here: ${REASON}`);
  await checkInvariants(5);
});

test('cap 36, cap 40: what a person has split off or moved stays apart, however alike it is and whoever takes over; so does what an undo took apart', async () => {
  const { clock } = pipeline;
  const start = async (replicaId: string): Promise<void> => {
    await pipeline.close();
    pipeline = await startPipeline(database, { engine: true, clock, replicaId });
  };
  const fire = async (names: readonly string[], service = 'checkout'): Promise<void> => pipeline.deliver(names.map((name) => grafanaAlert({ fingerprint: `${service} ${name}`, name, service, severity: 'critical', startsAt: clock.nowMs() })));
  /** More of the same while the engine looks again and again at what it has; then where the alerts are. */
  const goOn = async (minutes: number, from: number): Promise<void> => {
    for (let step = 0; step < minutes * 2; step += 1) {
      clock.advance(30_000);
      await pipeline.correlator.settle();
      if (step % 4 === 0) await fire([`Further${from + step}`]);
    }
  };
  await start('engine-1');
  await fire(['A', 'B', 'C', 'D', 'E', 'F']);
  const members = await alertsOf(1);
  expect(members).toHaveLength(6);
  const part = await split(1, members.slice(0, 1));
  const second = await split(1, members.slice(1, 3));
  await move(1, members.slice(3, 4), part.number);
  const isApart = async (): Promise<void> => {
    expect(await alertsOf(part.number)).toEqual(expect.arrayContaining([members[0], members[3]]));
    expect(await alertsOf(second.number)).toEqual(expect.arrayContaining(members.slice(1, 3)));
    expect(await alertsOf(1)).toEqual(expect.arrayContaining(members.slice(4)));
    for (const number of [1, part.number, second.number]) expect((await get(number)).mergedInto).toBeNull();
  };

  await goOn(12, 0);
  await isApart();
  await start('engine-2');
  await goOn(12, 100);
  await isApart();
  expect(await database.db.query(`select 1 from regroupings where kind = 'merge' or actor->>'kind' = 'system'`)).toEqual([]);

  // A person may still say otherwise, and take that back.
  await merge(second.number, part.number);
  await goOn(2, 200);
  await undo((await newestRegrouping(second.number)).id);
  await goOn(4, 300);
  await isApart();
});

test('cap 41, cap 42: a quiet incident is watched, alerts that come back are a regression, a resolved one is reopened, a closed one is pointed back to', async () => {
  const deliver = async (start: number, status: 'firing' | 'resolved') => pipeline.deliver([
    grafanaAlert({ fingerprint: 'a', service: 'checkout', severity: 'critical', startsAt: start, status, ...(status === 'resolved' ? { endsAt: pipeline.clock.nowMs() } : {}) }),
  ]);
  const run = (what: 'acknowledgeIncident' | 'resolveIncident' | 'reviewIncident' | 'closeIncident') => incidents.handlers[what]({ params: { number: numberOf(1) }, query: undefined, body: {} }, CONTEXT);
  await deliver(START_MS, 'firing');
  await run('acknowledgeIncident');
  await deliver(START_MS, 'resolved');
  pipeline.clock.advance(11 * 60_000);
  await pipeline.correlator.settle();
  expect(await get(1)).toMatchObject({ state: 'monitoring', severity: 'sev1' });
  // However long it is quiet, a person resolves and closes it.
  pipeline.clock.advance(48 * 3_600_000);
  await pipeline.correlator.settle();
  expect(await get(1)).toMatchObject({ state: 'monitoring' });
  await run('resolveIncident');

  const again = pipeline.clock.nowMs();
  await deliver(again, 'firing');

  expect(await get(1)).toMatchObject({ state: 'investigating', regressions: 1, alertsTotal: 2, resolvedAt: null, detectedAt: new Date(START_MS).toISOString() });
  await deliver(again, 'resolved');
  pipeline.clock.advance(11 * 60_000);
  await pipeline.correlator.settle();
  const last = pipeline.clock.nowMs();
  await deliver(last, 'firing');
  expect(await get(1)).toMatchObject({ state: 'investigating', regressions: 2 });

  await deliver(last, 'resolved');
  pipeline.clock.advance(11 * 60_000);
  await pipeline.correlator.settle();
  for (const what of ['resolveIncident', 'reviewIncident', 'closeIncident'] as const) await run(what);
  await deliver(pipeline.clock.nowMs(), 'firing');
  expect(await get(2)).toMatchObject({ state: 'declared', recurrenceOf: 1 });
  expect(await get(1)).toMatchObject({ state: 'closed', recurrences: [2] });
});

test('cap 44: a candidate that nobody decides on expires, though its alerts go on', async () => {
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a', service: 'checkout', startsAt: START_MS })]);
  expect(await get(1)).toMatchObject({ state: 'candidate', expiresAt: new Date(START_MS + 24 * 3_600_000).toISOString(), declaration: { outcome: 'propose' } });
  pipeline.clock.advance(24 * 3_600_000 + 1000);
  await pipeline.correlator.settle();

  expect(await get(1)).toMatchObject({ state: 'rejected', expiresAt: null });
});

test('cap 44: the policy says after how long a candidate expires', async () => {
  const { version, provisioned: _file, ...policy } = await incidents.handlers.getDeclarePolicy({ params: undefined, query: undefined, body: undefined }, CONTEXT);
  await incidents.handlers.putDeclarePolicy({ params: undefined, query: undefined, body: { ...policy, candidateExpiryMinutes: 60 } }, { ...CONTEXT, ifMatch: version });
  await pipeline.deliver([grafanaAlert({ fingerprint: 'a', service: 'checkout', startsAt: START_MS })]);
  pipeline.clock.advance(59 * 60_000);
  await pipeline.correlator.settle();
  expect(await get(1)).toMatchObject({ state: 'candidate', expiresAt: new Date(START_MS + 3_600_000).toISOString() });
  pipeline.clock.advance(2 * 60_000);
  await pipeline.correlator.settle();
  expect(await get(1)).toMatchObject({ state: 'rejected' });
});

interface World { delivered: Set<string> }
const SERVICES = ['checkout', 'search', 'mail'] as const;
type Act =
  | { kind: 'fire'; service: string; alert: number; grave: boolean } | { kind: 'end'; service: string; alert: number }
  | { kind: 'merge' | 'split' | 'move' | 'out'; a: number; b: number; pick: number } | { kind: 'undo'; a: number } | { kind: 'wait' };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fire' as const), service: fc.constantFrom(...SERVICES), alert: fc.nat({ max: 5 }), grave: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), service: fc.constantFrom(...SERVICES), alert: fc.nat({ max: 5 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('merge' as const, 'split' as const, 'move' as const, 'out' as const), a: fc.integer({ min: 1, max: 4 }), b: fc.integer({ min: 1, max: 4 }), pick: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), a: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

async function perform(world: World, step: Act): Promise<void> {
  switch (step.kind) {
    case 'fire': {
      const fingerprint = `${step.service}${step.alert}`;
      world.delivered.add(fingerprint);
      return pipeline.deliver([grafanaAlert({ fingerprint, service: step.service, severity: step.grave ? 'critical' : 'warning', startsAt: START_MS + step.alert })]);
    }
    case 'end': {
      const fingerprint = `${step.service}${step.alert}`;
      if (!world.delivered.has(fingerprint)) return;
      return pipeline.deliver([grafanaAlert({ fingerprint, service: step.service, startsAt: START_MS + step.alert, status: 'resolved', endsAt: START_MS + 60_000 })]);
    }
    case 'merge':
      return void await merge(step.a, step.b);
    case 'split':
      return void await split(step.a, (await alertsOf(step.a)).slice(0, step.pick));
    case 'move':
      return void await move(step.a, (await alertsOf(step.a)).slice(0, step.pick), step.b);
    case 'out':
      return void await move(step.a, (await alertsOf(step.a)).slice(0, step.pick), null);
    case 'undo':
      return void await undo((await incidents.handlers.listRegroupings({ params: { number: numberOf(step.a) }, query: { limit: 100 }, body: undefined }, CONTEXT)).items[0]?.id ?? '0');
    case 'wait':
      pipeline.clock.advance(60_000);
      return;
  }
}

test('cap 36, cap 40: whatever people and alerts do in whatever order, each alert has one place, counts are the links, and the machine lowers nothing', async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (steps) => {
    await database.db.query('truncate incidents, incident_alerts, incident_counters, alerts, alert_log, event_log, regroupings, regrouping_alerts, link_marks, correlator_cursors');
    await pipeline.close();
    pipeline = await startPipeline(database);
    const world: World = { delivered: new Set() };
    for (const step of steps) {
      try {
        await perform(world, step);
      } catch (error) {
        // What is not possible now is refused in words, and changes nothing.
        if (!(error instanceof AppError) || error.status >= 500) throw error;
      }
    }
    await pipeline.correlator.drain(ORG);
    await checkInvariants(world.delivered.size);
  }), { numRuns: 15 });
});

test('cap 38: people who split, move and undo while alerts pour in lose and double none', async () => {
  await pipeline.deliver([0, 1, 2, 3].map((index) => grafanaAlert({ fingerprint: `s${index}`, service: 'checkout', startsAt: START_MS + index })));
  await pipeline.deliver([grafanaAlert({ fingerprint: 'o', service: 'search', startsAt: START_MS })]);
  const refused = (error: unknown): void => {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
  };
  const pouring = (async () => {
    for (let index = 10; index < 60; index += 1) await pipeline.deliver([grafanaAlert({ fingerprint: `s${index}`, service: 'checkout', severity: index % 7 === 0 ? 'critical' : 'warning', startsAt: START_MS + index })]);
  })();
  const people = [1, 2, 3].map(async (person) => {
    for (let turn = 0; turn < 8; turn += 1) {
      const members = await alertsOf(1);
      await (turn % 3 === 0 ? split(1, members.slice(person, person + 2)) : move(1, members.slice(person, person + 1), turn % 3 === 1 ? 2 : null)).catch(refused);
      if (turn % 2 === 1) await undo((await newestRegrouping(1)).id).catch(refused);
    }
  });

  await Promise.all([pouring, ...people]);
  await pipeline.correlator.drain(ORG);

  await checkInvariants(55);
  expect(alertId.safeParse((await alertsOf(1))[0]).success).toBe(true);
});
