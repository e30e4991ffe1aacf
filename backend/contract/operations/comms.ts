/** Operations on what is told of incidents. */
import { z } from 'zod';
import {
  cadenceQuery, cadenceReport, communication, editUpdateBody, incidentComms, pauseUpdatesBody, putCommunicationBody, statusUpdate, statusUpdatePage, updateContent, updateDeliveries, updateDuePage, updateDueQuery, updateId,
  updatePreview,
} from '../comms.ts';
import { byNumber, op } from '../operation.ts';
import { pageQuery } from '../primitives.ts';

const byUpdate = z.object({ id: updateId });

export const commsOperations = {
  getCommunication: op({ method: 'get', path: '/communication', summary: 'Audiences, their templates, rules and cadence', tag: 'Communication', response: communication }),
  putCommunication: op({
    method: 'put', path: '/communication', summary: 'Replace audiences and rules', tag: 'Communication', body: putCommunicationBody, response: communication, ifMatch: 'required',
  }),
  getCadence: op({ method: 'get', path: '/communication/cadence', summary: 'How many due updates came in time', tag: 'Communication', query: cadenceQuery, response: cadenceReport }),
  listUpdatesDue: op({ method: 'get', path: '/status-updates/due', summary: 'Updates that are due, of all incidents; the first stands first', tag: 'Communication', query: updateDueQuery, response: updateDuePage }),
  getIncidentComms: op({ method: 'get', path: '/incidents/{number}/comms', summary: 'What is due in an incident, and what an update would begin with', tag: 'Communication', params: byNumber, response: incidentComms }),
  pauseUpdates: op({
    method: 'post', path: '/incidents/{number}/pause-updates', summary: 'Let the clocks of updates stand still until a time', tag: 'Communication', params: byNumber, body: pauseUpdatesBody, response: incidentComms,
  }),
  resumeUpdates: op({ method: 'post', path: '/incidents/{number}/resume-updates', summary: 'Let the clocks of updates run again', tag: 'Communication', params: byNumber, body: z.object({}), response: incidentComms }),
  listIncidentUpdates: op({
    method: 'get', path: '/incidents/{number}/status-updates', summary: 'Updates of an incident, drafts too, the newest first', tag: 'Communication', params: byNumber, query: pageQuery, response: statusUpdatePage,
  }),
  previewUpdate: op({
    method: 'post', path: '/incidents/{number}/status-updates/preview', summary: 'An update as its audience would read it; nothing is kept', tag: 'Communication',
    params: byNumber, body: updateContent, response: updatePreview,
  }),
  createUpdate: op({
    method: 'post', path: '/incidents/{number}/status-updates', summary: 'Write a draft, also of a correction', tag: 'Communication', params: byNumber, body: updateContent, response: statusUpdate, status: 201,
  }),
  getUpdate: op({ method: 'get', path: '/status-updates/{id}', summary: 'One update', tag: 'Communication', params: byUpdate, response: statusUpdate }),
  getUpdateDeliveries: op({
    method: 'get', path: '/status-updates/{id}/deliveries', summary: 'Whom a published update has reached, and who is still to be', tag: 'Communication', params: byUpdate, response: updateDeliveries,
  }),
  editUpdate: op({
    method: 'patch', path: '/status-updates/{id}', summary: 'Change a draft; what was approved has to be approved again', tag: 'Communication',
    params: byUpdate, body: editUpdateBody, response: statusUpdate, ifMatch: 'required',
  }),
  approveUpdate: op({ method: 'post', path: '/status-updates/{id}/approve', summary: 'Approve it as it reads now', tag: 'Communication', params: byUpdate, body: z.object({}), response: statusUpdate, ifMatch: 'required' }),
  publishUpdate: op({ method: 'post', path: '/status-updates/{id}/publish', summary: 'Publish it to its audience', tag: 'Communication', params: byUpdate, body: z.object({}), response: statusUpdate, ifMatch: 'required' }),
  discardUpdate: op({ method: 'post', path: '/status-updates/{id}/discard', summary: 'Throw a draft away', tag: 'Communication', params: byUpdate, body: z.object({}), response: statusUpdate, ifMatch: 'required' }),
} as const;
