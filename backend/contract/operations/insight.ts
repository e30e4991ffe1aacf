/** Operations on what Muster makes of incidents: what was like them, what was changed, why they came, what comes next. */
import { z } from 'zod';
import { accuracy, accuracyQuery, helperStanding, putHelperModeBody } from '../accuracy.ts';
import { addHypothesisBody, cause, causeBoard, judgeCauseBody } from '../causes.ts';
import { draftRequest, incidentDigest, modelSettings, noteDraftOutcomeBody, previewDraftBody, putModelSettingsBody, testModelResult, updateDraft, writeDraftBody } from '../drafts.ts';
import { forecastChart, forecastId, forecastPage, forecastPreview, forecastPreviewBody, forecastQuery } from '../forecasts.ts';
import { alertMeanings } from '../meanings.ts';
import { byNumber, op } from '../operation.ts';
import { okBody } from '../primitives.ts';
import { predictionPage, predictionQuery } from '../predictions.ts';
import { judgeRecommendationBody, recommendations } from '../recommendations.ts';
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
  getSummary: op({
    method: 'get', path: '/incidents/{number}/summary', summary: 'The incident in short: what, since when, impact, cause, what was tried, what comes next', tag: 'Incidents',
    params: byNumber, response: incidentDigest,
  }),
  writeDraft: op({
    method: 'post', path: '/incidents/{number}/drafts', summary: 'Write what an update to an audience could say; nothing is told to anybody', tag: 'Incidents',
    params: byNumber, body: writeDraftBody, response: updateDraft,
  }),
  previewDraft: op({
    method: 'post', path: '/incidents/{number}/drafts/preview', summary: 'What a model would be sent to reword a draft, to the letter; nothing is sent', tag: 'Incidents',
    params: byNumber, body: previewDraftBody, response: draftRequest,
  }),
  noteDraftOutcome: op({
    method: 'post', path: '/drafts/outcomes', summary: 'Say what became of a draft; only counts are kept', tag: 'Incidents', body: noteDraftOutcomeBody, response: okBody,
  }),
  getModelSettings: op({ method: 'get', path: '/drafts/model', summary: 'The model that may reword drafts, what was asked of it today, and what became of drafts', tag: 'System', response: modelSettings }),
  putModelSettings: op({
    method: 'put', path: '/drafts/model', summary: 'Set the model that may reword drafts', tag: 'System', body: putModelSettingsBody, response: modelSettings, ifMatch: 'required',
  }),
  testModel: op({ method: 'post', path: '/drafts/model/test', summary: 'Ask the model for a sentence, to see whether it answers', tag: 'System', body: z.object({}), response: testModelResult }),
  getRecommendations: op({
    method: 'get', path: '/incidents/{number}/recommendations', summary: 'Runbooks that are likely to end it, by what they did in incidents like it', tag: 'Incidents', params: byNumber, response: recommendations,
  }),
  judgeRecommendation: op({
    method: 'post', path: '/incidents/{number}/recommendations/judge', summary: 'Reject a recommended runbook for it, or take that back', tag: 'Incidents',
    params: byNumber, body: judgeRecommendationBody, response: recommendations,
  }),
  listForecasts: op({
    method: 'get', path: '/forecasts', summary: 'Limits that series of detectors will cross, when with 80 %, and what came of earlier forecasts; the newest first', tag: 'Detection',
    query: forecastQuery, response: forecastPage,
  }),
  getForecastChart: op({
    method: 'get', path: '/forecasts/{id}/chart', summary: 'What was and what is expected of the series of a forecast, reckoned anew', tag: 'Detection',
    params: z.object({ id: forecastId }), response: forecastChart,
  }),
  previewForecast: op({
    method: 'post', path: '/forecast-preview', summary: 'When the series of a query would cross a limit; nothing is kept', tag: 'Detection', body: forecastPreviewBody, response: forecastPreview,
  }),
  listPredictions: op({
    method: 'get', path: '/predictions', summary: 'Services that are likely to have a serious incident soon, and what became of earlier predictions; the newest first', tag: 'Incidents',
    query: predictionQuery, response: predictionPage,
  }),
  getAccuracy: op({
    method: 'get', path: '/accuracy', summary: 'How often the helpers were right, by week, against simple baselines', tag: 'System',
    query: accuracyQuery, response: accuracy,
  }),
  putHelperMode: op({
    method: 'put', path: '/helper-mode', summary: 'Put a helper to shadow, where it is measured but neither shown nor acted on, or back', tag: 'System',
    body: putHelperModeBody, response: helperStanding, ifMatch: 'required',
  }),
} as const;
