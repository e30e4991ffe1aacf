import { incidentNumber, orgId } from '#contract';
import { createTestDatabase } from '../../tests/harness/database.ts';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../eventlog/index.ts';
import { observeIncidents } from './observations.ts';

const ORG = orgId.parse(1);
const AT = new Date(Date.UTC(2026, 2, 2, 6, 0, 0));
const LATER = new Date(AT.getTime() + 60_000);
const ADA = { kind: 'user', key: 'user:ada', name: 'Ada' } as const;

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
