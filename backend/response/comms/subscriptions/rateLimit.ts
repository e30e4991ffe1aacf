/** So many tries in a time for each key, kept in memory: for forms that strangers may send. */
import type { Clock } from '../../../platform/clock.ts';

const MAX_KEYS = 10_000;

export interface RateLimit {
  /** Takes a try; false: too many. */
  take(key: string): boolean;
  /** Whether the next try would be too many. */
  isSpent(key: string): boolean;
}

/** Makes one. When too many keys are known, the oldest are forgotten. */
export function createRateLimit(clock: Clock, tries: number, windowMs: number): RateLimit {
  const known = new Map<string, { count: number; sinceMs: number }>();
  const current = (key: string, now: number): { count: number; sinceMs: number } | undefined => {
    const one = known.get(key);
    return one !== undefined && now - one.sinceMs < windowMs ? one : undefined;
  };
  return {
    isSpent: (key) => (current(key, clock.nowMs())?.count ?? 0) >= tries,
    take(key) {
      const now = clock.nowMs();
      const one = current(key, now);
      if (one !== undefined) {
        one.count += 1;
        return one.count <= tries;
      }
      known.delete(key);
      known.set(key, { count: 1, sinceMs: now });
      if (known.size > MAX_KEYS) for (const oldest of [...known.keys()].slice(0, MAX_KEYS / 10)) known.delete(oldest);
      return true;
    },
  };
}
