/** SQL of what agents are to do. */
import { orgId as toOrgId, runId, type OrderEnd, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { SealedColumn } from '../../platform/secrets/rotate.ts';
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
  repeatable: boolean;
  state: string;
  cancel_asked: boolean;
  handed: number;
}

const COLUMNS = 'id::text, agent, run_id::text, path, attempt, undoing, repeatable, state, cancel_asked, handed';

/** The step that an order is for. */
export function stepOf(orgId: OrgId, row: OrderRow): OrderStep {
  return { orgId, runId: runId.parse(row.run_id), path: row.path, attempt: row.attempt, undoing: row.undoing };
}

/** Binds sealed work to its place: copied to another order it does not open. */
export function workPurpose({ orgId, runId: run, path, attempt, undoing }: OrderStep): string {
  return `agent-order:${orgId}:${run}:${path}:${attempt}${undoing ? ':undo' : ''}`;
}

/** Puts an order into the queue of an agent; nothing happens when the same try of the step has one. Gives its id. */
export async function insertOrder(tx: Transaction, step: OrderStep, order: { readonly agent: string; readonly workSealed: string; readonly repeatable: boolean; readonly at: Date }): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into agent_orders (org_id, agent, run_id, path, attempt, undoing, work_sealed, repeatable, state, created_at)
     values ($1::integer, $2::text, $3::bigint, $4::text, $5::integer, $6::boolean, $7::text, $8::boolean, 'queued', $9::timestamptz)
     on conflict (org_id, run_id, path, undoing, attempt) do nothing returning id::text`,
    [step.orgId, order.agent, step.runId, step.path, step.attempt, step.undoing, order.workSealed, order.repeatable, order.at],
  );
  await tx.query(`select pg_notify('${AGENTS_CHANNEL}', $1::text)`, [`${step.orgId}/${order.agent}`]);
  return row?.id ?? null;
}

/** Hands the oldest waiting order to the agent. A second poll of the same agent gets another one, or none. */
export async function takeOrder(q: Queryable, orgId: OrgId, agent: string, now: Date, leaseUntil: Date): Promise<(OrderRow & { work_sealed: string }) | undefined> {
  const [row] = await q.prepared<OrderRow & { work_sealed: string }>(
    'take-agent-order',
    `update agent_orders as o set state = 'running', handed = o.handed + 1, handed_at = coalesce(o.handed_at, $3::timestamptz), lease_until = $4::timestamptz, last_seq = 0
       from (select org_id, id from agent_orders where org_id = $1::integer and agent = $2::text and state = 'queued' order by id limit 1 for update skip locked) as next
      where o.org_id = next.org_id and o.id = next.id
     returning o.id::text, o.agent, o.run_id::text, o.path, o.attempt, o.undoing, o.repeatable, o.state, o.cancel_asked, o.handed, o.work_sealed`,
    [orgId, agent, now, leaseUntil],
  );
  return row;
}

/** One order of an agent. */
export async function findOrder(q: Queryable, orgId: OrgId, agent: string, id: string): Promise<OrderRow | undefined> {
  const [row] = await q.query<OrderRow>(`select ${COLUMNS} from agent_orders where org_id = $1::integer and agent = $2::text and id = $3::bigint`, [orgId, agent, id]);
  return row;
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

/** An order ends, one way or another; what was to be done is forgotten. */
export async function endOrder(tx: Transaction, orgId: OrgId, id: string, state: 'ended' | 'unknown' | 'cancelled', outcome: OrderEnd['outcome'] | null, at: Date): Promise<void> {
  await tx.query(
    'update agent_orders set state = $3::text, outcome = $4::text, ended_at = $5::timestamptz, lease_until = null, work_sealed = null where org_id = $1::integer and id = $2::bigint',
    [orgId, id, state, outcome, at],
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

interface SealedRow extends OrderRow {
  org_id: number;
  work_sealed: string;
}

/** The sealed values, for the rotation of keys. */
export const AGENT_SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    name: 'agent_orders.work_sealed',
    async list(q) {
      const rows = await q.query<SealedRow>(`select org_id, ${COLUMNS}, work_sealed from agent_orders where work_sealed is not null order by org_id, id`);
      return rows.map((row) => ({
        envelope: row.work_sealed,
        purpose: workPurpose(stepOf(toOrgId.parse(row.org_id), row)),
        async replace(connection, sealed) {
          const written = await connection.query(
            'update agent_orders set work_sealed = $4::text where org_id = $1::integer and id = $2::bigint and work_sealed = $3::text returning 1', [row.org_id, row.id, row.work_sealed, sealed],
          );
          return written.length === 1;
        },
      }));
    },
  },
];
