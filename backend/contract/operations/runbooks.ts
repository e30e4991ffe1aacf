/** Operations on runbooks and their runs. */
import { z } from 'zod';
import { byNumber, op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';
import {
  agent, agentName, agentPage, answerStepBody, automationSettings, cancelRunBody, createAgentBody, createdAgent, dryRun, dryRunBody, fieldName, freezeBody, importedRunbook, importRunbookBody,
  preflightPage, preflightReport, publishRunbookBody, putAutomationBody, putRunbookSecretBody, reasonBody, run, runbook, runbookCheck, runbookId, runbookListQuery, runbookPage, runbookSecret, runbookSecretPage,
  runbookSourceBody, runbookStatistics, runbookVersionPage, runbookVersionText, runId, runListQuery, runPage, runReasonBody, startRunBody, stepCommandBody, stepOutput, stepOutputQuery,
  suggestionList, triggerRecordPage, triggerRecordQuery,
} from '../runbooks/index.ts';

const tag = 'Runbooks';
const byRunbook = z.object({ id: runbookId });
const byVersion = z.object({ id: runbookId, version: z.coerce.number().int().positive() });
const byRun = z.object({ id: runId });
const bySecret = z.object({ name: fieldName });
const byAgent = z.object({ name: agentName });

export const runbookOperations = {
  listRunbooks: op({ method: 'get', path: '/runbooks', summary: 'The catalogue of runbooks', tag, query: runbookListQuery, response: runbookPage }),
  createRunbook: op({ method: 'post', path: '/runbooks', summary: 'Begin a runbook as a draft', tag, body: runbookSourceBody, response: runbook, status: 201 }),
  getRunbook: op({ method: 'get', path: '/runbooks/{id}', summary: 'One runbook with its draft', tag, params: byRunbook, response: runbook }),
  putRunbookDraft: op({ method: 'put', path: '/runbooks/{id}/draft', summary: 'Write the draft; it may have errors', tag, params: byRunbook, body: runbookSourceBody, response: runbook, ifMatch: 'required' }),
  discardRunbookDraft: op({ method: 'delete', path: '/runbooks/{id}/draft', summary: 'Throw the draft away', tag, params: byRunbook, response: runbook, ifMatch: 'required' }),
  publishRunbook: op({ method: 'post', path: '/runbooks/{id}/publish', summary: 'Make the draft the live version', tag, params: byRunbook, body: publishRunbookBody, response: runbook, ifMatch: 'required' }),
  retireRunbook: op({ method: 'post', path: '/runbooks/{id}/retire', summary: 'Take it out of use; its runs and versions stay', tag, params: byRunbook, body: reasonBody, response: runbook, ifMatch: 'required' }),
  reinstateRunbook: op({ method: 'post', path: '/runbooks/{id}/reinstate', summary: 'Take it into use again', tag, params: byRunbook, body: reasonBody, response: runbook, ifMatch: 'required' }),
  listRunbookVersions: op({ method: 'get', path: '/runbooks/{id}/versions', summary: 'Its published versions, the newest first', tag, params: byRunbook, query: pageQuery, response: runbookVersionPage }),
  getRunbookVersion: op({ method: 'get', path: '/runbooks/{id}/versions/{version}', summary: 'The text of one version', tag, params: byVersion, response: runbookVersionText }),
  restoreRunbookVersion: op({ method: 'post', path: '/runbooks/{id}/versions/{version}/restore', summary: 'Make a version the draft', tag, params: byVersion, response: runbook, ifMatch: 'required' }),
  checkRunbook: op({ method: 'post', path: '/runbook-check', summary: 'Check a text: errors with line and column', tag, body: runbookSourceBody, response: runbookCheck }),
  importRunbook: op({ method: 'post', path: '/runbook-import', summary: 'Make a guided checklist of a Markdown procedure', tag, body: importRunbookBody, response: importedRunbook }),
  dryRunRunbook: op({ method: 'post', path: '/runbook-dry-run', summary: 'Show what a run would do and send; nothing is sent', tag, body: dryRunBody, response: dryRun }),

  listRunbookSecrets: op({ method: 'get', path: '/runbook-secrets', summary: 'Secrets of steps, without their values', tag, query: pageQuery, response: runbookSecretPage }),
  putRunbookSecret: op({ method: 'put', path: '/runbook-secrets/{name}', summary: 'Make or change a secret', tag, params: bySecret, body: putRunbookSecretBody, response: runbookSecret, ifMatch: 'optional' }),
  deleteRunbookSecret: op({ method: 'delete', path: '/runbook-secrets/{name}', summary: 'Remove a secret', tag, params: bySecret, response: okBody, ifMatch: 'required' }),

  startRun: op({ method: 'post', path: '/runbooks/{id}/runs', summary: 'Start a run', tag, params: byRunbook, body: startRunBody, response: run, status: 201 }),
  listRuns: op({ method: 'get', path: '/runs', summary: 'Runs, the newest first', tag, query: runListQuery, response: runPage }),
  getRun: op({ method: 'get', path: '/runs/{id}', summary: 'One run with its steps', tag, params: byRun, response: run }),
  pauseRun: op({ method: 'post', path: '/runs/{id}/pause', summary: 'Begin no further step', tag, params: byRun, body: runReasonBody, response: run, ifMatch: 'optional' }),
  resumeRun: op({ method: 'post', path: '/runs/{id}/resume', summary: 'Go on', tag, params: byRun, body: runReasonBody, response: run, ifMatch: 'optional' }),
  cancelRun: op({ method: 'post', path: '/runs/{id}/cancel', summary: 'End it, and take back what it did', tag, params: byRun, body: cancelRunBody, response: run, ifMatch: 'optional' }),
  undoRun: op({ method: 'post', path: '/runs/{id}/undo', summary: 'Take back what an ended run did', tag, params: byRun, body: runReasonBody, response: run, ifMatch: 'optional' }),
  answerStep: op({ method: 'post', path: '/runs/{id}/answer', summary: 'Approve, reject, or say that it is done', tag, params: byRun, body: answerStepBody, response: run }),
  retryStep: op({ method: 'post', path: '/runs/{id}/retry', summary: 'Try a failed step again, and go on from there', tag, params: byRun, body: stepCommandBody, response: run }),
  skipStep: op({ method: 'post', path: '/runs/{id}/skip', summary: 'Go on without a step', tag, params: byRun, body: stepCommandBody, response: run }),
  getStepOutput: op({ method: 'get', path: '/runs/{id}/output', summary: 'What a step wrote, from a place on', tag, params: byRun, query: stepOutputQuery, response: stepOutput }),

  listSuggestions: op({ method: 'get', path: '/incidents/{number}/suggestions', summary: 'Runbooks that fit an incident, with reasons', tag, params: byNumber, query: pageQuery, response: suggestionList }),
  getAutomation: op({ method: 'get', path: '/automation', summary: 'What automation may do', tag, response: automationSettings }),
  putAutomation: op({ method: 'put', path: '/automation', summary: 'Set what automation may do', tag, body: putAutomationBody, response: automationSettings, ifMatch: 'required' }),
  freezeAutomation: op({ method: 'post', path: '/automation/freeze', summary: 'Let nothing start by itself', tag, body: freezeBody, response: automationSettings }),
  unfreezeAutomation: op({ method: 'post', path: '/automation/unfreeze', summary: 'Let automation go on', tag, body: freezeBody, response: automationSettings }),
  listTriggerRecords: op({ method: 'get', path: '/automation/records', summary: 'What triggers did, and what held them back', tag, query: triggerRecordQuery, response: triggerRecordPage }),
  getRunbookStatistics: op({ method: 'get', path: '/runbook-statistics', summary: 'Coverage, success, time saved, what is stale', tag, response: runbookStatistics }),
  listPreflight: op({ method: 'get', path: '/preflight', summary: 'What the last preflight found, faults first', tag, query: pageQuery, response: preflightPage }),
  runPreflight: op({ method: 'post', path: '/runbooks/{id}/preflight', summary: 'Check now whether a runbook would work', tag, params: byRunbook, response: preflightReport }),

  listAgents: op({ method: 'get', path: '/agents', summary: 'Agents, and what they permit', tag, query: pageQuery, response: agentPage }),
  createAgent: op({ method: 'post', path: '/agents', summary: 'Issue the token of a new agent', tag, body: createAgentBody, response: createdAgent, status: 201, shownOnce: true }),
  rotateAgentToken: op({ method: 'post', path: '/agents/{name}/token', summary: 'Issue a new token; the old one ends', tag, params: byAgent, response: createdAgent, shownOnce: true }),
  revokeAgent: op({ method: 'delete', path: '/agents/{name}', summary: 'Let an agent in no more', tag, params: byAgent, response: agent }),
} as const;
