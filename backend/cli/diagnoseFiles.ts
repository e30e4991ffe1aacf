/** Root-cause cases on disk: `case.json` and `metrics.csv` side by side, either of them packed (`.gz`). Read row by row, one case at a time. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { z } from 'zod';
import type { DiagnosisInput, MetricColumn } from '../diagnosis/index.ts';
import { RecordingError } from './recordingError.ts';
import { faultOf, readJson, readWhole } from './recordingFile.ts';
import { readNumber, readTimestamp } from './seriesFiles.ts';

const instant = z.union([z.string(), z.number()]).transform((at, context) => {
  const ms = readTimestamp(String(at).trim());
  if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: `${JSON.stringify(at)} is no time` });
  return ms;
});
const window = z.tuple([instant, instant]).refine(([from, to]) => from <= to, 'ends before it begins').transform(([fromMs, toMs]) => ({ fromMs, toMs }));
const caseSchema = z.looseObject({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  // Where nothing is known of calls, metrics alone decide.
  graph: z.looseObject({ nodes: z.array(z.string().min(1)), edges: z.array(z.tuple([z.string(), z.string()])) }).nullish().transform((graph) => graph ?? { nodes: [], edges: [] }),
  symptom: z.looseObject({ node: z.string().min(1), metric: z.string().min(1) }),
  normal: window, anomalous: window,
});

export interface CaseFile {
  readonly id: string;
  readonly dir: string;
  readonly input: DiagnosisInput;
}

async function readCase(path: string): Promise<z.infer<typeof caseSchema>> {
  return readJson(path, await readWhole(path), caseSchema);
}

interface ReadColumn {
  readonly node: string;
  readonly metric: string;
  readonly values: number[];
}

/** The columns after the time; null for one that names no node, and so tells of none. */
function readHeader(path: string, header: readonly string[]): (ReadColumn | null)[] {
  if (!/^(?:time|timestamp)$/i.test(header[0] ?? '')) throw new RecordingError(`${path}: the first column must be "time", it is "${header[0] ?? ''}"`);
  const seen = new Set<string>();
  const columns = header.slice(1).map((name) => {
    const slash = name.lastIndexOf('/');
    if (slash <= 0 || slash === name.length - 1) return null;
    if (seen.has(name)) throw new RecordingError(`${path}: column "${name}" is there twice`);
    seen.add(name);
    return { node: name.slice(0, slash), metric: name.slice(slash + 1), values: [] };
  });
  if (columns.length > 0 && seen.size === 0) throw new RecordingError(`${path}: no column is "node/metric"; the first is "${header[1] ?? ''}"`);
  return columns;
}

const row = z.array(z.string());

/** A table of metrics; rows come back in the order of time. */
async function readMetrics(path: string): Promise<{ timesMs: number[]; columns: MetricColumn[] }> {
  const file = createReadStream(path);
  const rows = (path.endsWith('.gz') ? file.on('error', (error) => rows.destroy(error)).pipe(createGunzip()).on('error', (error) => rows.destroy(error)) : file.on('error', (error) => rows.destroy(error)))
    .pipe(parse({ skip_empty_lines: true, bom: true, relax_column_count: true, trim: true }));
  let columns: (ReadColumn | null)[] | null = null;
  const timesMs: number[] = [];
  let line = 0;
  try {
    for await (const record of rows) {
      const cells = row.parse(record);
      line += 1;
      if (columns === null) {
        columns = readHeader(path, cells);
        continue;
      }
      if (cells.length !== columns.length + 1) throw new RecordingError(`${path}, row ${line}: has ${cells.length} fields, the header has ${columns.length + 1}`);
      const at = readTimestamp(cells[0] ?? '');
      if (Number.isNaN(at)) throw new RecordingError(`${path}, row ${line}: "${cells[0] ?? ''}" is no time`);
      timesMs.push(at);
      columns.forEach((column, index) => {
        if (column === null) return;
        const text = cells[index + 1] ?? '';
        const value = readNumber(text);
        if (value === null) throw new RecordingError(`${path}, row ${line}, column "${column.node}/${column.metric}": ${JSON.stringify(text.slice(0, 60))} is no number`);
        column.values.push(value);
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
  return { timesMs: sorted(timesMs), columns: columns.filter((column) => column !== null).map((column) => ({ ...column, values: sorted(column.values) })) };
}

function pick(names: ReadonlySet<string>, name: string): string | null {
  return [name, `${name}.gz`].find((each) => names.has(each)) ?? null;
}

/** The cases of a folder, of its folders and of theirs, in the order of names; of one that cannot be used, why. `truth.json` is never opened. */
export async function* readCases(dir: string, depth = 2): AsyncGenerator<CaseFile | RecordingError> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  const about = pick(names, 'case.json');
  if (about !== null) {
    try {
      const metrics = pick(names, 'metrics.csv');
      if (metrics === null) throw new RecordingError(`${dir}: has ${about}, but neither metrics.csv nor metrics.csv.gz`);
      const { id, graph, symptom, normal, anomalous } = await readCase(join(dir, about));
      yield { id, dir, input: { graph, symptom, normal, anomalous, series: await readMetrics(join(dir, metrics)) } };
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      yield error;
    }
    return;
  }
  if (depth === 0) return;
  for (const entry of entries.filter((each) => each.isDirectory() || each.isSymbolicLink()).sort((a, b) => (a.name < b.name ? -1 : 1))) yield* readCases(join(dir, entry.name), depth - 1);
}
