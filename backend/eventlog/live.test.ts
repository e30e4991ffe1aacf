import { orgId } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.ts';
import { eventually } from '../../tests/harness/app.ts';
import { ANYBODY } from '../access/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { createAlertNews } from './alertNews.ts';
import { appendEvents, SYSTEM_ACTOR } from './append.ts';
import { createLiveHub, MAX_UNSENT_BYTES, type LiveHub, type StreamWriter } from './live.ts';

const ORG = orgId.parse(1);
const TEXT = 'x'.repeat(10_000);

let database: TestDatabase;
let clock: SimulatedClock;
let hub: LiveHub;
beforeEach(async () => {
  database = await createTestDatabase();
  clock = createSimulatedClock(Date.UTC(2026, 10, 24, 9));
  hub = createLiveHub({ db: database.db, clock, logger: createLogger({ level: 'silent' }) });
  await hub.start();
});
afterEach(async () => {
  await hub.close();
  await database.drop();
});

function append(count: number): Promise<string[]> {
  return database.db.transaction((tx) => appendEvents(tx, ORG, clock.now(), Array.from({ length: count }, () => ({
    type: 'incident.note_added' as const, incident: 1, actor: SYSTEM_ACTOR, data: { text: TEXT },
  }))));
}

/** A reader whose connection takes bytes when told to. */
class SlowReader implements StreamWriter {
  readonly ids: string[] = [];
  /** How often it was told that alerts changed. */
  alertNews = 0;
  /** It was told where it stands: from here on it takes what comes. */
  isReady = false;
  waiting = 0;
  mostWaiting = 0;
  ended = false;
  #settle: ((taken: boolean) => void) | null = null;

  write(chunk: string): number {
    for (const [, id] of chunk.matchAll(/^id: (\d+)\nevent/gm)) this.ids.push(id ?? '');
    if (chunk === 'event: alerts.changed\ndata: {}\n\n') this.alertNews += 1;
    this.isReady ||= /^id: \d+\n\n/m.test(chunk);
    this.waiting += chunk.length;
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    return this.waiting;
  }

  drained(): Promise<boolean> {
    if (this.waiting === 0) return Promise.resolve(true);
    return new Promise((resolve) => (this.#settle = resolve));
  }

  end(): void {
    this.ended = true;
  }

  /** Takes everything, or gives up. */
  take(taken = true): void {
    this.waiting = 0;
    this.#settle?.(taken);
    this.#settle = null;
  }
}

/** Two hundred events are twice what may wait; a single read of the log can be that much, and no more. */
const MOST_HELD = MAX_UNSENT_BYTES + 500 * (TEXT.length + 300);

test('a reader that takes nothing is not written to beyond the limit, however much happens, and is cut off when it gives up', async () => {
  const stuck = new SlowReader();
  const well = new SlowReader();
  for (const reader of [stuck, well]) hub.subscribe(ORG, ANYBODY, '0', reader);
  const positions: string[] = [];
  for (let part = 0; part < 20; part += 1) {
    positions.push(...(await append(100)));
    well.take();
    await eventually(async () => {
      well.take();
      return well.ids.length;
    }, (length) => length === positions.length);
  }
  // 20 MB have passed.
  expect(stuck.mostWaiting).toBeLessThan(MOST_HELD);
  expect(stuck.ids.length).toBeLessThan(positions.length);
  expect(well.ids).toEqual(positions);

  stuck.take(false);
  await eventually(async () => stuck.ended, (ended) => ended);
  expect(hub.readerCount()).toBe(1);
});

test('a reader that falls behind and goes on gets every event once, in order', async () => {
  const slow = new SlowReader();
  hub.subscribe(ORG, ANYBODY, '0', slow);
  const positions = await append(700);
  await eventually(async () => slow.ids.length, (length) => length > 0);
  positions.push(...(await append(300)));

  await eventually(async () => {
    slow.take();
    return slow.ids.length;
  }, (length) => length >= positions.length);
  positions.push(...(await append(5)));
  await eventually(async () => {
    slow.take();
    return slow.ids.length;
  }, (length) => length >= positions.length);

  expect(slow.ids).toEqual(positions);
});

test('a reader that knows more than this replica has read gets nothing twice; one with an id from nowhere gets what comes', async () => {
  const [one] = await append(1);
  const [present, ahead, lost] = [new SlowReader(), new SlowReader(), new SlowReader()];
  hub.subscribe(ORG, ANYBODY, null, present);
  hub.subscribe(ORG, ANYBODY, one ?? '', ahead);
  hub.subscribe(ORG, ANYBODY, '9000000000000000000', lost);
  for (const reader of [present, ahead, lost]) {
    await eventually(async () => {
      reader.take();
      return reader.isReady;
    }, (ready) => ready);
  }
  const [two] = await append(1);

  for (const reader of [present, ahead, lost]) {
    await eventually(async () => {
      reader.take();
      return reader.ids.length;
    }, (length) => length > 0);
    expect(reader.ids).toEqual([two]);
  }
});

test('a reader that leaves late does not take the stream of those who came since', async () => {
  const leaveOld = hub.subscribe(ORG, ANYBODY, null, new SlowReader());
  leaveOld();
  await eventually(async () => hub.readerCount(), (count) => count === 0);
  const fresh = new SlowReader();
  hub.subscribe(ORG, ANYBODY, '0', fresh);
  const [position] = await append(1);
  leaveOld();

  await eventually(async () => {
    fresh.take();
    return fresh.ids;
  }, (ids) => ids.includes(position ?? ''));
  expect(hub.readerCount()).toBe(1);
});

test('however many alerts change, open pages are told at once and then once a second, without an id', async () => {
  const news = createAlertNews({ db: database.db, clock, logger: createLogger({ level: 'silent' }) });
  const [reader, stranger] = [new SlowReader(), new SlowReader()];
  hub.subscribe(ORG, ANYBODY, '0', reader);
  hub.subscribe(orgId.parse(2), ANYBODY, '0', stranger);
  const taken = async (): Promise<SlowReader> => {
    reader.take();
    stranger.take();
    return reader;
  };
  /** An event of the log comes after all news that were told before it. */
  const settled = async (): Promise<void> => {
    const [position] = await append(1);
    await eventually(taken, ({ ids }) => ids.includes(position ?? ''));
  };
  await eventually(taken, ({ isReady }) => isReady && stranger.isReady);

  for (let n = 0; n < 50; n += 1) news.note(ORG);
  await eventually(taken, ({ alertNews }) => alertNews === 1);
  clock.advance(999);
  news.note(ORG);
  await settled();
  expect(reader.alertNews).toBe(1);
  clock.advance(1);
  await eventually(taken, ({ alertNews }) => alertNews === 2);
  clock.advance(5_000);
  await settled();
  expect([reader.alertNews, stranger.alertNews]).toEqual([2, 0]);
  news.note(ORG);
  await eventually(taken, ({ alertNews }) => alertNews === 3);
  await news.close();
});

test('an event whose transaction commits late is not skipped: those after it wait, and readers get them in order', async () => {
  const reader = new SlowReader();
  hub.subscribe(ORG, ANYBODY, '0', reader);
  const held = Promise.withResolvers<void>();
  const noted = Promise.withResolvers<string[]>();
  const slow = database.db.transaction(async (tx) => {
    noted.resolve(await appendEvents(tx, ORG, clock.now(), [{ type: 'incident.note_added', incident: 1, actor: SYSTEM_ACTOR, data: { text: 'late' } }]));
    await held.promise;
  });
  const positions = await noted.promise;
  let later: string[] = [];
  const fast = append(1).then((appended) => (later = appended));
  await eventually(async () => later.length > 0 || (await database.db.query("select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'")).length > 0, (settled) => settled);
  expect(later).toEqual([]);
  held.resolve();
  await Promise.all([slow, fast]);

  await eventually(async () => {
    reader.take();
    return reader.ids.length;
  }, (length) => length >= 2);
  expect(reader.ids).toEqual([...positions, ...later]);
});
