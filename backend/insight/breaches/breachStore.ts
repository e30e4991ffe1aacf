/** SQL of forecasts of limits: who looks next, what was said, and what came. */
import {
  detectorBody, detectorId, forecastId, labels as labelsSchema, type DetectorBody, type DetectorId, type DetectorThreshold, type ForecastId, type ForecastState, type Labels, type OrgId,
} from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Outlook } from './outlook.ts';

/** A detector with a limit, taken to be looked at. */
export interface DueBreachWatch {
  readonly detector: DetectorId;
  readonly definition: DetectorBody & { readonly threshold: DetectorThreshold };
  readonly isAlerting: boolean;
  /** As it was taken: another one that took it since has another. */
  readonly lease: Date;
}

const HAS_LIMIT = "jsonb_typeof(d.definition->'threshold') = 'object'";

/** Takes the one that has been due the longest, or was changed since it was looked at; puts it off meanwhile. */
export async function takeDueWatch(q: Queryable, orgId: OrgId, now: Date, leaseMs: number): Promise<DueBreachWatch | null> {
  await q.query(
    `insert into breach_watches (org_id, detector_id, due_at, version)
     select d.org_id, d.id, $2::timestamptz, d.version from detectors as d
     where d.org_id = $1::integer and ${HAS_LIMIT} and not exists (select 1 from breach_watches as w where w.org_id = d.org_id and w.detector_id = d.id) on conflict do nothing`, [orgId, now],
  );
  const [row] = await q.query<{ detector_id: string; definition: unknown; state: string; due_at: Date }>(
    `update breach_watches as w set due_at = $2::timestamptz + make_interval(secs => $3::double precision / 1000), version = d.version
     from detectors as d
     where d.org_id = w.org_id and d.id = w.detector_id and w.org_id = $1::integer and w.detector_id = (
       select n.detector_id from breach_watches as n join detectors as d on d.org_id = n.org_id and d.id = n.detector_id
       where n.org_id = $1::integer and ${HAS_LIMIT} and (n.due_at <= $2::timestamptz or n.version <> d.version) order by n.due_at, n.detector_id limit 1 for update of n skip locked
     ) returning w.detector_id::text, d.definition, d.state, w.due_at`,
    [orgId, now, leaseMs],
  );
  if (row === undefined) return null;
  const definition = detectorBody.parse(row.definition);
  if (definition.threshold === null) return null;
  return { detector: detectorId.parse(row.detector_id), definition: { ...definition, threshold: definition.threshold }, isAlerting: row.state === 'active', lease: row.due_at };
}

/** Reckoning of one look at all the others, in milliseconds. */
export async function othersComputeMs(q: Queryable, { detector }: DueBreachWatch, orgId: OrgId): Promise<number> {
  const [row] = await q.query<{ total: number }>('select coalesce(sum(w.compute_ms), 0) as total from breach_watches as w where not (w.org_id = $1::integer and w.detector_id = $2::bigint)', [orgId, detector]);
  return row?.total ?? 0;
}

/** How a look went. */
export interface Looked {
  readonly at: Date;
  readonly dueAt: Date;
  /** Null where nothing could be reckoned. */
  readonly computeMs: number | null;
  readonly error: string | null;
}

/** Notes a look, if nobody else took it since; false: somebody did. The row is held until the transaction ends. */
export async function noteLook(tx: Transaction, orgId: OrgId, { detector, lease }: DueBreachWatch, { at, dueAt, computeMs, error }: Looked): Promise<boolean> {
  const rows = await tx.query(
    'update breach_watches as w set due_at = $4::timestamptz, looked_at = $3::timestamptz, error = $6::text, compute_ms = coalesce($7::double precision, w.compute_ms) where w.org_id = $1::integer and w.detector_id = $2::bigint and w.due_at = $5::timestamptz returning 1',
    [orgId, detector, at, dueAt, lease, error, computeMs],
  );
  return rows.length === 1;
}

/** When a detector was looked at last, and what went wrong then; null: it has no limit, or is gone. */
export async function findLook(q: Queryable, orgId: OrgId, detector: DetectorId): Promise<{ readonly at: Date | null; readonly error: string | null } | null> {
  const [row] = await q.query<{ looked_at: Date | null; error: string | null }>(
    `select w.looked_at, w.error from detectors as d left join breach_watches as w on w.org_id = d.org_id and w.detector_id = d.id
      where d.org_id = $1::integer and d.id = $2::bigint and ${HAS_LIMIT}`, [orgId, detector],
  );
  return row === undefined ? null : { at: row.looked_at, error: row.error };
}

export interface OpenForecast {
  readonly id: ForecastId;
  readonly key: string;
  readonly madeAt: Date;
  readonly saidEarliest: Date;
  readonly saidUntil: Date;
  readonly isTold: boolean;
  /** Of what was asked for then. */
  readonly asked: string;
}

/** What is open of a detector; and what was settled lately, by the keys of the series. */
export async function openForecasts(q: Queryable, orgId: OrgId, detector: DetectorId, lately: Date): Promise<{ readonly open: readonly OpenForecast[]; readonly resting: ReadonlySet<string> }> {
  const rows = await q.query<{ id: string; series_key: string; made_at: Date; said_earliest_at: Date; said_until: Date; is_told: boolean; asked: string; outcome: string | null }>(
    `select b.id::text, b.series_key, b.made_at, b.said_earliest_at, b.said_until, b.told_at is not null as is_told, b.asked, b.outcome from breach_forecasts as b
      where b.org_id = $1::integer and b.detector_id = $2::bigint and (b.outcome is null or b.outcome_at > $3::timestamptz)`, [orgId, detector, lately],
  );
  return {
    open: rows.filter(({ outcome }) => outcome === null).map((row) => ({
      id: forecastId.parse(row.id), key: row.series_key, madeAt: row.made_at, saidEarliest: row.said_earliest_at, saidUntil: row.said_until, isTold: row.is_told, asked: row.asked,
    })),
    resting: new Set(rows.filter(({ outcome }) => outcome !== null).map((row) => row.series_key)),
  };
}

type Breach = NonNullable<Outlook['breach']>;

export interface NewForecast {
  readonly detector: DetectorId;
  readonly name: string;
  readonly key: string;
  readonly labels: Labels;
  readonly service: string | null;
  readonly asked: string;
  readonly threshold: DetectorThreshold;
  readonly value: number;
  readonly breach: Breach;
  /** What the naive forecast gives for the times that are said, as far as they are. */
  readonly naive: readonly number[];
}

/** Keeps what is said of a series for the first time. */
export async function insertForecast(tx: Transaction, orgId: OrgId, { detector, name, key, labels, service, asked, threshold, value, breach, naive }: NewForecast, at: Date): Promise<ForecastId> {
  const [row] = await tx.query<{ id: string }>(
    `insert into breach_forecasts (org_id, detector_id, name, series_key, labels, service, limit_value, limit_side, made_at, updated_at, value,
       earliest_at, median_at, latest_at, said_earliest_at, said_median_at, said_latest_at, said_until, asked, naive_chances)
     values ($1::integer, $2::bigint, $3::text, $4::text, $5::jsonb, $6::text, $7::double precision, $8::text, $9::timestamptz, $9::timestamptz, $10::double precision,
       $11::timestamptz, $12::timestamptz, $13::timestamptz, $11::timestamptz, $12::timestamptz, $13::timestamptz, $14::timestamptz, $15::text, $16::double precision[]) returning id::text`,
    [orgId, detector, name, key, JSON.stringify(labels), service, threshold.value, threshold.side, at, value, new Date(breach.earliestMs), new Date(breach.medianMs),
      breach.latestMs === null ? null : new Date(breach.latestMs), new Date(breach.latestMs ?? breach.seenToMs), asked, naive],
  );
  return forecastId.parse(row?.id);
}

/** Goes on with what was said; a breach of null: it is not expected any more, for now. */
export async function updateForecast(tx: Transaction, orgId: OrgId, id: ForecastId, value: number, breach: Breach | null, at: Date): Promise<void> {
  if (breach === null) {
    await tx.query('update breach_forecasts as b set value = $3::double precision, updated_at = $4::timestamptz, eased_at = coalesce(b.eased_at, $4::timestamptz) where b.org_id = $1::integer and b.id = $2::bigint', [orgId, id, value, at]);
    return;
  }
  await tx.query(
    `update breach_forecasts as b set value = $3::double precision, updated_at = $4::timestamptz, eased_at = null, earliest_at = $5::timestamptz, median_at = $6::timestamptz, latest_at = $7::timestamptz
      where b.org_id = $1::integer and b.id = $2::bigint`,
    [orgId, id, value, at, new Date(breach.earliestMs), new Date(breach.medianMs), breach.latestMs === null ? null : new Date(breach.latestMs)],
  );
}

/** Notes that people are told of it. */
export async function markForecastTold(tx: Transaction, orgId: OrgId, id: ForecastId, at: Date): Promise<void> {
  await tx.query('update breach_forecasts as b set told_at = $3::timestamptz where b.org_id = $1::integer and b.id = $2::bigint', [orgId, id, at]);
}

/** What people were told of limits that will be crossed is shown no more; should forecasts be live again before it is settled, it is told anew. */
export async function hideOpenForecasts(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query('update breach_forecasts as b set told_at = null where b.org_id = $1::integer and b.outcome is null', [orgId]);
}

/** Notes what came. */
export async function settleForecast(tx: Transaction, orgId: OrgId, id: ForecastId, outcome: 'sooner' | 'inside' | 'later', crossedAt: Date | null, at: Date): Promise<void> {
  await tx.query(
    'update breach_forecasts as b set outcome = $3::text, crossed_at = $4::timestamptz, outcome_at = $5::timestamptz where b.org_id = $1::integer and b.id = $2::bigint', [orgId, id, outcome, crossedAt, at],
  );
}

/** Drops what will never be known. */
export async function dropForecasts(tx: Transaction, orgId: OrgId, ids: readonly ForecastId[]): Promise<void> {
  if (ids.length > 0) await tx.query('delete from breach_forecasts as b where b.org_id = $1::integer and b.id = any($2::bigint[])', [orgId, ids]);
}

/** Drops what is open of detectors that are gone or have no limit any more. */
export async function dropOrphans(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query(
    `delete from breach_forecasts as b where b.org_id = $1::integer and b.outcome is null
       and not exists (select 1 from detectors as d where d.org_id = b.org_id and d.id = b.detector_id and ${HAS_LIMIT})`, [orgId],
  );
}

/** Forgets what was said before a time. */
export async function forgetForecasts(q: Queryable, before: Date): Promise<number> {
  const rows = await q.query<{ n: number }>('with gone as (delete from breach_forecasts where made_at < $1::timestamptz returning 1) select count(*)::integer as n from gone', [before]);
  return rows[0]?.n ?? 0;
}

export interface ForecastRow {
  readonly id: ForecastId;
  readonly detector: DetectorId;
  readonly name: string;
  readonly key: string;
  readonly labels: Labels;
  readonly service: string | null;
  readonly threshold: DetectorThreshold;
  readonly madeAt: Date;
  readonly updatedAt: Date;
  readonly value: number;
  readonly expected: { readonly earliest: Date; readonly at: Date; readonly latest: Date | null };
  readonly said: { readonly earliest: Date; readonly at: Date; readonly latest: Date | null };
  readonly state: ForecastState;
  readonly crossedAt: Date | null;
  readonly endedAt: Date | null;
}

export interface ForecastFilter {
  readonly id?: ForecastId;
  readonly detector: DetectorId | null;
  readonly service: string | null;
  readonly state: 'open' | 'ended' | 'all';
  readonly before: string | null;
  readonly limit: number;
}

const STATES: readonly ForecastState[] = ['open', 'eased', 'sooner', 'inside', 'later'];

/** Forecasts, the newest first, one more than the limit. Without a detector: what people were told, and its detector alerts still where it is open. */
export async function selectForecasts(q: Queryable, orgId: OrgId, { id, detector, service, state, before, limit }: ForecastFilter): Promise<ForecastRow[]> {
  const rows = await q.query<{
    id: string; detector_id: string; name: string; series_key: string; labels: unknown; service: string | null; limit_value: number; limit_side: string; made_at: Date; updated_at: Date; value: number;
    earliest_at: Date; median_at: Date; latest_at: Date | null; said_earliest_at: Date; said_median_at: Date; said_latest_at: Date | null; state: string; crossed_at: Date | null; ended_at: Date | null;
  }>(
    `select b.id::text, b.detector_id::text, b.name, b.series_key, b.labels, b.service, b.limit_value, b.limit_side, b.made_at, b.updated_at, b.value, b.earliest_at, b.median_at, b.latest_at,
       b.said_earliest_at, b.said_median_at, b.said_latest_at, coalesce(b.outcome, case when b.eased_at is null then 'open' else 'eased' end) as state, b.crossed_at, coalesce(b.outcome_at, b.eased_at) as ended_at
     from breach_forecasts as b left join detectors as d on d.org_id = b.org_id and d.id = b.detector_id
     where b.org_id = $1::integer and ($2::bigint is null or b.id = $2::bigint) and ($3::bigint is null or b.detector_id = $3::bigint) and ($4::text is null or b.service = $4::text)
       and ($2::bigint is not null or $3::bigint is not null or b.told_at is not null)
       and ($5::text = 'all' or ($5::text = 'open') = (b.outcome is null and b.eased_at is null))
       and (b.outcome is not null or b.eased_at is not null or (${HAS_LIMIT} and ($2::bigint is not null or $3::bigint is not null or d.state = 'active')))
       and ($6::bigint is null or b.id < $6::bigint)
     order by b.id desc limit $7::integer`,
    [orgId, id ?? null, detector, service, state, before, limit + 1],
  );
  return rows.map((row) => ({
    id: forecastId.parse(row.id), detector: detectorId.parse(row.detector_id), name: row.name, key: row.series_key, labels: labelsSchema.parse(row.labels), service: row.service,
    threshold: { value: row.limit_value, side: row.limit_side === 'below' ? 'below' : 'above' }, madeAt: row.made_at, updatedAt: row.updated_at, value: row.value,
    expected: { earliest: row.earliest_at, at: row.median_at, latest: row.latest_at }, said: { earliest: row.said_earliest_at, at: row.said_median_at, latest: row.said_latest_at },
    state: STATES.find((known) => known === row.state) ?? 'open', crossedAt: row.crossed_at, endedAt: row.ended_at,
  }));
}

/** What a detector is now; null: it is gone, or has no limit. */
export async function findLimited(q: Queryable, orgId: OrgId, detector: DetectorId): Promise<(DetectorBody & { readonly threshold: DetectorThreshold }) | null> {
  const [row] = await q.query<{ definition: unknown }>('select d.definition from detectors as d where d.org_id = $1::integer and d.id = $2::bigint', [orgId, detector]);
  if (row === undefined) return null;
  const definition = detectorBody.parse(row.definition);
  return definition.threshold === null ? null : { ...definition, threshold: definition.threshold };
}
