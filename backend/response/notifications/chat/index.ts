/** Chats as a place to work: commands, words on the timeline, war rooms. */
import type { Router } from 'express';
import type { Clock } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createDispatch } from './dispatch.ts';
import { createInbound } from './inbound.ts';
import { createChatPeople } from './people.ts';
import type { ChatPorts } from './ports.ts';
import { createWarRooms, type WarRooms } from './rooms.ts';
import { createChatRouter } from './router.ts';

export type { ChatChannel, ChatPlace, ChatPorts, Perform } from './ports.ts';
export type { WarRooms } from './rooms.ts';
export { slackSignature } from './signatures.ts';

export interface ChatDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ports: ChatPorts;
}

export interface Chat {
  /** To be mounted at `/api/chat`; it proves its callers itself. */
  readonly router: Router;
  readonly rooms: WarRooms;
}

/** Puts it together. */
export function createChat({ db, clock, logger, ports }: ChatDeps): Chat {
  const people = createChatPeople(ports, clock);
  const rooms = createWarRooms({ db, clock, ports });
  const inbound = createInbound({ ports, people, rooms, logger, dispatch: createDispatch({ ports, people, rooms }) });
  return { router: createChatRouter(ports, inbound, clock), rooms };
}
