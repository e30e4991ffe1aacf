import type { Role } from '#contract';

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  responder: 'Responder',
  commander: 'Commander',
  manager: 'Manager',
  admin: 'Administrator',
  auditor: 'Auditor',
};

export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  viewer: 'Sees incidents and settings',
  responder: 'Works on incidents',
  commander: 'Leads incidents, sets noise rules and maintenance',
  manager: 'Sets policy, correlation and catalogue, too',
  admin: 'Sets up Muster',
  auditor: 'Sees everything, changes nothing',
};
