/** SQL of authentication at the webhook: tokens with the settings of their source, and signatures seen. */
import { orgId, sourceId, sourceKind, sourceRules, type OrgId, type SourceId, type SourceKind, type SourceRules } from '#contract';
import type { Queryable } from '../platform/db/database.ts';

export type TokenPurpose = 'webhook' | 'test';

/** What a token stands for, with everything that deciding about a request needs. */
export interface StoredCredential {
  readonly tokenHash: string;
  /** Empty where no token was sent, and the secret alone proved it. */
  readonly tokenId: string;
  readonly purpose: TokenPurpose;
  readonly expiresAtMs: number | null;
  readonly orgId: OrgId;
  readonly sourceId: SourceId;
  readonly kind: SourceKind;
  readonly name: string;
  readonly enabled: boolean;
  /** Null when the source has none. */
  readonly rules: SourceRules | null;
  readonly hmac: { readonly header: string; readonly timestampHeader: string; readonly sealedSecret: string } | null;
}

type CredentialRow = {
  token_hash: string;
  token_id: string;
  purpose: TokenPurpose;
  expires_at: Date | null;
  org_id: number;
  source_id: string;
  kind: string;
  name: string;
  enabled: boolean;
  hmac_enabled: boolean;
  hmac_header: string;
  hmac_timestamp_header: string;
  hmac_secret_sealed: string | null;
  rules: unknown;
};

function toCredential(row: CredentialRow): StoredCredential {
  return {
    tokenHash: row.token_hash,
    tokenId: row.token_id,
    purpose: row.purpose,
    expiresAtMs: row.expires_at === null ? null : row.expires_at.getTime(),
    orgId: orgId.parse(row.org_id),
    sourceId: sourceId.parse(row.source_id),
    kind: sourceKind.parse(row.kind),
    name: row.name,
    enabled: row.enabled,
    rules: row.rules === null ? null : sourceRules.parse(row.rules),
    hmac:
      row.hmac_enabled && row.hmac_secret_sealed !== null
        ? { header: row.hmac_header, timestampHeader: row.hmac_timestamp_header, sealedSecret: row.hmac_secret_sealed }
        : null,
  };
}

/** Finds the credentials of many token hashes (hex) at once; unknown ones are left out. */
export async function findCredentials(q: Queryable, tokenHashes: readonly string[]): Promise<StoredCredential[]> {
  const rows = await q.prepared<CredentialRow>(
    'sources_find_credentials',
    `select encode(t.token_hash, 'hex') as token_hash, t.id as token_id, t.purpose, t.expires_at,
            s.org_id, s.id as source_id, s.kind, s.name, s.enabled,
            s.hmac_enabled, s.hmac_header, s.hmac_timestamp_header, s.hmac_secret_sealed, s.rules
       from source_tokens t
       join sources s on s.org_id = t.org_id and s.id = t.source_id
      where t.token_hash in (select decode(wanted.hash, 'hex') from unnest($1::text[]) as wanted(hash))`,
    [tokenHashes],
  );
  return rows.map(toCredential);
}

/** Sources of changes that may be proven by their secret alone, of any organisation; switched-off ones are left out. */
export async function findSecretSources(q: Queryable, source: string): Promise<StoredCredential[]> {
  const rows = await q.prepared<CredentialRow>(
    'sources_find_secret_sources',
    `select '' as token_hash, '' as token_id, 'webhook' as purpose, null::timestamptz as expires_at,
            s.org_id, s.id as source_id, s.kind, s.name, s.enabled,
            s.hmac_enabled, s.hmac_header, s.hmac_timestamp_header, s.hmac_secret_sealed, s.rules
       from sources s
      where s.id = $1::text and s.kind = 'change' and s.enabled and s.hmac_enabled and s.hmac_secret_sealed is not null
      order by s.org_id`,
    [source],
  );
  return rows.map(toCredential);
}

export interface Nonce {
  readonly orgId: OrgId;
  readonly sourceId: SourceId;
  readonly mac: Buffer;
}

/**
 * Writes down signatures as seen and gives, for each, whether it was new. The unique key decides, so
 * that of two replicas that get the same request at once only one takes it. A source deleted in the
 * meantime has no row to refer to; its nonces are not new either.
 */
export async function insertNonces(q: Queryable, nonces: readonly Nonce[], seenAt: Date): Promise<boolean[]> {
  const rows = await q.prepared<{ nonce: string }>(
    'sources_insert_nonces',
    `insert into webhook_nonces (org_id, source_id, nonce, seen_at)
     select n.org_id, n.source_id, decode(n.nonce, 'hex'), $4::timestamptz
       from unnest($1::integer[], $2::text[], $3::text[]) as n(org_id, source_id, nonce)
       join sources s on s.org_id = n.org_id and s.id = n.source_id
      order by n.org_id, n.source_id, n.nonce
     on conflict do nothing
     returning org_id || '/' || source_id || '/' || encode(nonce, 'hex') as nonce`,
    [nonces.map((n) => n.orgId), nonces.map((n) => n.sourceId), nonces.map((n) => n.mac.toString('hex')), seenAt],
  );
  const taken = new Set(rows.map((row) => row.nonce));
  return nonces.map((n) => taken.has(`${n.orgId}/${n.sourceId}/${n.mac.toString('hex')}`));
}

/** Forgets a signature, so that the same request may come again. */
export async function deleteNonce(q: Queryable, nonce: Nonce): Promise<void> {
  await q.query(
    `delete from webhook_nonces
      where org_id = $1::integer and source_id = $2::text and nonce = $3::bytea`,
    [nonce.orgId, nonce.sourceId, nonce.mac],
  );
}

/** Removes signatures whose timestamp is too old to be accepted again anyway. */
export async function deleteNoncesBefore(q: Queryable, before: Date): Promise<void> {
  await q.query('delete from webhook_nonces where seen_at < $1::timestamptz', [before]);
}
