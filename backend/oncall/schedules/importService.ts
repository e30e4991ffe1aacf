/** Use cases of taking schedules over from elsewhere. A dry run says what would come of it. */
import type { CalendarImport, CalendarImportBody, CalendarLayer, OnCallImport, OnCallImportBody, ScheduleBody } from '#contract';
import { fetchCalendar, FetchFault, NOTHING_KNOWN, webAddress, type Validators } from '../../platform/calendar/fetchCalendar.ts';
import { CalendarError } from '../../platform/calendar/readEvents.ts';
import { inputError, unavailableError } from '../../platform/errors.ts';
import type { Caller } from '../../platform/http/route.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { readWithPeople, type CalendarReading } from './calendarReading.ts';
import { REFRESH_MS } from './calendarRefresh.ts';
import { addressPurpose, keepCalendars, putCalendar } from './calendarStore.ts';
import { refOf } from './meantPeople.ts';
import { createOnCallTakeOver } from './onCallTakeOver.ts';
import { calendarLayersOf, checkNotProvisioned, checkSchedule, checkVersion, mustFind, type ScheduleService, type ScheduleServiceDeps } from './scheduleService.ts';

export interface ImportService {
  calendar(caller: Caller, id: string, version: number, body: CalendarImportBody): Promise<CalendarImport>;
  onCall(caller: Caller, body: OnCallImportBody): Promise<OnCallImport>;
}

function layerIdOf(name: string, taken: readonly string[]): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 50).replace(/-+$/, '') || 'calendar';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

/** Use cases over a database. */
export function createImportService({ db, clock, ring, ports }: ScheduleServiceDeps & { readonly ring: Pick<KeyRing, 'seal'> }, schedules: Pick<ScheduleService, 'get' | 'edit'>): ImportService {
  async function fetched(address: string): Promise<{ readonly text: string } & Validators> {
    try {
      const { text, ...validators } = await fetchCalendar(ports.callOut, address, NOTHING_KNOWN);
      return { text: text ?? '', ...validators };
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      if (error.isDenied || error.hasAnswered) throw inputError(error.message, [{ field: 'body.address', message: error.message }]);
      throw unavailableError(`the calendar could not be fetched: ${error.message}`, { cause: error });
    }
  }

  return {
    async calendar(caller, id, version, body) {
      const stored = await mustFind(db, caller.orgId, id);
      checkNotProvisioned(stored);
      checkVersion(stored, version);
      const { address } = body;
      const source = address === undefined ? { text: body.text ?? '', ...NOTHING_KNOWN } : await fetched(address);
      let read: CalendarReading;
      try {
        read = await readWithPeople(ports.users, caller.orgId, source.text, stored.body.timeZone, body.people);
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error;
        throw inputError(error.message, [{ field: address === undefined ? 'body.text' : 'body.address', message: error.message }]);
      }
      const before = stored.body.layers.find((layer) => layer.kind === 'calendar' && layer.name === body.layerName);
      const layer: CalendarLayer = { kind: 'calendar', id: before?.id ?? layerIdOf(body.layerName, stored.body.layers.map((one) => one.id)), name: body.layerName, events: read.events };
      const next: ScheduleBody = { ...stored.body, layers: before === undefined ? [...stored.body.layers, layer] : stored.body.layers.map((one) => (one === before ? layer : one)) };
      checkSchedule(next, 'body');
      const isFollowed = address !== undefined && body.follow;
      const schedule = body.dryRun ? await schedules.get(caller.orgId, id) : await schedules.edit(caller, id, version, next, async (tx) => {
        if (!isFollowed) return keepCalendars(tx, caller.orgId, id, calendarLayersOf(next).filter((one) => one !== layer.id), null);
        await putCalendar(tx, {
          orgId: caller.orgId, schedule: id, layer: layer.id, address: ring.seal(address, addressPurpose(caller.orgId, id, layer.id)), host: new URL(webAddress(address)).host, people: body.people,
          ...(read.remarks.length > 0 ? NOTHING_KNOWN : { etag: source.etag, lastModified: source.lastModified }),
        }, clock.now(), new Date(clock.nowMs() + REFRESH_MS), read.remarks.length);
        return undefined;
      });
      return {
        events: read.events.length, remarks: [...read.remarks], schedule, version: schedule.version,
        people: read.names.map((name) => ({ name, user: refOf(read.person(name)) })),
      };
    },

    onCall: createOnCallTakeOver({ db, clock, ports }),
  };
}
