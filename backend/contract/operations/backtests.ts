/** Operations on back-tests. */
import { backTest, backTestPage, startBackTestBody } from '../backtests.ts';
import { byId, op } from '../operation.ts';
import { pageQuery } from '../primitives.ts';

export const backTestOperations = {
  listBackTests: op({ method: 'get', path: '/correlation/back-tests', summary: 'Back-tests, newest first, without their reports', tag: 'Correlation', query: pageQuery, response: backTestPage }),
  startBackTest: op({
    method: 'post', path: '/correlation/back-tests', summary: 'Try the draft on a past period, in the background', tag: 'Correlation',
    body: startBackTestBody, response: backTest, status: 201,
  }),
  getBackTest: op({ method: 'get', path: '/correlation/back-tests/{id}', summary: 'One back-test: progress, then the report', tag: 'Correlation', params: byId, response: backTest }),
  cancelBackTest: op({ method: 'post', path: '/correlation/back-tests/{id}/cancel', summary: 'Stop a back-test', tag: 'Correlation', params: byId, response: backTest }),
} as const;
