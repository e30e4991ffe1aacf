/** Operations on people, roles and API tokens. */
import { z } from 'zod';
import { apiTokenPage, createApiTokenBody, issuedApiToken, knownUser, me, personPage, setRoleBody, userPage } from '../access.ts';
import { byId, op } from '../operation.ts';
import { okBody, pageQuery, userKey } from '../primitives.ts';

export const accessOperations = {
  getMe: op({ method: 'get', path: '/me', summary: 'Who am I and what may I do', tag: 'Access', response: me }),
  listUsers: op({ method: 'get', path: '/users', summary: 'People seen in this organisation', tag: 'Access', query: pageQuery, response: userPage }),
  listPeople: op({ method: 'get', path: '/people', summary: 'Names of the people seen in this organisation, to call or assign them', tag: 'Access', query: pageQuery, response: personPage }),
  setUserRole: op({
    method: 'put', path: '/users/{user}/role', summary: 'Override the role of a user', tag: 'Access',
    params: z.object({ user: userKey }), body: setRoleBody, response: knownUser, ifMatch: 'required',
  }),
  listApiTokens: op({ method: 'get', path: '/api-tokens', summary: 'API tokens', tag: 'Access', query: pageQuery, response: apiTokenPage }),
  createApiToken: op({
    method: 'post', path: '/api-tokens', summary: 'Make an API token; shown once', tag: 'Access',
    body: createApiTokenBody, response: issuedApiToken, status: 201, shownOnce: true,
  }),
  revokeApiToken: op({
    method: 'delete', path: '/api-tokens/{id}', summary: 'Revoke an API token', tag: 'Access', params: byId, response: okBody,
  }),
} as const;
