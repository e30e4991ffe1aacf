/** Puts the module together. */
import type { OrgId } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import { findFamily, type RoleMoved } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Logger } from '../../platform/logger.ts';
import { createOverdueWatch, type OverdueWatch } from './overdueWatch.ts';
import type { TaskPorts } from './ports.ts';
import { createTaskHandlers, type TaskOperation } from './routes.ts';
import { createTaskService } from './taskService.ts';
import { findTasksOfRole } from './taskStore.ts';

export interface Tasks {
  readonly handlers: Handlers<TaskOperation>;
  readonly watch: OverdueWatch;
  /** For the incidents: what moves with a role. */
  readonly roleMoved: RoleMoved;
}

export interface TasksDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: TaskPorts;
}

/** Titles that one event names. */
const MAX_NAMED = 20;

/** Makes the module. */
export function createTasks({ db, clock, logger, orgs, ports }: TasksDeps): Tasks {
  return {
    handlers: createTaskHandlers({ db, clock, ports, service: createTaskService({ db, clock, ports }) }),
    watch: createOverdueWatch({ db, clock, logger, orgs, ports }),
    async roleMoved(tx, move): Promise<readonly NewEvent[]> {
      const moved = await findTasksOfRole(tx, move.orgId, await findFamily(tx, move.orgId, move.incident), move.role);
      if (moved.length === 0) return [];
      return [{
        type: 'incident.tasks_handed_over', incident: move.incident, actor: move.actor,
        data: {
          role: move.role, from: move.from, to: move.to, name: move.toName, tasks: moved.length, titles: moved.slice(0, MAX_NAMED).map((task) => task.title), taskIds: moved.slice(0, MAX_NAMED).map((task) => task.id),
        },
      }];
    },
  };
}
