/** Chats as a place to work, put together: what people write there is carried out by the operations of the API, with their rights. */
import { randomUUID } from 'node:crypto';
import { authorize, findAbsentCaller, findEmails, findPrivate, incidentsNamedIn, maskText, viewerOf } from './access/index.ts';
import type { OrgId } from '#contract';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/db/database.ts';
import type { OutboundClient } from './platform/outbound/client.ts';
import { createPerform, type PerformOptions } from './platform/http/perform.ts';
import type { Handlers, JsonOperationName } from './platform/http/route.ts';
import { createChat, type Chat, type ChatPorts } from './response/notifications/index.ts';

export interface ChatWorkOptions extends PerformOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly orgs: readonly OrgId[];
  /** Of all operations; asked for at the first call, since those of this module are among them. */
  readonly handlers: () => Handlers<JsonOperationName>;
  readonly callOut: OutboundClient['call'];
  /** What stands behind chats; see `ChatPorts`. */
  readonly channels: Pick<ChatPorts, 'channel' | 'channels' | 'incidentOfThread'>;
}

/** Puts it together. */
export function createChatWork(options: ChatWorkOptions): Chat {
  const { db, clock, handlers, logger } = options;
  let carryOut: ReturnType<typeof createPerform> | null = null;
  const perform: ChatPorts['perform'] = async (caller, name, { params, query, body }, { ifMatch, key } = {}) => {
    authorize(name, caller);
    carryOut ??= createPerform(handlers(), options);
    const answer = await carryOut({
      caller, name, params, body, ifMatch: ifMatch ?? null, requestId: randomUUID(), ...(typeof query === 'object' && query !== null ? { query } : {}), ...(key === undefined ? {} : { key }),
    });
    const text = JSON.stringify(answer.body);
    const shown: unknown = JSON.parse(maskText(text, await findPrivate(db, caller.orgId, incidentsNamedIn(text)), viewerOf(caller)));
    return shown;
  };
  return createChat({
    db, clock, orgs: options.orgs, logger: logger.child({ module: 'chat' }),
    ports: {
      ...options.channels, perform, callOut: options.callOut,
      callerByEmail: (orgId, email) => findAbsentCaller(db, orgId, { email }, clock.now()),
      emailsOf: (orgId, keys) => findEmails(db, orgId, keys),
      callerByLogin: (orgId, login) => findAbsentCaller(db, orgId, { login }, clock.now()),
    },
  });
}
