/** The service catalogue: what there is, what needs what, and what was changed. */
export { CHANGE_KINDS, type ChangeEvent, type ChangeKind } from './changeEvent.ts';
export {
  DEPENDENCY_TYPES, EMPTY_TOPOLOGY, SERVICE_TIERS, type DependencyType, type ServiceTier, type Topology, type TopologyCluster, type TopologyEdge,
  type TopologyHost, type TopologyInstance, type TopologyRack, type TopologyService,
} from './topology.ts';
export {
  createEntityResolver, ENTITY_KINDS, type EntityClues, type EntityKind, type EntityResolver, type LearnedKind, type ResolvedEntity,
} from './resolveEntity.ts';
