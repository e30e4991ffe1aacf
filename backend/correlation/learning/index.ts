/** Learning from past incidents and from what people did with them. */
export { whyHeld, whySooner, SOONER_SCORE, type CandidateFacts, type LearnedCandidate } from './learnCandidates.ts';
export { createLearningService, type LearnedCandidates, type LearningService } from './learningService.ts';
export { createLearningHandlers, type LearningOperation } from './routes.ts';
export type { CandidateAct, Observations, PairAct, PastIncident } from './observations.ts';
