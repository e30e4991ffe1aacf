/** Operations on people: how they are reached, and teams. */
import { z } from 'zod';
import {
  addContactPointBody, contactPointId, createTeamBody, grafanaTeamQuery, grafanaTeamSearch, myContacts, putContactRulesBody, putTeamBody, team, teamId, teamPage, teamQuery, verifyContactPointBody,
} from '../oncall/people.ts';
import { op } from '../operation.ts';
import { okBody } from '../primitives.ts';

const byPoint = z.object({ id: contactPointId });
const byTeam = z.object({ team: teamId });

export const peopleOperations = {
  getMyContacts: op({ method: 'get', path: '/me/contacts', summary: 'How I am reached: contact points, order by urgency, quiet hours', tag: 'OnCall', response: myContacts }),
  putContactRules: op({
    method: 'put', path: '/me/contact-rules', summary: 'Say what is tried in which order, and when I want quiet', tag: 'OnCall', body: putContactRulesBody, response: myContacts, ifMatch: 'required',
  }),
  addContactPoint: op({ method: 'post', path: '/me/contact-points', summary: 'Add an address of mine and get a code there', tag: 'OnCall', body: addContactPointBody, response: myContacts, status: 201 }),
  sendContactCode: op({ method: 'post', path: '/me/contact-points/{id}/code', summary: 'Get another code', tag: 'OnCall', params: byPoint, response: myContacts }),
  verifyContactPoint: op({
    method: 'post', path: '/me/contact-points/{id}/verify', summary: 'Prove with the code that an address is mine', tag: 'OnCall', params: byPoint, body: verifyContactPointBody, response: myContacts,
  }),
  removeContactPoint: op({ method: 'delete', path: '/me/contact-points/{id}', summary: 'Take an address of mine away, and my consent with it', tag: 'OnCall', params: byPoint, response: myContacts }),
  listTeams: op({ method: 'get', path: '/teams', summary: 'Teams and their members', tag: 'OnCall', query: teamQuery, response: teamPage }),
  createTeam: op({ method: 'post', path: '/teams', summary: 'Make a team', tag: 'OnCall', body: createTeamBody, response: team, status: 201 }),
  getTeam: op({ method: 'get', path: '/teams/{team}', summary: 'One team', tag: 'OnCall', params: byTeam, response: team }),
  putTeam: op({ method: 'put', path: '/teams/{team}', summary: 'Change a team', tag: 'OnCall', params: byTeam, body: putTeamBody, response: team, ifMatch: 'required' }),
  deleteTeam: op({ method: 'delete', path: '/teams/{team}', summary: 'Delete a team', tag: 'OnCall', params: byTeam, response: okBody, ifMatch: 'required' }),
  syncTeam: op({ method: 'post', path: '/teams/{team}/sync', summary: 'Read the members of the linked team of Grafana now', tag: 'OnCall', params: byTeam, response: team }),
  searchGrafanaTeams: op({ method: 'get', path: '/grafana/teams', summary: 'Teams of Grafana, to link one', tag: 'OnCall', query: grafanaTeamQuery, response: grafanaTeamSearch }),
} as const;
