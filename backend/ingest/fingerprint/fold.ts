/** Several alerts of a sender as one: it fires as long as any of them does. Pure. */
import type { Labels } from '#contract';
import { fingerprintOfLabels } from '../identity.ts';
import { chosenLabels } from './regroup.ts';

/** The fingerprint that a rule makes: over the chosen labels, those that an alert lacks left out. */
export function fingerprintBy(names: readonly string[], labels: Labels): string {
  return fingerprintOfLabels(chosenLabels(names, labels));
}

export interface Span {
  readonly startsAtMs: number;
  /** Null while it fires. */
  readonly endsAtMs: number | null;
}

export interface FoldInput {
  /** The newest episode of each member, at least one. */
  readonly members: readonly Span[];
  /** The newest episode of the one alert; null when it has none. */
  readonly latest: Span | null;
}

/**
 * What the one alert is now: its open episode goes on, or a new one begins, or it ends with its last member.
 * Null: there is nothing to tell. A new episode never begins before the one before it has ended, because an
 * episode that has ended is not opened again.
 */
export function foldMembers({ members, latest }: FoldInput): Span | null {
  const firing = members.filter((member) => member.endsAtMs === null);
  const isOpen = latest !== null && latest.endsAtMs === null;
  if (firing.length > 0) {
    if (isOpen) return latest;
    const first = Math.min(...firing.map((member) => member.startsAtMs));
    return { startsAtMs: latest === null ? first : Math.max(first, latest.endsAtMs ?? 0, latest.startsAtMs + 1), endsAtMs: null };
  }
  const endsAtMs = Math.max(...members.map((member) => member.endsAtMs ?? 0));
  if (isOpen) return { startsAtMs: latest.startsAtMs, endsAtMs: Math.max(endsAtMs, latest.startsAtMs) };
  return latest === null ? { startsAtMs: Math.min(...members.map((member) => member.startsAtMs)), endsAtMs } : null;
}
