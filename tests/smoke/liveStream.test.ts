/** cap 107: the live stream resumes without a gap or a repeat, for many readers, across replicas. */
import { createParser } from 'eventsource-parser';
import { appendEvents, SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert, ORG } from '../harness/pipeline.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

interface Reader {
  readonly ids: string[];
  /** Id of the newest block, also of one that only tells the position. */
  lastId: string | null;
  /** Ids that came with the news that alerts changed; there should be none. */
  readonly alertNews: (string | undefined)[];
  stop(): void;
}

async function read(lastEventId: string | null): Promise<Reader> {
  const stop = new AbortController();
  const response = await fetch(`${muster.url}/api/events`, {
    headers: { ...(await muster.headersOf(VERA_VIEWER)), ...(lastEventId === null ? {} : { 'Last-Event-ID': lastEventId }) }, signal: stop.signal,
  });
  if (response.status !== 200 || response.body === null) throw new Error(`stream answered ${response.status}`);
  const reader: Reader = { ids: [], lastId: null, alertNews: [], stop: () => stop.abort() };
  const parser = createParser({
    onEvent(event) {
      // What was under way when it stopped is for the next reader.
      if (stop.signal.aborted) return;
      if (event.event === 'alerts.changed') {
        reader.alertNews.push(event.id);
        return;
      }
      reader.ids.push(event.id ?? '');
      reader.lastId = event.id ?? null;
    },
  });
  const { body } = response;
  void (async () => {
    const text = body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (let part = await text.read(); !part.done; part = await text.read()) parser.feed(part.value);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  })();
  return reader;
}

async function append(count: number): Promise<string[]> {
  return muster.app.db.transaction((tx) => appendEvents(tx, ORG, new Date(), Array.from({ length: count }, (_, n) => ({
    type: 'incident.note_added' as const, incident: 1, actor: SYSTEM_ACTOR, data: { text: `note ${n}` },
  }))));
}

test('a reader that drops out in a storm of 2,000 events and comes back has every event once', async () => {
  const first = await read('0');
  const storm = (async () => {
    const positions: string[] = [];
    for (let part = 0; part < 100; part += 1) positions.push(...(await append(20)));
    return positions;
  })();
  await eventually(async () => first.ids.length, (length) => length > 200);
  first.stop();
  const second = await read(first.ids.at(-1) ?? '0');

  const positions = await storm;
  await eventually(async () => second.ids.at(-1), (id) => id === positions.at(-1));
  second.stop();

  expect([...first.ids, ...second.ids].filter((id) => BigInt(id) >= BigInt(positions[0] ?? '0'))).toEqual(positions);
});

test('200 readers all get every event', async () => {
  // From here on: the log of the tests before, 200 times over, is not what this is about.
  const [newest] = await append(1);
  const readers = await Promise.all(Array.from({ length: 200 }, () => read(newest ?? '0')));

  const positions = await append(50);

  for (const reader of readers) await eventually(async () => reader.ids.at(-1), (id) => id === positions.at(-1));
  for (const reader of readers) expect(reader.ids).toEqual(positions);
  for (const reader of readers) reader.stop();
  await eventually(async () => muster.app.live.readerCount(), (count) => count === 0);
});

test('an event of one replica reaches a reader of another', async () => {
  const other = await startTestApp({ database: muster.database });
  try {
    const reader = await read('0');
    const declared = await other.call(ADA_ADMIN, 'declareIncident', { body: { title: 'declared at the other replica', severity: 'sev3', services: [], description: '' } });

    await eventually(async () => reader.ids.includes(declared.body.lastEventPosition), (there) => there);
    reader.stop();
  } finally {
    await other.close();
  }
});

test('cap 50: an alert at one replica is told to the readers of all, beside the log', async () => {
  const other = await startTestApp({ database: muster.database, env: { MUSTER_ROLES: 'api' } });
  try {
    const token = await muster.addSource(ADA_ADMIN, 'hinted');
    const [here, there] = [await read('0'), await read('0')];
    const [newest] = await append(1);
    for (const reader of [here, there]) await eventually(async () => reader.ids.at(-1), (id) => id === newest);
    const info = { ...grafanaAlert({ fingerprint: 'lone', startsAt: Date.now() }), labels: { alertname: 'Lone', severity: 'info' } };

    expect((await other.postWebhook('hinted', token, { groupKey: 'lone', alerts: [info] })).status).toBe(202);

    for (const reader of [here, there]) {
      await eventually(async () => reader.alertNews.length, (count) => count > 0);
      expect(reader.alertNews).toEqual([undefined]);
      reader.stop();
    }
  } finally {
    await other.close();
  }
});

test('a stranger gets no stream', async () => {
  const response = await fetch(`${muster.url}/api/events`);

  expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/problem+json; charset=utf-8']);
});
