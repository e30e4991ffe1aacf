/** SQL of escalations: one row is one performance of a policy for an incident. */
import { actor as actorSchema, escalationId, policyId, putPolicyBody, userKey, type Actor, type EscalationId, type EscalationState, type OrgId, type PolicyBody, type PolicyId, type UserKey, escalationState } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface EscalationRow {
  readonly id: EscalationId;
  readonly incident: number;
  readonly policy: PolicyId | null;
  readonly policyVersion: number | null;
  /** The policy as it was at the start. */
  readonly plan: PolicyBody;
  readonly cause: string;
  readonly state: EscalationState;
  readonly step: number;
  readonly round: number;
  readonly nextAt: Date | null;
  readonly answeredBy: UserKey | null;
  readonly answeredAt: Date | null;
  readonly nudgedAt: Date | null;
  readonly silentUser: UserKey | null;
  readonly startedAt: Date;
  readonly startedBy: Actor;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
}

interface Row {
  id: string;
  incident_number: number;
  policy_id: string | null;
  policy_version: number | null;
  plan: unknown;
  cause: string;
  state: string;
  step: number;
  round: number;
  next_at: Date | null;
  answered_by: string | null;
  answered_at: Date | null;
  nudged_at: Date | null;
  silent_user: string | null;
  started_at: Date;
  started_by: unknown;
  ended_at: Date | null;
  end_reason: string | null;
}

const COLUMNS = `e.id::text, e.incident_number, e.policy_id, e.policy_version, e.plan, e.cause, e.state, e.step, e.round, e.next_at, e.answered_by, e.answered_at, e.nudged_at, e.silent_user,
  e.started_at, e.started_by, e.ended_at, e.end_reason`;

function keyOrNull(key: string | null): UserKey | null {
  return key === null ? null : userKey.parse(key);
}

function toEscalation(row: Row): EscalationRow {
  return {
    id: escalationId.parse(row.id), incident: row.incident_number, policy: row.policy_id === null ? null : policyId.parse(row.policy_id), policyVersion: row.policy_version,
    plan: putPolicyBody.parse(row.plan), cause: row.cause, state: escalationState.parse(row.state), step: row.step, round: row.round, nextAt: row.next_at,
    answeredBy: keyOrNull(row.answered_by), answeredAt: row.answered_at, nudgedAt: row.nudged_at, silentUser: keyOrNull(row.silent_user),
    startedAt: row.started_at, startedBy: actorSchema.parse(row.started_by), endedAt: row.ended_at, endReason: row.end_reason,
  };
}

export interface NewEscalation {
  readonly incident: number;
  readonly policy: { readonly id: PolicyId; readonly version: number } | null;
  readonly plan: PolicyBody;
  readonly cause: string;
  readonly by: Actor;
  readonly at: Date;
}

/** Begins an escalation, which is due at once; null when the policy is under way for the incident already. */
export async function insertEscalation(tx: Transaction, orgId: OrgId, fresh: NewEscalation): Promise<EscalationRow | null> {
  const [row] = await tx.query<Row>(
    `insert into escalations as e (org_id, incident_number, policy_id, policy_version, plan, cause, state, next_at, started_at, started_by)
     values ($1::integer, $2::integer, $3::text, $4::integer, $5::jsonb, $6::text, 'active', $7::timestamptz, $7::timestamptz, $8::jsonb)
     on conflict do nothing returning ${COLUMNS}`,
    [orgId, fresh.incident, fresh.policy?.id ?? null, fresh.policy?.version ?? null, JSON.stringify(fresh.plan), fresh.cause, fresh.at, JSON.stringify(fresh.by)],
  );
  return row === undefined ? null : toEscalation(row);
}

/** Holds an escalation until the transaction ends; null when there is none. */
export async function lockEscalation(tx: Transaction, orgId: OrgId, id: EscalationId): Promise<EscalationRow | null> {
  const [row] = await tx.query<Row>(`select ${COLUMNS} from escalations as e where e.org_id = $1::integer and e.id = $2::bigint for update`, [orgId, id]);
  return row === undefined ? null : toEscalation(row);
}

/** Takes the escalation that has been due the longest and that nobody holds. */
export async function takeDue(tx: Transaction, orgId: OrgId, now: Date): Promise<EscalationRow | null> {
  const [row] = await tx.query<Row>(
    `select ${COLUMNS} from escalations as e where e.org_id = $1::integer and e.state in ('active', 'answered') and e.next_at <= $2::timestamptz
     order by e.next_at, e.id limit 1 for update skip locked`, [orgId, now],
  );
  return row === undefined ? null : toEscalation(row);
}

/** Whether something is due, asked without holding anything. */
export async function hasDue(q: Queryable, orgId: OrgId, now: Date): Promise<boolean> {
  const rows = await q.query(`select 1 from escalations as e where e.org_id = $1::integer and e.state in ('active', 'answered') and e.next_at <= $2::timestamptz limit 1`, [orgId, now]);
  return rows.length > 0;
}

/** Holds what is under way for an incident, in the order of age. */
export async function lockLive(tx: Transaction, orgId: OrgId, incident: number): Promise<EscalationRow[]> {
  const rows = await tx.query<Row>(
    `select ${COLUMNS} from escalations as e where e.org_id = $1::integer and e.incident_number = $2::integer and e.state in ('active', 'answered') order by e.id for update`, [orgId, incident],
  );
  return rows.map(toEscalation);
}

/** Escalations of some incidents, the newest first. */
export async function selectEscalations(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<EscalationRow[]> {
  const rows = await q.query<Row>(`select ${COLUMNS} from escalations as e where e.org_id = $1::integer and e.incident_number = any($2::integer[]) order by e.id desc limit 200`, [orgId, incidents]);
  return rows.map(toEscalation);
}

export type EscalationChange = Partial<Pick<EscalationRow, 'state' | 'step' | 'round' | 'nextAt' | 'answeredBy' | 'answeredAt' | 'nudgedAt' | 'silentUser' | 'endedAt' | 'endReason' | 'incident'>>;

/** Writes what changed of an escalation that is held, and gives it as it is then. */
export async function updateEscalation(tx: Transaction, orgId: OrgId, before: EscalationRow, change: EscalationChange): Promise<EscalationRow> {
  const after = { ...before, ...change };
  await tx.query(
    `update escalations as e set state = $3::text, step = $4::integer, round = $5::integer, next_at = $6::timestamptz, answered_by = $7::text, answered_at = $8::timestamptz,
       nudged_at = $9::timestamptz, silent_user = $10::text, ended_at = $11::timestamptz, end_reason = $12::text, incident_number = $13::integer
     where e.org_id = $1::integer and e.id = $2::bigint`,
    [orgId, before.id, after.state, after.step, after.round, after.nextAt, after.answeredBy, after.answeredAt, after.nudgedAt, after.silentUser, after.endedAt, after.endReason, after.incident],
  );
  return after;
}

/** Makes sure that there is a cursor; an organisation without events before starts at its first. */
export async function ensureCursor(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query('insert into escalation_cursors (org_id, position) values ($1::integer, 0) on conflict do nothing', [orgId]);
}

/** Takes the cursor; null while another one holds it, unless it is waited for. */
export async function takeCursor(tx: Transaction, orgId: OrgId, wait: boolean): Promise<string | null> {
  const [row] = await tx.query<{ position: string }>(`select c.position::text from escalation_cursors as c where c.org_id = $1::integer for update ${wait ? '' : 'skip locked'}`, [orgId]);
  return row?.position ?? null;
}

/** Moves the cursor; whoever calls holds it. */
export async function moveCursor(tx: Transaction, orgId: OrgId, position: string): Promise<void> {
  await tx.query('update escalation_cursors as c set position = $2::bigint where c.org_id = $1::integer', [orgId, position]);
}
