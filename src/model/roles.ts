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
  viewer: 'Sees incidents',
  responder: 'Works on incidents',
  commander: 'Leads incidents',
  manager: 'Leads incidents and reviews',
  admin: 'Sets up Muster',
  auditor: 'Sees everything, changes nothing',
};
