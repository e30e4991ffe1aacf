/** SQL of the settings of correlation: versions in force, and the draft. */
import { actor, correlationSettings, type Actor, type CorrelationSettings, type CorrelationState, type CorrelationVersion, type OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';

interface VersionRow {
  version: number;
  settings: unknown;
  note: string;
  activated_at: Date;
  activated_by: unknown;
  reverted_to: number | null;
}

const VERSION_COLUMNS = 'v.version, v.settings, v.note, v.activated_at, v.activated_by, v.reverted_to';

/** What Muster comes with. */
export const SHIPPED_VERSION: CorrelationVersion = {
  version: 0, settings: correlationSettings.parse({}), note: 'As shipped', activatedAt: null, activatedBy: null, revertedTo: null,
};

function toVersion(row: VersionRow): CorrelationVersion {
  return {
    version: row.version, settings: correlationSettings.parse(row.settings), note: row.note, activatedAt: row.activated_at.toISOString(),
    activatedBy: actor.parse(row.activated_by), revertedTo: row.reverted_to,
  };
}

/** The settings in force. */
export async function selectActive(q: Queryable, orgId: OrgId): Promise<CorrelationVersion> {
  const [row] = await q.query<VersionRow>(
    `select ${VERSION_COLUMNS} from correlation_versions as v where v.org_id = $1::integer order by v.version desc limit 1`, [orgId],
  );
  return row === undefined ? SHIPPED_VERSION : toVersion(row);
}

/** Number of the settings in force; cheap to ask often. */
export async function activeVersionNumber(q: Queryable, orgId: OrgId): Promise<number> {
  const [row] = await q.query<{ version: number }>('select coalesce(max(v.version), 0) as version from correlation_versions as v where v.org_id = $1::integer', [orgId]);
  return row?.version ?? 0;
}

/** One version; undefined when there is none of that number. */
export async function selectVersion(q: Queryable, orgId: OrgId, version: number): Promise<CorrelationVersion | undefined> {
  if (version === 0) return SHIPPED_VERSION;
  const [row] = await q.query<VersionRow>(
    `select ${VERSION_COLUMNS} from correlation_versions as v where v.org_id = $1::integer and v.version = $2::integer`, [orgId, version],
  );
  return row === undefined ? undefined : toVersion(row);
}

/** Versions below `before`, newest first. */
export async function selectVersions(q: Queryable, orgId: OrgId, before: number | null, limit: number): Promise<CorrelationVersion[]> {
  const rows = await q.query<VersionRow>(
    `select ${VERSION_COLUMNS} from correlation_versions as v
     where v.org_id = $1::integer and ($2::integer is null or v.version < $2::integer)
     order by v.version desc limit $3::integer`,
    [orgId, before, limit],
  );
  return rows.map(toVersion);
}

/** Puts settings into force as the next version. */
export async function insertVersion(
  q: Queryable, orgId: OrgId, at: Date, by: Actor, entry: { readonly settings: CorrelationSettings; readonly note: string; readonly revertedTo: number | null },
): Promise<number> {
  const [row] = await q.query<{ version: number }>(
    `insert into correlation_versions (org_id, version, settings, note, activated_at, activated_by, reverted_to)
     select $1::integer, coalesce(max(v.version), 0) + 1, $2::jsonb, $3::text, $4::timestamptz, $5::jsonb, $6::integer
     from correlation_versions as v where v.org_id = $1::integer
     returning version`,
    [orgId, JSON.stringify(entry.settings), entry.note, at, JSON.stringify(by), entry.revertedTo],
  );
  if (row === undefined) throw new Error('the settings got no version');
  return row.version;
}

interface DraftRow {
  version: number;
  settings: unknown;
  edited_at: Date | null;
  edited_by: unknown;
}

export interface StoredDraft {
  readonly version: number;
  readonly draft: CorrelationState['draft'];
}

/** The draft and its counter; zero while nobody has edited anything. With `lock`, nobody else edits until the transaction ends. */
export async function selectDraft(q: Queryable, orgId: OrgId, lock = false): Promise<StoredDraft> {
  if (lock) await q.query('insert into correlation_drafts (org_id, version) values ($1::integer, 0) on conflict do nothing', [orgId]);
  const [row] = await q.query<DraftRow>(
    `select d.version, d.settings, d.edited_at, d.edited_by from correlation_drafts as d where d.org_id = $1::integer ${lock ? 'for update' : ''}`, [orgId],
  );
  if (row === undefined) return { version: 0, draft: null };
  if (row.settings === null || row.edited_at === null) return { version: row.version, draft: null };
  return {
    version: row.version,
    draft: { settings: correlationSettings.parse(row.settings), editedAt: row.edited_at.toISOString(), editedBy: actor.parse(row.edited_by) },
  };
}

/** Replaces or (null) removes the draft; the counter grows. */
export async function writeDraft(q: Queryable, orgId: OrgId, at: Date, by: Actor, settings: CorrelationSettings | null): Promise<void> {
  await q.query(
    `update correlation_drafts set version = version + 1, settings = $2::jsonb,
       edited_at = case when $2::jsonb is null then null else $3::timestamptz end, edited_by = case when $2::jsonb is null then null else $4::jsonb end
     where org_id = $1::integer`,
    [orgId, settings === null ? null : JSON.stringify(settings), at, JSON.stringify(by)],
  );
}

/** Lets the counter grow, so that an edit begun before is noticed; the draft stays. */
export async function touchDraft(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query('update correlation_drafts set version = version + 1 where org_id = $1::integer', [orgId]);
}
