/** An incident that somebody has opened: its alerts, its blast radius, what went before, and what the service answers of it. */
import { alertId, incidentNumber, type Alert, type BlastRadius, type Change, type OperationName } from '#contract';
import { createFakeBackend, type FakeBackend } from './fakeBackend.ts';
import { alertOf, CHECKOUT_DOWN, lanesOf, listOf, meWith, OWN_NOTE, pageOf, SEARCH_CANDIDATE } from './fixtures.ts';
import { published } from './grafanaRuntime.tsx';
import { NO_CAUSES } from './insights.ts';

/** What a responder may do on its page. */
export const RESPONDER: readonly OperationName[] = [
  'getIncident', 'listTimeline', 'listIncidentAlerts', 'acknowledgeIncident', 'cancelIncident', 'setIncidentSeverity', 'editIncident',
  'getCauses', 'mergeIncident', 'assignCommander', 'addNote', 'reviseNote', 'splitIncident', 'moveAlerts', 'listRegroupings', 'undoRegrouping', 'getBlastRadius', 'listIncidentChanges',
];

export const FIRST_ALERT = alertOf({
  why: { strategy: 'scope', summary: 'same service checkout, second alert within 10 min', contributions: [{ kind: 'scope', text: 'service is checkout', weight: 0.7 }, { kind: 'time', text: '5 s after the one before', weight: 0.3 }, { kind: 'history', text: 'often without an incident', weight: -0.35 }] },
  links: { rule: 'https://grafana.example.com/alerting/1', dashboard: 'javascript:alert(1)' },
});
export const ENDED_ALERT = alertOf({
  id: alertId.parse('fedcba9876543210-1772359260000'), fingerprint: 'fedcba9876543210', name: 'PoolExhausted', summary: 'No free connections', service: 'payments-db',
  severity: 'sev2', status: 'resolved', startsAt: '2026-03-01T09:58:00.000Z', endsAt: '2026-03-01T10:04:00.000Z', endReason: 'resolved',
});
export const WHOLE_ALERT: Alert = {
  ...FIRST_ALERT, saidStartsAt: '9999-06-01T00:00:00.000Z', derived: { site: 'eu' }, annotations: { summary: 'Many errors on checkout' }, values: { A: 12.5 }, details: {}, notification: null,
  history: [{ at: '2026-03-01T10:00:05.000Z', kind: 'opened', endsAt: null, values: null }],
  noise: {
    held: {
      verdict: 'inhibited', reason: 'checkout depends on payments-db, where DiskFull fires', cause: { id: 'r1', name: 'Symptoms' }, since: '2026-03-01T10:00:05.000Z', until: null,
      outcome: 'attached', outcomeAt: '2026-03-01T10:00:07.000Z', changes: null, explainedBy: { alert: ENDED_ALERT.id, name: 'DiskFull', incident: incidentNumber.parse(9) },
    },
    now: [{ verdict: 'maintenance', reason: 'planned work: Upgrade', cause: { id: 'w1', name: 'Upgrade' }, until: '2026-03-01T12:00:00.000Z' }],
  },
};

const DROPPED_INDEX: Change = {
  position: '30', source: 'ci', id: 'deploy-1', kind: 'schema', service: 'payments-db', clusters: [], at: '2026-03-01T09:57:00.000Z', closedAt: null, recordedAt: '2026-03-01T09:57:01.000Z',
  title: 'Drop an index', author: 'Bo Byte', link: null, recordedBy: { kind: 'source', key: 'ci', name: 'ci' },
};
export const RADIUS: BlastRadius = {
  nodes: [
    { service: 'payments-db', state: 'origin', alertsFiring: 1, alertsTotal: 1, severity: 'sev1', hops: 0, businessServices: [] },
    { service: 'checkout', state: 'failing', alertsFiring: 8, alertsTotal: 11, severity: 'sev1', hops: 0, businessServices: ['shop'] },
    { service: 'storefront', state: 'at-risk', alertsFiring: 0, alertsTotal: 0, severity: null, hops: 1, businessServices: [] },
  ],
  edges: [{ from: 'checkout', to: 'payments-db', type: 'stores-in' }, { from: 'storefront', to: 'checkout', type: 'calls' }],
  leftOut: 0,
};

/** A service that answers as for a responder who looks at it; nothing is left of the test before. */
export function backendOfOpenIncident(): FakeBackend {
  published.length = 0;
  const backend = createFakeBackend();
  backend.answer('getMe', { ok: meWith(RESPONDER) });
  backend.answer('getIncident', { ok: CHECKOUT_DOWN });
  backend.answer('listIncidentAlerts', { ok: listOf([FIRST_ALERT, ENDED_ALERT]) });
  backend.answer('getIncidentLanes', { ok: lanesOf([FIRST_ALERT, ENDED_ALERT]) });
  backend.answer('listTimeline', { ok: pageOf([OWN_NOTE]) });
  backend.answer('listRegroupings', { ok: { items: [], nextCursor: null } });
  backend.answer('listIncidentChanges', { ok: pageOf([DROPPED_INDEX]) });
  backend.answer('getBlastRadius', { ok: RADIUS });
  backend.answer('getCauses', { ok: NO_CAUSES });
  backend.answer('getAlert', { ok: WHOLE_ALERT });
  backend.answer('getAlertTrend', {
    ok: {
      episodes: 12, firstSeenAt: '2026-02-20T10:00:00.000Z', lastSeenAt: '2026-03-01T10:00:00.000Z', meanSeconds: 240, selfResolvedRatio: 0.75, capped: false,
      sparkline: { from: '2026-02-01T00:00:00.000Z', bucketSeconds: 86_400, counts: [...Array.from({ length: 28 }, () => 0), 4, 8] },
    },
  });
  backend.answer('listIncidents', { ok: listOf([CHECKOUT_DOWN, SEARCH_CANDIDATE]) });
  return backend;
}
