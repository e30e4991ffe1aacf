/** Correlation rules in words, and changes of a draft. */
import type { CorrelationRule, CorrelationSettings, RuleWindow } from '#contract';
import { formatDuration } from './duration.ts';

export const WINDOW_KINDS = ['sliding', 'session', 'tumbling'] as const satisfies readonly RuleWindow['kind'][];

export const WINDOW_LABELS: Readonly<Record<RuleWindow['kind'], string>> = { sliding: 'Sliding', session: 'Session', tumbling: 'Fixed slots' };

/** What a window means, in the words of its editor. */
export function describeWindow({ kind, seconds }: RuleWindow): string {
  const length = formatDuration(seconds * 1_000);
  switch (kind) {
    case 'sliding':
      return `within any ${length}`;
    case 'session':
      return `as long as no pause is longer than ${length}`;
    case 'tumbling':
      return `within each slot of ${length}`;
  }
}

/** A rule in one sentence. */
export function describeRule(rule: CorrelationRule): string {
  const same = rule.groupBy.length === 0 ? '' : ` with the same ${rule.groupBy.join(', ')}`;
  const alerts = rule.minAlerts === 1 ? 'Alerts' : `${rule.minAlerts} or more alerts`;
  const services = rule.minServices === 1 ? '' : ` from at least ${rule.minServices} services`;
  return `${alerts}${same}${services}, ${describeWindow(rule.window)}, make one incident.`;
}

/** Puts a rule in the place of the one with that id, or at the end. */
export function withRule(settings: CorrelationSettings, rule: CorrelationRule, replaces: string | null): CorrelationSettings {
  const at = settings.rules.findIndex(({ id }) => id === replaces);
  return { ...settings, rules: at < 0 ? [...settings.rules, rule] : settings.rules.with(at, rule) };
}

export function withoutRule(settings: CorrelationSettings, id: string): CorrelationSettings {
  return { ...settings, rules: settings.rules.filter((rule) => rule.id !== id) };
}

/** How many rules and dependencies differ between what is in force and a draft. */
export function countChanges(active: CorrelationSettings, draft: CorrelationSettings): { added: number; changed: number; removed: number; other: boolean } {
  const before = new Map(active.rules.map((rule) => [rule.id, JSON.stringify(rule)]));
  const after = new Set(draft.rules.map(({ id }) => id));
  const { rules: _before, ...restBefore } = active;
  const { rules: _after, ...restAfter } = draft;
  return {
    added: draft.rules.filter(({ id }) => !before.has(id)).length,
    changed: draft.rules.filter((rule) => before.has(rule.id) && before.get(rule.id) !== JSON.stringify(rule)).length,
    removed: active.rules.filter(({ id }) => !after.has(id)).length,
    other: JSON.stringify(restBefore) !== JSON.stringify(restAfter),
  };
}

/** The changes of a draft in words; empty when there are none. */
export function describeChanges(active: CorrelationSettings, draft: CorrelationSettings): string {
  const { added, changed, removed, other } = countChanges(active, draft);
  const parts = [
    ...(added > 0 ? [`${rules(added)} added`] : []),
    ...(changed > 0 ? [`${rules(changed)} changed`] : []),
    ...(removed > 0 ? [`${rules(removed)} removed`] : []),
    ...(other ? ['other settings changed'] : []),
  ];
  return parts.join(', ');
}

function rules(count: number): string {
  return count === 1 ? '1 rule' : `${count} rules`;
}
