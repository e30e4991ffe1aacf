/** The steps of a run in the order of its runbook, with those that have not begun. */
import { FIRST_APPROVAL, isEndedRun, type Run, type RunStep } from '#contract';
import type { Path } from './jsonEdit.ts';
import { listAt, textAt } from './runbookOutline.ts';

/** A run with the steps ahead of it, as its runbook has them. What only the run knows, such as items of a loop, is not guessed. */
export function withPlan(run: Run, document: unknown): Run {
  if (document === undefined || document === null) return run;
  const rows = new Map(run.steps.map((step) => [step.path, step]));
  const paths = [...rows.keys()];
  const showsAhead = !isEndedRun(run.state) || run.state === 'failed';
  const steps: RunStep[] = [];

  function addList(list: Path, prefix: string): void {
    listAt(document, list).forEach((_step, index) => {
      const at = [...list, index];
      const id = textAt(document, [...at, 'id']);
      const kind = textAt(document, [...at, 'kind']);
      const path = `${prefix}${id}`;
      const row = rows.get(path);
      if (row !== undefined) {
        steps.push(row);
        rows.delete(path);
      } else if (showsAhead && id !== '') {
        steps.push(aheadOf(path, kind, filledName(textAt(document, [...at, 'name']) || id, run.inputs)));
      }
      if (kind === 'parallel') {
        listAt(document, [...at, 'lanes']).forEach((_lane, lane) => addList([...at, 'lanes', lane, 'steps'], `${path}[${textAt(document, [...at, 'lanes', lane, 'name'])}]/`));
      }
      if (kind === 'branch') {
        const ways: Path[] = [...listAt(document, [...at, 'cases']).map((_case, place): Path => [...at, 'cases', place, 'steps']), [...at, 'otherwise']];
        const taken = ways.find((way) => listAt(document, way).some((_inner, inner) => rows.has(`${path}/${textAt(document, [...way, inner, 'id'])}`)));
        if (taken !== undefined) addList(taken, `${path}/`);
      }
      if (kind === 'forEach') {
        for (const item of itemsOf(path, paths)) addList([...at, 'steps'], `${path}[${item}]/`);
      }
    });
  }

  addList(['steps'], '');
  const first = run.steps.filter(({ path }) => path === FIRST_APPROVAL);
  // what the text does not have, for whatever reason, is not hidden
  return { ...run, steps: [...first, ...steps, ...run.steps.filter(({ path }) => rows.has(path) && path !== FIRST_APPROVAL)] };
}

/** The name of a step ahead, with the inputs of the run filled in; what only comes about on the way stays as it is written. */
function filledName(name: string, inputs: Run['inputs']): string {
  return name.replaceAll(/\{\{\s*inputs\.([A-Za-z0-9_]+)\s*\}\}/g, (hole, key: string) => {
    const value = inputs[key];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : hole;
  });
}

/** Items of a loop that have begun, in order. */
function itemsOf(path: string, paths: readonly string[]): readonly number[] {
  const items = paths.flatMap((other) => (other.startsWith(`${path}[`) ? [Number.parseInt(other.slice(path.length + 1), 10)] : []));
  return [...new Set(items)].filter((item) => Number.isInteger(item)).sort((a, b) => a - b);
}

function aheadOf(path: string, kind: string, name: string): RunStep {
  return {
    path, kind, name, state: 'pending', waitsFor: null, waitsUntil: null, text: '', output: null, error: null, attempts: [], question: null, startedAt: null, endedAt: null, endedBy: null, hasUndo: false, undoText: null,
  };
}
