/**
 * `npm run bench [-- --quick] [-- --out docs/benchmarks-latest.md]`: durable ingest against
 * Alertmanager in the same run, slice by slice in turn, with a probe of the machine around each.
 * Loopback only; bounded in count and time; what it starts it stops.
 *
 * `npm run bench -- correlation` measures the grouping of alerts instead, see correlation/correlation.ts.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { findPort } from '../demo/ports.ts';
import { ROOT } from '../run.ts';
import { cpuSeconds, memoryMiB } from './cpu.ts';
import { percentile, runLoad, type LoadResult } from './load.ts';
import { createBodies, type Kind } from './payloads.ts';
import { startProbe } from './probe.ts';

if (process.argv[2] === 'correlation') {
  await import('./correlation/correlation.ts');
  process.exit();
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, out: { type: 'string' } } });
const PAIRS = values.quick ? 1 : 6;
const SLICE_MS = values.quick ? 400 : 500;
const CELLS = ([20, 1] as const).flatMap((size) => ([32, 8, 1] as const).flatMap((connections) => (['new', 'changed', 'unchanged'] as const).map((kind) => ({ size, connections, kind }))));
const SOURCE_TOKEN = 'source-token-of-the-benchmark-000001';
const ALERTMANAGER = ['/usr/bin/prometheus-alertmanager', '/usr/local/bin/alertmanager'].find((path) => existsSync(path)) ?? null;

interface Slice {
  readonly alertsPerSecond: number;
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
  readonly n: number;
}

interface Cell {
  readonly size: number;
  readonly connections: number;
  readonly kind: Kind;
  readonly probes: number[];
  readonly muster: Slice[];
  readonly alertmanager: Slice[];
}

function median(list: readonly number[]): number {
  return percentile([...list].sort((a, b) => a - b), 0.5);
}

async function untilUp(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const up = await fetch(url).then((response) => response.ok, () => false);
    if (up) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not come up`);
}

await using stack = new AsyncDisposableStack();
const dir = await mkdtemp(join(tmpdir(), 'muster-bench-'));
stack.defer(() => rm(dir, { recursive: true, force: true }));
const databaseDir = await mkdtemp(join(tmpdir(), 'muster-bench-db-'));
stack.defer(() => rm(databaseDir, { recursive: true, force: true }));
const postgres = await startEmbeddedPostgres({ dataDir: databaseDir, logger: createLogger({ level: 'warn' }) });
stack.defer(() => postgres.stop());
const children: ChildProcess[] = [];
// Also when this program is ended from outside.
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
stack.defer(async () => {
  for (const child of children) {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await gone;
  }
});

const port = await findPort(28_080, false);
await writeFile(join(dir, 'sources.yaml'), `apiVersion: 1\nsources:\n  - id: grafana\n    kind: grafana\n    name: Benchmark\n    token: ${SOURCE_TOKEN}\n`);
const muster = spawn('node', ['--disable-warning=ExperimentalWarning', 'backend/main.ts', 'serve'], {
  cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env, NODE_ENV: 'production', DATABASE_URL: postgres.connectionString, MUSTER_PORT: String(port), MUSTER_LOG_LEVEL: 'warn', MUSTER_PROVISIONING: dir,
    MUSTER_PLUGIN_TOKEN: 'plugin-token-of-the-benchmark-00001', MUSTER_SECRET_KEYS: `bench:${Buffer.alloc(32, 1).toString('base64')}`,
  },
});
children.push(muster);
await untilUp(`http://127.0.0.1:${port}/healthz`);
const url = `http://127.0.0.1:${port}/webhooks/grafana/grafana`;
const headers = { Authorization: `Bearer ${SOURCE_TOKEN}` };

let amPort = 0;
let alertmanager: ChildProcess | null = null;
if (ALERTMANAGER !== null) {
  amPort = await findPort(29_093, false);
  await writeFile(join(dir, 'am.yml'), 'route: { receiver: none, group_by: [service], group_wait: 30s }\nreceivers: [{ name: none }]\n');
  alertmanager = spawn(ALERTMANAGER, [`--config.file=${join(dir, 'am.yml')}`, `--storage.path=${dir}/am`, `--web.listen-address=127.0.0.1:${amPort}`, '--cluster.listen-address=', '--log.level=error'], { stdio: 'ignore' });
  children.push(alertmanager);
  await untilUp(`http://127.0.0.1:${amPort}/-/ready`);
}

const probe = startProbe();
stack.defer(() => probe.close());
const musterPid = muster.pid ?? 0;
const amPid = alertmanager?.pid ?? 0;

function toSlice(result: LoadResult, size: number, cpu: number): Slice {
  const alerts = result.requests * size;
  return {
    alertsPerSecond: alerts / result.seconds, cpuMicros: (cpu / Math.max(1, alerts)) * 1e6, n: result.requests,
    p50: percentile(result.latencies, 0.5), p99: percentile(result.latencies, 0.99),
  };
}

const ids = { next: 1_000_000 };
let sentNew = 0;
let refused = 0;
const cells: Cell[] = [];
for (const { size, connections, kind } of CELLS) {
  const ours = createBodies(kind, size, ids);
  const theirs = createBodies(kind, size, ids);
  const cell: Cell = { size, connections, kind, probes: [], muster: [], alertmanager: [] };
  const runOurs = async (): Promise<void> => {
    const before = cpuSeconds(musterPid) + cpuSeconds(postgres.serverPid);
    const result = await runLoad({ url, headers, connections, ms: SLICE_MS, nextBody: () => ours.grafana() });
    cell.muster.push(toSlice(result, size, cpuSeconds(musterPid) + cpuSeconds(postgres.serverPid) - before));
    refused += result.errors;
    if (kind === 'new') sentNew += (result.requests - result.errors) * size;
  };
  const runTheirs = async (): Promise<void> => {
    if (alertmanager === null) return;
    const before = cpuSeconds(amPid);
    const result = await runLoad({ url: `http://127.0.0.1:${amPort}/api/v2/alerts`, headers: {}, connections, ms: SLICE_MS, nextBody: () => theirs.alertmanager() });
    cell.alertmanager.push(toSlice(result, size, cpuSeconds(amPid) - before));
  };
  if (kind === 'unchanged') await runLoad({ url, headers, connections: 8, ms: 15_000, nextBody: (() => { let left = Math.ceil(10_000 / size); return () => (left-- > 0 ? ours.grafana() : null); })() });
  for (let pair = 0; pair < PAIRS; pair += 1) {
    cell.probes.push(await probe.measure());
    if (pair % 2 === 0) { await runOurs(); await runTheirs(); } else { await runTheirs(); await runOurs(); }
  }
  cells.push(cell);
  process.stderr.write(`${kind} ${size} a request, ${connections} connections: done\n`);
}

const client = new pg.Client({ connectionString: postgres.connectionString });
await client.connect();
const stored = await client.query<{ n: string }>("select count(*) as n from alerts where fingerprint >= '00000000000f4241'");
const correlated = await client.query<{ lag: string }>('select (select max(position) from alert_log) - (select max(position) from correlator_cursors) as lag');
const active = await client.query<{ n: string }>("select count(*) as n from alerts where status = 'firing'");
await client.end();
const best = Math.max(...cells.flatMap((cell) => cell.probes));
const lines = [
  `Probe: best ${best} loops; median ${(median(cells.flatMap((cell) => cell.probes)) / best).toFixed(2)} of it, lowest ${(Math.min(...cells.flatMap((cell) => cell.probes)) / best).toFixed(2)}. ${PAIRS} pairs of ${SLICE_MS} ms slices a cell.`,
  '',
  '| alerts a request, connections, kind | alerts/s | ÷ Alertmanager (min–max) | CPU µs/alert | ÷ Alertmanager | p50 / p99 ms | Alertmanager alerts/s |',
  '|--|--|--|--|--|--|--|',
  ...cells.map((cell) => {
    const ratios = cell.muster.map((slice, index) => slice.alertsPerSecond / (cell.alertmanager[index]?.alertsPerSecond ?? Number.NaN));
    const cpu = median(cell.muster.map((slice) => slice.cpuMicros));
    const amCpu = median(cell.alertmanager.map((slice) => slice.cpuMicros));
    return `| ${cell.size}, c${cell.connections}, ${cell.kind} | ${Math.round(median(cell.muster.map((s) => s.alertsPerSecond)))} | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}) | ${cpu.toFixed(0)} | ${(cpu / amCpu).toFixed(2)} | ${median(cell.muster.map((s) => s.p50)).toFixed(1)} / ${median(cell.muster.map((s) => s.p99)).toFixed(1)} | ${Math.round(median(cell.alertmanager.map((s) => s.alertsPerSecond)))} |`;
  }),
  '',
  `Memory at ${active.rows[0]?.n ?? '?'} active alerts (PSS): Node ${memoryMiB(musterPid, false).toFixed(0)} MiB, PostgreSQL ${memoryMiB(postgres.serverPid, true).toFixed(0)} MiB, Alertmanager ${alertmanager === null ? '–' : memoryMiB(amPid, false).toFixed(0)} MiB.`,
  `Correctness: ${sentNew} new alerts acknowledged, ${stored.rows[0]?.n ?? '?'} stored, ${refused} requests refused, correlator behind by ${correlated.rows[0]?.lag ?? '?'} positions right after the last request.`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (values.out !== undefined) await writeFile(values.out, `${lines.join('\n')}\n`);
if (Number(stored.rows[0]?.n) !== sentNew) {
  process.stderr.write('FAILED: what was acknowledged is not what is stored\n');
  process.exitCode = 1;
}
