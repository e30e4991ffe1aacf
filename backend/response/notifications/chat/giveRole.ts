/**
 * `role …` from a chat. A role that nobody plays is given at once by whoever may; one that somebody plays is handed over, and whoever is
 * named has to accept it: by `role <role> me`, or on the pages.
 */
import { incidentKey, incidentRole, incidentRoles, type IncidentNumber, type UserKey } from '#contract';
import { isPermitted } from '../../../access/index.ts';
import type { Caller } from '../../../platform/http/route.ts';
import type { Perform } from './ports.ts';

/** Roles as people call them. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['ic', 'commander'], ['lead', 'commander'], ['incident-commander', 'commander'], ['comms', 'communications'], ['communication', 'communications'], ['ops', 'operations'], ['operation', 'operations'],
]);

/** The role that a word means; null: it can be none. Pure. */
export function roleNamed(word: string): string | null {
  const role = SHORT.get(word.toLowerCase()) ?? word.toLowerCase();
  return incidentRole.safeParse(role).success ? role : null;
}

export interface RoleWords {
  readonly incident: IncidentNumber;
  readonly role: string;
  /** Who is to play it; `decline`: the person who writes does not want it, though asked. */
  readonly to: { readonly key: UserKey; readonly name: string } | 'decline';
  readonly key: string;
}

/** Carries it out by the operations of the API as `caller`; gives what is told to them. */
export async function giveRole(perform: Perform, caller: Caller, { incident, role, to, key }: RoleWords): Promise<string> {
  const params = { number: incident };
  const name = incidentKey(incident);
  const asked = incidentRoles.parse(await perform(caller, 'getIncidentRoles', { params })).roles.find((each) => each.role === role);
  const offer = asked?.offer ?? null;
  const isMine = offer !== null && offer.to.key === caller.userKey;
  if (to === 'decline') {
    if (!isMine) return `Nobody asks you to be ${role} of ${name}.`;
    await perform(caller, 'answerRoleOffer', { params: { id: offer.id }, body: { answer: 'decline' } }, { key });
    return `Declined: you are not ${role} of ${name}.`;
  }
  const isSelf = to.key === caller.userKey;
  const holder = asked?.holder ?? null;
  if (holder?.key === to.key) return `${isSelf ? 'You are' : `${to.name} is`} ${role} of ${name} already.`;
  if (isSelf && isMine) {
    await perform(caller, 'answerRoleOffer', { params: { id: offer.id }, body: { answer: 'accept' } }, { key });
    return `You are ${role} of ${name} now.`;
  }
  if (isSelf || (holder === null && isPermitted('assignRole', caller.role))) {
    await perform(caller, 'assignRole', { params: { ...params, role }, body: { user: to.key } }, { key });
    return `${isSelf ? 'You are' : `${to.name} is`} ${role} of ${name} now.`;
  }
  await perform(caller, 'offerRole', { params, body: { role, to: to.key } }, { key });
  return `${to.name} is asked to be ${role} of ${name}${holder === null ? '' : `; until then it is ${holder.name}`}. They accept with \`${name} role ${role} me\`, or on its page.`;
}
