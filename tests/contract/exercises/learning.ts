/** What was learned. */
import type { learningOperations } from '../../../backend/contract/operations/learning.ts';
import type { Exercises, Stage } from '../stage.ts';

const WHY = { reason: 'they only share a gateway' };

/** The id of something learned: a candidate was rejected. */
async function learned({ candidate, must }: Stage): Promise<string> {
  const { number } = await candidate();
  await must('rejectIncident', { params: { number }, body: { reason: 'a load test' } });
  await must('learnNow');
  const [newest] = (await must('listLearned')).items;
  if (newest === undefined) throw new Error('nothing was learned');
  return newest.id;
}

export const learningExercises: Exercises<keyof typeof learningOperations> = {
  async getLearning(stage) {
    await learned(stage);
    return { input: {} };
  },
  learnNow: () => Promise.resolve({ input: {} }),
  async listLearned(stage) {
    await learned(stage);
    return { input: {} };
  },
  forgetLearned: async (stage) => ({ input: { params: { id: await learned(stage) }, body: WHY } }),
  ignoreLearned: async (stage) => ({ input: { params: { id: await learned(stage) }, body: WHY } }),
  async allowLearned(stage) {
    const id = await learned(stage);
    await stage.must('ignoreLearned', { params: { id }, body: WHY });
    return { input: { params: { id } } };
  },
};
