/** SQL of the status page: its settings, and what was published for it. Private incidents are not read at all. */
import { componentStatus, putStatusPageBody, updatePhase, type OrgId, type StatusPageBody } from '#contract';
import { ANYBODY, seenBy } from '../../../access/index.ts';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import { DAY_MS, type PageFacts, type PageUpdate } from './model.ts';

export interface StoredPage {
  readonly settings: StatusPageBody;
  readonly provisioned: boolean;
  readonly keptSince: Date | null;
  readonly version: number;
}

interface SettingsRow {
  document: unknown;
  provisioned: boolean;
  kept_since: Date | null;
  version: number;
}

/** The settings; version 1 while nobody has set anything. */
export async function readPage(q: Queryable, orgId: OrgId): Promise<StoredPage> {
  const [row] = await q.query<SettingsRow>('select s.document, s.provisioned, s.kept_since, s.version from status_page_settings as s where s.org_id = $1::integer', [orgId]);
  if (row === undefined) return { settings: putStatusPageBody.parse({}), provisioned: false, keptSince: null, version: 1 };
  return { settings: putStatusPageBody.parse(row.document), provisioned: row.provisioned, keptSince: row.kept_since, version: row.version };
}

/** Replaces the settings if they still have that version. Gives whether they had. */
export async function replacePage(tx: Transaction, orgId: OrgId, version: number, settings: StatusPageBody, provisioned: boolean, at: Date): Promise<boolean> {
  const values = [orgId, JSON.stringify(settings), provisioned, settings.visibility === 'off' ? null : at];
  const rows = await tx.query(
    `update status_page_settings as s set document = $2::jsonb, provisioned = $3::boolean, kept_since = coalesce(s.kept_since, $4::timestamptz), version = s.version + 1
     where s.org_id = $1::integer and s.version = $5::integer returning 1 as done`, [...values, version],
  );
  if (rows.length > 0 || version !== 1) return rows.length > 0;
  const made = await tx.query(
    'insert into status_page_settings (org_id, document, provisioned, kept_since, version) values ($1::integer, $2::jsonb, $3::boolean, $4::timestamptz, 2) on conflict do nothing returning 1 as done', values,
  );
  return made.length > 0;
}

/** So far back the page tells. */
export const HISTORY_DAYS = 400;

interface UpdateRow {
  id: string;
  incident: number;
  phase: string;
  subject: string;
  body: string;
  components: unknown;
  published_at: Date;
  corrects: string | null;
  began_at: Date;
}

interface WorkRow {
  id: string;
  title: string;
  body: string;
  components: string[];
  starts_at: Date;
  ends_at: Date;
}

/** Everything that the page may say. */
export async function readPageFacts(q: Queryable, orgId: OrgId, page: StoredPage, nowMs: number): Promise<PageFacts> {
  const since = new Date(nowMs - HISTORY_DAYS * DAY_MS);
  const updates = await q.query<UpdateRow>(
    `select s.id::text, h.number as incident, s.phase, s.subject, s.body, s.components, s.published_at, s.corrects::text, coalesce(h.impact_started_at, h.first_alert_at, h.detected_at) as began_at
     from status_updates as s join incidents as h on h.org_id = s.org_id and h.number = incident_heir(s.org_id, s.incident_number)
     where s.org_id = $1::integer and s.state = 'published' and s.on_page and s.published_at >= $2::timestamptz and ${seenBy('$3', 's.incident_number')} and ${seenBy('$3', 'h.number')}
     order by s.published_at, s.id`,
    [orgId, since, ANYBODY],
  );
  const works = await q.query<WorkRow>(
    'select w.id::text, w.title, w.body, w.components, w.starts_at, w.ends_at from status_page_works as w where w.org_id = $1::integer and w.ends_at >= $2::timestamptz order by w.starts_at, w.id', [orgId, since],
  );
  return {
    title: page.settings.title, components: page.settings.components, nowMs, sinceMs: page.keptSince?.getTime() ?? nowMs,
    updates: updates.map((row): PageUpdate => ({
      id: row.id, incident: row.incident, phase: updatePhase.parse(row.phase), title: row.subject, text: row.body, components: componentStatus.array().parse(row.components), atMs: row.published_at.getTime(),
      corrects: row.corrects,
    })),
    began: new Map(updates.map((row) => [row.incident, row.began_at.getTime()])),
    works: works.map((row) => ({ id: row.id, title: row.title, text: row.body, components: row.components, startsMs: row.starts_at.getTime(), endsMs: row.ends_at.getTime() })),
  };
}

/** Grows with everything that may change what the page says. */
export async function pageMark(q: Queryable, orgId: OrgId): Promise<string> {
  const rows = await q.query<{ mark: string | null }>(
    `select (select max(e.position) from event_log as e where e.org_id = $1::integer and e.type = t.type)::text as mark
     from unnest(array['incident.status_updated', 'incident.made_private', 'incident.made_open', 'incident.declared', 'incident.merged', 'incident.regrouping_undone', 'incident.edited', 'status_page.edited',
       'status_page.link_changed', 'status_page.maintenance_changed']) as t(type)`, [orgId],
  );
  return rows.map(({ mark }) => mark ?? '').join();
}

interface LinkRow {
  id: string;
  name: string;
  token_hint: string;
  token_hash: string;
  created_at: Date;
  created_by: string;
}

/** Links to the private page, the newest first, one more than the limit. */
export async function listLinkRows(q: Queryable, orgId: OrgId, before: string | null, limit: number): Promise<LinkRow[]> {
  return q.query<LinkRow>(
    `select l.id::text, l.name, l.token_hint, l.token_hash, l.created_at, l.created_by from status_page_links as l
     where l.org_id = $1::integer and ($2::bigint is null or l.id < $2::bigint) order by l.id desc limit $3::integer`, [orgId, before, limit + 1],
  );
}

/** Keeps a link by the hash of its token. */
export async function insertLink(tx: Transaction, orgId: OrgId, link: { name: string; hash: string; hint: string; at: Date; by: string }): Promise<LinkRow> {
  const [row] = await tx.query<LinkRow>(
    `insert into status_page_links (org_id, name, token_hash, token_hint, created_at, created_by) values ($1::integer, $2::text, $3::text, $4::text, $5::timestamptz, $6::text)
     returning id::text, name, token_hint, token_hash, created_at, created_by`, [orgId, link.name, link.hash, link.hint, link.at, link.by],
  );
  if (row === undefined) throw new Error('the link was not kept');
  return row;
}

/** Forgets a link; gives its name, or null when there is none. */
export async function deleteLink(tx: Transaction, orgId: OrgId, id: string): Promise<string | null> {
  const [row] = await tx.query<{ name: string }>('delete from status_page_links as l where l.org_id = $1::integer and l.id = $2::bigint returning l.name', [orgId, id]);
  return row?.name ?? null;
}
