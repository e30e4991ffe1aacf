/** Operations on what Muster makes of incidents: what was like them, what was changed, why they came, what comes next. */
import { byNumber, op } from '../operation.ts';
import { similarIncidents } from '../similar.ts';

export const insightOperations = {
  getSimilarIncidents: op({
    method: 'get', path: '/incidents/{number}/similar', summary: 'Past incidents like this one, why, and what ended them', tag: 'Incidents',
    params: byNumber, response: similarIncidents,
  }),
} as const;
