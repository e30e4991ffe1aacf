/** Roles that people play in an incident, and handing them over. */
import { z } from 'zod';
import { instant, userKey, userRef } from './primitives.ts';

/** Roles that every incident has, whether or not somebody plays them. */
export const INCIDENT_ROLES = ['commander', 'communications', 'operations', 'scribe', 'liaison'] as const;

/** One of those, or a custom one. */
export const incidentRole = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes');
export type IncidentRole = z.infer<typeof incidentRole>;

export const roleOfferId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of such a question').brand<'RoleOfferId'>();
export type RoleOfferId = z.infer<typeof roleOfferId>;

/** Somebody is asked to take a role over. */
export const roleOffer = z.object({ id: roleOfferId, role: incidentRole, to: userRef, note: z.string(), offeredAt: instant, offeredBy: z.string() }).meta({ id: 'RoleOffer' });
export type RoleOffer = z.infer<typeof roleOffer>;

/** The roles that every incident has, and those that somebody plays besides. */
export const incidentRoles = z.object({
  roles: z.array(z.object({ role: incidentRole, holder: userRef.nullable(), offer: roleOffer.nullable() })),
}).meta({ id: 'IncidentRoles' });
export type IncidentRoles = z.infer<typeof incidentRoles>;

export const assignRoleBody = z.strictObject({ user: userKey.nullable() });
export const offerRoleBody = z.strictObject({ role: incidentRole, to: userKey, note: z.string().trim().max(500).default('') });
export const answerRoleOfferBody = z.strictObject({ answer: z.enum(['accept', 'decline']), note: z.string().trim().max(500).default('') });
