/**
 * When an alert began, where what its source says of that cannot be true: a start a year ahead, the zero
 * time of a sender that knows none. Such an alert is taken as one of a sender that says no start, and
 * what was written is kept with it (docs/decisions/0050). Pure.
 */
import type { DeliveredAlert } from './parse.ts';

/** Senders write year 1 or 1970 for "not known". */
const EARLIEST_MS = Date.UTC(1971, 0, 1);
/** Clocks and time zones go wrong by less than this. */
const MOST_AHEAD_MS = 24 * 3_600_000;

function canBe(ms: number, nowMs: number): boolean {
  return ms >= EARLIEST_MS && ms <= nowMs + MOST_AHEAD_MS;
}

/** Whether a start can be true at the time of receipt. */
export function hasTrueStart(alert: DeliveredAlert, nowMs: number): boolean {
  return canBe(alert.startsAtMs, nowMs);
}

/** Whether all that an alert says of its times can be true. Only these may pass without a look at the database. */
export function hasTrueTimes(alert: DeliveredAlert, nowMs: number): boolean {
  return hasTrueStart(alert, nowMs) && (alert.endsAtMs === null || canBe(alert.endsAtMs, nowMs));
}

/** The alert with a start that can be true, and an end that fits it: its own, else the time of receipt. What it said instead is kept with its details. */
export function withStart(alert: DeliveredAlert, startsAtMs: number, nowMs: number): DeliveredAlert {
  const end = alert.saidEndMs !== null && canBe(alert.saidEndMs, nowMs) ? alert.saidEndMs : nowMs;
  const endsAtMs = alert.status === 'resolved' ? Math.max(end, startsAtMs) : null;
  const said = {
    ...(startsAtMs === alert.startsAtMs ? {} : { startsAt: new Date(alert.startsAtMs).toISOString() }),
    ...(endsAtMs === null || alert.saidEndMs === null || endsAtMs === alert.saidEndMs ? {} : { endsAt: new Date(alert.saidEndMs).toISOString() }),
  };
  return { ...alert, startsAtMs, endsAtMs, texts: { ...alert.texts, details: withMembers(alert.texts.details, said) } };
}

/** An object's JSON with further members in front. */
function withMembers(json: string, members: object): string {
  const more = JSON.stringify(members);
  if (more === '{}') return json;
  return json === '{}' ? more : `${more.slice(0, -1)},${json.slice(1)}`;
}
