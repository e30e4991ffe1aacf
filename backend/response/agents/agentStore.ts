/** SQL of agents. */
import { agentHello, type Agent, type AgentHello, type OrgId } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

export interface AgentRow {
  org_id: number;
  name: string;
  labels: unknown;
  token_hint: string;
  told: unknown;
  last_seen_at: Date | null;
  online: boolean;
  created_at: Date;
  created_by: string;
  revoked_at: Date | null;
  running: number;
}

const labelsSchema = z.record(z.string(), z.string());
const COLUMNS = `a.org_id, a.name, a.labels, a.token_hint, a.told, a.last_seen_at, a.online, a.created_at, a.created_by, a.revoked_at,
  (select count(*)::integer from agent_orders as o where o.org_id = a.org_id and o.agent = a.name and o.state in ('queued', 'running')) as running`;

/** What an agent told last; null before it came. */
export function toldBy(row: AgentRow): AgentHello | null {
  return row.told === null ? null : agentHello.parse(row.told);
}

/** Labels of an agent. */
export function labelsOf(row: AgentRow): Record<string, string> {
  return labelsSchema.parse(row.labels);
}

/** The agent as the API shows it. */
export function toAgent(row: AgentRow): Agent {
  const told = toldBy(row);
  return {
    name: row.name, labels: labelsOf(row), state: row.revoked_at !== null ? 'revoked' : row.last_seen_at === null ? 'never' : row.online ? 'online' : 'offline',
    version: told?.version ?? null, lastSeenAt: row.last_seen_at?.toISOString() ?? null, createdAt: row.created_at.toISOString(), createdBy: row.created_by, tokenHint: row.token_hint,
    commands: told?.commands ?? [], kubernetes: told?.kubernetes ?? [], running: row.running,
  };
}

/** Agents of an organisation by name, from after a name on. */
export function listAgentRows(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<AgentRow[]> {
  return q.query<AgentRow>(`select ${COLUMNS} from agents as a where a.org_id = $1::integer and ($2::text is null or a.name > $2::text) order by a.name limit $3::integer`, [orgId, after, limit]);
}

/** One agent. */
export async function findAgent(q: Queryable, orgId: OrgId, name: string): Promise<AgentRow | undefined> {
  const [row] = await q.query<AgentRow>(`select ${COLUMNS} from agents as a where a.org_id = $1::integer and a.name = $2::text`, [orgId, name]);
  return row;
}

/** The agent of a token, revoked or not. */
export async function findByToken(q: Queryable, tokenHash: string): Promise<AgentRow | undefined> {
  const [row] = await q.prepared<AgentRow>('find-agent-by-token', `select ${COLUMNS} from agents as a where a.token_hash = $1::text`, [tokenHash]);
  return row;
}

/** Adds one; false when there is one of that name. */
export async function insertAgent(tx: Transaction, orgId: OrgId, agent: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly hash: string; readonly hint: string; readonly at: Date; readonly by: string }): Promise<boolean> {
  const rows = await tx.query(
    `insert into agents (org_id, name, labels, token_hash, token_hint, created_at, created_by) values ($1::integer, $2::text, $3::jsonb, $4::text, $5::text, $6::timestamptz, $7::text)
     on conflict do nothing returning name`,
    [orgId, agent.name, JSON.stringify(agent.labels), agent.hash, agent.hint, agent.at, agent.by],
  );
  return rows.length > 0;
}

/** Gives an agent another token, and lets it in again if it was revoked; false when there is none. */
export async function setToken(tx: Transaction, orgId: OrgId, name: string, hash: string, hint: string): Promise<boolean> {
  const rows = await tx.query('update agents set token_hash = $3::text, token_hint = $4::text, revoked_at = null where org_id = $1::integer and name = $2::text returning name', [orgId, name, hash, hint]);
  return rows.length > 0;
}

/** Lets it in no more; false when there is none. */
export async function revoke(tx: Transaction, orgId: OrgId, name: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    'update agents set revoked_at = coalesce(revoked_at, $3::timestamptz), online = false where org_id = $1::integer and name = $2::text returning name', [orgId, name, at],
  );
  return rows.length > 0;
}

/** Notes that it was heard; true when it was away before. */
export async function touchAgent(tx: Transaction, orgId: OrgId, name: string, at: Date, told: AgentHello | null): Promise<boolean> {
  const [row] = await tx.query<{ was_away: boolean }>(
    `update agents as a set last_seen_at = greatest(a.last_seen_at, $3::timestamptz), online = true, told = coalesce($4::jsonb, a.told)
       from (select org_id, name, online from agents where org_id = $1::integer and name = $2::text for update) as b
      where a.org_id = b.org_id and a.name = b.name returning not b.online as was_away`,
    [orgId, name, at, told === null ? null : JSON.stringify(told)],
  );
  return row?.was_away ?? false;
}

/** Agents that were not heard since then and count as present: they are away from now on. Gives their names. */
export async function markAway(tx: Transaction, orgId: OrgId, before: Date): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    'update agents set online = false where org_id = $1::integer and online and last_seen_at < $2::timestamptz returning name', [orgId, before],
  );
  return rows.map((row) => row.name);
}
