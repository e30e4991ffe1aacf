/** Operations on the settings of correlation: a draft, its activation, the way back. */
import { z } from 'zod';
import { activationBody, correlationSettings, correlationState, correlationVersionPage } from '../correlation.ts';
import { op } from '../operation.ts';
import { MAX_INTEGER, pageQuery } from '../primitives.ts';

export const correlationOperations = {
  getCorrelation: op({
    method: 'get', path: '/correlation', summary: 'How alerts are correlated: settings in force and the draft', tag: 'Correlation', response: correlationState,
  }),
  putCorrelationDraft: op({
    method: 'put', path: '/correlation/draft', summary: 'Write the draft of the settings; nothing live changes', tag: 'Correlation',
    body: correlationSettings, response: correlationState, ifMatch: 'required',
  }),
  discardCorrelationDraft: op({
    method: 'delete', path: '/correlation/draft', summary: 'Throw the draft away', tag: 'Correlation', response: correlationState, ifMatch: 'required',
  }),
  activateCorrelationDraft: op({
    method: 'post', path: '/correlation/draft/activate', summary: 'Put the draft into force', tag: 'Correlation',
    body: activationBody, response: correlationState, ifMatch: 'required',
  }),
  listCorrelationVersions: op({
    method: 'get', path: '/correlation/versions', summary: 'Settings that were in force, newest first', tag: 'Correlation',
    query: pageQuery, response: correlationVersionPage,
  }),
  revertCorrelation: op({
    method: 'post', path: '/correlation/versions/{version}/revert', summary: 'Put earlier settings into force again, as a new version', tag: 'Correlation',
    params: z.object({ version: z.coerce.number().int().min(0).max(MAX_INTEGER) }), body: activationBody, response: correlationState, ifMatch: 'required',
  }),
} as const;
