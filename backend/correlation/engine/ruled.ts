/**
 * Rules of users inside the engine: alerts that a rule puts together go into one group, whatever else would explain them,
 * and stay there. The first rule that has enough alerts decides; rules that do not have enough yet decide nothing.
 */
import type { AlertChange } from '../../ingest/index.ts';
import { advanceRules, type RuleMatch } from '../rules/index.ts';
import { isKeptFrom, stays } from './apart.ts';
import type { Group } from './group.ts';
import { enter, followEmptied, groupOf, leave, openGroup, startGroup } from './placing.ts';
import { episodeKey, type Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

/** Why a rule holds an alert in its group, for the reason of its link. */
function sentence(match: RuleMatch): string {
  return `rule “${match.name}” puts ${match.alerts} alerts together (it asks for ${match.minAlerts})`;
}

/** The group of a rule: the one it has, else the opened one most of its alerts are in, else a new one. */
function homeOf(window: EngineWindow, match: RuleMatch, members: readonly Member[]): Group {
  const known = groupOf(window, window.ruleHomes.get(match.group) ?? null);
  if (known !== undefined) return known;
  const counts = new Map<Group, number>();
  for (const member of members) {
    const group = groupOf(window, member.groupId);
    if (group?.opened === true) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || a[0].order - b[0].order);
  const home = best?.[0] ?? startGroup(window);
  window.ruleHomes.set(match.group, home.id);
  return home;
}

function pin(window: EngineWindow, member: Member, home: Group, match: RuleMatch): void {
  member.rule = { group: match.group, text: sentence(match) };
  if (member.groupId === home.id) return;
  leave(window, member);
  enter(window, member, home, window.parameters.openLogOdds);
}

/** Asks the rules about an alert that has arrived and is followed. True when one of them has placed it. */
export function placeByRule(window: EngineWindow, member: Member, change: AlertChange): boolean {
  const match = advanceRules(window.ruleState, window.rules, change).find((candidate) => candidate.fired);
  if (match === undefined) return false;
  const others = match.members.flatMap((ref) => {
    const other = window.members.get(episodeKey(ref));
    return other === undefined || other === member || stays(other) ? [] : [other];
  });
  const home = homeOf(window, match, [...others, member]);
  home.ruleSeverity = match.severity;
  const left = new Set<Group>();
  for (const placed of [...others, member]) {
    if (isKeptFrom(window, placed, home)) continue;
    const from = groupOf(window, placed.groupId);
    if (from !== undefined && from !== home) left.add(from);
    pin(window, placed, home, match);
  }
  openGroup(window, home);
  let to = home;
  for (const from of left) to = followEmptied(window, from, to);
  return true;
}
