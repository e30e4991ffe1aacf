/** cap 56: shifts are what somebody finds who walks through the nights minute by minute with an eye on the clock, over years and zones. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { rotationLayer, userKey, WEEKDAYS, type CalendarEvent, type Restriction, type RotationLayer, type ScheduleLayer, type UserKey } from '#contract';
import { gapsIn, shiftsBetween, whoIsOnCall, type OverrideSpan, type WholeSchedule } from './resolve.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca', 'Pacific/Auckland'] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How much is walked, around the moment. */
const RANGE = 4 * DAY;
const PEOPLE = ['a', 'b', 'c', 'd', 'e'].map((name) => userKey.parse(`user:${name}`));

/** What the clock shows, asked of the engine; offsets change on quarters of an hour. */
function clockOf(zone: string): (atMs: number) => number {
  let quarter = Number.NaN;
  let offset = 0;
  return (atMs) => {
    const now = Math.floor(atMs / (15 * MINUTE));
    if (now !== quarter) {
      quarter = now;
      offset = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
    }
    return atMs + offset;
  };
}

function at(date: string, time: string): number {
  return Date.parse(`${date}T${time}Z`);
}

type Applies = (shown: number) => boolean;
type Walked = (shown: number) => readonly UserKey[];

function restrictionWalk(restriction: Restriction): Applies {
  const from = at('1970-01-01', restriction.from);
  const to = at('1970-01-01', restriction.to);
  const days = restriction.kind === 'daily' ? restriction.days : [restriction.fromDay];
  let nights = restriction.kind === 'daily' ? 0 : (WEEKDAYS.indexOf(restriction.toDay) - WEEKDAYS.indexOf(restriction.fromDay) + 7) % 7;
  if (nights === 0 && to <= from) nights = restriction.kind === 'daily' ? 1 : 7;
  return (shown) => {
    for (let back = 0; back <= nights; back += 1) {
      const day = Math.floor(shown / DAY) - back;
      // The first of January 1970 was a Thursday.
      const name = WEEKDAYS[(day + 3) % 7];
      if (name !== undefined && days.includes(name) && shown >= day * DAY + from && shown < (day + nights) * DAY + to) return true;
    }
    return false;
  };
}

/** Of a layer, when its clock has shown so much. */
function rotationWalk(layer: RotationLayer): Walked {
  const begin = at(layer.startsOn, layer.handOffAt);
  const end = layer.endsOn === null ? Number.POSITIVE_INFINITY : at(layer.endsOn, layer.handOffAt);
  const length = layer.every.count * { hours: HOUR, days: DAY, weeks: 7 * DAY }[layer.every.unit];
  const restrictions = layer.restrictions.map(restrictionWalk);
  return (shown) => {
    if (shown < begin || shown >= end) return [];
    if (restrictions.length > 0 && !restrictions.some((applies) => applies(shown))) return [];
    return layer.slots[Math.floor((shown - begin) / length) % layer.slots.length] ?? [];
  };
}

/** Only rules of every n-th day are walked: which days a rule names is the library's matter. */
function eventWalk(event: CalendarEvent): Walked {
  const start = Date.parse(`${event.startsAt}Z`);
  const step = event.rule === null ? null : Number(/INTERVAL=(\d+)/.exec(event.rule)?.[1]) * DAY;
  const left = new Set(event.except.map((text) => Date.parse(`${text}Z`)));
  return (shown) => {
    for (let begin = start; begin <= shown; begin += step ?? Number.POSITIVE_INFINITY) {
      if (!left.has(begin) && shown < begin + event.minutes * MINUTE) return event.users;
    }
    return [];
  };
}

/** Who is on call in each minute of a range. */
function walk({ body, overrides }: WholeSchedule, fromMs: number, toMs: number): string[] {
  const clocks = new Map<string, { readonly clock: (atMs: number) => number; furthest: number }>();
  function clockFor(zone: string): { furthest: number } {
    const made = clocks.get(zone) ?? { clock: clockOf(zone), furthest: Number.NEGATIVE_INFINITY };
    clocks.set(zone, made);
    return made;
  }
  const layers = body.layers.map((layer) => (layer.kind === 'rotation'
    ? [{ clock: clockFor(layer.timeZone ?? body.timeZone), on: rotationWalk(layer) }]
    : layer.events.map((event) => ({ clock: clockFor(event.timeZone), on: eventWalk(event) }))));
  const found: string[] = [];
  for (let now = fromMs - 2 * DAY; now < toMs; now += MINUTE) {
    for (const state of clocks.values()) state.furthest = Math.max(state.furthest, state.clock(now));
    if (now < fromMs) continue;
    let users: readonly UserKey[] = [];
    for (const parts of layers) {
      const here = parts.flatMap(({ clock, on }) => on(clock.furthest));
      if (here.length > 0) users = here;
    }
    for (const { startMs, endMs, replaces, users: others } of overrides) {
      if (now >= startMs && now < endMs) users = replaces === null ? others : users.flatMap((user) => (user === replaces ? others : [user]));
    }
    found.push(namesOf(users));
  }
  return found;
}

function namesOf(users: readonly UserKey[]): string {
  return [...new Set(users)].sort().join();
}

const zone = fc.constantFrom(...ZONES);
const time = fc.integer({ min: 0, max: 95 }).map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`);
/** The hours in which clocks change, more often than the others. */
const nightTime = fc.oneof(time, fc.constantFrom('00:00', '01:00', '02:00', '02:30', '03:00'));
const day = fc.constantFrom(...WEEKDAYS);
const someone = fc.constantFrom(...PEOPLE);
const restriction: fc.Arbitrary<Restriction> = fc.oneof(
  fc.record({ kind: fc.constant('daily' as const), days: fc.uniqueArray(day, { minLength: 1 }), from: nightTime, to: nightTime }),
  fc.record({ kind: fc.constant('weekly' as const), fromDay: day, from: nightTime, toDay: day, to: nightTime }),
);

function dateNear(ms: number, days: number): string {
  return new Date(ms + days * DAY).toISOString().slice(0, 10);
}

/** Around a change of clocks in some year, or anywhere in it. */
const moment = fc.tuple(zone, fc.integer({ min: 2001, max: 2039 }), fc.integer({ min: 0, max: 365 }), fc.boolean()).map(([name, year, days, atChange]) => {
  const begin = Temporal.PlainDateTime.from({ year, month: 1, day: 1 }).toZonedDateTime(name).add({ days });
  const change = atChange ? begin.getTimeZoneTransition('next') : null;
  return { zone: name, ms: Math.floor((change ?? begin).epochMilliseconds / DAY) * DAY };
});

const whole = moment.chain(({ zone: name, ms }) => fc.record({
  fromMs: fc.constant(ms - RANGE / 2),
  schedule: fc.record({
    body: fc.record({ timeZone: fc.constant(name), layers: fc.array(fc.oneof({ weight: 4, arbitrary: layerNear(ms) }, { weight: 1, arbitrary: calendarNear(ms) }), { minLength: 1, maxLength: 3 }) }),
    overrides: fc.array(fc.record({
      id: fc.uuid(), startMs: fc.integer({ min: 0, max: 4 * 96 }).map((quarter) => ms - RANGE / 2 + quarter * 15 * MINUTE), endMs: fc.integer({ min: 1, max: 200 }),
      users: fc.uniqueArray(someone, { minLength: 1, maxLength: 2 }), replaces: fc.option(someone),
    }).map((made): OverrideSpan => ({ ...made, endMs: made.startMs + made.endMs * 15 * MINUTE })), { maxLength: 3 }),
  }),
}));

function layerNear(ms: number): fc.Arbitrary<ScheduleLayer> {
  return fc.record({
    timeZone: fc.option(zone, { freq: 3 }), count: fc.integer({ min: 1, max: 20 }), unit: fc.constantFrom('hours' as const, 'days' as const, 'weeks' as const), begins: fc.oneof(fc.integer({ min: -900, max: 4 }), fc.integer({ min: -4, max: 2 })),
    handOffAt: nightTime, ends: fc.option(fc.integer({ min: -2, max: 5 }), { freq: 2 }), slots: fc.array(fc.uniqueArray(someone, { maxLength: 2 }), { minLength: 1, maxLength: 5 }),
    restrictions: fc.array(restriction, { maxLength: 3 }),
  }).map((made) => rotationLayer.parse({
    kind: 'rotation', id: 'x', name: 'x', timeZone: made.timeZone, every: { count: made.count, unit: made.unit }, startsOn: dateNear(ms, made.begins), handOffAt: made.handOffAt,
    endsOn: made.ends === null ? null : dateNear(ms, made.ends), slots: made.slots, restrictions: made.restrictions,
  }));
}

function calendarNear(ms: number): fc.Arbitrary<ScheduleLayer> {
  return fc.array(fc.record({
    timeZone: zone, begins: fc.integer({ min: -40, max: 3 }), from: nightTime, minutes: fc.integer({ min: 1, max: 120 }).map((quarters) => quarters * 15),
    interval: fc.option(fc.integer({ min: 2, max: 9 })), left: fc.integer({ min: 0, max: 5 }), users: fc.uniqueArray(someone, { minLength: 1, maxLength: 2 }),
  }), { maxLength: 3 }).map((events): ScheduleLayer => ({
    kind: 'calendar', id: 'y', name: 'y', events: events.map((made, index) => {
      const start = Date.parse(`${dateNear(ms, made.begins)}T${made.from}:00Z`);
      return {
        uid: String(index), startsAt: new Date(start).toISOString().slice(0, 16), timeZone: made.timeZone, minutes: made.minutes, rule: made.interval === null ? null : `FREQ=DAILY;INTERVAL=${made.interval}`,
        except: made.interval === null ? [] : [new Date(start + made.left * made.interval * DAY).toISOString().slice(0, 16)], users: made.users,
      };
    }),
  }));
}

test('cap 56: each minute has the people whom a walk with the clock in view finds, by the list of shifts and by the single question', () => {
  fc.assert(fc.property(whole, fc.array(fc.integer({ min: 0, max: RANGE / MINUTE - 1 }), { minLength: 3, maxLength: 3 }), ({ schedule, fromMs }, asked) => {
    const toMs = fromMs + RANGE;
    const walked = walk(schedule, fromMs, toMs);
    const shifts = shiftsBetween(schedule, fromMs, toMs);
    const told = walked.map(() => '');
    let lastEnd = fromMs;
    for (const shift of shifts) {
      expect(shift.startMs).toBeGreaterThanOrEqual(lastEnd);
      expect(shift.endMs).toBeGreaterThan(shift.startMs);
      lastEnd = shift.endMs;
      for (let now = shift.startMs; now < shift.endMs; now += MINUTE) told[(now - fromMs) / MINUTE] = namesOf(shift.users);
    }
    expect(lastEnd).toBeLessThanOrEqual(toMs);
    const different = walked.findIndex((users, minute) => users !== told[minute]);
    if (different >= 0) throw new Error(`${new Date(fromMs + different * MINUTE).toISOString()}: walked ${walked[different] ?? ''}, told ${told[different] ?? ''}`);
    for (const minute of asked) expect(namesOf(whoIsOnCall(schedule, new Date(fromMs + minute * MINUTE + 1)))).toBe(walked[minute]);
    const empty = gapsIn(shifts, { startMs: fromMs, endMs: toMs }).reduce((sum, gap) => sum + (gap.endMs - gap.startMs) / MINUTE, 0);
    expect(empty).toBe(walked.filter((users) => users === '').length);
  }), { numRuns: 60 });
});
