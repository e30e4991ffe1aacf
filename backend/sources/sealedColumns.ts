/** The sealed secrets of this module, for the rotation of keys. */
import { orgId, sourceId } from '#contract';
import type { SealedColumn } from '../platform/secrets/rotate.ts';
import { hmacSecretPurpose } from './credentialCache.ts';
import { grafanaTokenPurpose } from './grafana/grafanaApi.ts';

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    name: 'sources.hmac_secret_sealed',
    async list(q) {
      const rows = await q.query<{ org_id: number; id: string; sealed: string }>(
        'select s.org_id, s.id, s.hmac_secret_sealed as sealed from sources as s where s.hmac_secret_sealed is not null order by s.org_id, s.id',
      );
      return rows.map((row) => ({
        envelope: row.sealed,
        purpose: hmacSecretPurpose(orgId.parse(row.org_id), sourceId.parse(row.id)),
        async replace(connection, sealed) {
          const written = await connection.query(
            `update sources as s set hmac_secret_sealed = $4::text
             where s.org_id = $1::integer and s.id = $2::text and s.hmac_secret_sealed = $3::text returning 1`,
            [row.org_id, row.id, row.sealed, sealed],
          );
          return written.length === 1;
        },
      }));
    },
  },
  {
    name: 'grafana_connections.token_sealed',
    async list(q) {
      const rows = await q.query<{ org_id: number; sealed: string }>(
        'select c.org_id, c.token_sealed as sealed from grafana_connections as c where c.token_sealed is not null order by c.org_id',
      );
      return rows.map((row) => ({
        envelope: row.sealed,
        purpose: grafanaTokenPurpose(row.org_id),
        async replace(connection, sealed) {
          const written = await connection.query(
            `update grafana_connections as c set token_sealed = $3::text
             where c.org_id = $1::integer and c.token_sealed = $2::text returning 1`,
            [row.org_id, row.sealed, sealed],
          );
          return written.length === 1;
        },
      }));
    },
  },
];
