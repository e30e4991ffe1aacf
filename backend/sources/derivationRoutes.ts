/** API operations of enrichment tables and extraction rules. Each change and its event are one transaction. */
import { CsvError, parse } from 'csv-parse/sync';
import type { z } from 'zod';
import type { Actor, createRuleBody, createTableBody, EnrichmentTable, ExtractionRule, Labels, OrgId, pageQuery } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { decodeCursor, toPage } from '../platform/http/cursor.ts';
import { requiredVersion, type Handlers, type RequestContext } from '../platform/http/route.ts';
import { faultOfPattern } from './derivation.ts';
import type { DerivationLookup } from './derivationLookup.ts';
import {
  deleteRule, deleteTable, insertRule, insertTable, lockRule, lockTable, selectRules, selectTables, updateRule, updateTable, type Part, type TableWrite,
} from './derivationStore.ts';
import { ruleNameOf } from './mappingRules.ts';
import type { EventSink } from './ports.ts';

export type DerivationOperation =
  | 'listEnrichmentTables' | 'createEnrichmentTable' | 'putEnrichmentTable' | 'deleteEnrichmentTable'
  | 'listExtractionRules' | 'createExtractionRule' | 'putExtractionRule' | 'deleteExtractionRule' | 'tryDerivation';

type TableBody = z.output<typeof createTableBody>;
type RuleBody = z.output<typeof createRuleBody>;

const MAX_CSV_ROWS = 20_000;

function csvFault(row: number, column: string | null, message: string): Error {
  const where = column === null ? `row ${row}` : `row ${row}, column ${column}`;
  return inputError(`csv: ${where} ${message}`, [{ field: 'body.csv', message: `${where} ${message}` }]);
}

/** Rows of a table from CSV: the first column holds the value that is looked up. */
export function readTableCsv(text: string): Record<string, Labels> {
  let cells: string[][];
  try {
    cells = parse(text, { bom: true, trim: true, relax_column_count: true });
  } catch (error) {
    if (error instanceof CsvError) throw csvFault(Number(error['lines'] ?? 1), null, `is not CSV: ${error.message}`);
    throw error;
  }
  const [header = [], ...records] = cells;
  if (header.length < 2) throw csvFault(1, null, 'needs two columns at least: the value, and a label that it adds');
  const unnamed = header.findIndex((name) => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name));
  if (unnamed !== -1) throw csvFault(1, String(unnamed + 1), `is no label name: ${JSON.stringify(header[unnamed])}`);
  if (records.length > MAX_CSV_ROWS) throw csvFault(MAX_CSV_ROWS + 2, null, `is too many: a table holds ${MAX_CSV_ROWS} rows`);
  const rows: Record<string, Labels> = {};
  for (const [index, record] of records.entries()) {
    const row = index + 2;
    if (record.every((cell) => cell === '')) continue;
    if (record.length > header.length) throw csvFault(row, null, `has ${record.length} cells for ${header.length} columns`);
    const value = (record[0] ?? '').toLowerCase();
    if (value === '') throw csvFault(row, header[0] ?? null, 'is empty');
    if (Object.hasOwn(rows, value)) throw csvFault(row, header[0] ?? null, `stands there twice: ${value}`);
    rows[value] = Object.fromEntries(header.slice(1).flatMap((name, place): [string, string][] => (record[place + 1] ? [[name, record[place + 1] ?? '']] : [])));
  }
  return rows;
}

function tableOf(body: TableBody): TableWrite {
  const { csv, rows, ...table } = body;
  return { ...table, rows: csv === undefined ? rows : readTableCsv(csv) };
}

function checkRule(rule: RuleBody): void {
  const fault = faultOfPattern(rule.pattern);
  if (fault !== null) throw inputError(`pattern: ${fault}`, [{ field: 'body.pattern', message: fault }]);
  if ((rule.from === 'label' || rule.from === 'annotation') && rule.field === '') {
    throw inputError(`field: say which ${rule.from} the pattern reads`, [{ field: 'body.field', message: `say which ${rule.from} the pattern reads` }]);
  }
}

function partOf({ cursor, limit }: z.output<typeof pageQuery>): Part {
  return { after: decodeCursor(cursor, (values) => values.length === 1)?.[0] ?? null, limit };
}

function checkVersion(what: string, current: number, context: RequestContext): void {
  if (requiredVersion(context) !== current) throw versionMismatchError(`${what} was changed in the meantime: read it again and repeat your change`, { extra: { currentVersion: current } });
}

export interface DerivationRoutesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordEvent: EventSink;
  readonly lookup: DerivationLookup;
}

/** Handlers over a database. */
export function createDerivationRoutes({ db, clock, recordEvent, lookup }: DerivationRoutesOptions): Handlers<DerivationOperation> {
  async function change<T>(orgId: OrgId, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await db.transaction(work);
    lookup.invalidate(orgId);
    return result;
  }

  async function table(tx: Transaction, orgId: OrgId, id: string): Promise<EnrichmentTable> {
    const found = await lockTable(tx, orgId, id);
    if (found === null) throw notFoundError(`there is no enrichment table "${id}"`);
    return found;
  }

  async function rule(tx: Transaction, orgId: OrgId, id: string): Promise<ExtractionRule> {
    const found = await lockRule(tx, orgId, id);
    if (found === null) throw notFoundError(`there is no extraction rule "${id}"`);
    return found;
  }

  const record = (tx: Transaction, orgId: OrgId, actor: Actor, type: 'enrichment.edited' | 'extraction.edited', data: Record<string, unknown>): Promise<void> =>
    recordEvent(tx, orgId, { type, actor, incident: null, data });

  return {
    async listEnrichmentTables({ query }, { caller }) {
      return toPage(await selectTables(db, caller.orgId, partOf(query)), query.limit, ({ id }) => [id]);
    },
    createEnrichmentTable: ({ body }, { caller: { orgId, actor } }) => change(orgId, async (tx) => {
      if (!(await insertTable(tx, orgId, tableOf(body), clock.now()))) throw conflictError(`there is an enrichment table "${body.id}" already`);
      const created = await table(tx, orgId, body.id);
      await record(tx, orgId, actor, 'enrichment.edited', { table: body.id, action: 'created' });
      return created;
    }),
    putEnrichmentTable: ({ params, body }, context) => change(context.caller.orgId, async (tx) => {
      const { orgId, actor } = context.caller;
      const current = await table(tx, orgId, params.id);
      checkVersion(`table "${params.id}"`, current.version, context);
      await updateTable(tx, orgId, tableOf({ id: params.id, ...body }), clock.now());
      const edited = await table(tx, orgId, params.id);
      await record(tx, orgId, actor, 'enrichment.edited', { table: params.id, action: 'edited' });
      return edited;
    }),
    deleteEnrichmentTable: ({ params }, context) => change(context.caller.orgId, async (tx) => {
      const { orgId, actor } = context.caller;
      checkVersion(`table "${params.id}"`, (await table(tx, orgId, params.id)).version, context);
      await deleteTable(tx, orgId, params.id);
      await record(tx, orgId, actor, 'enrichment.edited', { table: params.id, action: 'deleted' });
      return { ok: true };
    }),

    async listExtractionRules({ query }, { caller }) {
      return toPage(await selectRules(db, caller.orgId, partOf(query)), query.limit, ({ id }) => [id]);
    },
    createExtractionRule: ({ body }, { caller: { orgId, actor } }) => change(orgId, async (tx) => {
      checkRule(body);
      if (!(await insertRule(tx, orgId, body))) throw conflictError(`there is an extraction rule "${body.id}" already`);
      const created = await rule(tx, orgId, body.id);
      await record(tx, orgId, actor, 'extraction.edited', { rule: body.id, action: 'created' });
      return created;
    }),
    putExtractionRule: ({ params, body }, context) => change(context.caller.orgId, async (tx) => {
      const { orgId, actor } = context.caller;
      const current = await rule(tx, orgId, params.id);
      checkVersion(`rule "${params.id}"`, current.version, context);
      checkRule({ id: params.id, ...body });
      await updateRule(tx, orgId, { id: params.id, ...body });
      const edited = await rule(tx, orgId, params.id);
      await record(tx, orgId, actor, 'extraction.edited', { rule: params.id, action: 'edited' });
      return edited;
    }),
    deleteExtractionRule: ({ params }, context) => change(context.caller.orgId, async (tx) => {
      const { orgId, actor } = context.caller;
      checkVersion(`rule "${params.id}"`, (await rule(tx, orgId, params.id)).version, context);
      await deleteRule(tx, orgId, params.id);
      await record(tx, orgId, actor, 'extraction.edited', { rule: params.id, action: 'deleted' });
      return { ok: true };
    }),
    async tryDerivation({ body }, { caller }) {
      const derivation = await lookup.derivationFor(caller.orgId);
      const derived = derivation?.derive({ name: ruleNameOf(body.labels), summary: body.annotations['summary'] ?? '', labels: body.labels, annotations: body.annotations });
      return { derived: derived ?? {} };
    },
  };
}
