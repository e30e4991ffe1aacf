/** Agents over HTTP, for people: who they are, their tokens. */
import { agentName, type Agent, type ResponseOf } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { conflictError, notFoundError } from '../../platform/errors.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import type { Caller, Handlers } from '../../platform/http/route.ts';
import { findAgent, insertAgent, listAgentRows, revoke, setToken, toAgent } from './agentStore.ts';
import { createAgentToken } from './token.ts';

export type AgentOperation = 'listAgents' | 'createAgent' | 'rotateAgentToken' | 'revokeAgent';

function isPlace(values: readonly string[]): boolean {
  return values.length === 1 && agentName.safeParse(values[0]).success;
}

function noAgent(name: string): Error {
  return notFoundError(`there is no agent "${name}"`);
}

/** Makes the handlers. */
export function createAgentHandlers({ db, clock }: { readonly db: Database; readonly clock: Clock }): Handlers<AgentOperation> {
  async function show({ orgId }: Caller, name: string): Promise<Agent> {
    const row = await findAgent(db, orgId, name);
    if (row === undefined) throw noAgent(name);
    return toAgent(row);
  }

  return {
    async listAgents({ query }, { caller }) {
      const [after] = decodeCursor(query.cursor, isPlace) ?? [];
      const { items, nextCursor } = toPage(await listAgentRows(db, caller.orgId, after ?? null, query.limit + 1), query.limit, (row) => [row.name]);
      return { items: items.map(toAgent), nextCursor };
    },
    async createAgent({ body }, { caller }): Promise<ResponseOf<'createAgent'>> {
      const { token, hash, hint } = createAgentToken();
      const at = clock.now();
      await db.transaction(async (tx) => {
        if (!(await insertAgent(tx, caller.orgId, { name: body.name, labels: body.labels, hash, hint, at, by: caller.name }))) {
          throw conflictError(`there is an agent "${body.name}" already; issue a new token for it, or take another name`, { fields: [{ field: 'body.name', message: 'is taken' }] });
        }
        await appendEvents(tx, caller.orgId, at, [{ type: 'agent.created', incident: null, actor: caller.actor, data: { name: body.name, labels: body.labels } }]);
      });
      return { agent: await show(caller, body.name), token };
    },
    async rotateAgentToken({ params }, { caller }) {
      const { token, hash, hint } = createAgentToken();
      await db.transaction(async (tx) => {
        if (!(await setToken(tx, caller.orgId, params.name, hash, hint))) throw noAgent(params.name);
        await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'agent.token_issued', incident: null, actor: caller.actor, data: { name: params.name, hint } }]);
      });
      return { agent: await show(caller, params.name), token };
    },
    async revokeAgent({ params }, { caller }) {
      await db.transaction(async (tx) => {
        if (!(await revoke(tx, caller.orgId, params.name, clock.now()))) throw noAgent(params.name);
        await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'agent.revoked', incident: null, actor: caller.actor, data: { name: params.name } }]);
      });
      return show(caller, params.name);
    },
  };
}
