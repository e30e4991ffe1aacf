/** What tasks need from modules beside and above them; `app.ts` plugs it in. */
import type { LiveEvent, OrgId, TaskId, UserKey, UserRef } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** A task that was done or cancelled just now. */
export interface EndedTask {
  readonly orgId: OrgId;
  readonly id: TaskId;
  /** The incident in which it was made. */
  readonly incident: number;
  readonly state: 'done' | 'cancelled';
  /** The key under which it was made, if it was made by a program. */
  readonly key: string | null;
  readonly at: Date;
}

/** A task whose time is up. */
export interface OverdueTask {
  readonly orgId: OrgId;
  readonly id: TaskId;
  readonly incident: number;
  readonly title: string;
  readonly dueAt: Date;
}

export interface TaskPorts {
  /** People of the organisation, by key. */
  readonly users: { find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>> };
  /** A line of the timeline in words. */
  tellEvent(event: LiveEvent): string;
  /** Told in the transaction in which a task ends; gives events to append with it. */
  readonly onEnded: readonly ((tx: Transaction, ended: EndedTask) => Promise<readonly NewEvent[]>)[];
  /** Told once for each due time, in the transaction that notes it; gives events to append with it. Paging plugs in here. */
  readonly onOverdue: readonly ((tx: Transaction, overdue: OverdueTask) => Promise<readonly NewEvent[]>)[];
}
