/** What each service has lately complained of weakly, and at which services one rule has lately fired. */
import type { Sighting } from './sighting.ts';

export interface Stir {
  readonly atMs: number;
  readonly rule: string;
  readonly cluster: string | null;
  readonly isOfPart: boolean;
  /** As RuleHabits had it when it came. */
  readonly rarity: number;
}

type Places = readonly (readonly [string, number])[];

export interface StirsSnapshot {
  readonly byService: readonly (readonly [string, readonly Stir[]])[];
  readonly byRule: readonly (readonly [string, Places])[];
  readonly restless: readonly (readonly [string, number, number])[];
}

export interface Stirs {
  note(sighting: Sighting, rarity: number): void;
  /** Weak complaints of a service within the window, oldest first. */
  of(service: string, atMs: number): readonly Stir[];
  /** Services at which the rule fired lately, this one and those that `except` names not counted. */
  elsewhere(rule: string, service: string, atMs: number, except: (other: string) => boolean): number;
  /** Weak complaints of a service ever, older ones counting less and less. */
  restless(service: string, atMs: number): number;
  forget(atMs: number): void;
  snapshot(): StirsSnapshot;
}

/** Weak signs further apart than this do not count as one development. */
export const STIR_MS = 30 * 60_000;
/** A rule that fires at many services within this time has a cause that is none of theirs: a nightly job, a new threshold. */
const ELSEWHERE_MS = 15 * 60_000;
const RESTLESS_HALF_LIFE_MS = 86_400_000;
const LEAST_RESTLESS = 0.05;
/** Of one service in one window; a flood says no more than this many. */
const MAX_STIRS = 32;

/** Keeps the last half hour, and a number for each service. */
export function createStirs(from?: StirsSnapshot): Stirs {
  const byService = new Map<string, Stir[]>((from?.byService ?? []).map(([service, stirs]) => [service, [...stirs]]));
  const byRule = new Map<string, Map<string, number>>((from?.byRule ?? []).map(([rule, places]) => [rule, new Map(places)]));
  const restless = new Map<string, { weight: number; atMs: number }>((from?.restless ?? []).map(([service, weight, atMs]) => [service, { weight, atMs }]));

  function of(service: string, atMs: number): Stir[] {
    return (byService.get(service) ?? []).filter((stir) => atMs - stir.atMs <= STIR_MS);
  }

  function restlessnessOf(service: string, atMs: number): number {
    const known = restless.get(service);
    return known === undefined ? 0 : known.weight * 2 ** (-Math.max(0, atMs - known.atMs) / RESTLESS_HALF_LIFE_MS);
  }

  return {
    note({ atMs, rule, cluster, isOfPart, service }, rarity) {
      byService.set(service, [...of(service, atMs), { atMs, rule, cluster, isOfPart, rarity }].slice(-MAX_STIRS));
      const places = byRule.get(rule) ?? new Map<string, number>();
      places.set(service, atMs);
      byRule.set(rule, places);
      restless.set(service, { weight: restlessnessOf(service, atMs) + 1, atMs });
    },
    of,
    elsewhere(rule, service, atMs, except) {
      let count = 0;
      for (const [other, at] of byRule.get(rule) ?? []) if (other !== service && atMs - at <= ELSEWHERE_MS && !except(other)) count += 1;
      return count;
    },
    restless: restlessnessOf,
    forget(atMs) {
      for (const service of byService.keys()) {
        const left = of(service, atMs);
        if (left.length === 0) byService.delete(service);
        else byService.set(service, left);
      }
      for (const [rule, places] of byRule) {
        for (const [place, at] of places) if (atMs - at > ELSEWHERE_MS) places.delete(place);
        if (places.size === 0) byRule.delete(rule);
      }
      for (const service of restless.keys()) if (restlessnessOf(service, atMs) < LEAST_RESTLESS) restless.delete(service);
    },
    snapshot: () => ({
      byService: [...byService].map(([service, stirs]) => [service, [...stirs]]),
      byRule: [...byRule].map(([rule, places]) => [rule, [...places]]),
      restless: [...restless].map(([service, { weight, atMs }]) => [service, weight, atMs]),
    }),
  };
}
