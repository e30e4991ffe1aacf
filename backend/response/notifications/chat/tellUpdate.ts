/** `update …` from a chat: writes for an audience, and publishes where its rules and the person's rights allow it without anybody else looking. */
import { communication, incidentComms, incidentKey, statusUpdate, type Audience, type IncidentNumber } from '#contract';
import type { Caller } from '../../../platform/http/route.ts';
import type { Perform } from './ports.ts';

const SUMMARY = 'summary';
const FOR = /^([\p{L}\p{N}-]{1,40}):\s*(.+)$/su;

/** `customers: we are back` → the audience and the rest; without a name that is known, those inside are told. Null: there is no audience at all. Pure. */
export function readAudience(text: string, audiences: readonly Audience[]): { readonly audience: Audience; readonly text: string } | null {
  const [, name, rest] = FOR.exec(text) ?? [];
  const called = name?.toLowerCase();
  const named = audiences.find((each) => called !== undefined && [each.id.toLowerCase(), each.name.toLowerCase()].some((known) => known === called || `${known}s` === called));
  if (named !== undefined && rest !== undefined) return { audience: named, text: rest };
  const inside = audiences.find(({ kind }) => kind === 'internal') ?? audiences[0];
  return inside === undefined ? null : { audience: inside, text };
}

/** Carries it out by the operations of the API as `caller`; gives what is told to them. The same `key` writes and publishes once. */
export async function tellUpdate(perform: Perform, caller: Caller, number: IncidentNumber, words: string, key: string): Promise<string> {
  const params = { number };
  const name = incidentKey(number);
  const read = readAudience(words, communication.parse(await perform(caller, 'getCommunication', {})).audiences);
  if (read === null) return 'There is no audience to tell.';
  const { audience, text } = read;
  const begins = incidentComms.parse(await perform(caller, 'getIncidentComms', { params }));
  const hasSummary = audience.fields.some((field) => field.key === SUMMARY);
  const body = { audience: audience.id, components: audience.statusPage ? begins.components : [], ...(hasSummary ? { fields: { [SUMMARY]: text } } : { ownText: text }) };
  const draft = statusUpdate.parse(await perform(caller, 'createUpdate', { params, body }, { key }));
  if (draft.may.publish) {
    const { audienceName } = statusUpdate.parse(await perform(caller, 'publishUpdate', { params: { id: draft.id }, body: {} }, { ifMatch: draft.version, key }));
    return `Published to ${audienceName}: the update of ${name}.`;
  }
  const open = draft.missing.length > 0 ? `Fill in ${draft.missing.join(', ')} there` : draft.may.approve ? 'Approve and publish it there' : 'Somebody who may approve it publishes it there';
  return `Draft for ${audience.name} written. ${open}: tab Comms of ${name}.`;
}
