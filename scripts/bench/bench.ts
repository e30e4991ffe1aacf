/**
 * `npm run bench [-- --quick] [-- --only cells,memory] [-- --into docs/benchmarks.md]`: durable ingest against
 * Alertmanager in the same run, slice by slice in turn, with a probe of the machine around each; and
 * what docs/benchmarks.md says besides. Prints Markdown, and puts it between the marks of a document. Fails when something acknowledged is not
 * stored, an event is lost or a request refused; never for being slow. Loopback only; bounded in
 * count and time; what it starts it stops.
 *
 * `npm run bench -- correlation` measures the grouping of alerts instead, see correlation/correlation.ts; `npm run bench -- detection` how
 * anomalies are found, see detection/detection.ts, `npm run bench -- logs` patterns of log lines, see logs/logs.ts, and `npm run bench -- detectors` what watching costs, see detectors.ts; `npm run bench -- diagnosis` how causes are ranked, see diagnosis/diagnosis.ts; `npm run bench -- pages` the pages in a browser, see pages/pages.ts; `npm run bench -- runbooks` steps of runs, see runbooks.ts; `npm run bench -- notifications`
 * how soon people are told, see notifications.ts;
 * `npm run bench -- foresight` how well incidents are seen coming, see foresight/foresight.ts; `npm run bench -- memory` how well similar
 * incidents are found, see memory/memory.ts; `npm run bench -- forecast` what forecasts hold, see forecast/forecast.ts;
 * `npm run bench -- recommendation` how well runbooks are recommended in a simulation, see recommendation/recommendation.ts, `npm run bench -- shadow` how often luck alone puts a helper to shadow, see shadow/shadow.ts; `npm run bench -- oncall` the working out of on-call schedules, see oncall.ts.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { measureCell, warmUp, type Cell, type CellKey, type CellRun, type Contender } from './cells.ts';
import { memoryMiB } from './cpu.ts';
import { measureCrash } from './crash.ts';
import { putBetween } from './document.ts';
import { measureGrowth } from './growth.ts';
import { measureLive } from './live.ts';
import { startLoadGenerator } from './load.ts';
import { FIRST_NEW_ID } from './payloads.ts';
import { startProbe } from './probe.ts';
import { createDatabase, pause, startAlertmanager, startService } from './processes.ts';
import { measureBareHttp, openRowWriter, type RowRate } from './reference.ts';
import { capacityLine, cellTable, crashLine, growthTable, intakeTable, liveTable, memoryTable, referenceLines, type Memory } from './report.ts';
import { startScratch } from './scratch.ts';

/** What measures something else than intake, by the word that asks for it. */
const OTHERS: Readonly<Record<string, string>> = {
  correlation: './correlation/correlation.ts', detection: './detection/detection.ts', detectors: './detectors.ts', logs: './logs/logs.ts', diagnosis: './diagnosis/diagnosis.ts', foresight: './foresight/foresight.ts', forecast: './forecast/forecast.ts', memory: './memory/memory.ts', recommendation: './recommendation/recommendation.ts', shadow: './shadow/shadow.ts',
  pages: './pages/pages.ts', runbooks: './runbooks.ts', notifications: './notifications.ts', oncall: './oncall.ts',
};
const other = OTHERS[process.argv[2] ?? ''];
if (other !== undefined) {
  await import(other);
  process.exit();
}

const PARTS = ['memory', 'cells', 'live', 'growth', 'crash'] as const;
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: PARTS.join(',') }, into: { type: 'string' } } });
const QUICK = values.quick;
const PAIRS = QUICK ? 1 : 6;
const SLICE_MS = QUICK ? 300 : 500;
const ALL_ROLES = 'api,correlator,worker';
const CELLS: readonly CellKey[] = ([20, 1] as const).flatMap((size) => ([32, 8, 1] as const).flatMap((connections) => (['new', 'changed', 'unchanged'] as const).map((kind) => ({ size, connections, kind }))));
const MEMORY_SIZES = QUICK ? [1_000, 5_000] : [10_000, 100_000];
const LIVE_PROBES = QUICK ? 60 : 2_000;
const REST_MS = QUICK ? 500 : 8_000;
const GROWTH_SIZES = QUICK
  ? [{ name: '1,000 active', active: 1_000, history: 0 }, { name: '10,000 history', active: 0, history: 10_000 }]
  : [
    { name: '1,000 active', active: 1_000, history: 0 }, { name: '10,000 active', active: 10_000, history: 0 }, { name: '100,000 active', active: 100_000, history: 0 },
    { name: '10,000 history', active: 0, history: 10_000 }, { name: '1,000,000 history', active: 0, history: 1_000_000 },
  ];

const wanted = new Set(values.only.split(','));
const wants = (part: (typeof PARTS)[number]): boolean => wanted.has(part);
const faults: string[] = [];
const lines: string[] = [];
const say = (text: string): void => void process.stderr.write(`${text}\n`);
/** Said as soon as it is known: what a later part fails at takes nothing away. */
const write = (...added: readonly string[]): void => {
  lines.push(...added, '');
  process.stdout.write(`${added.join('\n')}\n\n`);
};
const check = (holds: boolean, fault: string): void => void (holds || faults.push(fault));

await using stack = new AsyncDisposableStack();
const { dir, postgres } = await startScratch(stack);
const load = startLoadGenerator();
stack.defer(() => load.close());

const next = { id: FIRST_NEW_ID, round: 1 };
const takeIds = (n: number): number => {
  const first = next.id;
  next.id += n;
  return first;
};

/** Memory of a service and an Alertmanager that got nothing but these alerts. */
async function measureMemory(): Promise<void> {
  say('memory');
  await using parts = new AsyncDisposableStack();
  const service = await startService(dir, await createDatabase(postgres, 'bench_memory'), ALL_ROLES);
  parts.defer(() => service.stop());
  const alertmanager = await startAlertmanager(dir, 'alertmanager-memory');
  parts.defer(async () => alertmanager?.stop());
  const rows: Memory[] = [];
  let active = 0;
  for (const size of MEMORY_SIZES) {
    const firstId = takeIds(size - active);
    const job = { connections: 16, ms: 120_000, requests: Math.ceil((size - active) / 20), pace: null, kind: 'new', size: 20, firstId, firstRound: 0 } as const;
    const result = await load.run({ ...job, form: 'grafana', port: service.port, path: service.path, headers: service.headers });
    check(result.errors === 0, `${result.errors} requests were refused while memory was measured`);
    const node = memoryMiB(service.pid, false);
    if (alertmanager !== null) await load.run({ ...job, form: 'alertmanager', port: alertmanager.port, path: alertmanager.path, headers: alertmanager.headers });
    active = size;
    await pause(REST_MS);
    rows.push({
      active, node, nodeAtRest: memoryMiB(service.pid, false), postgres: memoryMiB(postgres.serverPid, true),
      alertmanager: alertmanager === null ? Number.NaN : memoryMiB(alertmanager.pid, false),
    });
  }
  write('### Memory (proportional share)', '', ...memoryTable(rows));
}

/** The cells, and live events on the same service. */
async function measureService(): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const connectionString = await createDatabase(postgres, 'bench_main');
  const service = await startService(dir, connectionString, ALL_ROLES);
  parts.defer(() => service.stop());
  const client = new pg.Client({ connectionString });
  await client.connect();
  parts.defer(() => client.end());
  let sentNew = 0;
  let refused = 0;
  if (wants('cells')) {
    const intakeOnly = await startService(dir, await createDatabase(postgres, 'bench_intake'), 'api,worker');
    parts.defer(() => intakeOnly.stop());
    const alertmanager = await startAlertmanager(dir, 'alertmanager');
    parts.defer(async () => alertmanager?.stop());
    const probe = startProbe();
    parts.defer(() => probe.close());
    const run: CellRun = {
      load, probe, pairs: PAIRS, sliceMs: SLICE_MS, warmth: QUICK ? 0.1 : 1, takeIds,
      takeRounds(n) {
        next.round += n;
        return next.round;
      },
      onSent(contender, newAlerts, errors) {
        if (contender.name === 'muster') sentNew += newAlerts;
        if (contender.name !== 'alertmanager') refused += errors;
      },
    };
    const muster: Contender = { name: 'muster', server: service, form: 'grafana', pids: [service.pid, postgres.serverPid], client };
    const intake: Contender = { name: 'intake', server: intakeOnly, form: 'grafana', pids: [intakeOnly.pid, postgres.serverPid], client: null };
    const contenders: Contender[] = [muster, ...(alertmanager === null ? [] : [{ name: 'alertmanager' as const, server: alertmanager, form: 'alertmanager' as const, pids: [alertmanager.pid], client: null }])];
    for (const contender of [...contenders, intake]) await warmUp(run, contender);
    const cells: Cell[] = [];
    for (const key of CELLS) {
      cells.push(await measureCell(run, key, key.kind === 'new' && key.connections === 32 ? [...contenders, intake] : contenders));
      say(`${key.size} a request, ${key.connections} connections, ${key.kind}: done`);
    }
    const writer = await openRowWriter(connectionString, postgres.serverPid);
    const rates: { batch: number; rates: RowRate[] }[] = [];
    for (const batch of [20, 1_000]) rates.push({ batch, rates: await inTurn(PAIRS, () => writer.run(batch, SLICE_MS)) });
    await writer.close();
    const http: { size: number; alertsPerSecond: number }[] = [];
    for (const size of [20, 1]) http.push({ size, alertsPerSecond: await measureBareHttp(load, size, SLICE_MS) });
    write('### Against Alertmanager', '', capacityLine(cells, PAIRS, SLICE_MS), '', ...cellTable(cells), '', ...intakeTable(cells), '', ...referenceLines(rates, http));
    const { rows } = await client.query<{ n: number }>('select count(*)::integer as n from alerts as a where a.org_id = 1 and a.fingerprint >= $1::text', [String(FIRST_NEW_ID).padStart(16, '0')]);
    const stored = rows[0]?.n ?? 0;
    check(stored === sentNew, `${sentNew} new alerts were acknowledged and ${stored} are stored`);
    check(refused === 0, `${refused} requests were refused`);
    write(`Correctness: ${sentNew} new alerts acknowledged, ${stored} stored, ${refused} requests refused.`);
  }
  if (wants('live')) {
    say('live events');
    const { idle, even, bursts } = await measureLive(service, connectionString, load, LIVE_PROBES, takeIds);
    const lost = idle.lost + even.lost + bursts.lost;
    check(lost === 0, `${lost} alerts had no live event`);
    write('### From webhook to live event', '', ...liveTable([
      { name: 'none', result: idle }, { name: '1,000 alerts/s, 20 every 20 ms', result: even }, { name: '1,000 alerts/s, 200 at once every 200 ms', result: bursts },
    ]));
  }
}

async function inTurn<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let turn = 0; turn < times; turn += 1) results.push(await work());
  return results;
}

const startedAt = performance.now();
if (wants('memory')) await measureMemory();
if (wants('cells') || wants('live')) await measureService();
if (wants('growth')) {
  say('growth');
  const rows = await measureGrowth(dir, postgres, load, GROWTH_SIZES, QUICK ? 1 : 6, QUICK ? 10 : 40, takeIds);
  write('### Growth', '', ...growthTable(rows));
}
if (wants('crash')) {
  say('kill -9');
  const crash = await measureCrash(dir, postgres, load, takeIds);
  check(crash.found === crash.acknowledged, `${crash.acknowledged - crash.found} acknowledged alerts are gone after kill -9`);
  check(crash.acknowledged > 0, 'nothing was acknowledged before kill -9');
  write(crashLine(crash));
}
write(`Taken on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, in ${Math.round((performance.now() - startedAt) / 1000)} s; load average of the machine in the last minute at the end ${(loadavg()[0] ?? 0).toFixed(1)}.`);
if (values.into !== undefined) await putBetween(values.into, 'figures', lines);
for (const fault of faults) process.stderr.write(`FAILED: ${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
