/** Makes incidents of the correlator's decisions. */
import { SEVERITIES, type IncidentNumber, type OrgId } from '#contract';
import { StaleWindowError, type IncidentChange, type IncidentSink } from '../correlation/index.ts';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../eventlog/index.ts';
import { severityOf, severityRank } from '../ingest/index.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { declarationReason, type DeclareRule } from './declarePolicy.ts';
import { toIncidentNumber } from './incident.ts';
import {
  addCounts, declareCandidates, findAttachable, findIncidentsOf, insertIncidents, insertLinks, lockLinks, lockQuiet,
  settleQuiet, takeNumbers, type CountedIncident,
} from './sinkStore.ts';

export interface IncidentSinkDeps {
  readonly db: Database;
  readonly declareRules: readonly DeclareRule[];
}

function earliest(change: IncidentChange): Date | null {
  let first: Date | null = null;
  for (const alert of change.joined) if (first === null || alert.startsAt < first) first = alert.startsAt;
  return first;
}

/** Gives new incidents their numbers and rows; the others keep theirs. */
async function numberChanges(tx: Transaction, orgId: OrgId, at: Date, changes: readonly IncidentChange[]): Promise<IncidentNumber[]> {
  const fresh = changes.filter((change) => change.incident === null);
  if (fresh.length === 0) return changes.flatMap((change) => (change.incident === null ? [] : [change.incident]));
  let next = await takeNumbers(tx, orgId, fresh.length);
  const numbers = changes.map((change) => {
    if (change.incident !== null) return change.incident;
    const number = toIncidentNumber(next);
    next += 1;
    return number;
  });
  await insertIncidents(tx, orgId, at, changes.flatMap((change, index) => {
    const number = numbers[index];
    if (change.incident !== null || number === undefined) return [];
    const severity = severityRank(change.severity ?? SEVERITIES[2]);
    return [{
      number, title: change.title, description: '', state: 'candidate' as const, severity, computedSeverity: severity,
      severityOrigin: 'computed' as const, origin: 'correlation' as const, services: change.services, groupKeys: change.keys,
      groupingReason: change.reason, declarationReason: null, impactStartedAt: earliest(change), declaredAt: null, commanderKey: null,
    }];
  }));
  return numbers;
}

/** Events that tell of one incident's part in a batch. */
function eventsOf(change: IncidentChange, counted: CountedIncident, joined: number, declared: string | null): NewEvent[] {
  const incident = counted.number;
  const counts = { total: counted.alertsTotal, firing: counted.alertsFiring };
  const events: NewEvent[] = [];
  const add = (type: NewEvent['type'], data: Record<string, unknown>): void => {
    events.push({ type, incident, actor: SYSTEM_ACTOR, data });
  };
  if (change.incident === null) {
    add('incident.opened', {
      title: change.title, severity: severityOf(counted.severity), services: change.services, reason: change.reason?.summary ?? '', alerts: joined, ...counts,
    });
  } else if (joined > 0) {
    add('incident.alerts_joined', { alerts: joined, services: change.services, ...counts });
  }
  if (change.incident !== null && counted.severity < counted.severityBefore) {
    add('incident.severity_changed', {
      from: severityOf(counted.severityBefore), to: severityOf(counted.severity), reason: 'a graver alert joined',
    });
  }
  if (change.ended > 0) add('incident.alerts_resolved', { alerts: change.ended, ...counts });
  if (declared !== null) add('incident.declared', { from: 'candidate', to: 'declared', reason: declared, severity: severityOf(counted.severity) });
  return events;
}

/** Makes the sink that the correlator writes through. */
export function createIncidentSink(deps: IncidentSinkDeps): IncidentSink {
  const { db, declareRules } = deps;
  return {
    lockLinks,
    incidentsOf: findIncidentsOf,
    async loadGroups(q, orgId, since) {
      const rows = await findAttachable(q, orgId, since);
      return rows.map((row) => ({
        incident: toIncidentNumber(row.number), keys: row.group_keys, severity: severityOf(row.severity), services: row.services,
        lastAlertAt: row.last_alert_at ?? row.updated_at, alertsTotal: row.alerts_total,
      }));
    },
    async apply(tx, orgId, at, changes) {
      const numbers = await numberChanges(tx, orgId, at, changes);
      const numberOf = (index: number): IncidentNumber => {
        const number = numbers[index];
        if (number === undefined) throw new Error('a change of the batch got no number');
        return number;
      };
      const linkCounts = await insertLinks(tx, orgId, at, changes.flatMap((change, index) =>
        change.joined.map((alert) => ({ incident: numberOf(index), alert }))));
      const counted = await addCounts(tx, orgId, at, changes.map((change, index) => {
        const number = numberOf(index);
        const links = linkCounts.get(number) ?? { joined: 0, firing: 0 };
        return {
          number, joined: links.joined, firing: links.firing, ended: change.ended, firstAlertAt: earliest(change),
          severity: change.severity === null ? null : severityRank(change.severity), services: change.services,
        };
      }));
      if (counted.length < changes.length) {
        throw new StaleWindowError('an incident of the window takes no more alerts');
      }
      const byNumber = new Map(counted.map((incident) => [incident.number, incident]));
      const declared = new Map<number, string>();
      for (const incident of counted) {
        const reason = incident.state === 'candidate' ? declarationReason(declareRules, severityOf(incident.severity), incident.alertsTotal) : null;
        if (reason !== null) declared.set(incident.number, reason);
      }
      if (declared.size > 0) await declareCandidates(tx, orgId, at, [...declared].map(([number, reason]) => ({ number, reason })));
      const events = changes.flatMap((change, index) => {
        const number = numberOf(index);
        const incident = byNumber.get(number);
        return incident === undefined ? [] : eventsOf(change, incident, linkCounts.get(number)?.joined ?? 0, declared.get(number) ?? null);
      });
      await appendEvents(tx, orgId, at, events);
      return numbers;
    },
    async settle(orgId, quietSince, at) {
      return db.transaction(async (tx) => {
        const quiet = await lockQuiet(tx, orgId, quietSince);
        if (quiet.length === 0) return 0;
        await settleQuiet(tx, orgId, at, quiet.map((incident) => incident.number));
        await appendEvents(tx, orgId, at, quiet.map((incident) => incident.state === 'candidate'
          ? { type: 'incident.rejected', incident: incident.number, actor: SYSTEM_ACTOR, data: { from: 'candidate', to: 'rejected', reason: 'expired: all its alerts are over' } }
          : { type: 'incident.quiet', incident: incident.number, actor: SYSTEM_ACTOR, data: { from: incident.state, to: 'monitoring', reason: 'all its alerts are over and stayed so' } }));
        return quiet.length;
      });
    },
  };
}
