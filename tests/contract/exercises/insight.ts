/** What Muster makes of incidents. */
import { audienceId } from '../../../backend/contract/index.ts';
import type { insightOperations } from '../../../backend/contract/operations/insight.ts';
import type { Database } from '../../../backend/platform/db/database.ts';
import { forecastId } from '../../../backend/contract/index.ts';
import { seriesKeyOf } from '../../../backend/detection/index.ts';
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

/** Limits that people were told of just now, each of an alerting detector of that name, as the forecasts are written down. */
export async function forecasted(db: Database, names: readonly string[]): Promise<string[]> {
  const definition = JSON.stringify({ name: 'x', query: { kind: 'alerts', by: 'source' }, stepSeconds: 600, threshold: { value: 90, side: 'above' } });
  const rows = await db.query<{ id: string }>(
    `with made as (
       insert into detectors (org_id, name, definition, state, state_since, trained_from, evaluated_to, due_at, created_at, created_by, updated_at)
       select 1, 'limit of ' || s.name, $2::jsonb || jsonb_build_object('name', 'limit of ' || s.name), 'active', now(), now(), now(), now() + interval '1 day', now(), 'somebody', now() from unnest($1::text[]) as s(name)
       returning org_id, id, name, version
     ), watched as (
       insert into breach_watches (org_id, detector_id, due_at, version) select org_id, id, now() + interval '1 day', version from made
     )
     insert into breach_forecasts (org_id, detector_id, name, series_key, labels, service, asked, limit_value, limit_side, made_at, updated_at, value,
       earliest_at, median_at, latest_at, said_earliest_at, said_median_at, said_latest_at, said_until, told_at)
     select 1, m.id, m.name, 'one', '{"mountpoint": "/data"}', 'checkout', 'x', 90, 'above', now(), now(), 80,
       now() + interval '1 hour', now() + interval '2 hours', now() + interval '3 hours', now() + interval '1 hour', now() + interval '2 hours', now() + interval '3 hours', now() + interval '3 hours', now() from made as m returning id::text`,
    [names, definition],
  );
  return rows.map(({ id }) => id);
}

/** A model that nobody serves. */
const MODEL = { enabled: true, url: 'http://127.0.0.1:9/v1', model: 'a-model', apiKey: 'a-key-of-nobody' };

export const insightExercises: Exercises<keyof typeof insightOperations> = {
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
  getAccuracy: async () => ({ input: { query: { weeks: 4 } } }),
  async putHelperMode({ must }) {
    const { helpers } = await must('getAccuracy', { query: { weeks: 1 } });
    const seen = helpers.find(({ helper }) => helper === 'diagnosis')?.standing ?? { version: 0 };
    return { input: { body: { helper: 'diagnosis', mode: 'shadow', reason: 'while we look into it' } }, headers: ifMatch(seen) };
  },
  async listPredictions({ muster, name }) {
    const service = name();
    await predicted(muster.database.db, [service]);
    return { input: { query: { state: 'all', service, limit: 10 } } };
  },
  async listForecasts({ muster, name }) {
    await forecasted(muster.database.db, [name()]);
    return { input: { query: { state: 'all', limit: 10 } } };
  },
  async getForecastChart({ muster, candidate, name }) {
    const { db } = muster.database;
    const [id] = await forecasted(db, [name()]);
    const { number } = await candidate();
    // Its series is the one that these alerts make, once they are older than a step.
    const [series] = await db.query<{ source: string }>(
      `update alerts as a set first_seen_at = a.first_seen_at - interval '1 hour' from incident_alerts as k
        where k.org_id = 1 and k.incident_number = $1::integer and a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at returning a.source_id as source`, [number],
    );
    const labels = { source: series?.source ?? '' };
    await db.query('update breach_forecasts set series_key = $2::text, labels = $3::jsonb where id = $1::bigint', [id, seriesKeyOf(labels), JSON.stringify(labels)]);
    return { input: { params: { id: forecastId.parse(id) } } };
  },
  previewForecast: async () => ({ input: { body: { query: { kind: 'alerts', by: 'source' }, stepSeconds: 600, threshold: { value: 1_000, side: 'above' } } } }),
  async getSimilarIncidents({ incident, must }) {
    await incident('acknowledge', 'mitigate', 'resolve');
    const { number } = await incident();
    // The memory is made when somebody asks.
    await eventually(() => must('getSimilarIncidents', { params: { number } }), ({ items }) => items.length > 0);
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
  async getAlertMeanings({ candidate }) {
    return { input: { params: { number: (await candidate()).number } } };
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
  async judgeCause({ candidate, must }) {
    const { number } = await candidate();
    const { id, version } = await must('addHypothesis', { params: { number }, body: { text: 'The disk is full' } });
    return { input: { params: { number }, body: { cause: id, verdict: 'refuted', note: 'It has room' } }, headers: ifMatch({ version }) };
  },
};
