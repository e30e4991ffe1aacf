/** SQL of predictions: how far the logs were read, what was said of services, and what came. */
import { contribution, predictionState, type Contribution, type OrgId, type PredictionState } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

/** Makes the place of an organisation: prediction begins with what was logged from then on. */
export async function ensureState(q: Queryable, orgId: OrgId, since: Date): Promise<void> {
  await q.query(
    `insert into prediction_states (org_id, position, state_position)
     select $1::integer, s.position, s.position
       from (select coalesce((select min(l.position) - 1 from alert_log as l where l.org_id = $1::integer and l.recorded_at >= $2::timestamptz), 0) as position) as s
     on conflict do nothing`,
    [orgId, since],
  );
}

/** Where prediction stands, held until the transaction ends; null while another replica reads on. */
export async function takeState(tx: Transaction, orgId: OrgId, holder: string, now: Date, until: Date): Promise<{ position: string; statePosition: string } | null> {
  const [row] = await tx.query<{ position: string; state_position: string; renew: boolean }>(
    `select s.position::text, s.state_position::text, s.holder is distinct from $2::text or s.held_until < $3::timestamptz + ($4::timestamptz - $3::timestamptz) / 2 as renew
       from prediction_states as s where s.org_id = $1::integer and (s.holder is null or s.holder = $2::text or s.held_until < $3::timestamptz) for update skip locked`,
    [orgId, holder, now, until],
  );
  if (row === undefined) return null;
  if (row.renew) await tx.query('update prediction_states as s set holder = $2::text, held_until = $3::timestamptz where s.org_id = $1::integer', [orgId, holder, until]);
  return { position: row.position, statePosition: row.state_position };
}

export async function readState(q: Queryable, orgId: OrgId): Promise<unknown> {
  const [row] = await q.query<{ state: unknown }>('select s.state from prediction_states as s where s.org_id = $1::integer', [orgId]);
  return row?.state ?? null;
}

/** Moves on; with a state, what was known at that position is kept too. */
export async function moveState(tx: Transaction, orgId: OrgId, position: string, state: unknown): Promise<void> {
  if (state === undefined) await tx.query('update prediction_states as s set position = $2::bigint where s.org_id = $1::integer', [orgId, position]);
  else await tx.query('update prediction_states as s set position = $2::bigint, state = $3::jsonb, state_position = $2::bigint where s.org_id = $1::integer', [orgId, position, JSON.stringify(state)]);
}

/** What is said of a service now. */
export interface Said {
  readonly service: string;
  readonly at: Date;
  readonly until: Date;
  readonly probability: number;
  readonly reasons: readonly Contribution[];
  readonly isWarning: boolean;
}

/** Says it: begins a question, or goes on with the one that is open. Gives its id where it is warned of for the first time. */
export async function say(tx: Transaction, orgId: OrgId, said: Said, inShadow: boolean): Promise<string | null> {
  // Of a question whose time was over by then, the answer is known.
  await settleOutcomes(tx, orgId, said.at, said.at, said.service);
  // What comes at the same instant as the warning, in another batch, is no second one: what stood there before decides.
  const [row] = await tx.query<{ id: string; is_news: boolean }>(
    `with before as (select b.warned_at from predictions as b where b.org_id = $1::integer and b.service = $2::text and b.outcome is null)
     insert into predictions as p (org_id, service, made_at, warned_at, updated_at, until_at, probability, said_probability, reasons, shadow)
     values ($1::integer, $2::text, $3::timestamptz, case when $7::boolean then $3::timestamptz end, $3::timestamptz, $4::timestamptz, $5::double precision, $5::double precision, $6::jsonb, $8::boolean)
     on conflict (org_id, service) where outcome is null do update set
       updated_at = excluded.updated_at, probability = excluded.probability, reasons = excluded.reasons, shadow = case when p.warned_at is null then excluded.shadow else p.shadow end, warned_at = coalesce(p.warned_at, excluded.warned_at),
       said_probability = case when p.warned_at is null and excluded.warned_at is not null then excluded.probability else p.said_probability end,
       until_at = case when p.warned_at is null and excluded.warned_at is not null then excluded.until_at else p.until_at end
     returning p.id::text, p.warned_at is not null and not exists (select 1 from before as b where b.warned_at is not null) as is_news`,
    [orgId, said.service, said.at, said.until, said.probability, JSON.stringify(said.reasons), said.isWarning, inShadow],
  );
  return row?.is_news === true ? row.id : null;
}

export interface Outcome {
  readonly id: string;
  readonly service: string;
  readonly outcome: 'came_true' | 'passed';
  readonly incident: number | null;
  /** And was shown. */
  readonly isWarned: boolean;
}

/** When an incident turned serious: with its first grave alert, since weak ones that foretold it may have joined it; without alerts, when it was declared. */
const TURNED = `coalesce((select min(a.first_seen_at) from incident_alerts as k join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
  where k.org_id = i.org_id and k.incident_number = i.number and a.severity <= 2), i.declared_at, i.detected_at)`;
/** The first serious incident that came in the time of a question and had its service for its cause, or in front: a real one, however it ended. */
const CAME = `(select i.number from incidents as i
  where i.org_id = p.org_id and i.drill is null and i.severity <= 2 and i.state not in ('candidate', 'rejected', 'duplicate', 'cancelled')
    and i.detected_at > p.made_at - interval '1 day' and i.detected_at < p.until_at + interval '1 day'
    and (i.primary_service = p.service or i.assessment->'roots'->0->>'service' = p.service
      or exists (select 1 from incident_hypotheses as h where h.org_id = i.org_id and h.incident_number = i.number and h.service = p.service and h.verdict = 'confirmed'))
    and ${TURNED} between p.made_at + interval '1 minute' and p.until_at
  order by i.number limit 1)`;

/** Looks what became of open questions, of all services or of one, and of those that passed lately: an incident may be declared, or its cause found, later. */
export async function settleOutcomes(tx: Transaction, orgId: OrgId, now: Date, lately: Date, service: string | null = null): Promise<Outcome[]> {
  const rows = await tx.query<{ id: string; service: string; outcome: 'came_true' | 'passed'; incident_number: number | null; is_warned: boolean }>(
    `update predictions as p set outcome = s.outcome, outcome_at = $2::timestamptz, incident_number = s.came
       from (select p.id, ${CAME} as came, p.outcome as before from predictions as p
              where p.org_id = $1::integer and (p.outcome is null or (p.outcome = 'passed' and p.until_at >= $3::timestamptz)) and ($4::text is null or p.service = $4::text)) as c
       cross join lateral (select c.came, case when c.came is not null then 'came_true' else 'passed' end as outcome) as s
      where p.org_id = $1::integer and p.id = c.id and (s.came is not null or (c.before is null and p.until_at < $2::timestamptz))
     returning p.id::text, p.service, p.outcome, p.incident_number, p.warned_at is not null and not p.shadow as is_warned`,
    [orgId, now, lately, service],
  );
  return rows.map((row) => ({ id: row.id, service: row.service, outcome: row.outcome, incident: row.incident_number, isWarned: row.is_warned }));
}

/** What became of the last warnings of which it is known, in shadow too. */
export async function selectAnswers(q: Queryable, orgId: OrgId, limit: number): Promise<{ service: string; warnedAt: Date; came: boolean }[]> {
  const rows = await q.query<{ service: string; warned_at: Date; came: boolean }>(
    `select p.service, p.warned_at, p.outcome = 'came_true' as came from predictions as p
      where p.org_id = $1::integer and p.warned_at is not null and p.outcome is not null order by p.id desc limit $2::integer`,
    [orgId, limit],
  );
  return rows.map((row) => ({ service: row.service, warnedAt: row.warned_at, came: row.came }));
}

/** Forgets what was said before a time. */
export async function forgetPredictions(q: Queryable, before: Date): Promise<number> {
  const rows = await q.query<{ n: number }>('with gone as (delete from predictions where made_at < $1::timestamptz returning 1) select count(*)::integer as n from gone', [before]);
  return rows[0]?.n ?? 0;
}

export interface PredictionRow {
  readonly id: string;
  readonly service: string;
  readonly probability: number;
  readonly reasons: readonly Contribution[];
  readonly warnedAt: Date;
  readonly updatedAt: Date;
  readonly untilAt: Date;
  readonly state: PredictionState;
  readonly outcomeAt: Date | null;
  readonly incident: number | null;
}

/** Warnings that the viewer may see, the newest first, one more than the limit. `open` are those whose time is not over. */
export async function selectPredictions(
  q: Queryable, orgId: OrgId, viewer: Viewer, { state, service, before, now, limit }: { readonly state: 'open' | 'ended' | 'all'; readonly service: string | null; readonly before: string | null; readonly now: Date; readonly limit: number },
): Promise<PredictionRow[]> {
  const rows = await q.query<{ id: string; service: string; probability: number; reasons: unknown; warned_at: Date; updated_at: Date; until_at: Date; outcome: string | null; outcome_at: Date | null; incident_number: number | null }>(
    `select p.id::text, p.service, p.probability, p.reasons, p.warned_at, p.updated_at, p.until_at, p.outcome, p.outcome_at, p.incident_number from predictions as p
      where p.org_id = $1::integer and p.warned_at is not null and not p.shadow and ${seenBy('$2', 'p.incident_number')}
        and ($3::text = 'all' or ($3::text = 'open') = (p.outcome is null and p.until_at >= $5::timestamptz))
        and ($4::text is null or p.service = $4::text) and ($6::bigint is null or p.id < $6::bigint)
      order by p.id desc limit $7::integer`,
    [orgId, viewer, state, service, now, before, limit + 1],
  );
  return rows.map((row) => ({
    id: row.id, service: row.service, probability: row.probability, reasons: contribution.array().parse(row.reasons), warnedAt: row.warned_at, updatedAt: row.updated_at, untilAt: row.until_at,
    state: predictionState.parse(row.outcome ?? (row.until_at < now ? 'passed' : 'open')), outcomeAt: row.outcome_at, incident: row.incident_number,
  }));
}

/** What is warned of now is shown no more. */
export async function hideOpenPredictions(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query('update predictions as p set shadow = true where p.org_id = $1::integer and p.outcome is null', [orgId]);
}
