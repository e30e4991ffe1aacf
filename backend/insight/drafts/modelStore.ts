/** SQL of the model that may reword drafts: its settings, what was asked of it, what became of drafts. */
import { draftOutcome, draftWriter, testModelResult, type DraftOutcome, type DraftWriter, type ModelSettings, type ModelTest, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { SealedColumn } from '../../platform/secrets/rotate.ts';

export interface StoredModel {
  readonly enabled: boolean;
  readonly url: string | null;
  readonly model: string | null;
  /** Sealed. */
  readonly apiKey: string | null;
  readonly timeoutSeconds: number;
  readonly dailyRequests: number;
  readonly dailyTokens: number;
  readonly privateIncidents: boolean;
  readonly lastTest: ModelTest | null;
  /** `model.yaml` says it, and alone changes it. */
  readonly provisioned: boolean;
  /** Zero until somebody has set it. */
  readonly version: number;
}

interface ModelRow {
  enabled: boolean;
  url: string | null;
  model: string | null;
  api_key: string | null;
  timeout_seconds: number;
  daily_requests: number;
  daily_tokens: number;
  private_incidents: boolean;
  last_test: unknown;
  provisioned: boolean;
  version: number;
}

const NONE: StoredModel = { enabled: false, url: null, model: null, apiKey: null, timeoutSeconds: 20, dailyRequests: 100, dailyTokens: 200_000, privateIncidents: false, lastTest: null, provisioned: false, version: 0 };

/** What the key is sealed for. */
export function modelKeyPurpose(orgId: number): string {
  return `draft-model/${orgId}`;
}

/** The settings; those that hold before anybody has set any are off. */
export async function selectModel(q: Queryable, orgId: OrgId): Promise<StoredModel> {
  const [row] = await q.query<ModelRow>(
    `select m.enabled, m.url, m.model, m.api_key, m.timeout_seconds, m.daily_requests, m.daily_tokens, m.private_incidents, m.last_test, m.provisioned, m.version from draft_models as m where m.org_id = $1::integer`, [orgId],
  );
  if (row === undefined) return NONE;
  return {
    enabled: row.enabled, url: row.url, model: row.model, apiKey: row.api_key, timeoutSeconds: row.timeout_seconds, dailyRequests: row.daily_requests, dailyTokens: row.daily_tokens,
    privateIncidents: row.private_incidents, lastTest: row.last_test === null ? null : testModelResult.parse(row.last_test), provisioned: row.provisioned, version: row.version,
  };
}

/** Replaces them if they still have that version. */
export async function replaceModel(tx: Transaction, orgId: OrgId, version: number, model: Omit<StoredModel, 'lastTest' | 'version'>): Promise<boolean> {
  const values = [orgId, model.enabled, model.url, model.model, model.apiKey, model.timeoutSeconds, model.dailyRequests, model.dailyTokens, model.privateIncidents, model.provisioned];
  const rows = version === 0
    ? await tx.query(
      `insert into draft_models (org_id, enabled, url, model, api_key, timeout_seconds, daily_requests, daily_tokens, private_incidents, provisioned, version)
       values ($1::integer, $2::boolean, $3::text, $4::text, $5::text, $6::integer, $7::integer, $8::integer, $9::boolean, $10::boolean, 1) on conflict do nothing returning 1 as done`, values,
    )
    : await tx.query(
      `update draft_models set enabled = $2::boolean, url = $3::text, model = $4::text, api_key = $5::text, timeout_seconds = $6::integer, daily_requests = $7::integer, daily_tokens = $8::integer,
         private_incidents = $9::boolean, provisioned = $10::boolean, last_test = null, version = version + 1 where org_id = $1::integer and version = $11::integer returning 1 as done`, [...values, version],
    );
  return rows.length === 1;
}

/** Held until the transaction ends: replicas that start at once apply the same file one after the other. */
export async function lockModel(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('model.yaml', $1::integer))", [orgId]);
}

/** Whether the file has it from now on; the settings stay. */
export async function setProvisioned(tx: Transaction, orgId: OrgId, provisioned: boolean): Promise<boolean> {
  const rows = await tx.query('update draft_models set provisioned = $2::boolean, version = version + 1 where org_id = $1::integer and provisioned <> $2::boolean returning 1 as done', [orgId, provisioned]);
  return rows.length > 0;
}

/** Keeps the outcome of a test, unless the settings that it tried were changed meanwhile. */
export async function saveTest(q: Queryable, orgId: OrgId, version: number, test: ModelTest): Promise<void> {
  await q.query('update draft_models set last_test = $3::jsonb where org_id = $1::integer and version = $2::integer', [orgId, version, JSON.stringify(test)]);
}

/** Takes one request and so many tokens off the budget of the day; false when it is used up. */
export async function reserve(q: Queryable, orgId: OrgId, at: Date, tokens: number, most: Pick<StoredModel, 'dailyRequests' | 'dailyTokens'>): Promise<boolean> {
  if (tokens > most.dailyTokens) return false;
  const rows = await q.query(
    `insert into draft_model_days as d (org_id, day, requests, tokens) values ($1::integer, ($2::timestamptz at time zone 'UTC')::date, 1, $3::integer)
     on conflict (org_id, day) do update set requests = d.requests + 1, tokens = d.tokens + excluded.tokens
      where d.requests < $4::integer and d.tokens + excluded.tokens <= $5::integer returning 1 as done`, [orgId, at, tokens, most.dailyRequests, most.dailyTokens],
  );
  return rows.length > 0;
}

/** Corrects the tokens of that day by what was really used. */
export async function settle(q: Queryable, orgId: OrgId, at: Date, tokens: number): Promise<void> {
  await q.query(`update draft_model_days set tokens = greatest(0, tokens + $3::integer) where org_id = $1::integer and day = ($2::timestamptz at time zone 'UTC')::date`, [orgId, at, tokens]);
}

/** What was asked on that day. */
export async function selectUsed(q: Queryable, orgId: OrgId, at: Date): Promise<ModelSettings['usedToday']> {
  const [row] = await q.query<ModelSettings['usedToday']>(`select d.requests, d.tokens from draft_model_days as d where d.org_id = $1::integer and d.day = ($2::timestamptz at time zone 'UTC')::date`, [orgId, at]);
  return row ?? { requests: 0, tokens: 0 };
}

/** Counts what became of a draft. */
export async function countOutcome(q: Queryable, orgId: OrgId, by: DraftWriter, outcome: DraftOutcome): Promise<void> {
  await q.query(
    `insert into draft_outcomes as o (org_id, written_by, outcome, count) values ($1::integer, $2::text, $3::text, 1) on conflict (org_id, written_by, outcome) do update set count = o.count + 1`, [orgId, by, outcome],
  );
}

/** What became of drafts so far. */
export async function selectOutcomes(q: Queryable, orgId: OrgId): Promise<ModelSettings['outcomes']> {
  const rows = await q.query<{ written_by: string; outcome: string; count: number }>('select o.written_by, o.outcome, o.count from draft_outcomes as o where o.org_id = $1::integer order by o.written_by, o.outcome', [orgId]);
  return rows.map((row) => ({ by: draftWriter.parse(row.written_by), outcome: draftOutcome.parse(row.outcome), count: row.count }));
}

const MOST_PEOPLE = 5000;

/** Names and logins of people who were seen in the organisation: a text may name any of them. */
export async function selectPeopleNames(q: Queryable, orgId: OrgId): Promise<string[]> {
  const rows = await q.query<{ name: string; login: string }>('select u.name, u.login from users as u where u.org_id = $1::integer order by u.last_seen_at desc limit $2::integer', [orgId, MOST_PEOPLE]);
  return rows.flatMap(({ name, login }) => [name, login]);
}

/** Keys of models, for their exchange. */
export const INSIGHT_SEALED_COLUMNS: readonly SealedColumn[] = [{
  name: 'keys of models',
  async list(q) {
    const rows = await q.query<{ org_id: number; api_key: string }>('select m.org_id, m.api_key from draft_models as m where m.api_key is not null');
    return rows.map((row) => ({
      envelope: row.api_key, purpose: modelKeyPurpose(row.org_id),
      replace: async (inner, sealed) => (await inner.query('update draft_models as m set api_key = $3::text where m.org_id = $1::integer and m.api_key = $2::text returning 1 as done', [row.org_id, row.api_key, sealed])).length > 0,
    }));
  },
}];
