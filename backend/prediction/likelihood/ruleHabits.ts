/** How often which rule fires: what fires all the time tells little when it fires again. */

/** Weak alerts and rules that an installation is taken to have before any was seen: until many more were, nothing counts as rare. */
const PRIOR_RULES = 12;
/** Half of what was counted is forgotten in this time, so that a rule that was mended is rare again. */
const HALF_LIFE_MS = 14 * 86_400_000;
const MAX_RULES = 20_000;
/** Rules of which nothing is left to remember. */
const LEAST = 0.01;

interface Count {
  weight: number;
  atMs: number;
}

export interface RuleHabitsSnapshot {
  readonly rules: readonly (readonly [string, number, number])[];
  readonly total: readonly [number, number];
  readonly severities: readonly (readonly [string, readonly number[]])[];
}

export interface RuleHabits {
  /** Log of how much rarer the rule fires than the average one; before it is noted. Natural logarithm. */
  rarity(rule: string, atMs: number): number;
  note(rule: string, atMs: number): void;
  /** How grave this rule's alerts are where somebody says it; null when nobody has. */
  usualSeverity(rule: string): number | null;
  noteSeverity(rule: string, severity: number): void;
  snapshot(): RuleHabitsSnapshot;
}

function decayed(count: Count, atMs: number): number {
  return count.weight * 2 ** (-Math.max(0, atMs - count.atMs) / HALF_LIFE_MS);
}

/** Counts with a long half-life; bounded. */
export function createRuleHabits(from?: RuleHabitsSnapshot): RuleHabits {
  const rules = new Map<string, Count>((from?.rules ?? []).map(([rule, weight, atMs]) => [rule, { weight, atMs }]));
  const total: Count = { weight: from?.total[0] ?? 0, atMs: from?.total[1] ?? 0 };
  const severities = new Map<string, number[]>((from?.severities ?? []).map(([rule, counts]) => [rule, [...counts]]));

  function forgetOld(atMs: number): void {
    for (const [rule, count] of rules) if (decayed(count, atMs) < LEAST) rules.delete(rule);
    for (const rule of rules.keys()) {
      if (rules.size < MAX_RULES) return;
      rules.delete(rule);
    }
  }

  return {
    rarity(rule, atMs) {
      const known = rules.get(rule);
      return Math.log((decayed(total, atMs) + PRIOR_RULES) / PRIOR_RULES / ((known === undefined ? 0 : decayed(known, atMs)) + 1));
    },
    note(rule, atMs) {
      const known = rules.get(rule);
      if (known === undefined && rules.size >= MAX_RULES) forgetOld(atMs);
      rules.set(rule, { weight: (known === undefined ? 0 : decayed(known, atMs)) + 1, atMs });
      total.weight = decayed(total, atMs) + 1;
      total.atMs = atMs;
    },
    usualSeverity(rule) {
      const counts = severities.get(rule);
      if (counts === undefined) return null;
      const half = counts.reduce((sum, count) => sum + count, 0) / 2;
      let passed = 0;
      for (const [index, count] of counts.entries()) {
        passed += count;
        if (passed >= half) return index + 1;
      }
      return null;
    },
    noteSeverity(rule, severity) {
      if (!severities.has(rule) && severities.size >= MAX_RULES) return;
      const counts = severities.get(rule) ?? [0, 0, 0, 0, 0];
      counts[severity - 1] = (counts[severity - 1] ?? 0) + 1;
      severities.set(rule, counts);
    },
    snapshot: () => ({
      rules: [...rules].map(([rule, { weight, atMs }]) => [rule, weight, atMs]), total: [total.weight, total.atMs],
      severities: [...severities].map(([rule, counts]) => [rule, [...counts]]),
    }),
  };
}
