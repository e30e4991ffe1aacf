/** Reads what the times of an incident need: its moments, and planned work that meant its alerts. */
import type { IncidentTimes, OrgId } from '#contract';
import { severityOf } from '../ingest/index.ts';
import type { AlertFacts, PlannedWorkLookup } from '../noise/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { listMemberFacts } from './alertStore.ts';
import type { IncidentRow } from './incident.ts';
import { coverOf, timesOf, type PlannedCover } from './incidentTimes.ts';

export interface TimesReader {
  /** The times of an incident as they stand now. */
  read(orgId: OrgId, row: IncidentRow): Promise<IncidentTimes>;
}

/** Most alerts that are asked about; the earliest. */
const MAX_MEMBERS = 5_000;
const NO_COVER: PlannedCover = { intervals: [], windows: [] };

/** Declared by hand, without alerts: its services stand for them. */
function ofServices(row: IncidentRow): AlertFacts[] {
  return row.services.map((service) => ({
    sourceId: '', name: row.title, summary: '', severity: severityOf(row.severity), service, team: null, environment: null, cluster: null, labels: {},
  }));
}

/** Reads over a database. Alerts are read only when there was planned work at all. */
export function createTimesReader(deps: { readonly db: Queryable; readonly clock: Clock; readonly plannedWork: PlannedWorkLookup }): TimesReader {
  const { db, clock, plannedWork } = deps;

  async function cover(orgId: OrgId, row: IncidentRow, from: Date, to: Date): Promise<PlannedCover> {
    const work = await plannedWork(orgId, from, to);
    if (work.length === 0) return NO_COVER;
    const members = await listMemberFacts(db, orgId, row.number, MAX_MEMBERS);
    return coverOf(work, members.length === 0 ? ofServices(row) : members);
  }

  return {
    async read(orgId, row) {
      const nowMs = clock.nowMs();
      const from = row.impact_started_at !== null && row.impact_started_at < row.detected_at ? row.impact_started_at : row.detected_at;
      const until = row.resolved_at ?? row.closed_at ?? new Date(nowMs);
      return timesOf({
        impactStarted: row.impact_started_at?.getTime() ?? null, detected: row.detected_at.getTime(), declared: row.declared_at?.getTime() ?? null,
        acknowledged: row.acknowledged_at?.getTime() ?? null, identified: row.identified_at?.getTime() ?? null,
        mitigated: row.mitigated_at?.getTime() ?? null, resolved: row.resolved_at?.getTime() ?? null,
      }, row.state, from < until ? await cover(orgId, row, from, until) : NO_COVER, nowMs);
    },
  };
}
