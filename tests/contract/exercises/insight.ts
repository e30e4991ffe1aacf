/** What Muster makes of incidents. */
import type { insightOperations } from '../../../backend/contract/operations/insight.ts';
import type { Exercises } from '../stage.ts';

export const insightExercises: Exercises<keyof typeof insightOperations> = {
  async getSimilarIncidents({ incident }) {
    await incident('acknowledge', 'mitigate', 'resolve');
    return { input: { params: { number: (await incident()).number } } };
  },
};
