/** Root-cause cases on disk: `case.json` and `metrics.csv` side by side, either of them packed (`.gz`). Read row by row, one case at a time. */
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse';
import { z } from 'zod';
import type { DiagnosisInput, MetricColumn } from '../diagnosis/index.ts';
import { RecordingError } from './recordingError.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const window = z.tuple([instant, instant]).refine(([from, to]) => from <= to, 'ends before it begins').transform(([fromMs, toMs]) => ({ fromMs, toMs }));
const caseSchema = z.looseObject({
  id: z.string().min(1),
  graph: z.looseObject({ nodes: z.array(z.string().min(1)).min(1), edges: z.array(z.tuple([z.string(), z.string()])) }),
  symptom: z.looseObject({ node: z.string().min(1), metric: z.string().min(1) }),
  normal: window, anomalous: window,
});

export interface CaseFile {
  readonly id: string;
  readonly dir: string;
  readonly input: DiagnosisInput;
}

/** What a library says of its fault, when its code begins so: `Z_` of zlib, `CSV_` of the parser. */
function faultOf(error: unknown, prefix: 'Z_' | 'CSV_'): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return null;
  return typeof error.code === 'string' && error.code.startsWith(prefix) ? String(error.message) : null;
}

async function readCase(path: string): Promise<z.infer<typeof caseSchema>> {
  const bytes = await readFile(path);
  let value: unknown;
  try {
    value = JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    const unpacking = faultOf(error, 'Z_');
    throw new RecordingError(unpacking === null ? `${path}: is not JSON` : `${path}: is no whole gzip file (${unpacking})`, { cause: error });
  }
  const checked = caseSchema.safeParse(value);
  if (checked.success) return checked.data;
  const said = checked.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`).join('; ');
  throw new RecordingError(`${path}: ${said}`);
}

function readHeader(path: string, header: readonly string[]): { node: string; metric: string; values: number[] }[] {
  if (header[0] !== 'time') throw new RecordingError(`${path}: the first column must be "time", it is "${header[0] ?? ''}"`);
  const seen = new Set<string>();
  return header.slice(1).map((name) => {
    const slash = name.lastIndexOf('/');
    if (slash <= 0 || slash === name.length - 1) throw new RecordingError(`${path}: column "${name}" is not "node/metric"`);
    if (seen.has(name)) throw new RecordingError(`${path}: column "${name}" is there twice`);
    seen.add(name);
    return { node: name.slice(0, slash), metric: name.slice(slash + 1), values: [] };
  });
}

/** A table of metrics; rows come back in the order of time. */
async function readMetrics(path: string): Promise<{ timesMs: number[]; columns: MetricColumn[] }> {
  const file = createReadStream(path);
  const rows = (path.endsWith('.gz') ? file.on('error', (error) => rows.destroy(error)).pipe(createGunzip()).on('error', (error) => rows.destroy(error)) : file.on('error', (error) => rows.destroy(error)))
    .pipe(parse({ skip_empty_lines: true, bom: true, relax_column_count: true }));
  let columns: { node: string; metric: string; values: number[] }[] | null = null;
  const timesMs: number[] = [];
  let line = 0;
  try {
    for await (const record of rows) {
      const cells = z.array(z.string()).parse(record);
      line += 1;
      if (columns === null) {
        columns = readHeader(path, cells);
        continue;
      }
      if (cells.length !== columns.length + 1) throw new RecordingError(`${path}, row ${line}: has ${cells.length} fields, the header has ${columns.length + 1}`);
      const at = Date.parse(cells[0] ?? '');
      if (Number.isNaN(at)) throw new RecordingError(`${path}, row ${line}: "${cells[0] ?? ''}" is no time`);
      timesMs.push(at);
      columns.forEach((column, index) => {
        const text = cells[index + 1] ?? '';
        const value = text === '' || /^nan$/i.test(text) ? Number.NaN : Number(text);
        if (text !== '' && Number.isNaN(value) && !/^nan$/i.test(text)) throw new RecordingError(`${path}, row ${line}, column "${column.node}/${column.metric}": "${text}" is no number`);
        column.values.push(Number.isFinite(value) ? value : Number.NaN);
      });
    }
  } catch (error) {
    const unpacking = faultOf(error, 'Z_');
    if (unpacking !== null) throw new RecordingError(`${path}: is no whole gzip file (${unpacking})`, { cause: error });
    const parsing = faultOf(error, 'CSV_');
    if (parsing !== null) throw new RecordingError(`${path}: is no CSV (${parsing})`, { cause: error });
    throw error;
  }
  if (columns === null) throw new RecordingError(`${path}: is empty`);
  const order = timesMs.map((_, index) => index).sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0));
  const sorted = (values: readonly number[]): number[] => order.map((index) => values[index] ?? Number.NaN);
  return { timesMs: sorted(timesMs), columns: columns.map((column) => ({ ...column, values: sorted(column.values) })) };
}

function pick(names: ReadonlySet<string>, name: string): string | null {
  return [name, `${name}.gz`].find((each) => names.has(each)) ?? null;
}

/** The cases of a folder, of its folders and of theirs, in the order of names. `truth.json` is never opened. */
export async function* readCases(dir: string, depth = 2): AsyncGenerator<CaseFile> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  const about = pick(names, 'case.json');
  if (about !== null) {
    const metrics = pick(names, 'metrics.csv');
    if (metrics === null) throw new RecordingError(`${dir}: has ${about}, but neither metrics.csv nor metrics.csv.gz`);
    const { id, graph, symptom, normal, anomalous } = await readCase(join(dir, about));
    yield { id, dir, input: { graph, symptom, normal, anomalous, series: await readMetrics(join(dir, metrics)) } };
    return;
  }
  if (depth === 0) return;
  for (const entry of entries.filter((each) => each.isDirectory() || each.isSymbolicLink()).sort((a, b) => (a.name < b.name ? -1 : 1))) yield* readCases(join(dir, entry.name), depth - 1);
}
