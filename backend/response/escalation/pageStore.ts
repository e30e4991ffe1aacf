/** SQL of pages: who was called for what, and what they said; and of turns. */
import { escalationId, incidentRole, pageId, userKey, type EscalationId, type EscalationPage, type IncidentRole, type OrgId, type PageId, type PageState, type UserKey, pageState, escalationPage } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Turns } from './pickOne.ts';

export interface PageRow {
  readonly id: PageId;
  readonly escalation: EscalationId;
  readonly incident: number;
  readonly kind: EscalationPage['kind'];
  readonly user: UserKey | null;
  readonly name: string;
  readonly step: number;
  readonly round: number;
  readonly state: PageState;
  readonly delivery: EscalationPage['delivery'];
  readonly over: string | null;
  readonly dedupKey: string;
  readonly sentAt: Date;
  readonly expiresAt: Date;
  readonly answeredAt: Date | null;
  readonly answeredOver: string | null;
  readonly note: string;
}

interface Row {
  id: string;
  escalation_id: string;
  incident_number: number;
  kind: string;
  user_key: string | null;
  name: string;
  step: number;
  round: number;
  state: string;
  delivery: string;
  over_channel: string | null;
  dedupe_key: string;
  sent_at: Date;
  expires_at: Date;
  answered_at: Date | null;
  answered_over: string | null;
  note: string;
}

const COLUMNS = `p.id::text, p.escalation_id::text, p.incident_number, p.kind, p.user_key, p.name, p.step, p.round, p.state, p.delivery, p.over_channel, p.dedupe_key, p.sent_at, p.expires_at,
  p.answered_at, p.answered_over, p.note`;

function toPage(row: Row): PageRow {
  return {
    id: pageId.parse(row.id), escalation: escalationId.parse(row.escalation_id), incident: row.incident_number, kind: escalationPage.shape.kind.parse(row.kind),
    user: row.user_key === null ? null : userKey.parse(row.user_key), name: row.name, step: row.step, round: row.round, state: pageState.parse(row.state),
    delivery: escalationPage.shape.delivery.parse(row.delivery), over: row.over_channel, dedupKey: row.dedupe_key, sentAt: row.sent_at, expiresAt: row.expires_at,
    answeredAt: row.answered_at, answeredOver: row.answered_over, note: row.note,
  };
}

export interface NewPage {
  readonly escalation: EscalationId;
  readonly incident: number;
  readonly kind: EscalationPage['kind'];
  readonly user: UserKey | null;
  readonly name: string;
  readonly pool: string | null;
  readonly step: number;
  readonly round: number;
  readonly dedupKey: string;
  readonly atNight: boolean;
  readonly sentAt: Date;
  readonly expiresAt: Date;
}

/** Inserts a page; null when that one was sent already. */
export async function insertPage(tx: Transaction, orgId: OrgId, page: NewPage): Promise<PageId | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into escalation_pages (org_id, escalation_id, incident_number, kind, user_key, name, pool, step, round, state, dedupe_key, at_night, sent_at, expires_at)
     values ($1::integer, $2::bigint, $3::integer, $4::text, $5::text, $6::text, $7::text, $8::integer, $9::integer, 'open', $10::text, $11::boolean, $12::timestamptz, $13::timestamptz)
     on conflict (org_id, dedupe_key) do nothing returning id::text`,
    [orgId, page.escalation, page.incident, page.kind, page.user, page.name, page.pool, page.step, page.round, page.dedupKey, page.atNight, page.sentAt, page.expiresAt],
  );
  return row === undefined ? null : pageId.parse(row.id);
}

/** Pages of some escalations, the oldest first. */
export async function selectPages(q: Queryable, orgId: OrgId, escalations: readonly EscalationId[]): Promise<PageRow[]> {
  const rows = await q.query<Row>(`select ${COLUMNS} from escalation_pages as p where p.org_id = $1::integer and p.escalation_id = any($2::bigint[]) order by p.id`, [orgId, escalations]);
  return rows.map(toPage);
}

/** One page, or null. */
export async function findPage(q: Queryable, orgId: OrgId, id: PageId): Promise<PageRow | null> {
  const [row] = await q.query<Row>(`select ${COLUMNS} from escalation_pages as p where p.org_id = $1::integer and p.id = $2::bigint`, [orgId, id]);
  return row === undefined ? null : toPage(row);
}

/** The page of a key, or null. */
export async function findPageByKey(q: Queryable, orgId: OrgId, dedupKey: string): Promise<PageRow | null> {
  const [row] = await q.query<Row>(`select ${COLUMNS} from escalation_pages as p where p.org_id = $1::integer and p.dedupe_key = $2::text`, [orgId, dedupKey]);
  return row === undefined ? null : toPage(row);
}

/** An escalation that waits for somebody's answer. */
export interface OpenCall {
  /** The newest page. */
  readonly page: PageId;
  readonly incident: number;
  readonly role: IncidentRole | null;
  readonly sentAt: Date;
  /** Pages without an answer. */
  readonly times: number;
}

/** What waits for somebody's answer, once an escalation, the longest-waiting first. */
export async function selectOpenCallsOf(q: Queryable, orgId: OrgId, user: UserKey, now: Date): Promise<OpenCall[]> {
  const rows = await q.query<{ id: string; incident_number: number; role: string | null; sent_at: Date; times: number }>(
    `select max(p.id)::text as id, p.incident_number, e.plan ->> 'role' as role, max(p.sent_at) as sent_at, count(*)::integer as times
     from escalation_pages as p join escalations as e on e.org_id = p.org_id and e.id = p.escalation_id
     where p.org_id = $1::integer and p.user_key = $2::text and p.kind = 'page' and p.state = 'open' and p.expires_at > $3::timestamptz and e.state in ('active', 'exhausted')
     group by p.org_id, e.id, p.incident_number, e.plan ->> 'role' order by min(p.id) limit 100`, [orgId, user, now],
  );
  return rows.map((row) => ({ page: pageId.parse(row.id), incident: row.incident_number, role: incidentRole.nullable().parse(row.role), sentAt: row.sent_at, times: row.times }));
}

/** Notes an answer. */
export async function writeAnswer(tx: Transaction, orgId: OrgId, id: PageId, state: PageState, at: Date, over: string, note: string): Promise<void> {
  await tx.query(
    'update escalation_pages as p set state = $3::text, answered_at = $4::timestamptz, answered_over = $5::text, note = $6::text where p.org_id = $1::integer and p.id = $2::bigint', [orgId, id, state, at, over, note],
  );
}

/** Closes pages that nobody has to answer any more, all of an escalation or one person's; gives their keys. */
export async function supersedePages(tx: Transaction, orgId: OrgId, escalation: EscalationId, user: UserKey | null = null): Promise<string[]> {
  const rows = await tx.query<{ dedupe_key: string }>(
    `update escalation_pages as p set state = 'superseded'
     where p.org_id = $1::integer and p.escalation_id = $2::bigint and p.state = 'open' and ($3::text is null or p.user_key = $3::text) returning p.dedupe_key`, [orgId, escalation, user],
  );
  return rows.map((row) => row.dedupe_key);
}

/** Notes how far a page has come. What arrived does not fall back to sent. */
export async function writeDelivery(tx: Transaction, orgId: OrgId, id: PageId, delivery: EscalationPage['delivery'], over: string | null): Promise<void> {
  await tx.query(
    `update escalation_pages as p set over_channel = coalesce($4::text, p.over_channel),
       delivery = case when p.delivery in ('delivered', 'answered') and $3::text in ('sent', 'failed') then p.delivery else $3::text end
     where p.org_id = $1::integer and p.id = $2::bigint`, [orgId, id, delivery, over],
  );
}

/** Notes that no way led to somebody, unless they answered all the same. */
export async function markFailed(tx: Transaction, orgId: OrgId, id: PageId): Promise<boolean> {
  const rows = await tx.query(`update escalation_pages as p set state = 'failed' where p.org_id = $1::integer and p.id = $2::bigint and p.state = 'open' returning 1`, [orgId, id]);
  return rows.length === 1;
}

/** Who of some people was paged at night since then. */
export async function selectNightPaged(q: Queryable, orgId: OrgId, users: readonly UserKey[], since: Date): Promise<Set<string>> {
  const rows = await q.query<{ user_key: string }>(
    `select distinct p.user_key from escalation_pages as p where p.org_id = $1::integer and p.user_key = any($2::text[]) and p.sent_at > $3::timestamptz and p.at_night and p.kind = 'page'`, [orgId, users, since],
  );
  return new Set(rows.map((row) => row.user_key));
}

/** Holds the turns of a pool until the transaction ends, and gives them. */
export async function lockTurns(tx: Transaction, orgId: OrgId, pool: string): Promise<Turns> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [`escalation-turns/${orgId}/${pool}`]);
  const rows = await tx.query<{ user_key: string; pages: number; last_page: string }>('select t.user_key, t.pages, t.last_page::text from escalation_turns as t where t.org_id = $1::integer and t.pool = $2::text', [orgId, pool]);
  return {
    pages: new Map(rows.map((row) => [userKey.parse(row.user_key), row.pages])), lastPage: new Map(rows.map((row) => [userKey.parse(row.user_key), BigInt(row.last_page)])),
  };
}

/** Counts a turn of whoever has now so many pages in the pool; notes the others of it, so that they are not new the next time. */
export async function countTurn(tx: Transaction, orgId: OrgId, pool: string, turns: Turns, user: UserKey, page: PageId): Promise<void> {
  const users = [...turns.pages.keys()];
  await tx.query(
    `insert into escalation_turns as t (org_id, pool, user_key, pages, last_page)
     select $1::integer, $2::text, u.key, u.pages + case when u.key = $5::text then 1 else 0 end, case when u.key = $5::text then $6::bigint else 0 end from unnest($3::text[], $4::integer[]) as u(key, pages)
     on conflict (org_id, pool, user_key) do update set pages = excluded.pages, last_page = greatest(t.last_page, excluded.last_page)`,
    [orgId, pool, users, users.map((each) => turns.pages.get(each) ?? 0), user, page],
  );
}
