/**
 * Teams from a file. The file is followed: what it names is made as it says, what it no longer names is removed. A team of the same
 * id that was made on the page is taken over; others are left alone. Members may be people who were never here.
 */
import { z } from 'zod';
import { createTeamBody, putTeamBody, type Actor, type OrgId, type TeamBody, type TeamId } from '#contract';
import type { Database } from '../../platform/db/database.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import type { EventSink } from './ports.ts';
import { deleteTeam, insertTeam, lockFileTeams, lockTeam, updateTeam, type StoredTeam } from './teamStore.ts';

const teamsFile = z.strictObject({ apiVersion: z.literal(1), teams: z.array(createTeamBody).max(1_000) });
const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

export interface TeamProvisionDeps {
  readonly db: Database;
  readonly recordEvent: EventSink;
}

function isAsWritten(team: StoredTeam, body: TeamBody): boolean {
  const { name, description, aliases, members, grafana } = team;
  return team.provisioned && JSON.stringify({ name, description, aliases, members, grafanaTeam: grafana?.id ?? null }) === JSON.stringify({ ...body, members: [...new Set(body.members)] });
}

/** Makes the organisation's teams of the file what it says; without a file nothing happens. Gives which were made or changed, and how many went. */
export async function provisionTeams({ db, recordEvent }: TeamProvisionDeps, orgId: OrgId, file: ProvisioningFile | null): Promise<{ readonly written: readonly { readonly id: TeamId; readonly grafanaTeam: number | null }[]; readonly removed: number }> {
  if (file === null) return { written: [], removed: 0 };
  const read = readProvisioningFile(file, teamsFile);
  const wanted = read.value.teams.map(({ id, ...body }) => ({ id, body: putTeamBody.parse(body) }));
  wanted.forEach(({ id }, index) => {
    if (wanted.findIndex((other) => other.id === id) < index) throw read.faultAt(['teams', index, 'id'], `"${id}" is listed twice`);
  });
  return db.transaction(async (tx) => {
    const followed = await lockFileTeams(tx, orgId);
    const written: { id: TeamId; grafanaTeam: number | null }[] = [];
    const events: { type: 'team.created' | 'team.edited' | 'team.deleted'; data: Record<string, unknown> }[] = [];
    for (const { id, body } of wanted) {
      const present = await lockTeam(tx, orgId, id);
      if (present !== null && isAsWritten(present, body)) continue;
      if (present === null) await insertTeam(tx, orgId, id, body, true);
      else await updateTeam(tx, orgId, id, body, true);
      written.push({ id, grafanaTeam: body.grafanaTeam });
      events.push({ type: present === null ? 'team.created' : 'team.edited', data: { team: id, name: body.name, members: body.members } });
    }
    const gone = followed.filter(({ id }) => !wanted.some((one) => one.id === id));
    for (const { id, name } of gone) {
      await deleteTeam(tx, orgId, id);
      events.push({ type: 'team.deleted', data: { team: id, name } });
    }
    for (const { type, data } of events) await recordEvent(tx, orgId, { type, incident: null, actor: PROVISIONING_ACTOR, data });
    return { written, removed: gone.length };
  });
}
