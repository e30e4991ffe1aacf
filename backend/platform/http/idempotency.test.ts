import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../clock.ts';
import { AppError, conflictError } from '../errors.ts';
import { createIdempotency, type Answer, type Idempotency, type IdempotentRequest } from './idempotency.ts';
import { CALLER } from './testApi.testkit.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let database: TestDatabase;
let clock: SimulatedClock;
let idempotency: Idempotency;
let runs: number;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('truncate idempotency_keys');
  clock = createSimulatedClock(Date.UTC(2026, 0, 1));
  idempotency = createIdempotency(database.db, clock);
  runs = 0;
});

const REQUEST: IdempotentRequest = { caller: CALLER, operation: 'declareIncident', key: 'key-1', request: { body: { title: 'Down' } }, ifMatch: null, shownOnce: false };

async function work(): Promise<Answer> {
  runs += 1;
  return { status: 201, body: { run: runs } };
}

function once(change: Partial<IdempotentRequest> = {}, run = work) {
  return idempotency.once({ ...REQUEST, ...change }, run);
}

/** A piece of work that ends when told to. */
function heldWork() {
  const started = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  return {
    started: started.promise,
    end: end.resolve,
    fail: end.reject,
    async run(): Promise<Answer> {
      started.resolve();
      await end.promise;
      return work();
    },
  };
}

test('answers a repeat with the first answer and does the work once', async () => {
  expect(await once()).toEqual({ status: 201, body: { run: 1 }, replayed: false });
  expect(await once()).toEqual({ status: 201, body: { run: 1 }, replayed: true });
  expect(runs).toBe(1);
});

test.each([
  { name: 'another body', change: { request: { body: { title: 'Up' } } } },
  { name: 'another version in If-Match', change: { ifMatch: 2 } },
])('refuses the same key with $name', async ({ change }) => {
  await once();
  await expect(once(change)).rejects.toMatchObject({ code: 'conflict', status: 409 });
  expect(runs).toBe(1);
});

test.each([
  { name: 'another key', change: { key: 'key-2' } },
  { name: 'another operation', change: { operation: 'createSource' as const } },
  { name: 'another caller', change: { caller: { ...CALLER, actor: { ...CALLER.actor, key: 'user:bob' } } } },
])('does the work for $name', async ({ change }) => {
  await once();
  expect(await once(change)).toMatchObject({ replayed: false });
  expect(runs).toBe(2);
});

test('refuses a repeat while the first is still at work, and then gives its answer', async () => {
  const held = heldWork();
  const first = once({}, held.run);
  await held.started;
  await expect(once()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('still at work') });
  held.end();
  expect(await first).toMatchObject({ body: { run: 1 } });
  expect(await once()).toMatchObject({ body: { run: 1 }, replayed: true });
});

test('of many at the same time one does the work', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => once()));
  expect(runs).toBe(1);
  for (const answer of answers) {
    if (answer.status === 'fulfilled') expect(answer.value.body).toEqual({ run: 1 });
    else expect(answer.reason).toMatchObject({ code: 'conflict' });
  }
});

test('frees the key when the work is refused, so that a corrected state can be tried with it', async () => {
  await expect(once({}, async () => { throw conflictError('not in this state'); })).rejects.toThrow('not in this state');
  expect(await once()).toMatchObject({ replayed: false, body: { run: 1 } });
});

test('lets the key of a process that died be taken after a minute, not before', async () => {
  const dead = heldWork();
  const lost = once({}, dead.run);
  await dead.started;
  clock.advance(MINUTE_MS);
  await expect(once()).rejects.toMatchObject({ code: 'conflict' });
  clock.advance(1);
  expect(await once()).toMatchObject({ replayed: false, body: { run: 1 } });
  dead.end();
  await lost;
});

test('a slow first run that ends after its key was taken does not overwrite or free what the second did', async () => {
  const slow = heldWork();
  const first = once({}, slow.run).catch((error: unknown) => error);
  await slow.started;
  clock.advance(MINUTE_MS + 1);
  expect(await once()).toMatchObject({ body: { run: 1 }, replayed: false });
  slow.fail(new Error('too late'));
  expect(await first).toMatchObject({ message: 'too late' });
  expect(await once()).toMatchObject({ body: { run: 1 }, replayed: true });
});

test('does not keep an answer that holds a secret, and says so to a repeat', async () => {
  await once({ operation: 'createApiToken', shownOnce: true }, async () => ({ status: 201, body: { token: 'mst_hush' } }));
  expect(JSON.stringify(await database.db.query('select * from idempotency_keys'))).not.toContain('hush');
  await expect(once({ operation: 'createApiToken', shownOnce: true })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('shown once') });
});

test('forgets a key after a day', async () => {
  await once();
  clock.advance(DAY_MS);
  expect(await idempotency.prune()).toBe(0);
  expect(await once()).toMatchObject({ replayed: true });
  clock.advance(1);
  expect(await idempotency.prune()).toBe(1);
  expect(await once()).toMatchObject({ replayed: false });
});

test('takes a key anew after a day though nobody removed it', async () => {
  await once();
  clock.advance(DAY_MS + 1);
  expect(await once({ request: { body: { title: 'Up' } } })).toMatchObject({ replayed: false });
});

test.each(['', 'has space', 'x'.repeat(201), 'ünïcode', 'tab\t'])('refuses the key %j', async (key) => {
  await expect(once({ key })).rejects.toThrow(AppError);
  expect(runs).toBe(0);
});
