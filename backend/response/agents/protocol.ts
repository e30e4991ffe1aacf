/** The agents' side of the service: `/api/agent/v1`. Each request carries the agent's token; bodies and answers are those of the contract. */
import express, { type Request, type Router } from 'express';
import {
  agentHello, agentPoll, agentPollAnswer, agentWelcome, orderAnswer, orderBeat, orderEnd, orderId, orderOutput, orgId as orgIdShape, type AgentHello, type OrgId,
} from '#contract';
import type { z } from 'zod';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { authenticationError, inputError } from '../../platform/errors.ts';
import { fieldFaults } from '../../platform/http/problem.ts';
import { findByToken, touchAgent } from './agentStore.ts';
import { HEARTBEAT_MS, LEASE_MS, type Orders } from './orders.ts';
import { AGENT_TOKEN_PREFIX, hashAgentToken } from './token.ts';
import type { Waiting } from './waiting.ts';

const BODY_LIMIT = '16mb';
const BEARER = /^bearer +(\S+) *$/i;

export interface ProtocolDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly orders: Orders;
  readonly waiting: Waiting;
}

interface ProvenAgent {
  readonly orgId: OrgId;
  readonly name: string;
}

function read<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) {
    const faults = fieldFaults('body', parsed.error);
    throw inputError(faults.map((fault) => `${fault.field} ${fault.message}`).join('; '), faults);
  }
  return parsed.data;
}

function idOf(request: Request): string {
  const parsed = orderId.safeParse(request.params['id']);
  if (!parsed.success) throw inputError('there is no such order', [{ field: 'path.id', message: 'is not the id of an order' }]);
  return parsed.data;
}

/** Makes the router. */
export function createAgentRouter({ db, clock, orders, waiting }: ProtocolDeps): Router {
  const router = express.Router();

  async function prove(request: Request): Promise<ProvenAgent> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw authenticationError('no token: an agent sends "Authorization: Bearer <its token>"', 401);
    const row = token.startsWith(AGENT_TOKEN_PREFIX) ? await findByToken(db, hashAgentToken(token)) : undefined;
    if (row === undefined) throw authenticationError('the token of the agent is not known: issue a new one under Settings, Agents', 401);
    if (row.revoked_at !== null) throw authenticationError('this agent is let in no more: issue a new token under Settings, Agents', 401);
    return { orgId: orgIdShape.parse(row.org_id), name: row.name };
  }

  /** It was heard; told once when it was away. */
  async function heard({ orgId, name }: ProvenAgent, told: AgentHello | null): Promise<void> {
    await db.transaction(async (tx) => {
      const wasAway = await touchAgent(tx, orgId, name, clock.now(), told);
      if (wasAway) await appendEvents(tx, orgId, clock.now(), [{ type: 'agent.online', incident: null, actor: SYSTEM_ACTOR, data: { name } }]);
    });
  }

  function post(path: string, answer: (agent: ProvenAgent, request: Request, gone: AbortSignal) => Promise<unknown>): void {
    const proven = new WeakMap<Request, ProvenAgent>();
    // The body of whoever cannot prove itself is not read.
    router.post(path, async (request, _response, next) => {
      proven.set(request, await prove(request));
      next();
    }, express.json({ limit: BODY_LIMIT }), async (request, response) => {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      const agent = proven.get(request) ?? await prove(request);
      const body = await answer(agent, request, gone.signal);
      if (!response.writableEnded) response.json(body);
    });
  }

  post('/hello', async (agent, request) => {
    await heard(agent, read(agentHello, request.body));
    return agentWelcome.parse({ name: agent.name, heartbeatSeconds: HEARTBEAT_MS / 1000, leaseSeconds: LEASE_MS / 1000 });
  });
  post('/poll', async (agent, request, gone) => {
    const { waitSeconds } = read(agentPoll, request.body);
    await heard(agent, null);
    const order = await waiting.orderFor(agent.orgId, agent.name, waitSeconds * 1000, gone);
    return agentPollAnswer.parse({ order });
  });
  post('/orders/:id/heartbeat', async (agent, request) => {
    await heard(agent, null);
    return orderAnswer.parse({ go: await orders.beat(agent.orgId, agent.name, idOf(request), read(orderBeat, request.body).handed) });
  });
  post('/orders/:id/output', async (agent, request) => {
    const { handed, pieces } = read(orderOutput, request.body);
    return orderAnswer.parse({ go: await orders.output(agent.orgId, agent.name, idOf(request), handed, pieces) });
  });
  post('/orders/:id/end', async (agent, request) => orderAnswer.parse({ go: await orders.end(agent.orgId, agent.name, idOf(request), read(orderEnd, request.body)) }));
  return router;
}
