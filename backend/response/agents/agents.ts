/** Puts the module together. */
import type { Router } from 'express';
import type { AgentHello, OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Logger } from '../../platform/logger.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import { markAway, toldBy } from './agentStore.ts';
import { createOrders, selectAgents, type Orders } from './orders.ts';
import { deleteOldOrders } from './orderStore.ts';
import type { AgentPorts } from './ports.ts';
import { createAgentRouter } from './protocol.ts';
import { createAgentHandlers, type AgentOperation } from './routes.ts';
import { createWaiting } from './waiting.ts';

export interface Agents {
  readonly handlers: Handlers<AgentOperation>;
  /** To be mounted at `/api/agent/v1`. */
  readonly router: Router;
  readonly enqueue: Orders['enqueue'];
  readonly stop: Orders['stop'];
  /** What the agents of a selector permit; null for one that has not told. For checks before a run. */
  permittedBy(q: Queryable, orgId: OrgId, selector: string): Promise<readonly { readonly name: string; readonly online: boolean; readonly told: AgentHello | null }[]>;
  /** Notices agents and orders that fell silent. */
  readonly watch: Watch;
  /** Removes orders that ended before then. */
  forget(before: Date): Promise<void>;
  /** Begins to wake polls. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface AgentsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: AgentPorts;
}

const WATCH_MS = 2_000;
/** A poll lasts 25 s at most, and begins again at once. */
export const AWAY_MS = 35_000;

/** Makes the module. */
export function createAgents({ db, clock, logger, orgs, ports }: AgentsDeps): Agents {
  const orders = createOrders({ db, clock, logger, ports });
  const waiting = createWaiting({ connectionString: db.connectionString, clock, logger, take: orders.take });

  async function look(orgId: OrgId): Promise<void> {
    await orders.sweep(orgId);
    await db.transaction(async (tx) => {
      const names = await markAway(tx, orgId, new Date(clock.nowMs() - AWAY_MS));
      await appendEvents(tx, orgId, clock.now(), names.map((name) => ({ type: 'agent.offline', incident: null, actor: SYSTEM_ACTOR, data: { name } })));
    });
  }

  return {
    handlers: createAgentHandlers({ db, clock }),
    router: createAgentRouter({ db, clock, orders, waiting }),
    enqueue: orders.enqueue,
    stop: orders.stop,
    async permittedBy(q, orgId, selector) {
      return (await selectAgents(q, orgId, selector)).map((row) => ({ name: row.name, online: row.online, told: toldBy(row) }));
    },
    watch: createWatch({ clock, logger, orgs, everyMs: WATCH_MS, look, fault: 'silent agents could not be looked for; the next round tries again' }),
    forget: (before) => deleteOldOrders(db, before),
    start: () => waiting.start(),
    close: () => waiting.close(),
  };
}
