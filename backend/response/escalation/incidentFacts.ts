/** SQL of what escalation knows of an incident. */
import { incidentAssessment, severity, SEVERITIES, userKey, type OrgId, type Severity, type UserKey } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { isShadowSql } from '../../standing/index.ts';

export interface IncidentFacts {
  /** The one that goes on, where it was merged away. */
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly severity: Severity;
  readonly type: string;
  readonly services: readonly string[];
  /** The service that the cause is most likely in, and the first that is affected. */
  readonly root: string | null;
  /** The same as people are told of it: how sure, and null while diagnosis is in shadow or somebody said otherwise. It decides who is called all the same. */
  readonly toldRoot: { readonly service: string; readonly confidence: number } | null;
  readonly primary: string | null;
  readonly commander: UserKey | null;
  readonly declaredAt: Date | null;
  /** Who sees it; null: everybody. */
  readonly members: readonly string[] | null;
}

interface FactsRow {
  number: number;
  title: string;
  state: string;
  severity: number;
  incident_type: string;
  services: string[];
  primary_service: string | null;
  assessment: unknown;
  contradicted: boolean;
  commander_key: string | null;
  declared_at: Date | null;
  members: string[] | null;
}

/** The facts of an incident, or of the one that goes on for it; null when there is none that the viewer may see. */
export async function readFacts(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<IncidentFacts | null> {
  const [row] = await q.query<FactsRow>(
    `select i.number, i.title, i.state, i.severity, i.incident_type, i.services, i.primary_service, i.assessment, i.commander_key, i.declared_at, p.members, ${isShadowSql('diagnosis', 'i.org_id')} or exists (
       select 1 from incident_hypotheses as h where h.org_id = i.org_id and h.incident_number = i.number
          and h.verdict = case when h.service is not distinct from (i.assessment->'roots'->0->>'service') then 'refuted' else 'confirmed' end) as contradicted
     from incidents as i left join private_incidents as p on p.org_id = i.org_id and p.incident_number = i.number
     where i.org_id = $1::integer and i.number = incident_heir($1::integer, $2::integer) and ${seenBy('$3', 'i.number')} and ${seenBy('$3', '$2::integer')}`, [orgId, number, viewer],
  );
  if (row === undefined) return null;
  const root = incidentAssessment.safeParse(row.assessment).data?.roots[0];
  return {
    number: row.number, title: row.title, state: row.state, severity: severity.parse(SEVERITIES[row.severity - 1]), type: row.incident_type, services: row.services,
    root: root?.service ?? null, toldRoot: root === undefined || row.contradicted ? null : { service: root.service, confidence: root.score }, primary: row.primary_service, commander: row.commander_key === null ? null : userKey.parse(row.commander_key),
    declaredAt: row.declared_at, members: row.members,
  };
}

/** Whether people are still called for an incident in that state. */
export function isUnderWay(state: string): boolean {
  return ['declared', 'investigating', 'identified', 'mitigating', 'monitoring'].includes(state);
}

/** When somebody last did something in an incident; null: not since then. Answers to pages are no work. */
export async function lastDeedOf(q: Queryable, orgId: OrgId, incident: number, user: UserKey, since: Date): Promise<Date | null> {
  const [row] = await q.query<{ at: Date | null }>(
    `select max(e.occurred_at) as at from event_log as e
     where e.org_id = $1::integer and e.incident_number = $2::integer and e.actor->>'key' = $3::text and e.occurred_at > $4::timestamptz and e.type not like 'escalation.%'`,
    [orgId, incident, user, since],
  );
  return row?.at ?? null;
}
