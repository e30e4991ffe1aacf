/** Reasons that people have set for a time, whatever else happens: planned work, silences, suppressions. Pure. */
import type { HeldBack } from './gateState.ts';
import type { Ruleset } from './ruleset.ts';
import type { AlertFacts } from './scope.ts';

export type StandingReason = Pick<HeldBack, 'verdict' | 'causeId' | 'causeName' | 'reason' | 'untilMs'>;

/** Those that mean an alert at an instant, in the order in which they count. */
export function* standingReasons(rules: Ruleset, alert: AlertFacts, atMs: number): Generator<StandingReason, void> {
  for (const window of rules.windows) {
    const occurrence = window.schedule.at(atMs);
    if (occurrence !== null && window.matches(alert)) {
      yield { verdict: 'maintenance', causeId: window.id, causeName: window.name, reason: `planned work: ${window.name}`, untilMs: occurrence.endMs };
    }
  }
  for (const silence of rules.silences) {
    if (silence.startMs <= atMs && atMs < silence.endMs && silence.matches(alert.labels)) {
      yield { verdict: 'silenced', causeId: silence.id, causeName: silence.name, reason: `silenced: ${silence.name}`, untilMs: silence.endMs };
    }
  }
  for (const rule of rules.suppressions) {
    if ((rule.expiresMs === null || atMs < rule.expiresMs) && rule.matches(alert)) {
      yield { verdict: 'suppressed', causeId: rule.id, causeName: rule.name, reason: `suppressed by "${rule.name}": ${rule.reason}`, untilMs: rule.expiresMs };
    }
  }
}
