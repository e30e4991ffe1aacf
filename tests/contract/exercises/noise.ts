/** Noise control: rules, windows, silences. None of them touches the alerts of other exercises. */
import type { CallOf } from '../../../backend/contract/index.ts';
import type { noiseOperations } from '../../../backend/contract/operations/noise.ts';
import { eventually } from '../../harness/app.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const SCOPE = { services: ['nobodys-service'] };
const RULE: CallOf<'createNoiseRule'>['body'] = { kind: 'suppression', name: 'Known', reason: 'known and harmless', scope: SCOPE };
const WINDOW: CallOf<'createMaintenance'>['body'] = {
  name: 'Upgrade', scope: SCOPE, change: 'CHG-42', schedule: { kind: 'recurring', timeZone: 'Europe/Berlin', startsAt: '2026-01-04T02:30', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=SU' },
};
const SILENCE: CallOf<'createSilence'>['body'] = { matchers: [{ name: 'team', operator: '=', value: 'nobody' }], endsAt: '2099-01-01T00:00:00Z', comment: 'while it is repaired' };

const rule = ({ must }: Stage) => must('createNoiseRule', { body: RULE });
const window = ({ must }: Stage) => must('createMaintenance', { body: WINDOW });
const silence = ({ must }: Stage) => must('createSilence', { body: SILENCE });

export const noiseExercises: Exercises<keyof typeof noiseOperations> = {
  async listNoiseRules(stage) {
    await rule(stage);
    return { input: {} };
  },
  createNoiseRule: () => Promise.resolve({ input: { body: RULE } }),
  async editNoiseRule(stage) {
    const made = await rule(stage);
    return { input: { params: { id: made.id }, body: { ...RULE, enabled: false } }, headers: ifMatch(made) };
  },
  async deleteNoiseRule(stage) {
    const made = await rule(stage);
    return { input: { params: { id: made.id } }, headers: ifMatch(made) };
  },
  previewNoiseScope: () => Promise.resolve({ input: { body: { scope: SCOPE } } }),
  async listHeldBack(stage) {
    const service = stage.name();
    await stage.must('createNoiseRule', { body: { ...RULE, scope: { services: [service] } } });
    await stage.alert(service);
    await eventually(() => stage.must('listHeldBack', {}), ({ items }) => items.some((item) => item.service === service));
    return { input: {} };
  },
  async listNoiseScores(stage) {
    await stage.candidate();
    await eventually(() => stage.must('listNoiseScores', { query: { days: 1 } }), ({ items }) => items.length > 0);
    return { input: { query: { days: 1 } } };
  },
  async listMaintenance(stage) {
    await window(stage);
    return { input: {} };
  },
  createMaintenance: () => Promise.resolve({ input: { body: WINDOW } }),
  async editMaintenance(stage) {
    const made = await window(stage);
    return { input: { params: { id: made.id }, body: { ...WINDOW, name: 'Upgrade, moved' } }, headers: ifMatch(made) };
  },
  endMaintenance: async (stage) => ({ input: { params: { id: (await window(stage)).id } } }),
  previewMaintenance: () => Promise.resolve({ input: { body: { schedule: WINDOW.schedule } } }),
  async closeMaintenanceOfChange(stage) {
    await window(stage);
    return { input: { body: { change: 'CHG-42' } } };
  },
  async listSilences(stage) {
    await silence(stage);
    return { input: {} };
  },
  createSilence: () => Promise.resolve({ input: { body: SILENCE } }),
  async editSilence(stage) {
    const made = await silence(stage);
    return { input: { params: { id: made.id }, body: { ...SILENCE, comment: 'still being repaired' } }, headers: ifMatch(made) };
  },
  expireSilence: async (stage) => ({ input: { params: { id: (await silence(stage)).id } } }),
  getSilenceSync: () => Promise.resolve({ input: {} }),
  async syncSilences({ must }) {
    // Nobody answers there; what came of it is told in the answer.
    await must('putGrafanaConnection', { body: { url: 'http://127.0.0.1:9', token: 'a-service-account-token-of-nobody' } }, ifMatch(await must('getGrafanaConnection')));
    return { input: {} };
  },
};
