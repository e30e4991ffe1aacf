/**
 * Keeps drills apart from what is real: a strategy around another, which gives each drill a window of its own. What is in
 * different windows cannot be weighed against each other, so no drill alert joins a real incident and no real one a drill's,
 * whatever their labels, services and times say. Pure, as the strategy inside is.
 */
import { drillOf } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import type { Decision, GroupId, Strategy } from './strategy.ts';

/** Drills with a window of their own at one time; further ones share one, so that nobody's labels cost memory without end. */
const MAX_DRILLS = 16;
/** Stands for the drills that share a window. No label value can be it, as these are never empty. */
const SHARED = '';
const GROUP_MARK = 'drill:';
const KEY_MARK = 'drill/';

interface DrillWindow<Window> {
  readonly window: Window;
  /** Last time that an alert of it was told. */
  lastMs: number;
}

/** The window of what is real, and one for each drill that is not over for long. */
export interface ApartWindow<Window> {
  readonly real: Window;
  readonly drills: Map<string, DrillWindow<Window>>;
  /** From when on the past is told; null when it is told from the start. */
  since: Date | null;
}

/** The drill that a group with these keys belongs to; null for a real one. */
export function drillOfKeys(keys: readonly string[]): string | null {
  return keys.find((key) => key.startsWith(KEY_MARK))?.slice(KEY_MARK.length) ?? null;
}

function outerId(drill: string | null, group: GroupId): GroupId {
  return drill === null ? group : `${GROUP_MARK}${encodeURIComponent(drill)}:${group}`;
}

/** Which window a group is in, and how it is called there. */
function innerId(group: GroupId): { readonly drill: string | null; readonly group: GroupId } {
  if (!group.startsWith(GROUP_MARK)) return { drill: null, group };
  const rest = group.slice(GROUP_MARK.length);
  const end = rest.indexOf(':');
  return { drill: decodeURIComponent(rest.slice(0, end)), group: rest.slice(end + 1) };
}

function outer(drill: string | null, decision: Decision): Decision {
  if (drill === null) return decision;
  const named = (group: GroupId): GroupId => outerId(drill, group);
  switch (decision.kind) {
    case 'open':
      return { ...decision, group: named(decision.group), keys: [...decision.keys, `${KEY_MARK}${drill}`] };
    case 'join':
    case 'assess':
      return { ...decision, group: named(decision.group) };
    case 'move':
      return { ...decision, group: named(decision.group), from: named(decision.from) };
    case 'merge':
      return { ...decision, group: named(decision.group), absorbed: named(decision.absorbed) };
    case 'hold':
      return { ...decision, nearest: decision.nearest === null ? null : named(decision.nearest) };
  }
}

/** Makes the strategy around another. Without drills it decides as the other alone. */
export function keepDrillsApart<Window>(inside: Strategy<Window>): Strategy<ApartWindow<Window>> {
  type Apart = ApartWindow<Window>;

  function slotOf(apart: Apart, drill: string): string {
    if (apart.drills.has(drill)) return drill;
    return [...apart.drills.keys()].filter((slot) => slot !== SHARED).length < MAX_DRILLS ? drill : SHARED;
  }

  function drillWindow(apart: Apart, slot: string, atMs: number): DrillWindow<Window> {
    const known = apart.drills.get(slot);
    if (known !== undefined) {
      known.lastMs = Math.max(known.lastMs, atMs);
      return known;
    }
    const made = { window: inside.empty(), lastMs: atMs };
    if (apart.since !== null && inside.habitMs > 0) inside.restoreHabits(made.window, apart.since, []);
    apart.drills.set(slot, made);
    return made;
  }

  /** The window of a slot as it is; null when it is over for long. */
  function windowOf(apart: Apart, slot: string | null): Window | null {
    return slot === null ? apart.real : (apart.drills.get(slot)?.window ?? null);
  }

  /** Where an alert of the past is: the window it was decided in, else the one it would be told to. */
  function homeOf(apart: Apart, change: AlertChange, decided: GroupId | null): string | null {
    if (decided !== null) return innerId(decided).drill;
    const drill = drillOf(change.labels);
    return drill === null ? null : slotOf(apart, drill);
  }

  function passDrills(apart: Apart, at: Date): Decision[] {
    const decided: Decision[] = [];
    for (const [slot, { window, lastMs }] of apart.drills) {
      for (const decision of inside.pass(window, at)) decided.push(outer(slot, decision));
      if (at.getTime() - lastMs > inside.memoryMs) apart.drills.delete(slot);
    }
    return decided;
  }

  return {
    name: inside.name,
    memoryMs: inside.memoryMs,
    habitMs: inside.habitMs,
    empty: () => ({ real: inside.empty(), drills: new Map(), since: null }),
    restoreHabits(apart, until, habits) {
      apart.since = until;
      inside.restoreHabits(apart.real, until, habits);
    },
    restoreGroup(apart, known, decided) {
      const inner = decided === null ? null : innerId(decided);
      const drill = inner === null ? drillOfKeys(known.keys) : inner.drill;
      const window = drill === null ? apart.real : drillWindow(apart, drill, known.lastAlertAt.getTime()).window;
      const group = inside.restoreGroup(window, known, inner?.group ?? null);
      return group === null ? null : outerId(drill, group);
    },
    dropGroup(apart, group) {
      const inner = innerId(group);
      const window = windowOf(apart, inner.drill);
      if (window !== null) inside.dropGroup(window, inner.group);
    },
    correctLink(apart, change, decided, stands) {
      const home = homeOf(apart, change, decided);
      const window = windowOf(apart, home);
      if (window === null) return;
      const from = decided === null ? null : innerId(decided).group;
      const to = stands === null ? null : innerId(stands);
      // People may have moved it across; the windows stay apart even so.
      if (to !== null && to.drill !== home) inside.forgetAlert(window, change, from);
      else inside.correctLink(window, change, from, to?.group ?? null);
    },
    forgetAlert(apart, change, decided) {
      const window = windowOf(apart, homeOf(apart, change, decided));
      if (window !== null) inside.forgetAlert(window, change, decided === null ? null : innerId(decided).group);
    },
    holdAlert(apart, change, decided, stands) {
      const home = homeOf(apart, change, decided);
      const window = windowOf(apart, home);
      const to = stands === null ? null : innerId(stands);
      if (window === null || (to !== null && to.drill !== home)) return;
      inside.holdAlert(window, change, decided === null ? null : innerId(decided).group, to?.group ?? null);
    },
    decide(apart, change) {
      const at = change.recordedAt;
      if (apart.drills.size === 0 && drillOf(change.labels) === null) return inside.decide(apart.real, change);
      // Drills are told the time with every alert: which of them are over depends on the log alone.
      const passed = passDrills(apart, at);
      const drill = drillOf(change.labels);
      if (drill === null) return [...passed, ...inside.decide(apart.real, change)];
      const slot = slotOf(apart, drill);
      return [...passed, ...inside.decide(drillWindow(apart, slot, at.getTime()).window, change).map((decision) => outer(slot, decision))];
    },
    noteChange: (apart, event) => inside.noteChange(apart.real, event),
    pass: (apart, at) => apart.drills.size === 0 ? inside.pass(apart.real, at) : [...inside.pass(apart.real, at), ...passDrills(apart, at)],
  };
}
