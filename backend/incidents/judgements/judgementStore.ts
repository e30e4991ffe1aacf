/** SQL of judgements and of the alerts that they are about. */
import { actor, judgementBody, type Actor, type AlertId, type Judgement, type JudgementAnswer, type JudgementBody, type OrgId } from '#contract';
import { findPrivate, maySee, seenBy, type Viewer } from '../../access/index.ts';
import { alertIdOf } from '../../ingest/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { toIncidentNumber } from '../incident.ts';

interface JudgementRow {
  incident_number: number;
  judgement: unknown;
  judged_at: Date;
  judged_by: unknown;
}

function toJudgement(row: JudgementRow): Judgement {
  return {
    incident: toIncidentNumber(row.incident_number), judgement: judgementBody.parse(row.judgement), judgedAt: row.judged_at.toISOString(), judgedBy: actor.parse(row.judged_by),
  };
}

export interface JudgementFilter {
  /** Only of incidents with a smaller number. */
  readonly before?: number;
  /** Only those given from then on, and until then. */
  readonly from?: Date;
  readonly until?: Date;
  readonly limit?: number;
}

/** The judgement as the viewer may read it: without incidents that are hidden from them. Null: nothing is left of it. */
async function shownTo(q: Queryable, orgId: OrgId, viewer: Viewer, judgements: readonly Judgement[]): Promise<(Judgement | null)[]> {
  const named = judgements.flatMap(({ judgement }) => (judgement.verdict === 'should_merge' ? judgement.with : []));
  const known = await findPrivate(q, orgId, named);
  return judgements.map((given) => {
    if (given.judgement.verdict !== 'should_merge') return given;
    const others = given.judgement.with.filter((number) => maySee(known, viewer, number));
    return others.length === 0 ? null : { ...given, judgement: { ...given.judgement, with: others } };
  });
}

/** Judgements that the viewer may see, of the newest incident first. */
export async function selectJudgements(q: Queryable, orgId: OrgId, viewer: Viewer, filter: JudgementFilter): Promise<Judgement[]> {
  const rows = await q.query<JudgementRow>(
    `select j.incident_number, j.judgement, j.judged_at, j.judged_by from judgements as j
     where j.org_id = $1::integer and j.judgement is not null and ($2::integer is null or j.incident_number < $2::integer) and ${seenBy('$6', 'j.incident_number')}
       and ($4::timestamptz is null or j.judged_at >= $4::timestamptz) and ($5::timestamptz is null or j.judged_at <= $5::timestamptz)
     order by j.incident_number desc limit $3::integer`,
    [orgId, filter.before ?? null, filter.limit ?? null, filter.from ?? null, filter.until ?? null, viewer],
  );
  return (await shownTo(q, orgId, viewer, rows.map(toJudgement))).filter((judgement) => judgement !== null);
}

/** What was said of an incident, as the viewer may read it, and the version of that: zero before anybody judges. */
export async function selectJudgement(q: Queryable, orgId: OrgId, viewer: Viewer, incident: number): Promise<JudgementAnswer> {
  const [row] = await q.query<JudgementRow & { version: number }>(
    'select j.incident_number, j.judgement, j.judged_at, j.judged_by, j.version from judgements as j where j.org_id = $1::integer and j.incident_number = $2::integer',
    [orgId, incident],
  );
  if (row === undefined) return { judgement: null, version: 0 };
  const [shown = null] = row.judgement === null ? [] : await shownTo(q, orgId, viewer, [toJudgement(row)]);
  return { judgement: shown, version: row.version };
}

/** Writes a judgement, or null to take it back, in the place of the version that was seen. False when that no longer stands. */
export async function writeJudgement(tx: Transaction, orgId: OrgId, incident: number, seen: number, at: Date, by: Actor, body: JudgementBody | null): Promise<boolean> {
  const values = [orgId, incident, body === null ? null : JSON.stringify(body), at, JSON.stringify(by)];
  const rows = seen === 0
    ? await tx.query<{ version: number }>(
        `insert into judgements (org_id, incident_number, judgement, judged_at, judged_by) values ($1::integer, $2::integer, $3::jsonb, $4::timestamptz, $5::jsonb)
         on conflict (org_id, incident_number) do nothing returning version`,
        values,
      )
    : await tx.query<{ version: number }>(
        `update judgements set judgement = $3::jsonb, judged_at = $4::timestamptz, judged_by = $5::jsonb, version = version + 1
          where org_id = $1::integer and incident_number = $2::integer and version = $6::integer returning version`,
        [...values, seen],
      );
  return rows.length > 0;
}

/** Numbers of those incidents that exist for the viewer. */
export async function existingIncidents(q: Queryable, orgId: OrgId, viewer: Viewer, numbers: readonly number[]): Promise<Set<number>> {
  const rows = await q.query<{ number: number }>(
    `select i.number from incidents as i where i.org_id = $1::integer and i.number = any($2::integer[]) and ${seenBy('$3', 'i.number')}`, [orgId, numbers, viewer],
  );
  return new Set(rows.map((row) => row.number));
}

/** Alerts of incidents as they are linked now, of episodes that began in a period. */
export async function membersOf(q: Queryable, orgId: OrgId, incidents: readonly number[], from: Date, to: Date): Promise<Map<number, AlertId[]>> {
  const rows = await q.query<{ incident_number: number; alert_key: string; starts_at: Date }>(
    `select k.incident_number, k.alert_key::text, k.starts_at from incident_alerts as k
     where k.org_id = $1::integer and k.incident_number = any($2::integer[]) and k.starts_at >= $3::timestamptz and k.starts_at < $4::timestamptz`,
    [orgId, incidents, from, to],
  );
  const members = new Map<number, AlertId[]>();
  for (const row of rows) {
    const list = members.get(row.incident_number) ?? [];
    list.push(alertIdOf(row.alert_key, row.starts_at));
    members.set(row.incident_number, list);
  }
  return members;
}
