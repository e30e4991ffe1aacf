/** Operations on noise: rules, what they hold back, maintenance windows, silences. */
import {
  closeChangeBody, closeChangeResult, maintenanceBody, maintenancePage, maintenancePreview, maintenancePreviewBody, maintenanceQuery, maintenanceWindow,
} from '../maintenance.ts';
import {
  heldBackPage, heldBackQuery, noisePreview, noisePreviewBody, noiseRule, noiseRuleBody, noiseRulePage, noiseRuleQuery, noiseScorePage, noiseScoreQuery,
} from '../noise.ts';
import { byId, op } from '../operation.ts';
import { okBody } from '../primitives.ts';
import { silence, silenceBody, silencePage, silenceQuery, silenceSyncStatus } from '../silences.ts';

export const noiseOperations = {
  listNoiseRules: op({ method: 'get', path: '/noise/rules', summary: 'Rules that hold alerts back', tag: 'Noise', query: noiseRuleQuery, response: noiseRulePage }),
  createNoiseRule: op({ method: 'post', path: '/noise/rules', summary: 'Add a rule', tag: 'Noise', body: noiseRuleBody, response: noiseRule, status: 201 }),
  editNoiseRule: op({
    method: 'put', path: '/noise/rules/{id}', summary: 'Replace a rule; what it holds back is looked at again', tag: 'Noise',
    params: byId, body: noiseRuleBody, response: noiseRule, ifMatch: 'required',
  }),
  deleteNoiseRule: op({
    method: 'delete', path: '/noise/rules/{id}', summary: 'Remove a rule; what it holds back is looked at again', tag: 'Noise', params: byId, response: okBody, ifMatch: 'required',
  }),
  previewNoiseScope: op({
    method: 'post', path: '/noise/preview', summary: 'What a scope would have matched in the last 24 hours', tag: 'Noise', body: noisePreviewBody, response: noisePreview,
  }),
  listHeldBack: op({ method: 'get', path: '/noise/alerts', summary: 'Alerts that are held back, and why', tag: 'Noise', query: heldBackQuery, response: heldBackPage }),
  listNoiseScores: op({ method: 'get', path: '/noise/scores', summary: 'Alert rules, the noisiest first', tag: 'Noise', query: noiseScoreQuery, response: noiseScorePage }),
  listMaintenance: op({ method: 'get', path: '/maintenance', summary: 'Maintenance windows', tag: 'Noise', query: maintenanceQuery, response: maintenancePage }),
  createMaintenance: op({
    method: 'post', path: '/maintenance', summary: 'Plan a window, once or recurring, also for a change or ticket', tag: 'Noise',
    body: maintenanceBody, response: maintenanceWindow, status: 201,
  }),
  editMaintenance: op({
    method: 'put', path: '/maintenance/{id}', summary: 'Replace a window', tag: 'Noise', params: byId, body: maintenanceBody, response: maintenanceWindow, ifMatch: 'required',
  }),
  endMaintenance: op({
    method: 'post', path: '/maintenance/{id}/end', summary: 'End a window now, or call it off', tag: 'Noise', params: byId, response: maintenanceWindow, ifMatch: 'optional',
  }),
  previewMaintenance: op({
    method: 'post', path: '/maintenance/preview', summary: 'The next occurrences of a schedule', tag: 'Noise', body: maintenancePreviewBody, response: maintenancePreview,
  }),
  closeMaintenanceOfChange: op({
    method: 'post', path: '/maintenance/close', summary: 'A change is closed: end the windows that belong to it', tag: 'Noise', body: closeChangeBody, response: closeChangeResult,
  }),
  listSilences: op({ method: 'get', path: '/silences', summary: 'Silences of Muster and of Grafana', tag: 'Noise', query: silenceQuery, response: silencePage }),
  createSilence: op({
    method: 'post', path: '/silences', summary: 'Silence alerts, here and in Grafana', tag: 'Noise', body: silenceBody, response: silence, status: 201,
  }),
  editSilence: op({
    method: 'put', path: '/silences/{id}', summary: 'Replace a silence, here and in Grafana', tag: 'Noise', params: byId, body: silenceBody, response: silence, ifMatch: 'required',
  }),
  expireSilence: op({
    method: 'post', path: '/silences/{id}/expire', summary: 'End a silence, here and in Grafana', tag: 'Noise', params: byId, response: silence, ifMatch: 'optional',
  }),
  getSilenceSync: op({ method: 'get', path: '/silence-sync', summary: 'How silences are exchanged with Grafana', tag: 'Noise', response: silenceSyncStatus }),
  syncSilences: op({ method: 'post', path: '/silence-sync', summary: "Read Grafana's silences now", tag: 'Noise', response: silenceSyncStatus }),
} as const;
