/** Incidents, their states and their timeline. */
import type { incidentOperations } from '../../../backend/contract/operations/incidents.ts';
import type { AlertId, Incident, IncidentNumber } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const REASON = { reason: 'a reason that is long enough' };

/** A command on an incident that is in the right state for it. */
function command(prepare: (stage: Stage) => Promise<Incident>) {
  return async (stage: Stage) => {
    const seen = await prepare(stage);
    return { input: { params: { number: seen.number }, body: REASON }, headers: ifMatch(seen) };
  };
}

/** An incident declared with two alerts. */
async function withTwoAlerts(stage: Stage): Promise<{ seen: Incident; alerts: AlertId[] }> {
  const alerts = await stage.freeAlerts(2);
  const seen = await stage.must('declareIncident', { body: { title: `Incident ${stage.name()}`, severity: 'sev3', alerts } });
  return { seen, alerts };
}

async function merged({ incident, must }: Stage): Promise<{ id: string; into: IncidentNumber }> {
  const [from, into] = [await incident(), await incident()];
  await must('mergeIncident', { params: { number: from.number }, body: { into: into.number, ...REASON } });
  const { items } = await must('listRegroupings', { params: { number: into.number } });
  return { id: items[0]?.id ?? '', into: into.number };
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
  async splitIncident(stage) {
    const { seen, alerts } = await withTwoAlerts(stage);
    return { input: { params: { number: seen.number }, body: { alerts: alerts.slice(0, 1), ...REASON } }, headers: ifMatch(seen) };
  },
  async moveAlerts(stage) {
    const { seen, alerts } = await withTwoAlerts(stage);
    return { input: { params: { number: seen.number }, body: { alerts: alerts.slice(0, 1), into: (await stage.incident()).number, ...REASON } }, headers: ifMatch(seen) };
  },
  async listRegroupings(stage) {
    return { input: { params: { number: (await merged(stage)).into } } };
  },
  async undoRegrouping(stage) {
    return { input: { params: { id: (await merged(stage)).id }, body: REASON } };
  },
  async setIncidentFields({ incident }) {
    const seen = await incident();
    return { input: { params: { number: seen.number }, body: { type: 'general', fields: {} } }, headers: ifMatch(seen) };
  },
  async getBlastRadius({ candidate }) {
    return { input: { params: { number: (await candidate()).number } } };
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
    return { input: { params: { number, position: note.position }, body: { text: 'second wording' } }, headers: ifMatch(note) };
  },
  async listIncidentAlerts({ candidate }) {
    return { input: { params: { number: (await candidate()).number } } };
  },
  async getIncidentLanes({ candidate }) {
    return { input: { params: { number: (await candidate()).number } } };
  },
};
