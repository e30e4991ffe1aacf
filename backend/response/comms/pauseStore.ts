/** SQL of clocks that stand still. */
import { actor as actorSchema, type Actor, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface Pause {
  readonly incident: number;
  readonly audience: string;
  readonly until: Date;
  readonly reason: string;
  readonly by: Actor;
}

/** Pauses by incident and audience, also those that are over: until their end nothing was due. `number`: of that incident alone. */
export async function readPauses(q: Queryable, orgId: OrgId, number: number | null): Promise<Map<string, Pause>> {
  const rows = await q.query<{ incident_number: number; audience: string; until: Date; reason: string; paused_by: unknown }>(
    `select p.incident_number, p.audience, p.until, p.reason, p.paused_by from update_pauses as p
      where p.org_id = $1::integer and ($2::integer is null or p.incident_number = $2::integer)`, [orgId, number],
  );
  return new Map(rows.map((row) => [pauseKey(row.incident_number, row.audience), { incident: row.incident_number, audience: row.audience, until: row.until, reason: row.reason, by: actorSchema.parse(row.paused_by) }]));
}

/** By what a pause is found in the map. */
export function pauseKey(incident: number, audience: string): string {
  return `${incident}/${audience}`;
}

/** Lets the clocks of these audiences stand still until then. */
export async function writePauses(tx: Transaction, orgId: OrgId, incident: number, audiences: readonly string[], pause: { readonly until: Date; readonly reason: string; readonly by: Actor; readonly at: Date }): Promise<void> {
  await tx.query(
    `insert into update_pauses as p (org_id, incident_number, audience, until, reason, paused_at, paused_by)
     select $1::integer, $2::integer, a.audience, $4::timestamptz, $5::text, $6::timestamptz, $7::jsonb from unnest($3::text[]) as a(audience)
     on conflict (org_id, incident_number, audience) do update set until = excluded.until, reason = excluded.reason, paused_at = excluded.paused_at, paused_by = excluded.paused_by`,
    [orgId, incident, audiences, pause.until, pause.reason, pause.at, JSON.stringify(pause.by)],
  );
}

/** Lets all clocks of an incident run again; gives of which audiences. */
export async function endPauses(tx: Transaction, orgId: OrgId, incident: number, now: Date): Promise<string[]> {
  const rows = await tx.query<{ audience: string }>(
    'update update_pauses as p set until = $3::timestamptz where p.org_id = $1::integer and p.incident_number = $2::integer and p.until > $3::timestamptz returning p.audience', [orgId, incident, now],
  );
  return rows.map(({ audience }) => audience).sort();
}
