/** The service catalogue: what there is, what needs what, and what was changed. */
export { createCatalog, type Catalog } from './catalog.ts';
export { CHANGE_KINDS, type ChangeEvent, type ChangeKind } from './changeEvent.ts';
export type { ChangeIntake, ChangeOrigin, ChangeOutcome } from './changeIntake.ts';
export { changeCursor } from './changeCursor.ts';
export { readChangesAfter, readRecentChanges, selectChangesNear, toApiChange, type ChangePosition, type ChangeScope, type StoredChange } from './changeStore.ts';
export { DEFAULT_LEARN_OPTIONS, learnDependencies, type LearnedDependency, type ServiceAlert } from './learnDependencies.ts';
export { createCatalogLookup, type CatalogLookup } from './lookup.ts';
export type { ProposalService } from './proposalService.ts';
export type { CatalogSnapshot, ServiceFacts } from './snapshot.ts';
export {
  DEPENDENCY_TYPES, EMPTY_TOPOLOGY, SERVICE_TIERS, type DependencyType, type ServiceTier, type Topology, type TopologyCluster, type TopologyEdge,
  type TopologyHost, type TopologyInstance, type TopologyRack, type TopologyService,
} from './topology.ts';
export {
  createEntityResolver, ENTITY_KINDS, type EntityClues, type EntityKind, type EntityResolver, type LearnedNames, type ResolvedEntity,
} from './resolveEntity.ts';
