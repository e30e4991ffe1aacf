/** Alert sources: who may deliver, what their labels mean, and what could not be read. */
export { createSources, type Sources, type SourcesOptions } from './sources.ts';
export { HEARTBEAT_KIND } from './sourceAuth.ts';
export { selectSource } from './sourceStore.ts';
export type { IdentifiedSource, ProvenDelivery, SourceAuth, WebhookAddress } from './sourceAuth.ts';
export { GrafanaCallError, type GrafanaApi, type GrafanaFault, type GrafanaRequest } from './grafana/grafanaApi.ts';
export type { TestToken } from './sourceService.ts';
export type { SourceOperation } from './routes.ts';
export {
  compileMapping, isMonitoringGap, isTestAlert, ruleNameOf,
  type CompiledMapping, type NormalisedFields, type UnmappedValue,
} from './mappingRules.ts';
export type { Derivation } from './derivation.ts';
export type { DerivationLookup } from './derivationLookup.ts';
export { DEFAULT_MAPPING } from './defaultMapping.ts';
export type { MappingLookup } from './mappingLookup.ts';
export { countUnmapped, type UnmappedCount } from './mappingStore.ts';
export { recordTruncation, touchReceived, type Reception } from './activityStore.ts';
export {
  getDeadLetter, markReplayed, saveDeadLetter,
  type KeptPayload, type NewDeadLetter, type ReplayOutcome,
} from './deadLetterStore.ts';
export { ProvisioningError, type ProvisioningFile } from '../platform/provisioning/provisioningFile.ts';
export type { CallOut, EventSink, SecretRing } from './ports.ts';
export { SEALED_COLUMNS } from './sealedColumns.ts';
