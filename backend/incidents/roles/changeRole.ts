/**
 * A role of an incident goes to somebody. Whoever calls holds the incident, so that two who give or take a role at once come
 * one after the other: there is never more than one commander, and while one hands over there is never none.
 */
import { userKey, type UserKey } from '#contract';
import { findPrivacy, writePrivacy } from '../../access/index.ts';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { editIncident } from '../commandStore.ts';
import { eventBy, type Command } from '../guards.ts';
import type { IncidentRow } from '../incident.ts';
import type { RoleMoved } from '../ports.ts';
import { findFamily } from '../privacyStore.ts';
import { bumpLinkMark } from '../regroupStore.ts';
import { endOffers, findHolder, writeRole } from './roleStore.ts';

export interface RoleChange {
  readonly role: string;
  readonly to: { readonly key: UserKey; readonly name: string } | null;
  /** How it came about, where that is news. */
  readonly how?: string;
}

/** Gives a role of a held incident to somebody, or to nobody. Gives the events to append last. */
export async function changeRole(tx: Transaction, command: Command, row: IncidentRow, { role, to, how }: RoleChange, roleMoved: RoleMoved, at: Date): Promise<NewEvent[]> {
  const { orgId } = command;
  const from = role === 'commander' ? (row.commander_key === null ? null : userKey.parse(row.commander_key)) : await findHolder(tx, orgId, row.number, role);
  // A new version of the incident, whatever the role: who looks on has to look again.
  await editIncident(tx, orgId, row.number, role === 'commander' ? { commanderKey: to?.key ?? null } : {}, at);
  if (role !== 'commander') await writeRole(tx, orgId, row.number, role, to?.key ?? null, at);
  await endOffers(tx, orgId, row.number, role, at);
  const said = { from, to: to?.key ?? null, name: to?.name ?? null, ...(how === undefined ? {} : { how }) };
  const events = [role === 'commander' ? eventBy(command, 'incident.commander_assigned', row.number, said) : eventBy(command, 'incident.role_assigned', row.number, { role, ...said })];
  if (from !== (to?.key ?? null)) {
    events.push(...await roleMoved(tx, { orgId, incident: row.number, role, actor: command.actor, from, to: to?.key ?? null, toName: to?.name ?? null }));
  }
  return to === null ? events : [...events, ...await letSee(tx, command, row, to, role)];
}

/** Who plays a role in a private incident sees it. */
async function letSee(tx: Transaction, command: Command, row: IncidentRow, to: { readonly key: UserKey; readonly name: string }, role: string): Promise<NewEvent[]> {
  const hidden = await findPrivacy(tx, command.orgId, row.number);
  if (hidden === null || hidden.members.includes(to.key)) return [];
  await writePrivacy(tx, command.orgId, await findFamily(tx, command.orgId, row.number), { ...hidden, members: [...hidden.members, to.key] });
  await bumpLinkMark(tx, command.orgId);
  return [eventBy(command, 'incident.members_changed', row.number, {
    added: [to.name], removed: [], keysAdded: [to.key], keysRemoved: [], reason: role === 'commander' ? 'leads the incident' : `is its ${role}`,
  })];
}
