/** SQL of whether helpers are in shadow. Whatever tells a claim of a helper asks here first. */
import { actor, SHADOW_HELPERS, type Actor, type HelperMode, type HelperStanding, type OrgId, type ShadowHelper } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

interface ModeRow {
  helper: ShadowHelper;
  mode: HelperMode;
  since: Date;
  reason: string;
  changed_by: unknown;
  version: number;
}

/** Of a helper that nobody ever put anywhere. */
export const LIVE: HelperStanding = { mode: 'live', since: null, by: null, reason: '', version: 0 };

function toStanding(row: ModeRow): HelperStanding {
  return { mode: row.mode, since: row.since.toISOString(), by: actor.parse(row.changed_by), reason: row.reason, version: row.version };
}

/** All that can be in shadow. */
export async function selectStandings(q: Queryable, orgId: OrgId): Promise<Map<ShadowHelper, HelperStanding>> {
  const rows = await q.query<ModeRow>('select m.helper, m.mode, m.since, m.reason, m.changed_by, m.version from helper_modes as m where m.org_id = $1::integer', [orgId]);
  return new Map([...SHADOW_HELPERS.map((helper) => [helper, LIVE] as const), ...rows.map((row) => [row.helper, toStanding(row)] as const)]);
}

/** A condition of SQL: the helper is in shadow in the organisation that `orgId` names there. */
export function isShadowSql(helper: ShadowHelper, orgId: string): string {
  return `exists (select 1 from helper_modes as m where m.org_id = ${orgId} and m.helper = '${helper}' and m.mode = 'shadow')`;
}

/** Whether what it says is neither told as a claim nor acted on. */
export async function isShadow(q: Queryable, orgId: OrgId, helper: ShadowHelper): Promise<boolean> {
  const [row] = await q.query<{ shadow: boolean }>(`select ${isShadowSql(helper, '$1::integer')} as shadow`, [orgId]);
  return row?.shadow ?? false;
}

/** Puts it there if it is as it was seen. Null: somebody was faster. */
export async function writeMode(
  tx: Transaction, orgId: OrgId, helper: ShadowHelper, seenVersion: number, { mode, reason, by, at }: { readonly mode: HelperMode; readonly reason: string; readonly by: Actor; readonly at: Date },
): Promise<HelperStanding | null> {
  const [row] = await tx.query<ModeRow>(
    `insert into helper_modes as m (org_id, helper, mode, since, reason, changed_by)
     select $1::integer, $2::text, $4::text, $5::timestamptz, $6::text, $7::jsonb where $3::integer = 0 or exists (select 1 from helper_modes as s where s.org_id = $1::integer and s.helper = $2::text)
     on conflict (org_id, helper) do update set mode = excluded.mode, since = excluded.since, reason = excluded.reason, changed_by = excluded.changed_by, version = m.version + 1
      where m.version = $3::integer
     returning m.helper, m.mode, m.since, m.reason, m.changed_by, m.version`,
    [orgId, helper, seenVersion, mode, at, reason, JSON.stringify(by)],
  );
  return row === undefined ? null : toStanding(row);
}
