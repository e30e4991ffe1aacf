/**
 * Tasks of incidents. Programs make theirs with `addTask`, in a transaction of their own and under a key, and
 * learn through the port `onEnded` that one is done.
 */
export { addTask, type AddedTask, type TaskRequest } from './createTask.ts';
export type { EndedTask, OverdueTask, TaskPorts } from './ports.ts';
export type { TaskOperation } from './routes.ts';
export { createTasks, type Tasks } from './tasks.ts';
export { findTasksOfEntries } from './taskStore.ts';
