/** What becomes of a step when a try of it ended, or waits. Pure. */
import { parseDuration, type Actor, type LeafStep } from '#contract';
import type { Scope, StepResult } from '../kinds/kind.ts';
import { newRow, type AttemptNote, type Begin, type StepRow } from './model.ts';
import { nextTry } from './retry.ts';

/** What happened to a step, for the timeline. */
export type StepNews = 'ended' | 'failed' | 'retried' | 'waits' | 'undone' | 'undo_failed' | 'cancelled' | 'none';

export interface Settled {
  readonly row: StepRow;
  readonly news: StepNews;
}

export interface SettleContext {
  readonly step: LeafStep;
  readonly scope: Scope;
  readonly now: number;
  readonly random: () => number;
  /** The place of the next step that succeeds. */
  readonly place: number;
}

/** When a try has to be done; null: whenever. Undo goes by the same limit. */
export function limitOf(step: LeafStep, now: number): number | null {
  const limit = step.timeout === undefined ? null : parseDuration(step.timeout);
  return limit === null ? null : now + limit;
}

function closed(attempts: readonly AttemptNote[], now: number, error: string | null): AttemptNote[] {
  return attempts.map((note, index) => (index === attempts.length - 1 && note.endedAt === null ? { ...note, endedAt: now, error } : note));
}

/** The row of a try that begins now. */
export function begun(before: StepRow | undefined, begin: Begin, now: number, text: string): StepRow {
  const base = before ?? newRow(begin.path, begin.step, begin.scope, now, 'running');
  const attempt = base.attempt + 1;
  const interrupted = begin.interrupted ? closed(base.attempts, now, 'interrupted: the replica that did it ended') : base.attempts;
  const limit = limitOf(begin.step, now);
  return {
    ...base, state: begin.undoing ? 'undoing' : 'running', attempt, waitsFor: null, lookAt: null, kept: null, question: null, stopping: false, error: null,
    startedAt: base.startedAt ?? now, endedAt: null, endedBy: null, waitsUntil: limit,
    ...(begin.undoing ? { undoText: text } : { text }),
    attempts: [...interrupted, { attempt, startedAt: now, endedAt: null, error: null, outputBytes: 0, truncated: false }],
  };
}

function waiting(row: StepRow, result: Extract<StepResult, { kind: 'waits' }>): StepRow {
  const until = result.until?.getTime() ?? null;
  const looks = [result.look?.getTime() ?? null, row.waitsUntil].filter((at) => at !== null);
  return {
    ...row, state: row.state === 'undoing' ? 'undoing' : 'waiting', waitsFor: result.for, kept: result.kept, question: result.question ?? null,
    // A limit of the step itself holds beside what its kind waits for.
    lookAt: looks.length === 0 ? null : Math.min(...looks), waitsUntil: row.waitsUntil ?? until,
  };
}

/** The row after a result. */
export function settle(row: StepRow, result: StepResult, { step, scope, now, random, place }: SettleContext): Settled {
  const undoing = row.state === 'undoing';
  const ended = { waitsFor: null, lookAt: null, question: null, kept: null, waitsUntil: null, stopping: false, endedAt: now } as const;
  switch (result.kind) {
    case 'waits':
      return { row: waiting(row, result), news: row.waitsFor === result.for ? 'none' : 'waits' };
    case 'done':
    case 'leaves': {
      const attempts = closed(row.attempts, now, null);
      if (undoing) return { row: { ...row, ...ended, state: 'undone', attempts, error: null }, news: 'undone' };
      if (row.stopping) return { row: { ...row, ...ended, state: 'succeeded', output: result.output, attempts, error: null, hasUndo: step.undo !== undefined, place }, news: 'ended' };
      const left = result.kind === 'leaves';
      return {
        row: {
          ...row, ...ended, state: 'succeeded', output: result.output, text: result.kind === 'done' ? (result.text ?? row.text) : row.text, attempts, error: null,
          hasUndo: step.undo !== undefined, place, kept: left ? { leaves: true } : null,
        },
        news: 'ended',
      };
    }
    case 'failed': {
      const attempts = closed(row.attempts, now, result.error);
      const failures = row.failures + 1;
      if (result.unknown === true) return { row: { ...row, ...ended, state: undoing ? 'undo_failed' : 'unknown', error: result.error, attempts, failures }, news: undoing ? 'undo_failed' : 'failed' };
      if (row.stopping && !undoing) return { row: { ...row, ...ended, state: 'cancelled', error: result.error, attempts, failures }, news: 'cancelled' };
      const pause = result.retryable ? nextTry(step.retry, failures, result.error, scope, random) : null;
      if (pause !== null) {
        return {
          row: { ...row, state: undoing ? 'undoing' : 'waiting', waitsFor: 'retry', waitsUntil: null, lookAt: now + pause, kept: null, question: null, error: result.error, attempts, failures },
          news: 'retried',
        };
      }
      return { row: { ...row, ...ended, state: undoing ? 'undo_failed' : 'failed', error: result.error, attempts, failures }, news: undoing ? 'undo_failed' : 'failed' };
    }
  }
}

/** The row of a leaf that was given up. */
export function stopped(row: StepRow, how: 'ended' | 'open', late: boolean, now: number): StepRow {
  if (how === 'open') return { ...row, stopping: true, lookAt: null, question: null };
  return {
    ...row, state: row.state === 'undoing' ? 'undo_failed' : late ? 'failed' : 'cancelled', waitsFor: null, lookAt: null, waitsUntil: null, question: null, kept: null, stopping: false,
    endedAt: now, error: late ? 'took too long' : row.error, attempts: closed(row.attempts, now, late ? 'took too long' : 'cancelled'),
  };
}

/** The row of a step that a person passes over. */
export function skipped(row: StepRow, by: Actor, reason: string, now: number): StepRow {
  return {
    ...row, state: 'skipped', waitsFor: null, lookAt: null, waitsUntil: null, question: null, kept: null, stopping: false, endedAt: now, endedBy: by,
    error: row.error, text: reason === '' ? row.text : reason, attempts: closed(row.attempts, now, 'skipped'),
  };
}
