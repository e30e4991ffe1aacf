/** An incident of which much is known, for tests of what is written about it. */
import { causeBoard, changesBefore, incident, incidentComms, runSummary, task, timelineEntry } from '#contract';
import type { DraftFacts } from './facts.ts';

const ADA = { kind: 'user', key: 'user:ada', name: 'Ada Admin' };

/** The facts, with other words in the places where words may stand. */
export function factsWith({ title = 'Customers cannot pay', service = 'payments-db', person = 'Ada Admin', note = 'No free connection on db-7.internal', change = 'Release 42', business = ['Online shop'] }: {
  title?: string; service?: string; person?: string; note?: string; change?: string; business?: readonly string[];
} = {}): DraftFacts {
  const by = { ...ADA, name: person };
  return {
    incident: incident.parse({
      number: 7, key: 'INC-7', title, state: 'investigating', severity: 'sev1', severityOrigin: 'computed', origin: 'correlation', primaryService: service, services: [service], commander: { key: 'user:ada', login: 'ada', name: person },
      alertsTotal: 12, alertsFiring: 9, firstAlertAt: '2026-03-01T10:00:00.000Z', lastAlertAt: '2026-03-01T10:05:00.000Z', impactStartedAt: null, detectedAt: '2026-03-01T10:00:00.000Z', declaredAt: '2026-03-01T10:01:00.000Z',
      acknowledgedAt: null, identifiedAt: null, mitigatedAt: null, resolvedAt: null, closedAt: null, updatedAt: '2026-03-01T10:05:00.000Z', mergedInto: null, version: 3, description: note, declarationReason: null, mergedFrom: [], groupingReason: null,
      availableCommands: [], lastEventPosition: '41', times: { at: '2026-03-01T10:06:00.000Z', impossible: [], underMaintenance: [], windows: [], measures: [] }, confidence: 0.9, probableCause: null, score: 0.8, expiresAt: null, regressions: 1,
      recurrenceOf: null, recurrences: [], type: 'general', drill: null, private: false, privacy: null, fields: {}, links: [], impact: { affected: 1, atRisk: 1, businessServices: [...business], users: 12_000, costPerMinute: null, runningCost: null },
      impactDetails: { affected: [service], atRisk: [`front-of-${service}`], businessServices: business.map((name) => ({ name, criticality: 'critical', state: 'affected' })), regions: ['eu'], clusters: [`cluster-of-${service}`], users: 12_000, costPerMinute: null, runningCost: null },
      severityInputs: { impact: 1, impactReason: `${service} is critical`, urgency: 1, urgencyReason: 'the gravest alert is SEV1', severity: 'sev1', boundReason: null }, declaration: null, assessment: null,
    }),
    board: causeBoard.parse({
      confidence: 0.9, onsetAt: '2026-03-01T09:59:30.000Z', shadow: false, metrics: { state: 'none', at: null, series: 0, services: 0, failed: [], leftOut: 0 },
      items: [
        { id: `service:${service}`, text: `${service} failed first`, service, origin: 'engine', confidence: 0.62, evidence: [{ kind: 'change', text: change, weight: 1 }], series: [], verdict: 'open', note: '', judgedBy: null, judgedAt: null, addedBy: null, addedAt: null, version: 0 },
        { id: 'hypothesis:3', text: `the disk of ${service}`, service: null, origin: 'person', confidence: null, evidence: [], series: [], verdict: 'refuted', note, judgedBy: by, judgedAt: '2026-03-01T10:04:00.000Z', addedBy: by, addedAt: '2026-03-01T10:03:00.000Z', version: 2 },
      ],
    }),
    changes: changesBefore.parse({
      from: '2026-03-01T06:00:00.000Z', to: '2026-03-01T10:10:00.000Z', onsetAt: '2026-03-01T09:59:30.000Z', leftOut: 0, noticed: [], rising: [], services: [service],
      changes: [{
        change: { position: '3', source: 'ci', id: 'r-42', kind: 'deploy', service, clusters: [], at: '2026-03-01T09:57:00.000Z', recordedAt: '2026-03-01T09:57:01.000Z', closedAt: null, title: change, author: person, link: null, recordedBy: by },
        suspicion: 0.9, reasons: [{ kind: 'near', text: 'came 3 min before the trouble began' }], hops: 0,
      }],
    }),
    notes: [timelineEntry.parse({ position: '40', type: 'incident.note_added', at: '2026-03-01T10:04:00.000Z', recordedAt: '2026-03-01T10:04:00.000Z', actor: by, text: note, data: {}, revisions: [], tasks: [], version: 1 })],
    runs: [runSummary.parse({
      id: '12', runbook: 'restart-pool', title: `Restart ${service}`, runbookVersion: 1, state: 'failed', waitsFor: null, incident: { number: 7, title }, start: 'page', startedBy: by, reason: null, stepsDone: 1, stepsTotal: 3, drill: false,
      createdAt: '2026-03-01T10:02:00.000Z', startedAt: '2026-03-01T10:02:00.000Z', endedAt: '2026-03-01T10:03:00.000Z', error: `${service} did not answer`, version: 2,
    })],
    tasks: [task.parse({
      id: '5', version: 1, incident: { number: 7, title }, title: `Roll ${change} back`, description: '', state: 'todo', priority: 'high', owner: { kind: 'user', user: { key: 'user:ada', login: 'ada', name: person } }, dueAt: null, overdue: false,
      waitsFor: [], blocked: false, checklist: [], entry: null, createdAt: '2026-03-01T10:04:00.000Z', createdBy: person, endedAt: null,
    })],
    comms: incidentComms.parse({
      due: [{ incident: 7, title, severity: 'sev1', audience: 'internal', audienceName: 'Internal', dueAt: '2026-03-01T10:31:00.000Z', state: 'running', lastAt: null, paused: null }],
      kept: 0, total: 0, phase: 'investigating', components: business.map((name) => ({ name, state: 'partial_outage' })), businessServices: [...business],
    }),
    now: new Date('2026-03-01T11:06:00.000Z'),
  };
}
