/** Puts the module together. */
import type { Router } from 'express';
import type { Agent, OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import { listAgentRows, markAway, toAgent } from './agentStore.ts';
import { createOrders, MOST_AGENTS, type Orders } from './orders.ts';
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
  /** All of them, for checks before a run. */
  list(q: Queryable, orgId: OrgId): Promise<Agent[]>;
  /** Notices agents and orders that fell silent. */
  readonly watch: Watch;
  readonly jobs: readonly Job[];
  /** Begins to wake polls. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface AgentsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  /** Seals what is to be done while it is. */
  readonly ring: Pick<KeyRing, 'open' | 'seal'>;
  readonly ports: AgentPorts;
}

const DAY_MS = 86_400_000;
/** What came of an order stands at its step; the order itself is kept so long. */
const ORDER_DAYS = 30;
const WATCH_MS = 2_000;
/** A poll lasts 25 s at most, and begins again at once. */
export const AWAY_MS = 35_000;

/** Makes the module. */
export function createAgents({ db, clock, logger, orgs, ring, ports }: AgentsDeps): Agents {
  const orders = createOrders({ db, clock, logger, ring, ports });
  const waiting = createWaiting({ connectionString: db.connectionString, clock, logger, take: orders.take, giveBack: orders.giveBack });

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
    list: async (q, orgId) => (await listAgentRows(q, orgId, null, MOST_AGENTS)).map(toAgent),
    watch: createWatch({ clock, logger, orgs, everyMs: WATCH_MS, look, fault: 'silent agents could not be looked for; the next round tries again' }),
    jobs: [{ name: 'agents.forget_orders', cron: '57 3 * * *', run: () => deleteOldOrders(db, new Date(clock.nowMs() - ORDER_DAYS * DAY_MS)) }],
    start: () => waiting.start(),
    close: () => waiting.close(),
  };
}
