/** Back-tests: a draft of the correlation settings, tried on the past. */
export { createBackTestService, type BackTestService } from './backTestService.ts';
export { labelAlerts, scoreGroups, type AlertLabels, type LabelScore } from './labels.ts';
export { createBackTestHandlers, type BackTestOperation } from './routes.ts';
export { createStrategyTrial, type TrialFacts, type TrialPolicy } from './strategyTrial.ts';
export type { Trial, TrialFactory, TrialGroup, TrialOutcome } from './trial.ts';
