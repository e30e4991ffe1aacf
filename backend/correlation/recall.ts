/**
 * Makes a window anew from the past: after a take-over, and whenever a window was thrown away. The log is decided again, without
 * a trace. What that puts elsewhere than it stands in the database is corrected, alert by alert: the database is right. Pure.
 */
import type { IncidentNumber } from '#contract';
import type { ChangeEvent } from '../catalog/index.ts';
import type { AlertChange } from '../ingest/index.ts';
import type { AlertRef, Decision, GroupId, KnownGroup, KnownHabit, Strategy } from './strategy.ts';

/** An earlier change, with the incident that its alert belongs to. */
export interface PastChange {
  readonly change: AlertChange;
  readonly incident: IncidentNumber | null;
  /** A person has put it there. */
  readonly byPerson?: boolean;
}

export interface Past {
  /** Where the log told begins, and what was usual until then. */
  readonly since: Date;
  readonly habits: readonly KnownHabit[];
  /** Incidents that still take alerts. */
  readonly groups: readonly KnownGroup[];
  readonly events: readonly ChangeEvent[];
  /** In the order of the log. */
  readonly changes: readonly PastChange[];
  /** The time that the strategy was told last, as far as that decided anything. */
  readonly passedTo: Date | null;
}

export interface Recalled<Window> {
  readonly window: Window;
  /** Incident of each group of the window that has one. */
  readonly groups: Map<GroupId, IncidentNumber>;
  /** Alerts that stand elsewhere than they were decided again to be. */
  readonly corrected: number;
}

/** Where decisions have put alerts. */
interface Places {
  readonly opened: Set<GroupId>;
  follow(decisions: readonly Decision[]): void;
  groupOf(alert: AlertRef): GroupId | null;
}

/** Changes after which others may have their turn. */
const SLICE = 500;

function keyOf(ref: AlertRef): string {
  return `${ref.alertKey}/${ref.startsAt.getTime()}`;
}

function createPlaces(): Places {
  const opened = new Set<GroupId>();
  const groups = new Map<string, GroupId>();
  const merged = new Map<GroupId, GroupId>();

  function find(group: GroupId): GroupId {
    let id = group;
    for (let next = merged.get(id); next !== undefined; next = merged.get(id)) id = next;
    return id;
  }

  return {
    opened,
    groupOf(alert) {
      const group = groups.get(keyOf(alert));
      return group === undefined ? null : find(group);
    },
    follow(decisions) {
      for (const decision of decisions) {
        switch (decision.kind) {
          case 'open':
            opened.add(decision.group);
            for (const alert of [...decision.alerts, ...decision.moved]) groups.set(keyOf(alert), decision.group);
            break;
          case 'join':
          case 'move':
            groups.set(keyOf(decision.alert), decision.group);
            break;
          case 'merge':
            opened.delete(decision.absorbed);
            merged.set(decision.absorbed, decision.group);
            break;
          case 'assess':
          case 'hold':
            break;
        }
      }
    },
  };
}

function* decideAgain<Window>(strategy: Strategy<Window>, window: Window, past: Past): Generator<undefined, Places> {
  const places = createPlaces();
  const events = [...past.events].sort((a, b) => a.at.getTime() - b.at.getTime());
  let noted = 0;
  const passTo = (at: Date): void => {
    for (let event = events[noted]; event !== undefined && event.at <= at; event = events[noted]) {
      // Reviews of before it know nothing of it.
      places.follow(strategy.pass(window, event.at));
      strategy.noteChange(window, event);
      noted += 1;
    }
  };
  for (const [index, { change }] of past.changes.entries()) {
    passTo(change.recordedAt);
    places.follow(strategy.decide(window, change));
    if (index % SLICE === SLICE - 1) yield;
  }
  if (past.passedTo !== null) {
    passTo(past.passedTo);
    places.follow(strategy.pass(window, past.passedTo));
  }
  for (const event of events.slice(noted)) strategy.noteChange(window, event);
  return places;
}

/** The first change of each alert. */
function firstChanges(past: Past): PastChange[] {
  const first = new Map<string, PastChange>();
  for (const entry of past.changes) if (!first.has(keyOf(entry.change))) first.set(keyOf(entry.change), entry);
  return [...first.values()];
}

/** For each group that was decided, the incident that most of its alerts are in, with how many: the largest first. */
function majorities(alerts: readonly PastChange[], places: Places): { readonly group: GroupId; readonly incident: IncidentNumber; readonly alerts: number }[] {
  const tallies = new Map<GroupId, Map<IncidentNumber, number>>();
  for (const { change, incident } of alerts) {
    const group = places.groupOf(change);
    if (group === null || incident === null) continue;
    const tally = tallies.get(group) ?? new Map<IncidentNumber, number>();
    tallies.set(group, tally.set(incident, (tally.get(incident) ?? 0) + 1));
  }
  return [...tallies].flatMap(([group, tally]) => {
    const [best] = [...tally].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return best === undefined ? [] : [{ group, incident: best[0], alerts: best[1] }];
  }).sort((a, b) => b.alerts - a.alerts || a.incident - b.incident);
}

/** Makes the window, with the incidents of its groups; between its steps others may have their turn. */
export function* recallInSteps<Window>(strategy: Strategy<Window>, past: Past): Generator<undefined, Recalled<Window>> {
  const window = strategy.empty();
  if (strategy.habitMs > 0) strategy.restoreHabits(window, past.since, past.habits);
  const places = yield* decideAgain(strategy, window, past);
  const alerts = firstChanges(past);
  const decidedFor = new Map<IncidentNumber, GroupId>();
  for (const { group, incident } of majorities(alerts, places)) if (!decidedFor.has(incident)) decidedFor.set(incident, group);
  const homes = new Map<IncidentNumber, GroupId>();
  for (const known of past.groups) {
    const home = strategy.restoreGroup(window, known, decidedFor.get(known.incident) ?? null);
    if (home !== null) homes.set(known.incident, home);
  }
  const groups = new Map([...homes].map(([incident, group]) => [group, incident]));
  for (const group of places.opened) if (!groups.has(group)) strategy.dropGroup(window, group);
  let corrected = 0;
  for (const [index, { change, incident, byPerson = false }] of alerts.entries()) {
    const decided = places.groupOf(change);
    const stands = incident === null ? null : homes.get(incident);
    if (stands === undefined) strategy.forgetAlert(window, change, decided);
    else if (stands !== decided) {
      strategy.correctLink(window, change, decided, stands);
      corrected += 1;
    }
    if (byPerson && stands !== undefined) strategy.holdAlert(window, change, decided, stands);
    if (index % SLICE === SLICE - 1) yield;
  }
  return { window, groups, corrected };
}

/** Makes it at once. */
export function recall<Window>(strategy: Strategy<Window>, past: Past): Recalled<Window> {
  const steps = recallInSteps(strategy, past);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
