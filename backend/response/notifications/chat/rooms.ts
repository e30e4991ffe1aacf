/** War rooms: a conversation of its own for an incident, and a meeting's link, noted on the timeline. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { incident as incidentSchema, incidentKey, type IncidentNumber, type OrgId, type UserKey } from '#contract';
import { authorize } from '../../../access/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { conflictError, unavailableError } from '../../../platform/errors.ts';
import type { Caller } from '../../../platform/http/route.ts';
import { callSlack, ChatApiError } from './chatApi.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';
import { meetingUrl, roomName } from './roomName.ts';
import { incidentOfRoom, insertRoom, lockRoom, selectRooms, type StoredRoom } from './roomStore.ts';

const MAX_ATTEMPTS = 5;
const MAX_INVITED = 20;
const settings = z.looseObject({ mode: z.string(), meetingUrl: z.string().optional() });
const lookedUp = z.looseObject({ user: z.looseObject({ id: z.string() }) });
const created = z.looseObject({ channel: z.looseObject({ id: z.string() }) });

export interface WarRooms {
  /** Opens the room of an incident over a channel, as somebody who may write on its timeline, or gives the one that there is. Throws `AppError`. */
  open(channel: ChatChannel, caller: Caller, incident: IncidentNumber, invite: readonly string[]): Promise<StoredRoom>;
  /** The rooms of an incident. */
  list(orgId: OrgId, incident: IncidentNumber): Promise<StoredRoom[]>;
  /** The incident whose room a conversation is. */
  incidentOf(orgId: OrgId, channel: string, conversation: string): Promise<IncidentNumber | null>;
}

export interface RoomDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: Pick<ChatPorts, 'perform' | 'callOut' | 'emailsOf'>;
  /** A word that nobody can guess, for meetings. */
  readonly random?: () => string;
}

/** Makes them. */
export function createWarRooms({ db, clock, ports, random = () => randomBytes(9).toString('base64url') }: RoomDeps): WarRooms {
  async function create(channel: ChatChannel, one: { readonly number: number; readonly title: string; readonly isPrivate: boolean }): Promise<{ id: string; name: string }> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const name = roomName(one, attempt);
      try {
        return { id: created.parse(await callSlack(ports, channel, 'conversations.create', { name, is_private: one.isPrivate })).channel.id, name };
      } catch (error) {
        if (!(error instanceof ChatApiError) || error.code !== 'name_taken') throw error;
      }
    }
    throw conflictError('every name for the room is taken in Slack');
  }

  /** What makes the room nicer; without it the room is still one. */
  async function furnish(channel: ChatChannel, id: string, text: string, invite: readonly string[]): Promise<void> {
    const calls = [['conversations.invite', { channel: id, users: invite.join(','), force: true }], ['conversations.setTopic', { channel: id, topic: text.slice(0, 250) }], ['chat.postMessage', { channel: id, text }]] as const;
    for (const [method, fields] of calls) {
      if (method === 'conversations.invite' && invite.length === 0) continue;
      await callSlack(ports, channel, method, fields).catch((error: unknown) => {
        if (!(error instanceof ChatApiError)) throw error;
      });
    }
  }

  /** Slack's ids of people that it knows by the same address. */
  async function idsOf(channel: ChatChannel, keys: readonly UserKey[]): Promise<string[]> {
    const ids: string[] = [];
    for (const email of (await ports.emailsOf(channel.orgId, keys)).slice(0, MAX_INVITED)) {
      const found = await callSlack(ports, channel, 'users.lookupByEmail', { email }, 'query').catch((error: unknown) => {
        if (error instanceof ChatApiError) return null;
        throw error;
      });
      const id = lookedUp.safeParse(found).data?.user.id;
      if (id !== undefined) ids.push(id);
    }
    return ids;
  }

  return {
    async open(channel, caller, number, invite) {
      // Asked first: what is made in Slack stays, also when the note about it is refused.
      authorize('addNote', caller);
      const one = incidentSchema.parse(await ports.perform(caller, 'getIncident', { params: { number } }));
      const { mode, meetingUrl: template } = settings.parse(channel.config);
      if (channel.kind !== 'slack' || mode !== 'bot') throw conflictError('rooms are opened by a bot of Slack; this channel is none');
      const isPrivate = one.private;
      try {
        return await db.transaction(async (tx) => {
          // One opens, others wait for the room that comes of it.
          await lockRoom(tx, channel.orgId, number, channel.id);
          const [known] = (await selectRooms(tx, channel.orgId, number)).filter((room) => room.channel === channel.id);
          if (known !== undefined) return known;
          const { id, name } = await create(channel, { number, title: one.title, isPrivate });
          const link = meetingUrl(template, number, random());
          // Kept on a connection of its own: the room is there, whatever becomes of this transaction.
          const room = await insertRoom(db, channel.orgId, {
            incident: number, channel: channel.id, conversation: id, name, url: `https://slack.com/app_redirect?channel=${id}`, meetingUrl: link, openedAt: clock.now(),
          }, caller.actor.key);
          const told = `War room of ${incidentKey(number)}: #${room.name} ${room.url}${room.meetingUrl === null ? '' : `, meeting ${room.meetingUrl}`}`;
          await ports.perform(caller, 'addNote', { params: { number }, body: { text: told } }, { key: `room-${number}-${room.conversation}` });
          const people = [caller.userKey, one.commander?.key ?? null, ...(one.privacy?.members ?? []).map(({ key }) => key)].filter((key) => key !== null);
          const invited = [...new Set([...invite, ...(await idsOf(channel, [...new Set(people)]))])];
          await furnish(channel, room.conversation, isPrivate ? incidentKey(number) : `${incidentKey(number)} ${one.title}${room.meetingUrl === null ? '' : ` – ${room.meetingUrl}`}`, invited);
          return room;
        });
      } catch (error) {
        if (error instanceof ChatApiError) throw unavailableError(`the room could not be opened: ${error.message}`);
        throw error;
      }
    },
    list: (orgId, incident) => selectRooms(db, orgId, incident),
    incidentOf: (orgId, channel, conversation) => incidentOfRoom(db, orgId, channel, conversation),
  };
}
