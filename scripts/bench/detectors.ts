/**
 * `npm run bench -- detectors [--quick] [--into docs/benchmarks.md]`: what it costs to watch 10,000 series at one minute, with the
 * states written to an embedded PostgreSQL each minute. The minutes are those of a clock that is moved; the answers of
 * Prometheus are made in the same process beforehand, and read as they would come. Fails when a step is left out; never for being slow.
 */
import { parseArgs } from 'node:util';
import { detectorBody, orgId } from '../../backend/contract/index.ts';
import { createDetectors } from '../../backend/detection/index.ts';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { createDatabase } from '../../backend/platform/db/database.ts';
import { migrate } from '../../backend/platform/db/migrate.ts';
import type { OutboundRequest } from '../../backend/platform/outbound/client.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { cpuSeconds } from './cpu.ts';
import { putBetween } from './document.ts';
import { median } from './load.ts';
import { createDatabase as createBenchDatabase } from './processes.ts';
import { startScratch } from './scratch.ts';

const { values } = parseArgs({ args: process.argv.slice(3), options: { quick: { type: 'boolean', default: false }, into: { type: 'string' } } });
const DETECTORS = values.quick ? 2 : 10;
const SERIES = values.quick ? 100 : 1_000;
const LEARNED = 240;
const MINUTES = values.quick ? 3 : 20;
const STEP_MS = 60_000;
const ORG = orgId.parse(1);
const START_MS = Date.UTC(2026, 0, 5);
const logger = createLogger({ level: 'warn' });

/** What making the answers takes: of time, and of the processor. */
let making = 0;
let makingCpu = 0;
function millisecondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

/** An answer as Prometheus writes it. */
function answerTo({ body = '' }: OutboundRequest): string {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const asked = new URLSearchParams(body);
  const [from, to, step] = [Number(asked.get('start')), Number(asked.get('end')), Number(asked.get('step'))];
  const result = Array.from({ length: SERIES }, (_one, index) => {
    const points: string[] = [];
    for (let at = from; at <= to; at += step) points.push(`[${at},"${(100 + 40 * Math.sin((2 * Math.PI * at) / 86_400 + index) + ((at / 60) * (index + 7) * 7919) % 11).toFixed(4)}"]`);
    return `{"metric":{"instance":"host-${index}.example.com:9100","job":"node"},"values":[${points.join(',')}]}`;
  });
  making += performance.now() - begun;
  makingCpu += millisecondsOf(process.cpuUsage(cpu));
  return `{"status":"success","data":{"resultType":"matrix","result":[${result.join(',')}]}}`;
}

await using stack = new AsyncDisposableStack();
const { postgres } = await startScratch(stack);
const connectionString = await createBenchDatabase(postgres, 'detectors');
await migrate({ connectionString, dir: new URL('../../backend/migrations', import.meta.url).pathname, logger });
const db = createDatabase({ connectionString, maxConnections: 10, applicationName: 'bench', logger });
stack.defer(() => db.close());
const clock = createSimulatedClock(START_MS);
const { watch } = createDetectors({
  db, clock, logger, orgs: [ORG], pageUrl: () => 'https://grafana.example.com', exploreUrl: () => 'https://grafana.example.com', intake: { accept: async () => ({ changed: 0, repeated: 0, kept: 0, tests: 0, refusal: null }) },
  ports: { callOut: async (request) => ({ status: 200, headers: {}, body: answerTo(request) }), grafana: { isConnected: async () => false, call: async () => undefined } },
});
for (let number = 0; number < DETECTORS; number += 1) {
  const definition = detectorBody.parse({ name: `Detector ${number}`, query: { kind: 'prometheus', url: 'https://prometheus.example.com', expr: 'up' }, stepSeconds: STEP_MS / 1_000 });
  await db.query(
    `insert into detectors (org_id, name, definition, state, state_since, trained_from, evaluated_to, due_at, created_at, created_by, updated_at)
     values (1, $1::text, $2::jsonb, 'shadow', $3::timestamptz, $3::timestamptz, $4::timestamptz, $3::timestamptz, $3::timestamptz, 'bench', $3::timestamptz)`,
    [definition.name, JSON.stringify(definition), clock.now(), new Date(START_MS - LEARNED * STEP_MS)],
  );
}
// What it learns from first is caught up with.
for (let round = 0; round < 20; round += 1) await watch.look(ORG);

const walls: number[] = [];
const databasePid = Number((await db.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid);
const { ppid } = await import('node:fs').then(({ readFileSync }) => ({ ppid: Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${databasePid}/status`, 'utf8'))?.[1]) }));
const before = { own: process.cpuUsage(), database: cpuSeconds(ppid) };
makingCpu = 0;
for (let minute = 0; minute < MINUTES; minute += 1) {
  clock.advance(STEP_MS);
  const [made, begun] = [making, performance.now()];
  await watch.look(ORG);
  walls.push(performance.now() - begun - (making - made));
}
const own = (millisecondsOf(process.cpuUsage(before.own)) - makingCpu) / MINUTES;
const database = ((cpuSeconds(ppid) - before.database) * 1_000) / MINUTES;
const [row] = await db.query<{ behind: number; bytes: number }>(
  `select count(*) filter (where d.evaluated_to < $1::timestamptz)::integer as behind, (select avg(octet_length(s.state))::integer from detector_series as s) as bytes from detectors as d`, [new Date(clock.nowMs() - 2 * STEP_MS)],
);
if (row === undefined || row.behind > 0) throw new Error(`${row?.behind ?? 0} detectors are behind`);

const share = (ms: number): string => `${((100 * ms) / STEP_MS).toFixed(1)} % of a core`;
const lines = [
  `| ${(DETECTORS * SERIES).toLocaleString('en')} series at one minute, ${DETECTORS} detectors | must | measured |`, '|--|--|--|',
  `| one round: asked, reckoned, states and findings written, median of ${MINUTES} | < 60 s | ${(median(walls) / 1_000).toFixed(1)} s |`,
  `| CPU of the service a minute | < 60 s | ${(own / 1_000).toFixed(1)} s (${share(own)}) |`,
  `| CPU of PostgreSQL a minute | | ${(database / 1_000).toFixed(1)} s (${share(database)}) |`,
  `| kept of a series | ≤ 4 kB | ${row.bytes} bytes |`, '',
];
process.stdout.write(`${lines.join('\n')}\n`);
if (values.into !== undefined) await putBetween(values.into, 'detectors', lines);
