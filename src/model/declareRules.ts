/** Words for the rules of the declare policy. */
import type { DeclareOutcome, DeclareRule } from '#contract';
import { toPoints } from './points.ts';
import { SEVERITY_LABELS } from './severities.ts';

export const OUTCOME_LABELS: Readonly<Record<DeclareOutcome, string>> = { declare: 'Declare', propose: 'Propose', ignore: 'Ignore' };

/** A rule in one sentence. */
export function ruleSentence(rule: DeclareRule): string {
  const conditions = [
    rule.severity === undefined ? null : `${SEVERITY_LABELS[rule.severity]} or graver`,
    rule.minAlerts === undefined ? null : `at least ${rule.minAlerts} alerts`,
    rule.minServices === undefined ? null : `at least ${rule.minServices} services`,
    rule.minConfidence === undefined ? null : `at least ${Math.round(rule.minConfidence * 100)} % sure`,
    rule.minScore === undefined ? null : `a score of at least ${toPoints(rule.minScore)} points`,
    rule.services === undefined ? null : `alerts of ${rule.services.join(' or ')}`,
    rule.businessServices === undefined ? null : `affects ${rule.businessServices.join(' or ')}`,
  ].filter((condition) => condition !== null);
  return `${OUTCOME_LABELS[rule.outcome]} ${conditions.length === 0 ? 'always' : `when ${conditions.join(', ')}`}`;
}

/** The rule with one condition set, or without it when the value is empty. */
export function withCondition<K extends keyof DeclareRule>(rule: DeclareRule, key: K, value: DeclareRule[K] | undefined): DeclareRule {
  const { [key]: _before, ...others } = { ...rule };
  const empty = value === undefined || (Array.isArray(value) && value.length === 0);
  return { ...rule, ...others, [key]: empty ? undefined : value };
}

/** Rules with the one at `at` moved one place up. */
export function movedUp(rules: readonly DeclareRule[], at: number): DeclareRule[] {
  const moved = rules[at];
  if (moved === undefined || at === 0) return [...rules];
  const others = rules.filter((_rule, index) => index !== at);
  return [...others.slice(0, at - 1), moved, ...others.slice(at - 1)];
}
