/** Operations on alerts. */
import { z } from 'zod';
import { alert, alertPage, allAlertsQuery, alertTrend } from '../alerts.ts';
import { op } from '../operation.ts';
import { alertId } from '../primitives.ts';

export const alertOperations = {
  listAlerts: op({ method: 'get', path: '/alerts', summary: 'Alerts, newest first', tag: 'Alerts', query: allAlertsQuery, response: alertPage }),
  getAlert: op({
    method: 'get', path: '/alerts/{id}', summary: 'One alert with its history', tag: 'Alerts',
    params: z.object({ id: alertId }), response: alert,
  }),
  getAlertTrend: op({
    method: 'get', path: '/alerts/{id}/trend', summary: 'How often this alert came before, how long it lasted, and how it ended', tag: 'Alerts',
    params: z.object({ id: alertId }), response: alertTrend,
  }),
} as const;
