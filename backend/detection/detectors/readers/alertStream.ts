/** Values of Muster's own stream: how many alerts were heard of for the first time in each step, by rule, service or source. */
import { DETECTOR_SOURCE, DRILL_SOURCE, type DetectorQuery } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import { MAX_SERIES, type ReadSeries, type SeriesReader } from './reader.ts';

type By = Extract<DetectorQuery, { kind: 'alerts' }>['by'];
const COLUMN: Readonly<Record<By, string>> = { rule: 'a.name', service: 'a.service', source: 'a.source_id' };
const LABEL: Readonly<Record<By, string>> = { rule: 'rule', service: 'service', source: 'source' };
/** Alerts wait for their transaction. */
const SETTLE_MS = 15_000;
/** Names that alerted in this time are watched, also while nothing comes. */
const KNOWN_FOR_MS = 28 * 86_400_000;

interface CountRow {
  name: string;
  at_ms: string | null;
  n: number;
}

/** The reader. A step is named by its end, so that its count is known then; one without alerts counts 0, which is a value. */
export function createAlertStreamReader({ db }: { readonly db: Queryable }): SeriesReader<'alerts'> {
  return {
    settleMs: () => SETTLE_MS,
    async read(orgId, { by }, { fromMs, toMs, stepMs }) {
      const rows = await db.query<CountRow>(
        `with known as (
           select ${COLUMN[by]} as name from alerts as a
           where a.org_id = $1::integer and a.first_seen_at > $2::timestamptz and a.first_seen_at <= $4::timestamptz and ${COLUMN[by]} is not null and a.source_id <> all($6::text[])
           group by 1 order by count(*) desc, 1 limit $7::integer
         ), counted as (
           select ${COLUMN[by]} as name, ceil(extract(epoch from a.first_seen_at) * 1000 / $5::bigint) * $5::bigint as at_ms, count(*)::integer as n
           from alerts as a
           where a.org_id = $1::integer and a.first_seen_at > $3::timestamptz and a.first_seen_at <= $4::timestamptz and a.source_id <> all($6::text[])
           group by 1, 2
         )
         select k.name, c.at_ms::bigint::text as at_ms, coalesce(c.n, 0) as n from known as k left join counted as c on c.name = k.name order by k.name, c.at_ms`,
        [orgId, new Date(toMs - KNOWN_FOR_MS), new Date(fromMs - stepMs), new Date(toMs), stepMs, [DRILL_SOURCE, DETECTOR_SOURCE], MAX_SERIES],
      );
      const counts = new Map<string, Map<number, number>>();
      for (const row of rows) {
        const of = counts.get(row.name) ?? new Map<number, number>();
        if (row.at_ms !== null) of.set(Number(row.at_ms), row.n);
        counts.set(row.name, of);
      }
      return [...counts].map(([name, of]): ReadSeries => {
        const samples = [];
        for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) samples.push({ atMs, value: of.get(atMs) ?? 0 });
        return { labels: { [LABEL[by]]: name }, samples };
      });
    },
  };
}
