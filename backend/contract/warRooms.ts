/** War rooms: conversations in chats that belong to one incident. */
import { z } from 'zod';
import { instant } from './primitives.ts';

export const warRoom = z.object({
  /** The channel whose bot opened it. */
  channel: z.string(),
  /** As the chat shows it. */
  name: z.string(),
  url: z.url(),
  meetingUrl: z.url().nullable(),
  openedAt: instant,
}).meta({ id: 'WarRoom' });
export type WarRoom = z.infer<typeof warRoom>;

/** All of an incident, at most one a channel; `channels`: over which more could be opened by somebody who may. */
export const warRoomList = z.object({ items: z.array(warRoom), nextCursor: z.null(), channels: z.array(z.string()) });
export type WarRoomList = z.infer<typeof warRoomList>;

/** Without a channel: over the first one that can. */
export const openWarRoomBody = z.object({ channel: z.string().min(1).max(100).optional() });
