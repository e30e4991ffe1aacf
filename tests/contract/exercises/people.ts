/** How people are reached, and teams. */
import type { peopleOperations } from '../../../backend/contract/operations/people.ts';
import type { ContactPointId, MyContacts, Team } from '../../../backend/contract/index.ts';
import { channelId, teamId, type ChannelId } from '../../../backend/contract/index.ts';
import { createKeyRing } from '../../../backend/platform/secrets/keyRing.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** A channel by mail; nobody listens at its server. */
async function mailChannel({ must, name }: Stage): Promise<ChannelId> {
  const id = channelId.parse(name());
  return (await must('createChannel', { body: { id, kind: 'email', name: 'Mail', config: { host: 'mail.example.com', from: 'muster@example.com' } } })).id;
}

/** A contact point of one's own, on an address of its own. */
async function point(stage: Stage): Promise<{ id: ContactPointId; contacts: MyContacts }> {
  const contacts = await stage.must('addContactPoint', { body: { channel: await mailChannel(stage), address: `${stage.name()}@example.com`, consent: true } });
  const added = contacts.points.at(-1);
  if (added === undefined) throw new Error('no contact point');
  return { id: added.id, contacts };
}

async function team({ must, name }: Stage): Promise<Team> {
  const id = teamId.parse(name());
  return must('createTeam', { body: { id, name: `Team ${id}` } });
}

/** The last code was sent a while ago, so that another one may be. */
async function oldCode(stage: Stage, id: ContactPointId): Promise<void> {
  await stage.muster.database.db.query(`update contact_points as p set code_sent_at = p.code_sent_at - interval '1 minute' where p.id = $1::bigint`, [id]);
}

export const peopleExercises: Exercises<keyof typeof peopleOperations> = {
  async getMyContacts(stage) {
    await point(stage);
    return { input: {} };
  },
  async putContactRules(stage) {
    const { id, contacts } = await point(stage);
    return {
      input: { body: { rules: { critical: [{ point: id, waitSeconds: 60 }], high: null, normal: null, low: [] }, quietHours: [{ days: [0, 1, 2, 3, 4], from: '22:00', to: '07:00' }], zone: 'Europe/Berlin' } }, headers: ifMatch(contacts),
    };
  },
  async addContactPoint(stage) {
    return { input: { body: { channel: await mailChannel(stage), address: `${stage.name()}@example.com`, consent: true } } };
  },
  async sendContactCode(stage) {
    const { id } = await point(stage);
    await oldCode(stage, id);
    return { input: { params: { id } } };
  },
  async verifyContactPoint(stage) {
    const { id } = await point(stage);
    // Nobody reads the message here: the code becomes one that the test knows.
    const mac = createKeyRing(stage.muster.config.secrets.keys).mac(`${id}:123456`, 'contact-code');
    await stage.muster.database.db.query('update contact_points as p set code_mac = $2::text where p.id = $1::bigint', [id, mac]);
    return { input: { params: { id }, body: { code: '123456' } } };
  },
  async removeContactPoint(stage) {
    return { input: { params: { id: (await point(stage)).id } } };
  },
  async listTeams(stage) {
    await team(stage);
    return { input: { query: { limit: 1 } } };
  },
  async createTeam({ name, viewer }) {
    const id = teamId.parse(name());
    return { input: { body: { id, name: 'Payments', aliases: ['pay'], members: [viewer] } } };
  },
  async getTeam(stage) {
    return { input: { params: { team: (await team(stage)).id } } };
  },
  async putTeam(stage) {
    const seen = await team(stage);
    return { input: { params: { team: seen.id }, body: { name: 'Better said', members: [stage.viewer] } }, headers: ifMatch(seen) };
  },
  async deleteTeam(stage) {
    const seen = await team(stage);
    return { input: { params: { team: seen.id } }, headers: ifMatch(seen) };
  },
  async syncTeam(stage) {
    const seen = await team(stage);
    await stage.must('putTeam', { params: { team: seen.id }, body: { name: 'Linked', grafanaTeam: 7 } }, ifMatch(seen));
    return { input: { params: { team: seen.id } } };
  },
  async searchGrafanaTeams() {
    return { input: { query: { q: 'pay' } } };
  },
};
