/** SQL of sources as people manage them. */
import { NO_RULES, reconciliation, sourceId, sourceKind, sourceRules, type OrgId, type Source, type SourceId, type SourceKind, type SourceRules } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';
import { areNoRules } from './sourceRules.ts';

/** A source with everything but its secrets. Whether one is stored is said by `hasHmacSecret`. */
export interface StoredSource extends Omit<Source, 'webhookUrl'> {
  readonly hasHmacSecret: boolean;
}

type TokenJson = { id: string; hint: string; createdMs: number; lastUsedMs: number | null; provisioned: boolean };

type SourceRow = {
  id: string;
  kind: string;
  name: string;
  enabled: boolean;
  provisioned: boolean;
  hmac_enabled: boolean;
  hmac_header: string;
  hmac_timestamp_header: string;
  has_hmac_secret: boolean;
  version: number;
  last_received_at: Date | null;
  truncated_alerts: number | null;
  truncated_at: Date | null;
  tokens: TokenJson[];
  dead_letters: number;
  rules: unknown;
  silent_since: Date | null;
  reconciliation: unknown;
};

function toSource(row: SourceRow): StoredSource {
  return {
    id: sourceId.parse(row.id),
    kind: sourceKind.parse(row.kind),
    name: row.name,
    enabled: row.enabled,
    provisioned: row.provisioned,
    hmac: { enabled: row.hmac_enabled, header: row.hmac_header, timestampHeader: row.hmac_timestamp_header },
    hasHmacSecret: row.has_hmac_secret,
    tokens: row.tokens.map((token) => ({
      id: token.id,
      hint: token.hint,
      createdAt: new Date(token.createdMs).toISOString(),
      lastUsedAt: token.lastUsedMs === null ? null : new Date(token.lastUsedMs).toISOString(),
      provisioned: token.provisioned,
    })),
    lastReceivedAt: row.last_received_at?.toISOString() ?? null,
    truncation:
      row.truncated_alerts === null || row.truncated_at === null
        ? null
        : { alerts: row.truncated_alerts, at: row.truncated_at.toISOString() },
    deadLetters: row.dead_letters,
    rules: row.rules === null ? NO_RULES : sourceRules.parse(row.rules),
    silentSince: row.silent_since?.toISOString() ?? null,
    reconciliation: row.reconciliation === null ? null : reconciliation.parse(row.reconciliation),
    version: row.version,
  };
}

const SELECT_SOURCES = `
  select s.id, s.kind, s.name, s.enabled, s.provisioned, s.hmac_enabled, s.hmac_header, s.hmac_timestamp_header,
         s.hmac_secret_sealed is not null as has_hmac_secret, s.version,
         s.last_received_at, s.truncated_alerts, s.truncated_at, s.rules,
         (select h.silent_since from source_heartbeats as h where h.org_id = s.org_id and h.source_id = s.id) as silent_since,
         (select json_build_object(
                   'at', to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'ok', r.ok, 'detail', r.detail, 'repairs', r.repairs
                 ) from source_reconciliations as r where r.org_id = s.org_id and r.source_id = s.id and r.at is not null) as reconciliation,
         coalesce(live.tokens, '[]'::json) as tokens,
         (select count(*)::integer from dead_letters d
           where d.org_id = s.org_id and d.source_id = s.id and d.replayed_at is null) as dead_letters
    from sources s
    left join lateral (
      select json_agg(json_build_object(
               'id', t.id,
               'hint', t.hint,
               'createdMs', floor(extract(epoch from t.created_at) * 1000),
               'lastUsedMs', floor(extract(epoch from t.last_used_at) * 1000),
               'provisioned', t.origin = 'provisioned'
             ) order by t.created_at, t.id) as tokens
        from source_tokens t
       where t.org_id = s.org_id and t.source_id = s.id and t.purpose = 'webhook'
    ) live on true`;

/** Where a page of sources goes on: after this one. */
export interface SourceCursor {
  readonly name: string;
  readonly id: string;
}

/** Sources of an organisation, by name; one more than the limit, to tell whether there are more. */
export async function selectSources(q: Queryable, orgId: OrgId, after: SourceCursor | null, limit: number): Promise<StoredSource[]> {
  const rows = await q.query<SourceRow>(
    `${SELECT_SOURCES} where s.org_id = $1::integer and ($2::text is null or (s.name, s.id) > ($2::text, $3::text)) order by s.name, s.id limit $4::integer`,
    [orgId, after?.name ?? null, after?.id ?? null, limit + 1],
  );
  return rows.map(toSource);
}

/** One source, or null. */
export async function selectSource(q: Queryable, orgId: OrgId, id: SourceId): Promise<StoredSource | null> {
  const [row] = await q.query<SourceRow>(`${SELECT_SOURCES} where s.org_id = $1::integer and s.id = $2::text`, [orgId, id]);
  return row === undefined ? null : toSource(row);
}

/**
 * Holds a source until the end of the transaction, so that what depends on the number of its tokens is
 * decided by one at a time. Null when there is no such source.
 */
export async function lockSource(tx: Transaction, orgId: OrgId, id: SourceId): Promise<StoredSource | null> {
  const [row] = await tx.query<{ id: string }>(
    'select id from sources where org_id = $1::integer and id = $2::text for update',
    [orgId, id],
  );
  return row === undefined ? null : selectSource(tx, orgId, id);
}

export interface NewSource {
  readonly id: SourceId;
  readonly kind: SourceKind;
  readonly name: string;
}

/** Adds a source. False when its id is taken. */
export async function insertSource(tx: Transaction, orgId: OrgId, added: NewSource, at: Date): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `insert into sources (org_id, id, kind, name, created_at)
     values ($1::integer, $2::text, $3::text, $4::text, $5::timestamptz)
     on conflict do nothing
     returning id`,
    [orgId, added.id, added.kind, added.name, at],
  );
  return rows.length === 1;
}

export interface SourceSettings {
  readonly name: string;
  readonly enabled: boolean;
  readonly hmac: { readonly enabled: boolean; readonly header: string; readonly timestampHeader: string };
  /** Null: the stored secret stays. */
  readonly newSealedSecret: string | null;
  readonly rules: SourceRules;
}

/** Replaces the settings of a source if it still has `version`. False when it does not. */
export async function updateSource(
  tx: Transaction,
  orgId: OrgId,
  id: SourceId,
  version: number,
  settings: SourceSettings,
): Promise<boolean> {
  const rows = await tx.query<{ version: number }>(
    `update sources
        set name = $4::text,
            enabled = $5::boolean,
            hmac_enabled = $6::boolean,
            hmac_header = $7::text,
            hmac_timestamp_header = $8::text,
            hmac_secret_sealed = coalesce($9::text, hmac_secret_sealed),
            rules = $10::jsonb,
            version = version + 1
      where org_id = $1::integer and id = $2::text and version = $3::integer
      returning version`,
    [
      orgId, id, version, settings.name, settings.enabled,
      settings.hmac.enabled, settings.hmac.header, settings.hmac.timestampHeader, settings.newSealedSecret,
      areNoRules(settings.rules) ? null : JSON.stringify(settings.rules),
    ],
  );
  return rows.length === 1;
}

/** Notes that the tokens of a source changed: its version grows. */
export async function bumpSource(tx: Transaction, orgId: OrgId, id: SourceId): Promise<void> {
  await tx.query('update sources set version = version + 1 where org_id = $1::integer and id = $2::text', [orgId, id]);
}

/** Says that a provisioning file keeps a source. */
export async function adoptSource(tx: Transaction, orgId: OrgId, id: SourceId): Promise<void> {
  await tx.query('update sources set provisioned = true where org_id = $1::integer and id = $2::text', [orgId, id]);
}

/**
 * Hands sources that a file kept, all but those of `kept`, to the page: settings and tokens stay as they are.
 * Gives their ids.
 */
export async function releaseSources(tx: Transaction, orgId: OrgId, kept: readonly SourceId[]): Promise<SourceId[]> {
  const rows = await tx.query<{ id: string }>(
    `update sources set provisioned = false
      where org_id = $1::integer and provisioned and id <> all($2::text[])
      returning id`,
    [orgId, kept],
  );
  const ids = rows.map((row) => sourceId.parse(row.id)).sort();
  await tx.query(
    "update source_tokens set origin = 'issued' where org_id = $1::integer and source_id = any($2::text[]) and origin = 'provisioned'",
    [orgId, ids],
  );
  return ids;
}

/** Removes a source and its tokens. False when there is none. */
export async function deleteSource(tx: Transaction, orgId: OrgId, id: SourceId): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    'delete from sources where org_id = $1::integer and id = $2::text returning id',
    [orgId, id],
  );
  return rows.length === 1;
}

/** The sealed webhook secret of a source, or null. */
export async function selectSealedSecret(q: Queryable, orgId: OrgId, id: SourceId): Promise<string | null> {
  const [row] = await q.query<{ sealed: string | null }>(
    'select hmac_secret_sealed as sealed from sources where org_id = $1::integer and id = $2::text',
    [orgId, id],
  );
  return row?.sealed ?? null;
}

export interface NewToken {
  readonly id: string;
  readonly sourceId: SourceId;
  /** Lower-case hex. */
  readonly tokenHash: string;
  readonly hint: string;
  readonly purpose: 'webhook' | 'test';
  readonly origin: 'issued' | 'provisioned';
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Adds a token. False when the same token is already in use somewhere. */
export async function insertToken(q: Queryable, orgId: OrgId, token: NewToken): Promise<boolean> {
  const rows = await q.query<{ id: string }>(
    `insert into source_tokens (id, org_id, source_id, token_hash, hint, purpose, origin, created_at, expires_at)
     values ($1::text, $2::integer, $3::text, decode($4::text, 'hex'), $5::text, $6::text, $7::text, $8::timestamptz, $9::timestamptz)
     on conflict (token_hash) do nothing
     returning id`,
    [token.id, orgId, token.sourceId, token.tokenHash, token.hint, token.purpose, token.origin, token.createdAt, token.expiresAt],
  );
  return rows.length === 1;
}

/** Revokes a token by removing it. Gives its hint, or null when the source has no such token. */
export async function deleteToken(tx: Transaction, orgId: OrgId, source: SourceId, tokenId: string): Promise<string | null> {
  const [row] = await tx.query<{ hint: string }>(
    `delete from source_tokens
      where org_id = $1::integer and source_id = $2::text and id = $3::text and purpose = 'webhook'
      returning hint`,
    [orgId, source, tokenId],
  );
  return row?.hint ?? null;
}

export interface StoredToken {
  readonly id: string;
  readonly hint: string;
  /** Lower-case hex. */
  readonly tokenHash: string;
  readonly origin: 'issued' | 'provisioned';
}

type StoredTokenRow = { id: string; hint: string; token_hash: string; origin: 'issued' | 'provisioned' };

/** The webhook tokens of a source, oldest first. */
export async function selectWebhookTokens(q: Queryable, orgId: OrgId, source: SourceId): Promise<StoredToken[]> {
  const rows = await q.query<StoredTokenRow>(
    `select id, hint, encode(token_hash, 'hex') as token_hash, origin
       from source_tokens
      where org_id = $1::integer and source_id = $2::text and purpose = 'webhook'
      order by created_at, id`,
    [orgId, source],
  );
  return rows.map(({ token_hash, ...row }) => ({ ...row, tokenHash: token_hash }));
}

/** Removes test tokens that have expired, of all organisations. */
export async function deleteExpiredTokens(q: Queryable, now: Date): Promise<void> {
  await q.query('delete from source_tokens where expires_at <= $1::timestamptz', [now]);
}
