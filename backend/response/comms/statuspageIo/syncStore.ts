/** SQL of the copy of the status page at Statuspage.io. */
import { z } from 'zod';
import { componentStatus, updatePhase, type OrgId } from '#contract';
import { ANYBODY, seenBy } from '../../../access/index.ts';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';
import type { CarriedUpdate } from './requests.ts';

export interface StoredSync {
  readonly enabled: boolean;
  readonly pageId: string | null;
  readonly components: readonly { readonly name: string; readonly componentId: string }[];
  readonly notify: boolean;
  /** Sealed. */
  readonly apiKey: string | null;
  readonly problem: string | null;
  readonly lastAt: Date | null;
  readonly version: number;
}

interface SyncRow {
  enabled: boolean;
  page_id: string | null;
  components: unknown;
  notify: boolean;
  api_key: string | null;
  problem: string | null;
  last_at: Date | null;
  version: number;
}

const componentsSchema = z.array(z.object({ name: z.string(), componentId: z.string() }));

/** What the key is sealed for. */
export function keyPurpose(orgId: OrgId): string {
  return `statuspage/${orgId}`;
}

/** The settings; version 1 while nobody has set anything. */
export async function readSync(q: Queryable, orgId: OrgId): Promise<StoredSync> {
  const [row] = await q.query<SyncRow>('select s.enabled, s.page_id, s.components, s.notify, s.api_key, s.problem, s.last_at, s.version from status_page_syncs as s where s.org_id = $1::integer', [orgId]);
  if (row === undefined) return { enabled: false, pageId: null, components: [], notify: true, apiKey: null, problem: null, lastAt: null, version: 1 };
  return {
    enabled: row.enabled, pageId: row.page_id, components: componentsSchema.parse(row.components), notify: row.notify, apiKey: row.api_key, problem: row.problem, lastAt: row.last_at, version: row.version,
  };
}

/** Replaces the settings if they still have that version. What was published before it is enabled is not carried over. */
export async function replaceSync(tx: Transaction, orgId: OrgId, version: number, sync: Pick<StoredSync, 'enabled' | 'pageId' | 'components' | 'notify' | 'apiKey'>, at: Date): Promise<boolean> {
  const values = [orgId, sync.enabled, sync.pageId, JSON.stringify(sync.components), sync.notify, sync.apiKey, at];
  const rows = await tx.query(
    `update status_page_syncs as s set enabled = $2::boolean, page_id = $3::text, components = $4::jsonb, notify = $5::boolean, api_key = $6::text, problem = null, claimed_until = null, version = s.version + 1,
       since = case when $2::boolean and (not s.enabled or s.page_id is distinct from $3::text) then $7::timestamptz else s.since end
     where s.org_id = $1::integer and s.version = $8::integer returning 1 as done`, [...values, version],
  );
  if (rows.length > 0 || version !== 1) return rows.length > 0;
  const made = await tx.query(
    `insert into status_page_syncs (org_id, enabled, page_id, components, notify, api_key, since, version) values ($1::integer, $2::boolean, $3::text, $4::jsonb, $5::boolean, $6::text, $7::timestamptz, 2)
     on conflict do nothing returning 1 as done`, values,
  );
  return made.length > 0;
}

/** Takes the work on it for a while; false when another replica has it, it waits after a failure, or it is off. */
export async function claimSync(q: Queryable, orgId: OrgId, now: Date, until: Date): Promise<boolean> {
  const rows = await q.query(
    `update status_page_syncs as s set claimed_until = $3::timestamptz where s.org_id = $1::integer and s.enabled and s.page_id is not null and s.api_key is not null
       and (s.claimed_until is null or s.claimed_until <= $2::timestamptz) returning 1 as done`, [orgId, now, until],
  );
  return rows.length > 0;
}

/** Gives the work back: at once, or to be tried again then, with what went wrong. Gives whether it went wrong before. */
export async function releaseSync(q: Queryable, orgId: OrgId, outcome: { readonly until: Date | null; readonly problem: string | null; readonly lastAt: Date | null }): Promise<void> {
  await q.query(
    'update status_page_syncs as s set claimed_until = $2::timestamptz, problem = $3::text, last_at = coalesce($4::timestamptz, s.last_at) where s.org_id = $1::integer', [orgId, outcome.until, outcome.problem, outcome.lastAt],
  );
}

/** Lets it be tried at once. */
export async function hurrySync(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query('update status_page_syncs as s set claimed_until = null where s.org_id = $1::integer and s.problem is not null', [orgId]);
}

const WAITING = `from status_updates as s join incidents as h on h.org_id = s.org_id and h.number = incident_heir(s.org_id, s.incident_number)
  join status_page_syncs as y on y.org_id = s.org_id
  where s.org_id = $1::integer and s.state = 'published' and s.on_page and s.published_at >= y.since and ${seenBy('$2', 's.incident_number')} and ${seenBy('$2', 'h.number')}
    and not exists (select 1 from status_page_carried as c where c.org_id = s.org_id and c.update_id = s.id)`;

/** The update that is next. */
export async function nextToCarry(q: Queryable, orgId: OrgId): Promise<CarriedUpdate | null> {
  const [row] = await q.query<{ id: string; incident: number; phase: string; subject: string; body: string; components: unknown; corrects: string | null }>(
    `select s.id::text, h.number as incident, s.phase, s.subject, s.body, s.components, s.corrects::text ${WAITING} order by s.published_at, s.id limit 1`, [orgId, ANYBODY],
  );
  if (row === undefined) return null;
  return {
    id: row.id, incident: row.incident, phase: updatePhase.parse(row.phase), title: row.subject, text: row.body, components: componentStatus.array().parse(row.components), isCorrection: row.corrects !== null,
  };
}

/** How many wait. */
export async function countToCarry(q: Queryable, orgId: OrgId): Promise<number> {
  const [row] = await q.query<{ n: number }>(`select count(*)::integer as n ${WAITING} and y.enabled`, [orgId, ANYBODY]);
  return row?.n ?? 0;
}

/** The incident there, and the names of components that its updates told of before. */
export async function findRemote(q: Queryable, orgId: OrgId, incident: number, pageId: string): Promise<{ readonly id: string | null; readonly named: string[] }> {
  const [row] = await q.query<{ remote_id: string }>(
    'select r.remote_id from status_page_remotes as r where r.org_id = $1::integer and r.incident_number = $2::integer and r.page_id = $3::text', [orgId, incident, pageId],
  );
  const names = await q.query<{ name: string }>(
    `select distinct c.value->>'name' as name from status_updates as s, jsonb_array_elements(s.components) as c
     where s.org_id = $1::integer and s.incident_number = $2::integer and s.state = 'published' and s.on_page order by 1`, [orgId, incident],
  );
  return { id: row?.remote_id ?? null, named: names.map(({ name }) => name) };
}

/** Notes which incident there it is; null: it is there no more. */
export async function keepRemote(q: Queryable, orgId: OrgId, incident: number, pageId: string, remoteId: string | null): Promise<void> {
  if (remoteId === null) {
    await q.query('delete from status_page_remotes as r where r.org_id = $1::integer and r.incident_number = $2::integer and r.page_id = $3::text', [orgId, incident, pageId]);
    return;
  }
  await q.query(
    `insert into status_page_remotes (org_id, incident_number, page_id, remote_id) values ($1::integer, $2::integer, $3::text, $4::text)
     on conflict (org_id, incident_number, page_id) do update set remote_id = excluded.remote_id`, [orgId, incident, pageId, remoteId],
  );
}

/** Notes that an update was carried over. */
export async function keepCarried(q: Queryable, orgId: OrgId, updateId: string): Promise<void> {
  await q.query('insert into status_page_carried (org_id, update_id) values ($1::integer, $2::bigint) on conflict do nothing', [orgId, updateId]);
}

/** API keys, for their exchange. */
export const STATUSPAGE_SEALED_COLUMNS: readonly SealedColumn[] = [{
  name: 'keys of Statuspage.io',
  async list(q) {
    const rows = await q.query<{ org_id: number; api_key: string }>('select s.org_id, s.api_key from status_page_syncs as s where s.api_key is not null');
    return rows.map((row) => ({
      envelope: row.api_key, purpose: `statuspage/${row.org_id}`,
      replace: async (inner, sealed) => (await inner.query('update status_page_syncs as s set api_key = $3::text where s.org_id = $1::integer and s.api_key = $2::text returning 1 as done', [row.org_id, row.api_key, sealed])).length > 0,
    }));
  },
}];
