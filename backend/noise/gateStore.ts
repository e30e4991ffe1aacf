/** SQL of alerts that are held back. */
import { noiseVerdict, type NoiseVerdict, type OrgId } from '#contract';
import { severityOf, severityRank } from '../ingest/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import type { EpisodeRef, HeldBack } from './gateState.ts';

interface HeldBackRow {
  alert_key: string;
  starts_at: Date;
  verdict: string;
  cause_id: string;
  cause_name: string;
  reason: string;
  severity: number;
  service: string | null;
  since: Date;
  verdict_since: Date;
  judged_at: Date;
  until_at: Date | null;
  parent_key: string | null;
  parent_starts_at: Date | null;
  attach: HeldBack['attach'];
  cleared: boolean;
  changes: number | null;
}

const COLUMNS = `h.alert_key::text, h.starts_at, h.verdict, h.cause_id, h.cause_name, h.reason, h.severity, h.service, h.since, h.verdict_since, h.judged_at,
  h.until_at, h.parent_key::text, h.parent_starts_at, h.attach, h.cleared, h.changes`;

function toHeldBack(row: HeldBackRow): HeldBack {
  return {
    alertKey: row.alert_key, startsAt: row.starts_at, verdict: noiseVerdict.parse(row.verdict), causeId: row.cause_id, causeName: row.cause_name,
    reason: row.reason, severity: severityOf(row.severity), service: row.service, sinceMs: row.since.getTime(), verdictSinceMs: row.verdict_since.getTime(),
    judgedMs: row.judged_at.getTime(), untilMs: row.until_at?.getTime() ?? null,
    parent: row.parent_key === null || row.parent_starts_at === null ? null : { alertKey: row.parent_key, startsAt: row.parent_starts_at },
    attach: row.attach, cleared: row.cleared, changes: row.changes,
  };
}

/** Alerts that wait now. */
export async function selectWaiting(q: Queryable, orgId: OrgId): Promise<HeldBack[]> {
  const rows = await q.query<HeldBackRow>(`select ${COLUMNS} from held_back_alerts as h where h.org_id = $1::integer and h.outcome = 'waiting'`, [orgId]);
  return rows.map(toHeldBack);
}

/** Alerts that wait and whose time has come, the longest overdue first. */
export async function selectDue(q: Queryable, orgId: OrgId, at: Date, limit: number): Promise<HeldBack[]> {
  const rows = await q.prepared<HeldBackRow>(
    'select-held-back-due',
    `select ${COLUMNS} from held_back_alerts as h
     where h.org_id = $1::integer and h.outcome = 'waiting' and h.look_again_at <= $2::timestamptz
     order by h.look_again_at, h.alert_key, h.starts_at limit $3::integer`,
    [orgId, at, limit],
  );
  return rows.map(toHeldBack);
}

/** What has become of the waiting ones among these alerts: where each was given to correlation, or null when it was not. */
export async function selectReleases(q: Queryable, orgId: OrgId, alerts: readonly EpisodeRef[]): Promise<Map<string, string | null>> {
  const rows = await q.query<{ alert_key: string; starts_at: Date; released_position: string | null }>(
    `select h.alert_key::text, h.starts_at, h.released_position::text from unnest($2::bigint[], $3::timestamptz[]) as i(alert_key, starts_at)
     join held_back_alerts as h on h.org_id = $1::integer and h.alert_key = i.alert_key and h.starts_at = i.starts_at`,
    [orgId, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt)],
  );
  return new Map(rows.map((row) => [`${row.alert_key}/${row.starts_at.getTime()}`, row.released_position]));
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Writes alerts that wait. `lookAgainMs` is when the sweep takes each up. */
export async function writeWaiting(q: Queryable, orgId: OrgId, entries: readonly (HeldBack & { readonly lookAgainMs: number | null })[]): Promise<void> {
  if (entries.length === 0) return;
  await q.prepared(
    'write-held-back',
    `insert into held_back_alerts as h (
       org_id, alert_key, starts_at, verdict, cause_id, cause_name, reason, severity, since, verdict_since, judged_at, until_at, look_again_at,
       parent_key, parent_starts_at, attach, cleared, changes, service, outcome)
     select $1::integer, i.*, 'waiting'
     from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::timestamptz[], $10::timestamptz[],
       $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::bigint[], $15::timestamptz[], $16::text[], $17::boolean[], $18::integer[], $19::text[]) as i
     on conflict (org_id, alert_key, starts_at) do update set
       verdict = excluded.verdict, cause_id = excluded.cause_id, cause_name = excluded.cause_name, reason = excluded.reason,
       severity = excluded.severity, service = excluded.service, verdict_since = excluded.verdict_since, judged_at = excluded.judged_at, until_at = excluded.until_at,
       look_again_at = excluded.look_again_at, parent_key = excluded.parent_key, parent_starts_at = excluded.parent_starts_at,
       attach = excluded.attach, cleared = excluded.cleared, changes = excluded.changes`,
    [
      orgId, entries.map((e) => e.alertKey), entries.map((e) => e.startsAt.toISOString()), entries.map((e) => e.verdict), entries.map((e) => e.causeId),
      entries.map((e) => e.causeName), entries.map((e) => e.reason), entries.map((e) => severityRank(e.severity)), entries.map((e) => instantOf(e.sinceMs)),
      entries.map((e) => instantOf(e.verdictSinceMs)), entries.map((e) => instantOf(e.judgedMs)), entries.map((e) => instantOf(e.untilMs)), entries.map((e) => instantOf(e.lookAgainMs)),
      entries.map((e) => e.parent?.alertKey ?? null), entries.map((e) => e.parent?.startsAt.toISOString() ?? null), entries.map((e) => e.attach),
      entries.map((e) => e.cleared), entries.map((e) => e.changes), entries.map((e) => e.service),
    ],
  );
}

export interface Settled extends EpisodeRef {
  readonly outcome: 'released' | 'attached' | 'ended';
  readonly position: string | null;
}

/** Notes what became of alerts that waited. */
export async function writeOutcomes(q: Queryable, orgId: OrgId, at: Date, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  await q.prepared(
    'write-held-back-outcomes',
    `update held_back_alerts as h set outcome = i.outcome, outcome_at = $2::timestamptz, released_position = i.position, look_again_at = null
     from unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::bigint[]) as i(alert_key, starts_at, outcome, position)
     where h.org_id = $1::integer and h.alert_key = i.alert_key and h.starts_at = i.starts_at and h.outcome = 'waiting'`,
    [orgId, at, settled.map((s) => s.alertKey), settled.map((s) => s.startsAt.toISOString()), settled.map((s) => s.outcome), settled.map((s) => s.position)],
  );
}

/** Moves the time at which alerts are taken up; null: they have been, and wait for what comes of it. */
export async function postpone(q: Queryable, orgId: OrgId, until: Date | null, alerts: readonly (EpisodeRef & { readonly cleared?: boolean; readonly detach?: boolean })[]): Promise<void> {
  if (alerts.length === 0) return;
  await q.prepared(
    'postpone-held-back',
    `update held_back_alerts as h set look_again_at = $2::timestamptz, cleared = h.cleared or i.cleared,
       attach = case when i.detach then 'never' else h.attach end
     from unnest($3::bigint[], $4::timestamptz[], $5::boolean[], $6::boolean[]) as i(alert_key, starts_at, cleared, detach)
     where h.org_id = $1::integer and h.alert_key = i.alert_key and h.starts_at = i.starts_at and h.outcome = 'waiting'`,
    [
      orgId, until?.toISOString() ?? null, alerts.map((alert) => alert.alertKey), alerts.map((alert) => alert.startsAt.toISOString()),
      alerts.map((alert) => alert.cleared === true), alerts.map((alert) => alert.detach === true),
    ],
  );
}

/** How many alerts wait, by verdict. */
export async function countWaiting(q: Queryable, orgId: OrgId): Promise<Record<NoiseVerdict, number>> {
  const rows = await q.query<{ verdict: string; n: number }>(
    `select h.verdict, count(*)::integer as n from held_back_alerts as h where h.org_id = $1::integer and h.outcome = 'waiting' group by h.verdict`, [orgId],
  );
  const counts = { maintenance: 0, silenced: 0, suppressed: 0, inhibited: 0, flapping: 0, below_threshold: 0, held: 0 };
  for (const row of rows) counts[noiseVerdict.parse(row.verdict)] = row.n;
  return counts;
}

/** How many alerts each cause has held back since an instant, and how many of them were sev1. */
export async function countByCause(q: Queryable, orgId: OrgId, since: Date): Promise<Map<string, { alerts: number; sev1: number }>> {
  const rows = await q.query<{ cause_id: string; alerts: number; sev1: number }>(
    `select h.cause_id, count(*)::integer as alerts, (count(*) filter (where h.severity = 1))::integer as sev1
     from held_back_alerts as h where h.org_id = $1::integer and h.since >= $2::timestamptz group by h.cause_id`,
    [orgId, since],
  );
  return new Map(rows.map((row) => [row.cause_id, { alerts: row.alerts, sev1: row.sev1 }]));
}

/** Deletes what is known of alerts that no longer exist. */
export async function deleteLooseHeldBack(q: Queryable, before: Date): Promise<number> {
  const rows = await q.query<{ n: number }>(
    `with gone as (
       delete from held_back_alerts as h where h.since < $1::timestamptz
         and not exists (select 1 from alerts as a where a.org_id = h.org_id and a.alert_key = h.alert_key and a.starts_at = h.starts_at)
       returning 1)
     select count(*)::integer as n from gone`,
    [before],
  );
  return rows[0]?.n ?? 0;
}
