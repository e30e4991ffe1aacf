/** What is told of incidents. */
import { audienceId, type StatusUpdate } from '../../../backend/contract/index.ts';
import type { commsOperations } from '../../../backend/contract/operations/comms.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const FIELDS = { summary: 'Payments fail.', impact: 'Nobody can pay.' };

/** A draft for an audience that asks for an approval, which anybody may give. */
async function drafted({ incident, must }: Stage): Promise<StatusUpdate> {
  const { number } = await incident();
  return must('createUpdate', { params: { number }, body: { audience: audienceId.parse('executive'), fields: FIELDS } });
}

async function approved(stage: Stage): Promise<StatusUpdate> {
  const draft = await drafted(stage);
  return stage.must('approveUpdate', { params: { id: draft.id }, body: {} }, ifMatch(draft));
}

export const commsExercises: Exercises<keyof typeof commsOperations> = {
  getCommunication: async () => ({ input: {} }),
  async putCommunication({ must, name }) {
    const { audiences, remindMinutes, version } = await must('getCommunication');
    const [first, ...others] = audiences;
    if (first === undefined) throw new Error('no audience');
    return { input: { body: { audiences: [{ ...first, name: `Internal ${name()}` }, ...others], remindMinutes } }, headers: ifMatch({ version }) };
  },
  async getCadence(stage) {
    const { id, version } = await approved(stage);
    await stage.must('publishUpdate', { params: { id }, body: {} }, ifMatch({ version }));
    return { input: { query: { days: 30 } } };
  },
  async listUpdatesDue({ incident }) {
    await incident();
    return { input: { query: { limit: 1 } } };
  },
  async getIncidentComms({ incident }) {
    return { input: { params: { number: (await incident()).number } } };
  },
  async pauseUpdates({ incident }) {
    return { input: { params: { number: (await incident()).number }, body: { until: new Date(Date.now() + 3_600_000).toISOString(), reason: 'a vendor repairs it' } } };
  },
  async resumeUpdates({ incident, must }) {
    const { number } = await incident();
    await must('pauseUpdates', { params: { number }, body: { until: new Date(Date.now() + 3_600_000).toISOString(), reason: 'a vendor repairs it' } });
    return { input: { params: { number }, body: {} } };
  },
  async listIncidentUpdates(stage) {
    return { input: { params: { number: (await drafted(stage)).incident } } };
  },
  async previewUpdate({ incident, must, name }) {
    const { number } = await incident();
    const business = await must('createBusinessService', { body: { name: name() } });
    return { input: { params: { number }, body: { audience: audienceId.parse('customer'), fields: { title: 'Payments fail' }, components: [{ name: business.name, state: 'major_outage' }], nextUpdateAt: '2099-01-01T00:00:00Z' } } };
  },
  async createUpdate({ incident }) {
    return { input: { params: { number: (await incident()).number }, body: { audience: audienceId.parse('internal'), fields: { summary: FIELDS.summary } } } };
  },
  async getUpdate(stage) {
    return { input: { params: { id: (await drafted(stage)).id } } };
  },
  async getUpdateDeliveries(stage) {
    const { id, version } = await approved(stage);
    await stage.must('publishUpdate', { params: { id }, body: {} }, ifMatch({ version }));
    return { input: { params: { id } } };
  },
  async editUpdate(stage) {
    const draft = await drafted(stage);
    return { input: { params: { id: draft.id }, body: { ownText: 'Said by hand' } }, headers: ifMatch(draft) };
  },
  async approveUpdate(stage) {
    const draft = await drafted(stage);
    return { input: { params: { id: draft.id }, body: {} }, headers: ifMatch(draft) };
  },
  async publishUpdate(stage) {
    const ready = await approved(stage);
    return { input: { params: { id: ready.id }, body: {} }, headers: ifMatch(ready) };
  },
  async discardUpdate(stage) {
    const draft = await drafted(stage);
    return { input: { params: { id: draft.id }, body: {} }, headers: ifMatch(draft) };
  },
};
