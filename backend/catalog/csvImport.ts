/** Services from CSV: each fault named by row and column. Pure. */
import { createServiceBody, type ImportFault, type Service, type ServiceBody } from '#contract';
import { MAX_CSV_FAULTS, readCsvTable } from './csvTable.ts';
import { bodyOf } from './servicePlan.ts';

/** Column of the file to field of a service. */
const COLUMNS = {
  name: 'name', aliases: 'aliases', tier: 'tier', kind: 'kind', namespace: 'namespace', team: 'team', business_service: 'businessService', clusters: 'clusters',
  regions: 'regions', description: 'description', runbook: 'runbook', dashboard: 'dashboard', user_count: 'userCount', cost_per_minute: 'costPerMinute',
  depends_on: 'dependencies',
} as const;
export type CsvColumn = keyof typeof COLUMNS;
/** In the order in which an export writes them. */
export const CSV_COLUMNS = Object.keys(COLUMNS).filter(isColumn);

function isColumn(text: string): text is CsvColumn {
  return Object.hasOwn(COLUMNS, text);
}

export interface CsvRow {
  readonly row: number;
  readonly body: ServiceBody;
}

function listOf(cell: string): string[] {
  return cell.split(/[\s;]+/).filter((part) => part !== '');
}

/** `payments-db:stores-in` or just `payments`, which it calls. */
function dependencyOf(text: string): { to: string; type?: string } {
  const match = /^(.*):(calls|runs-on|stores-in)$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? { to: text } : { to: match[1], type: match[2] };
}

function numberOf(cell: string): number | string {
  const value = Number(cell.replaceAll(/[_ ]/g, ''));
  return Number.isNaN(value) ? cell : value;
}

/** What a cell means; an empty one clears the field. */
function valueOf(column: CsvColumn, cell: string): unknown {
  switch (column) {
    case 'name':
    case 'description':
      return cell;
    case 'aliases':
    case 'clusters':
    case 'regions':
      return listOf(cell);
    case 'depends_on':
      return listOf(cell).map(dependencyOf);
    case 'user_count':
    case 'cost_per_minute':
      return cell === '' ? null : numberOf(cell);
    case 'tier':
      return cell === '' ? null : cell.toLowerCase();
    case 'kind':
    case 'namespace':
    case 'team':
    case 'business_service':
    case 'runbook':
    case 'dashboard':
      return cell === '' ? null : cell;
  }
}

/** The column that a fault of the schema is about. */
function columnOf(path: readonly PropertyKey[]): string | null {
  const [field, part] = path;
  if (field === 'links') return part === 'dashboard' ? 'dashboard' : 'runbook';
  return Object.entries(COLUMNS).find(([, name]) => name === field)?.[0] ?? null;
}

/**
 * Reads services from CSV. A column that the file does not have leaves the field of a service that
 * exists as it is; an empty cell clears it. Dependencies are checked by whoever knows all services.
 */
export function readServiceCsv(text: string, current: ReadonlyMap<string, Service>): { rows: CsvRow[]; faults: ImportFault[] } {
  const table = readCsvTable(text, CSV_COLUMNS, ['name']);
  const faults: ImportFault[] = [...table.faults];
  const rows: CsvRow[] = [];
  const rowOf = new Map<string, number>();
  for (const { row, cells } of table.records) {
    const fields: Record<string, unknown> = {};
    const links: Record<string, unknown> = {};
    for (const [column, cell] of cells) {
      const value = valueOf(column, cell);
      if (column === 'runbook' || column === 'dashboard') links[column] = value;
      else fields[COLUMNS[column]] = value;
    }
    const known = current.get(String(fields['name']).toLowerCase());
    const before = known === undefined ? undefined : bodyOf(known);
    const checked = createServiceBody.safeParse({ ...before, ...fields, links: { ...before?.links, ...links } });
    if (!checked.success) {
      for (const issue of checked.error.issues) faults.push({ row, column: columnOf(issue.path), message: issue.message });
    } else if (rowOf.has(checked.data.name)) {
      faults.push({ row, column: 'name', message: `"${checked.data.name}" stands in row ${rowOf.get(checked.data.name)} already` });
    } else {
      rowOf.set(checked.data.name, row);
      rows.push({ row, body: checked.data });
    }
    if (faults.length >= MAX_CSV_FAULTS) break;
  }
  return { rows, faults };
}
