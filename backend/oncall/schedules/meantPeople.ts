/** Who is meant by the names that another product or a calendar uses. */
import type { OrgId, UserKey, UserRef } from '#contract';
import type { KnownPerson, SchedulePorts } from './ports.ts';

export type Meant = (name: string) => KnownPerson | UserRef | null;

/** By what is said of a name, else by login or address, else by full name. */
export async function meantPeople(users: SchedulePorts['users'], orgId: OrgId, names: readonly string[], said: Readonly<Record<string, UserKey>>): Promise<Meant> {
  const known = await users.called(orgId, names.map((name) => name.toLowerCase()));
  const told = await users.find(orgId, Object.values(said));
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

/** A person as the API names them. */
export function refOf(person: KnownPerson | UserRef | null): UserRef | null {
  return person === null ? null : { key: person.key, login: person.login, name: person.name };
}
