/**
 * Reads calendars that layers follow again and again. A reading that fails changes nothing: what was read well last goes on to say
 * who is on call, and the schedule shows since when and why. A job may run twice: the second reading finds nothing changed.
 */
import { calendarLayer, type Actor, type ScheduleBody } from '#contract';
import { fetchCalendar, FetchFault, type Fetched } from '../../platform/calendar/fetchCalendar.ts';
import { CalendarError } from '../../platform/calendar/readEvents.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { readWithPeople, type CalendarReading } from './calendarReading.ts';
import { addressPurpose, noteReading, takeDueCalendars, type FollowedCalendar } from './calendarStore.ts';
import { scheduleFaults } from './checkSchedule.ts';
import type { SchedulePorts } from './ports.ts';
import { selectSchedule, updateSchedule } from './scheduleStore.ts';

export interface RefreshDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'open'>;
  readonly ports: Pick<SchedulePorts, 'users' | 'recordEvent' | 'callOut'>;
}

/** How often a calendar is asked for. */
export const REFRESH_MS = 15 * 60_000;
const AT_ONCE = 4;
const CALENDAR_ACTOR: Actor = { kind: 'system', key: 'calendar', name: 'Calendar' };

type Outcome = { readonly kind: 'same'; readonly fetched: Fetched } | { readonly kind: 'read'; readonly fetched: Fetched; readonly reading: CalendarReading; readonly version: number } | { readonly kind: 'failed'; readonly failure: string };

/** Reads every calendar that is due. Gives how many schedules changed. */
export async function refreshCalendars({ db, clock, ring, ports }: RefreshDeps): Promise<number> {
  async function ask(of: FollowedCalendar): Promise<Outcome | null> {
    try {
      const fetched = await fetchCalendar(ports.callOut, ring.open(of.address, addressPurpose(of.orgId, of.schedule, of.layer)), of);
      if (fetched.text === null) return { kind: 'same', fetched };
      const stored = await selectSchedule(db, of.orgId, of.schedule);
      if (stored === null) return null;
      return { kind: 'read', fetched, version: stored.version, reading: await readWithPeople(ports.users, of.orgId, fetched.text, stored.body.timeZone, of.people) };
    } catch (error) {
      if (error instanceof FetchFault || error instanceof CalendarError) return { kind: 'failed', failure: error.message };
      throw error;
    }
  }

  /** Puts what was read into the layer; null: nothing is different there. */
  async function write(tx: Transaction, of: FollowedCalendar, { reading, version }: Extract<Outcome, { kind: 'read' }>): Promise<{ readonly body: ScheduleBody | null } | { readonly failure: string } | null> {
    const stored = await selectSchedule(tx, of.orgId, of.schedule, true);
    // Somebody was quicker; it may now have another zone. The next round reads it again.
    if (stored === null || stored.version !== version) return null;
    const layers = stored.body.layers.map((layer) => (layer.kind === 'calendar' && layer.id === of.layer ? calendarLayer.parse({ ...layer, events: reading.events }) : layer));
    const body = { ...stored.body, layers };
    const [fault] = scheduleFaults(body);
    if (fault !== undefined) return { failure: `${fault.field}: ${fault.message}` };
    if (JSON.stringify(layers) === JSON.stringify(stored.body.layers)) return { body: null };
    await updateSchedule(tx, of.orgId, of.schedule, body, clock.now());
    return { body };
  }

  async function refresh(of: FollowedCalendar): Promise<boolean> {
    const outcome = await ask(of);
    if (outcome === null) return false;
    return db.transaction(async (tx) => {
      const stored = await selectSchedule(tx, of.orgId, of.schedule, true);
      if (stored === null) return false;
      const layer = stored.body.layers.find(({ id }) => id === of.layer);
      if (layer === undefined) return false;
      const data = { schedule: of.schedule, name: stored.body.name, layer: layer.name };
      const written = outcome.kind === 'read' ? await write(tx, of, outcome) : outcome.kind === 'same' ? { body: null } : { failure: outcome.failure };
      if (written === null) return false;
      if ('failure' in written) {
        const isNoted = await noteReading(tx, of, clock.now(), { failure: written.failure });
        if (isNoted && of.failure === null) await ports.recordEvent(tx, of.orgId, { type: 'schedule.calendar_failed', incident: null, actor: CALENDAR_ACTOR, data: { ...data, reason: written.failure } });
        return false;
      }
      const fetched = outcome.kind === 'failed' ? null : outcome.fetched;
      const leftOut = outcome.kind === 'read' ? outcome.reading.remarks.length : null;
      // Who was left out may become known here without a change there: then it is read whole again.
      const validators = leftOut !== null && leftOut > 0 ? { etag: null, lastModified: null } : { etag: fetched?.etag ?? null, lastModified: fetched?.lastModified ?? null };
      await noteReading(tx, of, clock.now(), { ...validators, leftOut });
      if (of.failure !== null) await ports.recordEvent(tx, of.orgId, { type: 'schedule.calendar_works_again', incident: null, actor: CALENDAR_ACTOR, data });
      if (written.body !== null) await ports.recordEvent(tx, of.orgId, { type: 'schedule.edited', incident: null, actor: CALENDAR_ACTOR, data: { ...data, from: of.host } });
      return written.body !== null;
    });
  }

  let changed = 0;
  const faults: unknown[] = [];
  for (;;) {
    const due = await takeDueCalendars(db, clock.now(), new Date(clock.nowMs() + REFRESH_MS), AT_ONCE);
    if (due.length === 0) break;
    const results = await Promise.allSettled(due.map(refresh));
    changed += results.filter((result) => result.status === 'fulfilled' && result.value).length;
    for (const result of results) if (result.status === 'rejected') faults.push(result.reason);
  }
  // One that cannot be read at all must not keep the others from being read.
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} calendars could not be looked after`);
  return changed;
}
