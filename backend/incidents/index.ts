/** Incidents: their states, their commands, and how correlation makes them. */
export { createIncidentSink, type IncidentSinkDeps } from './sink.ts';
export { createIncidentService, type Command, type IncidentService, type UserDirectory } from './service.ts';
export { commandOf, createIncidentHandlers, type IncidentOperation } from './routes.ts';
export { DEFAULT_LIFECYCLE_RULES, availableCommands, decideTransition, type LifecycleRules } from './stateMachine.ts';
export { declarationReason, type DeclareRule } from './declarePolicy.ts';
export { incidentExists } from './readStore.ts';
export { createJudgementHandlers, labelsOf } from './judgements/index.ts';
export { createAlertHandlers } from './alertRoutes.ts';
