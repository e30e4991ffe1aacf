/** Business services from and to CSV. Pure. */
import { createBusinessServiceBody, type BusinessService, type BusinessServiceBody, type ImportFault } from '#contract';
import { MAX_CSV_FAULTS, readCsvTable, writeCsvTable } from './csvTable.ts';

const COLUMNS = ['name', 'tier', 'slo', 'team', 'description'] as const;
type BusinessColumn = (typeof COLUMNS)[number];
const FIELDS = ['tier', 'slo', 'team', 'description'] as const;

/** What a cell means; an empty one clears the field. */
function valueOf(column: BusinessColumn, cell: string): unknown {
  switch (column) {
    case 'name':
    case 'description':
      return cell;
    case 'tier':
      return cell === '' ? undefined : cell.toLowerCase();
    case 'slo': {
      const value = Number(cell.replace(/\s*%$/, ''));
      return cell === '' ? null : Number.isNaN(value) ? cell : value;
    }
    case 'team':
      return cell === '' ? null : cell;
  }
}

export interface BusinessImport {
  readonly created: readonly BusinessServiceBody[];
  readonly changed: readonly { readonly body: BusinessServiceBody; readonly fields: string[] }[];
  readonly unchanged: number;
  /** With any of them nothing is to be done. */
  readonly faults: readonly ImportFault[];
}

/** What an import would do. A column that the file does not have leaves the field of a business service that exists as it is. */
export function planBusinessImport(csv: string, current: readonly BusinessService[]): BusinessImport {
  const table = readCsvTable(csv, COLUMNS, ['name']);
  const faults: ImportFault[] = [...table.faults];
  const known = new Map(current.map((one) => [one.name, one]));
  const rowOf = new Map<string, number>();
  const created: BusinessServiceBody[] = [];
  const changed: { body: BusinessServiceBody; fields: string[] }[] = [];
  let unchanged = 0;
  for (const { row, cells } of table.records) {
    if (faults.length >= MAX_CSV_FAULTS) break;
    const before = known.get((cells.get('name') ?? '').toLowerCase());
    const checked = createBusinessServiceBody.safeParse({ ...before, ...Object.fromEntries([...cells].map(([column, cell]) => [column, valueOf(column, cell)])) });
    if (!checked.success) {
      for (const issue of checked.error.issues) faults.push({ row, column: String(issue.path[0] ?? 'name'), message: issue.message });
      continue;
    }
    const body = checked.data;
    const twice = rowOf.get(body.name);
    if (twice !== undefined) {
      faults.push({ row, column: 'name', message: `"${body.name}" stands in row ${twice} already` });
      continue;
    }
    rowOf.set(body.name, row);
    const fields = before === undefined ? [] : FIELDS.filter((field) => body[field] !== before[field]);
    if (before === undefined) created.push(body);
    else if (fields.length === 0) unchanged += 1;
    else if (!before.editable) faults.push({ row, column: 'name', message: `"${body.name}" is kept in services.yaml: change it there, or leave the row out` });
    else changed.push({ body, fields });
  }
  return { created, changed, unchanged, faults };
}

/** All business services with every column. */
export function writeBusinessCsv(all: readonly BusinessService[]): string {
  return writeCsvTable(COLUMNS, all.map((one) => COLUMNS.map((column) => (one[column] === null ? '' : String(one[column])))));
}
