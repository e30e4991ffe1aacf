/** What people have decided stays decided: incidents that they set apart do not become one, and alerts that they placed stay where they are. */
import type { Group, SetApart } from './group.ts';
import type { Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

/** A person, or a rule of a user, has put it where it is: no other group is asked for it. */
export function stays(member: Member): boolean {
  return member.byPerson || member.rule !== null;
}

function areSetApart(a: SetApart | null, b: SetApart | null): boolean {
  if (a === null || b === null) return false;
  for (const incident of a.from) if (b.own.has(incident)) return true;
  for (const incident of b.from) if (a.own.has(incident)) return true;
  return false;
}

/** Of what was set apart a group consists; one that is no incident yet may hold alerts of several. */
function partsOf(window: EngineWindow, group: Group): readonly SetApart[] {
  const parts = new Set<SetApart>();
  if (group.setApart !== null) parts.add(group.setApart);
  if (group.opened) return [...parts];
  for (const { linkedTo } of group.members.values()) {
    const home = linkedTo === null ? undefined : window.groups.get(linkedTo);
    if (home !== undefined && home.setApart !== null) parts.add(home.setApart);
  }
  return [...parts];
}

/** Whether these must not become one: not the same people see them, so that a merge would hide one or tell of the other; or a person set them apart. */
export function areKeptApart(window: EngineWindow, a: Group, b: Group): boolean {
  if (a.opened && b.opened && a.circle !== b.circle) return true;
  if (!window.anyApart) return false;
  const others = partsOf(window, b);
  return others.length > 0 && partsOf(window, a).some((part) => others.some((other) => areSetApart(part, other)));
}

/** Whether an alert of one incident may not go to a group, as a person set the two apart. */
export function isKeptFrom(window: EngineWindow, member: Member, group: Group): boolean {
  if (!window.anyApart || member.linkedTo === null) return false;
  return areSetApart(window.groups.get(member.linkedTo)?.setApart ?? null, group.setApart);
}

/** What holds of a group that took another one in. */
export function setApartTogether(a: SetApart | null, b: SetApart | null): SetApart | null {
  return a === null || b === null ? (a ?? b) : { own: new Set([...a.own, ...b.own]), from: new Set([...a.from, ...b.from]) };
}
