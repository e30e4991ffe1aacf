/** SQL of how far triggers have come, and of timers that are to come. */
import type { OrgId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

/** Makes sure that there is a cursor; an organisation without events before starts at its first. */
export async function ensureCursor(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query('insert into trigger_cursors (org_id, position) values ($1::integer, 0) on conflict do nothing', [orgId]);
}

/** Takes the cursor; null while another one holds it, unless it is waited for. */
export async function takeCursor(tx: Transaction, orgId: OrgId, wait: boolean): Promise<string | null> {
  const [row] = await tx.query<{ position: string }>(
    `select c.position::text from trigger_cursors as c where c.org_id = $1::integer for update ${wait ? '' : 'skip locked'}`, [orgId],
  );
  return row?.position ?? null;
}

/** Moves the cursor; whoever calls holds it. */
export async function moveCursor(tx: Transaction, orgId: OrgId, position: string): Promise<void> {
  await tx.query('update trigger_cursors as c set position = $2::bigint where c.org_id = $1::integer', [orgId, position]);
}

export interface TimerRow {
  position: string;
  runbook: string;
  trigger_index: number;
  incident_number: number;
  due_at: Date;
}

/** Sets a timer. */
export async function insertTimer(tx: Transaction, orgId: OrgId, timer: TimerRow): Promise<void> {
  await tx.query(
    `insert into trigger_timers (org_id, position, runbook, trigger_index, incident_number, due_at)
     values ($1::integer, $2::bigint, $3::text, $4::smallint, $5::integer, $6::timestamptz) on conflict do nothing`,
    [orgId, timer.position, timer.runbook, timer.trigger_index, timer.incident_number, timer.due_at],
  );
}

/** Stops the timers of an incident, and of those that were merged into it. */
export async function deleteTimers(tx: Transaction, orgId: OrgId, incident: number): Promise<void> {
  await tx.query(
    `delete from trigger_timers as t where t.org_id = $1::integer
       and (t.incident_number = $2::integer or incident_heir($1::integer, t.incident_number) = incident_heir($1::integer, $2::integer))`,
    [orgId, incident],
  );
}

/** Gives one timer up. */
export async function deleteTimer(q: Queryable, orgId: OrgId, { position, runbook, trigger_index: index }: TimerRow): Promise<void> {
  await q.query(
    'delete from trigger_timers as t where t.org_id = $1::integer and t.position = $2::bigint and t.runbook = $3::text and t.trigger_index = $4::smallint', [orgId, position, runbook, index],
  );
}

/** Whether a timer is due, asked without holding anything. */
export async function hasDueTimer(q: Queryable, orgId: OrgId, now: Date): Promise<boolean> {
  const rows = await q.query('select 1 from trigger_timers as t where t.org_id = $1::integer and t.due_at <= $2::timestamptz limit 1', [orgId, now]);
  return rows.length > 0;
}

/** Takes the timer that has been due the longest. */
export async function takeDueTimer(tx: Transaction, orgId: OrgId, now: Date): Promise<TimerRow | undefined> {
  const rows = await tx.query<TimerRow>(
    `delete from trigger_timers as t using (
       select d.position, d.runbook, d.trigger_index from trigger_timers as d where d.org_id = $1::integer and d.due_at <= $2::timestamptz order by d.due_at, d.position limit 1
     ) as due
     where t.org_id = $1::integer and t.position = due.position and t.runbook = due.runbook and t.trigger_index = due.trigger_index
     returning t.position::text, t.runbook, t.trigger_index, t.incident_number, t.due_at`,
    [orgId, now],
  );
  return rows[0];
}

/** Whether an incident has a timer of a trigger, or had one. */
export async function hasTimer(tx: Transaction, orgId: OrgId, incident: number, runbook: string, index: number): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from trigger_timers as t where t.org_id = $1::integer and t.incident_number = $2::integer and t.runbook = $3::text and t.trigger_index = $4::smallint
     union all
     select 1 from trigger_records as r where r.org_id = $1::integer and r.incident_number = $2::integer and r.runbook = $3::text and r.trigger_index = $4::smallint and r.trigger_on = 'timer'
     limit 1`,
    [orgId, incident, runbook, index],
  );
  return rows.length > 0;
}

export interface ConcernedIncident {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  /** 1 to 5. */
  readonly severity: number;
  readonly services: readonly string[];
  /** It belongs to a drill. */
  readonly drill: boolean;
}

/** The incident that goes on for one; itself, unless it was merged away. */
export async function findConcerned(q: Queryable, orgId: OrgId, incident: number): Promise<ConcernedIncident | undefined> {
  const rows = await q.query<{ number: number; title: string; state: string; severity: number; services: string[]; drill: boolean }>(
    `select i.number, i.title, i.state, i.severity, i.services, i.drill is not null as drill from incidents as i
     where i.org_id = $1::integer and i.number = incident_heir($1::integer, $2::integer)`,
    [orgId, incident],
  );
  return rows[0];
}
