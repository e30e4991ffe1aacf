/** SQL of the connection to Grafana's API, one row an organisation. */
import { grafanaCheck, type GrafanaCheck, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface StoredConnection {
  readonly url: string | null;
  readonly tokenSealed: string | null;
  /** Zero until somebody has set it. */
  readonly version: number;
  readonly lastCheck: GrafanaCheck | null;
}

type ConnectionRow = { url: string | null; token_sealed: string | null; version: number; last_check: unknown };

const NOT_SET: StoredConnection = { url: null, tokenSealed: null, version: 0, lastCheck: null };

/** The connection of an organisation; what holds before anybody has set it otherwise. */
export async function selectConnection(q: Queryable, orgId: OrgId): Promise<StoredConnection> {
  const [row] = await q.query<ConnectionRow>(
    'select c.url, c.token_sealed, c.version, c.last_check from grafana_connections as c where c.org_id = $1::integer',
    [orgId],
  );
  if (row === undefined) return NOT_SET;
  return {
    url: row.url, tokenSealed: row.token_sealed, version: row.version,
    lastCheck: row.last_check === null ? null : grafanaCheck.parse(row.last_check),
  };
}

/** Replaces it if it still has `version`. False when it has moved on. */
export async function replaceConnection(
  tx: Transaction, orgId: OrgId, version: number, settings: { readonly url: string | null; readonly tokenSealed: string | null },
): Promise<boolean> {
  const rows = version === 0
    ? await tx.query<{ version: number }>(
      `insert into grafana_connections (org_id, url, token_sealed, version)
       values ($1::integer, $2::text, $3::text, 1)
       on conflict do nothing
       returning version`,
      [orgId, settings.url, settings.tokenSealed],
    )
    : await tx.query<{ version: number }>(
      `update grafana_connections
          set url = $2::text, token_sealed = $3::text, version = version + 1, last_check = null
        where org_id = $1::integer and version = $4::integer
        returning version`,
      [orgId, settings.url, settings.tokenSealed, version],
    );
  return rows.length === 1;
}

/** Keeps the outcome of a test, unless the settings it tried have been changed meanwhile. */
export async function saveCheck(q: Queryable, orgId: OrgId, version: number, check: GrafanaCheck): Promise<void> {
  await q.query(
    'update grafana_connections set last_check = $3::jsonb where org_id = $1::integer and version = $2::integer',
    [orgId, version, JSON.stringify(check)],
  );
}
