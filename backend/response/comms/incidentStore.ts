/** SQL of what communication reads of incidents: what templates tell, and what clocks run by. */
import { incidentState, severity, SEVERITIES, updatePhase, type IncidentState, type OrgId, type Severity } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { RUNNING_STATES, type DueFacts, type LastTold } from './dues.ts';

interface IncidentRow {
  number: number;
  title: string;
  state: string;
  severity: number;
  services: string[];
  commander_key: string | null;
  commander: string | null;
  started_at: Date | null;
  declared_at: Date | null;
  resolved_at: Date | null;
  drill: boolean;
  members: string[] | null;
  communications_key: string | null;
  communications: string | null;
}

/** An incident, as far as updates tell of it. */
export interface IncidentFacts {
  readonly number: number;
  readonly title: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly commanderKey: string | null;
  readonly commander: string | null;
  /** Who plays the role communications. */
  readonly communicationsKey: string | null;
  readonly communications: string | null;
  readonly startedAt: Date | null;
  readonly declaredAt: Date | null;
  readonly resolvedAt: Date | null;
  /** It belongs to a drill: nobody is sent anything of it. */
  readonly drill: boolean;
  /** Who alone sees it; null: everybody. */
  readonly members: readonly string[] | null;
}

/** A severity by its number in the database. */
export function severityNumbered(rank: number): Severity {
  return severity.parse(SEVERITIES[rank - 1]);
}

function toFacts(row: IncidentRow): IncidentFacts {
  return {
    number: row.number, title: row.title, state: incidentState.parse(row.state), severity: severityNumbered(row.severity), services: row.services, commanderKey: row.commander_key, commander: row.commander,
    communicationsKey: row.communications_key, communications: row.communications, startedAt: row.started_at, declaredAt: row.declared_at, resolvedAt: row.resolved_at, drill: row.drill, members: row.members,
  };
}

const COLUMNS = `i.number, i.title, i.state, i.severity, i.services, i.commander_key, u.name as commander, coalesce(i.impact_started_at, i.first_alert_at, i.detected_at) as started_at,
  i.declared_at, i.resolved_at, i.drill is not null as drill, r.user_key as communications_key, n.name as communications, (select p.members from private_incidents as p where p.org_id = i.org_id and p.incident_number = i.number) as members`;
const FROM = `incidents as i left join users as u on u.org_id = i.org_id and u.user_key = i.commander_key
  left join incident_roles as r on r.org_id = i.org_id and r.incident_number = i.number and r.role = 'communications' left join users as n on n.org_id = i.org_id and n.user_key = r.user_key`;

/** One incident, if the viewer may see it. */
export async function findIncidentFacts(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<IncidentFacts | null> {
  const [row] = await q.query<IncidentRow>(`select ${COLUMNS} from ${FROM} where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')}`, [orgId, number, viewer]);
  return row === undefined ? null : toFacts(row);
}

interface TimedRow extends IncidentRow {
  began_at: Date;
  /** Newest published update of each audience: [{"audience","at","phase","promised"}]. */
  told: readonly { audience: string; at: string; phase: string; promised: string | null }[];
}

/** An incident whose clocks run, with what each audience was told last. */
export interface TimedIncident {
  readonly incident: IncidentFacts;
  readonly facts: Omit<DueFacts, 'last'>;
  readonly lastOf: ReadonlyMap<string, LastTold>;
}

/** Incidents that run or were just resolved, the viewer's alone; `number`: that one. Those of what was merged into one count as its own. */
export async function listTimedIncidents(q: Queryable, orgId: OrgId, viewer: Viewer, number: number | null): Promise<TimedIncident[]> {
  const rows = await q.query<TimedRow>(
    `select ${COLUMNS},
       greatest(i.declared_at, (select max(e.occurred_at) from event_log as e where e.org_id = i.org_id and e.incident_number = i.number
         and e.type in ('incident.severity_changed', 'incident.reopened', 'incident.promoted'))) as began_at,
       coalesce((select json_agg(json_build_object('audience', n.audience, 'at', n.published_at, 'phase', n.phase, 'promised', n.next_update_at)) from (
         select distinct on (s.audience) s.audience, s.published_at, s.phase, s.next_update_at from status_updates as s
         where s.org_id = i.org_id and s.state = 'published'
           and s.incident_number in (with recursive family as (
             select i.number as number union select m.number from family as f join incidents as m on m.org_id = i.org_id and m.merged_into = f.number) select f.number from family as f)
         order by s.audience, s.published_at desc, s.id desc) as n), '[]'::json) as told
     from ${FROM}
     where i.org_id = $1::integer and ${seenBy('$2', 'i.number')} and i.declared_at is not null and i.state = any($3::text[]) and ($4::integer is null or i.number = $4::integer)
     order by i.number`,
    [orgId, viewer, [...RUNNING_STATES, 'resolved'], number],
  );
  return rows.map((row) => {
    const incident = toFacts(row);
    return {
      incident,
      facts: { severity: incident.severity, state: incident.state, beganMs: row.began_at.getTime(), resolvedMs: row.resolved_at?.getTime() ?? null },
      lastOf: new Map(row.told.map((told) => [told.audience, {
        atMs: Date.parse(told.at), phase: updatePhase.parse(told.phase), promisedMs: told.promised === null ? null : Date.parse(told.promised),
      }])),
    };
  });
}
