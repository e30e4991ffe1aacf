/** What Muster makes of incidents. */
import type { insightOperations } from '../../../backend/contract/operations/insight.ts';
import { ifMatch, type Exercises } from '../stage.ts';

export const insightExercises: Exercises<keyof typeof insightOperations> = {
  async getSimilarIncidents({ incident }) {
    await incident('acknowledge', 'mitigate', 'resolve');
    return { input: { params: { number: (await incident()).number } } };
  },
  async getChangesBefore({ candidate, must, name }) {
    const { number, services } = await candidate();
    await must('recordChange', { body: { id: name(), title: 'A deploy', ...(services[0] === undefined ? {} : { service: services[0] }) } });
    return { input: { params: { number } } };
  },
  async getCauses({ candidate, must }) {
    const { number } = await candidate();
    await must('addHypothesis', { params: { number }, body: { text: 'The disk is full' } });
    return { input: { params: { number } } };
  },
  async addHypothesis({ candidate }) {
    return { input: { params: { number: (await candidate()).number }, body: { text: 'The pool is exhausted', service: 'payments-db' } } };
  },
  async judgeCause({ candidate, must }) {
    const { number } = await candidate();
    const { id, version } = await must('addHypothesis', { params: { number }, body: { text: 'The disk is full' } });
    return { input: { params: { number }, body: { cause: id, verdict: 'refuted', note: 'It has room' } }, headers: ifMatch({ version }) };
  },
};
