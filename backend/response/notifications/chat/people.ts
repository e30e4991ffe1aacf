/** Who of Muster's people somebody in a chat is: by the address that the chat has proven, and that Grafana knows. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../platform/clock.ts';
import type { Caller } from '../../../platform/http/route.ts';
import { ChatApiError, personOf, type ChatPerson } from './chatApi.ts';
import type { Who } from './command.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';

/** How long a chat's word of a person is good. Roles and rights are looked up each time. */
const REMEMBERED_MS = 5 * 60_000;
const MAX_PEOPLE = 5_000;

export type Identified = { readonly kind: 'caller'; readonly caller: Caller } | { readonly kind: 'unknown'; readonly why: string };

export interface ChatPeople {
  /** Who a user of the chat is. `why` is told to them. */
  identify(channel: ChatChannel, userId: string, workspace: string | null): Promise<Identified>;
  /** Whom a command names. */
  find(channel: ChatChannel, who: Who, self: Caller, workspace: string | null): Promise<Identified>;
}

/** Looks people up, and remembers what chats said of them for five minutes. */
export function createChatPeople(ports: Pick<ChatPorts, 'callOut' | 'callerByEmail' | 'callerByLogin'>, clock: Clock): ChatPeople {
  const known = new LRUCache<string, { readonly person: ChatPerson | null; readonly atMs: number }>({ max: MAX_PEOPLE });

  async function lookUp(channel: ChatChannel, userId: string, workspace: string | null): Promise<ChatPerson | null> {
    const key = JSON.stringify([channel.orgId, channel.id, userId, workspace]);
    const entry = known.get(key);
    if (entry !== undefined && clock.nowMs() - entry.atMs < REMEMBERED_MS) return entry.person;
    const person = await personOf(ports, channel, userId, workspace);
    known.set(key, { person, atMs: clock.nowMs() });
    return person;
  }

  async function identify(channel: ChatChannel, userId: string, workspace: string | null): Promise<Identified> {
    let person: ChatPerson | null;
    try {
      person = await lookUp(channel, userId, workspace);
    } catch (error) {
      if (error instanceof ChatApiError) return { kind: 'unknown', why: `${error.message}, so Muster cannot tell who that is. Try again in a moment.` };
      throw error;
    }
    if (person === null) return { kind: 'unknown', why: 'This chat knows no confirmed e-mail address of that person (guests and bots have none).' };
    const caller = await ports.callerByEmail(channel.orgId, person.email);
    if (caller === null) return { kind: 'unknown', why: 'Nobody with that e-mail address was at Muster in Grafana within 30 days (or more than one has it). Open Muster in Grafana once.' };
    return { kind: 'caller', caller };
  }

  return {
    identify,
    async find(channel, who, self, workspace) {
      if (who.kind === 'me') return { kind: 'caller', caller: self };
      if (who.kind === 'mention') return identify(channel, who.id, workspace);
      const caller = await ports.callerByLogin(channel.orgId, who.login);
      return caller === null ? { kind: 'unknown', why: `Muster knows nobody with the login ${who.login}.` } : { kind: 'caller', caller };
    },
  };
}
