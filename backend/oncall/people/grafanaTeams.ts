/**
 * Teams of Grafana: `GET /api/teams/search`, `/api/teams/:id`, `/api/teams/:id/members`. The service account needs `teams:read`.
 * Shapes: Grafana's HTTP API, Team.
 */
import { z } from 'zod';
import type { OrgId, TeamId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { GrafanaCalls } from './ports.ts';
import { findByLogin, saveGrafanaMembers, type GrafanaMember } from './teamStore.ts';

const teamShape = z.object({ id: z.number().int(), name: z.string() });
const searchShape = z.object({ teams: z.array(teamShape.extend({ memberCount: z.number().int().default(0) })) });
const memberShape = z.array(z.object({ login: z.string().default(''), email: z.string().default(''), name: z.string().default('') }));

const SEARCH_ROWS = '50';

export interface GrafanaTeams {
  search(orgId: OrgId, words: string): Promise<{ found: { id: number; name: string; members: number }[]; fault: string | null }>;
  /** Reads the members of a linked team and keeps them, or keeps why it could not. */
  sync(orgId: OrgId, team: TeamId, grafanaTeam: number): Promise<void>;
}

export interface GrafanaTeamsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly grafana: GrafanaCalls;
}

function faultOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'Grafana’s answer is not the expected one';
  return error instanceof Error ? error.message : 'Grafana could not be asked';
}

/** Makes it. */
export function createGrafanaTeams({ db, clock, grafana }: GrafanaTeamsDeps): GrafanaTeams {
  return {
    async search(orgId, words) {
      try {
        const { teams } = searchShape.parse(await grafana.call(orgId, { method: 'GET', path: '/api/teams/search', query: { query: words, perpage: SEARCH_ROWS } }));
        return { found: teams.map(({ id, name, memberCount }) => ({ id, name, members: memberCount })), fault: null };
      } catch (error) {
        return { found: [], fault: faultOf(error) };
      }
    },

    async sync(orgId, team, grafanaTeam) {
      try {
        const { name } = teamShape.parse(await grafana.call(orgId, { method: 'GET', path: `/api/teams/${grafanaTeam}` }));
        const there = memberShape.parse(await grafana.call(orgId, { method: 'GET', path: `/api/teams/${grafanaTeam}/members` }));
        const known = await findByLogin(db, orgId, there.map(({ login }) => login.toLowerCase()), there.map(({ email }) => email.toLowerCase()).filter((email) => email !== ''));
        const members = there.map((member): GrafanaMember => {
          const same = known.find(({ login }) => login.toLowerCase() === member.login.toLowerCase())
            ?? known.find(({ email }) => email !== '' && email.toLowerCase() === member.email.toLowerCase());
          return { key: same?.key ?? null, name: same?.name ?? (member.name || member.login || member.email) };
        });
        await saveGrafanaMembers(db, orgId, team, grafanaTeam, { name, members, at: clock.now() });
      } catch (error) {
        await saveGrafanaMembers(db, orgId, team, grafanaTeam, { fault: faultOf(error) });
      }
    },
  };
}
