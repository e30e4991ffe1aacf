/** Operations on what was learned: look at it, forget it, forbid it. */
import { z } from 'zod';
import { learnedItem, learnedListQuery, learnedPage, learnedReason, learningStatus } from '../learning.ts';
import { op } from '../operation.ts';
import { okBody } from '../primitives.ts';

const byId = z.object({ id: z.string().max(64) });

export const learningOperations = {
  getLearning: op({ method: 'get', path: '/correlation/learning', summary: 'When was learned, from how much', tag: 'Correlation', response: learningStatus }),
  learnNow: op({ method: 'post', path: '/correlation/learning/run', summary: 'Learn from what has ended since', tag: 'Correlation', response: learningStatus }),
  listLearned: op({
    method: 'get', path: '/correlation/learned', summary: 'What was learned from incidents and from people, newest first', tag: 'Correlation',
    query: learnedListQuery, response: learnedPage,
  }),
  forgetLearned: op({
    method: 'post', path: '/correlation/learned/{id}/forget', summary: 'Forget what led to it; it may be learned again from what comes', tag: 'Correlation',
    params: byId, body: learnedReason, response: okBody,
  }),
  ignoreLearned: op({
    method: 'post', path: '/correlation/learned/{id}/ignore', summary: 'Do not learn this', tag: 'Correlation', params: byId, body: learnedReason, response: learnedItem,
  }),
  allowLearned: op({
    method: 'post', path: '/correlation/learned/{id}/allow', summary: 'Let this be learned again', tag: 'Correlation', params: byId, response: okBody,
  }),
} as const;
