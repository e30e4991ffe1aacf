/** Series as CSV files: `timestamp,value` in, `timestamp,value,score,anomaly` out. Each fault is named by file and line. */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { RecordingError } from './recordingError.ts';

export interface SeriesPoint {
  /** As it stands in the file. */
  readonly timestamp: string;
  readonly timestampMs: number;
  readonly text: string;
  /** Null where none was measured. */
  readonly value: number | null;
}

const NO_VALUE = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '#n/a', 'nil', '-']);
/** Measured by nobody: a division by zero. It is a gap as well. */
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const TIME = /^(\d{4})[-/](\d\d?)[-/](\d\d?)(?:(?:T|\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

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
  const [, year = '', month = '', day = '', hour = '0', minute = '00', second = '00', fraction = '0', zone = 'Z'] = TIME.exec(text) ?? [];
  const two = (digits: string): string => digits.padStart(2, '0');
  const shift = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}` : 'Z';
  const at = Date.parse(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${shift}`);
  // A day that its month does not have would become one of the next month.
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day) ? at : Number.NaN;
}

/** A value as files write it: NaN where none was measured, null where the text is no number. */
export function readNumber(text: string): number | null {
  if (NO_VALUE.has(text.toLowerCase()) || INFINITE.test(text)) return Number.NaN;
  if (!NUMBER.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

const bare = (cell: string | undefined): string => (cell ?? '').trim().replace(/^"(.*)"$/, '$1').trim();

/** The cells of a line; a comma within quotes is none that parts. */
function cellsOf(line: string): string[] {
  return line.includes('"') ? line.match(/(?:"(?:[^"]|"")*"|[^,"])+|(?<=^|,)(?=,|$)/g) ?? [''] : line.split(',');
}

/** The points of a file's text, in its order. `path` only names it in faults. */
export function readSeries(path: string, content: string): SeriesPoint[] {
  const lines = content.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = cellsOf(lines[0] ?? '').map((cell) => bare(cell).toLowerCase());
  const timeColumn = header.indexOf('timestamp');
  const valueColumn = header.indexOf('value');
  if (timeColumn < 0 || valueColumn < 0) throw new RecordingError(`${path}, line 1: the first line names the columns, and timestamp and value must be among them`);
  const points: SeriesPoint[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    const where = `${path}, line ${index + 1}`;
    const cells = cellsOf(line);
    if (cells.length !== header.length) throw new RecordingError(`${where}: has ${cells.length} columns, and the first line ${header.length}`);
    const timestamp = bare(cells[timeColumn]);
    const timestampMs = readTimestamp(timestamp);
    if (!Number.isFinite(timestampMs)) throw new RecordingError(`${where}: ${JSON.stringify(timestamp.slice(0, 60))} is no time; write ISO, YYYY-MM-DD HH:MM:SS or an epoch`);
    const text = bare(cells[valueColumn]);
    const value = readNumber(text);
    if (value === null) throw new RecordingError(`${where}: ${JSON.stringify(text.slice(0, 60))} is no number`);
    points.push({ timestamp, timestampMs, text, value: Number.isNaN(value) ? null : value });
  }
  return points;
}

/** A result must not take the place of what it was made from. */
function unlessOnto(pairs: readonly { readonly from: string; readonly to: string }[]): { readonly from: string; readonly to: string }[] {
  const onto = pairs.find(({ from, to }) => resolve(from) === resolve(to));
  if (onto !== undefined) throw new RecordingError(`${onto.from}: the result would be written over it; choose another --out`);
  return [...pairs];
}

/** Which files to read and where their results go: one file, or all .csv and .csv.gz of a folder with its subfolders. */
export async function pairUp(input: string, output: string): Promise<{ readonly from: string; readonly to: string }[]> {
  if (!(await stat(input)).isDirectory()) return unlessOnto([{ from: input, to: output }]);
  const entries = await readdir(input, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.csv(\.gz)?$/i.test(entry.name)).map((entry) => join(entry.parentPath, entry.name)).sort();
  if (files.length === 0) throw new RecordingError(`${input}: no .csv or .csv.gz is in this folder or below it`);
  const pairs = files.map((from) => ({ from, to: join(output, relative(input, from).replace(/\.gz$/i, '')) }));
  const twice = pairs.find(({ to }, index) => pairs.findIndex((other) => other.to === to) !== index);
  if (twice !== undefined) throw new RecordingError(`${twice.from}: stands here packed and unpacked; both results would be ${twice.to}`);
  return unlessOnto(pairs);
}

/** Writes a result, with the folders above it. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
