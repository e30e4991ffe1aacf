/** What an engine may decide beyond opening and joining: an assessment, a merge, a move, a split. Through the port, on a real database. */
import { incidentNumber } from '../../backend/contract/index.ts';
import type { GroupAssessment, IncidentChange, IncidentSink, LinkedAlert } from '../../backend/correlation/index.ts';
import { createIncidentSink, createSettingsReader, DEFAULT_INCIDENT_TYPES, DEFAULT_SEVERITY_POLICY, defaultDeclarePolicy, NO_CATALOG } from '../../backend/incidents/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, startPipeline, START_MS, type Pipeline } from '../harness/pipeline.ts';

let database: TestDatabase;
let pipeline: Pipeline;
let sink: IncidentSink;

beforeEach(async () => {
  database = await createTestDatabase();
  pipeline = await startPipeline(database);
  sink = createIncidentSink({
    db: database.db, catalog: NO_CATALOG, reopenMs: 24 * 3_600_000,
    settings: createSettingsReader({ declarePolicy: defaultDeclarePolicy([]), severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: DEFAULT_INCIDENT_TYPES }),
  });
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

const numberOf = (value: number) => incidentNumber.parse(value);
const REASON = { strategy: 'test', summary: 'payments-db explains both', contributions: [] };

function changeOf(over: Partial<IncidentChange>): IncidentChange {
  return { incident: null, title: 'payments-db: PoolExhausted', keys: [], reason: REASON, severity: null, services: [], joined: [], ended: 0, assessment: null, moved: [], absorbed: [], ...over };
}

function assessmentOf(confidence: number): GroupAssessment {
  return { confidence, onsetAt: new Date(START_MS), roots: [{ service: 'payments-db', score: 0.7, evidence: [{ kind: 'topology', text: 'checkout needs it', weight: 0.5 }] }], causeChangeId: 'deploy-7' };
}

const apply = (changes: readonly IncidentChange[]) => database.db.transaction(async (tx) => {
  await sink.lockLinks(tx, ORG);
  return sink.apply(tx, ORG, pipeline.clock.now(), changes);
});

interface Row {
  number: number; state: string; severity: number; alerts_total: number; alerts_firing: number; merged_into: number | null; assessment: { confidence: number } | null;
  declaration: { outcome: string; score: number } | null; services: string[]; acknowledged_at: Date | null;
}
const rows = () => database.db.query<Row>('select i.number, i.state, i.severity, i.alerts_total, i.alerts_firing, i.merged_into, i.assessment, i.declaration, i.services, i.acknowledged_at from incidents as i order by i.number');

async function linksOf(number: number): Promise<LinkedAlert[]> {
  const found = await database.db.query<{ alert_key: string; starts_at: Date }>('select l.alert_key::text, l.starts_at from incident_alerts as l where l.incident_number = $1 order by l.starts_at', [number]);
  return found.map((row) => ({ alertKey: row.alert_key, startsAt: row.starts_at, firing: true, reason: REASON }));
}

async function twoIncidents(): Promise<void> {
  for (const service of ['checkout', 'search']) {
    await pipeline.deliver([0, 1].map((index) => grafanaAlert({ fingerprint: `${service}${index}`, service, severity: 'error', startsAt: START_MS + index })));
  }
}

test('cap 35, cap 44: an assessment is kept, and what it adds to the score declares the candidate by itself', async () => {
  await twoIncidents();
  await apply([changeOf({ incident: numberOf(1), assessment: assessmentOf(0.4) })]);
  expect((await rows())[0]).toMatchObject({ state: 'candidate', assessment: { confidence: 0.4 }, declaration: { outcome: 'propose' } });

  await apply([changeOf({ incident: numberOf(1), services: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], severity: 'sev1', assessment: assessmentOf(0.95) })]);

  expect((await rows())[0]).toMatchObject({ state: 'declared', severity: 1, assessment: { confidence: 0.95, causeChangeId: 'deploy-7', roots: [{ service: 'payments-db' }] } });
  const events = await database.db.query<{ type: string; data: Record<string, unknown> }>("select e.type, e.data from event_log as e where e.type in ('incident.assessed', 'incident.declared') order by e.position");
  expect(events.map((event) => event.type)).toEqual(['incident.assessed', 'incident.assessed', 'incident.declared']);
  expect(events[1]?.data).toMatchObject({ root: 'payments-db', confidence: 0.95, change: 'deploy-7' });
});

test('cap 36: the engine merges into the oldest number, which takes on the furthest state; the other one leads there', async () => {
  await twoIncidents();
  await database.db.query("update incidents set state = 'investigating', acknowledged_at = now(), declared_at = now() where number = 2");

  const [survivor] = await apply([changeOf({ incident: numberOf(2), absorbed: [numberOf(1)], assessment: assessmentOf(0.9) })]);

  expect(survivor).toBe(1);
  const [first, second] = await rows();
  expect(first).toMatchObject({ state: 'investigating', alerts_total: 4, alerts_firing: 4, services: ['checkout', 'search'], merged_into: null, assessment: { confidence: 0.9 } });
  expect(first?.acknowledged_at).not.toBeNull();
  expect(second).toMatchObject({ state: 'duplicate', merged_into: 1, alerts_total: 0 });
  // The window may name the absorbed one once more in the batch that merged it.
  await pipeline.deliver([grafanaAlert({ fingerprint: 'search0', service: 'search', startsAt: START_MS, status: 'resolved', endsAt: START_MS + 1000 })]);
  expect((await rows())[0]).toMatchObject({ alerts_total: 4, alerts_firing: 3 });
});

test('cap 36: the engine moves and splits alerts, each with its reason, but not those that a person has placed', async () => {
  await twoIncidents();
  const [first, second] = await linksOf(1);
  if (first === undefined || second === undefined) throw new Error('no alerts');
  await database.db.query("update incident_alerts set placed_by = 'person' where alert_key = $1", [second.alertKey]);

  const numbers = await apply([changeOf({ moved: [{ ...first, reason: { ...REASON, summary: 'fits better here' } }, second], services: ['checkout'], severity: 'sev2' })]);

  expect(numbers).toEqual([3]);
  const all = await rows();
  expect(all.map((row) => [row.number, row.state, row.alerts_total, row.alerts_firing, row.severity])).toEqual([[1, 'candidate', 1, 1, 2], [2, 'candidate', 2, 2, 2], [3, 'candidate', 1, 1, 2]]);
  const [link] = await database.db.query<{ reason: { summary: string }; incident_number: number }>('select l.reason, l.incident_number from incident_alerts as l where l.alert_key = $1', [first.alertKey]);
  expect(link).toEqual({ incident_number: 3, reason: { ...REASON, summary: 'fits better here' } });
  const split = await database.db.query<{ data: Record<string, unknown> }>("select e.data from event_log as e where e.type = 'incident.split'");
  expect(split[0]?.data).toMatchObject({ into: 3, alerts: 1, reason: REASON.summary });
});

test('cap 36: ends that come with a merge are counted off; those that come with a move are counted once', async () => {
  await twoIncidents();
  await apply([changeOf({ incident: numberOf(1), absorbed: [numberOf(2)], ended: 1 })]);
  expect((await rows())[0]).toMatchObject({ alerts_total: 4, alerts_firing: 3 });

  const [first] = await linksOf(1);
  if (first === undefined) throw new Error('no alerts');
  // A split, from an incident of which an alert ended in this batch: moving counts both incidents anew.
  await database.db.query("update alerts set status = 'resolved', ends_at = starts_at where fingerprint = 'search1'");
  await apply([changeOf({ moved: [first], services: ['checkout'], severity: 'sev2' }), changeOf({ incident: numberOf(1), ended: 1 })]);
  expect((await rows()).map((row) => [row.number, row.alerts_total, row.alerts_firing])).toEqual([[1, 3, 2], [2, 0, 0], [3, 1, 1]]);

  // Both were told of a moment before: the end waits in the row, where whoever takes over finds it.
  const [waits] = await database.db.query<{ untold_ended: number }>('select i.untold_ended from incidents as i where i.number = 1');
  expect(waits?.untold_ended).toBe(1);

  // Nothing moves where a person has placed the alert, so nothing is counted anew.
  await database.db.query("update incident_alerts set placed_by = 'person' where alert_key = $1", [first.alertKey]);
  await apply([changeOf({ incident: numberOf(1), moved: [first], ended: 1 })]);
  expect((await rows()).map((row) => row.alerts_firing)).toEqual([1, 0, 1]);
});

test('a decision on an incident that takes no alerts any more throws the window away', async () => {
  await twoIncidents();
  await database.db.query("update incidents set state = 'closed' where number = 1");

  await expect(apply([changeOf({ incident: numberOf(2), absorbed: [numberOf(1)] })])).rejects.toThrow('takes no more alerts');
  expect((await rows()).map((row) => row.alerts_total)).toEqual([2, 2]);
});

test('cap 36: so does a merge of what a person has set apart; what took one of them in is held to it too, and a merge that a person undid', async () => {
  await twoIncidents();
  await pipeline.deliver([grafanaAlert({ fingerprint: 'mail0', service: 'mail', severity: 'error', startsAt: START_MS })]);
  const regrouped = (kind: string, actor: string, from: number, into: number, undone: boolean) => database.db.query(
    `insert into regroupings (org_id, kind, at, actor, from_incident, into_incident, alerts, reason, before, undone_at)
     values (1, $1, now(), jsonb_build_object('kind', $2::text), $3, $4, 1, '', '{}', case when $5::boolean then now() end)`, [kind, actor, from, into, undone],
  );
  const apartFrom = async () => (await sink.loadGroups(database.db, ORG, new Date(0))).map((group) => [Number(group.incident), group.apartFrom] as const).sort(([a], [b]) => a - b);
  await regrouped('move', 'system', 1, 2, false);
  await regrouped('split', 'user', 1, 3, true);
  expect(await apartFrom()).toEqual([[1, []], [2, []], [3, []]]);

  await regrouped('split', 'user', 2, 3, false);
  expect(await apartFrom()).toEqual([[1, []], [2, [3]], [3, [2]]]);
  await apply([changeOf({ incident: numberOf(1), absorbed: [numberOf(2)] })]);
  expect(await apartFrom()).toEqual([[1, [3]], [3, [1]]]);

  await expect(apply([changeOf({ incident: numberOf(1), absorbed: [numberOf(3)] })])).rejects.toThrow('people have set apart');
  expect((await rows()).map((row) => row.alerts_total)).toEqual([4, 0, 1]);
  await database.db.query(`update regroupings set undone_at = now() where kind = 'split'`);
  expect(await apartFrom()).toEqual([[1, []], [3, []]]);
  await regrouped('merge', 'system', 3, 1, true);
  await expect(apply([changeOf({ incident: numberOf(1), absorbed: [numberOf(3)] })])).rejects.toThrow('people have set apart');
});
