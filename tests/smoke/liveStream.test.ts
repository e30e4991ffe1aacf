/** cap 107: the live stream resumes without a gap or a repeat, for many readers, across replicas. */
import { createParser } from 'eventsource-parser';
import { liveEvent, runbookId } from '../../backend/contract/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert, ORG } from '../harness/pipeline.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
});
afterAll(() => muster.close());

interface Reader {
  readonly ids: string[];
  /** Types of events, and the incidents that they are of. */
  readonly told: string[];
  /** Id of the newest block, also of one that only tells the position. */
  lastId: string | null;
  /** Ids that came with the news that alerts changed; there should be none. */
  readonly alertNews: (string | undefined)[];
  stop(): void;
}

function toldOf(data: string): string {
  const parsed = liveEvent.safeParse(data === '' ? null : JSON.parse(data));
  return parsed.success ? `${parsed.data.type} ${parsed.data.incident ?? '-'}` : '';
}

async function read(lastEventId: string | null, user = VERA_VIEWER): Promise<Reader> {
  const stop = new AbortController();
  const response = await fetch(`${muster.url}/api/events`, {
    headers: { ...(await muster.headersOf(user)), ...(lastEventId === null ? {} : { 'Last-Event-ID': lastEventId }) }, signal: stop.signal,
  });
  if (response.status !== 200 || response.body === null) throw new Error(`stream answered ${response.status}`);
  const reader: Reader = { ids: [], told: [], lastId: null, alertNews: [], stop: () => stop.abort() };
  const parser = createParser({
    onEvent(event) {
      // What was under way when it stopped is for the next reader.
      if (stop.signal.aborted) return;
      if (event.event === 'alerts.changed') {
        reader.alertNews.push(event.id);
        return;
      }
      reader.ids.push(event.id ?? '');
      reader.told.push(toldOf(event.data));
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

test('a page is told live how a run goes; of a private incident only its members are', async () => {
  const source = 'apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: told-live, title: Told live }\nsteps: [{ id: ask, kind: approval, with: { question: "Go on?", role: responder } }]\n';
  const made = await muster.call(ADA_ADMIN, 'createRunbook', { body: { source } });
  await muster.call(ADA_ADMIN, 'publishRunbook', { params: { id: made.body.id }, body: {} }, { 'If-Match': `"${made.body.version}"` });
  const declare = async (isPrivate: boolean) => (await muster.call(ED_EDITOR, 'declareIncident', {
    body: { title: 'Checkout is down', severity: 'sev2', services: ['checkout'], ...(isPrivate ? { private: { reason: 'keys may be stolen' } } : {}) },
  })).body.number;
  const [open, hidden] = [await declare(false), await declare(true)];
  const [newest] = await append(1);
  const [member, viewer] = [await read(newest ?? '0', ED_EDITOR), await read(newest ?? '0')];

  for (const incident of [hidden, open]) {
    const run = (await muster.call(ADA_ADMIN, 'startRun', { params: { id: runbookId.parse('told-live') }, body: incident === open ? { incident } : {} })).body;
    await eventually(() => muster.call(ADA_ADMIN, 'getRun', { params: { id: run.id } }), ({ body }) => body.waitsFor === 'approval');
    await muster.call(ED_EDITOR, 'answerStep', { params: { id: run.id }, body: { step: 'ask', answer: 'approve' } });
    await eventually(() => muster.call(ADA_ADMIN, 'getRun', { params: { id: run.id } }), ({ body }) => body.state === 'succeeded');
  }
  const ofMember = (await muster.call(ED_EDITOR, 'startRun', { params: { id: runbookId.parse('told-live') }, body: { incident: hidden } })).body;
  await eventually(async () => member.told, (told) => told.includes(`run.waits ${hidden}`));
  await muster.call(ED_EDITOR, 'cancelRun', { params: { id: ofMember.id }, body: { reason: 'seen enough' } });
  await eventually(async () => member.told, (told) => told.includes(`run.ended ${hidden}`) || told.includes(`run.cancelled ${hidden}`));
  const [last] = await append(1);
  await eventually(async () => viewer.ids.at(-1), (id) => id === last);

  for (const reader of [member, viewer]) {
    expect(reader.told.filter((one) => one.startsWith('run.') && one.endsWith(` ${open}`))).toEqual(['run.started', 'run.waits', 'run.answered', 'run.step_ended', 'run.ended'].map((type) => `${type} ${open}`));
    expect(reader.told).toContain('run.ended -');
    reader.stop();
  }
  expect(viewer.told.filter((one) => one.endsWith(` ${hidden}`))).toEqual([]);
});

test('a stranger gets no stream', async () => {
  const response = await fetch(`${muster.url}/api/events`);

  expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/problem+json; charset=utf-8']);
});
