/** SQL of runbooks and their drafts. */
import { actor, automationLevel, runbookId, runbookOrigin, type Actor, type OrgId, type RunbookId, type RunbookOrigin, type RunbookState, type RunbookSummary } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

/** What lists show of a text. */
export type Headline = Pick<RunbookSummary, 'title' | 'description' | 'owner' | 'tags' | 'services' | 'steps' | 'automation'>;

export interface StoredDraft {
  readonly source: string;
  readonly by: Actor;
  readonly at: Date;
  /** Keys of everybody who wrote at it. */
  readonly authors: readonly string[];
}

export interface StoredRunbook extends Headline {
  readonly id: RunbookId;
  readonly origin: RunbookOrigin;
  readonly file: string | null;
  readonly liveVersion: number | null;
  /** When the live version was published. */
  readonly liveSince: Date | null;
  readonly retiredAt: Date | null;
  readonly draft: StoredDraft | null;
  readonly updatedAt: Date;
  readonly version: number;
}

interface RunbookRow {
  id: string;
  origin: string;
  file: string | null;
  live_version: number | null;
  live_since: Date | null;
  retired_at: Date | null;
  title: string;
  description: string;
  owner: string | null;
  tags: string[];
  services: string[];
  steps: number;
  automation: string;
  draft_source: string | null;
  draft_by: unknown;
  draft_at: Date | null;
  draft_authors: string[];
  updated_at: Date;
  version: number;
}

const COLUMNS = `r.id, r.origin, r.file, r.live_version, (select v.published_at from runbook_versions as v where v.org_id = r.org_id and v.runbook_id = r.id and v.version = r.live_version) as live_since,
  r.retired_at, r.title, r.description, r.owner, r.tags, r.services, r.steps, r.automation, r.draft_source, r.draft_by, r.draft_at, r.draft_authors, r.updated_at, r.version`;

function toRunbook(row: RunbookRow): StoredRunbook {
  return {
    id: runbookId.parse(row.id), origin: runbookOrigin.parse(row.origin), file: row.file, liveVersion: row.live_version, liveSince: row.live_since, retiredAt: row.retired_at,
    title: row.title, description: row.description, owner: row.owner, tags: row.tags, services: row.services, steps: row.steps, automation: automationLevel.parse(row.automation),
    draft: row.draft_source === null || row.draft_at === null ? null : { source: row.draft_source, by: actor.parse(row.draft_by), at: row.draft_at, authors: row.draft_authors },
    updatedAt: row.updated_at, version: row.version,
  };
}

/** Where a runbook is in its life. */
export function stateOf(stored: Pick<StoredRunbook, 'retiredAt' | 'liveVersion'>): RunbookState {
  if (stored.retiredAt !== null) return 'retired';
  return stored.liveVersion === null ? 'draft' : 'live';
}

/** One runbook; null when there is none. */
export async function findRunbook(q: Queryable, orgId: OrgId, id: string): Promise<StoredRunbook | null> {
  const [row] = await q.query<RunbookRow>(`select ${COLUMNS} from runbooks as r where r.org_id = $1::integer and r.id = $2::text`, [orgId, id]);
  return row === undefined ? null : toRunbook(row);
}

/** One runbook, held until the end of the transaction; null when there is none. */
export async function lockRunbook(tx: Transaction, orgId: OrgId, id: string): Promise<StoredRunbook | null> {
  const [row] = await tx.query<RunbookRow>(`select ${COLUMNS} from runbooks as r where r.org_id = $1::integer and r.id = $2::text for update of r`, [orgId, id]);
  return row === undefined ? null : toRunbook(row);
}

export interface RunbookFilter {
  readonly words: string | null;
  readonly state: RunbookState | null;
  /** Those for it, and those for any. */
  readonly service: string | null;
  readonly tag: string | null;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** What lists are sorted by. */
export function sortKeyOf(stored: Pick<StoredRunbook, 'title' | 'id'>): readonly string[] {
  return [stored.title, stored.id];
}

/** Runbooks in the order of their titles, one more than the limit. */
export async function listRunbookRows(q: Queryable, orgId: OrgId, filter: RunbookFilter): Promise<StoredRunbook[]> {
  const [title, id] = filter.after ?? [];
  const rows = await q.query<RunbookRow>(
    `select ${COLUMNS} from runbooks as r
     where r.org_id = $1::integer
       and ($2::text is null or strpos(lower(r.title || ' ' || r.id || ' ' || r.description || ' ' || array_to_string(r.tags, ' ') || ' ' || array_to_string(r.services, ' ')), lower($2::text)) > 0)
       and ($3::text is null or $3::text = case when r.retired_at is not null then 'retired' when r.live_version is null then 'draft' else 'live' end)
       and ($4::text is null or $4::text = any(r.services) or r.services = '{}')
       and ($5::text is null or $5::text = any(r.tags))
       and ($6::text is null or (lower(r.title), r.id) > (lower($6::text), $7::text))
     order by lower(r.title), r.id limit $8::integer`,
    [orgId, filter.words, filter.state, filter.service, filter.tag, title ?? null, id ?? null, filter.limit + 1],
  );
  return rows.map(toRunbook);
}

/** Runbooks that follow files or come with Muster. */
export async function selectByOrigin(q: Queryable, orgId: OrgId, origin: RunbookOrigin): Promise<StoredRunbook[]> {
  const rows = await q.query<RunbookRow>(`select ${COLUMNS} from runbooks as r where r.org_id = $1::integer and r.origin = $2::text order by r.id`, [orgId, origin]);
  return rows.map(toRunbook);
}

function headlineValues(headline: Headline): unknown[] {
  return [headline.title, headline.description, headline.owner, headline.tags, headline.services, headline.steps, headline.automation];
}

/** Adds a runbook without text. False when the name is taken. */
export async function insertRunbook(tx: Transaction, orgId: OrgId, id: RunbookId, origin: RunbookOrigin, file: string | null, headline: Headline, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `insert into runbooks (org_id, id, origin, file, title, description, owner, tags, services, steps, automation, created_at, updated_at)
     values ($1::integer, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text[], $9::text[], $10::integer, $11::text, $12::timestamptz, $12::timestamptz)
     on conflict (org_id, id) do nothing returning id`,
    [orgId, id, origin, file, ...headlineValues(headline), at],
  );
  return rows.length > 0;
}

/** Says what lists show of it. Call it together with another change, which counts the version. */
export async function setHeadline(tx: Transaction, orgId: OrgId, id: RunbookId, headline: Headline): Promise<void> {
  await tx.query(
    `update runbooks set title = $3::text, description = $4::text, owner = $5::text, tags = $6::text[], services = $7::text[], steps = $8::integer, automation = $9::text
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, ...headlineValues(headline)],
  );
}

/** Writes the draft, or takes it away. */
export async function setDraft(tx: Transaction, orgId: OrgId, id: RunbookId, draft: StoredDraft | null, at: Date): Promise<void> {
  await tx.query(
    `update runbooks set draft_source = $3::text, draft_by = $4::jsonb, draft_at = $5::timestamptz, draft_authors = $6::text[], updated_at = $7::timestamptz, version = version + 1
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, draft?.source ?? null, draft === null ? null : JSON.stringify(draft.by), draft?.at ?? null, draft?.authors ?? [], at],
  );
}

/** Makes a version the live one, and says where the runbook is kept from now on. It is in use again. */
export async function setLive(tx: Transaction, orgId: OrgId, id: RunbookId, version: number, origin: RunbookOrigin, file: string | null, at: Date): Promise<void> {
  await tx.query(
    `update runbooks set live_version = $3::integer, origin = $4::text, file = $5::text, retired_at = null, updated_at = $6::timestamptz, version = version + 1
     where org_id = $1::integer and id = $2::text`,
    [orgId, id, version, origin, file, at],
  );
}

/** Takes a runbook out of use, or into use again. */
export async function setRetired(tx: Transaction, orgId: OrgId, id: RunbookId, retiredAt: Date | null, at: Date): Promise<void> {
  await tx.query(
    'update runbooks set retired_at = $3::timestamptz, updated_at = $4::timestamptz, version = version + 1 where org_id = $1::integer and id = $2::text',
    [orgId, id, retiredAt, at],
  );
}

/** Its file is gone: people may keep it from now on. */
export async function leaveFile(tx: Transaction, orgId: OrgId, id: RunbookId): Promise<void> {
  await tx.query(`update runbooks set origin = 'page', file = null where org_id = $1::integer and id = $2::text`, [orgId, id]);
}

/** Holds the texts that come from outside against other replicas until the end of the transaction. */
export async function lockCatalogue(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::integer, $2::integer)', [CATALOGUE_LOCK, orgId]);
}
/** Any number that no other lock of Muster has. */
const CATALOGUE_LOCK = 7_326_411;
