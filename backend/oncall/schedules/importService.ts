/** Use cases of taking schedules over from elsewhere. A dry run says what would come of it. */
import { randomUUID } from 'node:crypto';
import { userKey, type CalendarImport, type CalendarImportBody, type CalendarLayer, type OnCallImport, type OnCallImportBody, type OrgId, type ScheduleBody, type UserKey, type UserRef } from '#contract';
import { inputError, unavailableError } from '../../platform/errors.ts';
import type { Caller } from '../../platform/http/route.ts';
import { OutboundError } from '../../platform/outbound/outboundError.ts';
import type { KnownPerson } from './ports.ts';
import { CalendarError, namesOf, readCalendar, withPeople, type ReadCalendar } from './readCalendar.ts';
import { readForeignUsers, readOnCall } from './readOnCall.ts';
import { checkNotProvisioned, checkSchedule, checkVersion, mustFind, type ScheduleService, type ScheduleServiceDeps } from './scheduleService.ts';
import { insertOverride, insertSchedule } from './scheduleStore.ts';

export interface ImportService {
  calendar(caller: Caller, id: string, version: number, body: CalendarImportBody): Promise<CalendarImport>;
  onCall(caller: Caller, body: OnCallImportBody): Promise<OnCallImport>;
}

const MAX_EVENTS = 5000;

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
export function createImportService({ db, clock, ports }: ScheduleServiceDeps, schedules: Pick<ScheduleService, 'get' | 'edit'>): ImportService {
  /** Who is meant by names: as the request says, else by login or address, else by full name. */
  async function meant(orgId: OrgId, names: readonly string[], said: Readonly<Record<string, UserKey>>): Promise<(name: string) => KnownPerson | UserRef | null> {
    const known = await ports.users.called(orgId, names.map((name) => name.toLowerCase()));
    const told = await ports.users.find(orgId, Object.values(said));
    return (name) => {
      const key = said[name];
      if (key !== undefined) return told.get(key) ?? null;
      const small = name.toLowerCase();
      const found = known.find((person) => person.login.toLowerCase() === small || person.email.toLowerCase() === small) ?? known.filter((person) => person.name.toLowerCase() === small);
      if (!Array.isArray(found)) return found;
      // Two people of one name: nobody is guessed.
      return found.length === 1 ? found[0] ?? null : null;
    };
  }

  async function fetchText(address: string): Promise<string> {
    try {
      const answer = await ports.callOut({ url: address.replace(/^webcals?:/i, 'https:'), method: 'GET', headers: { Accept: 'text/calendar' } });
      if (answer.status !== 200) throw inputError(`the address answered ${answer.status}`, [{ field: 'body.address', message: `answered ${answer.status}` }]);
      return answer.body;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      if (error.reason === 'denied') throw inputError(error.message, [{ field: 'body.address', message: error.message }]);
      throw unavailableError(`the calendar could not be fetched: ${error.message}`, { cause: error });
    }
  }

  return {
    async calendar(caller, id, version, body) {
      const stored = await mustFind(db, caller.orgId, id);
      checkNotProvisioned(stored);
      checkVersion(stored, version);
      const text = body.text ?? (await fetchText(body.address ?? ''));
      let read: ReadCalendar;
      try {
        read = readCalendar(text, stored.body.timeZone);
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error;
        throw inputError(error.message, [{ field: body.text === undefined ? 'body.address' : 'body.text', message: error.message }]);
      }
      if (read.events.length > MAX_EVENTS) throw inputError(`a calendar has ${MAX_EVENTS} events at most`, [{ field: 'body', message: `${read.events.length} events` }]);
      const names = namesOf(read.events);
      const person = await meant(caller.orgId, names, body.people);
      const keys = [...new Set(read.events.flatMap((event) => event.keys))].flatMap((key) => userKey.safeParse(key).data ?? []);
      const given = await ports.users.find(caller.orgId, keys);
      const made = withPeople(read.events, (name) => person(name)?.key ?? null, (key) => [...given.keys()].find((known) => known === key) ?? null);
      const before = stored.body.layers.find((layer) => layer.kind === 'calendar' && layer.name === body.layerName);
      const layer: CalendarLayer = { kind: 'calendar', id: before?.id ?? layerIdOf(body.layerName, stored.body.layers.map((one) => one.id)), name: body.layerName, events: made.events };
      const next: ScheduleBody = { ...stored.body, layers: before === undefined ? [...stored.body.layers, layer] : stored.body.layers.map((one) => (one === before ? layer : one)) };
      checkSchedule(next, 'body');
      const schedule = body.dryRun ? await schedules.get(caller.orgId, id) : await schedules.edit(caller, id, version, next);
      return {
        events: made.events.length, remarks: [...read.remarks, ...made.remarks], schedule, version: schedule.version,
        people: names.map((name) => ({ name, user: refOf(person(name)) })),
      };
    },

    async onCall(caller, body) {
      const foreign = new Map(readForeignUsers(listOf(body.users)).map((user) => [user.id, user]));
      const wanted = [...foreign.values()].flatMap((user) => [user.email, user.username]).filter((name) => typeof name === 'string' && name !== '').map(String);
      const person = await meant(caller.orgId, [...wanted, ...Object.keys(body.people)], body.people);
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
