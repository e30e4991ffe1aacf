/** Whether and when a step that failed is tried again. Pure: chance is passed in. */
import { parseDuration, type RetryRule } from '#contract';
import { holds } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';

const DEFAULT_DELAY_MS = 2_000;
const DEFAULT_MOST_MS = 300_000;
/** With jitter, a pause is between half of its length and the whole. */
const JITTER = 0.5;

/** The pause before the next try; `failures` counts the tries that failed. */
export function pauseMs(rule: RetryRule, failures: number, random: () => number): number {
  const delay = parseDuration(rule.delay) ?? DEFAULT_DELAY_MS;
  const most = parseDuration(rule.maxDelay) ?? DEFAULT_MOST_MS;
  const grown = rule.backoff === 'fixed' ? delay : delay * 2 ** Math.min(failures - 1, 40);
  const pause = Math.min(grown, most);
  return Math.round(rule.jitter ? pause * (1 - JITTER * random()) : pause);
}

/** The pause before another try, or null when there is none. A matcher that cannot be told allows none. */
export function nextTry(rule: RetryRule | undefined, failures: number, error: string, scope: Scope, random: () => number): number | null {
  if (rule === undefined || failures > rule.times) return null;
  if (rule.on !== undefined) {
    try {
      if (!holds(rule.on, { ...scope, error, attempt: failures })) return null;
    } catch {
      return null;
    }
  }
  return pauseMs(rule, failures, random);
}
