/** How far each metric is from what it was, measured by how far it usually strays. */
import type { Deviation, DiagnosisInput } from './model.ts';
import type { MetricMeaning } from './metricKinds.ts';
import type { DiagnosisParameters } from './parameters.ts';
import { valuesOver, type Rows } from './rows.ts';
import { quantile, robustSpread, sortedMeasured } from './statistics.ts';

/** A column with what its name means and whom it tells of. */
export interface ReadColumn {
  readonly metric: string;
  readonly meaning: MetricMeaning;
  /** The node that it tells of: of calls that a caller measured, the one that is called. */
  readonly subject: string;
  readonly seenBy: string | null;
  readonly normal: readonly number[];
  readonly before: readonly number[];
  readonly anomalous: readonly number[];
}

/** Takes a column apart. A caller's metric of its calls tells of the callee; a callee's of one caller tells of itself. */
export function readColumn(column: DiagnosisInput['series']['columns'][number], meaning: MetricMeaning, calleesOf: (node: string) => readonly string[], rows: Rows): ReadColumn {
  const isOfCallee = meaning.peer !== null && calleesOf(column.node).includes(meaning.peer);
  return {
    metric: column.metric, meaning,
    subject: isOfCallee && meaning.peer !== null ? meaning.peer : column.node,
    seenBy: isOfCallee ? column.node : null,
    normal: valuesOver(column.values, rows.normal), before: valuesOver(column.values, rows.before), anomalous: valuesOver(column.values, rows.anomalous),
  };
}

/** What the worst share of values reached: `sign` 1 when high is bad. */
function reached(values: readonly number[], sign: 1 | -1, share: number): number {
  const sorted = sortedMeasured(values);
  if (sorted.length === 0) return Number.NaN;
  const place = Math.floor((sorted.length - 1) * share);
  return (sign === 1 ? sorted[sorted.length - 1 - place] : sorted[place]) ?? Number.NaN;
}

/** The good side of what was just before: a fault that fades there does not hide what came after it. */
function calmLevel(before: readonly number[], sign: 1 | -1): number {
  return sign * quantile(sortedMeasured(before.map((value) => sign * value)), 0.25);
}

/** What normal stretches reach: their distances from typical, and from what was just before each; in growing order. */
function normalDistances(column: ReadColumn, sign: 1 | -1, typical: number, rows: Rows, p: DiagnosisParameters): { levels: number[]; changes: number[] } {
  const levels: number[] = [];
  const changes: number[] = [];
  for (let start = 0; start + rows.stretch <= column.normal.length; start += 1) {
    const worst = reached(column.normal.slice(start, start + rows.stretch), sign, p.reachedBy);
    if (Number.isNaN(worst)) continue;
    levels.push(sign * (worst - typical));
    if (start < rows.before.length || rows.before.length === 0) continue;
    const before = calmLevel(column.normal.slice(start - rows.before.length, start), sign);
    if (!Number.isNaN(before)) changes.push(sign * (worst - before));
  }
  return { levels: levels.sort((x, y) => x - y), changes: changes.sort((x, y) => x - y) };
}

function inDirection(column: ReadColumn, sign: 1 | -1, rows: Rows, timesMs: readonly number[], p: DiagnosisParameters): Deviation {
  const { subject, seenBy, metric, meaning } = column;
  const sorted = sortedMeasured(column.normal);
  const typical = quantile(sorted, 0.5);
  const observed = reached(column.anomalous, sign, p.reachedBy);
  const { levels, changes } = normalDistances(column, sign, typical, rows, p);
  const spread = robustSpread(sorted);
  const least = Math.max(spread, leastDistance(column, typical, spread, p));
  const rare = Math.max(quantile(levels, 1 - p.rareShare), least);
  const distance = sign * (observed - typical);
  const before = calmLevel(column.before, sign);
  const rareChange = Math.max(changes.length < 10 ? rare : quantile(changes, 1 - p.rareShare), least);
  // What is 0 always and now has no distance from it.
  const timesOf = (far: number, usual: number): number => (usual > 0 ? Math.max(0, far) / usual : 0);
  const times = timesOf(distance, rare);
  const changeTimes = Number.isNaN(before) ? times : timesOf(sign * (observed - before), rareChange);
  const strengthOf = (value: number): number => Math.max(0, value - 1) / (Math.max(0, value - 1) + p.halfStrength);
  const all = [...column.before, ...column.anomalous];
  // Half of the way: noise does not get there, and a slow rise is not dated to its end.
  const base = Number.isNaN(before) ? typical : before;
  const half = Math.max(least, 0.5 * sign * (observed - base));
  const onset = [...rows.before, ...rows.anomalous].find((_, place) => sign * ((all[place] ?? Number.NaN) - base) >= half)?.[0];
  const asFar = levels.filter((level) => level >= distance).length;
  return {
    node: subject, metric, kind: meaning.kind, seenBy, direction: sign === 1 ? 'up' : 'down', typical, observed, times, changeTimes,
    before: Number.isNaN(before) ? null : before,
    normalShare: (asFar + 1) / (levels.length + 1),
    onsetMs: onset === undefined ? null : (timesMs[onset] ?? null),
    strength: (1 - p.levelWeight - p.bothWeight) * strengthOf(changeTimes) + p.levelWeight * strengthOf(times) + p.bothWeight * strengthOf(Math.min(times, changeTimes)),
  };
}

/**
 * The least distance that counts. A metric that never moves has no usual distance: a twentieth of its greatest value stands
 * in for it. Availability is judged by what is missing of the whole, since 98 % of 100 is much.
 */
function leastDistance(column: ReadColumn, typical: number, spread: number, p: DiagnosisParameters): number {
  const greatest = Math.max(0, ...[...column.normal, ...column.anomalous].filter((value) => !Number.isNaN(value)).map((value) => Math.abs(value)));
  if (column.meaning.kind === 'availability') return p.leastUnavailable * (greatest > 1.5 ? 100 : 1);
  return Math.max(p.leastRelative * Math.abs(typical), spread > 0 ? 0 : 0.05 * greatest);
}

/** The deviation of a column in its bad direction, or in the stronger one; null without baseline or without anything measured in the anomalous window. */
export function deviationOf(column: ReadColumn, rows: Rows, timesMs: readonly number[], leastBaseline: number, p: DiagnosisParameters): Deviation | null {
  if (column.normal.filter((value) => !Number.isNaN(value)).length < leastBaseline) return null;
  if (column.anomalous.every((value) => Number.isNaN(value))) return null;
  if (column.meaning.bad !== 0) return inDirection(column, column.meaning.bad, rows, timesMs, p);
  const up = inDirection(column, 1, rows, timesMs, p);
  const down = inDirection(column, -1, rows, timesMs, p);
  return down.strength > up.strength ? down : up;
}
