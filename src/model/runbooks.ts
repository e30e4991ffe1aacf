/** Words for runbooks and their runs. */
import type { AutomationLevel, RunbookOrigin, RunbookState, RunStart, RunState, StepKind, StepState, TriggerEvent, TriggerRecord, WaitsFor } from '#contract';
import { FLOW_KIND_SPECS, STEP_KIND_SPECS } from '#contract';

export const AUTOMATION_LABELS: Readonly<Record<AutomationLevel, string>> = { suggest: 'Suggest', approve: 'Approve, then run', run: 'Run' };
export const AUTOMATION_MEANINGS: Readonly<Record<AutomationLevel, string>> = {
  suggest: 'A person starts it.',
  approve: 'It starts by itself, and waits for an approval first.',
  run: 'It runs by itself.',
};
export const RUNBOOK_STATE_LABELS: Readonly<Record<RunbookState, string>> = { draft: 'Draft', live: 'Live', retired: 'Retired' };
export const ORIGIN_LABELS: Readonly<Record<RunbookOrigin, string>> = { built_in: 'Comes with Muster', file: 'From a file', page: '' };

export const RUN_STATE_LABELS: Readonly<Record<RunState, string>> = {
  queued: 'Queued', running: 'Running', paused: 'Paused', undoing: 'Undoing', succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled', timed_out: 'Timed out',
  undone: 'Undone', undo_failed: 'Undo failed',
};
export const STEP_STATE_LABELS: Readonly<Record<StepState, string>> = {
  pending: 'Not yet', running: 'Running', waiting: 'Waiting', succeeded: 'Succeeded', failed: 'Failed', unknown: 'Outcome not known', skipped: 'Skipped', cancelled: 'Cancelled',
  undoing: 'Undoing', undone: 'Undone', undo_failed: 'Undo failed',
};
export const WAIT_WORDS: Readonly<Record<WaitsFor, string>> = {
  approval: 'waits for an approval', input: 'waits for a person', task: 'waits for a task', time: 'waits for a time', condition: 'waits for a condition', agent: 'waits for an agent',
  run: 'waits for another run', retry: 'waits before the next try',
};
export const START_WORDS: Readonly<Record<RunStart, string>> = {
  page: 'from a page', panel: 'from a dashboard', api: 'through the API', trigger: 'by a trigger', suggestion: 'from a suggestion', chat: 'from chat', runbook: 'by another runbook', drill: 'as a drill',
};
export const TRIGGER_LABELS: Readonly<Record<TriggerEvent, string>> = {
  candidate: 'Candidate found', declared: 'Incident declared', severity_raised: 'Severity raised', severity_lowered: 'Severity lowered', state_changed: 'State changed', role_changed: 'Commander changed',
  timer: 'Some time after declaration', anomaly: 'Anomaly', prediction: 'Prediction', forecast: 'Limit forecast',
};
export const OUTCOME_LABELS: Readonly<Record<TriggerRecord['outcome'], string>> = {
  started: 'Started', waits_for_approval: 'Waits for approval', suggested: 'Suggested', held_back: 'Held back', failed: 'Failed',
};

/** What a kind of step is called. */
export function kindTitle(kind: string): string {
  const specs: Readonly<Record<string, { readonly title: string }>> = { ...STEP_KIND_SPECS, ...FLOW_KIND_SPECS };
  return specs[kind]?.title ?? kind;
}

/** One sentence on a kind of step. */
export function kindSummary(kind: StepKind): string {
  const specs: Readonly<Record<StepKind, { readonly summary: string }>> = { ...STEP_KIND_SPECS, ...FLOW_KIND_SPECS };
  return specs[kind].summary;
}
