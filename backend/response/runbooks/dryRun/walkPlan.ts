/**
 * Walks the steps of a runbook as a run would, with outputs that are given or made up. Nothing is called: what it gives is what
 * would be done, with every template filled in.
 */
import { jsonValue, STEP_KIND_SPECS, type DryRunStep, type JsonValue, type LeafStep, type PlannedRequest, type Step, type Undo } from '#contract';
import { z } from 'zod';
import { evaluate, ExpressionError, fillIn, fillStep, holds, TemplateError } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import type { FilledStep, Preview } from './preview.ts';

/** What stands for a secret. */
export const MASK = '••••';
/** Steps that are shown at most, and items of one loop. */
const MAX_STEPS = 2_000;
const MAX_ITEMS = 50;
const WAITING = new Set(['manual', 'approval', 'wait', 'waitUntil', 'subRunbook']);

export interface PlanWalk {
  readonly preview: Preview;
  /** What steps are taken to give, by path. */
  readonly outputs: Readonly<Record<string, JsonValue>>;
  /** Runbooks that steps name and that are not in use. */
  readonly missing: ReadonlySet<string>;
}

interface Walk extends PlanWalk {
  readonly shown: DryRunStep[];
}

function reasonOf(error: unknown): string {
  if (error instanceof TemplateError || error instanceof ExpressionError) return error.message;
  throw error;
}

/** What was filled in has to fit the kind, as it would have in the text. */
function checked(step: LeafStep | Undo, scope: Scope): FilledStep | string {
  const filled = fillStep(step, scope, () => MASK);
  const read = STEP_KIND_SPECS[step.kind].with.safeParse(filled);
  if (read.success) return { kind: step.kind, with: filled };
  const [issue] = read.error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`;
}

function nameOf(step: Step, scope: Scope): string {
  return step.name === undefined ? step.id : fillIn(step.name, scope, () => MASK);
}

function withOutput(scope: Scope, id: string, output: JsonValue, state: 'succeeded' | 'skipped'): Scope {
  const steps = scope['steps'];
  return { ...scope, steps: { ...(typeof steps === 'object' ? steps : {}), [id]: { state, output, error: null } } };
}

/** A secret that was escaped is shown like any other. */
function unescaped(text: string): string {
  return text.replaceAll(encodeURIComponent(MASK), MASK);
}

function shownRequest({ to, method, headers, body }: PlannedRequest): PlannedRequest {
  return { to: unescaped(to), method, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, unescaped(value)])), body: body === null ? null : unescaped(body) };
}

/** Texts that are evaluated while the step runs are looked at now. */
function faultOfStep(step: LeafStep, scope: Scope, missing: ReadonlySet<string>): string | null {
  if (step.kind === 'subRunbook' && missing.has(step.with.runbook)) return `there is no runbook "${step.with.runbook}" in use`;
  if (step.kind === 'waitUntil') holds(step.with.condition, scope);
  if (typeof step.targets === 'string') {
    const targets = evaluate(step.targets, scope);
    if (typeof targets !== 'number') return `targets gives ${JSON.stringify(targets)}, and a number is needed`;
  }
  return null;
}

function undoText(step: LeafStep, scope: Scope, walk: Walk): string | { readonly fault: string } {
  if (step.undo === undefined) return '';
  const undo = checked(step.undo, scope);
  return typeof undo === 'string' ? { fault: `its undo: ${undo}` } : `. Taken back by: ${walk.preview(undo).text}`;
}

function walkLeaf(step: LeafStep, path: string, scope: Scope, walk: Walk): Scope {
  const entry = { path, kind: step.kind, name: step.id, requests: [] };
  try {
    const name = nameOf(step, scope);
    const filled = checked(step, scope);
    const fault = typeof filled === 'string' ? filled : faultOfStep(step, scope, walk.missing);
    if (typeof filled === 'string' || fault !== null) {
      walk.shown.push({ ...entry, name, outcome: 'fault', text: fault ?? '' });
      return withOutput(scope, step.id, walk.outputs[path] ?? null, 'succeeded');
    }
    const { text, requests, example } = walk.preview(filled);
    const after = withOutput(scope, step.id, walk.outputs[path] ?? example, 'succeeded');
    const undo = undoText(step, after, walk);
    const waits = WAITING.has(step.kind) || (step.kind === 'task' && step.with.wait);
    walk.shown.push(typeof undo === 'string'
      ? { ...entry, name, outcome: waits ? 'would_wait' : 'would_run', text: unescaped(`${text}${undo}`), requests: requests.map(shownRequest) }
      : { ...entry, name, outcome: 'fault', text: undo.fault, requests: requests.map(shownRequest) });
    return after;
  } catch (error) {
    walk.shown.push({ ...entry, outcome: 'fault', text: reasonOf(error) });
    return withOutput(scope, step.id, walk.outputs[path] ?? null, 'succeeded');
  }
}

const outputs = z.record(z.string(), z.object({ output: jsonValue }));

/** What the steps of a list gave, by id. */
function outputsIn(scope: Scope, steps: readonly Step[]): JsonValue {
  const known = outputs.parse(scope['steps']);
  return Object.fromEntries(steps.map(({ id }) => [id, known[id]?.output ?? null]));
}

function itemsOf(items: string, scope: Scope): readonly unknown[] {
  const list = evaluate(items, scope);
  if (!Array.isArray(list)) throw new ExpressionError(`items gives ${JSON.stringify(list)}, and a list is needed`, null);
  return Array.from<unknown>(list);
}

/** A step that holds others. Gives the scope of what comes after it. */
function walkFlow(step: Exclude<Step, LeafStep>, path: string, scope: Scope, walk: Walk): Scope {
  const say = (text: string): void => void walk.shown.push({ path, kind: step.kind, name: nameOf(step, scope), outcome: 'would_run', text, requests: [] });
  switch (step.kind) {
    case 'branch': {
      const taken = step.cases.findIndex((way) => holds(way.if, scope));
      const way = step.cases[taken];
      say(way === undefined ? (step.otherwise.length === 0 ? 'No case holds: nothing is done' : 'No case holds: takes the other way') : `Takes case ${taken + 1}: ${way.if}`);
      const after = walkSteps(way?.steps ?? step.otherwise, `${path}/`, scope, walk);
      return withOutput(after, step.id, { taken: way === undefined ? 'otherwise' : taken }, 'succeeded');
    }
    case 'parallel': {
      say(`Runs ${step.lanes.length} lists of steps side by side: ${step.lanes.map(({ name }) => name).join(', ')}`);
      const after = step.lanes.reduce<Scope>((known, lane) => {
        const own = walkSteps(lane.steps, `${path}[${lane.name}]/`, scope, walk);
        return { ...known, steps: { ...Object(known['steps']), ...Object(own['steps']) } };
      }, scope);
      return withOutput(after, step.id, null, 'succeeded');
    }
    case 'forEach': {
      const items = itemsOf(step.items, scope);
      say(items.length === 0 ? 'The list is empty: nothing is done' : `Runs its steps for ${items.length} item${items.length === 1 ? '' : 's'}${items.length > MAX_ITEMS ? `, of which ${MAX_ITEMS} are shown` : ''}`);
      const given = items.slice(0, MAX_ITEMS).map((item, index) => outputsIn(walkSteps(step.steps, `${path}[${index}]/`, { ...scope, [step.as]: item }, walk), step.steps));
      return withOutput(scope, step.id, given, 'succeeded');
    }
  }
}

function isLeaf(step: Step): step is LeafStep {
  return step.kind !== 'branch' && step.kind !== 'parallel' && step.kind !== 'forEach';
}

function walkStep(step: Step, path: string, scope: Scope, walk: Walk): Scope {
  if (walk.shown.length >= MAX_STEPS) return scope;
  try {
    if (step.when !== undefined && !holds(step.when, scope)) {
      walk.shown.push({ path, kind: step.kind, name: nameOf(step, scope), outcome: 'would_skip', text: `Skipped: ${step.when} does not hold`, requests: [] });
      return withOutput(scope, step.id, null, 'skipped');
    }
    return isLeaf(step) ? walkLeaf(step, path, scope, walk) : walkFlow(step, path, scope, walk);
  } catch (error) {
    walk.shown.push({ path, kind: step.kind, name: step.id, outcome: 'fault', text: reasonOf(error), requests: [] });
    return withOutput(scope, step.id, null, 'succeeded');
  }
}

function walkSteps(steps: readonly Step[], before: string, scope: Scope, walk: Walk): Scope {
  return steps.reduce((known, step) => walkStep(step, `${before}${step.id}`, known, walk), scope);
}

/** What each step would do, in order. */
export function walkPlan(steps: readonly Step[], scope: Scope, plan: PlanWalk): DryRunStep[] {
  const shown: DryRunStep[] = [];
  walkSteps(steps, '', { ...scope, steps: {} }, { ...plan, shown });
  return shown;
}
