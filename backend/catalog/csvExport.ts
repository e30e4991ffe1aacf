/** Services as CSV, in the columns of an import, so that what was exported can be edited in a spreadsheet and imported again. Pure. */
import type { ServiceBody } from '#contract';
import { CSV_COLUMNS, type CsvColumn } from './csvImport.ts';
import { writeCsvTable } from './csvTable.ts';

function cellOf(column: CsvColumn, body: ServiceBody): string {
  switch (column) {
    case 'name':
    case 'description':
      return body[column];
    case 'aliases':
    case 'clusters':
    case 'regions':
      return body[column].join(' ');
    case 'depends_on':
      return body.dependencies.map(({ to, type }) => `${to}:${type}`).join(' ');
    case 'tier':
    case 'kind':
    case 'namespace':
    case 'team':
      return body[column] ?? '';
    case 'business_service':
      return body.businessService ?? '';
    case 'runbook':
    case 'dashboard':
      return body.links[column] ?? '';
    case 'user_count':
      return body.userCount === null ? '' : String(body.userCount);
    case 'cost_per_minute':
      return body.costPerMinute === null ? '' : String(body.costPerMinute);
  }
}

/** All services with every column. */
export function writeServiceCsv(services: readonly ServiceBody[]): string {
  return writeCsvTable(CSV_COLUMNS, services.map((body) => CSV_COLUMNS.map((column) => cellOf(column, body))));
}
