/** How people can be reached at a moment: reads what they have set, and lets the plan decide. */
import type { ContactUrgency, OrgId, UserKey } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { selectPeople, selectPoints, selectSettings, UNSET } from './contactStore.ts';
import { planContacts, type PersonContacts, type PlannedHop } from './plan.ts';
import type { ChannelPort } from './ports.ts';
import { isNight } from './quiet.ts';

export interface Reach {
  readonly name: string;
  /** Empty: not to be told of this now. */
  readonly plan: readonly PlannedHop[];
  readonly isNight: boolean;
}

/** What is known of people, for the plan. Who was never seen in the organisation is left out. */
export async function readContacts(q: Queryable, channels: ChannelPort, orgId: OrgId, users: readonly UserKey[]): Promise<Map<UserKey, PersonContacts & { readonly name: string; readonly login: string }>> {
  if (users.length === 0) return new Map();
  const [people, points, settings, email] = [
    await selectPeople(q, orgId, users), await selectPoints(q, orgId, users), await selectSettings(q, orgId, users), await channels.emailChannel(q, orgId),
  ];
  return new Map([...people].map(([key, person]) => {
    const { rules, quietHours, zone } = settings.get(key) ?? UNSET;
    return [key, {
      name: person.name, login: person.login, rules, quietHours, zone, fallback: email === null || person.email === '' ? null : { channel: email, address: person.email },
      points: (points.get(key) ?? []).map(({ id, channel, address, verifiedAt }) => ({ id, channel, address, isVerified: verifiedAt !== null })),
    }];
  }));
}

/** How each of some people can be reached. */
export async function reachOf(q: Queryable, channels: ChannelPort, orgId: OrgId, users: readonly UserKey[], urgency: ContactUrgency, at: Date): Promise<Map<UserKey, Reach>> {
  const contacts = await readContacts(q, channels, orgId, users);
  return new Map([...contacts].map(([key, person]) => [key, { name: person.name, plan: planContacts(person, urgency, at.getTime()), isNight: isNight(person.zone, at.getTime()) }]));
}
