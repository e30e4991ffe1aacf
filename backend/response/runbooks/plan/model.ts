/** What a run is to the plan: facts, and rows of the steps that have begun. Times are milliseconds since 1970. */
import { fillIn, TemplateError } from '../format/index.ts';
import type { Actor, JsonValue, LeafStep, RunbookDocument, RunState, StepState, Step, WaitsFor } from '#contract';
import type { OpenQuestion, Scope } from '../kinds/kind.ts';

/** One try. */
export interface AttemptNote {
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly error: string | null;
  readonly outputBytes: number;
  readonly truncated: boolean;
}

/** A step that has begun. */
export interface StepRow {
  readonly path: string;
  readonly kind: Step['kind'];
  readonly name: string;
  readonly state: StepState;
  /** Tries so far, also those that a dead process left. */
  readonly attempt: number;
  /** Tries that failed since it was begun, or begun anew by a person. */
  readonly failures: number;
  readonly waitsFor: WaitsFor | null;
  /** When it fails unless it has ended. */
  readonly waitsUntil: number | null;
  /** When to look again. */
  readonly lookAt: number | null;
  /** Of a waiting step: what its kind keeps. Of a step that holds others: what it decided. */
  readonly kept: JsonValue;
  readonly question: OpenQuestion | null;
  readonly text: string;
  readonly output: JsonValue;
  readonly error: string | null;
  readonly attempts: readonly AttemptNote[];
  /** It is given up, and its end outside is waited for. */
  readonly stopping: boolean;
  readonly hasUndo: boolean;
  readonly undoText: string | null;
  /** Counts the steps that succeeded. */
  readonly place: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly endedBy: Actor | null;
}

export type Steps = ReadonlyMap<string, StepRow>;

/** Why a run ends before its steps have. */
export type Ending = 'failed' | 'cancelled' | 'timed_out';

/** A run as the plan reads it. */
export interface RunFacts {
  readonly document: Pick<RunbookDocument, 'policy'> & { readonly steps: readonly Step[] };
  readonly state: RunState;
  readonly ending: Ending | null;
  /** What was done is taken back first. */
  readonly endsUndoing: boolean;
  readonly error: string | null;
  readonly deadline: number;
  readonly steps: Steps;
  /** `inputs`, `incident`, `run`, `panel`: what every step knows. */
  readonly scope: Scope;
}

/** A leaf to be begun, or its undo. */
export interface Begin {
  readonly path: string;
  readonly step: LeafStep;
  readonly scope: Scope;
  readonly undoing: boolean;
  /** A try was under way when its process died. */
  readonly interrupted: boolean;
}

/** What comes next. */
export interface Plan {
  /** Rows that the plan itself writes: steps that hold others, and what is passed over. */
  readonly changes: readonly StepRow[];
  readonly begin: readonly Begin[];
  /** Waiting leaves whose time has come. */
  readonly look: readonly Placed[];
  /** Leaves to give up; `late` ones because their time is up. */
  readonly stop: readonly (Placed & { readonly late: boolean })[];
  readonly ending: Ending | null;
  readonly endsUndoing: boolean;
  readonly error: string | null;
  /** The state of the run after it. */
  readonly state: RunState;
  readonly waitsFor: WaitsFor | null;
  /** When to look again by itself; null: when woken. */
  readonly lookAt: number | null;
}

/** A leaf with its place and what it knows. */
export interface Placed {
  readonly path: string;
  readonly step: LeafStep;
  readonly scope: Scope;
}

/** True for a leaf, which does something itself. */
export function isLeaf(step: Step): step is LeafStep {
  return step.kind !== 'branch' && step.kind !== 'parallel' && step.kind !== 'forEach';
}

/** What people read of a step. One that cannot be filled in is shown as it is written. */
function nameIn(step: Step, scope: Scope): string {
  if (step.name === undefined) return step.id;
  try {
    return fillIn(step.name, scope, () => '***');
  } catch (error) {
    if (error instanceof TemplateError) return step.name;
    throw error;
  }
}

/** A row of a step that begins; its name is filled in from the scope. */
export function newRow(path: string, step: Step, scope: Scope, now: number, state: StepState): StepRow {
  return {
    path, kind: step.kind, name: nameIn(step, scope), state, attempt: 0, failures: 0, waitsFor: null, waitsUntil: null, lookAt: null, kept: null, question: null, text: '',
    output: null, error: null, attempts: [], stopping: false, hasUndo: false, undoText: null, place: null, startedAt: now, endedAt: null, endedBy: null,
  };
}

/** Whether a try of the leaf, or of its undo, is under way. */
export function isRunning(row: StepRow): boolean {
  return row.state === 'running' || (row.state === 'undoing' && row.waitsFor === null);
}

/** Whether the leaf, or its undo, waits. */
export function isWaiting(row: StepRow): boolean {
  return row.state === 'waiting' || (row.state === 'undoing' && row.waitsFor !== null);
}

/** Whether a step has come to its end. */
export function isSettled(row: StepRow): boolean {
  return row.endedAt !== null;
}

/** Whether a row is of a leaf. */
export function isLeafRow(row: Pick<StepRow, 'kind'>): boolean {
  return row.kind !== 'branch' && row.kind !== 'parallel' && row.kind !== 'forEach';
}
