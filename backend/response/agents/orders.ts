/** Handing work to agents, and learning what came of it. */
import { orderEnd, orderWork, type AgentHello, type AgentOrder, type JsonValue, type OrderAnswer, type OrderEnd, type OrderPiece, type OrderWork, type OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { labelsOf, listAgentRows, toldBy, type AgentRow } from './agentStore.ts';
import {
  askCancel, endOrder, findOrder, insertOrder, lockLapsed, lockOrder, lockOrderOf, moveSeq, renewOrder, requeueOrder, stepOf, takeOrder, workPurpose, type OrderRow,
} from './orderStore.ts';
import type { AgentPorts, OrderStep } from './ports.ts';

/** An agent that is not heard for so long has lost what it was doing. */
export const LEASE_MS = 15_000;
export const HEARTBEAT_MS = 5_000;
const LAPSED_AT_ONCE = 100;
/** An organisation has no more. */
export const MOST_AGENTS = 1_000;

/** What an order comes to, as the step that waits for it learns. */
export interface OrderNews {
  readonly order: string;
  readonly outcome: OrderEnd['outcome'] | 'unknown';
  readonly end: OrderEnd | null;
}

/** Work for an agent, as a step asks for it. */
export interface OrderRequest {
  readonly step: OrderStep;
  /** A name, or `label=value`. */
  readonly selector: string;
  readonly work: OrderWork;
  /** Why an agent may not do it, or whether it may be done again; from what the agent told. */
  permits(told: AgentHello): { readonly ok: true; readonly repeatable: boolean } | { readonly ok: false; readonly why: string };
}

export interface Orders {
  /** Puts it into the queue of an agent that is there and permits it; says why not otherwise. */
  enqueue(tx: Transaction, request: OrderRequest): Promise<{ readonly ok: true; readonly agent: string } | { readonly ok: false; readonly why: string }>;
  /** Gives it up. `open`: the agent is still at it, and the step is woken when it has ended. */
  stop(tx: Transaction, step: OrderStep): Promise<'ended' | 'open'>;
  take(orgId: OrgId, agent: string): Promise<AgentOrder | null>;
  /** Undoes a take whose agent never got the order: into the queue again, whether or not it may be repeated. */
  giveBack(orgId: OrgId, agent: string, order: Pick<AgentOrder, 'id' | 'handed'>): Promise<void>;
  beat(orgId: OrgId, agent: string, id: string, handed: number): Promise<OrderAnswer['go']>;
  output(orgId: OrgId, agent: string, id: string, handed: number, pieces: readonly OrderPiece[]): Promise<OrderAnswer['go']>;
  /** Repeats of the same end change nothing. */
  end(orgId: OrgId, agent: string, id: string, end: OrderEnd): Promise<OrderAnswer['go']>;
  /** What leases that have passed come to: again, or unknown. Gives how many there were. */
  sweep(orgId: OrgId): Promise<number>;
}

export interface OrdersDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ring: Pick<KeyRing, 'open' | 'seal'>;
  readonly ports: AgentPorts;
}

function matches(selector: string, row: AgentRow): boolean {
  const [, label, value] = /^([^=]+)=(.*)$/.exec(selector) ?? [];
  return label === undefined ? row.name === selector : labelsOf(row)[label] === value;
}

/** Agents that a selector names; those that are revoked are none. */
async function selectAgents(q: Queryable, orgId: OrgId, selector: string): Promise<AgentRow[]> {
  return (await listAgentRows(q, orgId, null, MOST_AGENTS)).filter((row) => row.revoked_at === null && matches(selector, row));
}

function newsOf(row: OrderRow, outcome: OrderNews['outcome'], end: OrderEnd | null): JsonValue {
  return { order: row.id, outcome, end };
}

/** Makes it. */
export function createOrders({ db, clock, logger, ring, ports }: OrdersDeps): Orders {
  function leaseEnd(): Date {
    return new Date(clock.nowMs() + LEASE_MS);
  }

  function goOf(row: OrderRow | undefined, handed: number): OrderAnswer['go'] {
    if (row === undefined || row.state !== 'running' || row.handed !== handed) return 'lost';
    return row.cancel_asked ? 'cancel' : 'on';
  }

  /** The end without the secrets of its run. Where they cannot be known any more, without what it wrote. */
  async function masked(step: OrderStep, end: OrderEnd): Promise<OrderEnd> {
    try {
      return { ...end, ...orderEnd.pick({ error: true, tail: true, result: true }).parse(await ports.mask(step, { error: end.error, tail: end.tail, result: end.result })) };
    } catch (error) {
      logger.warn({ err: error, orgId: step.orgId, run: step.runId, step: step.path }, 'what an agent wrote last cannot be masked, and is left out');
      return { ...end, tail: '', result: null };
    }
  }

  async function tell(tx: Transaction, orgId: OrgId, row: OrderRow, outcome: OrderNews['outcome'], end: OrderEnd | null): Promise<void> {
    await ports.wake(tx, orgId, stepOf(orgId, row).runId, row.path, newsOf(row, outcome, end));
  }

  return {
    async enqueue(tx, { step, selector, work, permits }) {
      const found = await selectAgents(tx, step.orgId, selector);
      if (found.length === 0) return { ok: false, why: `there is no agent "${selector}"` };
      const present = found.filter((row) => row.online);
      if (present.length === 0) return { ok: false, why: `${found.length === 1 ? `the agent "${found[0]?.name ?? selector}" is` : `the agents "${selector}" are`} not connected` };
      const judged = present.map((row) => {
        const told = toldBy(row);
        return { row, verdict: told === null ? { ok: false as const, why: 'it has not told what it permits' } : permits(told) };
      });
      const able = judged.flatMap(({ row, verdict }) => (verdict.ok ? [{ row, repeatable: verdict.repeatable }] : [])).sort((a, b) => a.row.running - b.row.running);
      const [best] = able;
      if (best === undefined) {
        const [first] = judged;
        return { ok: false, why: `the agent "${first?.row.name ?? selector}" does not permit it: ${first?.verdict.ok === false ? first.verdict.why : 'no reason given'}` };
      }
      await insertOrder(tx, step, { agent: best.row.name, workSealed: ring.seal(JSON.stringify(work), workPurpose(step)), repeatable: best.repeatable, at: clock.now() });
      return { ok: true, agent: best.row.name };
    },

    async stop(tx, step) {
      const row = await lockOrderOf(tx, step);
      if (row === undefined) return 'ended';
      switch (row.state) {
        case 'queued':
          await endOrder(tx, step.orgId, row.id, 'cancelled', null, clock.now());
          return 'ended';
        case 'running':
          await askCancel(tx, step.orgId, row);
          return 'open';
        default:
          return 'ended';
      }
    },

    async take(orgId, agent) {
      const row = await takeOrder(db, orgId, agent, clock.now(), leaseEnd());
      return row === undefined ? null : { id: row.id, handed: row.handed, work: orderWork.parse(JSON.parse(ring.open(row.work_sealed, workPurpose(stepOf(orgId, row))))) };
    },

    async giveBack(orgId, agent, { id, handed }) {
      await db.transaction(async (tx) => {
        const row = await lockOrder(tx, orgId, agent, id);
        const go = goOf(row, handed);
        if (row === undefined || go === 'lost') return;
        if (go === 'on') return requeueOrder(tx, orgId, row);
        // Given up in the meantime: its step waits to be told that it has ended.
        await endOrder(tx, orgId, id, 'cancelled', 'cancelled', clock.now());
        await tell(tx, orgId, row, 'cancelled', { handed, outcome: 'cancelled', exitCode: null, error: 'given up before the agent got it', tail: '', result: null });
      });
    },

    async beat(orgId, agent, id, handed) {
      return db.transaction(async (tx) => {
        const go = goOf(await lockOrder(tx, orgId, agent, id), handed);
        if (go !== 'lost') await renewOrder(tx, orgId, id, leaseEnd());
        return go;
      });
    },

    async output(orgId, agent, id, handed, pieces) {
      const { go, step, fresh } = await db.transaction(async (tx) => {
        const row = await lockOrder(tx, orgId, agent, id);
        const answer = goOf(row, handed);
        if (row === undefined || answer === 'lost' || pieces.length === 0) return { go: answer, step: null, fresh: [] };
        await renewOrder(tx, orgId, id, leaseEnd());
        const before = await moveSeq(tx, orgId, id, Math.max(...pieces.map(({ seq }) => seq)));
        return { go: answer, step: stepOf(orgId, row), fresh: pieces.filter(({ seq }) => seq > before).sort((a, b) => a.seq - b.seq) };
      });
      if (step !== null && fresh.length > 0) await ports.recordOutput(step, fresh);
      return go;
    },

    async end(orgId, agent, id, given) {
      const known = await findOrder(db, orgId, agent, id);
      if (known === undefined) return 'lost';
      const end = await masked(stepOf(orgId, known), given);
      return db.transaction(async (tx) => {
        const row = await lockOrder(tx, orgId, agent, id);
        if (row === undefined) return 'lost';
        // The answer to the first telling was lost on the way.
        if (row.state !== 'running') return row.state === 'ended' ? 'on' : 'lost';
        if (row.handed !== end.handed) return 'lost';
        if (end.outcome === 'interrupted' && row.repeatable && !row.cancel_asked) {
          await requeueOrder(tx, orgId, row);
          return 'on';
        }
        await endOrder(tx, orgId, id, 'ended', end.outcome, clock.now());
        await tell(tx, orgId, row, end.outcome === 'interrupted' ? 'unknown' : end.outcome, end);
        return 'on';
      });
    },

    async sweep(orgId) {
      return db.transaction(async (tx) => {
        const lapsed = await lockLapsed(tx, orgId, clock.now(), LAPSED_AT_ONCE);
        for (const row of lapsed) {
          logger.warn({ orgId, order: row.id, agent: row.agent, repeatable: row.repeatable }, 'an agent fell silent while it worked');
          if (row.repeatable && !row.cancel_asked) {
            await requeueOrder(tx, orgId, row);
          } else {
            await endOrder(tx, orgId, row.id, 'unknown', null, clock.now());
            await tell(tx, orgId, row, 'unknown', null);
          }
        }
        return lapsed.length;
      });
    },
  };
}
