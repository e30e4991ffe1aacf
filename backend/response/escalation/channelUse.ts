/** Which policies page over a channel, before it goes. */
import type { OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';

/** Policies with a step over a channel, in words. Those that run keep what they began with, and find another way. */
export async function policiesOnChannel(q: Queryable, orgId: OrgId, channel: string): Promise<string[]> {
  const rows = await q.query<{ name: string }>(
    `select p.body->>'name' as name from escalation_policies as p
      where p.org_id = $1::integer and exists (select 1 from jsonb_array_elements(p.body->'steps') as s where s->>'channel' = $2::text) order by p.id`, [orgId, channel],
  );
  return rows.map(({ name }) => `the policy “${name}”`);
}
