/** What the steps of a run know of its incident, read anew each time. A run goes on for the incident that its own was merged into. */
import type { OrgId } from '#contract';
import { ALL_SEEING } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { readIncidentScope } from '../dryRun/index.ts';
import { incidentScope } from '../format/index.ts';
import type { IncidentScopes } from '../ports.ts';

/** Makes the reader. `urlOf`: the page of an incident; null when its address is not known. */
export function createIncidentScopes(urlOf: (number: number) => string | null): IncidentScopes {
  const none = { scope: incidentScope(null, []), number: null, drill: false };
  return {
    async read(q: Queryable, orgId: OrgId, incident: number | null) {
      if (incident === null) return none;
      const [row] = await q.prepared<{ heir: number; drill: boolean }>(
        'run-incident-heir',
        'select i.number as heir, i.drill is not null as drill from incidents as i where i.org_id = $1::integer and i.number = incident_heir($1::integer, $2::integer)',
        [orgId, incident],
      );
      const scope = row === undefined ? null : await readIncidentScope(q, orgId, ALL_SEEING, row.heir, urlOf);
      return row === undefined || scope === null ? none : { scope, number: row.heir, drill: row.drill };
    },
  };
}
