/** Goes through the steps of a runbook, also those within others. */
import type { Step, Undo } from '#contract';

export interface PlacedStep {
  readonly step: Step;
  /** Where it stands in the document. */
  readonly path: readonly (string | number)[];
}

/** The lists of steps that a step holds, with their places within it. */
export function listsOf(step: Step): { readonly steps: readonly Step[]; readonly path: readonly (string | number)[] }[] {
  switch (step.kind) {
    case 'branch':
      return [...step.cases.map(({ steps }, index) => ({ steps, path: ['cases', index, 'steps'] })), { steps: step.otherwise, path: ['otherwise'] }];
    case 'parallel':
      return step.lanes.map(({ steps }, index) => ({ steps, path: ['lanes', index, 'steps'] }));
    case 'forEach':
      return [{ steps: step.steps, path: ['steps'] }];
    default:
      return [];
  }
}

/** Every step, in the order of the text. */
export function everyStep(steps: readonly Step[], path: readonly (string | number)[] = ['steps']): PlacedStep[] {
  return steps.flatMap((step, index) => {
    const at = [...path, index];
    return [{ step, path: at }, ...listsOf(step).flatMap((list) => everyStep(list.steps, [...at, ...list.path]))];
  });
}

/** What takes a step back. */
export function undoStep(step: Step): Undo | undefined {
  return step.undo;
}
