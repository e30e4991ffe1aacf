/** Alerts as bars over time, one lane a service, so that one sees what broke first and what followed. */
import type { AlertSummary, Severity } from '#contract';
import { worseFirst } from './severities.ts';

export interface Bar {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly firing: boolean;
  /** Place and length as shares of the whole width, 0 to 1. */
  readonly left: number;
  readonly width: number;
  readonly startsAt: string;
  readonly endsAt: string | null;
}

export interface Lane {
  readonly service: string | null;
  readonly firing: number;
  readonly total: number;
  /** Rows of bars that do not overlap. */
  readonly rows: readonly (readonly Bar[])[];
  /** Alerts for which there was no row left. */
  readonly hidden: number;
}

export interface SwimLanes {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
}

const MOST_ROWS = 6;
const LEAST_SPAN_MS = 60_000;
/** A bar is never thinner than this share, or a short alert could not be seen. */
const LEAST_WIDTH = 0.006;

export function swimLanes(alerts: readonly AlertSummary[], now: number): SwimLanes {
  const starts = alerts.map((alert) => Date.parse(alert.startsAt));
  const from = starts.reduce((least, start) => Math.min(least, start), now - LEAST_SPAN_MS);
  const latestEnd = alerts.reduce((latest, alert) => Math.max(latest, endOf(alert, now)), from + LEAST_SPAN_MS);
  const to = Math.max(latestEnd, from + LEAST_SPAN_MS);

  const byService = new Map<string | null, AlertSummary[]>();
  for (const alert of alerts) {
    const sameService = byService.get(alert.service);
    if (sameService === undefined) {
      byService.set(alert.service, [alert]);
    } else {
      sameService.push(alert);
    }
  }
  const lanes = [...byService].map(([service, members]) => toLane(service, members, from, to, now));
  lanes.sort((a, b) => firstLeft(a) - firstLeft(b) || b.total - a.total);
  return { from, to, lanes };
}

function toLane(service: string | null, members: readonly AlertSummary[], from: number, to: number, now: number): Lane {
  const bars = members
    .map((alert) => toBar(alert, from, to, now))
    .sort((a, b) => a.left - b.left || worseFirst(a.severity, b.severity));
  const rows: Bar[][] = [];
  let hidden = 0;
  for (const bar of bars) {
    const row = rows.find((candidate) => {
      const last = candidate.at(-1);
      return last === undefined || last.left + last.width <= bar.left;
    });
    if (row !== undefined) {
      row.push(bar);
    } else if (rows.length < MOST_ROWS) {
      rows.push([bar]);
    } else {
      hidden += 1;
    }
  }
  return { service, firing: members.filter(({ status }) => status === 'firing').length, total: members.length, rows, hidden };
}

function toBar(alert: AlertSummary, from: number, to: number, now: number): Bar {
  const span = to - from;
  const start = (Date.parse(alert.startsAt) - from) / span;
  const width = Math.max((endOf(alert, now) - Date.parse(alert.startsAt)) / span, LEAST_WIDTH);
  const left = Math.min(start, 1 - LEAST_WIDTH);
  return {
    id: alert.id,
    name: alert.name,
    severity: alert.severity,
    firing: alert.status === 'firing',
    left,
    width: Math.min(width, 1 - left),
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
  };
}

function endOf(alert: AlertSummary, now: number): number {
  return alert.status === 'resolved' && alert.endsAt !== null ? Date.parse(alert.endsAt) : now;
}

function firstLeft(lane: Lane): number {
  return lane.rows[0]?.[0]?.left ?? 1;
}
