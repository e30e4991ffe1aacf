/** Judgements of the grouping. */
import type { judgementOperations } from '../../../backend/contract/operations/judgements.ts';
import type { Exercises, Stage } from '../stage.ts';

/** The number of an incident that was judged. */
async function judged({ candidate, must }: Stage) {
  const { number } = await candidate();
  await must('putJudgement', { params: { number }, body: { verdict: 'correct' } });
  return number;
}

export const judgementExercises: Exercises<keyof typeof judgementOperations> = {
  getJudgement: async (stage) => ({ input: { params: { number: await judged(stage) } } }),
  putJudgement: async ({ candidate }) => ({ input: { params: { number: (await candidate()).number }, body: { verdict: 'correct' } } }),
  deleteJudgement: async (stage) => ({ input: { params: { number: await judged(stage) } } }),
  async listJudgements(stage) {
    await judged(stage);
    return { input: {} };
  },
};
