/** SQL of an alert's past. Episodes of one alert stand together in the primary key, so it costs what is shown, not what is stored. */
import type { OrgId } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import type { PastEpisode } from './alertTrend.ts';

/** Newest episodes that the figures are made of. */
export const TREND_EPISODES = 2_000;

export interface AlertPast {
  readonly firstMs: number;
  readonly episodes: readonly PastEpisode[];
  readonly capped: boolean;
}

/** The past of the alert with this key; null when it has none. Incidents that are hidden from the viewer count as none. */
export async function selectAlertPast(q: Queryable, orgId: OrgId, viewer: Viewer, alertKey: string): Promise<AlertPast | null> {
  const rows = await q.prepared<{ starts_at: Date; ended_at: Date | null; by_itself: boolean; first_at: Date }>(
    'alert-past',
    `with newest as (
       select a.org_id, a.alert_key, a.starts_at, case when a.end_reason = 'resolved' then a.ends_at end as ended_at
       from alerts as a where a.org_id = $1::integer and a.alert_key = $2::bigint
       order by a.starts_at desc limit $3::integer + 1
     ), first as (
       select f.starts_at from alerts as f where f.org_id = $1::integer and f.alert_key = $2::bigint order by f.starts_at limit 1
     )
     select n.starts_at, n.ended_at, first.starts_at as first_at,
            i.number is null or i.acknowledged_at is null or i.acknowledged_at > n.ended_at as by_itself
     from newest as n
     cross join first
     left join incident_alerts as k on k.org_id = n.org_id and k.alert_key = n.alert_key and k.starts_at = n.starts_at
     left join incidents as i on i.org_id = k.org_id and i.number = k.incident_number and ${seenBy('$4', 'i.number')}`,
    [orgId, alertKey, TREND_EPISODES, viewer],
  );
  const first = rows[0];
  if (first === undefined) return null;
  return {
    firstMs: first.first_at.getTime(), capped: rows.length > TREND_EPISODES,
    episodes: rows.slice(0, TREND_EPISODES).map((row) => ({
      startsAtMs: row.starts_at.getTime(), endsAtMs: row.ended_at?.getTime() ?? null, endedByItself: row.by_itself,
    })),
  };
}
