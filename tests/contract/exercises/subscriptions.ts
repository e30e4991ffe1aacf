/** Subscriptions. */
import { audienceId } from '../../../backend/contract/index.ts';
import type { subscriptionOperations } from '../../../backend/contract/operations/subscriptions.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

async function subscribed({ must }: Pick<Stage, 'must'>): Promise<void> {
  const mine = await must('getMySubscription');
  await must('putMySubscription', { body: { audiences: [audienceId.parse('internal')] } }, ifMatch(mine));
}

export const subscriptionExercises: Exercises<keyof typeof subscriptionOperations> = {
  getMySubscription: async () => ({ input: {} }),
  async putMySubscription({ must }) {
    return { input: { body: { audiences: [audienceId.parse('internal')], severities: ['sev1'], services: ['checkout'], regions: ['eu'] } }, headers: ifMatch(await must('getMySubscription')) };
  },
  async listSubscribers(stage) {
    await subscribed(stage);
    return { input: { query: { kind: 'person' } } };
  },
  async removeSubscriber(stage) {
    await subscribed(stage);
    const { items } = await stage.must('listSubscribers', { query: { kind: 'person' } });
    return { input: { params: { id: items[0]?.id ?? '' } } };
  },
};
