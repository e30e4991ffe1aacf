/** Operations on sources of alerts: tokens, dead letters, mapping. */
import { z } from 'zod';
import { byId, op } from '../operation.ts';
import { okBody, pageQuery, sourceId } from '../primitives.ts';
import { fingerprintPreview, mappingPreview, previewFingerprintBody, previewMappingBody } from '../sourceRules.ts';
import {
  createSourceBody, deadLetterPage, deadLetterQuery, editSourceBody, issuedToken, mapping, mappingDocument,
  replayResult, source, sourcePage, testAlertResult, unmappedPage,
} from '../sources.ts';

const bySource = z.object({ source: sourceId });

export const sourceOperations = {
  listSources: op({ method: 'get', path: '/sources', summary: 'Alert sources', tag: 'Sources', query: pageQuery, response: sourcePage }),
  createSource: op({
    method: 'post', path: '/sources', summary: 'Add a source; its token is shown once', tag: 'Sources',
    body: createSourceBody, response: issuedToken, status: 201, shownOnce: true,
  }),
  editSource: op({
    method: 'patch', path: '/sources/{source}', summary: 'Change a source', tag: 'Sources',
    params: bySource, body: editSourceBody, response: source, ifMatch: 'required',
  }),
  deleteSource: op({
    method: 'delete', path: '/sources/{source}', summary: 'Remove a source; its alerts stay', tag: 'Sources', params: bySource, response: okBody, ifMatch: 'required',
  }),
  issueSourceToken: op({
    method: 'post', path: '/sources/{source}/tokens', summary: 'Make a token; two may live side by side', tag: 'Sources',
    params: bySource, response: issuedToken, status: 201, shownOnce: true,
  }),
  revokeSourceToken: op({
    method: 'delete', path: '/sources/{source}/tokens/{id}', summary: 'Revoke a token', tag: 'Sources',
    params: bySource.extend({ id: z.string().min(1).max(64) }), response: source, ifMatch: 'required',
  }),
  sendTestAlert: op({
    method: 'post', path: '/sources/{source}/test', summary: 'Send a test alert and follow it hop by hop', tag: 'Sources',
    params: bySource, response: testAlertResult,
  }),
  previewSourceMapping: op({
    method: 'post', path: '/source-mappings/preview', summary: 'What Muster would make of a sample payload', tag: 'Sources',
    body: previewMappingBody, response: mappingPreview,
  }),
  previewFingerprint: op({
    method: 'post', path: '/sources/{source}/preview-fingerprint', summary: 'How the newest 1,000 alerts would regroup by other labels', tag: 'Sources',
    params: bySource, body: previewFingerprintBody, response: fingerprintPreview,
  }),
  reconcileSource: op({
    method: 'post', path: '/sources/{source}/reconcile', summary: "Compare with Grafana's active alerts now", tag: 'Sources',
    params: bySource, response: source,
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
  listUnmapped: op({ method: 'get', path: '/mapping/unmapped', summary: 'Values that the mapping does not know', tag: 'Sources', query: pageQuery, response: unmappedPage }),
} as const;
