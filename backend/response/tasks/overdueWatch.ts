/**
 * Watches for tasks whose time is up. Any number of replicas may watch: the due time that was told is written in the
 * transaction that tells, so that each is told once, and whoever dies is not missed.
 */
import { taskId, type OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import type { TaskPorts } from './ports.ts';
import { markOverdue } from './taskStore.ts';

export const OVERDUE_TICK_MS = 5_000;
const AT_ONCE = 100;

export interface OverdueWatch extends Watch {
  /** Tells what is overdue now; gives how many. */
  look(orgId: OrgId): Promise<number>;
}

export interface OverdueWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: Pick<TaskPorts, 'onOverdue'>;
}

/** Makes the watch; start it where jobs run. */
export function createOverdueWatch({ db, clock, logger, orgs, ports }: OverdueWatchDeps): OverdueWatch {
  async function look(orgId: OrgId): Promise<number> {
    let told = 0;
    for (;;) {
      const now = clock.now();
      const count = await db.transaction(async (tx) => {
        const late = await markOverdue(tx, orgId, now, AT_ONCE);
        const events: NewEvent[] = [];
        for (const row of late) {
          events.push({ type: 'incident.task_overdue', incident: row.heir_number, actor: SYSTEM_ACTOR, data: { task: row.id, title: row.title, dueAt: row.due_at.toISOString() } });
          for (const listener of ports.onOverdue) {
            events.push(...await listener(tx, { orgId, id: taskId.parse(row.id), incident: row.incident_number, title: row.title, dueAt: row.due_at }));
          }
        }
        await appendEvents(tx, orgId, now, events);
        return late.length;
      });
      told += count;
      if (count < AT_ONCE) return told;
    }
  }

  return { look, ...createWatch({ clock, logger, orgs, everyMs: OVERDUE_TICK_MS, look, fault: 'overdue tasks could not be looked for; the next look is soon' }) };
}
