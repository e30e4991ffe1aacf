/** The sealed secrets of this module, for the rotation of keys. */
import { orgId, sourceId } from '#contract';
import type { SealedColumn } from '../platform/secrets/rotate.ts';
import { hmacSecretPurpose } from './credentialCache.ts';

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
];
