/** Why, in words and numbers: of each link, each alert that is held, each group, each merge. */
import type { Contribution, DecisionReason } from '#contract';
import { realness, type Group } from './group.ts';
import { learnedBetween, learnedWeight, type Partner } from './learned.ts';
import { namesNoPlace, placeText, type Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

/** Name under which decisions are stored. */
export const ENGINE_NAME = 'causes';

/** What a rule adds to a link: more than any other evidence, as it decides. */
const RULE_WEIGHT = 20;
/** What was learned is told in the summary from this log-odds on. */
const TOLD_FROM = 1;

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function count(number: number, noun: string): string {
  return `${Math.round(number)} ${noun}${Math.round(number) === 1 ? '' : 's'}`;
}

function causeOf(group: Group): string {
  return group.suspects[0]?.node ?? 'an unknown cause';
}

function causeText(group: Group): string {
  return placeText(causeOf(group));
}

function stepsText(window: EngineWindow, group: Group, node: string): string {
  const cause = group.suspects[0];
  const place = placeText(node);
  if (cause === undefined) return `${place}, cause unknown`;
  if (cause.node === node) return `${place} is the suspected cause`;
  const steps = window.graph.spread(cause.node, cause.mode).steps.get(node);
  if (steps === undefined) return `${place} is beyond the known reach of ${placeText(cause.node)}`;
  if (steps === 0) return `${node} is part of ${cause.node}`;
  return `${node} is ${count(steps, 'step')} from ${cause.node}`;
}

function ratePerHour(perMinute: number): string {
  const hourly = perMinute * 60;
  return hourly >= 10 ? `${Math.round(hourly)} times an hour` : `${hourly.toFixed(1)} times an hour`;
}

function learnedContributions(partners: readonly Partner[]): Contribution[] {
  return partners.map(({ text, effect }) => ({ kind: 'history', text, weight: effect }));
}

/** Rounds the parts so that they sum up to the rounded whole: what is left over goes to the largest. */
function toScale(parts: readonly Contribution[]): Contribution[] {
  const cents = parts.map(({ weight }) => Math.round(weight * 100));
  const left = Math.round(parts.reduce((sum, { weight }) => sum + weight, 0) * 100) - cents.reduce((sum, cent) => sum + cent, 0);
  const largest = cents.reduce((best, cent, index) => (Math.abs(cent) > Math.abs(cents[best] ?? 0) ? index : best), 0);
  return parts.map((part, index) => ({ ...part, weight: ((cents[index] ?? 0) + (index === largest ? left : 0)) / 100 }));
}

/** Log-odds of a group over an alert's habit, as decided by: less what a group that is no candidate yet may be chance itself. */
export function scoreOf(window: EngineWindow, member: Member, group: Group): number {
  const counted = group.members.has(member.signal.key);
  return window.weigher.group(member.signal, group, counted).total + realness(group, counted ? member.gain : 0) - window.weigher.background(member.signal, member.waiting);
}

/** Parts of that score; they sum up to it. */
export function contributionsOf(window: EngineWindow, member: Member, group: Group): Contribution[] {
  const counted = group.members.has(member.signal.key);
  const { weigher, habits, changes } = window;
  const { signal } = member;
  const weights = weigher.group(signal, group, counted);
  const chance = weigher.chance(signal);
  const usual = weigher.background(signal, member.waiting) - chance - weigher.anywhere();
  const change = changes.before(causeOf(group), group.firstMs, null);
  const contributions: Contribution[] = [
    { kind: 'time', text: `${count(group.pace.read(signal.onsetMs), 'alert')} of this group around that time`, weight: weights.pace },
    {
      kind: 'topology', text: `${stepsText(window, group, signal.node)}${signal.cluster === null ? '' : `, in ${signal.cluster}`}${change === undefined ? '' : `; ${change.title}`}`,
      weight: weights.place - weigher.anywhere(),
    },
    { kind: 'text', text: `${signal.rule}: ${count(Math.max(group.rules.get(signal.rule), group.templates.get(signal.template)), 'alert')} of this wording in the group`, weight: weights.kind },
    { kind: 'history', text: `${signal.rule} comes ${ratePerHour(habits.ruleRate(signal.rule, member.waiting))} without an incident`, weight: -usual },
  ];
  contributions.push(...learnedContributions(learnedWeight(window.learned, signal, group, counted ? 1 : 0).partners));
  if (signal.blamed.length > 0) {
    contributions.push({ kind: 'complaint', text: `it names ${signal.blamed.join(', ')}`, weight: weights.complaint - chance });
  }
  if (!group.opened) contributions.push({ kind: 'doubt', text: 'the group is no candidate yet', weight: realness(group, counted ? member.gain : 0) });
  return toScale(contributions);
}

/** Why an alert is part of a group. */
export function linkReason(window: EngineWindow, member: Member, group: Group): DecisionReason {
  const contributions = contributionsOf(window, member, group);
  if (member.rule !== null) return { strategy: ENGINE_NAME, summary: member.rule.text, contributions: [{ kind: 'rule', text: member.rule.text, weight: RULE_WEIGHT }, ...contributions] };
  const [learned] = learnedWeight(window.learned, member.signal, group, group.members.has(member.signal.key) ? 1 : 0).partners;
  const known = learned !== undefined && learned.effect >= TOLD_FROM ? `; ${learned.text}` : '';
  return { strategy: ENGINE_NAME, summary: `explained by trouble around ${causeText(group)}: ${stepsText(window, group, member.signal.node)}${known}`, contributions };
}

/** Why no group took an alert; with the parts of the nearest one. */
export function holdReason(
  window: EngineWindow, member: Member, nearest: { readonly group: Group; readonly total: number } | null, background: number,
): DecisionReason {
  const { signal } = member;
  const rate = ratePerHour(window.habits.ruleRate(signal.rule, member.waiting));
  const habit = window.habits.isUsual(signal.rule, member.waiting)
    ? `its habit explains it better: ${signal.rule} comes ${rate} without an incident`
    : `an alert by chance is likelier: ${signal.rule} was not seen before, so ${rate} is assumed`;
  if (nearest === null) return { strategy: ENGINE_NAME, summary: `nothing else was going on within reach of ${placeText(signal.node)}, and one such alert makes no incident`, contributions: [] };
  const why = nearest.total < background ? habit : 'the beginning of something new explains it better, and one such alert makes no incident';
  return { strategy: ENGINE_NAME, summary: `nearest was trouble around ${causeText(nearest.group)}, but ${why}`, contributions: contributionsOf(window, member, nearest.group) };
}

/** Why a group is more than background. */
export function openReason(window: EngineWindow, group: Group): DecisionReason {
  const minutes = Math.max(1, Math.round((group.lastMs - group.firstMs) / 60_000));
  const change = window.changes.before(causeOf(group), group.firstMs, null);
  const contributions: Contribution[] = [
    { kind: 'history', text: 'far more likely than the usual noise', weight: rounded(group.evidence) },
  ];
  const accused = group.blamed.get(causeOf(group));
  if (accused > 0) contributions.push({ kind: 'complaint', text: `${count(accused, 'alert')} naming ${causeOf(group)} as the culprit`, weight: accused });
  if (change !== undefined) contributions.push({ kind: 'change', text: change.title, weight: rounded(window.changes.bonus(causeOf(group), group.firstMs)) });
  return {
    strategy: ENGINE_NAME,
    summary: `${count(group.nodes.total, 'alert')} at ${count(group.nodes.counts.size, 'place')} within ${minutes} min, best explained by ${causeText(group)}`,
    contributions,
  };
}

/** Why an incident that has lost all its alerts is one with where they went. */
export function emptiedReason(to: Group): DecisionReason {
  return { strategy: ENGINE_NAME, summary: `all its alerts are better explained by trouble around ${causeText(to)}`, contributions: [] };
}

/** Why two groups are one. */
export function mergeReason(window: EngineWindow, into: Group, from: Group, logOdds: number): DecisionReason {
  const learned = learnedBetween(window.learned, into, from);
  const kin = window.graph.areKin(causeOf(into), causeOf(from)) ? ', which share their infrastructure' : '';
  return {
    strategy: ENGINE_NAME, summary: `one cause explains both: trouble around ${causeText(into)} and around ${causeText(from)}${kin}`,
    contributions: [{ kind: 'topology', text: 'how much more likely they are one', weight: rounded(logOdds - learned.total) }, ...learnedContributions(learned.partners).map((part) => ({ ...part, weight: rounded(part.weight) }))],
  };
}

/** Title of a new incident. */
export function titleOf(group: Group): string {
  const [rule] = group.rules.top(1);
  const others = Math.round(group.nodes.total) - 1;
  const at = namesNoPlace(causeOf(group)) ? '' : `${causeOf(group)}: `;
  return others > 0 ? `${at}${rule ?? 'alerts'} and ${others} more` : `${at}${rule ?? 'an alert'}`;
}
