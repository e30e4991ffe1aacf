/** SQL of what metrics told of incidents, and of when they are to be asked again. */
import { z } from 'zod';
import { causeMetrics, causeSeries, contribution, incidentAssessment, type IncidentAssessment, type IncidentState, type OrgId } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import type { Diagnosis } from './diagnose.ts';

const stored = z.object({
  state: z.enum(['none', 'failed', 'calm', 'ready']),
  counts: causeMetrics.omit({ state: true, at: true }),
  services: z.array(z.object({ service: z.string(), score: z.number(), evidence: z.array(contribution), series: z.array(causeSeries) })),
  symptoms: z.array(z.object({ service: z.string(), of: z.string(), atMs: z.number(), earlierMs: z.number() })),
});
/** What came of looking. */
export type StoredDiagnosis = Omit<Diagnosis, 'state'> & Pick<z.infer<typeof stored>, 'state' | 'counts'>;

export interface MadeDiagnosis {
  readonly madeAt: Date;
  readonly result: StoredDiagnosis;
}

/** What metrics told last of an incident; null: nothing yet. */
export async function readDiagnosis(q: Queryable, orgId: OrgId, incident: number): Promise<MadeDiagnosis | null> {
  const [row] = await q.query<{ made_at: Date | null; result: unknown }>('select d.made_at, d.result from incident_diagnoses as d where d.org_id = $1::integer and d.incident_number = $2::integer', [orgId, incident]);
  return row === undefined || row.made_at === null ? null : { madeAt: row.made_at, result: stored.parse(row.result) };
}

/** The order of services that metrics told of some incidents, without its evidence, by number. */
export async function readDiagnosisScores(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<Map<number, StoredDiagnosis>> {
  const rows = await q.query<{ incident_number: number; result: unknown }>(
    `select d.incident_number, d.result || jsonb_build_object('services', array(
        select jsonb_build_object('service', s->'service', 'score', s->'score', 'evidence', '[]'::jsonb, 'series', '[]'::jsonb) from jsonb_array_elements(d.result->'services') as s)) as result
       from incident_diagnoses as d where d.org_id = $1::integer and d.incident_number = any($2::integer[]) and d.made_at is not null and d.result->>'state' = 'ready'`, [orgId, incidents],
  );
  return new Map(rows.map((row) => [row.incident_number, stored.parse(row.result)]));
}

/** Asks for an incident to be looked at, unless that was done since `since` or is asked for already. */
export async function askFor(q: Queryable, orgId: OrgId, incident: number, at: Date, since: Date): Promise<void> {
  await q.query(
    `insert into incident_diagnoses as d (org_id, incident_number, due_at) values ($1::integer, $2::integer, $3::timestamptz)
     on conflict (org_id, incident_number) do update set due_at = excluded.due_at where (d.due_at is null or d.due_at > excluded.due_at + interval '3 minutes') and (d.made_at is null or d.made_at < $4::timestamptz)`,
    [orgId, incident, at, since],
  );
}

/** Asks for all incidents of some states that nobody has asked for; drills do not count. */
export async function askForAll(q: Queryable, orgId: OrgId, states: readonly IncidentState[], at: Date): Promise<void> {
  await q.query(
    `insert into incident_diagnoses (org_id, incident_number, due_at)
     select i.org_id, i.number, $3::timestamptz from incidents as i where i.org_id = $1::integer and i.state = any($2::text[]) and i.drill is null
       and not exists (select 1 from incident_diagnoses as d where d.org_id = i.org_id and d.incident_number = i.number)
     on conflict do nothing`,
    [orgId, states, at],
  );
}

/** Takes the incident that has waited longest, and puts it off meanwhile: nobody else looks, unless this one dies. */
export async function takeDueDiagnosis(q: Queryable, orgId: OrgId, now: Date, until: Date): Promise<number | null> {
  const [row] = await q.query<{ incident_number: number }>(
    `update incident_diagnoses as d set due_at = $3::timestamptz
      where d.org_id = $1::integer and d.incident_number = (
        select n.incident_number from incident_diagnoses as n where n.org_id = $1::integer and n.due_at <= $2::timestamptz order by n.due_at, n.incident_number limit 1 for update skip locked
      ) returning d.incident_number`,
    [orgId, now, until],
  );
  return row?.incident_number ?? null;
}

/** Keeps what came of it, and when it is looked at next. */
export async function writeDiagnosis(q: Queryable, orgId: OrgId, incident: number, result: StoredDiagnosis, at: Date, nextAt: Date | null, tookMs: number): Promise<void> {
  await q.query(
    `update incident_diagnoses set result = $3::jsonb, made_at = $4::timestamptz, due_at = $5::timestamptz, took_ms = $6::double precision where org_id = $1::integer and incident_number = $2::integer`,
    [orgId, incident, JSON.stringify(result), at, nextAt, tookMs],
  );
}

/** Nobody looks at it any more. */
export async function restDiagnosis(q: Queryable, orgId: OrgId, incident: number): Promise<void> {
  await q.query('update incident_diagnoses set due_at = null where org_id = $1::integer and incident_number = $2::integer', [orgId, incident]);
}

export interface Subject {
  readonly state: IncidentState;
  readonly services: readonly string[];
  /** The service with most alerts. */
  readonly loudest: string | null;
  readonly beganAt: Date;
  readonly resolvedAt: Date | null;
  readonly assessment: IncidentAssessment | null;
}

/** What is to be diagnosed, whoever may see it. */
export async function readSubject(q: Queryable, orgId: OrgId, incident: number): Promise<Subject | null> {
  const [row] = await q.query<{ state: IncidentState; services: string[]; primary_service: string | null; began_at: Date; resolved_at: Date | null; assessment: unknown }>(
    `select i.state, i.services, i.primary_service, least(i.detected_at, i.first_alert_at, i.impact_started_at) as began_at, i.resolved_at, i.assessment
       from incidents as i where i.org_id = $1::integer and i.number = $2::integer`,
    [orgId, incident],
  );
  return row === undefined ? null : {
    state: row.state, services: row.services, loudest: row.primary_service, beganAt: row.began_at, resolvedAt: row.resolved_at,
    assessment: row.assessment === null ? null : incidentAssessment.parse(row.assessment),
  };
}
