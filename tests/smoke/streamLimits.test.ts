/** cap 107: the live stream ends where it must, holds no more in memory than it may, and resumes through Grafana's proxy. */
import { connect, type Socket } from 'node:net';
import { createParser } from 'eventsource-parser';
import { startPluginHost } from '../../scripts/plugin-host/server.ts';
import { appendEvents, DRAIN_LIMIT_MS, MAX_UNSENT_BYTES, SYSTEM_ACTOR } from '../../backend/eventlog/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, PLUGIN_TOKENS, startTestApp, type TestApp } from '../harness/app.ts';
import { ORG } from '../harness/pipeline.ts';
import { findTestPort } from '../harness/ports.ts';
import { makePlugin, silentLogger } from '../host/harness.ts';

async function append(muster: TestApp, count: number, characters = 10): Promise<string[]> {
  return muster.app.db.transaction((tx) => appendEvents(tx, ORG, new Date(), Array.from({ length: count }, (_, n) => ({
    type: 'incident.note_added' as const, incident: 1, actor: SYSTEM_ACTOR, data: { text: `${n} ${'x'.repeat(characters)}` },
  }))));
}

interface Stream {
  readonly ids: string[];
  /** Fulfilled when the server ends it. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Reads a stream of events as a browser does. */
async function read(url: string, headers: Record<string, string>): Promise<Stream> {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  if (response.status !== 200 || response.body === null) throw new Error(`stream answered ${response.status}: ${await response.text()}`);
  const ids: string[] = [];
  const parser = createParser({ onEvent: (event) => void (event.event === 'alerts.changed' || event.data === '' ? null : ids.push(event.id ?? '')) });
  const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const ended = (async () => {
    try {
      for (let part = await text.read(); !part.done; part = await text.read()) parser.feed(part.value);
    } catch (error) {
      // Cut off in the middle of a chunk, by the server or by us.
      if (!(error instanceof TypeError) && !stop.signal.aborted) throw error;
    }
  })();
  return { ids, ended, stop: () => stop.abort() };
}

/** A reader that sends its request and then reads nothing. */
async function openStuckReader(muster: TestApp, lastEventId: string): Promise<Socket> {
  const headers = { ...(await muster.headersOf(VERA_VIEWER)), Host: 'muster', 'Last-Event-ID': lastEventId };
  const socket = connect(muster.app.port, '127.0.0.1');
  socket.pause();
  socket.write(`GET /api/events HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
  socket.on('error', () => undefined);
  return socket;
}

test('a reader that stops reading is cut off, others go on meanwhile, and one with a long way back gets all of it', async () => {
  const clock = createSimulatedClock(Date.now());
  const muster = await startTestApp({ clock });
  try {
    const stuck = await openStuckReader(muster, '0');
    const well = await read(`${muster.url}/api/events`, { ...(await muster.headersOf(VERA_VIEWER)), 'Last-Event-ID': '0' });
    await eventually(async () => muster.app.live.readerCount(), (count) => count === 2);
    const positions: string[] = [];
    // More than the kernel takes for it, of which the service holds no more than its limit.
    for (let sent = 0; sent < 60; sent += 1) {
      positions.push(...(await append(muster, 1, MAX_UNSENT_BYTES / 4)));
      await eventually(async () => well.ids.at(-1), (id) => id === positions.at(-1));
    }
    expect(muster.app.live.readerCount()).toBe(2);

    clock.advance(DRAIN_LIMIT_MS);

    await eventually(async () => muster.app.live.readerCount(), (count) => count === 1);
    const back = await read(`${muster.url}/api/events`, { ...(await muster.headersOf(VERA_VIEWER)), 'Last-Event-ID': '0' });
    await eventually(async () => back.ids.length, (length) => length >= positions.length);
    expect(back.ids).toEqual(positions);
    expect(well.ids).toEqual(positions);
    for (const stream of [well, back]) stream.stop();
    stuck.destroy();
  } finally {
    await muster.close();
  }
});

test.each([
  { name: 'with the ID token of its reader', lifeSeconds: 90, ends: 90 },
  { name: 'after five minutes at the latest', lifeSeconds: 3_600, ends: 300 },
])('a stream ends $name, not before', async ({ lifeSeconds, ends }) => {
  const clock = createSimulatedClock(Date.now());
  const muster = await startTestApp({ clock });
  try {
    const exp = Math.floor(clock.nowMs() / 1000) + lifeSeconds;
    const token = await muster.grafana.sign(VERA_VIEWER, { exp });
    const stream = await read(`${muster.url}/api/events`, { Authorization: `Bearer ${PLUGIN_TOKENS[1] ?? ''}`, 'X-Grafana-Id': token, 'Last-Event-ID': '0' });
    let ended = false;
    void stream.ended.then(() => (ended = true));
    clock.advance((ends - 2) * 1000);
    const [position] = await append(muster, 1);
    await eventually(async () => stream.ids.at(-1), (id) => id === position);
    expect(ended).toBe(false);

    clock.advance(2_000);

    await stream.ended;
    await eventually(async () => muster.app.live.readerCount(), (count) => count === 0);
  } finally {
    await muster.close();
  }
});

test('through the proxy of Grafana a reader that drops out comes back with Last-Event-ID and has every event once', async () => {
  const port = await findTestPort();
  const route = { path: 'muster/*', method: '*', reqRole: 'Viewer', url: '{{ .JsonData.apiUrl }}/api', headers: [{ name: 'Authorization', content: 'Bearer {{ .SecureJsonData.apiToken }}' }] };
  const host = await startPluginHost({ port: 0, apiUrl: `http://127.0.0.1:${port}`, pluginTokens: PLUGIN_TOKENS, distDir: makePlugin([route]), logger: silentLogger });
  const muster = await startTestApp({ env: { MUSTER_PORT: String(port), MUSTER_GRAFANA_URL: host.url, MUSTER_GRAFANA_ROOT_URL: host.issuer } });
  try {
    const address = `${host.url}/api/plugin-proxy/test-sample-app/muster/events`;
    const first = await read(address, { 'Last-Event-ID': '0' });
    const positions = await append(muster, 50);
    await eventually(async () => first.ids.length, (length) => length >= 50);
    first.stop();
    await eventually(async () => muster.app.live.readerCount(), (count) => count === 0);
    positions.push(...(await append(muster, 50)));

    const second = await read(address, { 'Last-Event-ID': first.ids.at(-1) ?? '0' });
    positions.push(...(await append(muster, 50)));
    await eventually(async () => second.ids.at(-1), (id) => id === positions.at(-1));

    expect([...first.ids, ...second.ids]).toEqual(positions);
    second.stop();
    await eventually(async () => muster.app.live.readerCount(), (count) => count === 0);
  } finally {
    await muster.close();
    await host.close();
  }
});

test('a Last-Event-ID that is no position is refused by name', async () => {
  const muster = await startTestApp();
  try {
    for (const id of ['x', '-1', '1.5', '1234567890123456789']) {
      const response = await fetch(`${muster.url}/api/events`, { headers: { ...(await muster.headersOf(VERA_VIEWER)), 'Last-Event-ID': id } });
      expect([id, response.status, await response.json()]).toMatchObject([id, 400, { errors: [{ field: 'Last-Event-ID' }] }]);
    }
  } finally {
    await muster.close();
  }
});
