/** What is usual: how often each rule, and each alert by itself, comes without any incident. */

export interface Habits {
  /** Tells the time; habits are rates over the time watched. */
  watch(nowMs: number): void;
  /** Alerts a minute of this rule that are background, over all places. `without` is what this very alert counts. */
  ruleRate(rule: string, without: number): number;
  /** Alerts a minute of just this alert. */
  ownRate(alertKey: string, without: number): number;
  /** How much this rule speaks for an incident, whichever: one of its alerts among those of incidents. */
  incidentShare(rule: string): number;
  /** Whether this rule was seen to come without an incident. `without` is what the very alert counts. */
  isUsual(rule: string, without: number): boolean;
  noteIncident(rule: string, by: 1 | -1): void;
  /** Counts an alert that waits. In a burst of one rule each further one counts less: a burst is no habit yet. Gives what it counted. */
  noteWaiting(rule: string, alertKey: string): number;
  /** Takes back what a waiting alert counted; `background` counts it in full instead. */
  settle(rule: string, alertKey: string, counted: number, background: boolean): void;
  /** Takes in what was background before this process: so many alerts of a rule, and of one alert, over the time up to now. */
  recall(rule: string, alertKey: string, count: number): void;
  /** Begins to count, at this time if not at an earlier one. */
  watchedSince(ms: number): void;
}

const MAX_KEYS = 200_000;
/** Doubt about what was not watched yet: as if it had been watched for so long, with so many alerts. */
const DOUBT_MINUTES = 60;
const DOUBT_ALERTS = 0.3;
/** Alerts from which a rule counts as seen before; less than one, as they fade. */
const SEEN_ALERTS = 0.5;
const BURST_MS = 5 * 60_000;
/** Rules to expect in incidents. */
const RULES = 30;
/** Alerts' worth of doubt about how often each rule is part of incidents. */
const RULE_DOUBT = 2;

/** Under which alerts of incidents are counted, whatever their rule. */
const ALL = '';

interface Count {
  value: number;
  atMs: number;
}

/** Counts that forget: after the given time a third is left. */
class Fading {
  private readonly counts = new Map<string, Count>();
  private readonly lifeMs: number;

  constructor(lifeMs: number) {
    this.lifeMs = lifeMs;
  }

  read(name: string, nowMs: number): number {
    const count = this.counts.get(name);
    return count === undefined ? 0 : count.value * Math.exp((count.atMs - nowMs) / this.lifeMs);
  }

  add(name: string, nowMs: number, by: number): void {
    const count = this.counts.get(name);
    if (count === undefined) {
      if (this.counts.size >= MAX_KEYS) this.forgetOldest();
      this.counts.set(name, { value: Math.max(0, by), atMs: nowMs });
      return;
    }
    count.value = Math.max(0, this.read(name, nowMs) + by);
    count.atMs = nowMs;
  }

  private forgetOldest(): void {
    const [oldest] = this.counts.keys();
    if (oldest !== undefined) this.counts.delete(oldest);
  }
}

/** Nothing is usual yet. */
export function createHabits(habitMs: number): Habits {
  const rules = new Fading(habitMs);
  const owns = new Fading(habitMs);
  const incidents = new Fading(habitMs);
  const all = new Fading(habitMs);
  const bursts = new Fading(BURST_MS);
  let sinceMs: number | null = null;
  let now = 0;

  /** Minutes watched, as far as they are remembered. */
  function minutes(): number {
    return (habitMs / 60_000) * (1 - Math.exp(((sinceMs ?? now) - now) / habitMs));
  }

  /** The last share asked for. */
  let shared = { rule: '', at: Number.NaN, share: 0 };

  function shareOf(rule: string): number {
    const seen = incidents.read(rule, now);
    // One incident brings many alerts of a rule: they are no independent witnesses.
    const inIncidents = Math.sqrt(seen) + 1;
    const ofRule = ((2 / RULES) * inIncidents) / (inIncidents + rules.read(rule, now) + 1);
    // A symptom that is common in incidents stays one, however habitual it is besides.
    const ofIncidents = (seen + RULE_DOUBT) / (all.read(ALL, now) + RULES * RULE_DOUBT);
    return Math.sqrt(ofRule * ofIncidents);
  }

  /** Something was counted: what was asked for before holds no more. */
  function forget(): void {
    shared = { rule: '', at: Number.NaN, share: 0 };
  }

  return {
    watch(nowMs) {
      now = Math.max(now, nowMs);
    },
    ruleRate: (rule, without) => (Math.max(0, rules.read(rule, now) - without) + DOUBT_ALERTS) / (minutes() + DOUBT_MINUTES),
    ownRate: (alertKey, without) => Math.max(0, owns.read(alertKey, now) - without) / (minutes() + DOUBT_MINUTES),
    incidentShare(rule) {
      // Asked for many groups in a row about one alert.
      if (shared.rule !== rule || shared.at !== now) shared = { rule, at: now, share: shareOf(rule) };
      return shared.share;
    },
    isUsual: (rule, without) => rules.read(rule, now) - without >= SEEN_ALERTS,
    noteIncident(rule, by) {
      incidents.add(rule, now, by);
      all.add(ALL, now, by);
      forget();
    },
    noteWaiting(rule, alertKey) {
      const counted = 1 / (1 + bursts.read(rule, now));
      bursts.add(rule, now, 1);
      rules.add(rule, now, counted);
      owns.add(alertKey, now, counted);
      forget();
      return counted;
    },
    settle(rule, alertKey, counted, background) {
      rules.add(rule, now, (background ? 1 : 0) - counted);
      owns.add(alertKey, now, (background ? 1 : 0) - counted);
      forget();
    },
    recall(rule, alertKey, count) {
      rules.add(rule, now, count);
      owns.add(alertKey, now, count);
      forget();
    },
    watchedSince(ms) {
      sinceMs = Math.min(sinceMs ?? ms, ms);
    },
  };
}
