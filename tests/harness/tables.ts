/** What the database holds, row by row: to see that nothing changed, or that nothing secret is in it. */
import type { Queryable } from '../../backend/platform/db/database.ts';

/** Noted in passing by requests that change nothing. */
const PASSING_COLUMNS = ['last_seen_at', 'last_used_at', 'last_received_at', 'heartbeat_at'];
/** Changed by the service's own work, whoever calls. */
const OWN_TABLES = ['replicas', 'correlator_cursors', 'pgmigrations'];

export interface DumpOptions {
  /** Only rows of this organisation. */
  readonly orgId?: number;
  /** With everything: also what is noted in passing, and tables of the job queue. */
  readonly everything?: boolean;
}

interface TableRow {
  schema: string;
  name: string;
  has_org: boolean;
}

/** Rows as JSON, by table, in a fixed order. Bytes are shown as hexadecimal digits. */
export async function dumpTables(q: Queryable, options: DumpOptions = {}): Promise<Record<string, string[]>> {
  const tables = await q.query<TableRow>(
    `select n.nspname as schema, c.relname as name,
       exists (select 1 from pg_attribute as a where a.attrelid = c.oid and a.attname = 'org_id') as has_org
     from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
     order by 1, 2`,
  );
  const dump: Record<string, string[]> = {};
  for (const { schema, name, has_org } of tables) {
    if (options.everything !== true && (schema !== 'public' || OWN_TABLES.includes(name))) continue;
    if (options.orgId !== undefined && !has_org) continue;
    const rows = await q.query<{ row: string }>(
      `select (to_jsonb(t) - $1::text[])::text as row from "${schema}"."${name}" as t ${options.orgId === undefined ? '' : 'where t.org_id = $2::integer'} order by 1`,
      [options.everything === true ? [] : PASSING_COLUMNS, ...(options.orgId === undefined ? [] : [options.orgId])],
    );
    dump[`${schema}.${name}`] = rows.map(({ row }) => row);
  }
  return dump;
}
