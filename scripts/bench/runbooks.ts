/**
 * `npm run bench -- runbooks [--quick] [--only steps,dispatch,waiting] [--into docs/benchmarks.md]`: steps a second of runs against the raw rate
 * of graphile-worker in the same run and database, in turn; how soon the next step begins with 200 runs active; and how
 * soon a new run begins with 0 and with 10,000 waiting ones. Fails when a run does not end well; never for being slow.
 */
import { parseArgs } from 'node:util';
import { Logger as GraphileLogger, run } from 'graphile-worker';
import { orgId, runbookId, type RunbookDocument } from '../../backend/contract/index.ts';
import { systemClock } from '../../backend/platform/clock.ts';
import { createDatabase, type Database } from '../../backend/platform/db/database.ts';
import { migrate } from '../../backend/platform/db/migrate.ts';
import { prepareJobQueue, startJobWorker } from '../../backend/platform/jobs/worker.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { parseRunbook } from '../../backend/response/runbooks/format/index.ts';
import { createKinds, type GivenKinds, type KindHandler } from '../../backend/response/runbooks/kinds/index.ts';
import { createRuns, type Runs } from '../../backend/response/runbooks/runs/index.ts';
import type { AgentPort } from '../../backend/response/runbooks/kinds/agentPort.ts';
import { createCommandKind } from '../../backend/response/runbooks/kinds/command.ts';
import { createKubernetesKind } from '../../backend/response/runbooks/kinds/kubernetes.ts';
import { addTask } from '../../backend/response/tasks/index.ts';
import { putBetween } from './document.ts';
import { median, percentile } from './load.ts';
import { createDatabase as createBenchDatabase } from './processes.ts';
import { startScratch } from './scratch.ts';

/** The bench has none. */
const NO_AGENTS: AgentPort = { enqueue: async () => ({ ok: false, why: 'there are no agents' }), stop: async () => 'ended' };

const PARTS = ['steps', 'dispatch', 'waiting'] as const;
// The name of the benchmark stands before its options.
const { values } = parseArgs({ args: process.argv.slice(3), options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: PARTS.join(',') }, into: { type: 'string' } } });
const wanted = new Set(values.only.split(','));
const QUICK = values.quick;
const PAIRS = QUICK ? 1 : 5;
const RUNS = 200;
const STEPS = QUICK ? 10 : 50;
const CONCURRENCY = 10;
const POOL = 10;
const LOCAL_QUEUE = 200;
const WAITING = QUICK ? 1_000 : 10_000;
const STARTS = QUICK ? 20 : 200;
const PACED_STEPS = QUICK ? 4 : 20;
const PACE_MS = 1_000;
const ORG = orgId.parse(1);
const logger = createLogger({ level: 'warn' });
const lines: string[] = [];
const write = (...added: readonly string[]): void => {
  lines.push(...added, '');
  process.stdout.write(`${added.join('\n')}\n\n`);
};

interface Bench {
  readonly db: Database;
  readonly runs: Runs;
  /** What a step does: its length, and who is told of begin and end. */
  step: { ms: number; begins: (run: string) => void; ends: (run: string) => void };
  start(id: string): Promise<string>;
  close(): Promise<void>;
}

/** A percentile, in words. */
function of(list: readonly number[], share: number): string {
  return percentile([...list].sort((a, b) => a - b), share).toFixed(1);
}

const noop = (): void => undefined;

function http(bench: () => Bench['step']): KindHandler<'http'> {
  return {
    kind: 'http', effect: 'keyed', describe: ({ url }) => `Calls ${url}`, requests: () => [], example: () => null,
    async run(call) {
      const { ms, begins, ends } = bench();
      begins(call.runId);
      if (ms > 0) await new Promise<void>((resolve) => void setTimeout(resolve, ms));
      ends(call.runId);
      return { kind: 'done', output: { status: 200 } };
    },
  };
}

function documentOf(id: string, steps: number, first = ''): RunbookDocument {
  const list = Array.from({ length: steps }, (_, place) => `  - { id: s${place}, kind: http, with: { url: "https://example.com/{{ run.id }}" } }\n`).join('');
  const { document, findings } = parseRunbook(`apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${id} }\nsteps:\n${first}${list}`);
  if (document === null) throw new Error(JSON.stringify(findings));
  return document;
}

await using stack = new AsyncDisposableStack();
const { postgres } = await startScratch(stack);

async function open(name: string): Promise<Bench> {
  const connectionString = await createBenchDatabase(postgres, name);
  await migrate({ connectionString, dir: new URL('../../backend/migrations', import.meta.url).pathname, logger });
  const db = createDatabase({ connectionString, maxConnections: POOL, applicationName: 'bench', logger });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= db.close());
  stack.defer(close);
  await prepareJobQueue(db);
  const documents = new Map([['chain', documentOf('chain', STEPS)], ['paced', documentOf('paced', PACED_STEPS)], ['one', documentOf('one', 1)], ['rests', documentOf('rests', 1, '  - { id: rest, kind: wait, with: { for: 7d } }\n')]]);
  const bench: { current: Bench | null } = { current: null };
  const call = http(() => bench.current?.step ?? { ms: 0, begins: noop, ends: noop });
  const none = { describe: () => '', requests: () => [], example: () => null, run: async () => ({ kind: 'failed' as const, error: 'not here', retryable: false }) };
  const given: GivenKinds = {
    command: createCommandKind({ agents: NO_AGENTS }), kubernetes: createKubernetesKind({ agents: NO_AGENTS }), http: call, grafanaQuery: { kind: 'grafanaQuery', effect: 'none', ...none }, promql: { kind: 'promql', effect: 'none', ...none }, script: { kind: 'script', effect: 'none', ...none },
    notify: { kind: 'notify', effect: 'keyed', ...none }, page: { kind: 'page', effect: 'keyed', ...none }, ticket: { kind: 'ticket', effect: 'keyed', ...none },
    statusUpdate: { kind: 'statusUpdate', effect: 'own', ...none }, annotate: { kind: 'annotate', effect: 'keyed', ...none }, silence: { kind: 'silence', effect: 'own', ...none },
    setField: { kind: 'setField', effect: 'own', ...none }, declare: { kind: 'declare', effect: 'own', ...none },
  };
  const runs = createRuns({
    db, clock: systemClock, logger, owner: 'bench', basisOf: () => Promise.resolve(null), random: Math.random, incidents: { read: async () => ({ scope: { incident: null, alerts: [], services: [] }, number: null, drill: false }) },
    secrets: { open: async () => new Map() },
    source: {
      async findLive(_q, _org, id) {
        const document = documents.get(id);
        return document === undefined ? null : { version: 1, document };
      },
    },
    kinds: (ports) => createKinds(given, { ...ports, addTask }),
  });
  const made: Bench = {
    db, runs, close, step: { ms: 0, begins: noop, ends: noop },
    start: (id) => db.transaction((tx) => runs.start(tx, {
      orgId: ORG, runbook: runbookId.parse(id), inputs: {}, incident: null, start: 'api', by: { kind: 'system', key: 'bench', name: 'bench' }, userKey: null, reason: null, drill: false,
    })),
  };
  bench.current = made;
  return made;
}

async function ended(bench: Bench, ids: readonly string[]): Promise<void> {
  for (;;) {
    const [row] = await bench.db.query<{ open: number; bad: number }>("select count(*) filter (where r.ended_at is null)::integer as open, count(*) filter (where r.ended_at is not null and r.state <> 'succeeded')::integer as bad from runbook_runs as r where r.id = any($1::bigint[])", [ids]);
    if ((row?.bad ?? 0) > 0) throw new Error(`${row?.bad ?? 0} runs did not end well`);
    if (row?.open === 0) return;
    await new Promise<void>((resolve) => void setTimeout(resolve, 20));
  }
}

/** Steps a second of 200 runs; they are all there before the first is carried on. */
async function stepRate(bench: Bench): Promise<number> {
  bench.step = { ms: 0, begins: noop, ends: noop };
  const ids = await Promise.all(Array.from({ length: RUNS }, () => bench.start('chain')));
  const startedAt = performance.now();
  await bench.runs.worker.start();
  await ended(bench, ids);
  return (RUNS * STEPS) / ((performance.now() - startedAt) / 1000);
}

/** As the service runs it, and at its fastest: with a queue of its own in memory, from which jobs are taken in bulk. */
type QueueSettings = 'as here' | 'local queue';

/** Jobs a second of graphile-worker that do nothing; they are all there before it starts. */
async function jobRate({ db }: Bench, settings: QueueSettings): Promise<number> {
  const jobs = RUNS * STEPS;
  await db.query("select graphile_worker.add_job('bench.nothing', payload := json_build_object('n', n)) from generate_series(1, $1::integer) as n", [jobs]);
  let left = jobs;
  let done: (() => void) | null = null;
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  async function nothing(): Promise<void> {
    left -= 1;
    if (left === 0) done?.();
  }
  const startedAt = performance.now();
  const stop = settings === 'as here' ? await startAsHere(db, nothing) : await startWithLocalQueue(db, nothing);
  await all;
  const rate = jobs / ((performance.now() - startedAt) / 1000);
  await stop();
  return rate;
}

async function startAsHere(db: Database, nothing: () => Promise<void>): Promise<() => Promise<void>> {
  const worker = await startJobWorker({ db, clock: systemClock, logger, concurrency: CONCURRENCY, onWorkerIds: noop, jobs: [{ name: 'bench.nothing', cron: null, run: nothing }] });
  return () => worker.close();
}

async function startWithLocalQueue(db: Database, nothing: () => Promise<void>): Promise<() => Promise<void>> {
  const runner = await run({
    pgPool: db.pool, concurrency: CONCURRENCY, noHandleSignals: true, taskList: { 'bench.nothing': nothing }, logger: new GraphileLogger(() => noop),
    preset: { worker: { localQueue: { size: LOCAL_QUEUE }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  return () => runner.stop();
}

if (wanted.has('steps')) {
  const rows: string[] = [];
  for (const settings of ['as here', 'local queue'] as const) {
    const ratios: number[] = [];
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const bench = await open(`bench_steps_${settings.replace(' ', '_')}_${pair}`);
      const jobs = await jobRate(bench, settings);
      const steps = await stepRate(bench);
      await bench.runs.worker.close();
      await bench.close();
      ours.push(steps);
      theirs.push(jobs);
      ratios.push(steps / jobs);
    }
    const words = settings === 'as here' ? 'as Muster runs it' : `with its local queue of ${LOCAL_QUEUE}`;
    rows.push(`| ${words} | ${median(theirs).toFixed(0)} | ${median(ours).toFixed(0)} | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}) | ${PAIRS} |`);
  }
  write('### Steps of runbooks', '', `| graphile-worker, concurrency ${CONCURRENCY} | jobs/s | steps/s, ${RUNS} runs of ${STEPS} steps | ratio (min–max) | pairs |`, '|--|--|--|--|--|', ...rows);
}

if (wanted.has('dispatch')) {
  const bench = await open('bench_dispatch');
  const endedAt = new Map<string, number>();
  const took: number[] = [];
  bench.step = {
    ms: PACE_MS,
    begins(run) {
      const before = endedAt.get(run);
      if (before !== undefined) took.push(performance.now() - before);
    },
    ends: (run) => void endedAt.set(run, performance.now()),
  };
  await bench.runs.worker.start();
  const ids: string[] = [];
  for (let place = 0; place < RUNS; place += 1) {
    ids.push(await bench.start('paced'));
    await new Promise<void>((resolve) => void setTimeout(resolve, PACE_MS / RUNS));
  }
  await ended(bench, ids);
  await bench.runs.worker.close();
  write(`Next step after the end of the one before, ${RUNS} runs active, steps of ${PACE_MS} ms: p50 ${of(took, 0.5)} ms, p99 ${of(took, 0.99)} ms (n = ${took.length}).`);
}

if (wanted.has('waiting')) {
  const [empty, full] = [await open('bench_empty'), await open('bench_full')];
  await full.runs.worker.start();
  const first = await full.start('rests');
  for (;;) {
    const [row] = await full.db.query<{ n: number }>("select count(*)::integer as n from runbook_runs as r where r.waits_for = 'time' and r.lease_owner is null");
    if (row?.n === 1) break;
    await new Promise<void>((resolve) => void setTimeout(resolve, 20));
  }
  const columns = (await full.db.query<{ name: string }>("select a.attname as name from pg_attribute as a where a.attrelid = 'runbook_runs'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'id'")).map(({ name }) => name).join(', ');
  await full.db.query(`insert into runbook_runs (${columns}) select ${columns} from runbook_runs, generate_series(2, $2::integer) where id = $1::bigint`, [first, WAITING]);
  await full.db.query('vacuum analyze runbook_runs');
  await empty.runs.worker.start();
  const measure = async (bench: Bench): Promise<number> => {
    const begun = new Promise<number>((resolve) => {
      bench.step = { ms: 0, begins: () => resolve(performance.now()), ends: noop };
    });
    const startedAt = performance.now();
    const id = await bench.start('one');
    const ms = (await begun) - startedAt;
    await ended(bench, [id]);
    return ms;
  };
  const took = { none: [await measure(empty)].slice(1), many: [await measure(full)].slice(1) };
  for (let round = 0; round < STARTS; round += 1) {
    took.none.push(await measure(empty));
    took.many.push(await measure(full));
  }
  await Promise.all([empty.runs.worker.close(), full.runs.worker.close()]);
  const shown = (list: readonly number[]): string => `${of(list, 0.5)} / ${of(list, 0.99)}`;
  write('| waiting runs | from the start of a run to its first step: p50 / p99 ms | n |', '|--|--|--|', `| 0 | ${shown(took.none)} | ${STARTS} |`, `| ${WAITING} | ${shown(took.many)} | ${STARTS} |`);
}

if (values.into !== undefined) await putBetween(values.into, 'runbooks', lines);
