/** SQL of how far it is with all messages that are part of one thing. */
import type { Delivery, OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { toDelivery, VIEW_COLUMNS, type ViewRow } from './viewStore.ts';

/** How many recipients stand where. */
export interface PartCounts {
  readonly recipients: number;
  /** The provider, or the person, says that it arrived. */
  readonly arrived: number;
  /** Taken by the provider, which says no more. */
  readonly taken: number;
  readonly waiting: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Of those that arrived or were taken: over another way than the first. */
  readonly elsewhere: number;
}

export interface PartState {
  readonly counts: PartCounts;
  /** What failed or is tried again, the failed first, at most so many. */
  readonly troubled: readonly Delivery[];
}

const MOST_TROUBLED = 20;
const FROM = 'notification_messages as m join notification_deliveries as d on d.org_id = m.org_id and d.message_id = m.id where m.org_id = $1::integer and m.part_of = $2::text';

/** Where all that is part of it stands. Whoever asks may see it: that is checked before. */
export async function readPart(q: Queryable, orgId: OrgId, partOf: string): Promise<PartState> {
  const [counts] = await q.query<{ [Name in keyof PartCounts]: number }>(
    `select count(*)::integer as recipients, count(*) filter (where d.state in ('delivered', 'answered'))::integer as arrived, count(*) filter (where d.state = 'sent')::integer as taken,
       count(*) filter (where d.state in ('queued', 'sending'))::integer as waiting, count(*) filter (where d.state = 'failed')::integer as failed, count(*) filter (where d.state = 'cancelled')::integer as cancelled,
       count(*) filter (where d.hop > 0 and d.state in ('sent', 'delivered', 'answered'))::integer as elsewhere from ${FROM}`, [orgId, partOf],
  );
  const rows = await q.query<ViewRow>(
    `select ${VIEW_COLUMNS} from ${FROM} and (d.state = 'failed' or (d.state in ('queued', 'sending') and d.tries > 0 and d.error is not null)) order by d.state <> 'failed', d.id limit $3::integer`, [orgId, partOf, MOST_TROUBLED],
  );
  return { counts: counts ?? { recipients: 0, arrived: 0, taken: 0, waiting: 0, failed: 0, cancelled: 0, elsewhere: 0 }, troubled: rows.map(toDelivery) };
}
