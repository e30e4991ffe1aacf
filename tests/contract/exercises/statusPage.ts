/** The status page. */
import type { statusPageOperations } from '../../../backend/contract/operations/statusPage.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

async function business({ must, name }: Pick<Stage, 'must' | 'name'>): Promise<string> {
  return (await must('createBusinessService', { body: { name: name() } })).name;
}

const WORK = { title: 'Upgrade of the database', startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-01T02:00:00Z' };

export const statusPageExercises: Exercises<keyof typeof statusPageOperations> = {
  getStatusPage: async () => ({ input: {} }),
  async putStatusPage(stage) {
    const { version } = await stage.must('getStatusPage');
    return { input: { body: { title: 'Status of the shop', components: [{ name: await business(stage), label: 'Shop' }] } }, headers: ifMatch({ version }) };
  },
  previewStatusPage: async () => ({ input: {} }),
  async listStatusPageLinks({ must, name }) {
    await must('createStatusPageLink', { body: { name: name() } });
    return { input: { query: { limit: 10 } } };
  },
  createStatusPageLink: async ({ name }) => ({ input: { body: { name: name() } } }),
  async revokeStatusPageLink({ must, name }) {
    return { input: { params: { id: (await must('createStatusPageLink', { body: { name: name() } })).link.id } } };
  },
  async listStatusMaintenance({ must }) {
    await must('createStatusMaintenance', { body: WORK });
    return { input: {} };
  },
  async createStatusMaintenance(stage) {
    const { must, name } = stage;
    return { input: { body: { ...WORK, components: [await business({ must, name: () => `${name()}-${name()}` })], text: 'Everything may be slow.' } } };
  },
  async editStatusMaintenance({ must }) {
    const made = await must('createStatusMaintenance', { body: WORK });
    return { input: { params: { id: made.id }, body: { ...WORK, title: 'Later' } }, headers: ifMatch(made) };
  },
  async deleteStatusMaintenance({ must }) {
    return { input: { params: { id: (await must('createStatusMaintenance', { body: WORK })).id } } };
  },
  getPageSync: async () => ({ input: {} }),
  async putPageSync(stage) {
    const { version } = await stage.must('getPageSync');
    return { input: { body: { enabled: false, pageId: 'abc123', components: [{ name: await business(stage), componentId: 'def456' }], apiKey: 'a key of an example' } }, headers: ifMatch({ version }) };
  },
  retryPageSync: async () => ({ input: { body: {} } }),
};
