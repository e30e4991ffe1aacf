/** Puts the module together. */
import type { ContactUrgency, OrgId, UserKey } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { callablePeople, type CallablePerson } from './callablePeople.ts';
import { createContactHandlers, type ContactOperation } from './contacts.ts';
import { planContacts, type PlannedHop } from './plan.ts';
import type { ChannelPort, EventSink, GrafanaCalls, SendTest } from './ports.ts';
import { reachOf, readContacts, type Reach } from './reach.ts';
import { createTeams, type TeamOperation } from './teams.ts';
import { findTeam, findTeamNamed, membersOf, type StoredTeam } from './teamStore.ts';
import { teamId } from '#contract';

export interface PeopleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly orgs: readonly OrgId[];
  readonly ring: Pick<KeyRing, 'mac' | 'isMac'>;
  readonly channels: ChannelPort;
  readonly sendTest: SendTest;
  readonly grafana: GrafanaCalls;
  readonly recordEvent: EventSink;
}

export interface People {
  readonly handlers: Handlers<ContactOperation | TeamOperation>;
  readonly jobs: readonly Job[];
  /** How a person is reached at a moment, for that urgency; empty: not now. */
  contactPlan(q: Queryable, orgId: OrgId, user: UserKey, urgency: ContactUrgency, at: Date): Promise<readonly PlannedHop[]>;
  /** The same for many, with their names and whether it is night where they are. Who was never seen here is left out. */
  reachOf(q: Queryable, orgId: OrgId, users: readonly UserKey[], urgency: ContactUrgency, at: Date): Promise<Map<UserKey, Reach>>;
  /** A team by what the catalogue calls it; null: there is none. */
  teamNamed(q: Queryable, orgId: OrgId, name: string): Promise<Pick<StoredTeam, 'id' | 'name'> | null>;
  /**
   * Everybody who may be called, for a rehearsal: who has a proven address, members of teams, and `also`; or one person alone. Who was
   * never seen here is left out.
   */
  rehearsalPeople(q: Queryable, orgId: OrgId, who: { readonly only: UserKey } | { readonly also: readonly UserKey[] }, at: Date): Promise<CallablePerson[]>;
  /** Follows `teams.yaml`; gives how many teams changed. Throws `ProvisioningError`. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

/** Members of a team in the order in which they take turns; none when there is no such team. */
export async function teamMembers(q: Queryable, orgId: OrgId, team: string): Promise<UserKey[]> {
  const id = teamId.safeParse(team);
  const found = id.success ? await findTeam(q, orgId, id.data) : null;
  return found === null ? [] : membersOf(found);
}

/** Makes the module. */
export function createPeople(deps: PeopleDeps): People {
  const { channels, orgs } = deps;
  const teams = createTeams(deps);
  return {
    handlers: { ...createContactHandlers(deps), ...teams.handlers },
    jobs: [{
      name: 'people.sync_teams',
      cron: '*/30 * * * *',
      async run() {
        for (const orgId of orgs) await teams.syncAll(orgId);
      },
    }],
    async contactPlan(q, orgId, user, urgency, at) {
      const person = (await readContacts(q, channels, orgId, [user])).get(user);
      return person === undefined ? [] : planContacts(person, urgency, at.getTime());
    },
    reachOf: (q, orgId, users, urgency, at) => reachOf(q, channels, orgId, users, urgency, at),
    teamNamed: (q, orgId, name) => findTeamNamed(q, orgId, name),
    rehearsalPeople: (q, orgId, who, at) => callablePeople(q, channels, orgId, who, at),
    provision: teams.provision,
  };
}
