/** Secrets of steps of runbooks. */
import type { RunbookSecret } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** A new secret. */
function made({ must, name }: Stage): Promise<RunbookSecret> {
  return must('putRunbookSecret', { params: { name: name().replace('-', '_') }, body: { value: 'a value of an example', description: 'For the pool' } });
}

export const runbookSecretExercises: Exercises<'listRunbookSecrets' | 'putRunbookSecret' | 'deleteRunbookSecret'> = {
  async listRunbookSecrets(stage) {
    await made(stage);
    return { input: { query: { limit: 1 } } };
  },
  async putRunbookSecret(stage) {
    const seen = await made(stage);
    return { input: { params: { name: seen.name }, body: { description: 'For the pool of checkout', role: 'commander' } }, headers: ifMatch(seen) };
  },
  async deleteRunbookSecret(stage) {
    const seen = await made(stage);
    return { input: { params: { name: seen.name } }, headers: ifMatch(seen) };
  },
};
