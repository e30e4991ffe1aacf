/** Operations on incidents and their timeline. */
import { alertListQuery, alertPage } from '../alerts.ts';
import { blastRadius } from '../assessment.ts';
import { setFieldsBody } from '../incidentSettings.ts';
import {
  assignCommanderBody, commandBody, declareIncidentBody, editIncidentBody, incident, incidentCounts,
  incidentListQuery, incidentPage, type LifecycleCommand, mergeBody, noteBody, setSeverityBody, timelineEntry, timelinePage, timelineQuery,
} from '../incidents.ts';
import { incidentLanes } from '../lanes.ts';
import { byId, byNumber, op } from '../operation.ts';
import { logPosition, pageQuery } from '../primitives.ts';
import { moveAlertsBody, regroupingPage, splitBody, undoBody } from '../regrouping.ts';

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

export const incidentOperations = {
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
  splitIncident: op({
    method: 'post', path: '/incidents/{number}/split', summary: 'Make a new incident of some of its alerts', tag: 'Incidents',
    params: byNumber, body: splitBody, response: incident, status: 201, ifMatch: 'optional',
  }),
  moveAlerts: op({
    method: 'post', path: '/incidents/{number}/move-alerts', summary: 'Move alerts to another incident, or out of any', tag: 'Incidents',
    params: byNumber, body: moveAlertsBody, response: incident, ifMatch: 'optional',
  }),
  listRegroupings: op({
    method: 'get', path: '/incidents/{number}/regroupings', summary: 'Merges, splits and moves of an incident, newest first', tag: 'Incidents',
    params: byNumber, query: pageQuery, response: regroupingPage,
  }),
  undoRegrouping: op({
    method: 'post', path: '/regroupings/{id}/undo', summary: 'Undo a merge, split or move within ten minutes', tag: 'Incidents',
    params: byId, body: undoBody, response: incident,
  }),
  setIncidentFields: op({
    method: 'put', path: '/incidents/{number}/fields', summary: 'Set custom fields, or the type', tag: 'Incidents',
    params: byNumber, body: setFieldsBody, response: incident, ifMatch: 'required',
  }),
  getBlastRadius: op({
    method: 'get', path: '/incidents/{number}/blast-radius', summary: 'What fails, and what may fail next, as a graph', tag: 'Incidents',
    params: byNumber, response: blastRadius,
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
    params: byNumber.extend({ position: logPosition }), body: noteBody, response: timelineEntry, ifMatch: 'required',
  }),
  listIncidentAlerts: op({
    method: 'get', path: '/incidents/{number}/alerts', summary: 'Alerts of an incident and why each belongs to it', tag: 'Incidents',
    params: byNumber, query: alertListQuery, response: alertPage,
  }),
  getIncidentLanes: op({
    method: 'get', path: '/incidents/{number}/lanes', summary: 'Its alerts over time by service, the one that broke first on top', tag: 'Incidents',
    params: byNumber, response: incidentLanes,
  }),
} as const;
