/** Who may see an incident. */
import type { privacyOperations } from '../../../backend/contract/operations/privacy.ts';
import type { Incident } from '../../../backend/contract/index.ts';
import { ED_EDITOR } from '../../harness/grafana.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const REASON = { reason: 'a reason that is long enough' };

async function hidden({ incident, must, viewer }: Stage): Promise<Incident> {
  return must('makeIncidentPrivate', { params: { number: (await incident()).number }, body: { ...REASON, members: [viewer] } });
}

/** One that the admin of the exercises does not see. */
async function strange({ muster, name }: Stage): Promise<number> {
  const answer = await muster.call(ED_EDITOR, 'declareIncident', { body: { title: `Incident ${name()}`, severity: 'sev2', private: REASON } });
  return answer.body.number;
}

export const privacyExercises: Exercises<keyof typeof privacyOperations> = {
  async makeIncidentPrivate({ incident, viewer }) {
    const seen = await incident();
    return { input: { params: { number: seen.number }, body: { ...REASON, members: [viewer] } }, headers: ifMatch(seen) };
  },
  async makeIncidentOpen(stage) {
    const seen = await hidden(stage);
    return { input: { params: { number: seen.number }, body: REASON }, headers: ifMatch(seen) };
  },
  async setIncidentMembers(stage) {
    const seen = await hidden(stage);
    return { input: { params: { number: seen.number }, body: { members: seen.privacy?.members.map(({ key }) => key) ?? [] } }, headers: ifMatch(seen) };
  },
  async listPrivateIncidents(stage) {
    await hidden(stage);
    return { input: {} };
  },
  async enterPrivateIncident(stage) {
    return { input: { params: { number: await strange(stage) }, body: REASON } };
  },
};
