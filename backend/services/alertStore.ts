/** SQL that reads alerts and incidents by service, without those of drills: nothing is wrong with a service that is drilled. It writes nothing. */
import { DRILL_SOURCE, type Labels, type OrgId } from '#contract';
import { seenBy, type Viewer } from '../access/index.ts';
import type { Queryable } from '../platform/db/database.ts';

export interface FiringRow {
  service: string | null;
  severity: number;
  n: number;
}

/** Firing alerts, counted by service (as the mapping named it) and severity. */
export async function countFiring(q: Queryable, orgId: OrgId): Promise<FiringRow[]> {
  return q.prepared<FiringRow>(
    'services-count-firing',
    `select a.service, a.severity, count(*)::integer as n from alerts as a
      where a.org_id = $1::integer and a.status = 'firing' and a.source_id <> $2::text group by a.service, a.severity`,
    [orgId, DRILL_SOURCE],
  );
}

export interface ClueRow {
  alert_key: string;
  starts_at: Date;
  name: string;
  summary: string;
  severity: number;
  service: string | null;
  cluster: string | null;
  labels: Labels;
  description: string | null;
}

const CLUES = `a.alert_key::text, a.starts_at, a.name, a.summary, a.severity, a.service, a.cluster,
  coalesce(d.labels || a.labels, a.labels) as labels, a.annotations->>'description' as description`;
const ALERTS = 'alerts as a left join alert_derived as d on d.org_id = a.org_id and d.alert_key = a.alert_key and d.starts_at = a.starts_at';

/** Firing alerts whose service is none of `known`, newest first; at most `limit`. */
export async function selectFiringBeside(q: Queryable, orgId: OrgId, known: readonly string[], limit: number): Promise<ClueRow[]> {
  return q.query<ClueRow>(
    `select ${CLUES} from ${ALERTS}
      where a.org_id = $1::integer and a.status = 'firing' and a.source_id <> $4::text and (a.service is null or a.service <> all($2::text[]))
      order by a.starts_at desc, a.alert_key limit $3::integer`,
    [orgId, known, limit, DRILL_SOURCE],
  );
}

/** Alerts that began at or after `since`, newest first; at most `limit`. */
export async function selectBegun(q: Queryable, orgId: OrgId, since: Date, limit: number): Promise<ClueRow[]> {
  return q.query<ClueRow>(
    `select ${CLUES} from ${ALERTS}
      where a.org_id = $1::integer and a.starts_at >= $2::timestamptz and a.source_id <> $4::text
      order by a.starts_at desc, a.alert_key limit $3::integer`,
    [orgId, since, limit, DRILL_SOURCE],
  );
}

/** Open incidents (candidates too) that the viewer may see, with the services that they name. */
export async function selectOpenIncidents(q: Queryable, orgId: OrgId, viewer: Viewer): Promise<{ number: number; services: string[] }[]> {
  return q.query<{ number: number; services: string[] }>(
    `select i.number, i.services from incidents as i
      where i.org_id = $1::integer and i.state in ('candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring') and i.drill is null
        and ${seenBy('$2', 'i.number')}
      order by i.number`,
    [orgId, viewer],
  );
}
