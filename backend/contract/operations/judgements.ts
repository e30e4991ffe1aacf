/** Operations on judgements: was this rightly one incident? */
import { judgementAnswer, judgementBody, judgementPage } from '../judgements.ts';
import { byNumber, op } from '../operation.ts';
import { pageQuery } from '../primitives.ts';

export const judgementOperations = {
  getJudgement: op({
    method: 'get', path: '/incidents/{number}/judgement', summary: 'Was this rightly one incident? What somebody said of it', tag: 'Correlation',
    params: byNumber, response: judgementAnswer, ifMatch: 'optional',
  }),
  putJudgement: op({
    method: 'put', path: '/incidents/{number}/judgement', summary: 'Say that the grouping was right, or how it should have been', tag: 'Correlation',
    params: byNumber, body: judgementBody, response: judgementAnswer, ifMatch: 'required',
  }),
  deleteJudgement: op({
    method: 'delete', path: '/incidents/{number}/judgement', summary: 'Take a judgement back', tag: 'Correlation', params: byNumber, response: judgementAnswer, ifMatch: 'required',
  }),
  listJudgements: op({
    method: 'get', path: '/judgements', summary: 'All judgements, the newest incident first', tag: 'Correlation', query: pageQuery, response: judgementPage,
  }),
} as const;
