/** Teams of people who take turns in what is taken over from another product. */
import type { ImportFate, OrgId, TeamId, UserKey } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { findTeam, insertTeam, lockTeam, membersOf, selectTeams, updateTeam, type StoredTeam } from './teamStore.ts';

export interface WantedTeam {
  readonly id: TeamId;
  readonly name: string;
  /** In the order in which they take turns. */
  readonly members: readonly UserKey[];
}

const ALL = 10_000;

/** Members of every team. */
export async function membersOfTeams(q: Queryable, orgId: OrgId): Promise<{ readonly id: TeamId; readonly members: readonly UserKey[] }[]> {
  return (await selectTeams(q, orgId, null, ALL)).map((team) => ({ id: team.id, members: membersOf(team) }));
}

function fateOf(before: StoredTeam | null, { name, members }: WantedTeam): ImportFate {
  if (before === null) return 'new';
  if (before.name === name && JSON.stringify(before.members) === JSON.stringify(members)) return 'same';
  return before.provisioned ? 'kept' : 'changed';
}

/** What would become of a team; changes nothing. `kept`: it is provisioned. */
export async function teamFate(q: Queryable, orgId: OrgId, wanted: WantedTeam): Promise<ImportFate> {
  return fateOf(await findTeam(q, orgId, wanted.id), wanted);
}

/** Makes a team, or gives one that is there its name and members; what else it has stays. One that is provisioned stays as it is. */
export async function takeTeam(tx: Transaction, orgId: OrgId, wanted: WantedTeam): Promise<ImportFate> {
  const before = await lockTeam(tx, orgId, wanted.id);
  const fate = fateOf(before, wanted);
  const body = {
    name: wanted.name, members: [...wanted.members], description: before?.description ?? 'Taken over from Grafana OnCall', aliases: [...before?.aliases ?? []], grafanaTeam: before?.grafana?.id ?? null,
  };
  if (fate === 'new') await insertTeam(tx, orgId, wanted.id, body, false);
  if (fate === 'changed') await updateTeam(tx, orgId, wanted.id, body, false);
  return fate;
}
