/** Use cases of schedules: keep, read, put somebody on call for a time, leave a note. */
import { randomUUID } from 'node:crypto';
import {
  MAX_SHIFT_DAYS, type HandOver, type HandOverNote, type MyShift, type OnCallEntry, type OrgId, type Override, type OverrideBody, type Schedule, type ScheduleBody, type ShiftView, type UserKey,
} from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notAllowedError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import type { Caller } from '../../platform/http/route.ts';
import { keepCalendars, selectCalendars } from './calendarStore.ts';
import { scheduleFaults } from './checkSchedule.ts';
import { handOverDraft } from './handOverDraft.ts';
import type { SchedulePorts } from './ports.ts';
import { shiftsBetween, type WholeSchedule } from './resolve.ts';
import {
  deleteOverride, deleteSchedule, insertNote, insertOverride, insertSchedule, lockOverride, namedIn, selectNotes, selectOverrides, selectSchedule, selectScheduleNamed, selectSchedules,
  updateSchedule,
  type ScheduleCursor, type StoredNote, type StoredOverride, type StoredSchedule,
} from './scheduleStore.ts';
import type { Span } from './spans.ts';
import { NEXT_MS, onCallEntryView, overrideView, personOf, rangeView, scheduleView, spanView, type People } from './view.ts';

export interface ScheduleService {
  list(orgId: OrgId, after: ScheduleCursor | null, limit: number): Promise<{ sortName: string; schedule: Schedule }[]>;
  get(orgId: OrgId, id: string): Promise<Schedule>;
  create(caller: Caller, body: ScheduleBody): Promise<Schedule>;
  /** `also` is part of the same transaction. */
  edit(caller: Caller, id: string, version: number, body: ScheduleBody, also?: (tx: Transaction) => Promise<void>): Promise<Schedule>;
  remove(caller: Caller, id: string, version: number): Promise<void>;
  shifts(orgId: OrgId, id: string, from: string, to: string): Promise<ShiftView>;
  preview(orgId: OrgId, body: ScheduleBody, from: string, to: string): Promise<ShiftView>;
  onCall(orgId: OrgId, after: ScheduleCursor | null, limit: number, atMs: number): Promise<{ sortName: string; entry: OnCallEntry }[]>;
  mine(orgId: OrgId, user: UserKey, days: number): Promise<MyShift[]>;
  override(caller: Caller, id: string, body: OverrideBody): Promise<Override>;
  takeBack(caller: Caller, id: string, overrideId: string): Promise<void>;
  handOver(caller: Caller, id: string): Promise<HandOver>;
  writeHandOver(caller: Caller, id: string, text: string): Promise<HandOverNote>;
  /** Who is on call at an instant; nobody in a gap and of a schedule that is not there. `name`: its id, or what `schedules.yaml` calls it. */
  usersAt(q: Queryable, orgId: OrgId, name: string, at: Date): Promise<UserKey[]>;
}

export interface ScheduleServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: SchedulePorts;
}

const DAY_MS = 86_400_000;
const MAX_OVERRIDE_MS = 366 * DAY_MS;
const NOTES = 5;
const MAX_MINE = 500;

/** Refuses a schedule that cannot be used, naming the fields. */
export function checkSchedule(body: ScheduleBody, under = 'body'): void {
  const faults = scheduleFaults(body);
  const [first] = faults;
  if (first !== undefined) throw inputError(`${first.field}: ${first.message}`, faults.map(({ field, message }) => ({ field: `${under}.${field}`, message })));
}

/** A range of a request in milliseconds; refused when it is empty or too long. */
export function rangeOf(startsAt: string, endsAt: string, maxMs: number, field: string): Span {
  const range = { startMs: Date.parse(startsAt), endMs: Date.parse(endsAt) };
  if (range.endMs <= range.startMs) throw inputError('the end must be after the begin', [{ field, message: 'must be after the begin' }]);
  if (range.endMs - range.startMs > maxMs) throw inputError(`a range is ${maxMs / DAY_MS} days at most`, [{ field, message: `at most ${maxMs / DAY_MS} days after the begin` }]);
  return range;
}

/** The schedule, or an error that says there is none. */
export async function mustFind(q: Queryable, orgId: OrgId, id: string, lock = false): Promise<StoredSchedule> {
  const stored = await selectSchedule(q, orgId, id, lock);
  if (stored === null) throw notFoundError(`there is no schedule "${id}"`);
  return stored;
}

/** Refuses a change that is based on another version. */
export function checkVersion(stored: { readonly version: number }, version: number | null): void {
  if (version === null || stored.version === version) return;
  throw versionMismatchError('it was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: stored.version } });
}

/** Ids of the layers that may follow a calendar. */
export function calendarLayersOf(body: Pick<ScheduleBody, 'layers'>): string[] {
  return body.layers.flatMap((layer) => (layer.kind === 'calendar' ? [layer.id] : []));
}

/** Refuses to change what a file says. Overrides, swaps and notes are not in the file and stay free. */
export function checkNotProvisioned(stored: Pick<StoredSchedule, 'provisionedAs'>): void {
  if (stored.provisionedAs === null) return;
  throw conflictError(`this schedule is provisioned: change "${stored.provisionedAs}" in schedules.yaml and restart Muster`, { extra: { provisioned: true } });
}

/** Use cases over a database. */
export function createScheduleService({ db, clock, ports }: ScheduleServiceDeps): ScheduleService {
  async function peopleOf(orgId: OrgId, keys: Iterable<UserKey>): Promise<People> {
    return ports.users.find(orgId, [...new Set(keys)]);
  }

  async function view(orgId: OrgId, stored: StoredSchedule): Promise<Schedule> {
    const named = namedIn(stored.body);
    return scheduleView(stored, named, await peopleOf(orgId, named), (await selectCalendars(db, orgId, [stored.id])).get(stored.id) ?? []);
  }

  function keysOf(overrides: readonly StoredOverride[]): UserKey[] {
    return overrides.flatMap((override) => [...override.users, ...(override.replaces === null ? [] : [override.replaces])]);
  }

  async function overridesOf(orgId: OrgId, ids: readonly string[], range: Span): Promise<Map<string, StoredOverride[]>> {
    return selectOverrides(db, orgId, ids, new Date(range.startMs), new Date(range.endMs));
  }

  async function whole(orgId: OrgId, stored: readonly StoredSchedule[], range: Span): Promise<{ stored: StoredSchedule; whole: WholeSchedule; overrides: readonly StoredOverride[] }[]> {
    const found = await overridesOf(orgId, stored.map(({ id }) => id), range);
    return stored.map((one) => {
      const overrides = found.get(one.id) ?? [];
      return { stored: one, overrides, whole: { body: one.body, overrides } };
    });
  }

  async function tell(tx: Transaction, caller: Caller, type: Parameters<SchedulePorts['recordEvent']>[2]['type'], stored: { readonly id: string; readonly body: Pick<ScheduleBody, 'name'> }, data: object = {}): Promise<void> {
    await ports.recordEvent(tx, caller.orgId, { type, incident: null, actor: caller.actor, data: { schedule: stored.id, name: stored.body.name, ...data } });
  }

  async function entry(orgId: OrgId, stored: StoredSchedule, atMs: number): Promise<OnCallEntry> {
    const [one] = await whole(orgId, [stored], { startMs: atMs, endMs: atMs + NEXT_MS });
    const overrides = one?.overrides ?? [];
    return onCallEntryView(stored, { body: stored.body, overrides }, atMs, await peopleOf(orgId, [...namedIn(stored.body), ...keysOf(overrides)]));
  }

  return {
    async list(orgId, after, limit) {
      const rows = await selectSchedules(db, orgId, after, limit);
      const people = await peopleOf(orgId, rows.flatMap((row) => namedIn(row.body)));
      const calendars = await selectCalendars(db, orgId, rows.map(({ id }) => id));
      return rows.map((row) => ({ sortName: row.sortName, schedule: scheduleView(row, namedIn(row.body), people, calendars.get(row.id) ?? []) }));
    },
    async get(orgId, id) {
      return view(orgId, await mustFind(db, orgId, id));
    },
    async create(caller, body) {
      checkSchedule(body);
      const id = randomUUID();
      await db.transaction(async (tx) => {
        await insertSchedule(tx, caller.orgId, id, body, caller.actor, clock.now(), null);
        await tell(tx, caller, 'schedule.created', { id, body });
      });
      return view(caller.orgId, await mustFind(db, caller.orgId, id));
    },
    async edit(caller, id, version, body, also) {
      checkSchedule(body);
      await db.transaction(async (tx) => {
        const stored = await mustFind(tx, caller.orgId, id, true);
        checkNotProvisioned(stored);
        checkVersion(stored, version);
        await updateSchedule(tx, caller.orgId, id, body, clock.now());
        await keepCalendars(tx, caller.orgId, id, calendarLayersOf(body), body.timeZone === stored.body.timeZone ? null : clock.now());
        await also?.(tx);
        await tell(tx, caller, 'schedule.edited', { id, body });
      });
      return view(caller.orgId, await mustFind(db, caller.orgId, id));
    },
    async remove(caller, id, version) {
      await db.transaction(async (tx) => {
        const stored = await mustFind(tx, caller.orgId, id, true);
        checkNotProvisioned(stored);
        checkVersion(stored, version);
        await deleteSchedule(tx, caller.orgId, id);
        await tell(tx, caller, 'schedule.deleted', stored);
      });
    },
    async shifts(orgId, id, from, to) {
      const range = rangeOf(from, to, MAX_SHIFT_DAYS * DAY_MS, 'query.to');
      const stored = await mustFind(db, orgId, id);
      const overrides = (await overridesOf(orgId, [id], range)).get(id) ?? [];
      return rangeView({ body: stored.body, overrides }, overrides, range, await peopleOf(orgId, [...namedIn(stored.body), ...keysOf(overrides)]));
    },
    async preview(orgId, body, from, to) {
      const range = rangeOf(from, to, MAX_SHIFT_DAYS * DAY_MS, 'body.to');
      checkSchedule(body, 'body.schedule');
      return rangeView({ body, overrides: [] }, [], range, await peopleOf(orgId, namedIn(body)));
    },
    async onCall(orgId, after, limit, atMs) {
      const rows = await selectSchedules(db, orgId, after, limit);
      const all = await whole(orgId, rows, { startMs: atMs, endMs: atMs + NEXT_MS });
      const people = await peopleOf(orgId, all.flatMap((one) => [...namedIn(one.stored.body), ...keysOf(one.overrides)]));
      return all.map((one, index) => ({ sortName: rows[index]?.sortName ?? '', entry: onCallEntryView(one.stored, one.whole, atMs, people) }));
    },
    async mine(orgId, user, days) {
      const range = { startMs: clock.nowMs(), endMs: clock.nowMs() + days * DAY_MS };
      const mine: { stored: StoredSchedule; shift: ReturnType<typeof shiftsBetween>[number] }[] = [];
      for (let after: ScheduleCursor | null = null, left = true; left;) {
        const rows: Awaited<ReturnType<typeof selectSchedules>> = await selectSchedules(db, orgId, after, 500);
        for (const { stored, whole: one } of await whole(orgId, rows, range)) {
          for (const shift of shiftsBetween(one, range.startMs, range.endMs)) if (shift.users.includes(user)) mine.push({ stored, shift });
        }
        const last: (typeof rows)[number] | undefined = rows.at(-1);
        left = rows.length > 500 && last !== undefined;
        if (last !== undefined) after = { name: last.sortName, id: last.id };
      }
      const people = await peopleOf(orgId, mine.flatMap(({ shift }) => shift.users));
      return mine.sort((a, b) => a.shift.startMs - b.shift.startMs).slice(0, MAX_MINE).map(({ stored, shift }) => ({
        ...spanView(shift), schedule: { id: stored.id, name: stored.body.name, timeZone: stored.body.timeZone }, with: shift.users.filter((key) => key !== user).map((key) => personOf(people, key)), origin: shift.origin,
      }));
    },
    async override(caller, id, body) {
      const range = rangeOf(body.startsAt, body.endsAt, MAX_OVERRIDE_MS, 'body.endsAt');
      const own = body.users.length === 1 && body.users[0] === caller.userKey;
      if (range.endMs <= clock.nowMs()) throw inputError('the time is over already', [{ field: 'body.endsAt', message: 'must be in the future' }]);
      const made: StoredOverride = { ...range, id: randomUUID(), users: [...new Set(body.users)], replaces: body.replaces, reason: body.reason, swap: null, createdAt: clock.now(), createdBy: caller.actor };
      await db.transaction(async (tx) => {
        const stored = await mustFind(tx, caller.orgId, id, true);
        if (!own && !ports.mayManage(caller.role)) throw notAllowedError('you may put yourself on call; to hand a shift over, ask for a swap, or ask a manager');
        await insertOverride(tx, caller.orgId, id, made);
        await tell(tx, caller, 'schedule.override_added', stored, { override: made.id, users: made.users, replaces: made.replaces, startsAt: body.startsAt, endsAt: body.endsAt, reason: body.reason });
      });
      return overrideView(made, await peopleOf(caller.orgId, keysOf([made])));
    },
    async takeBack(caller, id, overrideId) {
      await db.transaction(async (tx) => {
        const stored = await mustFind(tx, caller.orgId, id, true);
        const made = await lockOverride(tx, caller.orgId, id, overrideId);
        if (made === null) throw notFoundError(`there is no override "${overrideId}"`);
        const own = made.swap === null && made.createdBy.kind === caller.actor.kind && made.createdBy.key === caller.actor.key;
        if (!own && !ports.mayManage(caller.role)) throw notAllowedError('only who made an override, or a manager, takes it back; what came of a swap only a manager');
        await deleteOverride(tx, caller.orgId, id, overrideId);
        await tell(tx, caller, 'schedule.override_removed', stored, { override: overrideId, users: made.users, ...spanView(made) });
      });
    },
    async handOver(caller, id) {
      const stored = await mustFind(db, caller.orgId, id);
      const [standing, incidents, notes] = await Promise.all([entry(caller.orgId, stored, clock.nowMs()), ports.openIncidents(caller), selectNotes(db, caller.orgId, id, NOTES)]);
      return { entry: standing, draft: handOverDraft(standing, incidents), notes: notes.map(noteView) };
    },
    async writeHandOver(caller, id, text) {
      const note: StoredNote = { id: randomUUID(), text, writtenAt: clock.now(), writtenBy: caller.actor };
      await db.transaction(async (tx) => {
        const stored = await mustFind(tx, caller.orgId, id, true);
        await insertNote(tx, caller.orgId, id, note);
        await tell(tx, caller, 'schedule.hand_over_written', stored);
      });
      return noteView(note);
    },
    async usersAt(q, orgId, name, at) {
      const stored = await selectScheduleNamed(q, orgId, name);
      if (stored === null) return [];
      const atMs = at.getTime();
      const overrides = (await selectOverrides(q, orgId, [stored.id], at, new Date(atMs + 1))).get(stored.id) ?? [];
      return [...(shiftsBetween({ body: stored.body, overrides }, atMs, atMs + 1)[0]?.users ?? [])];
    },
  };

  function noteView(note: StoredNote): HandOverNote {
    return { id: note.id, text: note.text, writtenAt: note.writtenAt.toISOString(), writtenBy: note.writtenBy };
  }
}
