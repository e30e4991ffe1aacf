/** From what is stored to the topology that everything reasons about. Pure. */
import type { BusinessService, Infrastructure, Service } from '#contract';
import type { Topology } from './topology.ts';

/** What the catalogue knows of a service beside the topology: for impact and for people. */
export interface ServiceFacts {
  readonly businessService: string | null;
  readonly regions: readonly string[];
  readonly userCount: number | null;
  readonly costPerMinute: number | null;
  readonly runbook: string | null;
  readonly dashboard: string | null;
}

/** The whole catalogue at one version. The same version is the same object. */
export interface CatalogSnapshot {
  /** Grows with every edit of the organisation's catalogue; 0 while there is none. */
  readonly version: number;
  readonly topology: Topology;
  readonly facts: ReadonlyMap<string, ServiceFacts>;
  readonly businessServices: ReadonlyMap<string, BusinessService>;
}

export interface StoredCatalog {
  readonly version: number;
  readonly services: readonly Service[];
  readonly businessServices: readonly BusinessService[];
  readonly provisioned: Infrastructure;
  readonly manual: Infrastructure;
}

/** Both lists, without those of the second that the first names as well. */
export function merged<T extends { readonly name: string }>(first: readonly T[], second: readonly T[]): T[] {
  const names = new Set(first.map((one) => one.name));
  return [...first, ...second.filter((one) => !names.has(one.name))];
}

/** Builds the snapshot. Instances of services that the catalogue does not have are left out. */
export function snapshotOf(stored: StoredCatalog): CatalogSnapshot {
  const { services, provisioned, manual } = stored;
  const known = new Set(services.map((service) => service.name));
  return {
    version: stored.version,
    topology: {
      services: services.map(({ name, aliases, tier, kind, namespace, team, clusters }) => ({ name, aliases, tier, kind, namespace, team, clusters })),
      edges: services.flatMap((service) => service.dependencies.map(({ to, type }) => ({ from: service.name, to, type }))),
      instances: merged(provisioned.instances, manual.instances).filter((instance) => known.has(instance.service)),
      hosts: merged(provisioned.hosts, manual.hosts),
      racks: merged(provisioned.racks, manual.racks),
      clusters: merged(provisioned.clusters, manual.clusters),
    },
    facts: new Map(services.map((service) => [service.name, {
      businessService: service.businessService, regions: service.regions, userCount: service.userCount, costPerMinute: service.costPerMinute,
      runbook: service.links.runbook, dashboard: service.links.dashboard,
    }])),
    businessServices: new Map(stored.businessServices.map((one) => [one.name, one])),
  };
}
