/** Operations on who may see an incident. */
import { incident } from '../incidents.ts';
import { byNumber, op } from '../operation.ts';
import { pageQuery } from '../primitives.ts';
import { enterPrivateBody, makeOpenBody, makePrivateBody, privateIncidentPage, setMembersBody } from '../privacy.ts';

export const privacyOperations = {
  makeIncidentPrivate: op({
    method: 'post', path: '/incidents/{number}/make-private', summary: 'Hide it from everybody but its members', tag: 'Incidents',
    params: byNumber, body: makePrivateBody, response: incident, ifMatch: 'optional',
  }),
  makeIncidentOpen: op({
    method: 'post', path: '/incidents/{number}/make-open', summary: 'Let everybody see it again', tag: 'Incidents',
    params: byNumber, body: makeOpenBody, response: incident, ifMatch: 'optional',
  }),
  setIncidentMembers: op({
    method: 'put', path: '/incidents/{number}/members', summary: 'Say who sees a private incident', tag: 'Incidents',
    params: byNumber, body: setMembersBody, response: incident, ifMatch: 'required',
  }),
  listPrivateIncidents: op({
    method: 'get', path: '/private-incidents', summary: 'That there are private incidents, and who let themselves in; not what they are about', tag: 'Access',
    query: pageQuery, response: privateIncidentPage,
  }),
  enterPrivateIncident: op({
    method: 'post', path: '/private-incidents/{number}/enter', summary: 'Become a member of a private incident in an emergency; it is written down', tag: 'Access',
    params: byNumber, body: enterPrivateBody, response: incident,
  }),
} as const;
