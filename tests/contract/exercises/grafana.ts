/** The connection to Grafana's own API. */
import type { grafanaOperations } from '../../../backend/contract/operations/grafana.ts';
import { ifMatch, type Exercises } from '../stage.ts';

const SETTINGS = { url: 'http://127.0.0.1:9', token: 'a-service-account-token-of-nobody' };

export const grafanaExercises: Exercises<keyof typeof grafanaOperations> = {
  getGrafanaConnection: async () => ({ input: {} }),
  putGrafanaConnection: async ({ must }) => ({ input: { body: SETTINGS }, headers: ifMatch(await must('getGrafanaConnection')) }),
  async testGrafanaConnection({ must }) {
    await must('putGrafanaConnection', { body: SETTINGS }, ifMatch(await must('getGrafanaConnection')));
    return { input: {} };
  },
};
