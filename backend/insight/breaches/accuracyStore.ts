/** SQL of how good forecasts of limits were. */
import type { ForecastCoverage, OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import type { SaidCrossing } from '../accuracy/figures.ts';

/** What is said: crossed by the earliest, the middle and the latest time with these chances. */
const CHANCES = [0.1, 0.5, 0.9] as const;

/** How often the interval held, of forecasts that were made since then, had both ends, and are settled. */
export async function selectCoverage(q: Queryable, orgId: OrgId, since: Date): Promise<ForecastCoverage> {
  const rows = await q.query<{ outcome: string; n: number }>(
    `select b.outcome, count(*)::integer as n from breach_forecasts as b
      where b.org_id = $1::integer and b.made_at >= $2::timestamptz and b.outcome is not null and b.said_latest_at is not null group by 1`, [orgId, since],
  );
  const of = (outcome: string): number => rows.find((row) => row.outcome === outcome)?.n ?? 0;
  const [inside, sooner, later] = [of('inside'), of('sooner'), of('later')];
  return { judged: inside + sooner + later, inside, sooner, later };
}

/** What was said since then and is settled, beside the naive forecast of that time. */
export async function selectSaidCrossings(q: Queryable, orgId: OrgId, since: Date): Promise<SaidCrossing[]> {
  const rows = await q.query<{ made_at: Date; said_earliest_at: Date; said_median_at: Date; said_latest_at: Date | null; outcome: string; crossed_at: Date | null; naive_chances: number[] }>(
    `select b.made_at, b.said_earliest_at, b.said_median_at, b.said_latest_at, b.outcome, b.crossed_at, b.naive_chances from breach_forecasts as b
      where b.org_id = $1::integer and b.made_at >= $2::timestamptz and b.outcome is not null and b.naive_chances is not null`, [orgId, since],
  );
  return rows.map((row) => {
    const times = [row.said_earliest_at, row.said_median_at, ...(row.said_latest_at === null ? [] : [row.said_latest_at])];
    return {
      at: row.made_at, came: row.outcome !== 'later', isInside: row.said_latest_at === null ? null : row.outcome === 'inside',
      times: times.map((time, place) => ({ chance: CHANCES[place] ?? 1, naive: row.naive_chances[place] ?? 0, crossed: row.crossed_at !== null && row.crossed_at <= time })),
    };
  });
}
