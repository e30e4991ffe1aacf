/**
 * Reads what Grafana OnCall's public API says of schedules into layers. Pure.
 *
 * Shapes after https://grafana.com/docs/oncall/latest/oncall-api-reference/ (schedules, on_call_shifts, users, teams). OnCall's shifts stand on levels: of one level all are on call together, a higher one replaces a lower one.
 * A level becomes one layer: a rotation where one shift goes round without gaps, else a calendar with an event for each of the
 * people that take turns.
 */
import { z } from 'zod';
import { WEEKDAYS, type CalendarEvent, type ImportRemark, type RotationLayer, type ScheduleBody, type ScheduleLayer, type UserKey } from '#contract';
import { ruleFault } from '../../platform/calendar/recurrence.ts';
import { isTimeZone, localReading, weekdayOf } from '../../platform/calendar/zoneClock.ts';
import { parsed } from './foreignLists.ts';

const text = z.string();
const foreignSchedule = z.object({
  id: text, name: text, type: z.enum(['web', 'calendar', 'ical']), team_id: text.nullish(), time_zone: text.nullish(), shifts: z.array(text).nullish(),
  ical_url_primary: text.nullish(), ical_url_overrides: text.nullish(), slack: z.unknown().optional(),
});
const foreignShift = z.object({
  id: text, name: text.nullish(), type: z.enum(['single_event', 'recurrent_event', 'rolling_users', 'override']), time_zone: text.nullish(), level: z.number().int().nullish(),
  start: text, duration: z.number().positive(), frequency: z.enum(['hourly', 'daily', 'weekly', 'monthly']).nullish(), interval: z.number().int().positive().nullish(), until: text.nullish(),
  week_start: text.nullish(), by_day: z.array(text).nullish(), by_month: z.array(z.number()).nullish(), by_monthday: z.array(z.number()).nullish(),
  users: z.array(text).nullish(), rolling_users: z.array(z.array(text)).nullish(), rotation_start: text.nullish(), start_rotation_from_user_index: z.number().int().nonnegative().nullish(),
});
type ForeignShift = z.infer<typeof foreignShift>;
const foreignUser = z.object({ id: text, username: text.nullish(), email: text.nullish() });
export type ForeignUser = z.infer<typeof foreignUser>;
const foreignTeam = z.object({ id: text, name: text });

export interface ReadOverride {
  readonly startMs: number;
  readonly endMs: number;
  readonly users: readonly UserKey[];
}

export interface ReadSchedule {
  /** OnCall's. */
  readonly id: string;
  readonly body: ScheduleBody;
  readonly overrides: readonly ReadOverride[];
}

export interface ReadOnCall {
  readonly schedules: readonly ReadSchedule[];
  /** Ids of people who are named and unknown here. */
  readonly named: readonly string[];
  readonly remarks: readonly ImportRemark[];
}

export interface OnCallLists {
  readonly schedules: readonly unknown[];
  readonly onCallShifts: readonly unknown[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PERIOD_MINUTES = { hourly: 60, daily: 1440, weekly: 10_080 } as const;
const UNIT = { hourly: 'hours', daily: 'days', weekly: 'weeks' } as const;
const FREQUENCY_MS = { hourly: 3_600_000, daily: DAY_MS, weekly: 7 * DAY_MS } as const;

/** People of OnCall; what cannot be read is left out. */
export function readForeignUsers(list: readonly unknown[]): ForeignUser[] {
  return parsed(list, foreignUser, 'user', []);
}

/** Names of OnCall's teams by their ids; what cannot be read is left out. */
export function readForeignTeams(list: readonly unknown[]): Map<string, string> {
  return new Map(parsed(list, foreignTeam, 'team', []).map(({ id, name }) => [id, name]));
}

/** A begin, `2024-01-08T09:00:00`, as a reading; with a `Z` it is one of UTC. */
function beginOf(shift: ForeignShift, zone: string): { reading: number; zone: string } | null {
  const reading = localReading(shift.start.slice(0, 16));
  if (reading === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(shift.start)) return null;
  return { reading, zone: shift.start.endsWith('Z') ? 'UTC' : zone };
}

function textOf(reading: number): string {
  return new Date(reading).toISOString().slice(0, 16);
}

/** Reads all lists. `keyOf` gives who is meant by an id of OnCall, or null. */
export function readOnCall(lists: OnCallLists, keyOf: (id: string) => UserKey | null): ReadOnCall {
  const remarks: ImportRemark[] = [];
  const named = new Set<string>();
  const shifts = new Map(parsed(lists.onCallShifts, foreignShift, 'shift', remarks).map((shift) => [shift.id, shift]));
  const schedules = parsed(lists.schedules, foreignSchedule, 'schedule', remarks);

  function peopleOf(ids: readonly string[], subject: string): UserKey[] {
    const known: UserKey[] = [];
    for (const id of ids) {
      named.add(id);
      const key = keyOf(id);
      if (key === null) remarks.push({ subject, message: `nobody here is known as “${id}”: left out` });
      else if (!known.includes(key)) known.push(key);
    }
    return known;
  }

  /** Slots in their order, the first one first. */
  function slotsOf(shift: ForeignShift, subject: string): UserKey[][] {
    if (shift.type !== 'rolling_users') return [peopleOf(shift.users ?? [], subject)];
    const slots = (shift.rolling_users ?? []).map((slot) => peopleOf(slot, subject));
    const first = slots.length === 0 ? 0 : (shift.start_rotation_from_user_index ?? 0) % slots.length;
    return [...slots.slice(first), ...slots.slice(0, first)];
  }

  /** A shift that goes round without gaps, as a rotation; null when it is something else. */
  function asRotation(shift: ForeignShift, zone: string, id: string, name: string, slots: UserKey[][]): RotationLayer | null {
    const begin = beginOf(shift, zone);
    const { frequency } = shift;
    const interval = shift.interval ?? 1;
    if (begin === null || frequency === null || frequency === undefined || frequency === 'monthly' || slots.every((slot) => slot.length === 0)) return null;
    if ((shift.by_month ?? []).length > 0 || (shift.by_monthday ?? []).length > 0 || (shift.by_day ?? []).length > 0 || shift.until) return null;
    if (shift.rotation_start && localReading(shift.rotation_start.slice(0, 16)) !== begin.reading) return null;
    if (shift.duration !== PERIOD_MINUTES[frequency] * interval * 60) return null;
    return {
      kind: 'rotation', id, name, timeZone: begin.zone, every: { count: interval, unit: UNIT[frequency] }, startsOn: textOf(begin.reading).slice(0, 10), handOffAt: textOf(begin.reading).slice(11), endsOn: null, slots, restrictions: [],
    };
  }

  function asEvents(shift: ForeignShift, zone: string, subject: string, slots: readonly UserKey[][]): CalendarEvent[] {
    const begin = beginOf(shift, zone);
    const minutes = Math.round(shift.duration / 60);
    if (begin === null || minutes < 1 || minutes > 366 * 1440) {
      remarks.push({ subject, message: 'its begin or length cannot be used: left out' });
      return [];
    }
    const event = (uid: string, reading: number, rule: string | null, users: UserKey[]): CalendarEvent => ({ uid, startsAt: textOf(reading), timeZone: begin.zone, minutes, rule, except: [], users });
    const { frequency } = shift;
    if (shift.type === 'single_event' || frequency === null || frequency === undefined) return slots[0] === undefined || slots[0].length === 0 ? [] : [event(shift.id, begin.reading, null, slots[0])];
    const interval = shift.interval ?? 1;
    const parts = (turns: number): string => [
      `FREQ=${frequency.toUpperCase()}`, `INTERVAL=${interval * turns}`,
      ...((shift.by_day ?? []).length > 0 ? [`BYDAY=${(shift.by_day ?? []).join(',')}`] : []), ...((shift.by_month ?? []).length > 0 ? [`BYMONTH=${(shift.by_month ?? []).join(',')}`] : []),
      ...((shift.by_monthday ?? []).length > 0 ? [`BYMONTHDAY=${(shift.by_monthday ?? []).join(',')}`] : []),
      ...(shift.until ? [`UNTIL=${shift.until.slice(0, 19).replaceAll(/[-:]/g, '')}Z`] : []), ...(shift.week_start ? [`WKST=${shift.week_start.slice(0, 2).toUpperCase()}`] : []),
    ].join(';');
    const fault = ruleFault(parts(1));
    if (fault !== null) {
      remarks.push({ subject, message: `its rule cannot be used (${fault}): left out` });
      return [];
    }
    if (slots.length > 1 && frequency === 'monthly') {
      remarks.push({ subject, message: 'people who take turns by months cannot be carried over: left out' });
      return [];
    }
    if (slots.length > 1 && (shift.by_day ?? []).length > 0 && frequency !== 'weekly') {
      remarks.push({ subject, message: 'turns by days or hours on chosen days of the week cannot be carried over exactly: left out' });
      return [];
    }
    const stepMs = frequency === 'monthly' ? 0 : FREQUENCY_MS[frequency] * interval;
    const weekStart = Math.max(0, WEEKDAYS.findIndex((day) => day === (shift.week_start ?? 'MO').slice(0, 2).toLowerCase()));
    return slots.flatMap((users, index) => {
      if (users.length === 0) return [];
      // A later turn of chosen days begins with its week, not at the weekday on which the first one happened to begin.
      const back = index > 0 && (shift.by_day ?? []).length > 0 ? ((weekdayOf(Math.floor(begin.reading / DAY_MS) * DAY_MS) - weekStart + 7) % 7) * DAY_MS : 0;
      return [event(`${shift.id}-${index}`, begin.reading - back + index * stepMs, parts(slots.length), users)];
    });
  }

  const read = schedules.map((foreign): ReadSchedule => {
    const subject = foreign.name;
    const zone = foreign.time_zone !== null && foreign.time_zone !== undefined && isTimeZone(foreign.time_zone) ? foreign.time_zone : 'UTC';
    if (foreign.time_zone && zone !== foreign.time_zone) remarks.push({ subject, message: `its zone “${foreign.time_zone}” is not known here: UTC was taken` });
    if (foreign.type === 'ical') remarks.push({ subject, message: 'comes from a calendar elsewhere: add its address on the schedule with “Import calendar”' });
    else if (foreign.ical_url_primary) remarks.push({ subject, message: 'a calendar beside its shifts was not read' });
    if (foreign.ical_url_overrides) remarks.push({ subject, message: 'the calendar of its overrides was not read: import it as a layer of its own' });
    if (foreign.slack) remarks.push({ subject, message: 'its Slack channel and user group were not carried over' });
    if (foreign.team_id) remarks.push({ subject, message: 'its team was not carried over: teams have other names here' });
    const own = (foreign.shifts ?? []).flatMap((id) => {
      const shift = shifts.get(id);
      if (shift === undefined) remarks.push({ subject, message: `the shift “${id}” was not among those given: left out` });
      return shift === undefined ? [] : [shift];
    });
    const levels = Map.groupBy(own.filter((shift) => shift.type !== 'override'), (shift) => shift.level ?? 0);
    const layers = [...levels].sort(([a], [b]) => a - b).flatMap(([level, list]): ScheduleLayer[] => {
      const with_ = list.map((shift) => {
        const about = `${subject}: ${shift.name ?? shift.id}`;
        const ownZone = shift.time_zone && isTimeZone(shift.time_zone) ? shift.time_zone : zone;
        return { shift, about, zone: ownZone, slots: slotsOf(shift, about) };
      });
      const id = `level-${level}`.replaceAll('--', '-');
      const name = list.length === 1 ? (list[0]?.name ?? `Level ${level}`).slice(0, 100) : `Level ${level}`;
      const [only] = with_;
      const rotation = with_.length === 1 && only !== undefined ? asRotation(only.shift, only.zone, id, name, only.slots) : null;
      if (rotation !== null) return [rotation];
      const events = with_.flatMap(({ shift, about, zone: ownZone, slots }) => asEvents(shift, ownZone, about, slots));
      return events.length === 0 ? [] : [{ kind: 'calendar', id, name, events }];
    });
    const overrides = own.filter((shift) => shift.type === 'override').flatMap((shift): ReadOverride[] => {
      const about = `${subject}: ${shift.name ?? shift.id}`;
      const users = peopleOf([...(shift.users ?? []), ...(shift.rolling_users ?? []).flat()], about);
      // OnCall keeps overrides in UTC.
      const startMs = localReading(shift.start.slice(0, 16));
      return startMs === null || users.length === 0 ? [] : [{ startMs, endMs: startMs + Math.max(MINUTE_MS, shift.duration * 1000), users }];
    });
    return { id: foreign.id, body: { name: foreign.name.slice(0, 200), description: 'Taken over from Grafana OnCall', team: null, timeZone: zone, layers }, overrides };
  });
  return { schedules: read, named: [...named], remarks };
}
