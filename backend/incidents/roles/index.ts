/** Roles that people play in an incident. */
export { createRoles, type RoleOperation, type Roles, type TakeRole } from './roles.ts';
