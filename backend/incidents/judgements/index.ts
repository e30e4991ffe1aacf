/** What people say, looking back, of how alerts were put together. */
export { createJudgementHandlers, labelsOf, type JudgementOperation } from './routes.ts';
