/** Operations on alerts. */
import { z } from 'zod';
import { alert, alertListQuery, alertPage } from '../alerts.ts';
import { op } from '../operation.ts';
import { alertId } from '../primitives.ts';

export const alertOperations = {
  listAlerts: op({ method: 'get', path: '/alerts', summary: 'Alerts, newest first', tag: 'Alerts', query: alertListQuery, response: alertPage }),
  getAlert: op({
    method: 'get', path: '/alerts/{id}', summary: 'One alert with its history', tag: 'Alerts',
    params: z.object({ id: alertId }), response: alert,
  }),
} as const;
