/** SQL of what was learned, of the snapshots that hold, and of what people said of it. */
import { actor as actorSchema, learnedItem, type Actor, type LearnedItem, type LearnedKind, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { LearnedLink } from '../engine/index.ts';
import { candidateContent, candidateOf, linkContent, type NewItem } from './items.ts';
import type { LearnedCandidate } from './learnCandidates.ts';
import type { Veto } from './observations.ts';

export interface LearningState {
  readonly pairsVersion: number;
  readonly candidatesVersion: number;
  readonly learnedAt: Date | null;
  readonly incidents: number;
  readonly acts: number;
}

interface StateRow {
  pairs_version: number;
  candidates_version: number;
  learned_at: Date | null;
  incidents: number;
  acts: number;
}

const NEVER: LearningState = { pairsVersion: 0, candidatesVersion: 0, learnedAt: null, incidents: 0, acts: 0 };

/** Which snapshot holds. With `lock`, nobody else learns until the transaction ends. */
export async function selectState(q: Queryable, orgId: OrgId, lock = false): Promise<LearningState> {
  if (lock) {
    await q.query(
      'insert into learning_states (org_id, pairs_version, candidates_version, incidents, acts) values ($1::integer, 0, 0, 0, 0) on conflict do nothing', [orgId],
    );
  }
  const [row] = await q.query<StateRow>(
    `select s.pairs_version, s.candidates_version, s.learned_at, s.incidents, s.acts from learning_states as s where s.org_id = $1::integer ${lock ? 'for update' : ''}`, [orgId],
  );
  if (row === undefined) return NEVER;
  return { pairsVersion: row.pairs_version, candidatesVersion: row.candidates_version, learnedAt: row.learned_at, incidents: row.incidents, acts: row.acts };
}

export async function writeState(tx: Transaction, orgId: OrgId, state: LearningState): Promise<void> {
  await tx.query(
    `update learning_states set pairs_version = $2::integer, candidates_version = $3::integer, learned_at = $4::timestamptz, incidents = $5::integer, acts = $6::integer
     where org_id = $1::integer`,
    [orgId, state.pairsVersion, state.candidatesVersion, state.learnedAt, state.incidents, state.acts],
  );
}

/** Makes the table say what is given. Gives the kinds of which something changed. */
export async function replaceItems(tx: Transaction, orgId: OrgId, items: readonly NewItem[]): Promise<ReadonlySet<LearnedKind>> {
  const rows = await tx.query<{ kind: LearnedKind }>(
    `with given as (
       select g.key, g.kind, g.content, g.names, g."lastSeenAt" as last_seen_at
       from jsonb_to_recordset($2::jsonb) as g(key text, kind text, content jsonb, names text, "lastSeenAt" timestamptz)
     ), gone as (
       delete from learned_items as i where i.org_id = $1::integer and not exists (select 1 from given as g where g.key = i.key) returning i.kind
     ), put as (
       insert into learned_items as i (org_id, key, kind, content, names, last_seen_at)
       select $1::integer, g.key, g.kind, g.content, g.names, g.last_seen_at from given as g
       on conflict (org_id, id) do update set content = excluded.content, names = excluded.names, last_seen_at = excluded.last_seen_at
       where i.content <> excluded.content
       returning i.kind
     )
     select kind from gone union select kind from put`,
    [orgId, JSON.stringify(items)],
  );
  return new Set(rows.map((row) => row.kind));
}

/** Pairs as the engine asks for them. */
export async function selectLinks(q: Queryable, orgId: OrgId): Promise<LearnedLink[]> {
  const rows = await q.query<{ content: unknown }>(`select i.content from learned_items as i where i.org_id = $1::integer and i.kind = 'pair' order by i.key`, [orgId]);
  return rows.map((row) => linkContent.parse(row.content).link);
}

/** Kinds of candidates on which people decided. */
export async function selectCandidates(q: Queryable, orgId: OrgId): Promise<LearnedCandidate[]> {
  const rows = await q.query<{ key: string; content: unknown }>(
    `select i.key, i.content from learned_items as i where i.org_id = $1::integer and i.kind = 'candidate' order by i.key`, [orgId],
  );
  return rows.map((row) => candidateOf(row.key, candidateContent.parse(row.content)));
}

interface ItemRow {
  id: string;
  key: string;
  kind: LearnedKind;
  content: Record<string, unknown>;
  names: string;
  last_seen_at: Date;
  vetoed_at: Date | null;
  vetoed_by: unknown;
  reason: string | null;
}

/** A row with what is needed to veto it. */
export interface StoredItem {
  readonly key: string;
  readonly item: LearnedItem;
}

function toStored(row: ItemRow): StoredItem {
  const ignored = row.vetoed_at === null ? null : { at: row.vetoed_at.toISOString(), by: actorSchema.parse(row.vetoed_by), reason: row.reason ?? '' };
  return { key: row.key, item: learnedItem.parse({ ...row.content, id: row.id, ignored }) };
}

const LEARNED = `select i.id, i.key, i.kind, i.content, i.names, i.last_seen_at, null::timestamptz as vetoed_at, null::jsonb as vetoed_by, null::text as reason
  from learned_items as i where i.org_id = $1::integer`;
const IGNORED = `select v.item_id as id, v.key, v.kind, v.content, v.names, v.last_seen_at, v.vetoed_at, v.vetoed_by, v.reason
  from learning_vetoes as v where v.org_id = $1::integer and v.ignored`;

export interface ItemFilter {
  readonly state: 'learned' | 'ignored';
  readonly kind: LearnedKind | null;
  readonly search: string | null;
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

/** Newest first. */
export async function selectItems(q: Queryable, orgId: OrgId, filter: ItemFilter): Promise<LearnedItem[]> {
  const rows = await q.query<ItemRow>(
    `select * from (${filter.state === 'ignored' ? IGNORED : LEARNED}) as l
     where ($2::text is null or l.kind = $2::text) and ($3::text is null or position(lower($3::text) in lower(l.names)) > 0)
       and ($4::timestamptz is null or l.last_seen_at < $4::timestamptz or (l.last_seen_at = $4::timestamptz and l.id > $5::text))
     order by l.last_seen_at desc, l.id limit $6::integer`,
    [orgId, filter.kind, filter.search, filter.before?.at ?? null, filter.before?.id ?? null, filter.limit],
  );
  return rows.map((row) => toStored(row).item);
}

/** One thing, whether it is learned or ignored. */
export async function selectItem(q: Queryable, orgId: OrgId, id: string): Promise<StoredItem | undefined> {
  const [row] = await q.query<ItemRow>(`select * from (${IGNORED} union all ${LEARNED}) as l where l.id = $2::text limit 1`, [orgId, id]);
  return row === undefined ? undefined : toStored(row);
}

export async function countItems(q: Queryable, orgId: OrgId): Promise<{ readonly pairs: number; readonly candidates: number; readonly ignored: number }> {
  const [row] = await q.query<{ pairs: number; candidates: number; ignored: number }>(
    `select (select count(*)::integer from learned_items as i where i.org_id = $1::integer and i.kind = 'pair') as pairs,
       (select count(*)::integer from learned_items as i where i.org_id = $1::integer and i.kind = 'candidate') as candidates,
       (select count(*)::integer from learning_vetoes as v where v.org_id = $1::integer and v.ignored) as ignored`,
    [orgId],
  );
  return row ?? { pairs: 0, candidates: 0, ignored: 0 };
}

/** What people said, by key. */
export async function selectVetoes(q: Queryable, orgId: OrgId): Promise<Map<string, Veto>> {
  const rows = await q.query<{ key: string; forgotten_at: Date | null; ignored: boolean }>(
    'select v.key, v.forgotten_at, v.ignored from learning_vetoes as v where v.org_id = $1::integer', [orgId],
  );
  return new Map(rows.map((row) => [row.key, { forgottenAt: row.forgotten_at, ignored: row.ignored }]));
}

/** Keeps that what is known of something is forgotten, or that it is not to be learned. */
export async function writeVeto(
  tx: Transaction, orgId: OrgId, at: Date, by: Actor, id: string, veto: { readonly ignored: boolean; readonly reason: string },
): Promise<void> {
  await tx.query(
    `insert into learning_vetoes as v (org_id, item_id, key, kind, content, names, last_seen_at, forgotten_at, ignored, reason, vetoed_at, vetoed_by)
     select $1::integer, i.id, i.key, i.kind, i.content, i.names, i.last_seen_at, case when $3::boolean then null else $4::timestamptz end, $3::boolean, $5::text, $4::timestamptz, $6::jsonb
     from learned_items as i where i.org_id = $1::integer and i.id = $2::text
     on conflict (org_id, item_id) do update set content = excluded.content, names = excluded.names, last_seen_at = excluded.last_seen_at,
       forgotten_at = coalesce(excluded.forgotten_at, v.forgotten_at), ignored = excluded.ignored, reason = excluded.reason, vetoed_at = excluded.vetoed_at,
       vetoed_by = excluded.vetoed_by`,
    [orgId, id, veto.ignored, at, veto.reason, JSON.stringify(by)],
  );
}

/** Lets something be learned again; what was forgotten stays forgotten. */
export async function liftVeto(tx: Transaction, orgId: OrgId, id: string): Promise<boolean> {
  const rows = await tx.query('update learning_vetoes set ignored = false where org_id = $1::integer and item_id = $2::text and ignored returning 1', [orgId, id]);
  return rows.length > 0;
}
