/** Series as CSV files: `timestamp,value` in, `timestamp,value,score,anomaly` out. Each fault is named by file and line. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { RecordingError } from './recordingError.ts';

export interface SeriesPoint {
  /** As it stands in the file. */
  readonly timestamp: string;
  readonly timestampMs: number;
  readonly text: string;
  /** Null where none was measured. */
  readonly value: number | null;
}

const NO_VALUE = new Set(['', 'nan', 'null', 'none', 'na', 'n/a']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;
const WITH_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)$/i;

/** Seconds until the year 5138, then milliseconds, microseconds, nanoseconds: by size, as none of them means the others' years. */
function epochMs(number: number): number {
  const size = Math.abs(number);
  if (size < 1e11) return number * 1000;
  if (size < 1e14) return number;
  return size < 1e17 ? number / 1000 : number / 1e6;
}

/** Milliseconds of a time as files write it: ISO, `YYYY-MM-DD HH:MM:SS` (without a zone it is UTC), or epoch; NaN when it is none. */
export function readTimestamp(text: string): number {
  if (NUMBER.test(text)) return epochMs(Number(text));
  if (WITHOUT_ZONE.test(text)) return Date.parse(text.length === 10 ? text : `${text.replace(' ', 'T')}Z`);
  return WITH_ZONE.test(text) ? Date.parse(text.replace(' ', 'T').replace(/\s/, '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
}

const bare = (cell: string | undefined): string => (cell ?? '').trim().replace(/^"(.*)"$/, '$1').trim();

/** The points of a file's text, in its order. `path` only names it in faults. */
export function readSeries(path: string, content: string): SeriesPoint[] {
  const lines = content.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = (lines[0] ?? '').split(',').map((cell) => bare(cell).toLowerCase());
  const timeColumn = header.indexOf('timestamp');
  const valueColumn = header.indexOf('value');
  if (timeColumn < 0 || valueColumn < 0) throw new RecordingError(`${path}, line 1: the first line names the columns, and timestamp and value must be among them`);
  const points: SeriesPoint[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    const where = `${path}, line ${index + 1}`;
    const cells = line.split(',');
    if (cells.length !== header.length) throw new RecordingError(`${where}: has ${cells.length} columns, and the first line ${header.length}`);
    const timestamp = bare(cells[timeColumn]);
    const timestampMs = readTimestamp(timestamp);
    if (!Number.isFinite(timestampMs)) throw new RecordingError(`${where}: ${JSON.stringify(timestamp.slice(0, 60))} is no time; write ISO, YYYY-MM-DD HH:MM:SS or an epoch`);
    const text = bare(cells[valueColumn]);
    if (!NO_VALUE.has(text.toLowerCase()) && !NUMBER.test(text)) throw new RecordingError(`${where}: ${JSON.stringify(text.slice(0, 60))} is no number`);
    const value = NO_VALUE.has(text.toLowerCase()) ? null : Number(text);
    points.push({ timestamp, timestampMs, text, value: value !== null && Number.isFinite(value) ? value : null });
  }
  return points;
}

/** Text of a file, unpacked when it is a .gz. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (!path.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (error) {
    throw new RecordingError(`${path}: is no whole gzip file`, { cause: error });
  }
}

/** Which files to read and where their results go: one file, or all .csv and .csv.gz of a folder with its subfolders. */
export async function pairUp(input: string, output: string): Promise<{ readonly from: string; readonly to: string }[]> {
  if (!(await stat(input)).isDirectory()) return [{ from: input, to: output }];
  const entries = await readdir(input, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.csv(\.gz)?$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name)).sort();
  if (files.length === 0) throw new RecordingError(`${input}: no .csv or .csv.gz is in this folder or below it`);
  const pairs = files.map((from) => ({ from, to: join(output, relative(input, from).replace(/\.gz$/, '')) }));
  const twice = pairs.find(({ to }, index) => pairs.findIndex((other) => other.to === to) !== index);
  if (twice !== undefined) throw new RecordingError(`${twice.from}: stands here packed and unpacked; both results would be ${twice.to}`);
  return pairs;
}

/** Writes a result, with the folders above it. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
