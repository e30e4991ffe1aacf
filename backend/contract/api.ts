/**
 * Every operation of the API: method, path, request and answer. Routing, validation, the OpenAPI
 * document, the plugin's client and the role table are all made from this table.
 */
import { z } from 'zod';
import { apiTokenList, createApiTokenBody, issuedApiToken, me, setRoleBody, userList } from './access.ts';
import { alert, alertListQuery, alertPage } from './alerts.ts';
import {
  assignCommanderBody, commandBody, declareIncidentBody, editIncidentBody, incident, incidentCounts,
  incidentListQuery, incidentPage, LIFECYCLE_COMMANDS, type LifecycleCommand, mergeBody, noteBody,
  setSeverityBody, timelineEntry, timelinePage, timelineQuery,
} from './incidents.ts';
import { alertId, incidentNumber, logPosition, okBody, sourceId, userKey } from './primitives.ts';
import {
  createSourceBody, deadLetterPage, deadLetterQuery, editSourceBody, issuedToken, mapping, mappingDocument,
  replayResult, source, sourceList, testAlertResult, unmappedList,
} from './sources.ts';
import { auditPage, auditQuery, connectionReport, systemStatus } from './system.ts';

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api`, with `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: 'Incidents' | 'Alerts' | 'Sources' | 'Access' | 'System';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** 201 for what is made; else 200. */
  readonly status?: 200 | 201;
  /** `required`: the write needs `If-Match`, and the answer carries an `ETag`. `optional`: it may have one. */
  readonly ifMatch?: 'required' | 'optional';
  /** The answer holds a secret that is shown once: it is not kept for repeats of the request. */
  readonly shownOnce?: true;
}

/** Keeps the literal types of one operation while checking its shape. */
function op<const T extends Operation>(operation: T): T {
  return operation;
}

const byNumber = z.object({ number: incidentNumber });
const bySource = z.object({ source: sourceId });
const byId = z.object({ id: z.string().min(1).max(64) });

const COMMAND_SUMMARIES: Record<LifecycleCommand, string> = {
  promote: 'Promote a candidate to a declared incident',
  reject: 'Reject a candidate',
  acknowledge: 'Acknowledge: somebody is on it, investigation begins',
  identify: 'Say that the cause is identified',
  'start-mitigation': 'Say that the fix is being applied',
  mitigate: 'Say that impact is removed; watch whether it stays so',
  resolve: 'Resolve: service is back and stable',
  review: 'Start the review',
  close: 'Close: all work is done',
  reopen: 'Reopen a resolved incident',
  cancel: 'Cancel: this was no incident',
};

function commandOperation(command: LifecycleCommand) {
  return op({
    method: 'post', path: `/incidents/{number}/${command}`, summary: COMMAND_SUMMARIES[command], tag: 'Incidents',
    params: byNumber, body: commandBody, response: incident, ifMatch: 'optional',
  });
}

export const operations = {
  getMe: op({ method: 'get', path: '/me', summary: 'Who am I and what may I do', tag: 'Access', response: me }),
  listUsers: op({ method: 'get', path: '/users', summary: 'People seen in this organisation', tag: 'Access', response: userList }),
  setUserRole: op({
    method: 'put', path: '/users/{user}/role', summary: 'Override the role of a user', tag: 'Access',
    params: z.object({ user: userKey }), body: setRoleBody, response: userList,
  }),
  listApiTokens: op({ method: 'get', path: '/api-tokens', summary: 'API tokens', tag: 'Access', response: apiTokenList }),
  createApiToken: op({
    method: 'post', path: '/api-tokens', summary: 'Make an API token; shown once', tag: 'Access',
    body: createApiTokenBody, response: issuedApiToken, status: 201, shownOnce: true,
  }),
  revokeApiToken: op({
    method: 'delete', path: '/api-tokens/{id}', summary: 'Revoke an API token', tag: 'Access', params: byId, response: okBody,
  }),

  listIncidents: op({
    method: 'get', path: '/incidents', summary: 'Incidents by phase, severity, service or words', tag: 'Incidents',
    query: incidentListQuery, response: incidentPage,
  }),
  countIncidents: op({
    method: 'get', path: '/incident-counts', summary: 'How many are open, by severity', tag: 'Incidents', response: incidentCounts,
  }),
  declareIncident: op({
    method: 'post', path: '/incidents', summary: 'Declare an incident by hand', tag: 'Incidents',
    body: declareIncidentBody, response: incident, status: 201,
  }),
  getIncident: op({
    method: 'get', path: '/incidents/{number}', summary: 'One incident', tag: 'Incidents', params: byNumber, response: incident,
  }),
  editIncident: op({
    method: 'patch', path: '/incidents/{number}', summary: 'Change title, description or start of impact', tag: 'Incidents',
    params: byNumber, body: editIncidentBody, response: incident, ifMatch: 'required',
  }),
  promoteIncident: commandOperation('promote'),
  rejectIncident: commandOperation('reject'),
  acknowledgeIncident: commandOperation('acknowledge'),
  identifyIncident: commandOperation('identify'),
  startMitigation: commandOperation('start-mitigation'),
  mitigateIncident: commandOperation('mitigate'),
  resolveIncident: commandOperation('resolve'),
  reviewIncident: commandOperation('review'),
  closeIncident: commandOperation('close'),
  reopenIncident: commandOperation('reopen'),
  cancelIncident: commandOperation('cancel'),
  setIncidentSeverity: op({
    method: 'put', path: '/incidents/{number}/severity', summary: 'Change the severity, with a reason', tag: 'Incidents',
    params: byNumber, body: setSeverityBody, response: incident, ifMatch: 'required',
  }),
  assignCommander: op({
    method: 'put', path: '/incidents/{number}/commander', summary: 'Say who leads', tag: 'Incidents',
    params: byNumber, body: assignCommanderBody, response: incident, ifMatch: 'required',
  }),
  mergeIncident: op({
    method: 'post', path: '/incidents/{number}/merge', summary: 'Merge this incident into another one', tag: 'Incidents',
    params: byNumber, body: mergeBody, response: incident, ifMatch: 'optional',
  }),
  listTimeline: op({
    method: 'get', path: '/incidents/{number}/timeline', summary: 'What happened, newest first', tag: 'Incidents',
    params: byNumber, query: timelineQuery, response: timelinePage,
  }),
  addNote: op({
    method: 'post', path: '/incidents/{number}/notes', summary: 'Write a note on the timeline', tag: 'Incidents',
    params: byNumber, body: noteBody, response: timelineEntry, status: 201,
  }),
  reviseNote: op({
    method: 'put', path: '/incidents/{number}/notes/{position}', summary: 'Revise a note; the earlier wording is kept', tag: 'Incidents',
    params: byNumber.extend({ position: logPosition }), body: noteBody, response: timelineEntry,
  }),
  listIncidentAlerts: op({
    method: 'get', path: '/incidents/{number}/alerts', summary: 'Alerts of an incident and why each belongs to it', tag: 'Incidents',
    params: byNumber, query: alertListQuery, response: alertPage,
  }),

  listAlerts: op({ method: 'get', path: '/alerts', summary: 'Alerts, newest first', tag: 'Alerts', query: alertListQuery, response: alertPage }),
  getAlert: op({
    method: 'get', path: '/alerts/{id}', summary: 'One alert with its history', tag: 'Alerts',
    params: z.object({ id: alertId }), response: alert,
  }),

  listSources: op({ method: 'get', path: '/sources', summary: 'Alert sources', tag: 'Sources', response: sourceList }),
  createSource: op({
    method: 'post', path: '/sources', summary: 'Add a source; its token is shown once', tag: 'Sources',
    body: createSourceBody, response: issuedToken, status: 201, shownOnce: true,
  }),
  editSource: op({
    method: 'patch', path: '/sources/{source}', summary: 'Change a source', tag: 'Sources',
    params: bySource, body: editSourceBody, response: source, ifMatch: 'required',
  }),
  deleteSource: op({ method: 'delete', path: '/sources/{source}', summary: 'Remove a source; its alerts stay', tag: 'Sources', params: bySource, response: okBody }),
  issueSourceToken: op({
    method: 'post', path: '/sources/{source}/tokens', summary: 'Make a token; two may live side by side', tag: 'Sources',
    params: bySource, response: issuedToken, status: 201, shownOnce: true,
  }),
  revokeSourceToken: op({
    method: 'delete', path: '/sources/{source}/tokens/{id}', summary: 'Revoke a token', tag: 'Sources',
    params: bySource.extend({ id: z.string().min(1).max(64) }), response: source,
  }),
  sendTestAlert: op({
    method: 'post', path: '/sources/{source}/test', summary: 'Send a test alert and follow it hop by hop', tag: 'Sources',
    params: bySource, response: testAlertResult,
  }),
  listDeadLetters: op({
    method: 'get', path: '/dead-letters', summary: 'Payloads that could not be read', tag: 'Sources', query: deadLetterQuery, response: deadLetterPage,
  }),
  replayDeadLetter: op({
    method: 'post', path: '/dead-letters/{id}/replay', summary: 'Process a kept payload again', tag: 'Sources', params: byId, response: replayResult,
  }),
  discardDeadLetter: op({ method: 'delete', path: '/dead-letters/{id}', summary: 'Discard a kept payload', tag: 'Sources', params: byId, response: okBody }),
  getMapping: op({ method: 'get', path: '/mapping', summary: 'How labels become fields', tag: 'Sources', response: mappingDocument, ifMatch: 'optional' }),
  putMapping: op({
    method: 'put', path: '/mapping', summary: 'Replace the mapping', tag: 'Sources', body: mapping, response: mappingDocument, ifMatch: 'required',
  }),
  listUnmapped: op({ method: 'get', path: '/mapping/unmapped', summary: 'Values that the mapping does not know', tag: 'Sources', response: unmappedList }),

  checkConnection: op({ method: 'get', path: '/connection', summary: 'Check each hop, name the broken one', tag: 'System', response: connectionReport }),
  getStatus: op({ method: 'get', path: '/status', summary: 'State of Muster itself', tag: 'System', response: systemStatus }),
  listAudit: op({ method: 'get', path: '/audit', summary: 'Every change, newest first', tag: 'System', query: auditQuery, response: auditPage }),
  streamEvents: op({
    method: 'get', path: '/events', summary: 'Live events as server-sent events; resumes by Last-Event-ID', tag: 'System',
    query: z.object({ lastEventId: logPosition.optional() }), response: z.string(),
  }),
} as const;

export type OperationName = keyof typeof operations;
export const OPERATION_NAMES = Object.keys(operations).filter((name): name is OperationName => name in operations);

type SchemaOf<O, K extends string> = O extends { readonly [key in K]: infer S extends z.ZodType } ? S : never;
/** Parsed parts of a request, as the service sees them. */
export type RequestOf<N extends OperationName> = {
  params: [SchemaOf<(typeof operations)[N], 'params'>] extends [never] ? undefined : z.output<SchemaOf<(typeof operations)[N], 'params'>>;
  query: [SchemaOf<(typeof operations)[N], 'query'>] extends [never] ? undefined : z.output<SchemaOf<(typeof operations)[N], 'query'>>;
  body: [SchemaOf<(typeof operations)[N], 'body'>] extends [never] ? undefined : z.output<SchemaOf<(typeof operations)[N], 'body'>>;
};
/** Parts of a request as a caller writes them (defaults may be left out). */
export type CallOf<N extends OperationName> =
  & ([SchemaOf<(typeof operations)[N], 'params'>] extends [never] ? unknown : { params: z.input<SchemaOf<(typeof operations)[N], 'params'>> })
  & ([SchemaOf<(typeof operations)[N], 'query'>] extends [never] ? unknown : { query?: z.input<SchemaOf<(typeof operations)[N], 'query'>> })
  & ([SchemaOf<(typeof operations)[N], 'body'>] extends [never] ? unknown : { body: z.input<SchemaOf<(typeof operations)[N], 'body'>> });
export type ResponseOf<N extends OperationName> = z.output<(typeof operations)[N]['response']>;

/** The operation that carries out a lifecycle command. */
export const COMMAND_OPERATIONS = {
  promote: 'promoteIncident', reject: 'rejectIncident', acknowledge: 'acknowledgeIncident', identify: 'identifyIncident',
  'start-mitigation': 'startMitigation', mitigate: 'mitigateIncident', resolve: 'resolveIncident', review: 'reviewIncident',
  close: 'closeIncident', reopen: 'reopenIncident', cancel: 'cancelIncident',
} as const satisfies Record<LifecycleCommand, OperationName>;
export { LIFECYCLE_COMMANDS };
