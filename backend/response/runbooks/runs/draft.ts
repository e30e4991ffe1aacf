/** A run within one turn: what was read, and what is to be written. */
import { isEndedRun, type JsonValue, type RunbookDocument } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { OpenQuestion, Scope, StepResult } from '../kinds/kind.ts';
import { approvalStep } from '../plan/approval.ts';
import type { Plan, RunFacts, StepRow } from '../plan/model.ts';
import { countSteps } from '../plan/plan.ts';
import type { Settled } from '../plan/settle.ts';
import type { Masker } from '../secrets/index.ts';
import { runActor, runEvent, stepEvent } from './events.ts';
import type { LoadedRun, RunRecord } from './record.ts';
import type { TurnWrite } from './runStore.ts';

/** Larger outputs of steps are not kept in the row: it is read with each turn. */
const MAX_KEPT_OUTPUT = 256 * 1024;

export interface Draft {
  readonly before: RunRecord;
  run: RunRecord;
  readonly document: RunbookDocument;
  readonly steps: Map<string, StepRow>;
  readonly changed: Set<string>;
  readonly events: NewEvent[];
  /** Signals that were heard. */
  readonly heard: string[];
}

/** Begins a turn. */
export function draftOf({ record, document, steps }: LoadedRun): Draft {
  return { before: record, run: record, document, steps: new Map(steps), changed: new Set(), events: [], heard: [] };
}

/** The document as the run goes through it: with the approval before it, if it needs one. */
export function documentOf(run: Pick<RunRecord, 'needsApproval' | 'title' | 'reason'>, document: RunbookDocument): Pick<RunbookDocument, 'policy' | 'steps'> {
  return run.needsApproval === null ? document : { policy: document.policy, steps: [approvalStep(run.title, run.needsApproval, run.reason), ...document.steps] };
}

/** Of a run that no dashboard started. */
export const NO_PANEL = { from: null, to: null, dashboard: null, variables: {} } as const;

/** What every step knows. */
export function baseScope(run: RunRecord, incident: Scope): Scope {
  return {
    ...incident, inputs: run.inputs, panel: run.panel ?? NO_PANEL,
    run: { id: run.id, runbook: run.runbook, title: run.title, start: run.start, startedBy: run.startedBy.name, drill: run.drill, reason: run.reason },
  };
}

/** The facts of a draft for the plan. */
export function factsOf(draft: Draft, scope: Scope): RunFacts {
  const { run } = draft;
  return { document: documentOf(run, draft.document), state: run.state, ending: run.ending, endsUndoing: run.endsUndoing, error: run.error, deadline: run.deadline, steps: draft.steps, scope };
}

/** Notes a row. */
export function put(draft: Draft, row: StepRow): void {
  draft.steps.set(row.path, row);
  draft.changed.add(row.path);
}

/** The place of the next step that succeeds. */
export function nextPlace(draft: Draft): number {
  let last = 0;
  for (const { place } of draft.steps.values()) if (place !== null && place > last) last = place;
  return last + 1;
}

/** The value with every text of it masked, names too. */
export function maskJson(value: JsonValue, masker: Masker): JsonValue {
  if (typeof value === 'string') return masker.mask(value);
  if (Array.isArray(value)) return value.map((item) => maskJson(item, masker));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, item]) => [masker.mask(name), maskJson(item, masker)]));
  return value;
}

function keptOutput(output: JsonValue, masker: Masker): JsonValue {
  const masked = maskJson(output, masker);
  return JSON.stringify(masked).length <= MAX_KEPT_OUTPUT ? masked : { tooLarge: true };
}

function maskQuestion(question: OpenQuestion, masker: Masker): OpenQuestion {
  if (question.kind === 'approval') return { ...question, question: masker.mask(question.question) };
  return { ...question, instruction: masker.mask(question.instruction), checklist: question.checklist.map((point) => masker.mask(point)) };
}

/** A result with nothing secret in what is stored or shown. */
export function maskResult(result: StepResult, masker: Masker): StepResult {
  switch (result.kind) {
    case 'done':
      return { ...result, output: keptOutput(result.output, masker), ...(result.text === undefined ? {} : { text: masker.mask(result.text) }) };
    case 'leaves':
      return { ...result, output: keptOutput(result.output, masker) };
    case 'failed':
      return { ...result, error: masker.mask(result.error).slice(0, 4_000) };
    case 'waits':
      return result.question === undefined ? result : { ...result, question: maskQuestion(result.question, masker) };
  }
}

/** Notes what became of a step, and tells it. */
export function note(draft: Draft, { row, news }: Settled): void {
  put(draft, row);
  const actor = runActor(draft.run);
  const tell = (type: Parameters<typeof stepEvent>[1], data: Record<string, unknown>): number => draft.events.push(stepEvent(draft.run, type, actor, row, data));
  switch (news) {
    case 'ended':
      // What only decides or waits would drown what was done.
      if (row.kind !== 'wait' && row.kind !== 'waitUntil') tell('run.step_ended', { text: row.text });
      break;
    case 'failed':
      tell('run.step_failed', { error: row.error, unknown: row.state === 'unknown' });
      break;
    case 'retried':
      tell('run.step_retried', { reason: row.error, attempt: row.attempt });
      break;
    case 'waits':
      if (row.waitsFor !== 'time' && row.waitsFor !== 'condition' && row.waitsFor !== 'agent') tell('run.waits', { waitsFor: row.waitsFor });
      break;
    case 'undone':
      tell('run.step_undone', { failed: false });
      break;
    case 'undo_failed':
      tell('run.step_undone', { failed: true, error: row.error });
      break;
    case 'cancelled':
    case 'none':
      break;
  }
}

/** Takes over what the plan decided of the run itself. */
export function adopt(draft: Draft, plan: Plan, now: number): void {
  for (const row of plan.changes) {
    put(draft, row);
    if (row.state === 'failed' && row.kind !== 'branch' && row.kind !== 'parallel' && row.kind !== 'forEach') draft.events.push(stepEvent(draft.run, 'run.step_failed', runActor(draft.run), row, { error: row.error }));
  }
  const ended = isEndedRun(plan.state) && !isEndedRun(draft.run.state);
  draft.run = {
    ...draft.run, state: plan.state, ending: plan.ending, endsUndoing: plan.endsUndoing, error: plan.error, waitsFor: plan.waitsFor,
    ...(ended ? { endedAt: now } : {}),
  };
  if (ended) draft.events.push(runEvent(draft.run, 'run.ended', runActor(draft.run), { state: plan.state, reason: plan.error }));
}

/** What is written of a turn. */
export function writeOf(draft: Draft): TurnWrite {
  const { total, done } = countSteps({ document: { ...draft.document, ...documentOf(draft.run, draft.document) }, steps: draft.steps });
  const after = { ...draft.run, stepsTotal: total, stepsDone: done };
  return { before: draft.before, after, steps: [...draft.changed].flatMap((path) => draft.steps.get(path) ?? []), events: draft.events };
}
