/** Goes through the steps of a run in their order and says which are to begin. Pure. */
import { parseDuration, STEP_KIND_SPECS, type BranchStep, type ForEachStep, type JsonValue, type ParallelStep, type Step } from '#contract';
import { evaluate, holds } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { isLeaf, isRunning, newRow, type Begin, type Placed, type StepRow, type Steps } from './model.ts';
import { scopeAt } from './scope.ts';

/** How far a list of steps has come. `left`: a step said that the list ends here, well. */
export type Progress = { readonly kind: 'open' } | { readonly kind: 'done' } | { readonly kind: 'left' } | { readonly kind: 'failed'; readonly path: string; readonly error: string };

/** What a walk finds. */
export interface Found {
  readonly changes: StepRow[];
  readonly begin: Begin[];
  readonly look: Placed[];
  readonly late: Placed[];
  /** Leaves that are open, whatever they wait for. */
  readonly open: Placed[];
}

export interface WalkContext {
  readonly now: number;
  /** Nothing further is begun. */
  readonly paused: boolean;
  /** Tries that this process has under way. */
  readonly inFlight: ReadonlySet<string>;
  readonly found: Found;
  /** The rows, with what this walk changed. */
  readonly steps: Map<string, StepRow>;
}

const OPEN: Progress = { kind: 'open' };
const DONE: Progress = { kind: 'done' };
/** Rounds of one loop. */
const MAX_ITEMS = 1_000;

/** An empty result. */
export function nothingFound(): Found {
  return { changes: [], begin: [], look: [], late: [], open: [] };
}

function put(context: WalkContext, row: StepRow): StepRow {
  context.steps.set(row.path, row);
  context.found.changes.push(row);
  return row;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A JSON value of what an expression gave. */
function toJson(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return null;
}

function end(context: WalkContext, row: StepRow, result: Partial<StepRow>): void {
  put(context, { ...row, waitsFor: null, lookAt: null, endedAt: context.now, ...result });
}

function begin(context: WalkContext, step: Step, path: string, base: Scope): Progress {
  if (context.paused) return OPEN;
  const scope = scopeAt(base, context.steps, path);
  if (step.when !== undefined) {
    try {
      if (!holds(step.when, scope)) {
        put(context, { ...newRow(path, step, scope, context.now, 'skipped'), endedAt: context.now, text: 'its condition does not hold' });
        return DONE;
      }
    } catch (error) {
      const row = put(context, { ...newRow(path, step, scope, context.now, 'failed'), endedAt: context.now, error: `its condition cannot be told: ${messageOf(error)}` });
      return failureOf(step, row);
    }
  }
  if (isLeaf(step)) {
    context.found.begin.push({ path, step, scope, undoing: false, interrupted: false });
    return OPEN;
  }
  try {
    const kept = decide(step, scope);
    const limit = step.timeout === undefined ? null : parseDuration(step.timeout);
    const row = put(context, { ...newRow(path, step, scope, context.now, 'running'), kept, waitsUntil: limit === null ? null : context.now + limit });
    return into(context, step, row, base);
  } catch (error) {
    const row = put(context, { ...newRow(path, step, scope, context.now, 'failed'), endedAt: context.now, error: messageOf(error) });
    return failureOf(step, row);
  }
}

/** What a step that holds others decides when it begins. */
function decide(step: BranchStep | ParallelStep | ForEachStep, scope: Scope): JsonValue {
  switch (step.kind) {
    case 'branch':
      return { taken: step.cases.findIndex((way) => holds(way.if, scope)) };
    case 'parallel':
      return null;
    case 'forEach': {
      const items = evaluate(step.items, scope);
      if (!Array.isArray(items)) throw new Error('what it goes over is not a list');
      if (items.length > MAX_ITEMS) throw new Error(`goes over ${items.length} items, and ${MAX_ITEMS} are the most`);
      return { items: items.map(toJson) };
    }
  }
}

function failureOf(step: Step, row: StepRow): Progress {
  if (step.continueOnError) return DONE;
  return { kind: 'failed', path: row.path, error: row.error ?? 'failed' };
}

function fieldOf(kept: JsonValue, name: string): JsonValue {
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept[name] ?? null) : null;
}

/** The lists that a step holds, each with its place and what its steps know besides. */
function listsOf(step: BranchStep | ParallelStep | ForEachStep, row: StepRow, base: Scope): { readonly prefix: string; readonly steps: readonly Step[]; readonly scope: Scope }[] {
  switch (step.kind) {
    case 'branch': {
      const taken = fieldOf(row.kept, 'taken');
      return [{ prefix: `${row.path}/`, steps: typeof taken === 'number' && taken >= 0 ? (step.cases[taken]?.steps ?? []) : step.otherwise, scope: base }];
    }
    case 'parallel':
      return step.lanes.map((lane) => ({ prefix: `${row.path}[${lane.name}]/`, steps: lane.steps, scope: base }));
    case 'forEach': {
      const items = fieldOf(row.kept, 'items');
      return (Array.isArray(items) ? items : []).map((item, index) => ({ prefix: `${row.path}[${index}]/`, steps: step.steps, scope: { ...base, [step.as]: item } }));
    }
  }
}

/** Goes on within a step that holds others. */
function into(context: WalkContext, step: BranchStep | ParallelStep | ForEachStep, row: StepRow, base: Scope): Progress {
  const lists = listsOf(step, row, base);
  const most = step.kind === 'forEach' ? step.atOnce : lists.length;
  let open = 0;
  let failure: Extract<Progress, { kind: 'failed' }> | null = null;
  for (const { prefix, steps, scope } of lists) {
    const isNew = steps[0] !== undefined && !context.steps.has(`${prefix}${steps[0].id}`);
    if (isNew && (open >= most || failure !== null) && step.kind === 'forEach') {
      if (open >= most) break;
      continue;
    }
    const progress = walk(context, steps, prefix, scope);
    if (progress.kind === 'open') open += 1;
    if (progress.kind === 'failed') failure ??= progress;
  }
  if (open > 0) {
    if (row.waitsUntil !== null && row.waitsUntil <= context.now) context.found.late.push(...context.found.open.filter((leaf) => leaf.path.startsWith(`${row.path}/`) || leaf.path.startsWith(`${row.path}[`)));
    return OPEN;
  }
  if (failure !== null) {
    end(context, row, { state: 'failed', error: failure.error });
    return step.continueOnError ? DONE : failure;
  }
  end(context, row, { state: 'succeeded', output: outputOf(context, step, lists) });
  return DONE;
}

function outputOf(context: WalkContext, step: BranchStep | ParallelStep | ForEachStep, lists: readonly { readonly prefix: string; readonly steps: readonly Step[] }[]): JsonValue {
  switch (step.kind) {
    case 'branch': {
      const taken = lists[0]?.steps === step.otherwise ? -1 : step.cases.findIndex((way) => way.steps === lists[0]?.steps);
      return { taken: taken === -1 ? 'otherwise' : taken };
    }
    case 'parallel':
      return null;
    case 'forEach':
      return lists.map(({ prefix, steps }) => Object.fromEntries(steps.map(({ id }) => [id, context.steps.get(`${prefix}${id}`)?.output ?? null])));
  }
}

function openLeaf(context: WalkContext, step: Step, row: StepRow, base: Scope): Progress {
  if (!isLeaf(step)) return into(context, step, row, base);
  const placed: Placed = { path: row.path, step, scope: scopeAt(base, context.steps, row.path) };
  context.found.open.push(placed);
  if (isRunning(row)) {
    if (!context.inFlight.has(row.path)) {
      if (STEP_KIND_SPECS[step.kind].effect === 'once') {
        put(context, { ...row, state: 'unknown', endedAt: context.now, error: 'the replica that did it ended; whether it took effect is not known' });
      } else context.found.begin.push({ ...placed, undoing: false, interrupted: true });
    }
    return OPEN;
  }
  if (row.waitsFor === 'retry') {
    if (!context.paused && row.lookAt !== null && row.lookAt <= context.now) context.found.begin.push({ ...placed, undoing: false, interrupted: false });
    return OPEN;
  }
  if (row.waitsUntil !== null && row.waitsUntil <= context.now && step.timeout !== undefined) {
    if (!row.stopping) context.found.late.push(placed);
  } else if (!context.paused && row.lookAt !== null && row.lookAt <= context.now) context.found.look.push(placed);
  return OPEN;
}

/** Goes through one list of steps. */
export function walk(context: WalkContext, steps: readonly Step[], prefix: string, base: Scope): Progress {
  for (const step of steps) {
    const path = `${prefix}${step.id}`;
    const row = context.steps.get(path);
    const progress = row === undefined || row.state === 'pending' ? begin(context, step, path, base) : passed(context, step, row, base);
    if (progress.kind !== 'done') return progress;
  }
  return DONE;
}

function passed(context: WalkContext, step: Step, row: StepRow, base: Scope): Progress {
  switch (row.state) {
    case 'succeeded':
      return fieldOf(row.kept, 'leaves') === true ? { kind: 'left' } : DONE;
    case 'skipped':
    case 'undone':
    case 'undo_failed':
    case 'undoing':
      return DONE;
    case 'failed':
    case 'cancelled':
      return failureOf(step, row);
    case 'unknown':
      return OPEN;
    case 'pending':
    case 'running':
    case 'waiting':
      return openLeaf(context, step, row, base);
  }
}

/** Every leaf of the document that has begun, with its place and what it knows. */
export function placedLeaves(steps: readonly Step[], rows: Steps, base: Scope, prefix = ''): Placed[] {
  return steps.flatMap((step): Placed[] => {
    const row = rows.get(`${prefix}${step.id}`);
    if (row === undefined) return [];
    if (isLeaf(step)) return [{ path: row.path, step, scope: scopeAt(base, rows, row.path) }];
    return listsOf(step, row, base).flatMap((list) => placedLeaves(list.steps, rows, list.scope, list.prefix));
  });
}
