/** Everything that people have set about noise, compiled for one organisation. Pure. */
import type { FieldFault, LabelMatcher, Labels, MaintenanceBody, NoiseRuleBody } from '#contract';
import type { Topology } from '../catalog/index.ts';
import type { FlapRule } from './flapping.ts';
import { dependencyLookup, type InhibitionRule } from './inhibition.ts';
import { compileSchedule, ScheduleError, type CompiledSchedule } from './schedule.ts';
import { compileMatchers, compileScope, ScopeError, type AlertTest } from './scope.ts';
import type { ThresholdRule } from './threshold.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface ActiveWindow extends Named {
  readonly matches: AlertTest;
  readonly schedule: CompiledSchedule;
}

export interface ActiveSilence extends Named {
  readonly matches: (labels: Labels) => boolean;
  readonly startMs: number;
  readonly endMs: number;
}

export interface ActiveSuppression extends Named {
  readonly matches: AlertTest;
  readonly reason: string;
  readonly expiresMs: number | null;
}

export interface ActiveHold extends Named {
  readonly matches: AlertTest;
  readonly ms: number;
  readonly includeSev1: boolean;
}

export interface ActiveThreshold extends Named, ThresholdRule {
  readonly matches: AlertTest;
  readonly groupBy: readonly string[];
}

export interface ActiveFlapping extends Named, FlapRule {
  readonly matches: AlertTest;
}

export interface ActiveInhibition extends Named, InhibitionRule {}

export interface Ruleset {
  readonly version: string;
  readonly windows: readonly ActiveWindow[];
  readonly silences: readonly ActiveSilence[];
  readonly suppressions: readonly ActiveSuppression[];
  readonly inhibitions: readonly ActiveInhibition[];
  readonly flappings: readonly ActiveFlapping[];
  readonly thresholds: readonly ActiveThreshold[];
  readonly holds: readonly ActiveHold[];
  /** How much of the log the memory of flaps and thresholds reaches back. */
  readonly memoryMs: number;
  /** When each rule, window and silence was last edited. */
  readonly changedMs: ReadonlyMap<string, number>;
}

interface Stored {
  readonly id: string;
  readonly changedAt: Date;
}

export interface StoredSettings {
  readonly version: string;
  readonly windows: readonly (Stored & Named & { readonly body: MaintenanceBody })[];
  readonly silences: readonly (Stored & Named & { readonly matchers: readonly LabelMatcher[]; readonly startsAt: Date; readonly endsAt: Date })[];
  readonly rules: readonly (Stored & { readonly body: NoiseRuleBody })[];
}

export const EMPTY_RULESET: Ruleset = {
  version: '0', windows: [], silences: [], suppressions: [], inhibitions: [], flappings: [], thresholds: [], holds: [], memoryMs: 0, changedMs: new Map(),
};

/** True when nothing can be held back by it. */
export function isIdle(rules: Ruleset): boolean {
  return rules.windows.length + rules.silences.length + rules.suppressions.length + rules.inhibitions.length
    + rules.flappings.length + rules.thresholds.length + rules.holds.length === 0;
}

/** The fault of a rule or window that cannot be used; null when it can. Anything else that is thrown goes on. */
export function faultIn(compile: () => unknown): FieldFault | null {
  try {
    compile();
    return null;
  } catch (error) {
    if (error instanceof ScopeError || error instanceof ScheduleError) return error.fault;
    throw error;
  }
}

/** Compiles what is stored. What cannot be used is left out and told of; one bad rule must not let all noise through. */
export function compileRuleset(stored: StoredSettings, topology: Topology, onFault: (id: string, fault: FieldFault) => void): Ruleset {
  const suppressions: ActiveSuppression[] = [];
  const inhibitions: ActiveInhibition[] = [];
  const flappings: ActiveFlapping[] = [];
  const thresholds: ActiveThreshold[] = [];
  const holds: ActiveHold[] = [];

  function add(id: string, body: NoiseRuleBody): void {
    const { name } = body;
    const matches = compileScope(body.scope, 'scope');
    switch (body.kind) {
      case 'suppression':
        suppressions.push({ id, name, matches, reason: body.reason, expiresMs: body.expiresAt === null ? null : Date.parse(body.expiresAt) });
        return;
      case 'hold':
        holds.push({ id, name, matches, ms: body.seconds * 1000, includeSev1: body.includeSev1 });
        return;
      case 'threshold':
        thresholds.push({ id, name, matches, count: body.count, withinMs: body.withinSeconds * 1000, groupBy: body.groupBy });
        return;
      case 'inhibition':
        inhibitions.push({
          id, name, form: body.form, isTarget: matches, isSource: compileScope(body.source, 'source'), equal: body.equal,
          dependenciesOf: body.form === 'topology' ? dependencyLookup(topology, body.maxHops) : () => [],
        });
        return;
      case 'flapping':
        flappings.push({ id, name, matches, changes: body.changes, withinMs: body.withinSeconds * 1000, stableMs: body.stableSeconds * 1000 });
        return;
    }
  }

  function usable<T extends { readonly id: string }, R>(items: readonly T[], compile: (item: T) => R): R[] {
    const compiled: R[] = [];
    for (const item of items) {
      const fault = faultIn(() => compiled.push(compile(item)));
      if (fault !== null) onFault(item.id, fault);
    }
    return compiled;
  }

  const windows = usable(stored.windows, ({ id, name, body }) => ({ id, name, matches: compileScope(body.scope, 'scope'), schedule: compileSchedule(body.schedule) }));
  const silences = usable(stored.silences, ({ id, name, matchers, startsAt, endsAt }) => ({
    id, name, matches: compileMatchers(matchers, 'matchers'), startMs: startsAt.getTime(), endMs: endsAt.getTime(),
  }));
  const enabled = stored.rules.filter((rule) => rule.body.enabled);
  usable(enabled, ({ id, body }) => add(id, body));
  const changedMs = new Map([...stored.windows, ...stored.silences, ...enabled].map(({ id, changedAt }) => [id, changedAt.getTime()]));
  const memoryMs = Math.max(0, ...flappings.map((rule) => Math.max(rule.withinMs, rule.stableMs)), ...thresholds.map((rule) => rule.withinMs));
  return { version: stored.version, windows, silences, suppressions, inhibitions, flappings, thresholds, holds, memoryMs, changedMs };
}
