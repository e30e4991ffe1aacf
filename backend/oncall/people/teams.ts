/** Teams: made and changed by managers, linked to a team of Grafana if they like. */
import type { Actor, OrgId, Team, TeamBody, TeamId, UserKey, UserRef } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { requiredVersion, type Handlers, type RequestContext } from '../../platform/http/route.ts';
import type { ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import { selectPeople } from './contactStore.ts';
import { createGrafanaTeams } from './grafanaTeams.ts';
import type { EventSink, GrafanaCalls } from './ports.ts';
import { provisionTeams } from './teamProvisioning.ts';
import { deleteTeam, findTeam, insertTeam, lockTeam, selectLinked, selectTeams, updateTeam, type StoredTeam } from './teamStore.ts';

export type TeamOperation = 'listTeams' | 'createTeam' | 'getTeam' | 'putTeam' | 'deleteTeam' | 'syncTeam' | 'searchGrafanaTeams';

export interface TeamsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly grafana: GrafanaCalls;
  readonly recordEvent: EventSink;
}

export interface Teams {
  readonly handlers: Handlers<TeamOperation>;
  /** Reads the members of every linked team anew. */
  syncAll(orgId: OrgId): Promise<void>;
  /** Follows `teams.yaml`; gives how many teams changed. Throws `ProvisioningError`. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

function noTeam(id: string): Error {
  return notFoundError(`there is no team "${id}"`);
}

/** Makes the handlers. */
export function createTeams({ db, clock, grafana, recordEvent }: TeamsDeps): Teams {
  const theirs = createGrafanaTeams({ db, clock, grafana });

  async function show(q: Queryable, orgId: OrgId, teams: readonly StoredTeam[]): Promise<Team[]> {
    const keys = teams.flatMap((team) => [...team.members, ...(team.grafana?.members ?? []).flatMap(({ key }) => (key === null ? [] : [key]))]);
    const people = await selectPeople(q, orgId, [...new Set(keys)]);
    const refOf = (key: UserKey): UserRef => {
      const known = people.get(key);
      return { key, login: known?.login ?? key, name: known?.name ?? key };
    };
    return teams.map(({ id, name, description, aliases, members, grafana: linked, provisioned, version }) => ({
      id, name, description, aliases: [...aliases], members: members.map(refOf), provisioned, version,
      grafana: linked === null ? null : {
        id: linked.id, name: linked.name, members: linked.members.flatMap(({ key }) => (key === null ? [] : [refOf(key)])),
        unknown: linked.members.filter(({ key }) => key === null).map((member) => member.name), syncedAt: linked.syncedAt?.toISOString() ?? null, fault: linked.fault,
      },
    }));
  }

  async function read(orgId: OrgId, id: TeamId): Promise<Team> {
    const found = await findTeam(db, orgId, id);
    const [shown] = found === null ? [] : await show(db, orgId, [found]);
    if (shown === undefined) throw noTeam(id);
    return shown;
  }

  async function checkMembers(q: Queryable, orgId: OrgId, members: readonly UserKey[]): Promise<void> {
    const known = await selectPeople(q, orgId, members);
    const faults = members.flatMap((key, index) => (known.has(key) ? [] : [{ field: `body.members[${index}]`, message: 'must be the key of a user seen in this organisation' }]));
    if (faults.length > 0) throw inputError('somebody of these was never seen in this organisation', faults);
  }

  function checkChange(team: StoredTeam | null, id: TeamId, context: RequestContext): asserts team is StoredTeam {
    if (team === null) throw noTeam(id);
    const version = requiredVersion(context);
    if (team.version !== version) throw versionMismatchError(`“${team.name}” was changed since you looked; look again and repeat what still makes sense`, { extra: { currentVersion: team.version } });
    if (team.provisioned) throw conflictError('this team is provisioned: change it in teams.yaml and restart Muster', { extra: { provisioned: true } });
  }

  function told(tx: Transaction, orgId: OrgId, actor: Actor, type: 'team.created' | 'team.edited' | 'team.deleted', id: TeamId, name: string, more: Record<string, unknown> = {}): Promise<void> {
    return recordEvent(tx, orgId, { type, actor, incident: null, data: { team: id, name, ...more } });
  }

  async function follow(orgId: OrgId, id: TeamId, body: Pick<TeamBody, 'grafanaTeam'>): Promise<Team> {
    if (body.grafanaTeam !== null) await theirs.sync(orgId, id, body.grafanaTeam);
    return read(orgId, id);
  }

  return {
    handlers: {
      async listTeams({ query }, { caller }) {
        const after = decodeCursor(query.cursor, (values) => values.length === 1);
        const { items, nextCursor } = toPage(await selectTeams(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, (team) => [team.id]);
        return { items: await show(db, caller.orgId, items), nextCursor };
      },
      async createTeam({ body: { id, ...body } }, { caller }) {
        await db.transaction(async (tx) => {
          await checkMembers(tx, caller.orgId, body.members);
          if (!(await insertTeam(tx, caller.orgId, id, body, false))) throw conflictError(`there is a team "${id}" already`);
          await told(tx, caller.orgId, caller.actor, 'team.created', id, body.name, { members: body.members });
        });
        return follow(caller.orgId, id, body);
      },
      getTeam: ({ params }, { caller }) => read(caller.orgId, params.team),
      async putTeam({ params, body }, context) {
        const { orgId, actor } = context.caller;
        await db.transaction(async (tx) => {
          const before = await lockTeam(tx, orgId, params.team);
          checkChange(before, params.team, context);
          await checkMembers(tx, orgId, body.members);
          await updateTeam(tx, orgId, params.team, body, false);
          await told(tx, orgId, actor, 'team.edited', params.team, body.name, { members: body.members, before: { name: before.name, members: before.members, grafanaTeam: before.grafana?.id ?? null } });
        });
        return follow(orgId, params.team, body);
      },
      async deleteTeam({ params }, context) {
        const { orgId, actor } = context.caller;
        await db.transaction(async (tx) => {
          const before = await lockTeam(tx, orgId, params.team);
          checkChange(before, params.team, context);
          await deleteTeam(tx, orgId, params.team);
          await told(tx, orgId, actor, 'team.deleted', params.team, before.name);
        });
        return { ok: true };
      },
      async syncTeam({ params }, { caller }) {
        const found = await findTeam(db, caller.orgId, params.team);
        if (found === null) throw noTeam(params.team);
        if (found.grafana === null) throw conflictError(`“${found.name}” is not linked to a team of Grafana`);
        await theirs.sync(caller.orgId, params.team, found.grafana.id);
        return read(caller.orgId, params.team);
      },
      searchGrafanaTeams: ({ query }, { caller }) => theirs.search(caller.orgId, query.q),
    },
    async syncAll(orgId) {
      if (!(await grafana.isConnected(orgId))) return;
      for (const { id, grafanaTeam } of await selectLinked(db, orgId)) await theirs.sync(orgId, id, grafanaTeam);
    },
    async provision(orgId, file) {
      const { written, removed } = await provisionTeams({ db, recordEvent }, orgId, file);
      const linked = written.flatMap(({ id, grafanaTeam }) => (grafanaTeam === null ? [] : [{ id, grafanaTeam }]));
      // At once for all: Grafana may not answer yet, and each would wait for it. The job tries again.
      if (linked.length > 0 && (await grafana.isConnected(orgId))) await Promise.all(linked.map(({ id, grafanaTeam }) => theirs.sync(orgId, id, grafanaTeam)));
      return written.length + removed;
    },
  };
}
