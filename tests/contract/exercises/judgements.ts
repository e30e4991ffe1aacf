/** Judgements of the grouping. */
import type { judgementOperations } from '../../../backend/contract/operations/judgements.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** The number of an incident that was judged, and the version of the judgement. */
async function judged({ candidate, must }: Stage) {
  const { number } = await candidate();
  const { version } = await must('putJudgement', { params: { number }, body: { verdict: 'correct' } }, ifMatch({ version: 0 }));
  return { number, version };
}

export const judgementExercises: Exercises<keyof typeof judgementOperations> = {
  getJudgement: async (stage) => ({ input: { params: { number: (await judged(stage)).number } } }),
  putJudgement: async ({ candidate }) => ({ input: { params: { number: (await candidate()).number }, body: { verdict: 'correct' } }, headers: ifMatch({ version: 0 }) }),
  async deleteJudgement(stage) {
    const seen = await judged(stage);
    return { input: { params: { number: seen.number } }, headers: ifMatch(seen) };
  },
  async listJudgements(stage) {
    await judged(stage);
    return { input: {} };
  },
};
