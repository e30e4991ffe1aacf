export type OrgRole = 'Viewer' | 'Editor' | 'Admin';

export interface HostUser {
  id: number;
  uid: string;
  login: string;
  name: string;
  email: string;
  role: OrgRole;
  orgId: number;
  orgName: string;
}

const MAIN_ORG = { orgId: 1, orgName: 'Main Org.' };
const OTHER_ORG = { orgId: 2, orgName: 'Other Org.' };

/** Fictional people to sign in as; the first one is the default. */
export const USERS: readonly [HostUser, ...HostUser[]] = [
  person(1, 'admin', 'Ada Admin', 'Admin', MAIN_ORG),
  person(2, 'editor', 'Ed Editor', 'Editor', MAIN_ORG),
  person(3, 'eva', 'Eva Editor', 'Editor', MAIN_ORG),
  person(4, 'viewer', 'Vera Viewer', 'Viewer', MAIN_ORG),
  person(5, 'otto', 'Otto Other-Org', 'Admin', OTHER_ORG),
];

function person(id: number, login: string, name: string, role: OrgRole, org: typeof MAIN_ORG): HostUser {
  return { id, uid: `host-user-${login}`, login, name, email: `${login}@example.com`, role, ...org };
}

/** The user with this login, if there is one. */
export function findUser(login: string | undefined): HostUser | undefined {
  return USERS.find((user) => user.login === login);
}

const RANK: Record<OrgRole, number> = { Viewer: 1, Editor: 2, Admin: 3 };

/** Organisation roles include the lesser ones. */
export function hasRole(user: Pick<HostUser, 'role'>, required: OrgRole): boolean {
  return RANK[user.role] >= RANK[required];
}

/** Grafana's name for an organisation's namespace on a self-hosted server. */
export function namespaceOf(orgId: number): string {
  return orgId === 1 ? 'default' : `org-${orgId}`;
}
