/** What the parts cost by themselves, on the same machine and database: rows by `insert … unnest`, and HTTP with JSON alone. */
import { createServer } from 'node:http';
import pg from 'pg';
import { cpuSeconds } from './cpu.ts';
import type { LoadGenerator } from './load.ts';
import { FIRST_NEW_ID, rowOf } from './payloads.ts';

export interface RowRate {
  readonly rowsPerSecond: number;
  /** Of PostgreSQL alone. */
  readonly cpuMicros: number;
}

export interface RowWriter {
  /** Writes for `ms`, `batch` rows a transaction. */
  run(batch: number, ms: number): Promise<RowRate>;
  close(): Promise<void>;
}

const TEMPLATE_ROWS = 20_000;

/** A table like that of the alerts, with as many bytes a row, and one connection to fill it. */
export async function openRowWriter(connectionString: string, postgresPid: number): Promise<RowWriter> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`create table bench_rows (org_id integer not null, alert_key bigint not null, starts_at timestamptz not null, fingerprint text not null,
    labels jsonb not null, annotations json not null, details json not null, primary key (org_id, alert_key, starts_at))`);
  await client.query('create index on bench_rows (org_id, starts_at desc, alert_key desc)');
  const rows = Array.from({ length: TEMPLATE_ROWS }, (_, place) => rowOf(FIRST_NEW_ID + place));
  let next = 0;
  return {
    async run(batch, ms) {
      const cpuBefore = cpuSeconds(postgresPid);
      const startedAt = performance.now();
      let written = 0;
      while (performance.now() - startedAt < ms) {
        const taken = Array.from({ length: batch }, (_, place) => rows[(next + place) % TEMPLATE_ROWS]).flatMap((row) => (row === undefined ? [] : [row]));
        await client.query({
          name: 'bench-rows',
          text: `insert into bench_rows select 1, u.alert_key, u.starts_at, u.fingerprint, u.labels, u.annotations, u.details
            from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::jsonb[], $5::json[], $6::json[]) as u(alert_key, starts_at, fingerprint, labels, annotations, details)`,
          values: [
            taken.map((_, place) => next + place), taken.map(() => '2026-11-24T05:00:00Z'), taken.map((row) => row.fingerprint), taken.map((row) => row.labels),
            taken.map((row) => row.annotations), taken.map((row) => row.details),
          ],
        });
        next += batch;
        written += batch;
      }
      const seconds = (performance.now() - startedAt) / 1000;
      return { rowsPerSecond: written / seconds, cpuMicros: ((cpuSeconds(postgresPid) - cpuBefore) / written) * 1e6 };
    },
    async close() {
      await client.query('drop table bench_rows');
      await client.end();
    },
  };
}

/** Requests a second of bare `node:http` that parses the body and answers 202, in this process. */
export async function measureBareHttp(load: LoadGenerator, size: number, ms: number): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const text = JSON.stringify({ accepted: typeof body === 'object' });
      response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': text.length });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    const result = await load.run({
      port: typeof address === 'object' && address !== null ? address.port : 0, path: '/', headers: '', connections: 32, ms, requests: null, pace: null,
      form: 'grafana', kind: 'new', size, firstId: FIRST_NEW_ID, firstRound: 0,
    });
    return (result.requests / result.seconds) * size;
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
