/** SQL of what agents are to do. */
import { orderEnd, orderWork, runId, type AgentOrder, type OrderEnd, type OrderWork, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { OrderStep } from './ports.ts';

/** Channel on which replicas hear that an agent has something to do. Payload: `<organisation>/<agent>`. */
export const AGENTS_CHANNEL = 'muster_agents';

export interface OrderRow {
  id: string;
  agent: string;
  run_id: string;
  path: string;
  attempt: number;
  undoing: boolean;
  work: unknown;
  repeatable: boolean;
  state: string;
  cancel_asked: boolean;
  handed: number;
  outcome: unknown;
}

const COLUMNS = 'id::text, agent, run_id::text, path, attempt, undoing, work, repeatable, state, cancel_asked, handed, outcome';

/** The step that an order is for. */
export function stepOf(orgId: OrgId, row: OrderRow): OrderStep {
  return { orgId, runId: runId.parse(row.run_id), path: row.path, attempt: row.attempt, undoing: row.undoing };
}

/** How an order ended; null while it has not. */
export function endOf(row: OrderRow): OrderEnd | null {
  return row.outcome === null ? null : orderEnd.parse(row.outcome);
}

/** Puts an order into the queue of an agent; nothing happens when the same try of the step has one. Gives its id. */
export async function insertOrder(tx: Transaction, step: OrderStep, order: { readonly agent: string; readonly work: OrderWork; readonly repeatable: boolean; readonly at: Date }): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into agent_orders (org_id, agent, run_id, path, attempt, undoing, work, repeatable, state, created_at)
     values ($1::integer, $2::text, $3::bigint, $4::text, $5::integer, $6::boolean, $7::jsonb, $8::boolean, 'queued', $9::timestamptz)
     on conflict (org_id, run_id, path, undoing, attempt) do nothing returning id::text`,
    [step.orgId, order.agent, step.runId, step.path, step.attempt, step.undoing, JSON.stringify(order.work), order.repeatable, order.at],
  );
  await tx.query(`select pg_notify('${AGENTS_CHANNEL}', $1::text)`, [`${step.orgId}/${order.agent}`]);
  return row?.id ?? null;
}

/** Hands the oldest waiting order to the agent. A second poll of the same agent gets another one, or none. */
export async function takeOrder(q: Queryable, orgId: OrgId, agent: string, now: Date, leaseUntil: Date): Promise<AgentOrder | null> {
  const [row] = await q.prepared<{ id: string; handed: number; work: unknown }>(
    'take-agent-order',
    `update agent_orders as o set state = 'running', handed = o.handed + 1, handed_at = coalesce(o.handed_at, $3::timestamptz), lease_until = $4::timestamptz, last_seq = 0
       from (select org_id, id from agent_orders where org_id = $1::integer and agent = $2::text and state = 'queued' order by id limit 1 for update skip locked) as next
      where o.org_id = next.org_id and o.id = next.id returning o.id::text, o.handed, o.work`,
    [orgId, agent, now, leaseUntil],
  );
  return row === undefined ? null : { id: row.id, handed: row.handed, work: orderWork.parse(row.work) };
}

/** One order of an agent, locked. */
export async function lockOrder(tx: Transaction, orgId: OrgId, agent: string, id: string): Promise<OrderRow | undefined> {
  const [row] = await tx.query<OrderRow>(`select ${COLUMNS} from agent_orders where org_id = $1::integer and agent = $2::text and id = $3::bigint for update`, [orgId, agent, id]);
  return row;
}

/** The order of a try of a step, locked. */
export async function lockOrderOf(tx: Transaction, step: OrderStep): Promise<OrderRow | undefined> {
  const [row] = await tx.query<OrderRow>(
    `select ${COLUMNS} from agent_orders where org_id = $1::integer and run_id = $2::bigint and path = $3::text and undoing = $4::boolean and attempt = $5::integer for update`,
    [step.orgId, step.runId, step.path, step.undoing, step.attempt],
  );
  return row;
}

/** Lengthens the lease of an order that runs. */
export async function renewOrder(q: Queryable, orgId: OrgId, id: string, leaseUntil: Date): Promise<void> {
  await q.query(`update agent_orders set lease_until = $3::timestamptz where org_id = $1::integer and id = $2::bigint and state = 'running'`, [orgId, id, leaseUntil]);
}

/** Keeps the place up to which output came; gives the place before, so that what came twice is told apart. */
export async function moveSeq(tx: Transaction, orgId: OrgId, id: string, to: number): Promise<number> {
  const [row] = await tx.query<{ last_seq: number }>(
    `update agent_orders as o set last_seq = greatest(o.last_seq, $3::integer) from (select org_id, id, last_seq from agent_orders where org_id = $1::integer and id = $2::bigint for update) as b
      where o.org_id = b.org_id and o.id = b.id returning b.last_seq`,
    [orgId, id, to],
  );
  return row?.last_seq ?? to;
}

/** An order ends, one way or another. */
export async function endOrder(tx: Transaction, orgId: OrgId, id: string, state: 'ended' | 'unknown' | 'cancelled', outcome: OrderEnd | null, at: Date): Promise<void> {
  await tx.query(
    'update agent_orders set state = $3::text, outcome = $4::jsonb, ended_at = $5::timestamptz, lease_until = null where org_id = $1::integer and id = $2::bigint',
    [orgId, id, state, outcome === null ? null : JSON.stringify(outcome), at],
  );
}

/** Asks the agent to end it. */
export async function askCancel(tx: Transaction, orgId: OrgId, row: OrderRow): Promise<void> {
  await tx.query('update agent_orders set cancel_asked = true where org_id = $1::integer and id = $2::bigint', [orgId, row.id]);
}

/** Orders whose agent has let the lease pass, locked; whoever else looks has others. */
export function lockLapsed(tx: Transaction, orgId: OrgId, now: Date, limit: number): Promise<OrderRow[]> {
  return tx.query<OrderRow>(
    `select ${COLUMNS} from agent_orders where org_id = $1::integer and state = 'running' and lease_until < $2::timestamptz order by lease_until limit $3::integer for update skip locked`,
    [orgId, now, limit],
  );
}

/** Puts an order back into the queue. */
export async function requeueOrder(tx: Transaction, orgId: OrgId, row: OrderRow): Promise<void> {
  await tx.query(`update agent_orders set state = 'queued', lease_until = null where org_id = $1::integer and id = $2::bigint`, [orgId, row.id]);
  await tx.query(`select pg_notify('${AGENTS_CHANNEL}', $1::text)`, [`${orgId}/${row.agent}`]);
}

/** Removes orders that ended before then. */
export async function deleteOldOrders(q: Queryable, before: Date): Promise<void> {
  await q.query('delete from agent_orders where ended_at < $1::timestamptz', [before]);
}
