/**
 * Alerts of one place vouch for each other: once the first of them went astray, the others follow, and
 * weighed one by one none of them goes back. So what came to a group at one place of late is also
 * weighed together, as if none of it had come yet: does another group explain all of it better?
 */
import { stays } from './apart.ts';
import { countSignal, type Group } from './group.ts';
import type { Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

/** Alerts of one place with the group that explains them better. */
export interface Stray {
  readonly members: readonly Member[];
  readonly to: Group;
}

/** A group is gone through so often while it grows by a tenth meanwhile; else before what is of late is no more. */
const EVERY_MS = 2 * 60_000;
const GROWS = 1.1;
const SELDOM_MS = 8 * 60_000;
/** What is of late; before, the place may have had another cause. */
const LATE_MS = 10 * 60_000;
/** Alerts of a place that are weighed, the newest; fewer than two are weighed one by one anyhow. */
const MOST = 12;
const FEWEST = 2;
/** Log-odds at which they move. */
const MOVE_LOG_ODDS = 4;

/** Log-likelihood of alerts of one place that come to a group one after the other. Leaves the group as it was. */
function weighTogether(window: EngineWindow, members: readonly Member[], group: Group): number {
  const { firstMs, lastMs, severity } = group;
  const node = members[0]?.signal.node ?? '';
  const onsetMs = group.onsets.get(node);
  let sum = 0;
  for (const { signal } of members) {
    sum += window.weigher.total(signal, group, false, -Infinity) ?? -Infinity;
    countSignal(group, signal, 1);
  }
  for (const { signal } of members) countSignal(group, signal, -1);
  if (onsetMs !== undefined) group.onsets.set(node, onsetMs);
  group.firstMs = firstMs;
  group.lastMs = lastMs;
  group.severity = severity;
  return sum;
}

/** The same for alerts that are counted in the group already. */
function weighAgain(window: EngineWindow, members: readonly Member[], group: Group): number {
  for (const { signal } of members) countSignal(group, signal, -1);
  const sum = weighTogether(window, members, group);
  for (const { signal } of members) countSignal(group, signal, 1);
  return sum;
}

function lateByPlace(window: EngineWindow, group: Group): Map<string, Member[]> {
  const byPlace = new Map<string, Member[]>();
  for (const member of group.members.values()) {
    if (stays(member) || window.nowMs - member.signal.onsetMs > LATE_MS) continue;
    const list = byPlace.get(member.signal.place);
    if (list === undefined) byPlace.set(member.signal.place, [member]);
    else list.push(member);
  }
  return byPlace;
}

/** What a group holds that others explain better. `candidatesFor` gives the groups that could. */
export function findStrays(window: EngineWindow, group: Group, candidatesFor: (member: Member) => readonly Group[]): Stray[] {
  const { sortedMs } = group;
  const since = window.nowMs - sortedMs;
  if (since < EVERY_MS || (since < SELDOM_MS && group.nodes.total < group.sortedAt * GROWS)) return [];
  group.sortedMs = window.nowMs;
  group.sortedAt = group.nodes.total;
  const strays: Stray[] = [];
  for (const members of lateByPlace(window, group).values()) {
    const newest = members.at(-1);
    // A place where nothing came since was weighed before. What makes up most of a group is no stray: whether two groups are one is asked elsewhere.
    if (newest === undefined || newest.signal.atMs < sortedMs || members.length < FEWEST || members.length * 2 > group.nodes.total) continue;
    const others = candidatesFor(newest).filter((other) => other !== group && other.opened);
    if (others.length === 0) continue;
    const weighed = members.slice(-MOST);
    let most = weighAgain(window, weighed, group) + MOVE_LOG_ODDS;
    let to: Group | null = null;
    for (const other of others) {
      const total = weighTogether(window, weighed, other);
      if (total <= most) continue;
      most = total;
      to = other;
    }
    if (to !== null) strays.push({ members, to });
  }
  return strays;
}
