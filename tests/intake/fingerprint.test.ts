/** cap 15: labels that people choose identify the alerts of a source, from activation on. */
import fc from 'fast-check';
import { NO_RULES } from '../../backend/contract/index.ts';
import { foldMembers, type Span } from '../../backend/ingest/fingerprint/fold.ts';
import { createRuleIntake, type PayloadOrigin, type RuleIntake } from '../../backend/ingest/index.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

const MINUTE = 60_000;
const LABELS = ['alertname', 'service'];

let database: TestDatabase;
let pipeline: Pipeline;
let intakes: RuleIntake[];

beforeEach(async () => {
  database = await createTestDatabase();
  pipeline = await startPipeline(database);
  intakes = [0, 1].map(() => createRuleIntake({ db: database.db, clock: pipeline.clock, logger: createLogger({ level: 'silent' }), intake: pipeline.intake, orgs: [ORG] }));
  await database.db.query("insert into sources (org_id, id, kind, name, rules) values (1, 'grafana', 'grafana', 'Grafana', $1::jsonb)", [JSON.stringify({ fingerprintLabels: LABELS })]);
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

function origin(withRule = true): PayloadOrigin {
  return { ...pipeline.origin, kind: 'grafana', rules: withRule ? { ...NO_RULES, fingerprintLabels: LABELS } : null };
}

/** A delivery about pods of one service: `+a` says that pod a fires, `-a` that it does no more. */
async function deliver(told: readonly string[], options: { withRule?: boolean; replica?: number } = {}): Promise<void> {
  pipeline.clock.advance(MINUTE);
  const alerts = told.map((word) => {
    const pod = word.slice(1);
    const startsAt = START_MS + pod.charCodeAt(0) * 1000;
    return grafanaAlert({
      fingerprint: `pod-${pod}`, service: 'web', startsAt, labels: { pod },
      ...(word.startsWith('+') ? {} : { status: 'resolved', endsAt: startsAt + MINUTE } as const),
    });
  });
  const body = { receiver: 'muster', groupKey: '{}', alerts };
  await intakes[options.replica ?? 0]?.accept(origin(options.withRule ?? true), body, Buffer.from(JSON.stringify(body)), null);
}

async function alerts(): Promise<string[]> {
  const rows = await database.db.query<{ status: string; n: number }>('select a.status, count(distinct a.alert_key)::integer as n from alerts as a group by a.status order by a.status');
  return rows.map((row) => `${row.n} ${row.status}`);
}

test('cap 15: alerts that agree in the chosen labels are one, which fires as long as any of them does', async () => {
  await deliver(['+a', '+b']);
  await deliver(['+c'], { replica: 1 });
  expect(await alerts()).toEqual(['1 firing']);
  await deliver(['-a', '-c']);
  expect(await alerts()).toEqual(['1 firing']);
  await deliver(['-b'], { replica: 1 });

  expect(await alerts()).toEqual(['1 resolved']);
});

test('cap 15: replicas that get members at the same time agree on one', async () => {
  await Promise.all(['a', 'b', 'c', 'd'].map((pod, index) => deliver([`+${pod}`], { replica: index % 2 })));
  expect(await alerts()).toEqual(['1 firing']);
  await Promise.all(['a', 'b', 'c', 'd'].map((pod, index) => deliver([`-${pod}`], { replica: index % 2 })));

  expect(await alerts()).toEqual(['1 resolved']);
});

test('cap 15: what began before the rule ends as it began', async () => {
  await deliver(['+a'], { withRule: false });
  await deliver(['+a', '+b']);
  expect(await alerts()).toEqual(['2 firing']);
  await deliver(['-a', '-b']);

  expect(await alerts()).toEqual(['2 resolved']);
});

test('cap 15: alerts of a rule that holds no more are ended, and what still fires comes again as its own', async () => {
  await deliver(['+a', '+b']);
  await intakes[0]?.sweep(ORG);
  expect(await alerts()).toEqual(['1 firing']);
  await database.db.query('update sources set rules = null');
  await intakes[0]?.sweep(ORG);
  expect(await alerts()).toEqual(['1 resolved']);
  await deliver(['+a', '+b'], { withRule: false });

  expect(await alerts()).toEqual(['2 firing', '1 resolved']);
});

test('cap 15: sources without a rule are not touched', async () => {
  await deliver(['+a', '+b'], { withRule: false });

  expect(await alerts()).toEqual(['2 firing']);
  expect(await database.db.query('select 1 from alert_members')).toEqual([]);
});

test('cap 15: whatever members do in whatever order, the one alert fires exactly while one of them does, and no ended episode is opened again', () => {
  const step = fc.record({ member: fc.integer({ min: 0, max: 4 }), fires: fc.boolean(), minutes: fc.integer({ min: 0, max: 30 }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const members = new Map<number, Span>();
    const told: Span[] = [];
    let nowMs = 1;
    for (const { member, fires, minutes } of steps) {
      nowMs += minutes * MINUTE;
      const before = members.get(member);
      if (fires === (before !== undefined && before.endsAtMs === null)) continue;
      members.set(member, fires ? { startsAtMs: nowMs, endsAtMs: null } : { startsAtMs: before?.startsAtMs ?? nowMs, endsAtMs: nowMs });
      const latest = told.at(-1) ?? null;
      const span = foldMembers({ members: [...members.values()], latest });
      if (span !== null && latest !== null && latest.endsAtMs !== null) expect(span.startsAtMs).toBeGreaterThan(latest.startsAtMs);
      if (span !== null) told.push(span);
      expect(told.at(-1)?.endsAtMs === null).toBe([...members.values()].some((one) => one.endsAtMs === null));
    }
  }));
});
