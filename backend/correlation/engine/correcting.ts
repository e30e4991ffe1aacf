/** Corrects a window that has decided the past again where other things stand: people have moved alerts, or the settings were others. Nothing of it is told. */
import { graverOf } from '#contract';
import type { AlertChange } from '../../ingest/index.ts';
import type { GroupId, KnownGroup } from '../strategy.ts';
import { countSignal, newGroup, type Group } from './group.ts';
import { closeGroup, enter, groupOf, leave, noteLinked, refreshIfDue, startGroup } from './placing.ts';
import { episodeKey, type Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

function quietly(window: EngineWindow, work: () => void): void {
  window.restoring = true;
  work();
  window.restoring = false;
  window.out = [];
}

/** Takes the group that was decided again for an incident that stands, or makes one where none was. Null: it is over. */
export function keepGroup(window: EngineWindow, known: KnownGroup, decided: GroupId | null): Group | null {
  if (decided !== null && !window.groups.has(decided)) return null;
  const group = groupOf(window, decided) ?? newGroup(`incident-${known.incident}`, known.incident, window.parameters.paceMs);
  group.opened = true;
  group.severity = graverOf(group.severity, known.severity);
  group.circle = known.circle ?? null;
  if (known.apartFrom !== undefined && known.apartFrom.length > 0) {
    group.setApart = { own: new Set([known.incident]), from: new Set(known.apartFrom) };
    window.anyApart = true;
  }
  if (decided === null) group.lastMs = known.lastAlertAt.getTime();
  window.groups.set(group.id, group);
  return group;
}

/** Forgets a group that is no incident. Where its alerts are is told one by one. */
export function dropGroup(window: EngineWindow, id: GroupId): void {
  const group = groupOf(window, id);
  if (group !== undefined) closeGroup(window, group);
}

/** Its group was dropped: it counts as part of an incident that there is not. */
function isStranded(window: EngineWindow, member: Member): boolean {
  return member.linkedTo !== null && !window.groups.has(member.linkedTo);
}

function relink(window: EngineWindow, member: Member, to: Group | undefined): void {
  const { signal } = member;
  if (isStranded(window, member)) window.habits.noteIncident(signal.rule, -1);
  leave(window, member);
  member.linkedTo = null;
  if (to !== undefined) {
    enter(window, member, to, window.parameters.openLogOdds);
    return;
  }
  member.rule = null;
  if (member.waiting === 0) member.waiting = window.habits.noteWaiting(signal.rule, signal.alertKey);
  enter(window, member, startGroup(window), window.weigher.fresh(signal) - window.weigher.background(signal, member.waiting));
}

/** An alert that is settled moves no more; it is only counted. */
function recount(window: EngineWindow, change: AlertChange, from: Group | undefined, to: Group | undefined): void {
  // Of what began before the log was told, nothing is counted.
  if (from === undefined && change.kind !== 'opened') return;
  const signal = window.reader.read(change);
  for (const [group, by] of [[from, -1], [to, 1]] as const) {
    if (group === undefined) continue;
    countSignal(group, signal, by);
    refreshIfDue(window, group);
  }
}

/** Puts the alert of an earlier change, decided again to be in one group, into the one it stands in. */
export function correctLink(window: EngineWindow, change: AlertChange, decided: GroupId | null, stands: GroupId | null): void {
  quietly(window, () => {
    const member = window.members.get(episodeKey(change));
    if (member === undefined) recount(window, change, groupOf(window, decided), groupOf(window, stands));
    else relink(window, member, groupOf(window, stands));
  });
}

/** Its end, should that be told, is no news. */
function keepInPast(window: EngineWindow, change: AlertChange): void {
  const untilMs = change.startsAt.getTime() + window.parameters.holdMs;
  if (untilMs >= window.nowMs) window.past.set(episodeKey(change), untilMs);
}

/** A person has put an alert where it stands: it moves no more. One that was taken out of every incident is background, and draws no others. */
export function holdAlert(window: EngineWindow, change: AlertChange, stands: GroupId | null): void {
  const member = window.members.get(episodeKey(change));
  if (stands !== null) {
    if (member !== undefined) member.byPerson = true;
    return;
  }
  keepInPast(window, change);
  if (member === undefined) return;
  quietly(window, () => {
    const { key, rule, alertKey } = member.signal;
    window.members.delete(key);
    leave(window, member);
    window.habits.settle(rule, alertKey, member.waiting, true);
  });
}

/** Forgets an alert of an incident that takes no more, but for that it has been. */
export function forgetAlert(window: EngineWindow, change: AlertChange, decided: GroupId | null): void {
  keepInPast(window, change);
  quietly(window, () => {
    const member = window.members.get(episodeKey(change));
    if (member === undefined) {
      if (decided !== null) recount(window, change, groupOf(window, decided), undefined);
      return;
    }
    window.members.delete(member.signal.key);
    if (isStranded(window, member)) return;
    leave(window, member);
    noteLinked(window, member);
  });
}
