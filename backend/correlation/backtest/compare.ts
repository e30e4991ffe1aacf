/** Two outcomes of the same past, side by side. Pure. */
import type { AlertId, BackTestReport, TrialDifference, TrialIncident, TrialSide } from '#contract';
import { scoreGroups, type AlertLabels } from './labels.ts';
import type { TrialGroup, TrialOutcome } from './trial.ts';

const MAX_DIFFERENCES = 100;
/** A group of the other side belongs to this one when more than this share of it lies here. */
const MOSTLY = 0.5;

/** Name of the alert behind an episode: its id without the start. */
function alertOf(id: AlertId): string {
  return id.slice(0, 16);
}

function toIncident(group: TrialGroup): TrialIncident {
  return {
    title: group.title, severity: group.severity, services: [...group.services], alerts: group.alerts.length,
    firstAlertAt: group.firstAlertAt.toISOString(), declaredAt: group.declaredAt?.toISOString() ?? null,
  };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper, lower] = [sorted[middle], sorted[middle - 1]];
  if (upper === undefined) return null;
  return sorted.length % 2 === 0 && lower !== undefined ? (upper + lower) / 2 : upper;
}

function groupsByAlert(outcome: TrialOutcome): ReadonlyMap<AlertId, TrialGroup> {
  return new Map(outcome.groups.flatMap((group) => group.alerts.map((alert) => [alert, group] as const)));
}

function toSide(outcome: TrialOutcome, byAlert: ReadonlyMap<AlertId, TrialGroup>, episodes: readonly AlertId[], labels: AlertLabels): TrialSide {
  const alone = new Set(episodes.filter((alert) => !byAlert.has(alert)).map(alertOf));
  const declared = outcome.groups.filter((group) => group.declaredAt !== null);
  return {
    incidents: outcome.groups.length, declared: declared.length, alertsInIncidents: byAlert.size,
    compression: episodes.length === 0 ? 0 : 1 - (outcome.groups.length + alone.size) / episodes.length,
    medianMinutesToDeclare: median(declared.map((group) => ((group.declaredAt?.getTime() ?? 0) - group.firstAlertAt.getTime()) / 60_000)),
    score: scoreGroups(labels, (alert) => byAlert.get(alert)?.id ?? null),
  };
}

/** Groups of the other side of which most lies in this one. */
function mostlyWithin(group: TrialGroup, other: ReadonlyMap<AlertId, TrialGroup>): TrialGroup[] {
  const counts = new Map<TrialGroup, number>();
  for (const alert of group.alerts) {
    const there = other.get(alert);
    if (there !== undefined) counts.set(there, (counts.get(there) ?? 0) + 1);
  }
  return [...counts].filter(([there, shared]) => shared > there.alerts.length * MOSTLY).map(([there]) => there);
}

/** Whether most of a group's alerts are in some group of the other side. */
function isKnown(group: TrialGroup, other: ReadonlyMap<AlertId, TrialGroup>): boolean {
  return group.alerts.filter((alert) => other.has(alert)).length > group.alerts.length * MOSTLY;
}

/**
 * Compares what is correlated now (`before`) with what a draft would make of it (`after`). `episodes` are all that began
 * in the period. Two groups count as the same when each holds most of the other; a group that holds most of several of the
 * other side has merged them; one most of which is in no group of the other side is new, or gone.
 */
export function compareOutcomes(before: TrialOutcome, after: TrialOutcome, episodes: readonly AlertId[], labels: AlertLabels): BackTestReport {
  const [inBefore, inAfter] = [groupsByAlert(before), groupsByAlert(after)];
  const differences: TrialDifference[] = [];
  let unchanged = 0;
  for (const group of after.groups) {
    const parts = mostlyWithin(group, inBefore);
    if (parts.length > 1) differences.push({ kind: 'merged', before: parts.map(toIncident), after: toIncident(group), alerts: group.alerts.length });
    else if (parts.length === 1 && parts[0] !== undefined && mostlyWithin(parts[0], inAfter).includes(group)) unchanged += 1;
    else if (!isKnown(group, inBefore)) differences.push({ kind: 'new', after: toIncident(group), alerts: group.alerts.length });
  }
  for (const group of before.groups) {
    const parts = mostlyWithin(group, inAfter);
    if (parts.length > 1) differences.push({ kind: 'split', before: toIncident(group), after: parts.map(toIncident), alerts: group.alerts.length });
    else if (!isKnown(group, inAfter)) differences.push({ kind: 'gone', before: toIncident(group), alerts: group.alerts.length });
  }
  differences.sort((a, b) => b.alerts - a.alerts);
  return {
    alerts: episodes.length, unchanged, before: toSide(before, inBefore, episodes, labels), after: toSide(after, inAfter, episodes, labels),
    differences: differences.slice(0, MAX_DIFFERENCES), differencesTotal: differences.length,
  };
}
