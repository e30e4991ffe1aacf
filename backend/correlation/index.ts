/** Correlation: decides which alerts belong to one incident, and says why. */
export { createCorrelator, type Correlator } from './correlator.ts';
export type { CorrelatorOptions } from './led.ts';
export { StaleWindowError, type AlertPlace, type IncidentChange, type IncidentSink, type LinkedAlert } from './incidentSink.ts';
export {
  createEngine, createLearnedPairs, DEFAULT_PARAMETERS, NOTHING_LEARNED, type EngineOptions, type EngineParameters, type EngineWindow, type LearnedPairs,
} from './engine/index.ts';
export { planBatch } from './batch.ts';
export { drillOfKeys, keepDrillsApart, type ApartWindow } from './drillsApart.ts';
export type { AlertRef, Decision, GroupId, KnownGroup, KnownHabit, PlacedRef, Strategy } from './strategy.ts';
export { listOrganisations, readCursor } from './store.ts';
export { forgetWhyNot } from './whyNotStore.ts';
export {
  createBackTestHandlers, createBackTestService, createStrategyTrial, labelAlerts, scoreGroups, type AlertLabels, type BackTestOperation, type BackTestService, type LabelScore, type Trial, type TrialFactory, type TrialPolicy,
  type TrialGroup, type TrialOutcome,
} from './backtest/index.ts';
export {
  createLearningHandlers, createLearningService, SOONER_SCORE, whyHeld, whySooner, type CandidateAct, type LearnedCandidate, type LearnedCandidates, type LearningOperation,
  type LearningService, type Observations, type PairAct, type PastIncident,
} from './learning/index.ts';
export type { GroupAssessment, RankedRoot } from './assessment.ts';
export {
  activeVersionNumber, createCorrelationHandlers, createSettingsService, parametersWith, selectActive, SHIPPED_VERSION, topologyWith, tuningOf, type CorrelationOperation,
} from './settings/index.ts';
