/**
 * Use case of taking schedules and escalation chains over from Grafana OnCall, all of it in one transaction. A dry run goes the same way
 * and says what would come of it. Ids follow from OnCall's, so that taking over again makes nothing twice.
 */
import { randomUUID } from 'node:crypto';
import { scheduleBody, type ImportFate, type ImportRemark, type OnCallImport, type OnCallImportBody, type OrgId, type TeamId, type UserRef } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Caller } from '../../platform/http/route.ts';
import { membersOfTeams, takeTeam, teamFate } from '../people/teamTakeOver.ts';
import { ownId } from './foreignLists.ts';
import { meantPeople, refOf } from './meantPeople.ts';
import type { KnownPerson, OwnEvent, SchedulePorts } from './ports.ts';
import { readChains, type ReadChains } from './readChains.ts';
import { readForeignTeams, readForeignUsers, readOnCall, type ReadSchedule } from './readOnCall.ts';
import { checkSchedule, type ScheduleServiceDeps } from './scheduleService.ts';
import { insertOverride, insertSchedule, lockTakeOver, selectAlike, type StoredSchedule } from './scheduleStore.ts';

interface Placed {
  readonly read: ReadSchedule;
  /** Here. */
  readonly id: string;
  readonly fate: ImportFate;
}

const NO_CHAINS: ReadChains = { policies: [], teams: [], named: [], remarks: [] };

function listOf(given: OnCallImportBody['schedules']): readonly unknown[] {
  return Array.isArray(given) ? given : given.results;
}

/** Where a schedule goes: a new one, or one that is here already and stays as it is. */
function placeOf(read: ReadSchedule, present: readonly StoredSchedule[], taken: readonly string[], remarks: ImportRemark[]): Placed {
  const id = ownId(read.id);
  const before = present.find((one) => one.id === id);
  if (before !== undefined) {
    const isSame = JSON.stringify(before.body) === JSON.stringify(scheduleBody.parse(read.body));
    if (!isSame) remarks.push({ subject: read.body.name, message: 'was taken over before and is not the same any more, here or in OnCall: it stays as it is here. To have OnCall’s, remove it here and take over again' });
    return { read, id, fate: isSame ? 'same' : 'kept' };
  }
  const namesake = present.find((one) => !taken.includes(one.id) && one.body.name.toLowerCase() === read.body.name.toLowerCase());
  if (namesake === undefined) return { read, id, fate: 'new' };
  remarks.push({
    subject: read.body.name,
    message: `there is a schedule of this name here already${namesake.provisionedAs === null ? '' : ', from schedules.yaml'}: it stays as it is, and chains call who is on call by it. To have OnCall’s, give it another name and take over again`,
  });
  return { read, id: namesake.id, fate: 'kept' };
}

export interface OnCallTakeOverDeps extends Pick<ScheduleServiceDeps, 'db' | 'clock'> {
  readonly ports: Pick<SchedulePorts, 'users' | 'policies' | 'teamNamed' | 'recordEvent'>;
}

/** The use case over a database. */
export function createOnCallTakeOver({ db, clock, ports }: OnCallTakeOverDeps): (caller: Caller, body: OnCallImportBody) => Promise<OnCallImport> {
  async function chainsOf(q: Queryable, orgId: OrgId, body: OnCallImportBody, placed: readonly Placed[], here: { keyOf(id: string): KnownPerson | UserRef | null; nameOf(id: string): string | null }): Promise<ReadChains> {
    const schedules = new Map(placed.map(({ read, id }) => [read.id, id]));
    const names = readForeignTeams(listOf(body.teams));
    const teams = new Map<string, TeamId | null>();
    for (const [id, name] of names) teams.set(id, (await ports.teamNamed(q, orgId, name))?.id ?? null);
    const known = await membersOfTeams(q, orgId);
    return readChains({ escalationChains: listOf(body.escalationChains), escalationPolicies: listOf(body.escalationPolicies) }, {
      keyOf: (id) => here.keyOf(id)?.key ?? null,
      nameOf: here.nameOf,
      scheduleOf: (id) => schedules.get(id) ?? null,
      teamOf(id) {
        const name = names.get(id);
        return name === undefined ? null : { name, here: teams.get(id) ?? null };
      },
      // Whoever was taken over before is looked for by id, so that its members are brought up to date.
      teamWith: (members) => known.find((team) => !team.id.startsWith(ownId('')) && team.members.length === members.length && members.every((member) => team.members.includes(member)))?.id ?? null,
    });
  }

  /** Writes what is new or changed; the events come last, since they take the log lock. */
  async function write(tx: Transaction, { orgId, actor }: Caller, placed: readonly Placed[], chains: ReadChains): Promise<void> {
    const events: OwnEvent[] = [];
    const at = clock.now();
    for (const { read: { body, overrides }, id, fate } of placed) {
      if (fate !== 'new') continue;
      await insertSchedule(tx, orgId, id, body, actor, at, null);
      for (const { startMs, endMs, users } of overrides) {
        await insertOverride(tx, orgId, id, { startMs, endMs, users, id: randomUUID(), replaces: null, reason: 'Taken over from Grafana OnCall', swap: null, createdAt: at, createdBy: actor });
      }
      events.push({ type: 'schedule.created', incident: null, actor, data: { schedule: id, name: body.name, from: 'Grafana OnCall' } });
    }
    for (const team of chains.teams) {
      const fate = await takeTeam(tx, orgId, team);
      if (fate === 'new' || fate === 'changed') events.push({ type: fate === 'new' ? 'team.created' : 'team.edited', incident: null, actor, data: { team: team.id, name: team.name, members: team.members, from: 'Grafana OnCall' } });
    }
    events.push(...await ports.policies.take(tx, orgId, actor, chains.policies, at));
    for (const event of events) await ports.recordEvent(tx, orgId, event);
  }

  return async (caller, body) => {
    const { orgId } = caller;
    const foreign = new Map(readForeignUsers(listOf(body.users)).map((user) => [user.id, user]));
    const wanted = [...foreign.values()].flatMap((user) => [user.email, user.username]).filter((name) => typeof name === 'string' && name !== '').map(String);
    const person = await meantPeople(ports.users, orgId, [...wanted, ...Object.keys(body.people)], body.people);
    const keyOf = (id: string): KnownPerson | UserRef | null => {
      const user = foreign.get(id);
      return person(id) ?? (user?.email ? person(user.email) : null) ?? (user?.username ? person(user.username) : null);
    };
    const nameOf = (id: string): string | null => foreign.get(id)?.username || foreign.get(id)?.email || null;
    const read = readOnCall({ schedules: listOf(body.schedules), onCallShifts: listOf(body.onCallShifts) }, (id) => keyOf(id)?.key ?? null);
    read.schedules.forEach(({ body: made }, index) => checkSchedule(made, `body.schedules[${index}]`));
    // Pages of a list that were put together twice name the same schedule twice.
    const schedules = [...new Map(read.schedules.map((one) => [ownId(one.id), one])).values()];

    async function run(q: Queryable, tx: Transaction | null): Promise<OnCallImport> {
      const remarks = [...read.remarks];
      const taken = schedules.map(({ id }) => ownId(id));
      const present = await selectAlike(q, orgId, taken, schedules.map(({ body: { name } }) => name.toLowerCase()));
      const placed = schedules.map((one) => placeOf(one, present, taken, remarks));
      const mayMake = ports.policies.mayMake(caller.role);
      const chains = mayMake ? await chainsOf(q, orgId, body, placed, { keyOf, nameOf }) : NO_CHAINS;
      if (!mayMake && listOf(body.escalationChains).length > 0) remarks.push({ subject: 'Escalation chains', message: 'your role may not make escalation policies: left out. Ask a manager to take them over' });
      remarks.push(...chains.remarks);
      const fates = await ports.policies.fates(q, orgId, chains.policies);
      const policies = chains.policies.map(({ id, body: { name, steps, repeat } }, index) => ({ id, name, steps, repeat, fate: fates[index] ?? 'new' }));
      const teams: OnCallImport['teams'] = [];
      for (const team of chains.teams) teams.push({ id: team.id, name: team.name, members: team.members.length, fate: await teamFate(q, orgId, team) });
      for (const { id, name } of policies.filter(({ fate }) => fate === 'kept')) remarks.push({ subject: `Escalation chain ${name}`, message: `the policy “${id}” comes from escalation.yaml and stays as it is: change it there and restart Muster` });
      for (const { id, name } of teams.filter(({ fate }) => fate === 'kept')) remarks.push({ subject: name, message: `the team “${id}” comes from teams.yaml and stays as it is: change its members there and restart Muster` });
      if (policies.some(({ fate }) => fate === 'new')) remarks.push({ subject: 'Escalation policies', message: 'which alerts use a chain is said by OnCall’s routes, which are not read: policies are started by hand until you say under “Change” for which severities they start' });
      if (tx !== null) await write(tx, caller, placed, chains);
      return {
        schedules: placed.map(({ read: { body: made, overrides }, id, fate }) => ({ name: made.name, layers: made.layers.length, overrides: overrides.length, schedule: id, fate })), policies, teams,
        people: [...new Set([...read.named, ...chains.named])].map((id) => ({ name: foreign.get(id)?.username ?? id, user: refOf(keyOf(id)) })), remarks,
      };
    }

    if (body.dryRun) return run(db, null);
    return db.transaction(async (tx) => {
      await lockTakeOver(tx, orgId);
      return run(tx, tx);
    });
  };
}
