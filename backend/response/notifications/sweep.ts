/** Finds deliveries that nobody carries on: their replica fell silent, a receipt or an answer did not come, or they have no way. */
import { orgId as toOrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { gatherMembers, lockLapsed, lockOverdue, lockWithoutWay, type DeliveryRow } from './deliveryStore.ts';
import type { Happening } from './nextHop.ts';
import { settle, type Occurrence } from './settle.ts';
import type { WorkerDeps } from './workerDeps.ts';

const AT_ONCE = 200;

async function settleAll(tx: Transaction, deps: Pick<WorkerDeps, 'clock' | 'listeners'>, rows: readonly DeliveryRow[], happened: (row: DeliveryRow) => Happening): Promise<void> {
  const told = [];
  for (const [org, own] of Map.groupBy(rows, (row) => row.org_id)) {
    const orgId = toOrgId.parse(org);
    const members = await gatherMembers(tx, orgId, own.filter((row) => row.bundled).map((row) => row.id));
    const occurrences: Occurrence[] = own.map((row) => ({ row, happening: happened(row), members: members.get(row.id) ?? [] }));
    told.push({ orgId, events: await settle(tx, deps, orgId, occurrences) });
  }
  for (const { orgId, events } of told) await appendEvents(tx, orgId, deps.clock.now(), events);
}

/** Looks once, in small transactions. Gives how many were carried on. */
export async function sweep(deps: Pick<WorkerDeps, 'db' | 'clock' | 'logger' | 'listeners'>): Promise<number> {
  const { db, clock, logger } = deps;
  const lapsed = await db.transaction(async (tx) => {
    const rows = await lockLapsed(tx, clock.now(), AT_ONCE);
    if (rows.length > 0) logger.warn({ deliveries: rows.length }, 'a replica fell silent while it sent; its messages are sent again under the same keys');
    await settleAll(tx, deps, rows, () => ({ kind: 'lost' }));
    return rows.length;
  });
  const overdue = await db.transaction(async (tx) => {
    const rows = await lockOverdue(tx, clock.now(), AT_ONCE);
    await settleAll(tx, deps, rows, (row) => ({ kind: row.awaits === 'answer' ? 'unanswered' : 'unconfirmed' }));
    return rows.length;
  });
  const without = await db.transaction(async (tx) => {
    const rows = await lockWithoutWay(tx, AT_ONCE);
    await settleAll(tx, deps, rows, () => ({ kind: 'gone', reason: 'there is no way to reach this recipient' }));
    return rows.length;
  });
  return lapsed + overdue + without;
}
