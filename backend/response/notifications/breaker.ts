/**
 * Rests a channel that fails, and takes it back by itself: closed → open → half open → closed. Shared by all replicas
 * through the channel's row. Pure; instants are milliseconds since 1970.
 */
import type { BreakerState } from '#contract';

export interface Breaker {
  readonly state: BreakerState;
  /** One after the other. */
  readonly failures: number;
  /** How often it opened since it last worked. */
  readonly opens: number;
  /** Of an open one: until when it rests. Of a half-open one: until when its trial counts as under way. */
  readonly restsUntilMs: number | null;
  /** 0 to 1, the newest messages count most. */
  readonly score: number;
}

export const NEW_BREAKER: Breaker = { state: 'closed', failures: 0, opens: 0, restsUntilMs: null, score: 1 };
export const FAILURES_TO_OPEN = 3;
const SCORE_TO_OPEN = 0.35;
const WEIGHT_OF_NEWEST = 0.2;
const SCORE_OF_RETURN = 0.6;
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 300_000;
/** A trial whose end nobody heard of is given up after so long. */
export const TRIAL_MS = 20_000;

function opened(breaker: Breaker, score: number, nowMs: number): Breaker {
  const opens = breaker.opens + 1;
  return { state: 'open', failures: 0, opens, restsUntilMs: nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (opens - 1)), score };
}

/** After a message went well or not. A failure that is the recipient's alone is none of the channel's. */
export function afterMessage(breaker: Breaker, wentWell: boolean, nowMs: number): Breaker {
  const score = breaker.score + WEIGHT_OF_NEWEST * ((wentWell ? 1 : 0) - breaker.score);
  switch (breaker.state) {
    case 'closed': {
      if (wentWell) return { ...breaker, failures: 0, opens: score > SCORE_OF_RETURN ? 0 : breaker.opens, score };
      const failures = breaker.failures + 1;
      return failures >= FAILURES_TO_OPEN || score < SCORE_TO_OPEN ? opened(breaker, score, nowMs) : { ...breaker, failures, score };
    }
    case 'half_open':
      return wentWell ? { state: 'closed', failures: 0, opens: 0, restsUntilMs: null, score: Math.max(score, SCORE_OF_RETURN) } : opened(breaker, score, nowMs);
    case 'open':
      // Of messages that were under way when it opened.
      return { ...breaker, score };
  }
}

/** How many messages may begin now: all, one that tries it, or none until an instant. */
export type Permit = { readonly kind: 'all' } | { readonly kind: 'trial' } | { readonly kind: 'none'; readonly untilMs: number };

/** Asks. */
export function permits(breaker: Breaker, nowMs: number): Permit {
  if (breaker.state === 'closed') return { kind: 'all' };
  const until = breaker.restsUntilMs ?? nowMs;
  return until <= nowMs ? { kind: 'trial' } : { kind: 'none', untilMs: until };
}

/** After a trial began. */
export function tried(breaker: Breaker, nowMs: number): Breaker {
  return { ...breaker, state: 'half_open', restsUntilMs: nowMs + TRIAL_MS };
}
