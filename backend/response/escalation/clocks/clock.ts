/** A clock: it runs, stands still, is met. All instants in epoch milliseconds. Pure. */
import type { ClockKind, ClockLimits, ClockRulesBody, LiveEvent, Severity } from '#contract';
import { CLOCK_KINDS, severity as severitySchema } from '#contract';

export interface Clock {
  readonly startedMs: number;
  readonly limitMs: number;
  /** Before it began to run this time. */
  readonly spentMs: number;
  /** Null: it stands still. */
  readonly runningSinceMs: number | null;
  readonly metMs: number | null;
  readonly atRiskToldMs: number | null;
  readonly breachedMs: number | null;
}

export type Clocks = Partial<Readonly<Record<ClockKind, Clock>>>;

const MINUTE_MS = 60_000;

/** Rules of an organisation that has set none. */
export const USUAL_RULES: ClockRulesBody = {
  limits: {
    sev1: { response: 5, update: 30, resolution: 240 }, sev2: { response: 15, update: 60, resolution: 480 }, sev3: { response: null, update: null, resolution: null },
    sev4: { response: null, update: null, resolution: null }, sev5: { response: null, update: null, resolution: null },
  },
  atRiskPercent: 80,
  pausedIn: { update: [], resolution: ['monitoring'] },
  commander: { nudgeMinutes: 20, escalateMinutes: 10 },
};

function begun(limitMs: number, atMs: number): Clock {
  return { startedMs: atMs, limitMs, spentMs: 0, runningSinceMs: atMs, metMs: null, atRiskToldMs: null, breachedMs: null };
}

function paused(clock: Clock, atMs: number): Clock {
  return clock.runningSinceMs === null ? clock : { ...clock, spentMs: clock.spentMs + Math.max(0, atMs - clock.runningSinceMs), runningSinceMs: null };
}

function resumed(clock: Clock, atMs: number): Clock {
  return clock.runningSinceMs !== null || clock.metMs !== null ? clock : { ...clock, runningSinceMs: atMs };
}

function met(clock: Clock, atMs: number): Clock {
  return clock.metMs !== null ? clock : { ...paused(clock, atMs), metMs: atMs };
}

/** When its time is up; null while it stands still. */
export function dueMs(clock: Clock): number | null {
  return clock.runningSinceMs === null ? null : clock.runningSinceMs + clock.limitMs - clock.spentMs;
}

/** When it is at risk; null while it stands still. */
export function atRiskMs(clock: Clock, percent: number): number | null {
  return clock.runningSinceMs === null ? null : clock.runningSinceMs + Math.floor((clock.limitMs * percent) / 100) - clock.spentMs;
}

/** What is to be told next of a clock, and when. */
export function nextNews(clock: Clock, percent: number): { readonly what: 'at_risk' | 'breached'; readonly atMs: number } | null {
  const [due, risk] = [dueMs(clock), atRiskMs(clock, percent)];
  if (due === null || risk === null || clock.breachedMs !== null) return null;
  return clock.atRiskToldMs === null ? { what: 'at_risk', atMs: risk } : { what: 'breached', atMs: due };
}

/** The clock after its news were told. */
export function told(clock: Clock, what: 'at_risk' | 'breached', atMs: number): Clock {
  return what === 'at_risk' ? { ...clock, atRiskToldMs: atMs } : { ...clock, breachedMs: atMs };
}

/** The clocks with the limits of a severity; what is told already is told again only if it comes true anew. */
function limited(clocks: Clocks, limits: ClockLimits, atMs: number, percent: number): Clocks {
  return Object.fromEntries(CLOCK_KINDS.flatMap((kind) => {
    const minutes = limits[kind];
    const clock = clocks[kind];
    if (minutes === null) return clock === undefined ? [] : [[kind, met(clock, atMs)]];
    const limitMs = minutes * MINUTE_MS;
    if (clock === undefined) return [[kind, begun(limitMs, atMs)]];
    if (clock.limitMs === limitMs) return [[kind, clock]];
    const changed = { ...clock, limitMs };
    const [due, risk] = [dueMs(changed), atRiskMs(changed, percent)];
    return [[kind, { ...changed, ...(due !== null && due > atMs ? { breachedMs: null } : {}), ...(risk !== null && risk > atMs ? { atRiskToldMs: null } : {}) }]];
  }));
}

function changed(clocks: Clocks, kinds: readonly ClockKind[], change: (clock: Clock, kind: ClockKind) => Clock): Clocks {
  return Object.fromEntries(CLOCK_KINDS.flatMap((kind) => {
    const clock = clocks[kind];
    return clock === undefined ? [] : [[kind, kinds.includes(kind) ? change(clock, kind) : clock]];
  }));
}

/** The events that move clocks. */
export const CLOCK_EVENTS: readonly string[] = [
  'incident.declared', 'incident.promoted', 'incident.severity_changed', 'incident.acknowledged', 'incident.identified', 'incident.mitigation_started', 'incident.mitigated', 'incident.resolved',
  'incident.review_started', 'incident.closed', 'incident.reopened', 'incident.cancelled', 'incident.rejected', 'incident.status_updated', 'incident.quiet',
];

const OVER: readonly string[] = ['resolved', 'in_review', 'closed', 'cancelled', 'rejected', 'duplicate'];

/** The clocks after an event. `severity`: as the incident has it now. */
export function clocksAfter(clocks: Clocks, event: Pick<LiveEvent, 'type' | 'at' | 'data'>, severity: Severity, rules: ClockRulesBody): Clocks {
  const atMs = Date.parse(event.at);
  const to = typeof event.data['to'] === 'string' ? event.data['to'] : '';
  switch (event.type) {
    case 'incident.declared':
    case 'incident.promoted':
      return limited({}, rules.limits[severity], atMs, rules.atRiskPercent);
    case 'incident.severity_changed': {
      const now = severitySchema.safeParse(to).data ?? severity;
      return limited(clocks, rules.limits[now], atMs, rules.atRiskPercent);
    }
    case 'incident.status_updated':
      return changed(clocks, ['update'], (clock) => (clock.metMs === null ? { ...begun(clock.limitMs, atMs), runningSinceMs: clock.runningSinceMs === null ? null : atMs } : clock));
    case 'incident.reopened':
      return changed(changed(clocks, ['resolution'], (clock) => resumed({ ...clock, metMs: null }, atMs)), ['update'], (clock) => begun(clock.limitMs, atMs));
    default: {
      if (OVER.includes(to)) return changed(clocks, CLOCK_KINDS, (clock) => met(clock, atMs));
      if (to === '' || to === 'declared') return clocks;
      const answered = changed(clocks, ['response'], (clock) => met(clock, atMs));
      const stands: readonly ClockKind[] = (['update', 'resolution'] as const).filter((kind) => rules.pausedIn[kind].some((state) => state === to));
      return changed(answered, ['update', 'resolution'], (clock, kind) => (stands.includes(kind) ? paused(clock, atMs) : resumed(clock, atMs)));
    }
  }
}
