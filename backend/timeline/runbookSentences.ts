/** Events of runbooks, their runs, automation and agents, in one sentence each. Pure. */
import type { EventType } from '#contract';
import { number, plural, text, withReason, type EventData } from './words.ts';

export type RunbookEventType = Extract<EventType, `runbook.${string}` | `runbook_secret.${string}` | `run.${string}` | `automation.${string}` | `drill.${string}` | `agent.${string}`>;

/** True for the events that this file tells. */
export function isRunbookEvent(type: EventType): type is RunbookEventType {
  return /^(runbook|runbook_secret|run|automation|drill|agent)\./.test(type);
}

/** What it waited for, where no incident says it. */
function since(data: EventData): string {
  const happened = text(data, 'happened');
  return happened === '' ? '' : ` (${happened})`;
}

const WAIT_WORDS: Readonly<Record<string, string>> = {
  approval: 'waits for an approval', input: 'waits for somebody to do its step', task: 'waits for a task', time: 'waits', condition: 'waits for a condition',
  agent: 'waits for an agent', run: 'waits for another runbook', retry: 'tries again soon',
};
const END_WORDS: Readonly<Record<string, string>> = {
  succeeded: 'succeeded', failed: 'failed', cancelled: 'was cancelled', timed_out: 'took too long', undone: 'was taken back', undo_failed: 'could not be taken back whole',
};
const ANSWER_WORDS: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected', done: 'done' };

function runbookOf(data: EventData): string {
  return `Runbook “${text(data, 'title') || text(data, 'runbook')}”`;
}

function stepOf(data: EventData): string {
  return `step “${text(data, 'stepName') || text(data, 'step')}”`;
}

/** One event in one sentence. */
export function runbookSentence(type: RunbookEventType, data: EventData): string {
  switch (type) {
    case 'runbook.created': return `${runbookOf(data)} begun`;
    case 'runbook.draft_edited': return `${runbookOf(data)}: draft written`;
    case 'runbook.draft_discarded': return `${runbookOf(data)}: draft thrown away`;
    case 'runbook.published': return `${runbookOf(data)}: version ${text(data, 'version')} published${text(data, 'note') === '' ? '' : ` (${text(data, 'note')})`}`;
    case 'runbook.retired': return withReason(`${runbookOf(data)} taken out of use`, data);
    case 'runbook.reinstated': return withReason(`${runbookOf(data)} taken into use again`, data);
    case 'runbook.provisioned': return `${runbookOf(data)} read from its file`;
    case 'runbook.preflight_ended': return number(data, 'faults') === 0 ? 'Preflight found all runbooks ready' : `Preflight found ${plural(number(data, 'faults'), 'runbook')} that would fail`;
    case 'runbook_secret.edited': return `Secret “${text(data, 'name')}” of runbooks set`;
    case 'runbook_secret.deleted': return `Secret “${text(data, 'name')}” of runbooks removed`;
    case 'run.queued': return withReason(`${runbookOf(data)} waits for its turn`, data);
    case 'run.started': return withReason(`${runbookOf(data)} started`, data);
    case 'run.waits': return `${runbookOf(data)}, ${stepOf(data)}: ${WAIT_WORDS[text(data, 'waitsFor')] ?? 'waits'}`;
    case 'run.answered': return withReason(`${runbookOf(data)}, ${stepOf(data)}: ${ANSWER_WORDS[text(data, 'answer')] ?? 'answered'}`, data);
    case 'run.step_ended': return `${runbookOf(data)}, ${stepOf(data)}: ${text(data, 'text') || 'done'}`;
    case 'run.step_failed': return `${runbookOf(data)}, ${stepOf(data)} failed: ${text(data, 'error') || 'no reason was given'}`;
    case 'run.step_retried': return withReason(`${runbookOf(data)}, ${stepOf(data)} tried again`, data);
    case 'run.step_skipped': return withReason(`${runbookOf(data)}, ${stepOf(data)} skipped`, data);
    case 'run.step_undone': return data['failed'] === true ? `${runbookOf(data)}, ${stepOf(data)} could not be taken back: ${text(data, 'error')}` : `${runbookOf(data)}, ${stepOf(data)} taken back`;
    case 'run.paused': return withReason(`${runbookOf(data)} paused`, data);
    case 'run.resumed': return withReason(`${runbookOf(data)} goes on`, data);
    case 'run.cancelled': return withReason(`${runbookOf(data)} is being cancelled`, data);
    case 'run.ended': return withReason(`${runbookOf(data)} ${END_WORDS[text(data, 'state')] ?? 'ended'}`, data);
    case 'automation.edited': return 'Settings of automation changed';
    case 'automation.frozen': return withReason('Automation frozen', data);
    case 'automation.unfrozen': return withReason('Automation goes on', data);
    case 'automation.held_back': return withReason(`${runbookOf(data)} was not started by itself${since(data)}`, data);
    case 'automation.suggested': return withReason(`${runbookOf(data)} suggested${since(data)}`, data);
    case 'drill.created': return `Drill “${text(data, 'name')}” planned`;
    case 'drill.edited': return `Drill “${text(data, 'name')}” changed`;
    case 'drill.deleted': return `Drill “${text(data, 'name')}” removed`;
    case 'drill.started': return `Drill “${text(data, 'name')}” started`;
    case 'drill.stopped': return withReason(`Drill “${text(data, 'name')}” is being stopped`, data);
    case 'drill.ended': return `Drill “${text(data, 'name')}” ended with ${number(data, 'score')} of 100 points`;
    case 'agent.created': return `Agent “${text(data, 'name')}” added`;
    case 'agent.token_issued': return `New token issued for the agent “${text(data, 'name')}”`;
    case 'agent.revoked': return `Agent “${text(data, 'name')}” is let in no more`;
    case 'agent.online': return `Agent “${text(data, 'name')}” is here`;
    case 'agent.offline': return `Agent “${text(data, 'name')}” is away`;
  }
}
