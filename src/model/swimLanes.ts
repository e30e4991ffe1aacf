/** Alerts as bars over time, one lane a service, so that one sees what broke first and what followed. */
import type { IncidentLane, IncidentLanes, LaneBar, Severity } from '#contract';
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
  /** Alerts for which there was no room. */
  readonly hidden: number;
}

export interface SwimLanes {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
}

const MOST_ROWS = 4;
/** Of many services each has fewer rows, so that the whole stays in sight. */
const MANY_LANES = 6;
const ROWS_OF_MANY = 2;
/** So much of the alerts' own time the picture begins before them at most: an old change must not press them into a corner. */
const MOST_LEAD = 0.5;
const LEAST_SPAN_MS = 60_000;
/** A bar is never thinner than this share, or a short alert could not be seen. */
const LEAST_WIDTH = 0.006;

/** Lays the lanes out over one span of time; `marks` are other moments that lie within it unless they are long before. */
export function swimLanes({ lanes }: IncidentLanes, now: number, marks: readonly number[] = []): SwimLanes {
  const bars = lanes.flatMap((lane) => lane.bars);
  const first = bars.reduce((least, { startsAt }) => Math.min(least, Date.parse(startsAt)), now - LEAST_SPAN_MS);
  const latest = [...bars.map((bar) => endOf(bar, now)), ...marks].reduce((most, end) => Math.max(most, end), first);
  const to = Math.max(latest, first + LEAST_SPAN_MS);
  const from = Math.max(Math.min(first, ...marks), first - (to - first) * MOST_LEAD);
  const mostRows = lanes.length > MANY_LANES ? ROWS_OF_MANY : MOST_ROWS;
  return { from, to, lanes: lanes.map((lane) => toLane(lane, from, to, now, mostRows)) };
}

function toLane(lane: IncidentLane, from: number, to: number, now: number, mostRows: number): Lane {
  const [first, ...later] = lane.bars.map((bar) => toBar(bar, from, to, now)).sort((a, b) => a.left - b.left || worseFirst(a.severity, b.severity));
  later.sort((a, b) => worseFirst(a.severity, b.severity) || a.left - b.left);
  const rows: Bar[][] = [];
  let drawn = 0;
  // where there is no room for all, the first alert and the worst ones have it
  for (const bar of first === undefined ? [] : [first, ...later]) {
    const row = rows.find((others) => others.every((other) => other.left + other.width <= bar.left || bar.left + bar.width <= other.left));
    if (row !== undefined) {
      row.push(bar);
    } else if (rows.length < mostRows) {
      rows.push([bar]);
    } else {
      continue;
    }
    drawn += 1;
  }
  return { service: lane.service, firing: lane.alertsFiring, total: lane.alertsTotal, rows, hidden: lane.alertsTotal - drawn };
}

function toBar(bar: LaneBar, from: number, to: number, now: number): Bar {
  const span = to - from;
  const start = (Date.parse(bar.startsAt) - from) / span;
  const width = Math.max((endOf(bar, now) - Date.parse(bar.startsAt)) / span, LEAST_WIDTH);
  const left = Math.min(start, 1 - LEAST_WIDTH);
  return {
    id: bar.id, name: bar.name, severity: bar.severity, firing: bar.status === 'firing', left, width: Math.min(width, 1 - left),
    startsAt: bar.startsAt, endsAt: bar.endsAt,
  };
}

function endOf(bar: LaneBar, now: number): number {
  return bar.status === 'resolved' && bar.endsAt !== null ? Date.parse(bar.endsAt) : now;
}
