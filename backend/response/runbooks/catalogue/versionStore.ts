/** SQL of published versions. They are added and read, never changed. */
import { actor, runbookDocument, runbookId, type Actor, type OrgId, type RunbookDocument, type RunbookId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

export interface StoredVersion {
  readonly version: number;
  readonly source: string;
  readonly publishedAt: Date;
  readonly publishedBy: Actor;
  readonly draftedBy: Actor;
  readonly note: string;
}

interface VersionRow {
  version: number;
  source: string;
  published_at: Date;
  published_by: unknown;
  drafted_by: unknown;
  note: string;
}

const COLUMNS = 'v.version, v.source, v.published_at, v.published_by, v.drafted_by, v.note';

function toVersion(row: VersionRow): StoredVersion {
  return { version: row.version, source: row.source, publishedAt: row.published_at, publishedBy: actor.parse(row.published_by), draftedBy: actor.parse(row.drafted_by), note: row.note };
}

export interface NewVersion {
  readonly source: string;
  readonly document: RunbookDocument;
  readonly publishedBy: Actor;
  readonly draftedBy: Actor;
  readonly note: string;
  readonly at: Date;
}

/** Adds the next version of a runbook that the transaction holds, and gives its number. */
export async function insertVersion(tx: Transaction, orgId: OrgId, id: RunbookId, { source, document, publishedBy, draftedBy, note, at }: NewVersion): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    `insert into runbook_versions (org_id, runbook_id, version, source, document, published_at, published_by, drafted_by, note)
     select $1::integer, $2::text, coalesce(max(v.version), 0) + 1, $3::text, $4::jsonb, $5::timestamptz, $6::jsonb, $7::jsonb, $8::text
     from runbook_versions as v where v.org_id = $1::integer and v.runbook_id = $2::text
     returning version`,
    [orgId, id, source, JSON.stringify(document), at, JSON.stringify(publishedBy), JSON.stringify(draftedBy), note],
  );
  if (row === undefined) throw new Error('the version was not written');
  return row.version;
}

/** Versions, the newest first, one more than the limit. */
export async function listVersionRows(q: Queryable, orgId: OrgId, id: RunbookId, before: number | null, limit: number): Promise<StoredVersion[]> {
  const rows = await q.query<VersionRow>(
    `select ${COLUMNS} from runbook_versions as v
     where v.org_id = $1::integer and v.runbook_id = $2::text and ($3::integer is null or v.version < $3::integer) order by v.version desc limit $4::integer`,
    [orgId, id, before, limit + 1],
  );
  return rows.map(toVersion);
}

/** One version; null when there is none. */
export async function findVersionRow(q: Queryable, orgId: OrgId, id: RunbookId, version: number): Promise<StoredVersion | null> {
  const [row] = await q.query<VersionRow>(`select ${COLUMNS} from runbook_versions as v where v.org_id = $1::integer and v.runbook_id = $2::text and v.version = $3::integer`, [orgId, id, version]);
  return row === undefined ? null : toVersion(row);
}

/** A published text as runs use it. */
export interface PublishedRunbook {
  readonly id: RunbookId;
  readonly version: number;
  readonly document: RunbookDocument;
  readonly source: string;
}

interface PublishedRow {
  id: string;
  version: number;
  document: unknown;
  source: string;
}

function toPublished(row: PublishedRow): PublishedRunbook {
  return { id: runbookId.parse(row.id), version: row.version, document: runbookDocument.parse(row.document), source: row.source };
}

const PUBLISHED = 'v.runbook_id as id, v.version, v.document, v.source';
const LIVE = `runbooks as r join runbook_versions as v on v.org_id = r.org_id and v.runbook_id = r.id and v.version = r.live_version where r.org_id = $1::integer and r.retired_at is null`;

/** The version that a new run uses; null when the runbook is not in use. */
export async function findLive(q: Queryable, orgId: OrgId, id: RunbookId): Promise<PublishedRunbook | null> {
  const [row] = await q.query<PublishedRow>(`select ${PUBLISHED} from ${LIVE} and r.id = $2::text`, [orgId, id]);
  return row === undefined ? null : toPublished(row);
}

/** One published version, also of a runbook that is out of use; null when there is none. */
export async function findVersion(q: Queryable, orgId: OrgId, id: RunbookId, version: number): Promise<PublishedRunbook | null> {
  const [row] = await q.query<PublishedRow>(`select ${PUBLISHED} from runbook_versions as v where v.org_id = $1::integer and v.runbook_id = $2::text and v.version = $3::integer`, [orgId, id, version]);
  return row === undefined ? null : toPublished(row);
}

/** A runbook in use. */
export interface LiveRunbook extends PublishedRunbook {
  /** When its first version was published. */
  readonly since: Date;
}

/** Every runbook in use, by its live version. */
export async function listLive(q: Queryable, orgId: OrgId): Promise<LiveRunbook[]> {
  const rows = await q.query<PublishedRow & { since: Date }>(
    `select ${PUBLISHED}, (select min(f.published_at) from runbook_versions as f where f.org_id = r.org_id and f.runbook_id = r.id) as since from ${LIVE} order by r.id`, [orgId],
  );
  return rows.map((row) => ({ ...toPublished(row), since: row.since }));
}
