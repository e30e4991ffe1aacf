/** SQL of clocks and their rules. */
import { CLOCK_KINDS, clockKind, putClockRulesBody, type ClockKind, type ClockRulesBody, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import { nextNews, USUAL_RULES, type Clock, type Clocks } from './clock.ts';

/** The rules of an organisation, with their version; version 0 when it has set none. */
export async function readRules(q: Queryable, orgId: OrgId): Promise<{ readonly body: ClockRulesBody; readonly version: number }> {
  const [row] = await q.query<{ body: unknown; version: number }>('select r.body, r.version from clock_rules as r where r.org_id = $1::integer', [orgId]);
  return row === undefined ? { body: USUAL_RULES, version: 0 } : { body: putClockRulesBody.parse(row.body), version: row.version };
}

/** Replaces the rules if they still have the version. False when they have moved on. */
export async function replaceRules(tx: Transaction, orgId: OrgId, version: number, body: ClockRulesBody): Promise<boolean> {
  const rows = version === 0
    ? await tx.query('insert into clock_rules (org_id, body) values ($1::integer, $2::jsonb) on conflict do nothing returning 1', [orgId, JSON.stringify(body)])
    : await tx.query('update clock_rules as r set body = $2::jsonb, version = r.version + 1 where r.org_id = $1::integer and r.version = $3::integer returning 1', [orgId, JSON.stringify(body), version]);
  return rows.length === 1;
}

interface Row {
  incident_number: number;
  kind: string;
  started_at: Date;
  limit_ms: string;
  spent_ms: string;
  running_since: Date | null;
  met_at: Date | null;
  at_risk_told_at: Date | null;
  breached_at: Date | null;
}

const COLUMNS = 'c.incident_number, c.kind, c.started_at, c.limit_ms::text, c.spent_ms::text, c.running_since, c.met_at, c.at_risk_told_at, c.breached_at';

function toClock(row: Row): Clock {
  return {
    startedMs: row.started_at.getTime(), limitMs: Number(row.limit_ms), spentMs: Number(row.spent_ms), runningSinceMs: row.running_since?.getTime() ?? null, metMs: row.met_at?.getTime() ?? null,
    atRiskToldMs: row.at_risk_told_at?.getTime() ?? null, breachedMs: row.breached_at?.getTime() ?? null,
  };
}

/** The clocks of an incident; held until the transaction ends when asked for. */
export async function readClocks(q: Queryable, orgId: OrgId, incident: number, hold = false): Promise<Clocks> {
  const rows = await q.query<Row>(`select ${COLUMNS} from incident_clocks as c where c.org_id = $1::integer and c.incident_number = $2::integer order by c.kind ${hold ? 'for update' : ''}`, [orgId, incident]);
  return Object.fromEntries(rows.map((row) => [clockKind.parse(row.kind), toClock(row)]));
}

function instant(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** Writes the clocks of an incident. */
export async function writeClocks(tx: Transaction, orgId: OrgId, incident: number, clocks: Clocks, percent: number): Promise<void> {
  const rows = CLOCK_KINDS.flatMap((kind) => {
    const clock = clocks[kind];
    if (clock === undefined) return [];
    return [{
      kind, started_at: new Date(clock.startedMs), limit_ms: clock.limitMs, spent_ms: clock.spentMs, running_since: instant(clock.runningSinceMs), met_at: instant(clock.metMs),
      at_risk_told_at: instant(clock.atRiskToldMs), breached_at: instant(clock.breachedMs), next_at: instant(nextNews(clock, percent)?.atMs ?? null),
    }];
  });
  if (rows.length === 0) return;
  await tx.query(
    `insert into incident_clocks (org_id, incident_number, kind, started_at, limit_ms, spent_ms, running_since, met_at, at_risk_told_at, breached_at, next_at)
     select $1::integer, $2::integer, r.* from jsonb_to_recordset($3::jsonb) as r(kind text, started_at timestamptz, limit_ms bigint, spent_ms bigint, running_since timestamptz, met_at timestamptz,
       at_risk_told_at timestamptz, breached_at timestamptz, next_at timestamptz)
     on conflict (org_id, incident_number, kind) do update set started_at = excluded.started_at, limit_ms = excluded.limit_ms, spent_ms = excluded.spent_ms, running_since = excluded.running_since,
       met_at = excluded.met_at, at_risk_told_at = excluded.at_risk_told_at, breached_at = excluded.breached_at, next_at = excluded.next_at`,
    [orgId, incident, JSON.stringify(rows)],
  );
}

/** Takes the clock that has had news for the longest, and that nobody holds. */
export async function takeDueClock(tx: Transaction, orgId: OrgId, now: Date): Promise<{ readonly incident: number; readonly kind: ClockKind; readonly clock: Clock } | null> {
  const [row] = await tx.query<Row>(
    `select ${COLUMNS} from incident_clocks as c where c.org_id = $1::integer and c.next_at <= $2::timestamptz order by c.next_at, c.incident_number limit 1 for update skip locked`, [orgId, now],
  );
  return row === undefined ? null : { incident: row.incident_number, kind: clockKind.parse(row.kind), clock: toClock(row) };
}

/** Whether a clock has news, asked without holding anything. */
export async function hasDueClock(q: Queryable, orgId: OrgId, now: Date): Promise<boolean> {
  const rows = await q.query('select 1 from incident_clocks as c where c.org_id = $1::integer and c.next_at <= $2::timestamptz limit 1', [orgId, now]);
  return rows.length > 0;
}
