/** cap 37: a back-test whose process lost touch is run by another one, and the first may come back late. On a real database. */
import type { TrialFactory } from '../../backend/correlation/index.ts';
import { createBackTestService } from '../../backend/correlation/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { eventually } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ORG, START_MS } from '../harness/pipeline.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const TRIALS: TrialFactory = {
  warmUpMs: 0,
  start: () => Promise.resolve({ alert: () => undefined, change: () => undefined, pass: () => undefined, outcome: () => ({ groups: [] }) }),
};

test('cap 37: what becomes of an earlier run says nothing about the one that took its place', async () => {
  const actor = JSON.stringify({ kind: 'user', key: 'ada', name: 'Ada' });
  await database.db.query(
    `insert into back_tests (org_id, id, state, period_from, period_to, base_version, draft, requested_at, requested_by)
     values ($1, 'one', 'queued', $2, $3, 0, '{"rules":[],"tuning":{},"topology":{"added":[],"removed":[]}}', $3, $4)`,
    [ORG, new Date(START_MS - 3_600_000), new Date(START_MS), actor],
  );
  const held: PromiseWithResolvers<void>[] = [];
  const service = createBackTestService({
    db: database.db, clock: createSimulatedClock(START_MS), logger: createLogger({ level: 'silent' }), newId: () => 'two', trials: TRIALS,
    changesSince: () => Promise.resolve([]),
    async labelsOf() {
      const gate = Promise.withResolvers<void>();
      held.push(gate);
      await gate.promise;
      return new Map();
    },
  });
  const first = service.job.run({ orgId: ORG, id: 'one' });
  await eventually(() => Promise.resolve(held.length), (count) => count === 1);
  const second = service.job.run({ orgId: ORG, id: 'one' });
  await eventually(() => Promise.resolve(held.length), (count) => count === 2);

  held[0]?.reject(new Error('the connection of the first process broke'));
  await first;
  expect(await service.get(ORG, 'one')).toMatchObject({ state: 'running', error: null });
  held[1]?.resolve();
  await second;
  expect(await service.get(ORG, 'one')).toMatchObject({ state: 'done', error: null, progress: 1 });
});
