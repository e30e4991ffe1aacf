/** What differs between the alerts that are open here and those that Grafana has, and what of it is to be put right. Pure. */
import type { Labels } from '#contract';
import { fingerprintBy } from '../fingerprint/fold.ts';

/** An alert as Grafana lists it. */
export interface ListedAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly link: string | null;
  /** Contact points that it goes to. */
  readonly receivers: readonly string[];
  /** False while it is silenced or inhibited: Grafana then tells nobody of it. */
  readonly isActive: boolean;
}

/** An alert that is open here. */
export interface OpenAlert {
  readonly id: string;
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly firstSeenMs: number;
}

export interface ReconcileInput<T extends OpenAlert> {
  readonly open: readonly T[];
  /** The whole list; never call this with a part of it. */
  readonly listed: readonly ListedAlert[];
  /** Open alerts that were not listed at earlier looks: id to when that was first seen. */
  readonly missing: Readonly<Record<string, number>>;
  /** Contact points through which this source has delivered. */
  readonly receivers: ReadonlySet<string>;
  /** When Grafana was asked. */
  readonly askedMs: number;
  /** Labels of the source's fingerprint rule; null when it has none. */
  readonly rule?: readonly string[] | null;
}

export interface ReconcilePlan<T extends OpenAlert> {
  readonly lostFiring: readonly ListedAlert[];
  readonly lostResolved: readonly { readonly alert: T; readonly endsAtMs: number }[];
  /** To be looked at again before anything is ended. */
  readonly missing: Readonly<Record<string, number>>;
}

/**
 * How long an alert must be missing, over two looks, before it is taken for resolved: a Grafana that has
 * just started lists nothing until its rules have been evaluated.
 */
export const CONFIRM_MS = 60_000;

/** Labels as people know them; Grafana keeps its own between two underscores. */
export function publicLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !(name.startsWith('__') && name.endsWith('__'))));
}

function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(publicLabels(labels)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compares. An alert is the same by its fingerprint, or by its labels where fingerprints are made otherwise. */
export function planReconciliation<T extends OpenAlert>({ open, listed, missing, receivers, askedMs, rule = null }: ReconcileInput<T>): ReconcilePlan<T> {
  const byRule = (labels: Labels): string[] => (rule === null ? [] : [fingerprintBy(rule, labels)]);
  const listedFingerprints = new Set(listed.flatMap((alert) => [alert.fingerprint, ...byRule(alert.labels)]));
  const listedLabels = new Set(listed.map((alert) => labelKey(alert.labels)));
  const openFingerprints = new Set(open.map((alert) => alert.fingerprint));
  const openLabels = new Set(open.map((alert) => labelKey(alert.labels)));

  const stillMissing: Record<string, number> = {};
  const lostResolved: { alert: T; endsAtMs: number }[] = [];
  for (const alert of open) {
    // One that came while Grafana answered cannot be in the answer.
    if (listedFingerprints.has(alert.fingerprint) || listedLabels.has(labelKey(alert.labels)) || alert.firstSeenMs >= askedMs) continue;
    const since = missing[alert.id] ?? askedMs;
    if (askedMs - since >= CONFIRM_MS) lostResolved.push({ alert, endsAtMs: since });
    else stillMissing[alert.id] = since;
  }

  const lostFiring = listed.filter((alert) =>
    alert.isActive && alert.receivers.some((name) => receivers.has(name))
    && ![alert.fingerprint, ...byRule(alert.labels)].some((fingerprint) => openFingerprints.has(fingerprint)) && !openLabels.has(labelKey(alert.labels)));
  return { lostFiring, lostResolved, missing: stillMissing };
}
