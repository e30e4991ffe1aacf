/** Chats as a place to work: commands, words on the timeline, war rooms. */
import type { Router } from 'express';
import type { OrgId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Watch } from '../../../platform/watch.ts';
import { createDispatch } from './dispatch.ts';
import { createInbound } from './inbound.ts';
import { createChatPeople } from './people.ts';
import type { ChatPorts } from './ports.ts';
import { createWarRooms, type WarRooms } from './rooms.ts';
import { createRoomWatch } from './roomWatch.ts';
import { createWarRoomHandlers, type WarRoomOperation } from './routes.ts';
import { createChatRouter } from './router.ts';

export type { ChatChannel, ChatPlace, ChatPorts, Perform } from './ports.ts';
export type { WarRooms } from './rooms.ts';
export type { WarRoomOperation } from './routes.ts';
export { slackSignature } from './signatures.ts';

export interface ChatDeps {
  readonly db: Database;
  readonly orgs: readonly OrgId[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ports: ChatPorts;
}

export interface Chat {
  /** To be mounted at `/api/chat`; it proves its callers itself. */
  readonly router: Router;
  readonly handlers: Handlers<WarRoomOperation>;
  readonly rooms: WarRooms;
  /** Opens rooms by itself; started where jobs run. */
  readonly watch: Watch;
}

/** Puts it together. */
export function createChat({ db, clock, logger, orgs, ports }: ChatDeps): Chat {
  const people = createChatPeople(ports, clock);
  const rooms = createWarRooms({ db, clock, ports });
  const inbound = createInbound({ ports, people, rooms, clock, logger, dispatch: createDispatch({ ports, people, rooms }) });
  return { router: createChatRouter(ports, inbound, clock), handlers: createWarRoomHandlers({ ports, rooms }), rooms, watch: createRoomWatch({ db, clock, logger, orgs, ports, rooms }) };
}
