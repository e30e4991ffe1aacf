/** The benchmark's tables, in Markdown for docs/benchmarks.md. */
import type { Cell, Contender, Slice } from './cells.ts';
import type { CrashResult } from './crash.ts';
import type { GrowthRow } from './growth.ts';
import type { LiveResult } from './live.ts';
import { median, percentile } from './load.ts';
import type { RowRate } from './reference.ts';

/** Of the best probe: above it both cores were there. */
const FULL_CAPACITY = 0.85;
const FULL_PAIRS_FOR_A_VERDICT = 8;

function of(slices: readonly Slice[], value: (slice: Slice) => number): number {
  return median(slices.map(value));
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** Ratios pair by pair, with the least and the greatest. */
function ratios(ours: readonly Slice[], theirs: readonly Slice[], value: (slice: Slice) => number): string {
  const list = ours.flatMap((slice, index) => {
    const other = theirs[index];
    return other === undefined ? [] : [value(slice) / value(other)];
  });
  return list.length === 0 ? '–' : `${fixed(median(list), 2)} (${fixed(Math.min(...list), 2)}–${fixed(Math.max(...list), 2)})`;
}

function latency(slices: readonly Slice[]): string {
  return `${fixed(of(slices, (slice) => slice.p50), 1)} / ${fixed(of(slices, (slice) => slice.p99), 1)}`;
}

function cellName(cell: Cell): string {
  return `${cell.size}, c${cell.connections}, ${cell.kind}`;
}

/** The paired cells. */
export function cellTable(cells: readonly Cell[]): string[] {
  return [
    '| alerts a request, connections, kind | alerts/s | ÷ Alertmanager (min–max) | CPU µs/alert | Alertmanager\'s | ÷ Alertmanager (min–max) | p50 / p99 ms | Alertmanager\'s | correlated after ms | n |',
    '|--|--|--|--|--|--|--|--|--|--|',
    ...cells.map((cell) => {
      const { muster, alertmanager } = cell.slices;
      return `| ${[
        cellName(cell), fixed(of(muster, (slice) => slice.alertsPerSecond), 0), ratios(muster, alertmanager, (slice) => slice.alertsPerSecond),
        fixed(of(muster, (slice) => slice.cpuMicros), 0), fixed(of(alertmanager, (slice) => slice.cpuMicros), 0), ratios(muster, alertmanager, (slice) => slice.cpuMicros),
        latency(muster), latency(alertmanager), fixed(of(muster, (slice) => slice.catchUpMs), 0), String(muster.reduce((sum, slice) => sum + slice.n, 0)),
      ].join(' | ')} |`;
    }),
  ];
}

/** Cells that were also run without a correlator: what correlation adds. */
export function intakeTable(cells: readonly Cell[]): string[] {
  return [
    '| alerts a request, connections, kind | with correlation: CPU µs/alert | intake alone | intake alone ÷ Alertmanager (min–max) |',
    '|--|--|--|--|',
    ...cells.filter((cell) => cell.slices.intake.length > 0).map((cell) => `| ${[
      cellName(cell), fixed(of(cell.slices.muster, (slice) => slice.cpuMicros), 0), fixed(of(cell.slices.intake, (slice) => slice.cpuMicros), 0),
      ratios(cell.slices.intake, cell.slices.alertmanager, (slice) => slice.cpuMicros),
    ].join(' | ')} |`),
  ];
}

/** How much of the machine was there. */
export function capacityLine(cells: readonly Cell[], pairs: number, sliceMs: number): string {
  const names: readonly Contender['name'][] = ['muster', 'intake', 'alertmanager'];
  const probes = cells.flatMap((cell) => names.flatMap((name) => cell.slices[name].map((slice) => slice.probe)));
  const best = Math.max(...probes);
  const full = probes.filter((probe) => probe >= best * FULL_CAPACITY).length;
  const verdict = full < FULL_PAIRS_FOR_A_VERDICT ? ' Capacity unknown: too few slices had the whole machine.' : '';
  return `Probe: median ${fixed(median(probes) / best, 2)} of the best, lowest ${fixed(Math.min(...probes) / best, 2)}; ${full} of ${probes.length} slices had at least ${FULL_CAPACITY} of it.${verdict} ${pairs} pairs of ${sliceMs} ms slices a cell.`;
}

export interface Memory {
  readonly active: number;
  readonly node: number;
  readonly nodeAtRest: number;
  readonly postgres: number;
  readonly alertmanager: number;
}

/** Memory by number of active alerts. */
export function memoryTable(rows: readonly Memory[]): string[] {
  return [
    '| active alerts | Node right after the load, MiB | Node at rest | PostgreSQL at rest | Alertmanager | (Node + PostgreSQL) at rest ÷ Alertmanager |',
    '|--|--|--|--|--|--|',
    ...rows.map((row) => `| ${[
      String(row.active), fixed(row.node, 0), fixed(row.nodeAtRest, 0), fixed(row.postgres, 0), fixed(row.alertmanager, 0), fixed((row.nodeAtRest + row.postgres) / row.alertmanager, 2),
    ].join(' | ')} |`),
  ];
}

/** From webhook to live event. */
export function liveTable(rows: readonly { readonly name: string; readonly result: LiveResult }[]): string[] {
  return [
    '| background | event at the reader: p50 / p99 ms | 202: p50 / p99 ms | n | lost |',
    '|--|--|--|--|--|',
    ...rows.map(({ name, result }) => `| ${[
      name, `${fixed(percentile(result.latencies, 0.5), 1)} / ${fixed(percentile(result.latencies, 0.99), 1)}`,
      `${fixed(percentile(result.acknowledge, 0.5), 1)} / ${fixed(percentile(result.acknowledge, 0.99), 1)}`, String(result.latencies.length), String(result.lost),
    ].join(' | ')} |`),
  ];
}

/** One more alert, by what is there. */
export function growthTable(rows: readonly GrowthRow[]): string[] {
  return [
    '| database has | CPU µs for one more alert | p50 ms of 20 |',
    '|--|--|--|',
    ...rows.map((row) => `| ${row.name} | ${fixed(row.cpuMicros, 0)} | ${fixed(row.p50, 2)} |`),
  ];
}

/** What was killed and what was found. */
export function crashLine(crash: CrashResult): string {
  return `kill -9 under load: ${crash.acknowledged} alerts acknowledged, ${crash.found} of them found; ${crash.alerts} stored in all, ${crash.linked} in an incident; the next replica had correlated everything ${fixed(crash.recoveredMs, 0)} ms after it was started.`;
}

/** In-process references. */
export function referenceLines(rows: readonly { readonly batch: number; readonly rates: readonly RowRate[] }[], http: readonly { readonly size: number; readonly alertsPerSecond: number }[]): string[] {
  return [
    ...rows.map(({ batch, rates }) => `\`insert … unnest\` of the same rows into one table with two indexes, ${batch} a transaction, one connection: ${fixed(median(rates.map((rate) => rate.rowsPerSecond)), 0)} rows/s, PostgreSQL's CPU ${fixed(median(rates.map((rate) => rate.cpuMicros)), 0)} µs a row (n = ${rates.length}).`),
    ...http.map(({ size, alertsPerSecond }) => `Bare \`node:http\` with JSON.parse, ${size} alerts a request, c32: ${fixed(alertsPerSecond, 0)} alerts/s.`),
  ];
}
