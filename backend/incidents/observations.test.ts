import { incidentNumber, orgId } from '#contract';
import { createTestDatabase } from '../../tests/harness/database.ts';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../eventlog/index.ts';
import { writeJudgement } from './judgements/judgementStore.ts';
import { observeIncidents } from './observations.ts';

const ORG = orgId.parse(1);
const AT = new Date(Date.UTC(2026, 2, 2, 6, 0, 0));
const LATER = new Date(AT.getTime() + 60_000);
const ADA = { kind: 'user', key: 'user:ada', name: 'Ada' } as const;

test('of an old time people are learned from as well, however much they did and judged since', async () => {
  const database = await createTestDatabase();
  const merged: NewEvent = { type: 'incident.merged', incident: 1, actor: ADA, data: { regrouping: '1', services: ['checkout'], others: ['payments-db'] } };
  const later = new Date(AT.getTime() + 86_400_000);
  try {
    await database.db.transaction(async (tx) => {
      await appendEvents(tx, ORG, AT, [merged]);
      await appendEvents(tx, ORG, later, Array.from({ length: 5_001 }, () => merged));
      await tx.query(
        `insert into incidents (org_id, number, state, severity, severity_origin, title, origin, services, group_keys, detected_at, updated_at)
         select $1, n, 'closed', 3, 'computed', 'Down', 'manual', array['search'], '{}', $2::timestamptz, $2::timestamptz from generate_series(1, 1002) as n`, [ORG, AT.toISOString()],
      );
      for (let n = 1; n <= 1_002; n += 1) await writeJudgement(tx, ORG, n, 0, n === 1 ? LATER : later, ADA, { verdict: 'correct' });
    });
    const seen = await observeIncidents(database.db, ORG, EMPTY_TOPOLOGY, AT, LATER);
    expect(seen.pairActs.map(({ left, right, at }) => [left, right, at])).toEqual([[['checkout'], ['payments-db'], AT], [['search'], ['search'], LATER]]);
  } finally {
    await database.drop();
  }
});

test('what a person did is learned from, however much Muster rejected and merged by itself since', async () => {
  const database = await createTestDatabase();
  const merged = (actor: NewEvent['actor']): NewEvent => ({
    type: 'incident.merged', incident: 2, actor, data: { regrouping: '1', services: ['Checkout'], others: ['payments-db'] },
  });
  try {
    await database.db.transaction((tx) => appendEvents(tx, ORG, AT, [merged(ADA), ...Array.from({ length: 5_000 }, () => merged(SYSTEM_ACTOR))]));
    const seen = await observeIncidents(database.db, ORG, EMPTY_TOPOLOGY, AT, LATER);
    expect(seen.pairActs).toEqual([{ kind: 'together', at: AT, incident: incidentNumber.parse(2), left: ['checkout'], right: ['payments-db'] }]);
  } finally {
    await database.drop();
  }
});
