/** Slices of the service and of Alertmanager in turn, with the machine probed around each. */
import type pg from 'pg';
import { cpuSeconds } from './cpu.ts';
import { percentile, type LoadGenerator } from './load.ts';
import { KNOWN_ALERTS, type Form, type Kind } from './payloads.ts';
import type { Probe } from './probe.ts';
import type { Server } from './processes.ts';
import { untilCorrelated } from './settle.ts';

export interface Slice {
  readonly alertsPerSecond: number;
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
  readonly n: number;
  /** Milliseconds after the last answer until all was correlated. */
  readonly catchUpMs: number;
  /** The lower of the probes before and after. */
  readonly probe: number;
}

/** One of the servers that take turns. */
export interface Contender {
  readonly name: 'muster' | 'intake' | 'alertmanager';
  readonly server: Server;
  readonly form: Form;
  /** Whose CPU counts, with its children and what they left behind. */
  readonly pids: readonly number[];
  /** To wait for correlation; null where there is none. */
  readonly client: pg.Client | null;
}

export interface CellKey {
  readonly size: number;
  readonly connections: number;
  readonly kind: Kind;
}

export interface Cell extends CellKey {
  readonly slices: Readonly<Record<Contender['name'], Slice[]>>;
}

export interface CellRun {
  readonly load: LoadGenerator;
  readonly probe: Probe;
  readonly pairs: number;
  readonly sliceMs: number;
  /** Share of the full warm-up. */
  readonly warmth: number;
  /** Gives the first of `n` ids that nobody had. */
  takeIds(n: number): number;
  takeRounds(n: number): number;
  /** Told of what was sent to the service. */
  onSent(contender: Contender, newAlerts: number, refused: number): void;
}

/** More ids than a slice can use. */
const IDS_A_SLICE = 400_000;

function cpuOf(contender: Contender): number {
  return contender.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

/** Alerts never seen before that warm a contender up, half of them one a request. */
const WARM_UP_ALERTS = 30_000;

async function send(run: CellRun, contender: Contender, kind: Kind, size: number, alerts: number): Promise<void> {
  const requests = Math.ceil(alerts / size);
  const result = await run.load.run({
    port: contender.server.port, path: contender.server.path, headers: contender.server.headers, connections: 8, ms: 60_000, requests,
    pace: null, form: contender.form, kind, size, firstId: kind === 'new' ? run.takeIds(requests * size + 8 * size) : 0, firstRound: 0,
  });
  run.onSent(contender, kind === 'new' ? result.acknowledged.length * size : 0, result.errors);
  if (contender.client !== null) await untilCorrelated(contender.client);
}

/** Makes the known alerts known to a contender, also as they are. */
export async function learnKnown(run: CellRun, contender: Contender): Promise<void> {
  await send(run, contender, 'unchanged', 50, KNOWN_ALERTS);
}

/** Known alerts, and then so many new ones that what is measured later is no longer the compiler at work. */
export async function warmUp(run: CellRun, contender: Contender): Promise<void> {
  await learnKnown(run, contender);
  const alerts = WARM_UP_ALERTS * run.warmth;
  await send(run, contender, 'new', 20, alerts / 2);
  await send(run, contender, 'new', 1, alerts / 2);
}

async function runSlice(run: CellRun, key: CellKey, contender: Contender): Promise<Slice> {
  const before = await run.probe.measure();
  const cpuBefore = cpuOf(contender);
  const result = await run.load.run({
    port: contender.server.port, path: contender.server.path, headers: contender.server.headers, connections: key.connections, ms: run.sliceMs, requests: null,
    pace: null, form: contender.form, kind: key.kind, size: key.size, firstId: key.kind === 'new' ? run.takeIds(IDS_A_SLICE) : 0, firstRound: run.takeRounds(IDS_A_SLICE),
  });
  const catchUpMs = contender.client === null ? 0 : await untilCorrelated(contender.client);
  const cpu = cpuOf(contender) - cpuBefore;
  const alerts = Math.max(1, result.requests * key.size);
  run.onSent(contender, key.kind === 'new' ? result.acknowledged.length * key.size : 0, result.errors);
  return {
    alertsPerSecond: alerts / result.seconds, cpuMicros: (cpu / alerts) * 1e6, p50: percentile(result.latencies, 0.5), p99: percentile(result.latencies, 0.99),
    n: result.requests, catchUpMs, probe: Math.min(before, await run.probe.measure()),
  };
}

/** One cell: as many turns as there are pairs, each in the other order. */
export async function measureCell(run: CellRun, key: CellKey, contenders: readonly Contender[]): Promise<Cell> {
  const cell: Cell = { ...key, slices: { muster: [], intake: [], alertmanager: [] } };
  for (let pair = 0; pair < run.pairs; pair += 1) {
    for (const contender of pair % 2 === 0 ? contenders : [...contenders].reverse()) {
      // What `unchanged` repeats must be the newest that was said.
      if (key.kind === 'unchanged' && pair === 0) await learnKnown(run, contender);
      cell.slices[contender.name].push(await runSlice(run, key, contender));
    }
  }
  return cell;
}
