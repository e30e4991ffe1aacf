/** The settings of correlation: a draft, versions in force, the way back. */
export { createCorrelationHandlers, type CorrelationOperation } from './routes.ts';
export { parametersWith, topologyWith, tuningOf } from './engineSettings.ts';
export { createSettingsService, type SettingsService } from './settingsService.ts';
export { activeVersionNumber, selectActive, SHIPPED_VERSION } from './settingsStore.ts';
