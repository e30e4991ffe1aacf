/** Whom an incident hurts, by the catalogue: affected and at-risk services, business services, places, users, cost. Pure. */
import { BUSINESS_CRITICALITIES, type BlastRadius, type BlastState, type BusinessCriticality, type IncidentImpact, type Severity } from '#contract';
import type { TopologyEdge } from '../catalog/index.ts';
import type { ImpactCatalog, ServiceBusiness } from './ports.ts';

/** A catalogue made ready for questions; made once a snapshot. */
export interface ImpactIndex {
  /** The catalogue's name of a service that alerts may call otherwise. */
  nameOf(service: string): string;
  knows(service: string): boolean;
  business(service: string): ServiceBusiness | undefined;
  criticalityOf(businessService: string): BusinessCriticality;
  /** Edges by what is needed: who needs it. */
  readonly neededBy: ReadonlyMap<string, readonly TopologyEdge[]>;
  readonly edges: readonly TopologyEdge[];
  readonly clustersOf: ReadonlyMap<string, readonly string[]>;
  readonly regionOf: ReadonlyMap<string, string>;
  /** Users of the most used service. */
  readonly allUsers: number | null;
}

function buildIndex(catalog: ImpactCatalog): ImpactIndex {
  const { topology } = catalog;
  const names = new Map<string, string>();
  for (const service of topology.services) for (const alias of service.aliases) names.set(alias.toLowerCase(), service.name);
  for (const service of topology.services) names.set(service.name.toLowerCase(), service.name);
  const neededBy = new Map<string, TopologyEdge[]>();
  for (const edge of topology.edges) {
    const present = neededBy.get(edge.to);
    if (present === undefined) neededBy.set(edge.to, [edge]);
    else present.push(edge);
  }
  let allUsers: number | null = null;
  for (const { users } of catalog.services.values()) if (users !== null && (allUsers === null || users > allUsers)) allUsers = users;
  return {
    nameOf: (service) => names.get(service.toLowerCase()) ?? service,
    knows: (service) => names.has(service.toLowerCase()),
    business: (service) => catalog.services.get(service),
    criticalityOf: (businessService) => catalog.businessServices.get(businessService) ?? 'standard',
    neededBy,
    edges: topology.edges,
    clustersOf: new Map(topology.services.map((service) => [service.name, service.clusters])),
    regionOf: new Map(topology.clusters.flatMap((cluster) => (cluster.region === null ? [] : [[cluster.name, cluster.region] as const]))),
    allUsers,
  };
}

const indexes = new WeakMap<ImpactCatalog, ImpactIndex>();

/** The index of a snapshot, built at the first question. */
export function impactIndexOf(catalog: ImpactCatalog): ImpactIndex {
  const known = indexes.get(catalog);
  if (known !== undefined) return known;
  const index = buildIndex(catalog);
  indexes.set(catalog, index);
  return index;
}

/** Steps from the nearest affected service to each service that needs one, nearest first; affected ones are at 0. */
export function hopsFrom(index: ImpactIndex, affected: readonly string[], maxHops: number): Map<string, number> {
  const hops = new Map<string, number>(affected.map((service) => [service, 0]));
  let edge = [...affected];
  for (let step = 1; step <= maxHops && edge.length > 0; step += 1) {
    const next: string[] = [];
    for (const service of edge) {
      for (const { from } of index.neededBy.get(service) ?? []) {
        if (hops.has(from)) continue;
        hops.set(from, step);
        next.push(from);
      }
    }
    edge = next;
  }
  return hops;
}

export interface ImpactFacts {
  /** Services of the member alerts, as they call them. */
  readonly services: readonly string[];
  /** Clusters that the alerts name; empty: those of the affected services. */
  readonly clusters: readonly string[];
  readonly startedAtMs: number | null;
  /** When it was removed, or now. */
  readonly untilMs: number;
}

function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

/** The impact of a set of services. Costs as much as the services that it reaches, however many alerts there are. */
export function computeImpact(index: ImpactIndex, facts: ImpactFacts, atRiskHops: number): IncidentImpact {
  const affected = distinct(facts.services.map((service) => index.nameOf(service)));
  const hops = hopsFrom(index, affected, atRiskHops);
  const atRisk = [...hops].filter(([, hop]) => hop > 0).map(([service]) => service);
  const states = new Map<string, 'affected' | 'at-risk'>();
  for (const service of [...atRisk, ...affected]) {
    const name = index.business(service)?.businessService;
    if (name !== undefined && name !== null) states.set(name, hops.get(service) === 0 ? 'affected' : 'at-risk');
  }
  let users: number | null = null;
  let costPerMinute: number | null = null;
  for (const service of affected) {
    const business = index.business(service);
    if (business === undefined) continue;
    if (business.users !== null) users = Math.max(users ?? 0, business.users);
    if (business.costPerMinute !== null) costPerMinute = (costPerMinute ?? 0) + business.costPerMinute;
  }
  const clusters = facts.clusters.length > 0 ? distinct(facts.clusters) : distinct(affected.flatMap((service) => index.clustersOf.get(service) ?? []));
  const ofClusters = clusters.flatMap((cluster) => index.regionOf.get(cluster) ?? []);
  const regions = distinct(ofClusters.length > 0 ? ofClusters : affected.flatMap((service) => index.business(service)?.regions ?? []));
  const minutes = facts.startedAtMs === null ? null : Math.max(0, facts.untilMs - facts.startedAtMs) / 60_000;
  return {
    affected, atRisk,
    businessServices: [...states].map(([name, state]) => ({ name, criticality: index.criticalityOf(name), state }))
      .sort((a, b) => Number(a.state === 'at-risk') - Number(b.state === 'at-risk')
        || BUSINESS_CRITICALITIES.indexOf(a.criticality) - BUSINESS_CRITICALITIES.indexOf(b.criticality) || a.name.localeCompare(b.name)),
    regions, clusters, users, costPerMinute,
    runningCost: costPerMinute === null || minutes === null ? null : Math.round(costPerMinute * minutes * 100) / 100,
  };
}

/** Alerts of one service within an incident. */
export interface ServiceAlerts {
  readonly service: string;
  readonly firing: number;
  readonly total: number;
  /** Of those that fire; null when none does. */
  readonly gravestFiring: Severity | null;
}

/** Most services that the graph shows. */
export const MAX_BLAST_NODES = 300;

function blastStateOf(origin: boolean, alerts: ServiceAlerts | undefined): BlastState {
  if (alerts === undefined) return 'at-risk';
  if (origin) return 'origin';
  return alerts.gravestFiring === 'sev1' || alerts.gravestFiring === 'sev2' ? 'failing' : 'degraded';
}

/** The blast radius as a graph: the origin, what fails with it, and what may fail next. */
export function blastRadiusOf(index: ImpactIndex, alerts: readonly ServiceAlerts[], origin: string | null, atRiskHops: number): BlastRadius {
  const byService = new Map<string, ServiceAlerts>();
  for (const entry of alerts) {
    const service = index.nameOf(entry.service);
    const known = byService.get(service);
    byService.set(service, known === undefined ? { ...entry, service } : {
      service, firing: known.firing + entry.firing, total: known.total + entry.total,
      gravestFiring: [known.gravestFiring, entry.gravestFiring].filter((severity) => severity !== null).sort()[0] ?? null,
    });
  }
  const root = origin === null ? null : index.nameOf(origin);
  const starts = [...byService.keys()];
  if (root !== null && !byService.has(root)) starts.unshift(root);
  const hops = [...hopsFrom(index, starts, atRiskHops)];
  const shown = hops.slice(0, MAX_BLAST_NODES);
  const inside = new Set(shown.map(([service]) => service));
  return {
    nodes: shown.map(([service, hop]) => {
      const own = byService.get(service);
      const businessService = index.business(service)?.businessService ?? null;
      return {
        service, state: service === root ? 'origin' as const : blastStateOf(false, own),
        alertsFiring: own?.firing ?? 0, alertsTotal: own?.total ?? 0, severity: own?.gravestFiring ?? null, hops: hop,
        businessServices: businessService === null ? [] : [businessService],
      };
    }),
    edges: index.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to)).map(({ from, to, type }) => ({ from, to, type })),
    leftOut: hops.length - shown.length,
  };
}
