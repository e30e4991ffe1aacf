/** Step kind `task`: adds a task to the incident, and waits until it is done if asked to. */
import { parseDuration, runId, type OrgId, type RunId, type TaskOwnerInput, type WithOf } from '#contract';
import { z } from 'zod';
import type { Transaction } from '../../../platform/db/database.ts';
import type { AddedTask, TaskRequest } from '../../tasks/index.ts';
import { actorOf, NO_INCIDENT } from './byRunbook.ts';
import type { KindHandler, StepCall } from './kind.ts';

export interface TaskKindDeps {
  addTask(tx: Transaction, request: TaskRequest): Promise<AddedTask>;
}

const KEY = /^run:(\d+):(\d+):(.+)$/;
const endedShape = z.object({ state: z.enum(['done', 'cancelled']) });

/** The key of the task of a step. */
function keyOf(call: StepCall): string {
  return `run:${call.runId}:${call.attempt}:${call.path}`;
}

/** The step that waits for a task of that key; null when no step made it. */
export function stepOfTask(orgId: OrgId, key: string | null): { readonly orgId: OrgId; readonly run: RunId; readonly path: string } | null {
  const [, run, , path] = KEY.exec(key ?? '') ?? [];
  return run === undefined || path === undefined ? null : { orgId, run: runId.parse(run), path };
}

function ownerOf(owner: WithOf<'task'>['owner']): { owner: TaskOwnerInput | null; name: string | null } {
  if (owner === undefined) return { owner: null, name: null };
  return owner === 'commander' ? { owner: { kind: 'role', role: 'commander' }, name: 'the commander' } : { owner: { kind: 'team', team: owner.team }, name: owner.team };
}

/** The kind, over the tasks. */
export function createTaskKind({ addTask }: TaskKindDeps): KindHandler<'task'> {
  return {
    kind: 'task', effect: 'own',
    describe: ({ title, wait }) => `Adds the task “${title}”${wait ? ' and waits until it is done' : ''}`,
    requests: () => [],
    example: () => ({ task: '1', state: 'done' }),
    async apply(tx, call) {
      if (call.incident === null) return { result: { kind: 'failed', error: NO_INCIDENT, retryable: false } };
      const { title, description, due, priority, checklist, wait } = call.with;
      const { owner, name } = ownerOf(call.with.owner);
      const dueMs = due === undefined ? null : parseDuration(due);
      const { task, events } = await addTask(tx, {
        orgId: call.orgId, incident: call.incident, actor: actorOf(call), at: call.now, key: keyOf(call), title: title.slice(0, 300), description, owner, ownerName: name,
        dueAt: dueMs === null ? null : new Date(call.now.getTime() + dueMs), priority, waitsFor: [], checklist: checklist.map((text) => ({ text, done: false })), entry: null,
      });
      if (!wait) return { result: { kind: 'done', output: { task: task.id, state: 'todo' }, text: `task “${title}” added` }, events };
      return { result: { kind: 'waits', for: 'task', until: null, look: null, kept: { task: task.id } }, events };
    },
    async resume(_tx, _call, kept, wake) {
      if (wake.by === 'time') return { result: { kind: 'waits', for: 'task', until: null, look: null, kept } };
      const { state } = endedShape.parse(wake.data);
      const { task } = z.object({ task: z.string() }).parse(kept);
      if (state === 'cancelled') return { result: { kind: 'failed', error: 'the task was cancelled', retryable: false } };
      return { result: { kind: 'done', output: { task, state }, text: 'the task is done' } };
    },
  };
}
