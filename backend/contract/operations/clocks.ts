/** Operations on the clocks of incidents. */
import { clockRules, incidentClocks, putClockRulesBody } from '../clocks.ts';
import { byNumber, op } from '../operation.ts';

export const clockOperations = {
  getClockRules: op({ method: 'get', path: '/settings/clocks', summary: 'How long a response, an update and a resolution may take', tag: 'OnCall', response: clockRules }),
  putClockRules: op({ method: 'put', path: '/settings/clocks', summary: 'Set how long they may take; clocks that run take the new limits with the next change of severity', tag: 'OnCall', body: putClockRulesBody, response: clockRules, ifMatch: 'required' }),
  getIncidentClocks: op({ method: 'get', path: '/incidents/{number}/clocks', summary: 'The clocks of an incident', tag: 'Incidents', params: byNumber, response: incidentClocks }),
} as const;
