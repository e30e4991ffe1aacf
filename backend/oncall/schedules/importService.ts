/** Use cases of taking schedules over from elsewhere. A dry run says what would come of it. */
import { randomUUID } from 'node:crypto';
import type { CalendarImport, CalendarImportBody, CalendarLayer, OnCallImport, OnCallImportBody, ScheduleBody, UserRef } from '#contract';
import { inputError, unavailableError } from '../../platform/errors.ts';
import type { Caller } from '../../platform/http/route.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { fetchCalendar, FetchFault, readWithPeople, webAddress, type CalendarReading } from './calendarReading.ts';
import { REFRESH_MS } from './calendarRefresh.ts';
import { addressPurpose, keepCalendars, putCalendar, type Validators } from './calendarStore.ts';
import { meantPeople } from './meantPeople.ts';
import type { KnownPerson } from './ports.ts';
import { CalendarError } from './readCalendar.ts';
import { readForeignUsers, readOnCall } from './readOnCall.ts';
import { calendarLayersOf, checkNotProvisioned, checkSchedule, checkVersion, mustFind, type ScheduleService, type ScheduleServiceDeps } from './scheduleService.ts';
import { insertOverride, insertSchedule } from './scheduleStore.ts';

export interface ImportService {
  calendar(caller: Caller, id: string, version: number, body: CalendarImportBody): Promise<CalendarImport>;
  onCall(caller: Caller, body: OnCallImportBody): Promise<OnCallImport>;
}

const NOTHING_KNOWN: Validators = { etag: null, lastModified: null };

function layerIdOf(name: string, taken: readonly string[]): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 50).replace(/-+$/, '') || 'calendar';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

function listOf(given: OnCallImportBody['schedules']): readonly unknown[] {
  return Array.isArray(given) ? given : given.results;
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

    async onCall(caller, body) {
      const foreign = new Map(readForeignUsers(listOf(body.users)).map((user) => [user.id, user]));
      const wanted = [...foreign.values()].flatMap((user) => [user.email, user.username]).filter((name) => typeof name === 'string' && name !== '').map(String);
      const person = await meantPeople(ports.users, caller.orgId, [...wanted, ...Object.keys(body.people)], body.people);
      const of = (id: string): KnownPerson | UserRef | null => {
        const user = foreign.get(id);
        return person(id) ?? (user?.email ? person(user.email) : null) ?? (user?.username ? person(user.username) : null);
      };
      const read = readOnCall({
        schedules: listOf(body.schedules), onCallShifts: listOf(body.onCallShifts), escalationChains: listOf(body.escalationChains), escalationPolicies: listOf(body.escalationPolicies),
      }, (id) => of(id)?.key ?? null);
      read.schedules.forEach(({ body: made }, index) => checkSchedule(made, `body.schedules[${index}]`));
      const ids: string[] = [];
      if (!body.dryRun) {
        for (const { body: made, overrides } of read.schedules) {
          const id = randomUUID();
          await db.transaction(async (tx) => {
            await insertSchedule(tx, caller.orgId, id, made, caller.actor, clock.now(), null);
            for (const { startMs, endMs, users } of overrides) {
              await insertOverride(tx, caller.orgId, id, { startMs, endMs, users, id: randomUUID(), replaces: null, reason: 'Taken over from Grafana OnCall', swap: null, createdAt: clock.now(), createdBy: caller.actor });
            }
            await ports.recordEvent(tx, caller.orgId, { type: 'schedule.created', incident: null, actor: caller.actor, data: { schedule: id, name: made.name, from: 'Grafana OnCall' } });
          });
          ids.push(id);
        }
      }
      return {
        schedules: read.schedules.map(({ body: made, overrides }, index) => ({ name: made.name, layers: made.layers.length, overrides: overrides.length, schedule: ids[index] ?? null })),
        people: read.named.map((name) => ({ name: foreign.get(name)?.username ?? name, user: refOf(of(name)) })), remarks: [...read.remarks],
      };
    },
  };
}

function refOf(person: KnownPerson | UserRef | null): UserRef | null {
  return person === null ? null : { key: person.key, login: person.login, name: person.name };
}
