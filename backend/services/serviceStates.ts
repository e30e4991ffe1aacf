/** How services are, by their firing alerts and by what they need. Pure. */
import { incidentNumber, SEVERITIES, type ServiceState, type Severity } from '#contract';
import type { Topology } from '../catalog/index.ts';

/** Firing alerts of one severity at a service. */
export interface FiringCount {
  readonly service: string;
  readonly severity: Severity;
  readonly alerts: number;
}

export interface OpenIncident {
  readonly number: number;
  readonly services: readonly string[];
}

/** Beyond so many steps trouble is said to arrive by other ways. */
const MAX_RISK_HOPS = 3;
const MAX_REASONS = 5;
/** Worse than this, or as bad: it fails. Milder: degraded. The mildest, `sev5`, is for information and makes nothing of a service. */
const FAILING_RANK = SEVERITIES.indexOf('sev2');
const QUIET_RANK = SEVERITIES.indexOf('sev5');

/** Who needs a service, for every service. */
function dependentsOf(topology: Topology): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const { from, to } of topology.edges) {
    const list = dependents.get(to);
    if (list === undefined) dependents.set(to, [from]);
    else list.push(from);
  }
  return dependents;
}

/** For each service that needs a failing one, directly or by others: the failing ones, nearest first. */
function risks(failing: readonly string[], topology: Topology): ReadonlyMap<string, readonly string[]> {
  const dependents = dependentsOf(topology);
  const found = new Map<string, { cause: string; hops: number }[]>();
  for (const cause of failing) {
    const seen = new Set([cause]);
    let ring = [cause];
    for (let hops = 1; hops <= MAX_RISK_HOPS && ring.length > 0; hops += 1) {
      const next: string[] = [];
      for (const service of ring.flatMap((name) => dependents.get(name) ?? [])) {
        if (seen.has(service)) continue;
        seen.add(service);
        next.push(service);
        const causes = found.get(service);
        if (causes === undefined) found.set(service, [{ cause, hops }]);
        else causes.push({ cause, hops });
      }
      ring = next;
    }
  }
  return new Map([...found].map(([service, causes]) => [
    service, causes.sort((a, b) => a.hops - b.hops || (a.cause < b.cause ? -1 : 1)).slice(0, MAX_REASONS).map(({ cause }) => cause),
  ]));
}

/** The state of every service that is not well, or that an open incident names; by name. */
export function serviceStates(topology: Topology, firing: readonly FiringCount[], incidents: readonly OpenIncident[]): ServiceState[] {
  const alerts = new Map<string, { total: number; worst: number }>();
  for (const { service, severity, alerts: count } of firing) {
    const known = alerts.get(service) ?? { total: 0, worst: SEVERITIES.length };
    alerts.set(service, { total: known.total + count, worst: Math.min(known.worst, SEVERITIES.indexOf(severity)) });
  }
  const failing = [...alerts].filter(([, { worst }]) => worst <= FAILING_RANK).map(([service]) => service);
  const atRisk = risks(failing, topology);
  const named = new Map<string, number[]>();
  for (const { number, services } of incidents) {
    for (const service of services) named.set(service, [...(named.get(service) ?? []), number]);
  }
  const states: ServiceState[] = [];
  for (const { name } of topology.services) {
    const own = alerts.get(name);
    const because = atRisk.get(name) ?? [];
    const numbers = named.get(name) ?? [];
    const state = own !== undefined && own.worst <= FAILING_RANK ? 'failing' : own !== undefined && own.worst < QUIET_RANK ? 'degraded' : because.length > 0 ? 'at_risk' : 'ok';
    if (state === 'ok' && numbers.length === 0 && own === undefined) continue;
    states.push({
      service: name, state, alertsFiring: own?.total ?? 0, worst: own === undefined ? null : (SEVERITIES[own.worst] ?? null),
      incidents: [...numbers].sort((a, b) => a - b).map((number) => incidentNumber.parse(number)), because: state === 'failing' ? [] : [...because],
    });
  }
  return states.sort((a, b) => (a.service < b.service ? -1 : 1));
}
