/** SQL of what is known of each series. */
import { z } from 'zod';
import { detectorBand, detectorViews, type DetectorId, type Labels, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Episode } from '../episodes.ts';

const episode = z.object({
  startsAtMs: z.number(), endsAtMs: z.number().nullable(), value: z.number(), expected: detectorBand.nullable(), score: z.number(), views: detectorViews,
  calmSinceMs: z.number().nullable(), calm: z.number(),
});

export interface StoredSeries {
  readonly key: string;
  readonly labels: Labels;
  readonly state: Uint8Array;
  readonly open: Episode | null;
  readonly lastMs: number;
}

interface SeriesRow {
  series_key: string;
  labels: Labels;
  state: Buffer;
  episode: unknown;
  last_at: Date;
}

/** All series of a detector, by their keys. */
export async function readSeriesStates(q: Queryable, orgId: OrgId, id: DetectorId): Promise<Map<string, StoredSeries>> {
  const rows = await q.query<SeriesRow>(
    'select s.series_key, s.labels, s.state, s.episode, s.last_at from detector_series as s where s.org_id = $1::integer and s.detector_id = $2::bigint', [orgId, id],
  );
  return new Map(rows.map((row) => [row.series_key, {
    key: row.series_key, labels: row.labels, state: new Uint8Array(row.state), open: row.episode === null ? null : episode.parse(row.episode), lastMs: row.last_at.getTime(),
  }]));
}

/** Writes what is known of the series now. */
export async function writeSeriesStates(tx: Transaction, orgId: OrgId, id: DetectorId, series: readonly StoredSeries[]): Promise<void> {
  if (series.length === 0) return;
  await tx.query(
    `insert into detector_series (org_id, detector_id, series_key, labels, state, episode, last_at)
     select $1::integer, $2::bigint, u.key, u.labels::jsonb, decode(u.state, 'base64'), u.episode::jsonb, u.last_at
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) as u(key, labels, state, episode, last_at)
     on conflict (org_id, detector_id, series_key) do update set state = excluded.state, episode = excluded.episode, last_at = excluded.last_at`,
    [
      orgId, id, series.map(({ key }) => key), series.map(({ labels }) => JSON.stringify(labels)), series.map(({ state }) => Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString('base64')),
      series.map(({ open }) => (open === null ? null : JSON.stringify(open))), series.map(({ lastMs }) => new Date(lastMs)),
    ],
  );
}

/** Forgets series that have given nothing since a time. */
export async function forgetSeries(tx: Transaction, orgId: OrgId, id: DetectorId, before: Date): Promise<void> {
  await tx.query('delete from detector_series where org_id = $1::integer and detector_id = $2::bigint and last_at < $3::timestamptz and episode is null', [orgId, id, before]);
}

/** Forgets series by their keys. */
export async function dropSeries(tx: Transaction, orgId: OrgId, id: DetectorId, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query('delete from detector_series where org_id = $1::integer and detector_id = $2::bigint and series_key = any($3::text[])', [orgId, id, keys]);
}

/** Takes note that findings were ended from outside, so that the next values do not carry them on. */
export async function dropEpisodes(tx: Transaction, orgId: OrgId, id: DetectorId): Promise<void> {
  await tx.query('update detector_series set episode = null where org_id = $1::integer and detector_id = $2::bigint and episode is not null', [orgId, id]);
}

/** Bytes kept of all series, per detector. */
export async function stateBytesOf(q: Queryable, orgId: OrgId, ids: readonly DetectorId[]): Promise<Map<string, number>> {
  const rows = await q.query<{ id: string; bytes: number }>(
    'select s.detector_id::text as id, sum(octet_length(s.state))::integer as bytes from detector_series as s where s.org_id = $1::integer and s.detector_id = any($2::bigint[]) group by 1', [orgId, ids],
  );
  return new Map(rows.map(({ id, bytes }) => [id, bytes]));
}
