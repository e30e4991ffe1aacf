/** Tasks of incidents: what is to be done, by whom, until when, and what has to be done before. */
import { z } from 'zod';
import { incidentNumber, instant, logPosition, page, pageQuery, userKey, userRef } from './primitives.ts';
import { incidentRole } from './roles.ts';

/** Running number of a task, as decimal text. */
export const taskId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not a task id').brand<'TaskId'>();
export type TaskId = z.infer<typeof taskId>;

export const TASK_STATES = ['todo', 'doing', 'done', 'cancelled'] as const;
export const taskState = z.enum(TASK_STATES);
export type TaskState = z.infer<typeof taskState>;

export const TASK_PRIORITIES = ['high', 'normal', 'low'] as const;
export const taskPriority = z.enum(TASK_PRIORITIES);
export type TaskPriority = z.infer<typeof taskPriority>;

const teamName = z.string().trim().min(1).max(100);

/** Whose task it is, as it is asked for. */
export const taskOwnerInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), user: userKey }),
  z.object({ kind: z.literal('team'), team: teamName }),
  z.object({ kind: z.literal('role'), role: incidentRole }),
]);
export type TaskOwnerInput = z.infer<typeof taskOwnerInput>;

/** Whose task it is, with names. */
export const taskOwner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), user: userRef }),
  z.object({ kind: z.literal('team'), team: teamName }),
  /** `holder`: who plays the role now; null while nobody does. */
  z.object({ kind: z.literal('role'), role: incidentRole, holder: userRef.nullable() }),
]);
export type TaskOwner = z.infer<typeof taskOwner>;

export const checklistItem = z.object({ text: z.string().trim().min(1).max(300), done: z.boolean().default(false) });
export type ChecklistItem = z.infer<typeof checklistItem>;

/** A task as others name it. */
export const taskRef = z.object({ id: taskId, title: z.string(), state: taskState }).meta({ id: 'TaskRef' });
export type TaskRef = z.infer<typeof taskRef>;

export const task = z.object({
  id: taskId,
  version: z.number().int(),
  /** The incident that it belongs to; after a merge, the one that goes on. */
  incident: z.object({ number: incidentNumber, title: z.string() }),
  title: z.string(),
  description: z.string(),
  state: taskState,
  priority: taskPriority,
  owner: taskOwner.nullable(),
  dueAt: instant.nullable(),
  /** It is due, and neither done nor cancelled. */
  overdue: z.boolean(),
  /** Tasks that have to be done first. */
  waitsFor: z.array(taskRef),
  /** One of those is still open. */
  blocked: z.boolean(),
  checklist: z.array(checklistItem),
  /** The line of the timeline that it was made of, as it read then. */
  entry: z.object({ position: logPosition, text: z.string() }).nullable(),
  createdAt: instant,
  /** Name of who made it. */
  createdBy: z.string(),
  /** When it was done or cancelled. */
  endedAt: instant.nullable(),
}).meta({ id: 'Task' });
export type Task = z.infer<typeof task>;

const title = z.string().trim().min(1).max(300);
const details = {
  description: z.string().trim().max(10_000),
  owner: taskOwnerInput.nullable(),
  dueAt: instant.nullable(),
  priority: taskPriority,
  waitsFor: z.array(taskId).max(50),
  checklist: z.array(checklistItem).max(50),
};

export const createTaskBody = z.object({
  /** May be left out with `entry`: then it is what the entry says. */
  title: title.optional(),
  description: details.description.default(''),
  owner: details.owner.default(null),
  dueAt: details.dueAt.default(null),
  priority: details.priority.default('normal'),
  waitsFor: details.waitsFor.default([]),
  checklist: details.checklist.default([]),
  /** Position of the line of the timeline that it is made of. */
  entry: logPosition.optional(),
}).refine((body) => body.title !== undefined || body.entry !== undefined, { path: ['title'], message: 'say what is to be done' });
export type CreateTaskBody = z.infer<typeof createTaskBody>;

export const editTaskBody = z.object({ title, ...details, state: z.enum(['todo', 'doing']) }).partial();
export type EditTaskBody = z.infer<typeof editTaskBody>;

export const endTaskBody = z.object({ reason: z.string().trim().max(2000).optional() });

/** `open`: neither done nor cancelled. */
export const incidentTaskQuery = pageQuery.extend({ state: z.enum(['all', 'open']).default('all') });
export const taskListQuery = pageQuery.extend({
  state: z.enum(['all', 'open']).default('open'),
  /** `me`: those of the caller, also by a role that the caller has now. */
  owner: z.enum(['me', 'anybody']).default('anybody'),
  due: z.enum(['any', 'overdue']).default('any'),
});
export type TaskListQuery = z.infer<typeof taskListQuery>;
export const taskPage = page(task).meta({ id: 'TaskPage' });
export type TaskPage = z.infer<typeof taskPage>;
