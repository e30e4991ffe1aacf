/** Operations on detectors. */
import { z } from 'zod';
import {
  detector, detectorBody, detectorChartQuery, detectorFinding, detectorFindingPage, detectorFindingQuery, detectorId, detectorPage, detectorPreview, detectorPreviewBody, detectorReport, detectorStateBody,
  findingId, judgeFindingBody,
} from '../detectors.ts';
import { op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';

const tag = 'Detection';
const byDetector = z.object({ id: detectorId });

export const detectorOperations = {
  listDetectors: op({ method: 'get', path: '/detectors', summary: 'Detectors, by name, with their health, cost and precision', tag, query: pageQuery, response: detectorPage }),
  createDetector: op({ method: 'post', path: '/detectors', summary: 'Make a detector; it learns from the past four weeks, and then watches in shadow', tag, body: detectorBody, response: detector, status: 201 }),
  getDetector: op({ method: 'get', path: '/detectors/{id}', summary: 'One detector', tag, params: byDetector, response: detector }),
  putDetector: op({ method: 'put', path: '/detectors/{id}', summary: 'Change a detector; with another query, step or direction it learns anew', tag, params: byDetector, body: detectorBody, response: detector, ifMatch: 'required' }),
  deleteDetector: op({ method: 'delete', path: '/detectors/{id}', summary: 'Remove a detector; its open alerts end, its findings stay', tag, params: byDetector, response: okBody, ifMatch: 'required' }),
  setDetectorState: op({
    method: 'post', path: '/detectors/{id}/state', summary: 'Let it alert, put it back into shadow, or let it learn anew', tag, params: byDetector, body: detectorStateBody, response: detector, ifMatch: 'required',
  }),
  previewDetector: op({ method: 'post', path: '/detector-preview', summary: 'How a detector would have done over the past days; nothing is kept', tag, body: detectorPreviewBody, response: detectorPreview }),
  getDetectorChart: op({ method: 'get', path: '/detectors/{id}/chart', summary: 'Values, band and findings of the past days, reckoned anew', tag, params: byDetector, query: detectorChartQuery, response: detectorPreview }),
  getDetectorReport: op({ method: 'get', path: '/detectors/{id}/report', summary: 'What it found since it watches, how often that was right, and whether it should alert', tag, params: byDetector, response: detectorReport }),
  listDetectorFindings: op({ method: 'get', path: '/detector-findings', summary: 'Findings, the newest first', tag, query: detectorFindingQuery, response: detectorFindingPage }),
  judgeFinding: op({ method: 'put', path: '/detector-findings/{id}/verdict', summary: 'Say whether a finding was right; null takes it back', tag, params: z.object({ id: findingId }), body: judgeFindingBody, response: detectorFinding }),
} as const;
