/** Says what comes next in a run: which steps begin, which are looked at or given up, and whether it ends. Pure. */
import { isEndedRun, type RunState, type WaitsFor } from '#contract';
import { isLeaf, isLeafRow, isRunning, isWaiting, type Begin, type Ending, type Placed, type Plan, type RunFacts, type StepRow, type Steps } from './model.ts';
import { nothingFound, placedLeaves, walk, type Found, type WalkContext } from './walk.ts';

export interface PlanContext {
  readonly now: number;
  /** Tries that this process has under way. */
  readonly inFlight: ReadonlySet<string>;
}

/** What a run waits for, the most telling first. */
const TELLING: readonly WaitsFor[] = ['approval', 'input', 'task', 'agent', 'run', 'condition', 'time', 'retry'];

function waitsForOf(steps: Iterable<StepRow>): WaitsFor | null {
  const all = [...steps];
  if (all.some(isRunning)) return null;
  if (all.some((row) => row.state === 'unknown')) return 'input';
  return TELLING.find((one) => all.some((row) => isWaiting(row) && row.waitsFor === one)) ?? null;
}

function earliest(times: Iterable<number | null>): number | null {
  let first: number | null = null;
  for (const at of times) if (at !== null && (first === null || at < first)) first = at;
  return first;
}

/** The limit of a waiting leaf is part of when to look at it. */
function timesOf(steps: Iterable<StepRow>, paused: boolean): number | null {
  if (paused) return null;
  return earliest([...steps].filter((row) => row.endedAt === null).map((row) => (isLeafRow(row) ? row.lookAt : row.waitsUntil)));
}

/** Steps that succeeded and can be taken back, the last first. */
export function toUndo(steps: Steps): StepRow[] {
  return [...steps.values()].filter((row) => row.hasUndo && row.state === 'succeeded').sort((a, b) => (b.place ?? 0) - (a.place ?? 0));
}

interface Result {
  readonly found: Found;
  readonly steps: Map<string, StepRow>;
}

function planOf(run: RunFacts, { found, steps }: Result, rest: Partial<Plan>): Plan {
  const state = rest.state ?? run.state;
  const isEnd = isEndedRun(state);
  const paused = state === 'paused';
  return {
    changes: found.changes, begin: found.begin, look: found.look, stop: found.late.map((leaf) => ({ ...leaf, late: true })), ending: run.ending, endsUndoing: run.endsUndoing, error: run.error,
    waitsFor: isEnd ? null : waitsForOf(steps.values()), lookAt: isEnd ? null : earliest([timesOf(steps.values(), paused), run.ending === null ? run.deadline : null]), ...rest, state,
  };
}

/** Steps that hold others are given up with them. */
function giveUp(run: RunFacts, result: Result, now: number): void {
  for (const row of run.steps.values()) {
    if (isLeafRow(row) || row.state !== 'running') continue;
    const changed: StepRow = { ...row, state: 'cancelled', endedAt: now };
    result.steps.set(row.path, changed);
    result.found.changes.push(changed);
  }
}

/** One step after the other is taken back, the last first. */
function planUndo(run: RunFacts, leaves: readonly Placed[], result: Result, ending: Ending, error: string | null, { now, inFlight }: PlanContext): Plan {
  const common = { ending, endsUndoing: true, error } as const;
  const current = [...run.steps.values()].find((row) => row.state === 'undoing');
  const begin = (row: StepRow, interrupted: boolean): Begin[] => leaves.filter((leaf) => leaf.path === row.path).map((leaf) => ({ ...leaf, undoing: true, interrupted }));
  if (current !== undefined) {
    const place = leaves.find((leaf) => leaf.path === current.path);
    const isDue = current.lookAt !== null && current.lookAt <= now;
    if (isRunning(current)) result.found.begin.push(...(inFlight.has(current.path) ? [] : begin(current, true)));
    else if (current.waitsFor === 'retry') result.found.begin.push(...(isDue ? begin(current, false) : []));
    else if (isDue && place !== undefined) result.found.look.push(place);
    return planOf(run, result, { ...common, state: 'undoing' });
  }
  const [next] = toUndo(run.steps);
  if (next !== undefined) {
    result.found.begin.push(...begin(next, false));
    return planOf(run, result, { ...common, state: 'undoing' });
  }
  const rows = [...run.steps.values()];
  const state: RunState = rows.some((row) => row.state === 'undo_failed') ? 'undo_failed' : rows.some((row) => row.state === 'undone') ? 'undone' : ending;
  return planOf(run, result, { ...common, state });
}

function planEnding(run: RunFacts, steps: Map<string, StepRow>, ending: Ending, endsUndoing: boolean, error: string | null, context: PlanContext): Plan {
  const result: Result = { found: nothingFound(), steps };
  const ended: RunFacts = { ...run, ending, endsUndoing, error, steps };
  const leaves = placedLeaves(run.document.steps, steps, run.scope);
  const open = leaves.filter(({ path }) => {
    const row = steps.get(path);
    return row !== undefined && (row.state === 'running' || row.state === 'waiting');
  });
  const common = { ending, endsUndoing, error } as const;
  if (open.length > 0) {
    const stop = open.filter(({ path }) => steps.get(path)?.stopping === false).map((leaf) => ({ ...leaf, late: false }));
    const look = open.filter(({ path }) => steps.get(path)?.stopping === true && isDue(steps.get(path), context.now));
    return planOf(ended, result, { ...common, stop, look, state: run.state === 'paused' ? 'running' : run.state });
  }
  giveUp(ended, result, context.now);
  return endsUndoing ? planUndo(ended, leaves, result, ending, error, context) : planOf(ended, result, { ...common, state: ending });
}

function isDue(row: StepRow | undefined, now: number): boolean {
  return row !== undefined && row.lookAt !== null && row.lookAt <= now;
}

/** What comes next. */
export function plan(run: RunFacts, context: PlanContext): Plan {
  const steps = new Map(run.steps);
  const nothing: Result = { found: nothingFound(), steps };
  if (isEndedRun(run.state) || run.state === 'queued') return planOf(run, nothing, {});
  const undoing = run.document.policy.onFailure === 'undo';
  if (run.ending !== null) return planEnding(run, steps, run.ending, run.endsUndoing, run.error, context);
  if (run.deadline <= context.now) return planEnding(run, steps, 'timed_out', undoing, 'took longer than the runbook allows', context);
  const walking: WalkContext = { now: context.now, paused: run.state === 'paused', inFlight: context.inFlight, found: nothingFound(), steps };
  const progress = walk(walking, run.document.steps, '', run.scope);
  const result: Result = { found: walking.found, steps };
  switch (progress.kind) {
    case 'open':
      return planOf(run, result, {});
    case 'done':
    case 'left':
      return planOf(run, result, { state: 'succeeded' });
    case 'failed': {
      const failed = planEnding(run, steps, 'failed', undoing, `${nameOf(run, progress.path)}: ${progress.error}`, context);
      return { ...failed, changes: [...walking.found.changes, ...failed.changes] };
    }
  }
}

function nameOf(run: RunFacts, path: string): string {
  return run.steps.get(path)?.name ?? path;
}

/** How many steps a document has at least, and how many of a run have ended. */
export function countSteps(run: Pick<RunFacts, 'document' | 'steps'>): { readonly total: number; readonly done: number } {
  const rows = [...run.steps.values()].filter(isLeafRow);
  const ended = rows.filter((row) => row.endedAt !== null).length;
  return { total: Math.max(leavesOf(run.document.steps), rows.length), done: ended };
}

function leavesOf(steps: RunFacts['document']['steps']): number {
  let leaves = 0;
  for (const step of steps) {
    if (isLeaf(step)) leaves += 1;
    else if (step.kind === 'forEach') leaves += leavesOf(step.steps);
    else if (step.kind === 'parallel') leaves += step.lanes.reduce((sum, lane) => sum + leavesOf(lane.steps), 0);
    else leaves += Math.max(leavesOf(step.otherwise), ...step.cases.map((way) => leavesOf(way.steps)));
  }
  return leaves;
}
