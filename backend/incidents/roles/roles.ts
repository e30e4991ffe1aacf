/** Roles of incidents: given, asked for, taken over. */
import { incidentKey, INCIDENT_ROLES, roleOfferId, type Actor, type IncidentRoles, type OrgId, type UserKey, type UserRef } from '#contract';
import { ALL_SEEING, viewerOf } from '../../access/index.ts';
import { appendEvents, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError } from '../../platform/errors.ts';
import type { Caller, Handlers, RequestContext } from '../../platform/http/route.ts';
import { eventBy, loadIncident, refuseMerged, type Command } from '../guards.ts';
import type { RoleMoved } from '../ports.ts';
import { incidentExists } from '../readStore.ts';
import type { UserDirectory } from '../service.ts';
import { changeRole } from './changeRole.ts';
import { endOffer, findHolder, findOffer, insertOffer, selectOffers, selectRoles } from './roleStore.ts';

export type RoleOperation = 'getIncidentRoles' | 'assignRole' | 'offerRole' | 'answerRoleOffer';

export interface TakeRole {
  readonly orgId: OrgId;
  readonly incident: number;
  readonly role: string;
  readonly user: UserKey;
  readonly actor: Actor;
  readonly at: Date;
  /** Whoever has it is replaced only if it is this one. */
  readonly insteadOf: UserKey | null;
}

export interface Roles {
  readonly handlers: Handlers<RoleOperation>;
  /** Gives somebody a role that nobody has, in the transaction of the caller. Gives the events; none when another one has it. */
  take(tx: Transaction, wanted: TakeRole): Promise<NewEvent[]>;
}

export interface RolesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly roleMoved: RoleMoved;
}

function commandOf({ caller, ifMatch }: RequestContext): Command {
  return { orgId: caller.orgId, actor: caller.actor, userKey: caller.userKey, viewer: viewerOf(caller), ifMatch };
}

/** Makes the module. */
export function createRoles({ db, clock, users, roleMoved }: RolesDeps): Roles {
  async function person(orgId: OrgId, key: UserKey, field: string): Promise<UserRef> {
    const found = (await users.find(orgId, [key])).get(key);
    if (found === undefined) throw inputError('nobody of this organisation has that key', [{ field, message: 'must be the key of a user seen in this organisation' }]);
    return found;
  }

  async function show({ orgId, ...caller }: Caller, number: number): Promise<IncidentRoles> {
    if (!(await incidentExists(db, orgId, viewerOf(caller), number))) throw notFoundError(`${incidentKey(number)} does not exist`);
    const [played, offers] = [await selectRoles(db, orgId, number), await selectOffers(db, orgId, number)];
    const people = await users.find(orgId, [...new Set([...played.map(({ user }) => user), ...offers.map(({ to }) => to)])]);
    const refOf = (key: UserKey): UserRef => people.get(key) ?? { key, login: key, name: key };
    const names = [...new Set([...INCIDENT_ROLES, ...played.map(({ role }) => role), ...offers.map(({ role }) => role)])];
    return {
      roles: names.map((role) => {
        const holder = played.find((each) => each.role === role);
        const offer = offers.find((each) => each.role === role);
        return {
          role, holder: holder === undefined ? null : refOf(holder.user),
          offer: offer === undefined ? null : { id: roleOfferId.parse(offer.id), role, to: refOf(offer.to), note: offer.note, offeredAt: offer.at.toISOString(), offeredBy: offer.by.name },
        };
      }),
    };
  }

  return {
    handlers: {
      getIncidentRoles: ({ params }, { caller }) => show(caller, params.number),

      async assignRole({ params, body }, context) {
        const command = commandOf(context);
        const to = body.user === null ? null : await person(command.orgId, body.user, 'body.user');
        const at = clock.now();
        await db.transaction(async (tx) => {
          const row = await loadIncident(tx, command, params.number);
          refuseMerged(row);
          await appendEvents(tx, command.orgId, at, await changeRole(tx, command, row, { role: params.role, to }, roleMoved, at));
        });
        return show(context.caller, params.number);
      },

      async offerRole({ params, body }, context) {
        const command = commandOf(context);
        const to = await person(command.orgId, body.to, 'body.to');
        const at = clock.now();
        await db.transaction(async (tx) => {
          const row = await loadIncident(tx, command, params.number);
          refuseMerged(row);
          const from = await findHolder(tx, command.orgId, row.number, body.role);
          if (from === to.key) throw conflictError(`${to.name} has that role already`);
          await insertOffer(tx, command.orgId, { incident: row.number, role: body.role, from, to: to.key, note: body.note, at, by: command.actor });
          await appendEvents(tx, command.orgId, at, [eventBy(command, 'incident.role_offered', row.number, { role: body.role, from, to: to.key, name: to.name, note: body.note })]);
        });
        return show(context.caller, params.number);
      },

      async answerRoleOffer({ params, body }, context) {
        const command = commandOf(context);
        const at = clock.now();
        const noOffer = (): Error => notFoundError('nobody asks that of you');
        const seen = await findOffer(db, command.orgId, params.id);
        // What is asked of somebody else is none of theirs.
        if (seen === null || command.userKey === null || seen.to !== command.userKey) throw noOffer();
        const to = await person(command.orgId, seen.to, 'params.id');
        await db.transaction(async (tx) => {
          // Who is asked to take a role of a private incident sees it from then on, not before.
          const row = await loadIncident(tx, { ...command, viewer: ALL_SEEING }, seen.incident);
          refuseMerged(row);
          const offer = await findOffer(tx, command.orgId, params.id);
          if (offer === null) throw noOffer();
          if (offer.state !== 'open') throw conflictError(`this was ${offer.state} meanwhile`, { extra: { state: offer.state } });
          await endOffer(tx, command.orgId, offer.id, body.answer === 'accept' ? 'accepted' : 'declined', at);
          const events = body.answer === 'accept'
            ? await changeRole(tx, command, row, { role: offer.role, to, how: 'took over' }, roleMoved, at)
            : [eventBy(command, 'incident.role_declined', row.number, { role: offer.role, to: to.key, name: to.name, note: body.note })];
          await appendEvents(tx, command.orgId, at, events);
        });
        // Who declined to look into a private incident still does not see it.
        return (await incidentExists(db, command.orgId, command.viewer, seen.incident)) ? show(context.caller, seen.incident) : { roles: [] };
      },
    },

    async take(tx, { orgId, incident, role, user, actor, at, insteadOf }) {
      const command: Command = { orgId, actor, userKey: user, viewer: ALL_SEEING, ifMatch: null };
      const row = await loadIncident(tx, command, incident);
      const holder = await findHolder(tx, orgId, row.number, role);
      if (row.state === 'duplicate' || holder === user || (holder !== null && holder !== insteadOf)) return [];
      const found = (await users.find(orgId, [user])).get(user);
      return changeRole(tx, command, row, { role, to: { key: user, name: found?.name ?? user }, how: 'answered the call' }, roleMoved, at);
    },
  };
}
