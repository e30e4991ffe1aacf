/** What an organisation sets for its incidents. */
import type { incidentSettingsOperations } from '../../../backend/contract/operations/incidentSettings.ts';
import { ifMatch, type Exercises } from '../stage.ts';

export const incidentSettingsExercises: Exercises<keyof typeof incidentSettingsOperations> = {
  getDeclarePolicy: async () => ({ input: {} }),
  async putDeclarePolicy({ must }) {
    const { version, provisioned: _file, ...policy } = await must('getDeclarePolicy');
    return { input: { body: { ...policy, candidateExpiryMinutes: 60 } }, headers: ifMatch({ version }) };
  },
  getSeverityPolicy: async () => ({ input: {} }),
  async putSeverityPolicy({ must }) {
    const { version, provisioned: _file, ...policy } = await must('getSeverityPolicy');
    return { input: { body: { ...policy, atRiskHops: 3 } }, headers: ifMatch({ version }) };
  },
  getIncidentTypes: async () => ({ input: {} }),
  async putIncidentTypes({ must, name }) {
    const { version, types } = await must('getIncidentTypes');
    return { input: { body: { types: [...types, { id: name().replace('-', '_'), name: 'Security', fields: [{ key: 'breach', label: 'Data breach', kind: 'boolean' }] }] } }, headers: ifMatch({ version }) };
  },
};
