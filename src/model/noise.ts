/** Words about noise, for people. */
import type { AlertScope, HeldBackAlert, LabelMatcher, NoiseRuleBody, NoiseRuleKind, NoiseVerdict } from '#contract';
import { paths } from '../paths.ts';

export const VERDICT_LABELS: Readonly<Record<NoiseVerdict, string>> = {
  maintenance: 'Planned work',
  silenced: 'Silenced',
  suppressed: 'Suppressed',
  inhibited: 'Explained by another',
  flapping: 'Flapping',
  below_threshold: 'Below threshold',
  held: 'Waiting',
};

export const OUTCOME_LABELS: Readonly<Record<HeldBackAlert['outcome'], string>> = {
  waiting: 'held back now',
  released: 'given to correlation',
  attached: 'joined an incident as a symptom',
  ended: 'over before anybody was called',
};

/** What ends a reason that has no time of its own. */
export function endingOf(verdict: NoiseVerdict): string {
  switch (verdict) {
    case 'maintenance':
      return 'until the window ends';
    case 'silenced':
      return 'until the silence ends';
    case 'suppressed':
      return 'until the rule is changed or removed';
    case 'inhibited':
      return 'until the alert that explains it is over';
    case 'flapping':
      return 'until it is stable';
    case 'below_threshold':
      return 'until enough of them begin';
    case 'held':
      return 'until its wait is over';
  }
}

/** What kind of thing did it. */
export function causeKind(verdict: NoiseVerdict): string {
  return verdict === 'maintenance' ? 'Window' : verdict === 'silenced' ? 'Silence' : 'Rule';
}

/** Where the rule, window or silence stands. */
export function causePath(verdict: NoiseVerdict, id: string): string {
  if (verdict === 'maintenance' || verdict === 'silenced') {
    return paths.plannedWork(verdict === 'maintenance' ? 'windows' : 'silences', id);
  }
  return paths.noiseRule(id);
}

/** A reason as the begin of a line. */
export function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

export const RULE_KIND_LABELS: Readonly<Record<NoiseRuleKind, string>> = {
  suppression: 'Suppress',
  hold: 'Wait',
  threshold: 'Threshold',
  inhibition: 'Inhibit',
  flapping: 'Flapping',
};

export const RULE_KIND_MEANINGS: Readonly<Record<NoiseRuleKind, string>> = {
  suppression: 'Matching alerts are stored and counted, and nobody is called.',
  hold: 'Matching alerts wait a moment; one that resolves by itself meanwhile is never acted on.',
  threshold: 'Matching alerts count only when enough of them begin within a time.',
  inhibition: 'Matching alerts wait while another alert explains them.',
  flapping: 'Alerts that change too often are held until they are stable.',
};

function quoted(matcher: LabelMatcher): string {
  return `${matcher.name}${matcher.operator}"${matcher.value}"`;
}

/** Matchers as Alertmanager writes them. */
export function matchersText(matchers: readonly LabelMatcher[]): string {
  return matchers.map(quoted).join(', ');
}

/** A scope in one line. */
export function scopeText(scope: AlertScope): string {
  const parts = [
    ...(scope.services.length === 0 ? [] : [`service ${scope.services.join(' or ')}`]),
    ...(scope.environments.length === 0 ? [] : [`in ${scope.environments.join(' or ')}`]),
    ...(scope.matchers.length === 0 ? [] : [matchersText(scope.matchers)]),
    ...(scope.condition === null ? [] : [scope.condition]),
  ];
  return parts.length === 0 ? 'every alert' : parts.join(', ');
}

function span(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** What a rule does, in one sentence. */
export function ruleText(rule: NoiseRuleBody): string {
  return asSentence(ruleSentence(rule));
}

function ruleSentence(rule: NoiseRuleBody): string {
  switch (rule.kind) {
    case 'suppression':
      return `Hides ${scopeText(rule.scope)}: ${rule.reason}`;
    case 'hold':
      return `${scopeText(rule.scope)} waits ${span(rule.seconds)}${rule.includeSev1 ? ', SEV1 too' : ', except SEV1'}`;
    case 'threshold':
      return `${scopeText(rule.scope)} counts from ${rule.count} within ${span(rule.withinSeconds)}${rule.groupBy.length === 0 ? '' : `, by ${rule.groupBy.join(', ')}`}`;
    case 'inhibition':
      return rule.form === 'topology'
        ? `${scopeText(rule.scope)} becomes a symptom while what its service depends on fires (up to ${rule.maxHops} ${rule.maxHops === 1 ? 'step' : 'steps'} away)`
        : `${scopeText(rule.scope)} waits while ${scopeText(rule.source)} fires${rule.equal.length === 0 ? '' : ` with the same ${rule.equal.join(', ')}`}`;
    case 'flapping':
      return `${scopeText(rule.scope)} flaps above ${rule.changes} changes within ${span(rule.withinSeconds)}, until stable for ${span(rule.stableSeconds)}`;
  }
}

/** A fresh rule of a kind, with good first values. */
export function newRule(kind: NoiseRuleKind, name: string): NoiseRuleBody {
  const base = { name, enabled: true, scope: { services: [], environments: [], matchers: [], condition: null } };
  switch (kind) {
    case 'suppression':
      return { ...base, kind, reason: '', warnSev1Above: 0, expiresAt: null };
    case 'hold':
      return { ...base, kind, seconds: 60, includeSev1: false };
    case 'threshold':
      return { ...base, kind, count: 3, withinSeconds: 300, groupBy: [] };
    case 'inhibition':
      return { ...base, kind, form: 'topology', source: base.scope, equal: [], maxHops: 3 };
    case 'flapping':
      return { ...base, kind, changes: 6, withinSeconds: 600, stableSeconds: 600 };
  }
}

/** A share as a whole percentage; a dash where nothing is known yet. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}
