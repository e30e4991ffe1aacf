/** People, roles and API tokens. */
import type { accessOperations } from '../../../backend/contract/operations/access.ts';
import { ifMatch, type Exercises } from '../stage.ts';

export const accessExercises: Exercises<keyof typeof accessOperations> = {
  getMe: async () => ({ input: {} }),
  listUsers: async () => ({ input: {} }),
  listPeople: async () => ({ input: {} }),
  async setUserRole({ must, viewer }) {
    const seen = (await must('listUsers')).items.find(({ key }) => key === viewer);
    return { input: { params: { user: viewer }, body: { role: 'responder' } }, headers: ifMatch(seen ?? { version: 0 }) };
  },
  async listApiTokens({ must, name }) {
    await must('createApiToken', { body: { name: name(), role: 'viewer' } });
    return { input: {} };
  },
  createApiToken: async ({ name }) => ({ input: { body: { name: name(), role: 'viewer', expiresInDays: 7 } } }),
  async revokeApiToken({ must, name }) {
    const { apiToken } = await must('createApiToken', { body: { name: name(), role: 'viewer' } });
    return { input: { params: { id: apiToken.id } } };
  },
};
