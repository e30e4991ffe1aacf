/**
 * The load generator, in a thread of its own: a closed loop of keep-alive connections on raw sockets
 * (Node's HTTP client costs as much as the servers that are measured).
 */
import { connect, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { createBodies, type BodySource } from './payloads.ts';
import type { LoadJob, LoadResult } from './load.ts';

const STATUS = /^HTTP\/1\.1 (\d{3})/;
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
/** A request that is not answered for so long is counted as an error. */
const ANSWER_LIMIT_MS = 30_000;

/** One connection; `post` resolves with the status once the whole answer is there, 0 when there is none. */
function openConnection(job: LoadJob): { post(body: string): Promise<number>; close(): void } {
  let socket: Socket | null = null;
  let answered: ((status: number) => void) | null = null;
  let received = '';
  function settle(status: number): void {
    received = '';
    const resolve = answered;
    answered = null;
    resolve?.(status);
  }
  function take(chunk: string): void {
    received += chunk;
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = received.slice(0, end);
    const length = LENGTH.exec(head)?.[1];
    const whole = length !== undefined ? received.length >= end + 4 + Number(length) : !CHUNKED.test(head) || received.endsWith('0\r\n\r\n');
    if (whole) settle(Number(STATUS.exec(head)?.[1] ?? 0));
  }
  function fail(): void {
    socket?.destroy();
    socket = null;
    settle(0);
  }
  return {
    post(body) {
      if (socket === null || socket.destroyed) {
        socket = connect({ host: '127.0.0.1', port: job.port, noDelay: true });
        socket.setEncoding('latin1');
        socket.setTimeout(ANSWER_LIMIT_MS, fail);
        socket.on('data', take);
        socket.on('error', fail);
        socket.on('close', fail);
      }
      const head = `POST ${job.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${job.headers}Content-Length: ${body.length}\r\n\r\n`;
      const target = socket;
      return new Promise((resolve) => {
        answered = resolve;
        target.write(head + body, 'latin1');
      });
    },
    close: () => socket?.destroy(),
  };
}

async function run(job: LoadJob, bodies: BodySource): Promise<LoadResult> {
  const latencies: number[] = [];
  const acknowledged: number[] = [];
  let errors = 0;
  let left = job.requests ?? Infinity;
  const startedAt = performance.now();
  const endAt = startedAt + job.ms;
  const connections = Array.from({ length: job.connections }, () => openConnection(job));
  await Promise.all(connections.map(async (connection, place) => {
    let dueAt = startedAt + (job.pace?.inTurn === true ? (1000 / job.pace.perSecond) * (place / job.connections) : 0);
    while (performance.now() < endAt && left > 0) {
      left -= 1;
      if (job.pace !== null) {
        dueAt += 1000 / job.pace.perSecond;
        const waitMs = dueAt - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
      const { body, id } = bodies.next();
      const sentAt = performance.now();
      const status = await connection.post(body);
      latencies.push(performance.now() - sentAt);
      if (status >= 200 && status <= 299) acknowledged.push(id);
      else errors += 1;
      // The server is gone: killed on purpose.
      if (status === 0) return;
    }
  }));
  const seconds = (performance.now() - startedAt) / 1000;
  for (const connection of connections) connection.close();
  return { requests: latencies.length, errors, seconds, latencies: latencies.sort((a, b) => a - b), acknowledged };
}

parentPort?.on('message', (job: LoadJob) => {
  void run(job, createBodies(job.form, job.kind, job.size, job.firstId, job.firstRound)).then((result) => parentPort?.postMessage(result));
});
