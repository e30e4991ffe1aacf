/** Incidents, their states and their timeline. */
import type { incidentOperations } from '../../../backend/contract/operations/incidents.ts';
import type { Incident } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const REASON = { reason: 'a reason that is long enough' };

/** A command on an incident that is in the right state for it. */
function command(prepare: (stage: Stage) => Promise<Incident>) {
  return async (stage: Stage) => {
    const seen = await prepare(stage);
    return { input: { params: { number: seen.number }, body: REASON }, headers: ifMatch(seen) };
  };
}

export const incidentExercises: Exercises<keyof typeof incidentOperations> = {
  async listIncidents({ incident }) {
    await incident('acknowledge');
    return { input: { query: { phase: 'active', severity: 'sev2', q: 'thing', sort: 'severity', limit: 1 } } };
  },
  countIncidents: async () => ({ input: {} }),
  declareIncident: async ({ name }) => ({
    input: { body: { title: `Incident ${name()}`, severity: 'sev1', services: ['checkout'], description: 'Nobody can pay', impactStartedAt: '2026-11-24T09:00:00Z' } },
  }),
  async getIncident({ candidate }) {
    return { input: { params: { number: (await candidate()).number } } };
  },
  async editIncident({ incident }) {
    const seen = await incident();
    return { input: { params: { number: seen.number }, body: { title: 'A better title', impactStartedAt: null } }, headers: ifMatch(seen) };
  },
  promoteIncident: command(({ candidate }) => candidate()),
  rejectIncident: command(({ candidate }) => candidate()),
  acknowledgeIncident: command(({ incident }) => incident()),
  identifyIncident: command(({ incident }) => incident('acknowledge')),
  startMitigation: command(({ incident }) => incident('acknowledge', 'identify')),
  mitigateIncident: command(({ incident }) => incident('acknowledge', 'start-mitigation')),
  resolveIncident: command(({ incident }) => incident('acknowledge', 'mitigate')),
  reviewIncident: command(({ incident }) => incident('acknowledge', 'mitigate', 'resolve')),
  closeIncident: command(({ incident }) => incident('acknowledge', 'mitigate', 'resolve', 'review')),
  reopenIncident: command(({ incident }) => incident('acknowledge', 'mitigate', 'resolve')),
  cancelIncident: command(({ incident }) => incident()),
  async setIncidentSeverity({ incident }) {
    const seen = await incident();
    return { input: { params: { number: seen.number }, body: { severity: 'sev1', ...REASON } }, headers: ifMatch(seen) };
  },
  async assignCommander({ incident, viewer }) {
    const seen = await incident();
    return { input: { params: { number: seen.number }, body: { commander: viewer } }, headers: ifMatch(seen) };
  },
  async mergeIncident({ candidate, incident }) {
    const into = await incident();
    const seen = await candidate();
    return { input: { params: { number: seen.number }, body: { into: into.number, ...REASON } }, headers: ifMatch(seen) };
  },
  async listTimeline({ incident }) {
    const { number } = await incident('acknowledge');
    return { input: { params: { number }, query: { order: 'oldest', kind: 'all' } } };
  },
  async addNote({ incident }) {
    return { input: { params: { number: (await incident()).number }, body: { text: 'The card processor answers with 503' } } };
  },
  async reviseNote({ incident, must }) {
    const { number } = await incident();
    const note = await must('addNote', { params: { number }, body: { text: 'first wording' } });
    return { input: { params: { number, position: note.position }, body: { text: 'second wording' } } };
  },
  async listIncidentAlerts({ candidate }) {
    return { input: { params: { number: (await candidate()).number } } };
  },
};
