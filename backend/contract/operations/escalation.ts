/** Operations on escalation policies, and on the mobilisation of an incident. */
import { z } from 'zod';
import {
  answerPageBody, createPolicyBody, escalationId, escalationPolicy, mobilisation, myPages, pageId, pagePersonBody, policyId, policyPage, policyQuery, putPolicyBody, startEscalationBody, stopEscalationBody,
} from '../escalation.ts';
import { byNumber, op } from '../operation.ts';
import { okBody } from '../primitives.ts';

const byPolicy = z.object({ policy: policyId });

export const escalationOperations = {
  listPolicies: op({ method: 'get', path: '/escalation-policies', summary: 'Escalation policies', tag: 'OnCall', query: policyQuery, response: policyPage }),
  createPolicy: op({ method: 'post', path: '/escalation-policies', summary: 'Make an escalation policy', tag: 'OnCall', body: createPolicyBody, response: escalationPolicy, status: 201 }),
  getPolicy: op({ method: 'get', path: '/escalation-policies/{policy}', summary: 'One escalation policy', tag: 'OnCall', params: byPolicy, response: escalationPolicy }),
  putPolicy: op({
    method: 'put', path: '/escalation-policies/{policy}', summary: 'Change an escalation policy; what runs goes on as it began', tag: 'OnCall', params: byPolicy, body: putPolicyBody, response: escalationPolicy, ifMatch: 'required',
  }),
  deletePolicy: op({ method: 'delete', path: '/escalation-policies/{policy}', summary: 'Delete an escalation policy; what runs goes on', tag: 'OnCall', params: byPolicy, response: okBody, ifMatch: 'required' }),
  getMobilisation: op({ method: 'get', path: '/incidents/{number}/mobilisation', summary: 'Who was paged for an incident, and who answered', tag: 'Incidents', params: byNumber, response: mobilisation }),
  startEscalation: op({
    method: 'post', path: '/incidents/{number}/escalations', summary: 'Start an escalation policy for an incident', tag: 'Incidents', params: byNumber, body: startEscalationBody, response: mobilisation, status: 201,
  }),
  pagePerson: op({ method: 'post', path: '/incidents/{number}/pages', summary: 'Page a person, a team or whoever is on call for an incident', tag: 'Incidents', params: byNumber, body: pagePersonBody, response: mobilisation, status: 201 }),
  stopEscalation: op({
    method: 'post', path: '/escalations/{id}/stop', summary: 'Stop paging', tag: 'Incidents', params: z.object({ id: escalationId }), body: stopEscalationBody, response: mobilisation,
  }),
  answerPage: op({ method: 'post', path: '/pages/{id}/answer', summary: 'Accept or decline a page to me, or say that I need help', tag: 'Incidents', params: z.object({ id: pageId }), body: answerPageBody, response: mobilisation }),
  listMyPages: op({ method: 'get', path: '/me/pages', summary: 'Pages that wait for my answer', tag: 'OnCall', response: myPages }),
} as const;
