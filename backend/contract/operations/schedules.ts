/** Operations on on-call schedules. */
import { z } from 'zod';
import {
  calendarImport, calendarImportBody, handOver, handOverBody, handOverNote, myShiftQuery, myShifts, onCallPage, onCallQuery,
  override, overrideBody, schedule, scheduleBody, scheduleFeed, schedulePage, shiftPreviewBody, shiftQuery, shiftView, swap, swapAnswerBody, swapBody, swapPage, swapQuery,
} from '../oncall/schedules.ts';
import { onCallImport, onCallImportBody } from '../oncall/onCallImport.ts';
import { byId, op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';

const byOverride = byId.extend({ override: z.string().min(1).max(64) });

export const scheduleOperations = {
  listSchedules: op({ method: 'get', path: '/schedules', summary: 'On-call schedules, by name', tag: 'OnCall', query: pageQuery, response: schedulePage }),
  createSchedule: op({ method: 'post', path: '/schedules', summary: 'Add a schedule', tag: 'OnCall', body: scheduleBody, response: schedule, status: 201 }),
  getSchedule: op({ method: 'get', path: '/schedules/{id}', summary: 'One schedule', tag: 'OnCall', params: byId, response: schedule }),
  putSchedule: op({ method: 'put', path: '/schedules/{id}', summary: 'Replace a schedule; its overrides stay', tag: 'OnCall', params: byId, body: scheduleBody, response: schedule, ifMatch: 'required' }),
  deleteSchedule: op({ method: 'delete', path: '/schedules/{id}', summary: 'Remove a schedule with its overrides, swaps and notes', tag: 'OnCall', params: byId, response: okBody, ifMatch: 'required' }),
  listShifts: op({
    method: 'get', path: '/schedules/{id}/shifts', summary: 'Who is on call in a range of at most 400 days, by layer and altogether, with gaps', tag: 'OnCall', params: byId, query: shiftQuery, response: shiftView,
  }),
  previewShifts: op({ method: 'post', path: '/schedules/preview', summary: 'What a schedule would say that is not kept yet', tag: 'OnCall', body: shiftPreviewBody, response: shiftView }),
  listOnCall: op({ method: 'get', path: '/on-call', summary: 'Who is on call now, or at an instant, on every schedule', tag: 'OnCall', query: onCallQuery, response: onCallPage }),
  listMyShifts: op({ method: 'get', path: '/on-call/mine', summary: "The caller's next shifts", tag: 'OnCall', query: myShiftQuery, response: myShifts }),
  createOverride: op({
    method: 'post', path: '/schedules/{id}/overrides', summary: 'Put somebody on call for a time: oneself, or for managers anybody', tag: 'OnCall', params: byId, body: overrideBody, response: override, status: 201,
  }),
  deleteOverride: op({ method: 'delete', path: '/schedules/{id}/overrides/{override}', summary: 'Take an override back: an own one, or for managers any', tag: 'OnCall', params: byOverride, response: okBody }),
  listSwaps: op({ method: 'get', path: '/swaps', summary: 'Requests to swap shifts', tag: 'OnCall', query: swapQuery, response: swapPage }),
  requestSwap: op({ method: 'post', path: '/schedules/{id}/swaps', summary: 'Ask somebody, or anybody, to take over an own shift', tag: 'OnCall', params: byId, body: swapBody, response: swap, status: 201 }),
  acceptSwap: op({ method: 'post', path: '/swaps/{id}/accept', summary: 'Take the shift', tag: 'OnCall', params: byId, body: swapAnswerBody, response: swap, ifMatch: 'optional' }),
  declineSwap: op({ method: 'post', path: '/swaps/{id}/decline', summary: 'Say that one will not take the shift', tag: 'OnCall', params: byId, body: swapAnswerBody, response: swap, ifMatch: 'optional' }),
  withdrawSwap: op({ method: 'post', path: '/swaps/{id}/withdraw', summary: 'Take an own request back', tag: 'OnCall', params: byId, body: swapAnswerBody, response: swap, ifMatch: 'optional' }),
  getHandOver: op({ method: 'get', path: '/schedules/{id}/hand-over', summary: 'Who hands over to whom, with a draft of the note', tag: 'OnCall', params: byId, response: handOver }),
  writeHandOver: op({ method: 'post', path: '/schedules/{id}/hand-over', summary: 'Leave a note for who is next', tag: 'OnCall', params: byId, body: handOverBody, response: handOverNote, status: 201 }),
  getScheduleFeed: op({ method: 'get', path: '/schedules/{id}/feed', summary: 'Secret addresses of the schedule as a calendar', tag: 'OnCall', params: byId, response: scheduleFeed }),
  renewScheduleFeed: op({ method: 'post', path: '/schedules/{id}/feed', summary: 'Make new secret addresses; the old ones are dead', tag: 'OnCall', params: byId, response: scheduleFeed }),
  importCalendar: op({
    method: 'post', path: '/schedules/{id}/calendar', summary: 'Take the events of a calendar as a layer; one of the same name is replaced', tag: 'OnCall', params: byId, body: calendarImportBody, response: calendarImport, ifMatch: 'required',
  }),
  importOnCall: op({ method: 'post', path: '/schedules/import-grafana-oncall', summary: "Take over schedules and escalation chains that were read from Grafana OnCall's API", tag: 'OnCall', body: onCallImportBody, response: onCallImport }),
} as const;
