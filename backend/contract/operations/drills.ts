/** Operations on drills. */
import { z } from 'zod';
import { op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';
import { drill, drillBody, drillId, drillPage, drillRun, drillRunId, drillRunListQuery, drillRunPage, stopDrillBody } from '../runbooks/index.ts';

const tag = 'Runbooks';
const byDrill = z.object({ id: drillId });
const byDrillRun = z.object({ id: drillRunId });

export const drillOperations = {
  listDrills: op({ method: 'get', path: '/drills', summary: 'Drills, by name, with what came of each last', tag, query: pageQuery, response: drillPage }),
  createDrill: op({ method: 'post', path: '/drills', summary: 'Plan a drill', tag, body: drillBody, response: drill, status: 201 }),
  getDrill: op({ method: 'get', path: '/drills/{id}', summary: 'One drill', tag, params: byDrill, response: drill }),
  putDrill: op({ method: 'put', path: '/drills/{id}', summary: 'Change a drill; a performance under way goes on as it was', tag, params: byDrill, body: drillBody, response: drill, ifMatch: 'required' }),
  deleteDrill: op({ method: 'delete', path: '/drills/{id}', summary: 'Remove a drill; reports of it stay', tag, params: byDrill, response: okBody, ifMatch: 'required' }),
  startDrill: op({ method: 'post', path: '/drills/{id}/runs', summary: 'Start it now', tag, params: byDrill, response: drillRun, status: 201 }),
  listDrillRuns: op({ method: 'get', path: '/drill-runs', summary: 'Performances of drills, the newest first', tag, query: drillRunListQuery, response: drillRunPage }),
  getDrillRun: op({ method: 'get', path: '/drill-runs/{id}', summary: 'One performance with its report', tag, params: byDrillRun, response: drillRun }),
  stopDrillRun: op({ method: 'post', path: '/drill-runs/{id}/stop', summary: 'End it before its time', tag, params: byDrillRun, body: stopDrillBody, response: drillRun }),
} as const;
