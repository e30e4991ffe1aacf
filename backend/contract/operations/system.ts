/** Operations on Muster itself: connection, status, audit, live stream. */
import { z } from 'zod';
import { op } from '../operation.ts';
import { logPosition } from '../primitives.ts';
import { auditPage, auditQuery, connectionReport, systemStatus } from '../system.ts';

export const systemOperations = {
  checkConnection: op({ method: 'get', path: '/connection', summary: 'Check each hop, name the broken one', tag: 'System', response: connectionReport }),
  getStatus: op({ method: 'get', path: '/status', summary: 'State of Muster itself', tag: 'System', response: systemStatus }),
  listAudit: op({ method: 'get', path: '/audit', summary: 'Every change, newest first', tag: 'System', query: auditQuery, response: auditPage }),
  streamEvents: op({
    method: 'get', path: '/events', summary: 'Live events as server-sent events; resumes by Last-Event-ID. alerts.changed, without an id, says that alerts changed', tag: 'System',
    query: z.object({ lastEventId: logPosition.optional() }), response: z.string(),
  }),
} as const;
