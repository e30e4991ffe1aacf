/**
 * Privacy goes where the content goes: into what an incident is merged with, what is split from it, and what
 * comes of its alerts when they come back. One way for people and for the engine, inside their transaction.
 */
import { incidentKey, type Actor, type OrgId, type UserKey } from '#contract';
import { findPrivacy, writePrivacy, type Privacy } from '../access/index.ts';
import type { NewEvent } from '../eventlog/index.ts';
import type { Transaction } from '../platform/db/database.ts';
import { editIncident } from './commandStore.ts';
import { findFamily } from './privacyStore.ts';

export interface SpreadContext {
  readonly tx: Transaction;
  readonly orgId: OrgId;
  readonly at: Date;
  readonly actor: Actor;
}

function unionOf(one: Privacy, other: Privacy): UserKey[] {
  return [...new Set([...one.members, ...other.members])];
}

function madePrivate(actor: Actor, incident: number, wasOpen: boolean, reason: string, members: number): NewEvent {
  return { type: 'incident.made_private', incident, actor, data: { wasOpen, reason, members } };
}

/** After a merge: if one of both was private, both are, for the members of both. A commander who is none of them leads no more. */
export async function spreadByMerge(context: SpreadContext, from: number, into: { readonly number: number; readonly commander: string | null }): Promise<NewEvent[]> {
  const { tx, orgId, at, actor } = context;
  const [away, kept] = [await findPrivacy(tx, orgId, from), await findPrivacy(tx, orgId, into.number)];
  const ruling = kept ?? away;
  if (ruling === null) return [];
  const members = away === null || kept === null ? ruling.members : unionOf(kept, away);
  await writePrivacy(tx, orgId, await findFamily(tx, orgId, into.number), { ...ruling, members });
  const events: NewEvent[] = [];
  for (const [number, before] of [[from, away], [into.number, kept]] as const) {
    if (before === null) events.push(madePrivate(actor, number, true, 'merged with a private incident', members.length));
  }
  if (into.commander !== null && !members.some((member) => member === into.commander)) {
    await editIncident(tx, orgId, into.number, { commanderKey: null }, at);
    events.push({ type: 'incident.commander_assigned', incident: into.number, actor, data: { from: into.commander, to: null, name: null } });
  }
  return events;
}

/** After a split, or when alerts came back too late: what came of a private incident is private, for the same members. */
export async function spreadToNew(context: SpreadContext, from: number, fresh: number, how: string): Promise<NewEvent[]> {
  const { tx, orgId, at, actor } = context;
  const [source, own] = [await findPrivacy(tx, orgId, from), await findPrivacy(tx, orgId, fresh)];
  if (source === null) return [];
  const members = own === null ? source.members : unionOf(own, source);
  const reason = `${how} ${incidentKey(from)}, which is private`;
  await writePrivacy(tx, orgId, [fresh], { members, since: at, by: actor, reason });
  return own === null ? [madePrivate(actor, fresh, false, reason, members.length)] : [];
}
