/** SQL of teams. */
import { teamId, userKey, type OrgId, type TeamBody, type TeamId, type UserKey, type UserRef } from '#contract';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

const grafanaMembers = z.array(z.object({ key: userKey.nullable(), name: z.string() }));
/** A member of a team of Grafana; without a key while they have never opened Muster. */
export type GrafanaMember = z.infer<typeof grafanaMembers>[number];

export interface StoredTeam {
  readonly id: TeamId;
  readonly name: string;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly members: readonly UserKey[];
  readonly grafana: { readonly id: number; readonly name: string; readonly members: readonly GrafanaMember[]; readonly syncedAt: Date | null; readonly fault: string | null } | null;
  readonly provisioned: boolean;
  readonly version: number;
}

interface TeamRow {
  id: string;
  name: string;
  description: string;
  aliases: string[];
  members: string[];
  grafana_team: number | null;
  grafana_name: string | null;
  grafana_members: unknown;
  grafana_synced_at: Date | null;
  grafana_fault: string | null;
  provisioned: boolean;
  version: number;
}

const COLUMNS = `t.id, t.name, t.description, t.aliases, t.grafana_team, t.grafana_name, t.grafana_members, t.grafana_synced_at, t.grafana_fault, t.provisioned, t.version,
  array(select m.user_key from team_members as m where m.org_id = t.org_id and m.team = t.id order by m.place) as members`;

function toTeam(row: TeamRow): StoredTeam {
  return {
    id: teamId.parse(row.id), name: row.name, description: row.description, aliases: row.aliases, members: row.members.map((key) => userKey.parse(key)),
    grafana: row.grafana_team === null ? null : {
      id: row.grafana_team, name: row.grafana_name ?? `team ${row.grafana_team}`, members: grafanaMembers.parse(row.grafana_members), syncedAt: row.grafana_synced_at, fault: row.grafana_fault,
    },
    provisioned: row.provisioned, version: row.version,
  };
}

/** Teams by id, one more than the limit. */
export async function selectTeams(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<StoredTeam[]> {
  const rows = await q.query<TeamRow>(`select ${COLUMNS} from teams as t where t.org_id = $1::integer and ($2::text is null or t.id > $2::text) order by t.id limit $3::integer`, [orgId, after, limit + 1]);
  return rows.map(toTeam);
}

/** One team, or null. */
export async function findTeam(q: Queryable, orgId: OrgId, id: TeamId): Promise<StoredTeam | null> {
  const [row] = await q.query<TeamRow>(`select ${COLUMNS} from teams as t where t.org_id = $1::integer and t.id = $2::text`, [orgId, id]);
  return row === undefined ? null : toTeam(row);
}

/** The team that is meant by a name of the catalogue: its id, name or alias in any case. */
export async function findTeamNamed(q: Queryable, orgId: OrgId, name: string): Promise<StoredTeam | null> {
  const [row] = await q.query<TeamRow>(
    `select ${COLUMNS} from teams as t where t.org_id = $1::integer
       and (t.id = lower($2::text) or lower(t.name) = lower($2::text) or exists (select 1 from unnest(t.aliases) as a(alias) where lower(a.alias) = lower($2::text)))
     order by (t.id = lower($2::text)) desc, (lower(t.name) = lower($2::text)) desc, t.id limit 1`, [orgId, name.trim()],
  );
  return row === undefined ? null : toTeam(row);
}

/** One team, held until the transaction ends. */
export async function lockTeam(tx: Transaction, orgId: OrgId, id: TeamId): Promise<StoredTeam | null> {
  const [row] = await tx.query<TeamRow>(`select ${COLUMNS} from teams as t where t.org_id = $1::integer and t.id = $2::text for update of t`, [orgId, id]);
  return row === undefined ? null : toTeam(row);
}

/** Those that are followed from a file, held until the transaction ends. One replica at a time follows it; the others wait. */
export async function lockFileTeams(tx: Transaction, orgId: OrgId): Promise<StoredTeam[]> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('teams.yaml', $1::integer))", [orgId]);
  const rows = await tx.query<TeamRow>(`select ${COLUMNS} from teams as t where t.org_id = $1::integer and t.provisioned order by t.id for update of t`, [orgId]);
  return rows.map(toTeam);
}

async function writeMembers(tx: Transaction, orgId: OrgId, id: TeamId, members: readonly UserKey[]): Promise<void> {
  await tx.query('delete from team_members as m where m.org_id = $1::integer and m.team = $2::text', [orgId, id]);
  await tx.query(
    `insert into team_members (org_id, team, user_key, place) select $1::integer, $2::text, u.key, min(u.place) from unnest($3::text[]) with ordinality as u(key, place) group by u.key`, [orgId, id, members],
  );
}

/** Inserts a team. False: there is one of that id. */
export async function insertTeam(tx: Transaction, orgId: OrgId, id: TeamId, body: TeamBody, provisioned: boolean): Promise<boolean> {
  const rows = await tx.query(
    `insert into teams (org_id, id, name, description, aliases, grafana_team, provisioned) values ($1::integer, $2::text, $3::text, $4::text, $5::text[], $6::integer, $7::boolean)
     on conflict do nothing returning 1`, [orgId, id, body.name, body.description, body.aliases, body.grafanaTeam, provisioned],
  );
  if (rows.length === 0) return false;
  await writeMembers(tx, orgId, id, body.members);
  return true;
}

/** Writes a team that is held. Linked to another team of Grafana, it has none of that one's members until the next look. */
export async function updateTeam(tx: Transaction, orgId: OrgId, id: TeamId, body: TeamBody, provisioned: boolean): Promise<void> {
  await tx.query(
    `update teams as t set name = $3::text, description = $4::text, aliases = $5::text[], provisioned = $7::boolean, version = t.version + 1,
       grafana_members = case when t.grafana_team is distinct from $6::integer then '[]'::jsonb else t.grafana_members end,
       grafana_name = case when t.grafana_team is distinct from $6::integer then null else t.grafana_name end,
       grafana_synced_at = case when t.grafana_team is distinct from $6::integer then null else t.grafana_synced_at end,
       grafana_fault = case when t.grafana_team is distinct from $6::integer then null else t.grafana_fault end,
       grafana_team = $6::integer
     where t.org_id = $1::integer and t.id = $2::text`, [orgId, id, body.name, body.description, body.aliases, body.grafanaTeam, provisioned],
  );
  await writeMembers(tx, orgId, id, body.members);
}

/** Deletes a team that is held. */
export async function deleteTeam(tx: Transaction, orgId: OrgId, id: TeamId): Promise<void> {
  await tx.query('delete from teams as t where t.org_id = $1::integer and t.id = $2::text', [orgId, id]);
}

/** Notes what Grafana said, unless the team was linked to another one meanwhile. A fault leaves the members as they were. */
export async function saveGrafanaMembers(q: Queryable, orgId: OrgId, id: TeamId, grafanaTeam: number, said: { readonly name: string; readonly members: readonly GrafanaMember[]; readonly at: Date } | { readonly fault: string }): Promise<void> {
  if ('fault' in said) {
    await q.query('update teams as t set grafana_fault = $4::text where t.org_id = $1::integer and t.id = $2::text and t.grafana_team = $3::integer', [orgId, id, grafanaTeam, said.fault]);
    return;
  }
  await q.query(
    `update teams as t set grafana_name = $4::text, grafana_members = $5::jsonb, grafana_synced_at = $6::timestamptz, grafana_fault = null
     where t.org_id = $1::integer and t.id = $2::text and t.grafana_team = $3::integer`, [orgId, id, grafanaTeam, said.name, JSON.stringify(said.members), said.at],
  );
}

/** Teams that are linked to one of Grafana. */
export async function selectLinked(q: Queryable, orgId: OrgId): Promise<{ id: TeamId; grafanaTeam: number }[]> {
  const rows = await q.query<{ id: string; grafana_team: number }>('select t.id, t.grafana_team from teams as t where t.org_id = $1::integer and t.grafana_team is not null order by t.id', [orgId]);
  return rows.map((row) => ({ id: teamId.parse(row.id), grafanaTeam: row.grafana_team }));
}

/** Members in the order in which they take turns: those named here, then Grafana's. */
export function membersOf(team: StoredTeam): UserKey[] {
  return [...new Set([...team.members, ...(team.grafana?.members ?? []).flatMap(({ key }) => (key === null ? [] : [key]))])];
}

/** People of the organisation by what Grafana calls them: `login` or `email`, in lower case. */
export async function findByLogin(q: Queryable, orgId: OrgId, logins: readonly string[], emails: readonly string[]): Promise<(UserRef & { readonly email: string })[]> {
  const rows = await q.query<{ user_key: string; login: string; name: string; email: string }>(
    `select u.user_key, u.login, u.name, u.email from users as u where u.org_id = $1::integer and (lower(u.login) = any($2::text[]) or (u.email <> '' and lower(u.email) = any($3::text[])))
     order by u.last_seen_at desc`, [orgId, logins, emails],
  );
  return rows.map((row) => ({ key: userKey.parse(row.user_key), login: row.login, name: row.name, email: row.email }));
}
