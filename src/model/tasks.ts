/** Tasks in words. */
import { roleName } from './roleNames.ts';
import type { Task, TaskOwner, TaskPriority, TaskState } from '#contract';

export const TASK_STATE_WORDS: Readonly<Record<TaskState, string>> = { todo: 'to do', doing: 'in progress', done: 'done', cancelled: 'not needed' };
export const PRIORITY_WORDS: Readonly<Record<TaskPriority, string>> = { high: 'High', normal: 'Normal', low: 'Low' };

/** Neither done nor cancelled. */
export function isOpenTask(task: Pick<Task, 'state'>): boolean {
  return task.state === 'todo' || task.state === 'doing';
}

/** Whose task it is. */
export function ownerWords(owner: TaskOwner | null): string {
  if (owner === null) return 'Nobody yet';
  switch (owner.kind) {
    case 'user':
      return owner.user.name;
    case 'team':
      return `Team ${owner.team}`;
    case 'role':
      return owner.holder === null ? `${roleName(owner.role)} (nobody yet)` : `${roleName(owner.role)}: ${owner.holder.name}`;
  }
}
