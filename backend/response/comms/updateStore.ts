/** SQL of updates. One shows under the incident that goes on where its own was merged away. */
import { z } from 'zod';
import {
  actor as actorSchema, componentStatus, updateId, updatePhase, updateState, type Actor, type ComponentStatus, type OrgId, type UpdateId, type UpdatePhase, type UpdateState,
} from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

interface UpdateRow {
  id: string;
  incident_number: number;
  heir_number: number;
  audience: string;
  audience_name: string;
  state: string;
  phase: string;
  fields: unknown;
  own_subject: string | null;
  own_text: string | null;
  subject: string | null;
  body: string | null;
  components: unknown;
  next_update_at: Date | null;
  corrects: string | null;
  corrected_by: string | null;
  created_at: Date;
  created_by: unknown;
  edited_at: Date | null;
  edited_by: unknown;
  authors: unknown;
  approved_at: Date | null;
  approved_by: unknown;
  published_at: Date | null;
  published_by: unknown;
  version: number;
}

/** Who did it, and when. */
export interface Done {
  readonly actor: Actor;
  readonly at: Date;
}

export interface StoredUpdate {
  readonly id: UpdateId;
  /** The incident that goes on. */
  readonly incident: number;
  readonly audience: string;
  readonly audienceName: string;
  readonly state: UpdateState;
  readonly phase: UpdatePhase;
  readonly fields: Readonly<Record<string, string>>;
  readonly ownSubject: string | null;
  readonly ownText: string | null;
  /** As it was approved or published; null of a draft. */
  readonly fixed: { readonly subject: string; readonly text: string } | null;
  readonly components: readonly ComponentStatus[];
  readonly nextUpdateAt: Date | null;
  readonly corrects: UpdateId | null;
  readonly correctedBy: UpdateId | null;
  readonly created: Done;
  readonly edited: Done | null;
  readonly authors: readonly Actor[];
  readonly approved: Done | null;
  readonly published: Done | null;
  readonly version: number;
}

const fieldsSchema = z.record(z.string(), z.string());

function doneOf(by: unknown, at: Date | null): Done | null {
  return at === null ? null : { actor: actorSchema.parse(by), at };
}

function toUpdate(row: UpdateRow): StoredUpdate {
  return {
    id: updateId.parse(row.id), incident: row.heir_number, audience: row.audience, audienceName: row.audience_name, state: updateState.parse(row.state), phase: updatePhase.parse(row.phase),
    fields: fieldsSchema.parse(row.fields), ownSubject: row.own_subject, ownText: row.own_text, fixed: row.subject === null || row.body === null ? null : { subject: row.subject, text: row.body },
    components: componentStatus.array().parse(row.components), nextUpdateAt: row.next_update_at, corrects: updateId.nullable().parse(row.corrects), correctedBy: updateId.nullable().parse(row.corrected_by),
    created: { actor: actorSchema.parse(row.created_by), at: row.created_at }, edited: doneOf(row.edited_by, row.edited_at), authors: actorSchema.array().parse(row.authors),
    approved: doneOf(row.approved_by, row.approved_at), published: doneOf(row.published_by, row.published_at), version: row.version,
  };
}

const COLUMNS = `s.id::text, s.incident_number, h.number as heir_number, s.audience, s.audience_name, s.state, s.phase, s.fields, s.own_subject, s.own_text, s.subject, s.body, s.components,
  s.next_update_at, s.corrects::text, s.corrected_by::text, s.created_at, s.created_by, s.edited_at, s.edited_by, s.authors, s.approved_at, s.approved_by, s.published_at, s.published_by, s.version`;
const FROM = 'status_updates as s join incidents as h on h.org_id = s.org_id and h.number = incident_heir(s.org_id, s.incident_number)';

function updateSeenBy(viewer: string): string {
  return `${seenBy(viewer, 's.incident_number')} and ${seenBy(viewer, 'h.number')}`;
}

/** One update, if the viewer may see its incident. */
export async function findUpdate(q: Queryable, orgId: OrgId, viewer: Viewer, id: string): Promise<StoredUpdate | null> {
  const [row] = await q.query<UpdateRow>(`select ${COLUMNS} from ${FROM} where s.org_id = $1::integer and s.id = $2::bigint and ${updateSeenBy('$3')}`, [orgId, id, viewer]);
  return row === undefined ? null : toUpdate(row);
}

/** Updates of incidents, the newest first, one more than the limit. */
export async function listUpdates(q: Queryable, orgId: OrgId, viewer: Viewer, incidents: readonly number[], before: string | null, limit: number): Promise<StoredUpdate[]> {
  const rows = await q.query<UpdateRow>(
    `select ${COLUMNS} from ${FROM} where s.org_id = $1::integer and s.incident_number = any($2::integer[]) and ${updateSeenBy('$3')} and ($4::bigint is null or s.id < $4::bigint)
     order by s.id desc limit $5::integer`,
    [orgId, incidents, viewer, before, limit + 1],
  );
  return rows.map(toUpdate);
}

export interface NewUpdate {
  readonly incident: number;
  readonly audience: string;
  readonly audienceName: string;
  readonly phase: UpdatePhase;
  readonly fields: Readonly<Record<string, string>>;
  readonly ownSubject: string | null;
  readonly ownText: string | null;
  readonly components: readonly ComponentStatus[];
  readonly nextUpdateAt: Date | null;
  readonly corrects: UpdateId | null;
  readonly by: Actor;
  /** Unique within the incident; null: always a new one. */
  readonly key: string | null;
}

/** Inserts a draft. Null: there is one of that key in the incident. */
export async function insertDraft(tx: Transaction, orgId: OrgId, at: Date, fresh: NewUpdate): Promise<UpdateId | null> {
  const by = JSON.stringify(fresh.by);
  const rows = await tx.query<{ id: string }>(
    `insert into status_updates (org_id, incident_number, audience, audience_name, state, phase, fields, own_subject, own_text, components, next_update_at, corrects, created_at, created_by, authors, dedupe_key)
     values ($1::integer, $2::integer, $3::text, $4::text, 'draft', $5::text, $6::jsonb, $7::text, $8::text, $9::jsonb, $10::timestamptz, $11::bigint, $12::timestamptz, $13::jsonb, jsonb_build_array($13::jsonb), $14::text)
     on conflict (org_id, incident_number, dedupe_key) where dedupe_key is not null do nothing returning id::text`,
    [
      orgId, fresh.incident, fresh.audience, fresh.audienceName, fresh.phase, JSON.stringify(fresh.fields), fresh.ownSubject, fresh.ownText, JSON.stringify(fresh.components), fresh.nextUpdateAt,
      fresh.corrects, at, by, fresh.key,
    ],
  );
  return rows[0] === undefined ? null : updateId.parse(rows[0].id);
}

export type UpdateChange = Pick<StoredUpdate, 'phase' | 'fields' | 'ownSubject' | 'ownText' | 'components' | 'nextUpdateAt'>;

/** Writes what was changed of a draft; it is approved no more. */
export async function rewriteDraft(tx: Transaction, orgId: OrgId, id: UpdateId, change: UpdateChange, by: Actor, at: Date): Promise<void> {
  await tx.query(
    `update status_updates as s set state = 'draft', phase = $3::text, fields = $4::jsonb, own_subject = $5::text, own_text = $6::text, components = $7::jsonb, next_update_at = $8::timestamptz,
       subject = null, body = null, approved_at = null, approved_by = null, edited_at = $9::timestamptz, edited_by = $10::jsonb,
       authors = case when s.authors @> jsonb_build_array($10::jsonb) then s.authors else s.authors || $10::jsonb end, version = s.version + 1
     where s.org_id = $1::integer and s.id = $2::bigint`,
    [orgId, id, change.phase, JSON.stringify(change.fields), change.ownSubject, change.ownText, JSON.stringify(change.components), change.nextUpdateAt, at, JSON.stringify(by)],
  );
}

/** Notes that it is approved, in that wording. */
export async function markApproved(tx: Transaction, orgId: OrgId, id: UpdateId, wording: { readonly subject: string; readonly text: string }, by: Actor, at: Date): Promise<void> {
  await tx.query(
    `update status_updates as s set state = 'approved', subject = $3::text, body = $4::text, approved_at = $5::timestamptz, approved_by = $6::jsonb, version = s.version + 1
     where s.org_id = $1::integer and s.id = $2::bigint`,
    [orgId, id, wording.subject, wording.text, at, JSON.stringify(by)],
  );
}

/** Notes that it is thrown away. */
export async function markDiscarded(tx: Transaction, orgId: OrgId, id: UpdateId): Promise<void> {
  await tx.query(`update status_updates as s set state = 'discarded', version = s.version + 1 where s.org_id = $1::integer and s.id = $2::bigint`, [orgId, id]);
}

/** Notes that it is published, in that wording, and which one it corrects. */
export async function markPublished(
  tx: Transaction, orgId: OrgId, id: UpdateId, wording: { readonly subject: string; readonly text: string; readonly onPage: boolean; readonly corrects: UpdateId | null }, by: Actor, at: Date,
): Promise<void> {
  await tx.query(
    `update status_updates as s set state = 'published', subject = $3::text, body = $4::text, on_page = $5::boolean, published_at = $6::timestamptz, published_by = $7::jsonb, version = s.version + 1
     where s.org_id = $1::integer and s.id = $2::bigint`,
    [orgId, id, wording.subject, wording.text, wording.onPage, at, JSON.stringify(by)],
  );
  if (wording.corrects !== null) {
    await tx.query('update status_updates as s set corrected_by = $3::bigint, version = s.version + 1 where s.org_id = $1::integer and s.id = $2::bigint', [orgId, wording.corrects, id]);
  }
}
