/** What Muster makes of incidents. */
import { audienceId } from '../../../backend/contract/index.ts';
import type { insightOperations } from '../../../backend/contract/operations/insight.ts';
import type { Database } from '../../../backend/platform/db/database.ts';
import { eventually } from '../../harness/app.ts';
import { ifMatch, type Exercises } from '../stage.ts';
import { published } from './automation.ts';

/** Services that were warned of just now, as prediction writes it down. */
export async function predicted(db: Database, services: readonly string[]): Promise<void> {
  await db.query(
    `insert into predictions (org_id, service, made_at, warned_at, updated_at, until_at, probability, said_probability, reasons)
     select 1, s.name, now(), now(), now(), now() + interval '45 minutes', 0.4, 0.4, '[{"kind":"foresight","text":"PoolBusy fires 5 times more rarely than other weak alerts do","weight":1.9}]' from unnest($1::text[]) as s(name)`, [services],
  );
}

/** A model that nobody serves. */
const MODEL = { enabled: true, url: 'http://127.0.0.1:9/v1', model: 'a-model', apiKey: 'a-key-of-nobody' };

export const insightExercises: Exercises<keyof typeof insightOperations> = {
  getAccuracy: async () => ({ input: { query: { weeks: 4 } } }),
  async listPredictions({ muster, name }) {
    const service = name();
    await predicted(muster.database.db, [service]);
    return { input: { query: { state: 'all', service, limit: 10 } } };
  },
  async getSimilarIncidents({ incident, must }) {
    await incident('acknowledge', 'mitigate', 'resolve');
    const { number } = await incident();
    // The memory is made when somebody asks.
    await eventually(() => must('getSimilarIncidents', { params: { number } }), ({ items }) => items.length > 0, 30_000);
    return { input: { params: { number } } };
  },
  async getRecommendations(stage) {
    await published(stage);
    return { input: { params: { number: (await stage.incident()).number } } };
  },
  async judgeRecommendation(stage) {
    const runbook = await published(stage);
    return { input: { params: { number: (await stage.incident()).number }, body: { runbook, verdict: 'rejected', reason: 'It is not the pool' } } };
  },
  async getChangesBefore({ candidate, must, name }) {
    const { number, services } = await candidate();
    await must('recordChange', { body: { id: name(), title: 'A deploy', ...(services[0] === undefined ? {} : { service: services[0] }) } });
    return { input: { params: { number } } };
  },
  async getCauses({ candidate, must }) {
    const { number } = await candidate();
    await must('addHypothesis', { params: { number }, body: { text: 'The disk is full' } });
    return { input: { params: { number } } };
  },
  async addHypothesis({ candidate }) {
    return { input: { params: { number: (await candidate()).number }, body: { text: 'The pool is exhausted', service: 'payments-db' } } };
  },
  async getSummary({ candidate, must }) {
    const { number } = await candidate();
    await must('addNote', { params: { number }, body: { text: 'Looks like the disk' } });
    return { input: { params: { number } } };
  },
  async writeDraft({ incident }) {
    return { input: { params: { number: (await incident()).number }, body: { audience: audienceId.parse('customer') } } };
  },
  async previewDraft({ incident, must }) {
    await must('putModelSettings', { body: MODEL }, ifMatch(await must('getModelSettings')));
    return { input: { params: { number: (await incident()).number }, body: { audience: audienceId.parse('internal') } } };
  },
  noteDraftOutcome: async () => ({ input: { body: { by: 'template', outcome: 'edited' } } }),
  async getModelSettings({ must }) {
    await must('noteDraftOutcome', { body: { by: 'model', outcome: 'accepted' } });
    return { input: {} };
  },
  putModelSettings: async ({ must }) => ({ input: { body: MODEL }, headers: ifMatch(await must('getModelSettings')) }),
  async testModel({ must }) {
    await must('putModelSettings', { body: MODEL }, ifMatch(await must('getModelSettings')));
    return { input: { body: {} } };
  },
  async judgeCause({ candidate, must }) {
    const { number } = await candidate();
    const { id, version } = await must('addHypothesis', { params: { number }, body: { text: 'The disk is full' } });
    return { input: { params: { number }, body: { cause: id, verdict: 'refuted', note: 'It has room' } }, headers: ifMatch({ version }) };
  },
};
