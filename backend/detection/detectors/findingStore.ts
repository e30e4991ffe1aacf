/** SQL of findings: what was found, what intake was told, and what people say of it. */
import { z } from 'zod';
import { detectorBand, detectorBody, detectorId, detectorViews, findingId, labels as labelsSchema, logPattern, type DetectorBody, type LogPattern, type DetectorId, type FindingId, type FindingVerdict, type Labels, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Episode } from '../episodes.ts';

/** What an alert of a finding says, as it was set when it was found. */
const alertTexts = z.object({ labels: labelsSchema, annotations: labelsSchema, generatorURL: z.string().nullable() });
export type AlertTexts = z.infer<typeof alertTexts>;

export interface StoredFinding {
  readonly id: FindingId;
  readonly detector: DetectorId;
  readonly name: string;
  readonly seriesKey: string;
  readonly labels: Labels;
  readonly mode: 'shadow' | 'active';
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly value: number;
  readonly expected: z.infer<typeof detectorBand> | null;
  readonly score: number;
  readonly views: z.infer<typeof detectorViews>;
  /** Of a finding in logs. */
  readonly pattern: LogPattern | null;
  readonly alert: AlertTexts;
  readonly verdict: FindingVerdict | null;
  readonly judgedBy: string | null;
  readonly judgedAt: Date | null;
}

interface FindingRow {
  id: string;
  detector_id: string;
  name: string;
  series_key: string;
  labels: Labels;
  mode: string;
  starts_at: Date;
  ends_at: Date | null;
  value: number;
  expected: unknown;
  score: number;
  views: unknown;
  pattern: unknown;
  alert: unknown;
  verdict: string | null;
  judged_by: string | null;
  judged_at: Date | null;
}

const COLUMNS = 'f.id::text, f.detector_id::text, f.name, f.series_key, f.labels, f.mode, f.starts_at, f.ends_at, f.value, f.expected, f.score, f.views, f.pattern, f.alert, f.verdict, f.judged_by, f.judged_at';

function toFinding(row: FindingRow): StoredFinding {
  return {
    id: findingId.parse(row.id), detector: detectorId.parse(row.detector_id), name: row.name, seriesKey: row.series_key, labels: row.labels, mode: row.mode === 'active' ? 'active' : 'shadow',
    startsAt: row.starts_at, endsAt: row.ends_at, value: row.value, expected: row.expected === null ? null : detectorBand.parse(row.expected), score: row.score,
    views: detectorViews.parse(row.views), pattern: row.pattern === null ? null : logPattern.parse(row.pattern), alert: alertTexts.parse(row.alert), verdict: row.verdict === 'right' || row.verdict === 'wrong' ? row.verdict : null, judgedBy: row.judged_by, judgedAt: row.judged_at,
  };
}

const FORGET_BATCH = 5_000;

export interface NewFinding {
  readonly detector: DetectorId;
  readonly name: string;
  readonly seriesKey: string;
  readonly labels: Labels;
  readonly mode: 'shadow' | 'active';
  readonly episode: Episode;
  readonly pattern: LogPattern | null;
  readonly alert: AlertTexts;
  readonly foundAt: Date;
}

/** Keeps a finding, or carries the one on that began then. True when it is new. */
export async function putFinding(tx: Transaction, orgId: OrgId, { detector, name, seriesKey, labels, mode, episode, pattern, alert, foundAt }: NewFinding): Promise<boolean> {
  const [row] = await tx.query<{ is_new: boolean }>(
    `insert into detector_findings as f (org_id, detector_id, name, series_key, labels, mode, starts_at, ends_at, value, expected, score, views, alert, found_at, pattern)
     values ($1::integer, $2::bigint, $3::text, $4::text, $5::jsonb, $6::text, $7::timestamptz, $8::timestamptz, $9::double precision, $10::jsonb, $11::double precision, $12::jsonb, $13::jsonb, $14::timestamptz, $15::jsonb)
     on conflict (org_id, detector_id, series_key, starts_at) do update set ends_at = excluded.ends_at, score = greatest(f.score, excluded.score), pattern = coalesce(excluded.pattern, f.pattern)
     returning (xmax = 0) as is_new`,
    [
      orgId, detector, name, seriesKey, JSON.stringify(labels), mode, new Date(episode.startsAtMs), episode.endsAtMs === null ? null : new Date(episode.endsAtMs), episode.value,
      episode.expected === null ? null : JSON.stringify(episode.expected), episode.score, JSON.stringify(episode.views), JSON.stringify(alert), foundAt, pattern === null ? null : JSON.stringify(pattern),
    ],
  );
  return row?.is_new === true;
}

/** Ends what is not over, at `at` or where it began. */
export async function endFindings(tx: Transaction, orgId: OrgId, detector: DetectorId, at: Date): Promise<void> {
  await tx.query(
    'update detector_findings set ends_at = greatest(starts_at, $3::timestamptz) where org_id = $1::integer and detector_id = $2::bigint and ends_at is null', [orgId, detector, at],
  );
}

/** What was found in shadow and is not over becomes an alert: its detector alerts from now on. Gives when each began. */
export async function promoteFindings(tx: Transaction, orgId: OrgId, detector: DetectorId): Promise<Date[]> {
  const rows = await tx.query<{ starts_at: Date }>(
    "update detector_findings set mode = 'active' where org_id = $1::integer and detector_id = $2::bigint and ends_at is null and mode = 'shadow' returning starts_at", [orgId, detector],
  );
  return rows.map(({ starts_at: startsAt }) => startsAt).sort((a, b) => a.getTime() - b.getTime());
}

/** Findings of active detectors of which intake does not know everything yet. */
export async function listUntold(q: Queryable, orgId: OrgId, limit: number): Promise<StoredFinding[]> {
  const rows = await q.query<FindingRow>(
    `select ${COLUMNS} from detector_findings as f
     where f.org_id = $1::integer and f.mode = 'active' and f.told is distinct from 'resolved' and (f.told is null or f.ends_at is not null) order by f.id limit $2::integer`,
    [orgId, limit],
  );
  return rows.map(toFinding);
}

/** Notes what intake has taken. */
export async function markTold(q: Queryable, orgId: OrgId, firing: readonly FindingId[], resolved: readonly FindingId[]): Promise<void> {
  await q.query(
    `update detector_findings set told = case when id = any($3::bigint[]) then 'resolved' else 'firing' end
     where org_id = $1::integer and (id = any($2::bigint[]) or id = any($3::bigint[])) and told is distinct from 'resolved'`,
    [orgId, firing, resolved],
  );
}

export interface FindingFilter {
  readonly detector: DetectorId | null;
  readonly verdict: 'any' | 'none' | 'right' | 'wrong';
  /** Start and id of the last one that was read. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** Findings, the newest first; one more than the limit. */
export async function listFindingRows(q: Queryable, orgId: OrgId, { detector, verdict, after, limit }: FindingFilter): Promise<StoredFinding[]> {
  const rows = await q.query<FindingRow>(
    `select ${COLUMNS} from detector_findings as f
     where f.org_id = $1::integer and ($2::bigint is null or f.detector_id = $2::bigint)
       and ($3::text = 'any' or ($3::text = 'none' and f.verdict is null) or f.verdict = $3::text)
       and ($4::timestamptz is null or (f.starts_at, f.id) < ($4::timestamptz, $5::bigint))
     order by f.starts_at desc, f.id desc limit $6::integer`,
    [orgId, detector, verdict, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  return rows.map(toFinding);
}

/** What some detectors found that began within a time. Findings that people judged wrong do not count. */
export async function findingsBetween(q: Queryable, orgId: OrgId, detectors: readonly DetectorId[], from: Date, to: Date): Promise<StoredFinding[]> {
  const rows = await q.query<FindingRow>(
    `select ${COLUMNS} from detector_findings as f
     where f.org_id = $1::integer and f.detector_id = any($2::bigint[]) and f.starts_at >= $3::timestamptz and f.starts_at <= $4::timestamptz and f.verdict is distinct from 'wrong'
     order by f.starts_at, f.id limit 2000`,
    [orgId, detectors, from, to],
  );
  return rows.map(toFinding);
}

/** What detectors that still are found about a time, the newest first, with what they watch. Findings that people judged wrong do not count. */
export async function findingsNear(q: Queryable, orgId: OrgId, from: Date, to: Date, limit: number): Promise<{ readonly finding: StoredFinding; readonly definition: DetectorBody }[]> {
  const rows = await q.query<FindingRow & { definition: unknown }>(
    `select ${COLUMNS}, d.definition from detector_findings as f join detectors as d on d.org_id = f.org_id and d.id = f.detector_id
     where f.org_id = $1::integer and f.starts_at >= $2::timestamptz and f.starts_at <= $3::timestamptz and f.verdict is distinct from 'wrong'
     order by f.starts_at desc, f.id desc limit $4::integer`,
    [orgId, from, to, limit],
  );
  return rows.map((row) => ({ finding: toFinding(row), definition: detectorBody.parse(row.definition) }));
}

/** Says what somebody thinks of a finding. Null: there is no such finding. */
export async function judge(tx: Transaction, orgId: OrgId, id: FindingId, verdict: FindingVerdict | null, by: string, at: Date): Promise<StoredFinding | null> {
  const [row] = await tx.query<FindingRow>(
    `update detector_findings as f set verdict = $3::text, judged_by = case when $3::text is null then null else $4::text end, judged_at = case when $3::text is null then null else $5::timestamptz end
     where f.org_id = $1::integer and f.id = $2::bigint returning ${COLUMNS}`,
    [orgId, id, verdict, by, at],
  );
  return row === undefined ? null : toFinding(row);
}

export interface FindingCounts {
  readonly findings: number;
  readonly open: number;
  readonly right: number;
  readonly wrong: number;
  readonly lastAt: Date | null;
}

/** What was found by each detector since it has watched as it does now; while it learns anew, since it watched the last time. */
export async function countFindings(q: Queryable, orgId: OrgId, ids: readonly DetectorId[]): Promise<Map<string, FindingCounts>> {
  const rows = await q.query<{ id: string; findings: number; open: number; right: number; wrong: number; last_at: Date | null }>(
    `select f.detector_id::text as id, count(*)::integer as findings, count(*) filter (where f.ends_at is null)::integer as open,
       count(*) filter (where f.verdict = 'right')::integer as right, count(*) filter (where f.verdict = 'wrong')::integer as wrong, max(f.starts_at) as last_at
     from detector_findings as f join detectors as d on d.org_id = f.org_id and d.id = f.detector_id
     where f.org_id = $1::integer and f.detector_id = any($2::bigint[]) and f.found_at >= d.watched_since group by 1`,
    [orgId, ids],
  );
  return new Map(rows.map(({ id, last_at, ...counts }) => [id, { ...counts, lastAt: last_at }]));
}

/** Forgets findings that ended before a time, of all organisations, in small batches. Gives how many. */
export async function forgetFindings(q: Queryable, before: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const [row] = await q.query<{ n: number }>(
      `with old as (select f.org_id, f.id from detector_findings as f where f.ends_at < $1::timestamptz limit $2::integer),
       gone as (delete from detector_findings as f using old where f.org_id = old.org_id and f.id = old.id returning 1) select count(*)::integer as n from gone`, [before, FORGET_BATCH],
    );
    total += row?.n ?? 0;
    if ((row?.n ?? 0) < FORGET_BATCH) return total;
  }
}
