/** SQL of the list of held-back alerts. */
import type { AlertNoise, HeldBackAlert, NoiseVerdict, OrgId } from '#contract';
import { incidentNumber, noiseVerdict, sourceId } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import { alertIdOf, severityOf } from '../ingest/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { inputError } from '../platform/errors.ts';
import type { EpisodeRef } from './gateState.ts';

interface ListedRow {
  alert_key: string;
  starts_at: Date;
  name: string;
  summary: string;
  severity: number;
  service: string | null;
  environment: string | null;
  source_id: string;
  status: 'firing' | 'resolved';
  verdict: string;
  reason: string;
  cause_id: string;
  cause_name: string;
  since: Date;
  until_at: Date | null;
  outcome: HeldBackAlert['outcome'];
  changes: number | null;
}

interface OwnRow {
  verdict: string;
  reason: string;
  cause_id: string;
  cause_name: string;
  since: Date;
  until_at: Date | null;
  outcome: HeldBackAlert['outcome'];
  outcome_at: Date | null;
  changes: number | null;
  parent_key: string | null;
  parent_starts_at: Date | null;
  parent_name: string | null;
  parent_incident: number | null;
}

/** SQL: what became of the alert. That it was attached to an incident is told to those who may see that one. */
function outcomeSeenBy(viewer: string): string {
  return `case when h.outcome = 'attached' and not ${seenBy(viewer, 'own.incident_number')} then 'released' else h.outcome end as outcome`;
}

const OWN_INCIDENT = 'left join incident_alerts as own on own.org_id = h.org_id and own.alert_key = h.alert_key and own.starts_at = h.starts_at';

/** How one alert is or was held back; null when it never was. */
export async function selectHeldBackOf(q: Queryable, orgId: OrgId, viewer: Viewer, alert: EpisodeRef): Promise<AlertNoise['held']> {
  const [row] = await q.query<OwnRow>(
    `select h.verdict, h.reason, h.cause_id, h.cause_name, h.since, h.until_at, ${outcomeSeenBy('$4')}, h.outcome_at, h.changes,
       h.parent_key::text, h.parent_starts_at, p.name as parent_name, k.incident_number as parent_incident
     from held_back_alerts as h ${OWN_INCIDENT}
     left join alerts as p on p.org_id = h.org_id and p.alert_key = h.parent_key and p.starts_at = h.parent_starts_at
     left join incident_alerts as k on k.org_id = h.org_id and k.alert_key = h.parent_key and k.starts_at = h.parent_starts_at and ${seenBy('$4', 'k.incident_number')}
     where h.org_id = $1::integer and h.alert_key = $2::bigint and h.starts_at = $3::timestamptz`,
    [orgId, alert.alertKey, alert.startsAt, viewer],
  );
  if (row === undefined) return null;
  const { parent_key: key, parent_starts_at: startsAt, parent_name: name } = row;
  return {
    verdict: noiseVerdict.parse(row.verdict), reason: row.reason, cause: { id: row.cause_id, name: row.cause_name }, since: row.since.toISOString(),
    until: row.until_at?.toISOString() ?? null, outcome: row.outcome, outcomeAt: row.outcome_at?.toISOString() ?? null, changes: row.changes,
    explainedBy: key === null || startsAt === null || name === null
      ? null
      : { alert: alertIdOf(key, startsAt), name, incident: row.parent_incident === null ? null : incidentNumber.parse(row.parent_incident) },
  };
}

export interface HeldBackFilter {
  readonly verdict: NoiseVerdict | null;
  readonly outcome: 'waiting' | 'all';
  readonly cause: string | null;
  readonly cursor: string | undefined;
  readonly limit: number;
}

const cursorShape = /^(\d{1,16})_(-?\d{1,20})_(\d{1,16})$/;

/** One page, the newest first. */
export async function listHeldBackRows(q: Queryable, orgId: OrgId, viewer: Viewer, filter: HeldBackFilter): Promise<{ items: HeldBackAlert[]; nextCursor: string | null }> {
  const after = filter.cursor === undefined ? null : cursorShape.exec(filter.cursor);
  if (filter.cursor !== undefined && after === null) {
    throw inputError('cursor is not one that a list gave', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
  }
  const rows = await q.query<ListedRow>(
    `select h.alert_key::text, h.starts_at, a.name, a.summary, a.severity, a.service, a.environment, a.source_id, a.status, h.verdict, h.reason,
       h.cause_id, h.cause_name, h.since, h.until_at, ${outcomeSeenBy('$9')}, h.changes
     from held_back_alerts as h ${OWN_INCIDENT}
     join alerts as a on a.org_id = h.org_id and a.alert_key = h.alert_key and a.starts_at = h.starts_at
     where h.org_id = $1::integer and ($2::text = 'all' or h.outcome = 'waiting')
       and ($3::text is null or h.verdict = $3::text) and ($4::text is null or h.cause_id = $4::text)
       and ($5::timestamptz is null or (h.since, h.alert_key, h.starts_at) < ($5::timestamptz, $6::bigint, $7::timestamptz))
     order by h.since desc, h.alert_key desc, h.starts_at desc limit $8::integer`,
    [
      orgId, filter.outcome, filter.verdict, filter.cause, after?.[1] === undefined ? null : new Date(Number(after[1])), after?.[2] ?? null,
      after?.[3] === undefined ? null : new Date(Number(after[3])), filter.limit + 1, viewer,
    ],
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      alert: alertIdOf(row.alert_key, row.starts_at), name: row.name, summary: row.summary, severity: severityOf(row.severity), service: row.service,
      environment: row.environment, source: sourceId.parse(row.source_id), startsAt: row.starts_at.toISOString(), firing: row.status === 'firing',
      verdict: noiseVerdict.parse(row.verdict), reason: row.reason, cause: { id: row.cause_id, name: row.cause_name }, since: row.since.toISOString(),
      until: row.until_at?.toISOString() ?? null, outcome: row.outcome, changes: row.changes,
    })),
    nextCursor: rows.length > filter.limit && last !== undefined ? `${last.since.getTime()}_${last.alert_key}_${last.starts_at.getTime()}` : null,
  };
}
