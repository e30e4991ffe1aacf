/**
 * The topology as everything that reasons about it sees it: services, what they depend on, and where they run. Pure
 * data, a snapshot of the catalogue; an installation without a catalogue has the empty one.
 */

import type { DependencyType, ServiceTier } from '#contract';

export { DEPENDENCY_TYPES, SERVICE_TIERS, type DependencyType, type ServiceTier } from '#contract';

export interface TopologyService {
  readonly name: string;
  /** Other names by which alerts mean it. */
  readonly aliases: readonly string[];
  readonly tier: ServiceTier | null;
  /** What it is, in the words of the inventory: `database`, `cache`, `queue`, `gateway`, … */
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly team: string | null;
  readonly clusters: readonly string[];
}

/** `from` needs `to`: trouble travels from `to` to `from`. */
export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly type: DependencyType;
}

export interface TopologyHost {
  readonly name: string;
  readonly rack: string | null;
  readonly cluster: string | null;
}

export interface TopologyRack {
  readonly name: string;
  readonly cluster: string | null;
  /** Network switch that all its hosts hang on. */
  readonly switch: string | null;
}

export interface TopologyInstance {
  readonly name: string;
  readonly service: string;
  readonly cluster: string | null;
  readonly host: string | null;
  readonly rack: string | null;
}

export interface TopologyCluster {
  readonly name: string;
  readonly region: string | null;
}

export interface Topology {
  readonly services: readonly TopologyService[];
  readonly edges: readonly TopologyEdge[];
  readonly instances: readonly TopologyInstance[];
  readonly hosts: readonly TopologyHost[];
  readonly racks: readonly TopologyRack[];
  readonly clusters: readonly TopologyCluster[];
}

export const EMPTY_TOPOLOGY: Topology = { services: [], edges: [], instances: [], hosts: [], racks: [], clusters: [] };
