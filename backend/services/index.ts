/** Services in the light of the alerts: how they are now, which alerts belong to none, and what the alerts say of their dependencies. */
export { createServiceHandlers, createDependencyLearner, type DependencyLearner } from './routes.ts';
export { serviceStates, type FiringCount, type OpenIncident } from './serviceStates.ts';
