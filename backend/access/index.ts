/** Who is calling, and what they may do. */
export { createAccess, type Access, type AccessOptions } from './access.ts';
export type { AnonymousAccess, Authenticate } from './authenticate.ts';
export { DENIAL_REASONS, type DenialReason } from './denial.ts';
export { authorize, deriveRole, isPermitted, operationsOf, PERMISSIONS } from './permissions.ts';
export type { PluginToken } from './pluginSecret.ts';
export type { AccessOperation } from './routes.ts';
export type { EventSink, KeySetFetch } from './ports.ts';
export { findAbsentCaller, TRUSTED_DAYS } from './absentCaller.ts';
export { findEmails, findUsers, findUsersCalled } from './userStore.ts';
export { findPrivacy, findPrivate, listPrivate, removePrivacy, writePrivacy, type Privacy } from './privacyStore.ts';
export { ALL_SEEING, ANYBODY, eventSeenBy, incidentsNamedIn, incidentsOf, maskText, maySee, seenBy, viewerOf, type PrivateIncidents, type Viewer } from './visibility.ts';
