/** Tasks of incidents. */
import type { taskOperations } from '../../../backend/contract/operations/tasks.ts';
import type { Task } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** A task of a new incident, one that another one has to wait for. */
async function made({ incident, must, name }: Stage): Promise<Task> {
  const { number } = await incident();
  return must('createTask', { params: { number }, body: { title: `Task ${name()}`, owner: { kind: 'role', role: 'commander' }, dueAt: '2026-11-24T09:00:00Z' } });
}

export const taskExercises: Exercises<keyof typeof taskOperations> = {
  async listTasks(stage) {
    await made(stage);
    return { input: { query: { due: 'overdue', limit: 1 } } };
  },
  async listIncidentTasks(stage) {
    return { input: { params: { number: (await made(stage)).incident.number } } };
  },
  async createTask({ incident, must, viewer }) {
    const { number } = await incident();
    const { position } = await must('addNote', { params: { number }, body: { text: 'Ask the network team' } });
    const first = await must('createTask', { params: { number }, body: { title: 'Restart the pool' } });
    return {
      input: {
        params: { number },
        body: { entry: position, owner: { kind: 'user', user: viewer }, dueAt: '2099-01-01T00:00:00Z', priority: 'high', waitsFor: [first.id], checklist: [{ text: 'Call them' }] },
      },
    };
  },
  async getTask(stage) {
    return { input: { params: { id: (await made(stage)).id } } };
  },
  async editTask(stage) {
    const seen = await made(stage);
    return { input: { params: { id: seen.id }, body: { title: 'Better said', owner: { kind: 'team', team: 'network' }, state: 'doing' } }, headers: ifMatch(seen) };
  },
  async completeTask(stage) {
    const seen = await made(stage);
    return { input: { params: { id: seen.id }, body: {} }, headers: ifMatch(seen) };
  },
  async cancelTask(stage) {
    const seen = await made(stage);
    return { input: { params: { id: seen.id }, body: { reason: 'not needed' } }, headers: ifMatch(seen) };
  },
  async reopenTask(stage) {
    const { id } = await made(stage);
    return { input: { params: { id }, body: {} }, headers: ifMatch(await stage.must('completeTask', { params: { id }, body: {} })) };
  },
};
