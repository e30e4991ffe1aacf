/** Lengths of an incident's stages, and what of them was under planned work. Pure. Definitions: docs/decisions/0036. */
import type { IncidentState, IncidentTime, IncidentTimes, TimeMeasure } from '#contract';
import { intersectionOf, overlapMs, unionOf, type AlertFacts, type Interval, type PlannedWork } from '../noise/index.ts';

/** Key moments, in epoch milliseconds; null: it has not happened. */
export interface TimePoints {
  readonly impactStarted: number | null;
  readonly detected: number;
  readonly declared: number | null;
  readonly acknowledged: number | null;
  readonly identified: number | null;
  readonly mitigated: number | null;
  readonly resolved: number | null;
}

export interface PlannedCover {
  readonly intervals: readonly Interval[];
  readonly windows: readonly { readonly id: string; readonly name: string }[];
}

/** When planned work meant every alert. One that no window means is not planned, so the time it is there counts. */
export function coverOf(work: readonly PlannedWork[], alerts: readonly AlertFacts[]): PlannedCover {
  const used = new Map<string, string>();
  // Alerts that the same windows mean are covered alike.
  const covers = new Map<string, Interval[]>();
  for (const alert of alerts) {
    const meant = work.filter((window) => window.matches(alert));
    for (const { id, name } of meant) used.set(id, name);
    const key = meant.map((window) => work.indexOf(window)).join();
    if (!covers.has(key)) covers.set(key, unionOf(meant.flatMap((window) => window.intervals)));
  }
  return { intervals: intersectionOf([...covers.values()]), windows: [...used].map(([id, name]) => ({ id, name })) };
}

const OVER: ReadonlySet<IncidentState> = new Set(['resolved', 'in_review', 'closed', 'rejected', 'duplicate', 'cancelled']);

/** The stages of an incident as they stand at an instant. */
export function timesOf(points: TimePoints, state: IncidentState, cover: PlannedCover, nowMs: number): IncidentTimes {
  const { impactStarted, detected, declared, acknowledged, identified, mitigated, resolved } = points;
  const stages: readonly (readonly [TimeMeasure, number | null, number | null])[] = [
    ['detect', impactStarted, detected], ['declare', detected, declared], ['acknowledge', detected, acknowledged], ['identify', detected, identified],
    ['mitigate', detected, mitigated], ['resolve', detected, resolved], ['impact', impactStarted, mitigated ?? resolved],
  ];
  const measures: IncidentTime[] = [];
  const impossible: TimeMeasure[] = [];
  for (const [measure, from, to] of stages) {
    if (from === null || (to === null && OVER.has(state))) continue;
    const endMs = to ?? nowMs;
    if (endMs < from) {
      impossible.push(measure);
      continue;
    }
    const maintenanceMs = overlapMs(cover.intervals, from, endMs);
    measures.push({
      measure, from: new Date(from).toISOString(), to: to === null ? null : new Date(to).toISOString(),
      wallMs: endMs - from, maintenanceMs, countedMs: endMs - from - maintenanceMs,
    });
  }
  return {
    at: new Date(nowMs).toISOString(), measures, impossible,
    underMaintenance: cover.intervals.map(({ startMs, endMs }) => ({ startsAt: new Date(startMs).toISOString(), endsAt: new Date(endMs).toISOString() })),
    windows: [...cover.windows],
  };
}
