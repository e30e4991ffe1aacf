/** A CSV file as rows by column: each fault named by row and column, as in a spreadsheet. Pure. */
import { CsvError, parse } from 'csv-parse/sync';
import type { ImportFault } from '#contract';

/** More faults than this tell nothing new. */
export const MAX_CSV_FAULTS = 200;

export interface CsvRecord<C extends string> {
  /** As in a spreadsheet: the header is row 1. */
  readonly row: number;
  /** Cells of the columns that the file has. */
  readonly cells: ReadonlyMap<C, string>;
}

export interface CsvTable<C extends string> {
  readonly records: readonly CsvRecord<C>[];
  readonly faults: readonly ImportFault[];
}

function readHeader<C extends string>(cells: readonly string[], columns: readonly C[], required: readonly C[], faults: ImportFault[]): (C | null)[] {
  const seen = new Set<string>();
  const found = cells.map((cell): C | null => {
    const text = cell.trim().toLowerCase().replaceAll(/[\s-]+/g, '_');
    const column = columns.find((one) => one === text);
    if (column === undefined) {
      faults.push({ row: 1, column: cell, message: `is not a known column: use ${columns.join(', ')}` });
      return null;
    }
    if (seen.has(text)) faults.push({ row: 1, column: cell, message: 'stands here twice' });
    seen.add(text);
    return column;
  });
  for (const name of required) {
    if (!seen.has(name)) faults.push({ row: 1, column: name, message: `is missing: the first row names the columns, and one of them is ${name}` });
  }
  return found;
}

/** Rows as lists of cells; a fault when the text is no CSV. */
function readCells(text: string): string[][] | ImportFault {
  try {
    return parse(text, { bom: true, trim: true, relax_column_count: true, skip_empty_lines: false });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { row: Number(error['lines'] ?? 1), column: null, message: `is not CSV: ${error.message}` };
  }
}

/** The text of a cell without the apostrophe that an export puts before what a spreadsheet would compute. */
function textOf(cell: string): string {
  return /^'[=+\-@\t\r']/.test(cell) ? cell.slice(1) : cell;
}

/** Reads the rows. Without a usable header there are none. */
export function readCsvTable<C extends string>(text: string, columns: readonly C[], required: readonly C[]): CsvTable<C> {
  const cells = readCells(text);
  if (!Array.isArray(cells)) return { records: [], faults: [cells] };
  const [header, ...lines] = cells;
  if (header === undefined) return { records: [], faults: [{ row: 1, column: null, message: 'the file is empty' }] };
  const faults: ImportFault[] = [];
  const places = readHeader(header, columns, required, faults);
  if (faults.length > 0) return { records: [], faults };

  const records: CsvRecord<C>[] = [];
  for (const [index, line] of lines.entries()) {
    const row = index + 2;
    if (line.every((cell) => cell === '')) continue;
    if (line.length > places.length) {
      faults.push({ row, column: null, message: `has ${line.length} cells for ${places.length} columns: put text with commas into double quotes` });
      if (faults.length >= MAX_CSV_FAULTS) break;
      continue;
    }
    records.push({ row, cells: new Map(places.flatMap((column, place): [C, string][] => (column === null ? [] : [[column, textOf(line[place] ?? '')]]))) });
  }
  return { records, faults };
}

/** A cell that a spreadsheet would take for a formula is written as text: reading takes the apostrophe off again. */
const FORMULA = /^[=+\-@\t\r']/;

function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Writes what `readCsvTable` reads. */
export function writeCsvTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[columns.join(','), ...rows.map((cells) => cells.map(quoted).join(','))].join('\r\n')}\r\n`;
}
