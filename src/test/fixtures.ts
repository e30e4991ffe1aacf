/** Named things for page tests; a test overrides only what it is about. */
import {
  NO_RULES, alertId, incident as incidentSchema, incidentNumber, orgId, sourceId, userKey,
  type AlertSummary, type Incident, type IncidentLanes, type Me, type OperationName, type Source, type SystemStatus, type TimelineEntry,
} from '#contract';

export const ADA = { key: userKey.parse('user:ada'), login: 'ada', name: 'Ada Admin' };

export function meWith(operations: readonly OperationName[]): Me {
  return { user: ADA, orgId: orgId.parse(1), role: 'admin', derivedRole: 'admin', operations: [...operations] };
}

export const CHECKOUT_DOWN: Incident = incidentSchema.parse({
  number: 7, key: 'INC-7', title: 'Customers cannot pay', state: 'declared', severity: 'sev1', severityOrigin: 'computed',
  origin: 'correlation', primaryService: 'checkout', services: ['checkout', 'payments-db'], commander: null,
  alertsTotal: 12, alertsFiring: 9, firstAlertAt: '2026-03-01T10:00:00.000Z', lastAlertAt: '2026-03-01T10:05:00.000Z',
  impactStartedAt: null, detectedAt: '2026-03-01T10:00:00.000Z', declaredAt: '2026-03-01T10:01:00.000Z', acknowledgedAt: null,
  identifiedAt: null, mitigatedAt: null, resolvedAt: null, closedAt: null, updatedAt: '2026-03-01T10:05:00.000Z',
  mergedInto: null, version: 3, description: '', declarationReason: 'A SEV1 alert on checkout', mergedFrom: [],
  groupingReason: { strategy: 'scope', summary: '12 alerts on checkout', contributions: [{ kind: 'scope', text: 'service is checkout', weight: 0.7 }] },
  availableCommands: [
    { command: 'acknowledge', to: 'investigating', reasonRequired: false, reasonHint: null, missingFields: [] },
    { command: 'cancel', to: 'cancelled', reasonRequired: true, reasonHint: 'say why this was no incident', missingFields: [] },
  ],
  lastEventPosition: '41',
  times: {
    at: '2026-03-01T10:06:00.000Z', impossible: [], underMaintenance: [], windows: [],
    measures: [{ measure: 'declare', from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T10:01:00.000Z', wallMs: 60_000, maintenanceMs: 0, countedMs: 60_000 }],
  },
  confidence: 0.9, probableCause: { text: 'payments-db', service: 'payments-db', confidence: 0.93, confirmed: false }, score: 0.8, expiresAt: null, regressions: 0, recurrenceOf: null, recurrences: [], type: 'general', drill: null, private: false, privacy: null, fields: {}, links: [],
  impact: { affected: 2, atRisk: 1, businessServices: ['shop'], users: 12_000, costPerMinute: 40, runningCost: 200 },
  impactDetails: {
    affected: ['checkout', 'payments-db'], atRisk: ['storefront'], businessServices: [{ name: 'shop', criticality: 'critical', state: 'affected' }],
    regions: ['eu'], clusters: ['eu-1'], users: 12_000, costPerMinute: 40, runningCost: 200,
  },
  severityInputs: { impact: 1, impactReason: 'shop (critical) is affected', urgency: 1, urgencyReason: 'the gravest alert is SEV1', severity: 'sev1', boundReason: null },
  declaration: {
    outcome: 'declare', score: 0.8, reason: '80 of 100 points; 75 are enough', rule: null,
    contributions: [{ kind: 'confidence', text: '90 % sure that it is one cause', weight: 0.36 }, { kind: 'severity', text: 'sev1', weight: 0.25 }],
  },
  assessment: {
    confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', causeChangeId: null,
    roots: [{ service: 'payments-db', score: 0.7, evidence: [{ kind: 'topology', text: 'checkout needs it', weight: 0.5 }] }],
  },
});

export const SEARCH_CANDIDATE: Incident = {
  ...CHECKOUT_DOWN, number: incidentNumber.parse(8), key: 'INC-8', title: 'Search is slow', state: 'candidate', severity: 'sev3', services: ['search'],
  declarationReason: null,
  availableCommands: [{ command: 'promote', to: 'declared', reasonRequired: false, reasonHint: null, missingFields: [] }, { command: 'reject', to: 'rejected', reasonRequired: true, reasonHint: null, missingFields: [] }],
};

export const GRAFANA_SOURCE: Source = {
  id: sourceId.parse('grafana-main'), kind: 'grafana', name: 'Grafana main', enabled: true, provisioned: false,
  hmac: { enabled: false, header: 'X-Grafana-Alerting-Signature', timestampHeader: 'X-Grafana-Alerting-Timestamp' },
  tokens: [{ id: 'token-1', hint: 'abcd', createdAt: '2026-03-01T09:00:00.000Z', lastUsedAt: null, provisioned: false }],
  webhookUrl: 'https://muster.example.com/webhooks/grafana/grafana-main', lastReceivedAt: '2026-03-01T10:05:00.000Z',
  truncation: null, deadLetters: 0, rules: NO_RULES, silentSince: null, reconciliation: null, version: 2,
};

export const HEALTHY: SystemStatus = {
  version: '0.1.0', now: '2026-03-01T10:06:00.000Z', correlator: { replica: 'one', lagSeconds: 0, pendingAlerts: 0 },
  replicas: [{ id: 'one', startedAt: '2026-03-01T09:00:00.000Z', lastHeartbeatAt: '2026-03-01T10:06:00.000Z', alive: true }], alertsFiring: 9,
};

export const OWN_NOTE: TimelineEntry = {
  position: '40', type: 'incident.note_added', at: '2026-03-01T10:04:00.000Z', recordedAt: '2026-03-01T10:04:00.000Z',
  actor: { kind: 'user', key: ADA.key, name: ADA.name }, text: 'Card processor answers with 503 since 10:02', data: {},
  revisions: [{ at: '2026-03-01T10:03:00.000Z', actor: { kind: 'user', key: ADA.key, name: ADA.name }, text: 'Card processor answers with 503' }],
  tasks: [], version: 2,
};

/** One alert; `startsAt` and the rest as the test needs them. */
export function alertOf(over: Partial<AlertSummary> = {}): AlertSummary {
  return {
    id: alertId.parse('0123456789abcdef-1772359200000'), source: sourceId.parse('grafana-main'), fingerprint: '0123456789abcdef',
    name: 'HighErrorRate', summary: 'Many errors on checkout', status: 'firing', severity: 'sev1', service: 'checkout', team: null,
    environment: null, cluster: null, startsAt: '2026-03-01T10:00:00.000Z', saidStartsAt: null, endsAt: null, endReason: null,
    firstSeenAt: '2026-03-01T10:00:05.000Z', lastSeenAt: '2026-03-01T10:05:00.000Z', occurrences: 4, labels: { service: 'checkout' },
    links: {}, incident: incidentNumber.parse(7), why: null, whyNot: null, ...over,
  };
}

/** Alerts by service, as the service draws them up. */
export function lanesOf(alerts: readonly AlertSummary[]): IncidentLanes {
  const services = [...new Set(alerts.map(({ service }) => service))];
  const lanes = services.map((service) => {
    const own = alerts.filter((alert) => alert.service === service).sort((a, b) => a.startsAt.localeCompare(b.startsAt));
    return {
      service, firstAt: own[0]?.startsAt ?? '', alertsFiring: own.filter(({ status }) => status === 'firing').length, alertsTotal: own.length,
      worst: own.map(({ severity }) => severity).sort()[0] ?? 'sev5', bars: own,
    };
  });
  return { lanes: lanes.sort((a, b) => a.firstAt.localeCompare(b.firstAt)), leftOut: 0 };
}

export function pageOf<T>(items: readonly T[]) {
  return { items: [...items], nextCursor: null };
}

export function listOf<T>(items: readonly T[]) {
  return { ...pageOf(items), total: items.length };
}
