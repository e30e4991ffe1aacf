/** Operations on the roles of an incident. */
import { z } from 'zod';
import { byNumber, op } from '../operation.ts';
import { answerRoleOfferBody, assignRoleBody, incidentRole, incidentRoles, offerRoleBody, roleOfferId } from '../roles.ts';

export const roleOperations = {
  getIncidentRoles: op({ method: 'get', path: '/incidents/{number}/roles', summary: 'Who plays which role, and who is asked to', tag: 'Incidents', params: byNumber, response: incidentRoles }),
  assignRole: op({
    method: 'put', path: '/incidents/{number}/roles/{role}', summary: 'Give a role to somebody, or to nobody', tag: 'Incidents', params: byNumber.extend({ role: incidentRole }), body: assignRoleBody, response: incidentRoles,
  }),
  offerRole: op({ method: 'post', path: '/incidents/{number}/role-offers', summary: 'Ask somebody to take a role over', tag: 'Incidents', params: byNumber, body: offerRoleBody, response: incidentRoles, status: 201 }),
  answerRoleOffer: op({
    method: 'post', path: '/role-offers/{id}/answer', summary: 'Take a role that I was asked to take, or decline', tag: 'Incidents', params: z.object({ id: roleOfferId }), body: answerRoleOfferBody, response: incidentRoles,
  }),
} as const;
