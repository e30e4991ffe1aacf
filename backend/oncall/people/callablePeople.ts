/** Everybody who may be called, with all their addresses: what a rehearsal tries. */
import { userKey, type OrgId, type UserKey, type UserRef } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import type { ChannelPort } from './ports.ts';
import { planContacts, type PersonContacts } from './plan.ts';
import { isQuiet } from './quiet.ts';
import { readContacts } from './reach.ts';

export interface CallableWay {
  readonly channel: string;
  readonly address: string;
  readonly isProven: boolean;
}

export interface CallablePerson {
  readonly person: UserRef;
  readonly isQuiet: boolean;
  /** As they are tried for what is critical, then those that are not used for it, then those that are not proven. */
  readonly ways: readonly CallableWay[];
}

/** All addresses of a person, each once. Pure. */
export function allWays(contacts: PersonContacts, atMs: number): CallableWay[] {
  const planned = planContacts(contacts, 'critical', atMs).map(({ channel, address }) => ({ channel, address, isProven: true }));
  const rest = [...contacts.points].sort((a, b) => Number(b.isVerified) - Number(a.isVerified)).map(({ channel, address, isVerified }) => ({ channel, address, isProven: isVerified }));
  const seen = new Map<string, CallableWay>();
  for (const way of [...planned, ...rest]) {
    const key = `${way.channel} ${way.address}`;
    if (!seen.has(key)) seen.set(key, way);
  }
  return [...seen.values()];
}

async function everybody(q: Queryable, orgId: OrgId, also: readonly UserKey[]): Promise<UserKey[]> {
  const rows = await q.query<{ user_key: string }>(
    `select p.user_key from contact_points as p where p.org_id = $1::integer and p.verified_at is not null
     union select m.user_key from team_members as m where m.org_id = $1::integer
     union select g.member->>'key' from teams as t, jsonb_array_elements(t.grafana_members) as g(member) where t.org_id = $1::integer and g.member->>'key' is not null
     union select a.key from unnest($2::text[]) as a(key) order by 1`, [orgId, also],
  );
  return rows.map((row) => userKey.parse(row.user_key));
}

/** See `People.rehearsalPeople`. */
export async function callablePeople(q: Queryable, channels: ChannelPort, orgId: OrgId, who: { readonly only: UserKey } | { readonly also: readonly UserKey[] }, at: Date): Promise<CallablePerson[]> {
  const users = 'only' in who ? [who.only] : await everybody(q, orgId, who.also);
  const contacts = await readContacts(q, channels, orgId, users);
  return [...contacts].map(([key, { name, login, ...own }]): CallablePerson => ({
    person: { key, login, name }, isQuiet: isQuiet(own.quietHours, own.zone, at.getTime()), ways: allWays(own, at.getTime()),
  }));
}
