/** The labelled series detection is measured on: part of the Numenta Anomaly Benchmark, read from MUSTER_DATA and never kept here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

export interface LabelledSeries {
  readonly name: string;
  readonly category: string;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** First and last index of each labelled window, in order of time. */
  readonly windows: readonly (readonly [number, number])[];
  /** So many points at the start count for nothing. */
  readonly trial: number;
}

const WINDOWS = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const toMs = (text: string): number => Date.parse(`${text.trim().replace(' ', 'T').replace(/(\.\d{3})\d*$/, '$1')}Z`);

/** Where the data stands: `MUSTER_DATA`, or beside the repository. */
export function dataDir(): string {
  return process.env['MUSTER_DATA'] ?? '../shared/data';
}

/** All series there are, by name; null when the collection is not there. */
export function loadNab(): LabelledSeries[] | null {
  const root = join(dataDir(), 'nab');
  const labels = join(root, 'labels/combined_windows.json');
  if (!existsSync(labels)) return null;
  return Object.entries(WINDOWS.parse(JSON.parse(readFileSync(labels, 'utf8')))).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, spans]) => {
    const rows = gunzipSync(readFileSync(join(root, 'data', `${name}.gz`))).toString('utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(','));
    const timesMs = Float64Array.from(rows, (row) => toMs(row[0] ?? ''));
    const windows = spans.map(([from, to]): readonly [number, number] => [timesMs.findIndex((time) => time >= toMs(from)), timesMs.findLastIndex((time) => time <= toMs(to))]);
    return {
      name, category: name.split('/')[0] ?? '', timesMs, values: Float64Array.from(rows, (row) => Number(row[1])),
      windows: windows.sort((a, b) => a[0] - b[0]), trial: Math.min(Math.floor(0.15 * rows.length), 750),
    };
  });
}
