/** War rooms over the API. */
import { incidentKey, type WarRoom } from '#contract';
import { z } from 'zod';
import { conflictError, inputError } from '../../../platform/errors.ts';
import type { Caller, Handlers } from '../../../platform/http/route.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';
import type { WarRooms } from './rooms.ts';
import type { StoredRoom } from './roomStore.ts';

export type WarRoomOperation = 'listWarRooms' | 'openWarRoom';

const settings = z.looseObject({ mode: z.literal('bot') });

function toWarRoom({ channel, name, url, meetingUrl, openedAt }: StoredRoom): WarRoom {
  return { channel, name, url, meetingUrl, openedAt: openedAt.toISOString() };
}

/** Makes the handlers. */
export function createWarRoomHandlers({ ports, rooms }: { readonly ports: Pick<ChatPorts, 'channels' | 'perform'>; readonly rooms: WarRooms }): Handlers<WarRoomOperation> {
  async function capable({ orgId }: Caller): Promise<ChatChannel[]> {
    return (await ports.channels(orgId)).filter((channel) => channel.kind === 'slack' && settings.safeParse(channel.config).success);
  }

  return {
    async listWarRooms({ params }, { caller }) {
      // Refuses what is hidden from the caller.
      await ports.perform(caller, 'getIncident', { params });
      const [items, channels] = await Promise.all([rooms.list(caller.orgId, params.number), capable(caller)]);
      return { items: items.map(toWarRoom), nextCursor: null, channels: channels.map(({ id }) => id).filter((id) => items.every((room) => room.channel !== id)) };
    },
    async openWarRoom({ params, body }, { caller }) {
      await ports.perform(caller, 'getIncident', { params });
      const channels = await capable(caller);
      const channel = body.channel === undefined ? channels[0] : channels.find(({ id }) => id === body.channel);
      if (channel === undefined) {
        if (body.channel !== undefined) throw inputError(`${body.channel} is no channel that can open a room`, [{ field: 'body.channel', message: 'is not an enabled channel of a bot of Slack' }]);
        throw conflictError(`no channel can open a room for ${incidentKey(params.number)}: set up a bot of Slack under Channels`);
      }
      return toWarRoom(await rooms.open(channel, caller, params.number, []));
    },
  };
}
