/** Making a task inside a transaction of whoever wants it: people through the service, programs with a key. */
import type { Actor, ChecklistItem, OrgId, TaskId, TaskOwnerInput, TaskPriority, TaskRef } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { findByKey, findHeir, insertTask } from './taskStore.ts';

export interface TaskRequest {
  readonly orgId: OrgId;
  readonly incident: number;
  readonly actor: Actor;
  readonly at: Date;
  /** Unique within the incident: the same key gives the same task. Null: always a new one. */
  readonly key: string | null;
  readonly title: string;
  readonly description: string;
  readonly owner: TaskOwnerInput | null;
  /** Name of the owner, for the timeline. */
  readonly ownerName: string | null;
  readonly dueAt: Date | null;
  readonly priority: TaskPriority;
  readonly waitsFor: readonly TaskId[];
  readonly checklist: readonly ChecklistItem[];
  readonly entry: { readonly position: string; readonly text: string } | null;
}

export interface AddedTask {
  readonly task: TaskRef;
  /** False: it was there already, made under the same key. */
  readonly isNew: boolean;
  /** To be appended by the caller, as the last thing in the transaction. */
  readonly events: readonly NewEvent[];
}

/** Makes a task, or finds the one of that key. What is asked for must be right already: `waitsFor` are tasks of the incident. */
export async function addTask(tx: Transaction, request: TaskRequest): Promise<AddedTask> {
  const { orgId, incident, key } = request;
  const id = await insertTask(tx, orgId, request.at, {
    incident, title: request.title, description: request.description, priority: request.priority, owner: request.owner, dueAt: request.dueAt, waitsFor: request.waitsFor,
    checklist: request.checklist, entry: request.entry, key, by: request.actor.name,
  });
  if (id === null) {
    const found = key === null ? undefined : await findByKey(tx, orgId, incident, key);
    if (found === undefined) throw new Error(`a task of key ${key ?? '(none)'} was neither made nor found`);
    return { task: found, isNew: false, events: [] };
  }
  return {
    task: { id, title: request.title, state: 'todo' }, isNew: true,
    events: [{
      type: 'incident.task_added', incident: (await findHeir(tx, orgId, incident)) ?? incident, actor: request.actor,
      data: { task: id, title: request.title, owner: request.ownerName, dueAt: request.dueAt?.toISOString() ?? null, entry: request.entry?.position ?? null },
    }],
  };
}
