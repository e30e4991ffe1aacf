/** Alerts that change their state too often. Pure but for the memory it keeps. */

export interface FlapRule {
  /** More state changes than this... */
  readonly changes: number;
  /** ...within this time make it flap... */
  readonly withinMs: number;
  /** ...until it did not change for so long. */
  readonly stableMs: number;
}

export interface FlapHistory {
  /** When it changed, oldest first; at most one more than the rule counts. */
  times: number[];
  /** Changes since it began to flap. */
  count: number;
  flapping: boolean;
}

export function newFlapHistory(): FlapHistory {
  return { times: [], count: 0, flapping: false };
}

/** True while an alert counts as flapping at an instant: it was, and has not yet been stable for long enough. */
export function isFlapping(history: FlapHistory, rule: FlapRule, atMs: number): boolean {
  return history.flapping && atMs - (history.times.at(-1) ?? 0) < rule.stableMs;
}

/** Takes in one change of state; true when the alert flaps from it on. */
export function noteStateChange(history: FlapHistory, rule: FlapRule, atMs: number): boolean {
  if (history.flapping && !isFlapping(history, rule, atMs)) {
    history.times = [];
    history.flapping = false;
  }
  history.times.push(atMs);
  if (history.flapping) {
    history.count += 1;
    history.times = history.times.slice(-(rule.changes + 1));
    return true;
  }
  history.times = history.times.filter((time) => atMs - time <= rule.withinMs);
  history.count = history.times.length;
  history.flapping = history.times.length > rule.changes;
  return history.flapping;
}

/** When a flapping alert is released if it stays as it is. */
export function releasedAt(history: FlapHistory, rule: FlapRule): number {
  return (history.times.at(-1) ?? 0) + rule.stableMs;
}

/** True when a history says nothing more about the time after `atMs`. */
export function isStale(history: FlapHistory, rule: FlapRule, atMs: number): boolean {
  return atMs - (history.times.at(-1) ?? 0) > Math.max(rule.withinMs, rule.stableMs);
}
