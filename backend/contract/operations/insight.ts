/** Operations on what Muster makes of incidents: what was like them, what was changed, why they came, what comes next. */
import { accuracy, accuracyQuery } from '../accuracy.ts';
import { addHypothesisBody, cause, causeBoard, judgeCauseBody } from '../causes.ts';
import { alertMeanings } from '../meanings.ts';
import { byNumber, op } from '../operation.ts';
import { predictionPage, predictionQuery } from '../predictions.ts';
import { similarIncidents } from '../similar.ts';
import { changesBefore } from '../whatChanged.ts';

export const insightOperations = {
  getSimilarIncidents: op({
    method: 'get', path: '/incidents/{number}/similar', summary: 'Past incidents like this one, why, and what ended them', tag: 'Incidents',
    params: byNumber, response: similarIncidents,
  }),
  getAlertMeanings: op({
    method: 'get', path: '/incidents/{number}/meanings', summary: 'What its leading alerts usually mean: causes and remedies of past incidents that carried them, what to check, and the queries', tag: 'Incidents',
    params: byNumber, response: alertMeanings,
  }),
  getChangesBefore: op({
    method: 'get', path: '/incidents/{number}/changes-before', summary: 'What was changed before it began, the most suspicious first, and which alert rules rose', tag: 'Incidents',
    params: byNumber, response: changesBefore,
  }),
  getCauses: op({
    method: 'get', path: '/incidents/{number}/causes', summary: 'What may have caused it: suspects with evidence, hypotheses, and what became of them', tag: 'Incidents',
    params: byNumber, response: causeBoard,
  }),
  addHypothesis: op({
    method: 'post', path: '/incidents/{number}/causes', summary: 'Put a hypothesis on the board', tag: 'Incidents', params: byNumber, body: addHypothesisBody, response: cause, status: 201,
  }),
  judgeCause: op({
    method: 'post', path: '/incidents/{number}/causes/judge', summary: 'Confirm or refute a suspected cause, or leave it open again', tag: 'Incidents',
    params: byNumber, body: judgeCauseBody, response: cause, ifMatch: 'required',
  }),
  listPredictions: op({
    method: 'get', path: '/predictions', summary: 'Services that are likely to have a serious incident soon, and what became of earlier predictions; the newest first', tag: 'Incidents',
    query: predictionQuery, response: predictionPage,
  }),
  getAccuracy: op({
    method: 'get', path: '/accuracy', summary: 'How often correlation, prediction and diagnosis were right, by week, against simple baselines', tag: 'System',
    query: accuracyQuery, response: accuracy,
  }),
} as const;
