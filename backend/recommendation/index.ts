/** Recommendation: which runbook is likely to help, learned from what runbooks did in earlier incidents. */
export { effectOf, ENOUGH_INCIDENTS, type Effect } from './effect.ts';
export { GRACE_MS, isGood, outcomeOf, OUTCOMES, type Outcome } from './outcomes.ts';
export { LIKE, rankRunbooks, type Candidate, type Ranked, type Tally, type Trial } from './recommend.ts';
