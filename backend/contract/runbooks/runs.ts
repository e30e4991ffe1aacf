/** Runs of runbooks: their states, their steps, and what people do to them. */
import { z } from 'zod';
import { actor, incidentNumber, instant, page, pageQuery } from '../primitives.ts';
import { fieldName, jsonValue, runbookId } from './values.ts';

/** Running number of a run, as decimal text. */
export const runId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not a run id').brand<'RunId'>();
export type RunId = z.infer<typeof runId>;

/**
 * `queued` waits for a lock or a limit. `undoing` takes back what was done, and ends as `undone` or `undo_failed`.
 * After domain.md, section 3; "waiting for approval, input, task" is `running` with `waitsFor`.
 */
export const RUN_STATES = ['queued', 'running', 'paused', 'undoing', 'succeeded', 'failed', 'cancelled', 'timed_out', 'undone', 'undo_failed'] as const;
export const runState = z.enum(RUN_STATES);
export type RunState = z.infer<typeof runState>;
export const ENDED_RUN_STATES = ['succeeded', 'failed', 'cancelled', 'timed_out', 'undone', 'undo_failed'] as const satisfies readonly RunState[];
export function isEndedRun(state: RunState): boolean {
  return ENDED_RUN_STATES.some((ended) => ended === state);
}

/** `unknown`: whether its effect came about is not known, since the process that did it died; a person decides. */
export const STEP_STATES = ['pending', 'running', 'waiting', 'succeeded', 'failed', 'unknown', 'skipped', 'cancelled', 'undoing', 'undone', 'undo_failed'] as const;
export const stepState = z.enum(STEP_STATES);
export type StepState = z.infer<typeof stepState>;

export const WAITS = ['approval', 'input', 'task', 'time', 'condition', 'agent', 'run', 'retry'] as const;
export const waitsFor = z.enum(WAITS);
export type WaitsFor = z.infer<typeof waitsFor>;

/** Place of a step in a run: ids joined by `/`; items of a loop and lanes in brackets: `each[2]/restart`, `both[left]/check`. */
export const stepPath = z.string().min(1).max(500).regex(/^[A-Za-z][A-Za-z0-9_]*(\[[A-Za-z0-9_]+\])?(\/[A-Za-z][A-Za-z0-9_]*(\[[A-Za-z0-9_]+\])?)*$/, 'is not the path of a step');

/** Path of the approval that comes before the first step of a run which did not start by a person's wish: no step of a runbook begins with a capital letter. */
export const FIRST_APPROVAL = 'Approval';

/** What a waiting step asks of people. */
export const stepQuestion = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approval'), question: z.string(), role: z.enum(['responder', 'commander', 'manager', 'admin']), needed: z.number().int(),
    approvedBy: z.array(actor), until: instant.nullable(), otherwise: z.enum(['reject', 'approve']),
    /** The asker may decide; else why not. */
    mayAnswer: z.boolean(), whyNot: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('input'), instruction: z.string(), checklist: z.array(z.string()),
    ask: z.array(z.object({ name: fieldName, title: z.string(), type: z.enum(['text', 'number', 'boolean']) })),
    mayAnswer: z.boolean(), whyNot: z.string().nullable(),
  }),
]);
export type StepQuestion = z.infer<typeof stepQuestion>;

export const stepAttempt = z.object({
  attempt: z.number().int(), startedAt: instant, endedAt: instant.nullable(), error: z.string().nullable(),
  outputBytes: z.number().int(), truncated: z.boolean(),
});
export const runStep = z.object({
  path: z.string(), kind: z.string(), name: z.string(), state: stepState,
  waitsFor: waitsFor.nullable(), waitsUntil: instant.nullable(),
  /** What it does or did, in a sentence with everything filled in; secrets masked. */
  text: z.string(),
  /** What it gave; secrets masked. */
  output: jsonValue.nullable(),
  error: z.string().nullable(),
  attempts: z.array(stepAttempt),
  question: stepQuestion.nullable(),
  startedAt: instant.nullable(), endedAt: instant.nullable(),
  endedBy: actor.nullable(),
  /** It can be undone: it succeeded and says how. */
  hasUndo: z.boolean(),
  /** What its undo would do. */
  undoText: z.string().nullable(),
}).meta({ id: 'RunStep' });
export type RunStep = z.infer<typeof runStep>;

export const RUN_STARTS = ['page', 'panel', 'api', 'trigger', 'suggestion', 'chat', 'runbook', 'drill'] as const;
export const runStart = z.enum(RUN_STARTS);
export type RunStart = z.infer<typeof runStart>;

export const runSummary = z.object({
  id: runId, runbook: runbookId, title: z.string(),
  /** The version that it keeps, whatever is published meanwhile. */
  runbookVersion: z.number().int(),
  state: runState, waitsFor: waitsFor.nullable(),
  incident: z.object({ number: incidentNumber, title: z.string() }).nullable(),
  /** How it came about, and by whom. */
  start: runStart, startedBy: actor,
  /** Why it was started by itself or refused. */
  reason: z.string().nullable(),
  stepsDone: z.number().int(), stepsTotal: z.number().int(),
  drill: z.boolean(),
  createdAt: instant, startedAt: instant.nullable(), endedAt: instant.nullable(),
  error: z.string().nullable(),
  version: z.number().int(),
}).meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof runSummary>;
export const runPage = page(runSummary).meta({ id: 'RunPage' });
export type RunPage = z.infer<typeof runPage>;

/** What may be done to a run now. */
export const RUN_COMMANDS = ['pause', 'resume', 'cancel', 'undo'] as const;
export const run = runSummary.extend({
  inputs: z.record(z.string(), jsonValue),
  lock: z.string().nullable(),
  /** The run that it is part of. */
  parent: z.object({ id: runId, step: z.string() }).nullable(),
  steps: z.array(runStep),
  commands: z.array(z.enum(RUN_COMMANDS)),
}).meta({ id: 'Run' });
export type Run = z.infer<typeof run>;

export const runListQuery = pageQuery.extend({
  runbook: runbookId.optional(),
  incident: incidentNumber.optional(),
  state: z.enum(['all', 'open', 'ended']).default('all'),
  service: z.string().max(200).optional(),
});

export const startRunBody = z.object({
  inputs: z.record(z.string(), jsonValue).default({}),
  incident: incidentNumber.optional(),
  /** `suggestion`: of the runbooks that are suggested for the incident; the run is noted with what that rests on. */
  start: z.enum(['page', 'panel', 'api', 'chat', 'suggestion']).default('api'),
  /** Record of a trigger that suggested it: what is not given is taken from there, and the run is noted with it. One run a record. */
  record: z.string().regex(/^[1-9]\d{0,17}$/, 'is not the number of a record').optional(),
  /** What the dashboard shows: its time range and variables, as inputs take them by `from`. */
  panel: z.object({
    from: instant.optional(), to: instant.optional(), dashboard: z.string().max(200).optional(),
    variables: z.record(z.string().max(200), z.union([z.string().max(2_000), z.array(z.string().max(2_000)).max(200)])).default({}),
  }).optional(),
});
export type StartRunBody = z.output<typeof startRunBody>;

export const runReasonBody = z.object({ reason: z.string().trim().max(2_000).default('') });
export const cancelRunBody = runReasonBody.extend({ undo: z.boolean().default(true) });
export const answerStepBody = z.object({
  step: stepPath,
  answer: z.enum(['approve', 'reject', 'done']),
  comment: z.string().trim().max(2_000).default(''),
  /** Answers to what a manual step asks. */
  values: z.record(fieldName, z.union([z.string().max(10_000), z.number(), z.boolean()])).default({}),
});
export type AnswerStepBody = z.output<typeof answerStepBody>;
/** A failed or unknown step of a run that has stopped at it, or a waiting one for skip. */
export const stepCommandBody = z.object({ step: stepPath, reason: z.string().trim().max(2_000).default('') }).meta({ id: 'StepCommand' });

export const outputChunk = z.object({ seq: z.number().int(), at: instant, stream: z.enum(['out', 'err', 'note']), text: z.string() });
export const stepOutputQuery = z.object({ step: stepPath, attempt: z.coerce.number().int().min(1).optional(), after: z.coerce.number().int().min(0).default(0) });
export const stepOutput = z.object({ attempt: z.number().int(), chunks: z.array(outputChunk), lastSeq: z.number().int(), truncated: z.boolean(), ended: z.boolean() }).meta({ id: 'StepOutput' });
export type StepOutput = z.infer<typeof stepOutput>;
