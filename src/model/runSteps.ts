/** Steps of a run: how they lie in each other, and what may be done about them. */
import { isEndedRun, type Run, type RunStep } from '#contract';

/** A step, and the steps in it, in the order of the document. */
export interface StepNode {
  readonly step: RunStep;
  readonly groups: readonly StepGroup[];
}

/** A lane, an item of a loop, or what a branch took. */
export interface StepGroup {
  /** Null: there is only one. */
  readonly name: string | null;
  readonly nodes: readonly StepNode[];
}

interface Growing {
  readonly step: RunStep;
  readonly groups: Array<{ readonly name: string | null; readonly nodes: Growing[] }>;
}

/** The steps of a run as a tree. A step whose container is not there stands at the top. */
export function stepTree(steps: readonly RunStep[]): readonly StepNode[] {
  const top: Growing[] = [];
  const byPath = new Map<string, Growing>();
  for (const step of steps) {
    const node: Growing = { step, groups: [] };
    byPath.set(step.path, node);
    const cut = step.path.lastIndexOf('/');
    const inside = cut === -1 ? '' : step.path.slice(0, cut);
    const [, container = inside, name = null] = /^(.*)\[([^\]]+)\]$/.exec(inside) ?? [];
    const parent = byPath.get(container) ?? byPath.get(inside);
    if (parent === undefined) {
      top.push(node);
      continue;
    }
    let group = parent.groups.find((known) => known.name === name);
    if (group === undefined) {
      group = { name, nodes: [] };
      parent.groups.push(group);
    }
    group.nodes.push(node);
  }
  return top;
}

/** What a group of steps is called: items are counted from 1. */
export function groupName(kind: string, name: string): string {
  if (/^\d+$/.test(name)) return `${kind === 'branch' ? 'Case' : 'Item'} ${Number(name) + 1}`;
  return kind === 'parallel' ? `Lane ${name}` : name;
}

/** Steps that ask something of people. */
export function openQuestions(run: Run): readonly RunStep[] {
  return run.steps.filter((step) => step.question !== null && step.state === 'waiting');
}

/** Whether a run has stopped at this step, and a person decides how it goes on. */
export function hasStoppedAt(run: Run, step: RunStep): boolean {
  return (step.state === 'failed' && run.state === 'failed') || (step.state === 'unknown' && !isEndedRun(run.state) && run.state !== 'undoing');
}

/** Whether one may go on without this step. */
export function isSkippable(run: Run, step: RunStep): boolean {
  return hasStoppedAt(run, step) || (step.state === 'waiting' && !isEndedRun(run.state));
}

/** Steps that would be taken back, in that order. */
export function undoSteps(run: Run): readonly RunStep[] {
  return run.steps.filter((step) => step.hasUndo && step.state === 'succeeded').reverse();
}

/** Steps that were taken back, or should have been. */
export function undoneSteps(run: Run): readonly RunStep[] {
  return run.steps.filter(({ state }) => state === 'undoing' || state === 'undone' || state === 'undo_failed').reverse();
}

/** What comes after a step: the next one that has not begun. */
export function nextStepAfter(run: Run, path: string): RunStep | undefined {
  const at = run.steps.findIndex((step) => step.path === path);
  return run.steps.slice(at + 1).find(({ state }) => state === 'pending');
}

/** The steps that something happens in now. */
export function currentSteps(run: Run): readonly RunStep[] {
  const containers = new Set(run.steps.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/')).replace(/\[[^\]]+\]$/, '')] : [])));
  return run.steps.filter(({ path, state }) => (state === 'running' || state === 'waiting' || state === 'undoing') && !containers.has(path));
}

/** The one thing that somebody who has just arrived should do. */
export type PrimaryRunAction = { readonly kind: 'answer'; readonly step: RunStep } | { readonly kind: 'retry'; readonly step: RunStep } | { readonly kind: 'resume' | 'pause' | 'undo' } | null;

export function primaryRunAction(run: Run): PrimaryRunAction {
  const question = openQuestions(run).find((step) => step.question?.mayAnswer === true);
  if (question !== undefined) return { kind: 'answer', step: question };
  if (run.commands.includes('resume')) return { kind: 'resume' };
  const stopped = run.steps.find((step) => hasStoppedAt(run, step));
  if (stopped !== undefined) return { kind: 'retry', step: stopped };
  if (run.commands.includes('pause')) return { kind: 'pause' };
  if (run.commands.includes('undo')) return { kind: 'undo' };
  return null;
}
