/** A run as the database keeps it, read into what the engine works with. */
import {
  actor, jsonValue, orgId, role, runbookDocument, runbookId, runId, runStart, runState, stepState, userKey, waitsFor,
  type Actor, type JsonValue, type OrgId, type Role, type RunbookDocument, type RunbookId, type RunId, type RunStart, type RunState, type Step, type UserKey, type WaitsFor,
} from '#contract';
import { z } from 'zod';
import type { OpenQuestion } from '../kinds/kind.ts';
import type { AttemptNote, Ending, StepRow, Steps } from '../plan/model.ts';

/** Roles that approve. */
export type ApprovalRole = 'responder' | 'commander' | 'manager' | 'admin';

/** A run without its document. Times are milliseconds since 1970. */
export interface RunRecord {
  readonly orgId: OrgId;
  readonly id: RunId;
  readonly runbook: RunbookId;
  readonly runbookVersion: number;
  readonly title: string;
  readonly state: RunState;
  readonly waitsFor: WaitsFor | null;
  readonly incident: number | null;
  readonly inputs: Record<string, JsonValue>;
  readonly panel: JsonValue;
  readonly start: RunStart;
  readonly startedBy: Actor;
  readonly userKey: UserKey | null;
  readonly role: Role;
  readonly reason: string | null;
  readonly needsApproval: ApprovalRole | null;
  readonly lockKey: string | null;
  readonly limitKey: string | null;
  readonly limitMost: number | null;
  readonly parent: { readonly id: RunId; readonly path: string } | null;
  readonly depth: number;
  readonly drill: boolean;
  readonly ending: Ending | null;
  readonly endsUndoing: boolean;
  readonly error: string | null;
  readonly stepsTotal: number;
  readonly stepsDone: number;
  readonly deadline: number;
  readonly dueAt: number | null;
  readonly leaseOwner: string | null;
  readonly rev: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** A run with everything that its turns need. */
export interface LoadedRun {
  readonly record: RunRecord;
  readonly document: RunbookDocument;
  readonly steps: Steps;
}

export interface RunRow {
  org_id: number;
  id: string;
  runbook_id: string;
  runbook_version: number;
  title: string;
  state: string;
  waits_for: string | null;
  incident_number: number | null;
  inputs: unknown;
  panel: unknown;
  start: string;
  started_by: unknown;
  user_key: string | null;
  role: string;
  reason: string | null;
  needs_approval: string | null;
  lock_key: string | null;
  limit_key: string | null;
  limit_most: number | null;
  parent_id: string | null;
  parent_path: string | null;
  depth: number;
  drill: boolean;
  ending: string | null;
  ends_undoing: boolean;
  error: string | null;
  steps_total: number;
  steps_done: number;
  deadline: Date;
  due_at: Date | null;
  lease_owner: string | null;
  rev: number;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

/** Columns of `RunRow`, of a table called `r`. */
export const RUN_COLUMNS = `r.org_id, r.id::text, r.runbook_id, r.runbook_version, r.title, r.state, r.waits_for, r.incident_number, r.inputs, r.panel, r.start, r.started_by, r.user_key,
  r.role, r.reason, r.needs_approval, r.lock_key, r.limit_key, r.limit_most, r.parent_id::text, r.parent_path, r.depth, r.drill, r.ending, r.ends_undoing, r.error,
  r.steps_total, r.steps_done, r.deadline, r.due_at, r.lease_owner, r.rev, r.created_at, r.started_at, r.ended_at`;

const approvalRole = z.enum(['responder', 'commander', 'manager', 'admin']);
const endingShape = z.enum(['failed', 'cancelled', 'timed_out']);
const inputsShape = z.record(z.string(), jsonValue);

/** Reads a row. */
export function toRecord(row: RunRow): RunRecord {
  return {
    orgId: orgId.parse(row.org_id), id: runId.parse(row.id), runbook: runbookId.parse(row.runbook_id), runbookVersion: row.runbook_version, title: row.title,
    state: runState.parse(row.state), waitsFor: waitsFor.nullable().parse(row.waits_for), incident: row.incident_number, inputs: inputsShape.parse(row.inputs),
    panel: jsonValue.parse(row.panel ?? null), start: runStart.parse(row.start), startedBy: actor.parse(row.started_by), userKey: userKey.nullable().parse(row.user_key),
    role: role.parse(row.role), reason: row.reason, needsApproval: approvalRole.nullable().parse(row.needs_approval), lockKey: row.lock_key, limitKey: row.limit_key,
    limitMost: row.limit_most, parent: row.parent_id === null ? null : { id: runId.parse(row.parent_id), path: row.parent_path ?? '' }, depth: row.depth, drill: row.drill,
    ending: endingShape.nullable().parse(row.ending), endsUndoing: row.ends_undoing, error: row.error, stepsTotal: row.steps_total, stepsDone: row.steps_done,
    deadline: row.deadline.getTime(), dueAt: row.due_at?.getTime() ?? null, leaseOwner: row.lease_owner, rev: row.rev, createdAt: row.created_at.getTime(),
    startedAt: row.started_at?.getTime() ?? null, endedAt: row.ended_at?.getTime() ?? null,
  };
}

/** Reads a document that was checked when it was published. */
export function toDocument(value: unknown): RunbookDocument {
  return runbookDocument.parse(value);
}

export interface StepDbRow {
  org_id: number;
  run_id: string;
  path: string;
  kind: string;
  name: string;
  state: string;
  attempt: number;
  failures: number;
  waits_for: string | null;
  waits_until: Date | null;
  look_at: Date | null;
  kept: unknown;
  question: unknown;
  text: string;
  output: unknown;
  error: string | null;
  attempts: unknown;
  stopping: boolean;
  has_undo: boolean;
  undo_text: string | null;
  place: number | null;
  started_at: Date | null;
  ended_at: Date | null;
  ended_by: unknown;
}

/** Columns of `StepDbRow`, of a table called `s`. */
export const STEP_COLUMNS = `s.org_id, s.run_id::text, s.path, s.kind, s.name, s.state, s.attempt, s.failures, s.waits_for, s.waits_until, s.look_at, s.kept, s.question, s.text, s.output,
  s.error, s.attempts, s.stopping, s.has_undo, s.undo_text, s.place, s.started_at, s.ended_at, s.ended_by`;

const isKind = (value: unknown): value is Step['kind'] => typeof value === 'string';
const isJson = (value: unknown): value is JsonValue => value !== undefined;
const isQuestion = (value: unknown): value is OpenQuestion => typeof value === 'object' && value !== null;
const isAttempts = (value: unknown): value is AttemptNote[] => Array.isArray(value);

/** Reads a row of a step. What the engine itself wrote as JSON is taken as it stands: it is read with each turn. */
export function toStep(row: StepDbRow): StepRow {
  if (!isKind(row.kind)) throw new Error('a step has no kind');
  return {
    path: row.path, kind: row.kind, name: row.name, state: stepState.parse(row.state), attempt: row.attempt, failures: row.failures, waitsFor: waitsFor.nullable().parse(row.waits_for),
    waitsUntil: row.waits_until?.getTime() ?? null, lookAt: row.look_at?.getTime() ?? null, kept: isJson(row.kept) ? row.kept : null, question: isQuestion(row.question) ? row.question : null,
    text: row.text, output: isJson(row.output) ? row.output : null, error: row.error, attempts: isAttempts(row.attempts) ? row.attempts : [], stopping: row.stopping, hasUndo: row.has_undo,
    undoText: row.undo_text, place: row.place, startedAt: row.started_at?.getTime() ?? null, endedAt: row.ended_at?.getTime() ?? null,
    endedBy: row.ended_by === null ? null : actor.parse(row.ended_by),
  };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** A step as `write_run_turns` takes it. */
export function stepToJson(run: Pick<RunRecord, 'orgId' | 'id'>, row: StepRow): object {
  return {
    org_id: run.orgId, run_id: run.id, path: row.path, kind: row.kind, name: row.name, state: row.state, attempt: row.attempt, failures: row.failures, waits_for: row.waitsFor,
    waits_until: iso(row.waitsUntil), look_at: iso(row.lookAt), kept: row.kept, question: row.question, text: row.text, output: row.output, error: row.error, attempts: row.attempts,
    stopping: row.stopping, has_undo: row.hasUndo, undo_text: row.undoText, place: row.place, started_at: iso(row.startedAt), ended_at: iso(row.endedAt), ended_by: row.endedBy,
  };
}

/** A run as `write_run_turns` takes it; `before` is what the database must still say. */
export function runToJson(before: Pick<RunRecord, 'rev' | 'leaseOwner'>, run: RunRecord): object {
  return {
    org_id: run.orgId, id: run.id, rev: before.rev, owner: before.leaseOwner, state: run.state, waits_for: run.waitsFor, ending: run.ending, ends_undoing: run.endsUndoing, error: run.error,
    incident_number: run.incident, steps_total: run.stepsTotal, steps_done: run.stepsDone, due_at: iso(run.dueAt), lease_owner: run.leaseOwner, started_at: iso(run.startedAt),
    ended_at: iso(run.endedAt),
  };
}
