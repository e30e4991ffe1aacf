/** Who is on call when: schedules with layers, overrides, swaps, and what follows from them. */
import { z } from 'zod';
import { localDateTime } from '../maintenance.ts';
import { actor, instant, page, pageQuery, userKey, userRef } from '../primitives.ts';

export const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
export const weekday = z.enum(WEEKDAYS);
export type Weekday = z.infer<typeof weekday>;

/** A time of day on the clock of a zone. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be like 08:30');
/** A day of the calendar; that it exists is checked where it is used. */
export const localDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be like 2026-03-29');
const timeZone = z.string().min(1).max(100);

/**
 * When a layer applies. Times are those of the zone's clock: one that comes twice in a night means the first, one that is left
 * out means the moment at which the clock jumps over it.
 */
export const restriction = z.discriminatedUnion('kind', [
  /** On each of these days from one time to another; to the same or an earlier time means to the next day. */
  z.object({ kind: z.literal('daily'), days: z.array(weekday).min(1).max(7), from: timeOfDay, to: timeOfDay }),
  /** Once a week, from one day to another. */
  z.object({ kind: z.literal('weekly'), fromDay: weekday, from: timeOfDay, toDay: weekday, to: timeOfDay }),
]).meta({ id: 'ScheduleRestriction' });
export type Restriction = z.infer<typeof restriction>;

export const ROTATION_UNITS = ['hours', 'days', 'weeks'] as const;
const layerId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'use 1 to 60 lower-case letters, digits and dashes');
const layerName = z.string().trim().min(1).max(100);

/** People take turns. */
export const rotationLayer = z.object({
  kind: z.literal('rotation'),
  /** Unique within the schedule. */
  id: layerId,
  name: layerName,
  /** Null: that of the schedule. */
  timeZone: timeZone.nullable().default(null),
  /** Length of a turn, counted on the clock of the zone: a turn of a day is from hand-off to hand-off, whatever the clocks do. */
  every: z.object({ count: z.number().int().min(1).max(1000), unit: z.enum(ROTATION_UNITS) }),
  /** The first turn begins at the hand-off time of this day. */
  startsOn: localDate,
  handOffAt: timeOfDay,
  /** The layer ends at the hand-off time of this day; null: never. */
  endsOn: localDate.nullable().default(null),
  /** Who takes turns; several in one slot are on call together, an empty slot leaves its turn to the layers below. */
  slots: z.array(z.array(userKey).max(20)).min(1).max(100),
  /** None: always. */
  restrictions: z.array(restriction).max(20).default([]),
});
export type RotationLayer = z.infer<typeof rotationLayer>;

export const calendarEvent = z.object({
  uid: z.string().min(1).max(500),
  startsAt: localDateTime,
  timeZone,
  /** On the clock of the zone. */
  minutes: z.number().int().min(1).max(366 * 24 * 60),
  /** RFC 5545, without DTSTART; null: once. */
  rule: z.string().min(1).max(500).nullable().default(null),
  /** Begins that are left out. */
  except: z.array(localDateTime).max(1000).default([]),
  users: z.array(userKey).min(1).max(20),
});
export type CalendarEvent = z.infer<typeof calendarEvent>;

/** Shifts written down one by one, as a calendar has them. Who overlap are on call together. */
export const calendarLayer = z.object({
  kind: z.literal('calendar'),
  id: layerId,
  name: layerName,
  events: z.array(calendarEvent).max(5000),
});
export type CalendarLayer = z.infer<typeof calendarLayer>;

export const scheduleLayer = z.discriminatedUnion('kind', [rotationLayer, calendarLayer]).meta({ id: 'ScheduleLayer' });
export type ScheduleLayer = z.infer<typeof scheduleLayer>;

export const scheduleBody = z.object({
  name: z.string().trim().min(1).max(200),
  description: z.string().trim().max(2000).default(''),
  /** Team that it belongs to. */
  team: z.string().trim().min(1).max(100).nullable().default(null),
  timeZone,
  /** From the lowest to the highest; where several have somebody, the highest wins. */
  layers: z.array(scheduleLayer).max(30).default([]),
}).meta({ id: 'ScheduleBody' });
export type ScheduleBody = z.infer<typeof scheduleBody>;

export const override = z.object({
  id: z.string(),
  startsAt: instant,
  endsAt: instant,
  /** Who is on call instead. */
  users: z.array(userRef).min(1),
  /** Whom they stand in for; null: for everybody. */
  replaces: userRef.nullable(),
  reason: z.string(),
  /** The swap that it came of. */
  swap: z.string().nullable(),
  createdAt: instant,
  createdBy: actor,
}).meta({ id: 'ScheduleOverride' });
export type Override = z.infer<typeof override>;

/** A calendar elsewhere that a layer follows. */
export const scheduleCalendar = z.object({
  layer: z.string(),
  /** The rest of its address is a secret. */
  host: z.string(),
  /** When it was read well last; that copy counts. */
  readAt: instant,
  /** Null: the last reading went well. */
  failedAt: instant.nullable(),
  failure: z.string().nullable(),
  /** What could not be taken over as it is, in the last copy. */
  leftOut: z.number().int(),
}).meta({ id: 'ScheduleCalendar' });
export type ScheduleCalendar = z.infer<typeof scheduleCalendar>;

export const schedule = scheduleBody.extend({
  id: z.string(),
  version: z.number().int(),
  /** Everybody that it names. One who was never here has the key as name. */
  people: z.array(userRef),
  calendars: z.array(scheduleCalendar),
  /** Its id in the provisioning file that it is followed from. */
  provisionedAs: z.string().nullable(),
  createdBy: actor,
}).meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof schedule>;
export const schedulePage = page(schedule);

/** Where a shift comes from. */
export const shiftOrigin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('layer'), layer: z.string() }),
  z.object({ kind: z.literal('override'), override: z.string() }),
]);
export type ShiftOrigin = z.infer<typeof shiftOrigin>;
const span = z.object({ startsAt: instant, endsAt: instant });
export const shift = span.extend({ users: z.array(userKey).min(1), origin: shiftOrigin }).meta({ id: 'Shift' });
export type Shift = z.infer<typeof shift>;
/** A time in which more than one layer has somebody; `layers` from the lowest to the highest, which wins. */
export const layerOverlap = span.extend({ layers: z.array(z.string()).min(2) });
export const MAX_SHIFT_DAYS = 400;
export const shiftQuery = z.object({ from: instant, to: instant });
export const shiftView = z.object({
  /** Who is on call, in order of time; shifts are cut at the ends of the range. */
  shifts: z.array(shift),
  /** What each layer says by itself, from the lowest to the highest. */
  layers: z.array(z.object({ id: z.string(), name: z.string(), shifts: z.array(shift) })),
  overrides: z.array(override),
  /** Times in which nobody is on call. */
  gaps: z.array(span),
  overlaps: z.array(layerOverlap),
  people: z.array(userRef),
}).meta({ id: 'ScheduleShifts' });
export type ShiftView = z.infer<typeof shiftView>;
export const shiftPreviewBody = z.object({ schedule: scheduleBody, from: instant, to: instant });

export const onCallEntry = z.object({
  schedule: z.object({ id: z.string(), name: z.string(), team: z.string().nullable(), timeZone }),
  /** Empty: nobody. */
  users: z.array(userRef),
  /** When others take over; null: not within the next 60 days. */
  until: instant.nullable(),
  /** Who then; empty: nobody. */
  next: z.array(userRef),
  /** The first time within the next 14 days in which nobody is on call. */
  gap: span.nullable(),
}).meta({ id: 'OnCallEntry' });
export type OnCallEntry = z.infer<typeof onCallEntry>;
export const onCallQuery = pageQuery.extend({ at: instant.optional() });
export const onCallPage = page(onCallEntry).extend({ at: instant });

export const myShift = span.extend({ schedule: z.object({ id: z.string(), name: z.string(), timeZone }), with: z.array(userRef), origin: shiftOrigin }).meta({ id: 'MyShift' });
export type MyShift = z.infer<typeof myShift>;
export const myShifts = z.object({ shifts: z.array(myShift) });
export const myShiftQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });

export const overrideBody = z.object({
  startsAt: instant,
  endsAt: instant,
  users: z.array(userKey).min(1).max(20),
  replaces: userKey.nullable().default(null),
  reason: z.string().trim().max(500).default(''),
});
export type OverrideBody = z.infer<typeof overrideBody>;

export const SWAP_STATES = ['open', 'accepted', 'declined', 'withdrawn', 'lapsed'] as const;
export const swapState = z.enum(SWAP_STATES);
export type SwapState = z.infer<typeof swapState>;
export const swap = z.object({
  id: z.string(),
  schedule: z.object({ id: z.string(), name: z.string(), timeZone }),
  /** `lapsed`: nobody answered before the time came to its end. */
  state: swapState,
  requestedBy: userRef,
  /** Whom it is asked of; null: whoever takes it. */
  asked: userRef.nullable(),
  startsAt: instant,
  endsAt: instant,
  /** A time that the asking person takes over in return. */
  inReturn: span.nullable(),
  message: z.string(),
  createdAt: instant,
  answeredBy: userRef.nullable(),
  answeredAt: instant.nullable(),
  /** What was said with the answer. */
  answer: z.string(),
  version: z.number().int(),
}).meta({ id: 'ShiftSwap' });
export type Swap = z.infer<typeof swap>;
export const swapBody = z.object({
  startsAt: instant,
  endsAt: instant,
  asked: userKey.nullable().default(null),
  inReturn: span.nullable().default(null),
  message: z.string().trim().max(500).default(''),
});
export type SwapBody = z.infer<typeof swapBody>;
export const swapAnswerBody = z.object({ answer: z.string().trim().max(500).default('') });
/** `mine`: asked by the caller, of the caller or of whoever takes it. */
export const swapQuery = pageQuery.extend({ whose: z.enum(['mine', 'all']).default('all'), state: z.enum(['open', 'all']).default('open') });
export const swapPage = page(swap);

export const handOverNote = z.object({ id: z.string(), text: z.string(), writtenAt: instant, writtenBy: actor }).meta({ id: 'HandOverNote' });
export type HandOverNote = z.infer<typeof handOverNote>;
export const handOver = z.object({
  /** Who is on call now and who is next, as at `listOnCall`. */
  entry: onCallEntry,
  /** A text to begin with: the incidents that are open now, as far as the caller sees them. */
  draft: z.string(),
  /** What was written last, newest first. */
  notes: z.array(handOverNote),
}).meta({ id: 'HandOver' });
export type HandOver = z.infer<typeof handOver>;
export const handOverBody = z.object({ text: z.string().trim().min(1).max(10_000) });

export const scheduleFeed = z.object({
  /** Whoever has the address reads the shifts without login. */
  address: z.url(),
  /** The same with the caller's own shifts only. */
  mine: z.url().nullable(),
}).meta({ id: 'ScheduleFeed' });
export type ScheduleFeed = z.infer<typeof scheduleFeed>;

/** What could not be taken over as it is, and why. */
export const importRemark = z.object({ subject: z.string(), message: z.string() });
export type ImportRemark = z.infer<typeof importRemark>;
/** How the other side calls somebody, and who that is here. */
export const foreignPerson = z.object({ name: z.string(), user: userRef.nullable() });
/** Who is meant by a name, address or id of the other side, where it cannot be told by itself. */
export const importedPeople = z.record(z.string().max(300), userKey).default({});

export const calendarImportBody = z.object({
  layerName,
  /** The text of an iCalendar file. */
  text: z.string().max(1_000_000).optional(),
  /** Where to fetch it. */
  address: z.url().max(2000).optional(),
  /** Whether an address is read again every quarter of an hour. False, or a text: the layer follows nothing. */
  follow: z.boolean().default(true),
  people: importedPeople,
  /** True: say what would come of it, and change nothing. */
  dryRun: z.boolean().default(false),
}).refine((body) => (body.text === undefined) !== (body.address === undefined), { path: ['text'], message: 'give either a text or an address' });
export type CalendarImportBody = z.infer<typeof calendarImportBody>;
export const calendarImport = z.object({
  events: z.number().int(),
  people: z.array(foreignPerson),
  remarks: z.array(importRemark),
  /** The schedule as it is now. */
  schedule,
  version: z.number().int(),
}).meta({ id: 'CalendarImport' });
export type CalendarImport = z.infer<typeof calendarImport>;
