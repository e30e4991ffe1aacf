/** Runs as the API shows them. Pure. */
import { incidentNumber, type Run, type RunStep, type RunSummary } from '#contract';
import type { StepRow } from '../plan/model.ts';
import { shownName } from './drillNames.ts';
import type { SeenRun } from './readStore.ts';
import { commandsOf, questionFor, type Answerer } from './rules.ts';

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** One line of a list. */
export function toSummary(run: SeenRun): RunSummary {
  return {
    id: run.id, runbook: run.runbook, title: run.title, runbookVersion: run.runbookVersion, state: run.state, waitsFor: run.waitsFor,
    incident: run.incident === null ? null : { number: incidentNumber.parse(run.incident), title: run.incidentTitle ?? '' },
    start: run.start, startedBy: run.startedBy, reason: run.reason, stepsDone: run.stepsDone, stepsTotal: run.stepsTotal, drill: run.drill, createdAt: new Date(run.createdAt).toISOString(),
    startedAt: iso(run.startedAt), endedAt: iso(run.endedAt), error: run.error, version: run.rev,
  };
}

function toStep(row: StepRow, who: Answerer, starters: readonly string[]): RunStep {
  return {
    path: row.path, kind: row.kind, name: row.name, state: row.state, waitsFor: row.waitsFor, waitsUntil: iso(row.waitsUntil ?? (row.waitsFor === 'time' || row.waitsFor === 'retry' ? row.lookAt : null)),
    text: row.text, output: row.output, error: row.error,
    attempts: row.attempts.map((one) => ({ attempt: one.attempt, startedAt: new Date(one.startedAt).toISOString(), endedAt: iso(one.endedAt), error: one.error, outputBytes: one.outputBytes, truncated: one.truncated })),
    question: row.endedAt === null ? questionFor(row.question, who, starters) : null, startedAt: iso(row.startedAt), endedAt: iso(row.endedAt), endedBy: row.endedBy, hasUndo: row.hasUndo, undoText: row.undoText,
  };
}

/** One run with its steps. */
export function toRun(run: SeenRun, steps: ReadonlyMap<string, StepRow>, who: Answerer, starters: readonly string[]): Run {
  return {
    ...toSummary(run), inputs: run.inputs, lock: run.lockKey === null ? null : shownName(run.lockKey), parent: run.parent === null ? null : { id: run.parent.id, step: run.parent.path },
    steps: [...steps.values()].map((row) => toStep(row, who, starters)), commands: commandsOf(run, steps),
  };
}
