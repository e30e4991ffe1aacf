/** Posts grave alerts at a steady pace and listens on the live stream, in a thread of its own: how long until the incident of each is told. */
import { Agent, get, request } from 'node:http';
import { parentPort } from 'node:worker_threads';
import { createParser } from 'eventsource-parser';
import { graveAlert } from './payloads.ts';
import type { LiveJob, LiveResult } from './live.ts';

const SERVICE = /live-\d{6}-[a-z]+/;
/** Events that have not come by then count as lost. */
const LAST_EVENT_MS = 10_000;

function post(agent: Agent, job: LiveJob, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port: job.port, path: job.path, method: 'POST', headers: { Authorization: job.authorization, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function measure(job: LiveJob): Promise<LiveResult> {
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  const acknowledge: number[] = [];
  const parser = createParser({
    onEvent(event) {
      if (event.event !== 'incident.opened') return;
      const service = SERVICE.exec(event.data)?.[0] ?? '';
      const sent = sentAt.get(service);
      if (sent === undefined) return;
      sentAt.delete(service);
      latencies.push(performance.now() - sent);
    },
  });
  const stream = await new Promise<{ close(): void }>((resolve, reject) => {
    const incoming = get({ host: '127.0.0.1', port: job.port, path: '/api/events', headers: { Authorization: `Bearer ${job.apiToken}`, Accept: 'text/event-stream' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`the live stream answers ${response.statusCode ?? 0}`));
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => parser.feed(chunk));
      response.on('error', () => undefined);
      resolve({ close: () => incoming.destroy() });
    });
    incoming.on('error', reject);
  });
  const agent = new Agent({ keepAlive: true });
  const startedAt = performance.now();
  const posts: Promise<void>[] = [];
  for (let place = 0; place < job.count; place += 1) {
    const waitMs = startedAt + (place * 1000) / job.perSecond - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const service = `live-${String(place).padStart(6, '0')}-${job.name}`;
    const sent = performance.now();
    sentAt.set(service, sent);
    posts.push(post(agent, job, graveAlert(service, new Date())).then(() => void acknowledge.push(performance.now() - sent)));
  }
  await Promise.all(posts);
  const endAt = performance.now() + LAST_EVENT_MS;
  while (sentAt.size > 0 && performance.now() < endAt) await new Promise((resolve) => setTimeout(resolve, 20));
  stream.close();
  agent.destroy();
  return { latencies: latencies.sort((a, b) => a - b), acknowledge: acknowledge.sort((a, b) => a - b), lost: sentAt.size };
}

parentPort?.on('message', (job: LiveJob) => {
  void measure(job).then((result) => parentPort?.postMessage(result));
});
