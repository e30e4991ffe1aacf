/**
 * The engine as a strategy: takes in alerts, changes and time, and decides. Reviews happen at whole
 * steps of the alerts' own time, so that it does not matter how often somebody tells the time.
 */
import type { CorrelationRule } from '#contract';
import type { Topology } from '../../catalog/index.ts';
import { compileRules } from '../rules/index.ts';
import type { AlertChange } from '../../ingest/index.ts';
import type { Decision, Strategy } from '../strategy.ts';
import { sweepWaiting } from './burst.ts';
import { correctLink, dropGroup, forgetAlert, holdAlert, keepGroup } from './correcting.ts';
import { NOTHING_LEARNED, type LearnedPairs } from './learned.ts';
import { DEFAULT_PARAMETERS, type EngineParameters } from './parameters.ts';
import { placeByRule } from './ruled.ts';
import { closeIfOver, mergeIfDue, moveStrays, openGraveNews, place, settle } from './placing.ts';
import { ENGINE_NAME } from './reasons.ts';
import { episodeKey, type Member } from './signal.ts';
import { createWindow, type EngineWindow } from './window.ts';

/** Step at which reviews happen. */
const TICK_MS = 15_000;
const SWEEP_MS = 60_000;
/** Alerts that may move at one time; beyond it the oldest are settled early. */
const MAX_MEMBERS = 200_000;
/** New groups come after those of incidents that exist. */
const FIRST_NEW_GROUP = 1_000_000_000;

export interface EngineOptions {
  readonly topology: Topology;
  readonly parameters?: EngineParameters;
  /** Rules of users, in their order. */
  readonly rules?: readonly CorrelationRule[];
  /** The snapshot of what was learned; left out: nothing. */
  readonly learned?: LearnedPairs;
  /** Alerts that may move at one time. */
  readonly maxMembers?: number;
}

/** Review from which a grave alert waits no more: by then an outage has shown its other alerts. Where there are fewer, it waits until it is settled. */
const GRAVE_LANE = 2;

function nextDue(window: EngineWindow): number {
  let due = window.settling.nextDueMs;
  for (const queue of window.reviews) due = Math.min(due, queue.nextDueMs);
  return due;
}

function sweep(window: EngineWindow): void {
  if (window.nowMs - window.sweptMs < SWEEP_MS) return;
  window.sweptMs = window.nowMs;
  for (const [rule, home] of window.ruleHomes) if (!window.groups.has(home)) window.ruleHomes.delete(rule);
  for (const [alert, untilMs] of window.past) if (untilMs < window.nowMs) window.past.delete(alert);
  sweepWaiting(window);
  for (const group of window.groups.values()) closeIfOver(window, group);
}

/** One step: what is due is reviewed, what has waited long enough is settled, what grew is compared. */
function tick(window: EngineWindow): void {
  const touched = new Set<string>();
  for (const [lane, queue] of window.reviews.entries()) {
    for (let member = queue.take(window.nowMs); member !== undefined; member = queue.take(window.nowMs)) {
      if (!window.members.has(member.signal.key)) continue;
      place(window, member);
      if (lane >= GRAVE_LANE) openGraveNews(window, member);
      if (member.groupId !== null) touched.add(member.groupId);
    }
  }
  for (let member = window.settling.take(window.nowMs); member !== undefined; member = window.settling.take(window.nowMs)) settle(window, member);
  for (const id of touched) {
    const group = window.groups.get(id);
    if (group === undefined) continue;
    moveStrays(window, group);
    mergeIfDue(window, group);
  }
  sweep(window);
}

/** Takes all steps up to a time. */
function advance(window: EngineWindow, toMs: number): void {
  const last = Math.floor(toMs / TICK_MS) * TICK_MS;
  while (window.tickMs < last) {
    const due = nextDue(window);
    window.tickMs = due > last ? last : Math.max(window.tickMs + TICK_MS, Math.ceil(due / TICK_MS) * TICK_MS);
    window.nowMs = Math.max(window.nowMs, window.tickMs);
    window.habits.watch(window.nowMs);
    tick(window);
  }
  window.nowMs = Math.max(window.nowMs, toMs);
  window.habits.watch(window.nowMs);
}

function flush(window: EngineWindow): readonly Decision[] {
  const decided = window.out;
  window.out = [];
  return decided;
}

function follow(window: EngineWindow, member: Member, maxMembers: number): void {
  window.members.set(member.signal.key, member);
  window.parameters.reviewMs.forEach((delay, lane) => window.reviews[lane]?.push(member, window.nowMs + delay));
  window.settling.push(member, window.nowMs + window.parameters.holdMs);
  if (window.members.size <= maxMembers) return;
  while (window.members.size > maxMembers) {
    const oldest = window.settling.takeFirst();
    if (oldest === undefined) break;
    settle(window, oldest);
  }
  // Who is settled early needs no review either: in a flood the queues would outgrow the alerts.
  for (const queue of window.reviews) queue.dropWhile(({ signal }) => !window.members.has(signal.key));
}

/** Of an alert whose end comes: the message that it fires was lost or overtaken; had it come, it would still be remembered. */
function isNews(window: EngineWindow, end: AlertChange): boolean {
  const startsMs = end.startsAt.getTime();
  return end.recordedAt.getTime() - startsMs < window.parameters.holdMs && startsMs > window.sinceMs && !window.past.has(episodeKey(end));
}

function arrive(window: EngineWindow, change: AlertChange, firing: boolean, maxMembers: number): void {
  const member: Member = { signal: window.reader.read(change), firing, groupId: null, linkedTo: null, gain: 0, waiting: 0, rule: null, byPerson: false };
  follow(window, member, maxMembers);
  if (!firing || !placeByRule(window, member, change)) place(window, member);
  if (member.linkedTo === null) member.waiting = window.habits.noteWaiting(member.signal.rule, member.signal.alertKey);
}

/** Makes the engine for a topology. */
export function createEngine(options: EngineOptions): Strategy<EngineWindow> {
  const parameters = options.parameters ?? DEFAULT_PARAMETERS;
  const rules = compileRules(options.rules ?? []);
  const maxMembers = options.maxMembers ?? MAX_MEMBERS;
  return {
    name: ENGINE_NAME,
    memoryMs: parameters.closeMs + parameters.holdMs,
    habitMs: parameters.habitMs,
    empty() {
      const window = createWindow(options.topology, parameters, rules, options.learned ?? NOTHING_LEARNED);
      window.nextGroup = FIRST_NEW_GROUP;
      return window;
    },
    restoreHabits(window, until, habits) {
      window.sinceMs = until.getTime();
      // Where nothing came before, nothing was watched either: a new installation does not know yet what is usual.
      if (habits.length === 0) return;
      window.habits.watchedSince(habits.reduce((since, { firstSeenAt }) => Math.min(since, firstSeenAt.getTime()), until.getTime()));
      window.habits.watch(until.getTime());
      for (const habit of habits) window.habits.recall(habit.rule, habit.alertKey, habit.count);
    },
    restoreGroup: (window, known, decided) => keepGroup(window, known, decided)?.id ?? null,
    dropGroup,
    correctLink,
    forgetAlert,
    holdAlert: (window, change, _decided, stands) => holdAlert(window, change, stands),
    decide(window, change) {
      advance(window, change.recordedAt.getTime());
      // What is usual is a matter of the log, not of when a process began to look at it.
      window.habits.watchedSince(window.nowMs);
      const known = window.members.get(episodeKey(change));
      switch (change.kind) {
        case 'opened':
          if (known === undefined) arrive(window, change, true, maxMembers);
          break;
        case 'resolved':
          if (known !== undefined) known.firing = false;
          else if (isNews(window, change)) arrive(window, change, false, maxMembers);
          break;
        case 'superseded':
          if (known !== undefined) known.firing = false;
          break;
        case 'changed':
          break;
      }
      return flush(window);
    },
    noteChange: (window, event) => window.changes.note(event),
    pass(window, at) {
      advance(window, at.getTime());
      return flush(window);
    },
  };
}

