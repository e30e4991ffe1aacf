/** Who is reached over a channel, before it goes. */
import type { OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';

const MOST_NAMED = 5;

/** Contact points on a channel, in words: the first few people by name, the others as a number. */
export async function contactsOnChannel(q: Queryable, orgId: OrgId, channel: string): Promise<string[]> {
  const rows = await q.query<{ name: string; people: number }>(
    `select coalesce(u.name, p.user_key) as name, count(*) over ()::integer as people
       from (select distinct c.user_key from contact_points as c where c.org_id = $1::integer and c.channel = $2::text) as p
       left join users as u on u.org_id = $1::integer and u.user_key = p.user_key
      order by 1 limit $3::integer`, [orgId, channel, MOST_NAMED],
  );
  const more = (rows[0]?.people ?? 0) - rows.length;
  return [...rows.map(({ name }) => `the contact point of ${name}`), ...(more > 0 ? [`those of ${more} more people`] : [])];
}
