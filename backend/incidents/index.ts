/** Incidents: their states, their commands, and how correlation makes them. */
export { createIncidents, type Incidents } from './incidents.ts';
export { createIncidentSink, type IncidentSinkDeps } from './sink.ts';
export { MAX_REVISIONS } from './service.ts';
export type { IncidentService, UserDirectory } from './service.ts';
export { eventBy, loadIncident, refuseMerged, type Command } from './guards.ts';
export { findFamily } from './privacyStore.ts';
export { commandOf, type IncidentOperation } from './routes.ts';
export { DEFAULT_LIFECYCLE_RULES, availableCommands, decideTransition, type LifecycleRules } from './stateMachine.ts';
export { decideDeclaration, defaultDeclarePolicy, type DeclareFacts } from './declarePolicy.ts';
export { assessSeverity, DEFAULT_SEVERITY_POLICY } from './severityMatrix.ts';
export { createSettingsReader, type SettingDefaults, type SettingsReader } from './settingsStore.ts';
export { DEFAULT_INCIDENT_TYPES } from './fieldRules.ts';
export { EMPTY_CATALOG, NO_CATALOG, type CatalogLookup, type ImpactCatalog, type RoleMove, type RoleMoved, type ServiceBusiness } from './ports.ts';
export { forgetKeptLinks } from './regroupStore.ts';
export { observeIncidents } from './observations.ts';
export { trialPolicyOf } from './trialPolicy.ts';
export { createJudgementHandlers, labelsOf } from './judgements/index.ts';
export { findIncidentScope, type IncidentScope } from './readStore.ts';
