/** Runbooks and runs for page tests; a test overrides only what it is about. */
import {
  incidentNumber, runbookId, runId,
  type AutomationSettings, type Run, type Runbook, type RunbookStatistics, type RunbookSummary, type RunStep, type RunSummary, type Suggestion,
} from '#contract';

export const BO = { kind: 'user', key: 'user:bo', name: 'Bo' } as const;
const ADA = { kind: 'user', key: 'user:ada', name: 'Ada Admin' } as const;

export const RESTART_SOURCE = `# Written after the outage of March.
apiVersion: muster/v1
kind: Runbook
metadata:
  id: restart-checkout
  title: Restart checkout # short, so that it fits
  services: [checkout]
inputs:
  - name: host
    type: string
steps:
  # ask first
  - id: ask
    name: Ask
    kind: approval
    with:
      question: May checkout be restarted?
  - id: restart
    name: Restart the pods
    kind: http
    with:
      method: POST
      url: https://ops.example.com/restart
`;

export function runbookOf(over: Partial<RunbookSummary> = {}): RunbookSummary {
  return {
    id: runbookId.parse('restart-checkout'), title: 'Restart checkout', description: 'When checkout hangs', state: 'live', origin: 'page', owner: null, tags: [], services: ['checkout'], liveVersion: 2, hasDraft: false,
    steps: 2, automation: 'approve', runs: 8, successRate: 0.75, lastRunAt: '2026-02-20T10:00:00.000Z', lastTestedAt: '2026-02-20T10:00:00.000Z', stale: false,
    preflight: { ok: true, at: '2026-03-01T02:00:00.000Z', faults: 0 }, updatedAt: '2026-02-01T10:00:00.000Z', version: 5, ...over,
  };
}

export function wholeRunbookOf(over: Partial<Runbook> = {}): Runbook {
  return { ...runbookOf(), source: RESTART_SOURCE, draft: null, inputs: [], needsSecondPerson: false, ...over };
}

export function stepOf(path: string, over: Partial<RunStep> = {}): RunStep {
  return {
    path, kind: 'http', name: `Step ${path}`, state: 'pending', waitsFor: null, waitsUntil: null, text: '', output: null, error: null, attempts: [], question: null, startedAt: null, endedAt: null, endedBy: null, hasUndo: false,
    undoText: null, ...over,
  };
}

export function runOf(steps: readonly RunStep[], over: Partial<Run> = {}): Run {
  return {
    id: runId.parse('31'), runbook: runbookId.parse('restart-checkout'), title: 'Restart checkout', runbookVersion: 2, state: 'running', waitsFor: null,
    incident: { number: incidentNumber.parse(7), title: 'Customers cannot pay' }, start: 'suggestion', startedBy: ADA, reason: null, stepsDone: steps.filter(({ state }) => state === 'succeeded').length, stepsTotal: steps.length, drill: false,
    createdAt: '2026-03-01T10:05:00.000Z', startedAt: '2026-03-01T10:05:00.000Z', endedAt: null, error: null, version: 9, inputs: { host: 'node-1' }, lock: null, parent: null, steps: [...steps], commands: ['pause', 'cancel'], ...over,
  };
}

export function summaryOf({ inputs: _inputs, lock: _lock, parent: _parent, steps: _steps, commands: _commands, ...summary }: Run): RunSummary {
  return summary;
}

export const ASK: RunStep = stepOf('ask', {
  kind: 'approval', name: 'Ask', state: 'waiting', waitsFor: 'approval', startedAt: '2026-03-01T10:05:00.000Z',
  question: { kind: 'approval', question: 'May **checkout** be restarted?', role: 'commander', needed: 1, approvedBy: [], until: null, otherwise: 'reject', mayAnswer: true, whyNot: null },
});
export const RESTART: RunStep = stepOf('restart', { name: 'Restart the pods', text: 'POST https://ops.example.com/restart' });

export const CALM: AutomationSettings = {
  frozen: null, maxTargetsPerHour: 20, targetsLastHour: 4, notifyUrl: null, pageUrl: null, ticketUrl: null, most: { sev1: 'approve', sev2: 'approve', sev3: 'run', sev4: 'run', sev5: 'run' }, version: 3, provisioned: false,
};
export const FROZEN: AutomationSettings = { ...CALM, frozen: { by: BO, at: '2026-03-01T10:00:00.000Z', reason: 'it restarts too much' } };

export const STATISTICS: RunbookStatistics = {
  since: '2025-12-01T00:00:00.000Z', incidents: 10, covered: 8, coverage: 0.8, uncovered: [{ number: incidentNumber.parse(5), title: 'Mail stands still', services: ['mail'] }], runs: 40, succeeded: 36, successRate: 0.9,
  minutesSaved: 130, stale: [{ id: runbookId.parse('fail-over'), title: 'Fail over', lastTestedAt: null }],
};

export const SUGGESTION: Suggestion = {
  id: 'restart-checkout', runbook: runbookId.parse('restart-checkout'), title: 'Restart checkout', description: 'When checkout hangs', steps: 2, reasons: ['It is for checkout', 'It worked in INC-3'], score: 0.8, heldBack: 'it is outside the hours of the runbook',
  successRate: 0.75, runs: 8, lastTestedAt: '2026-02-20T10:00:00.000Z', stale: false, inputs: { host: 'node-1' }, run: null, rejected: null,
};
