/** Checks every expression and template: that it can be read, and that what it names is there. */
import { EVENT_FIELDS, isWithoutIncident, takesSecrets, type LeafKind, type RunbookDocument, type RunbookTrigger, type Step } from '#contract';
import { ExpressionError } from '../../../platform/expressions/celParts.ts';
import { dynamicExpression } from '../../../platform/expressions/dynamicExpression.ts';
import { isRaw } from './fillIn.ts';
import type { KeyPath } from './places.ts';
import { INCIDENT_FIELDS } from './scope.ts';
import { holesOf, TemplateError, textsOf } from './template.ts';

/** A fault in a text of the document. `position` is counted from 0, within the text. */
export interface NameFault {
  readonly path: KeyPath;
  readonly message: string;
  readonly position: number | null;
}

/** What may be named at a place. */
interface Known {
  readonly roots: ReadonlySet<string>;
  readonly steps: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
  /** Every step of the document, to tell "later" from "nowhere". */
  readonly every: ReadonlySet<string>;
  /** The event of a trigger that concerns no incident. */
  readonly event?: keyof typeof EVENT_FIELDS;
}

const INCIDENT_ROOTS = ['incident', 'alerts', 'services'];
const STEP_ROOTS = ['inputs', 'steps', 'run', 'panel', ...INCIDENT_ROOTS];

function listed(names: Iterable<string>): string {
  const sorted = [...names].sort();
  return sorted.length === 0 ? 'there is none' : `there is ${sorted.slice(0, 12).join(', ')}${sorted.length > 12 ? ', …' : ''}`;
}

function unknownData(field: string, event: keyof typeof EVENT_FIELDS): string | null {
  return field === '*' || EVENT_FIELDS[event].includes(field) ? null : `event.data of ${event} has no "${field}"; ${listed(EVENT_FIELDS[event])}`;
}

/** What is wrong with a name; null when it is known. */
function unknown(path: readonly (string | number)[], known: Known, allowSecrets: boolean): string | null {
  const [root, first] = path.map(String);
  if (root === undefined) return null;
  if (root === 'secrets') return allowSecrets ? (path.length === 2 ? null : 'a secret is named {{ secrets.name }}') : 'secrets are filled in by the templates of steps that call out, and nowhere else';
  if (!known.roots.has(root)) return `${root} is not known here; ${listed(known.roots)}`;
  if (first === undefined || first === '*') return null;
  switch (root) {
    case 'inputs':
      return known.inputs.has(first) ? null : `there is no input "${first}"; ${listed(known.inputs)}`;
    case 'steps':
      if (known.steps.has(first)) return null;
      return known.every.has(first) ? `the step "${first}" does not come before` : `there is no step "${first}"; ${listed(known.steps)}`;
    case 'event':
      return known.event === undefined || first !== 'data' || path.length < 3 ? null : unknownData(String(path[2]), known.event);
    case 'incident':
      if (known.event !== undefined) return 'what starts this concerns no incident; use event.data, and services';
      return INCIDENT_FIELDS.some((field) => field === first) ? null : `an incident has no "${first}"; ${listed(INCIDENT_FIELDS)}`;
    default:
      return null;
  }
}

function checkExpression(source: string | undefined, path: KeyPath, known: Known, type?: 'bool' | 'list'): NameFault[] {
  if (source === undefined) return [];
  try {
    const expression = dynamicExpression(source);
    const faults = expression.references.flatMap(({ path: name, at }): NameFault[] => {
      const message = unknown(name, known, false);
      return message === null ? [] : [{ path, message, position: at }];
    });
    if (faults.length > 0 || type === undefined || expression.type === 'dyn' || expression.type.startsWith(type)) return faults;
    return [{ path, message: `gives ${expression.type}, and ${type === 'bool' ? 'true or false' : 'a list'} is needed`, position: null }];
  } catch (error) {
    if (error instanceof ExpressionError) return [{ path, message: error.message, position: error.position }];
    throw error;
  }
}

function checkTemplates(value: unknown, path: KeyPath, known: Known, allowSecrets = true): NameFault[] {
  return textsOf(value, path).flatMap(({ text, path: at }): NameFault[] => {
    try {
      return holesOf(text).flatMap((hole) => {
        const message = unknown(hole.path, known, allowSecrets);
        return message === null ? [] : [{ path: at, message, position: hole.start }];
      });
    } catch (error) {
      if (error instanceof TemplateError) return [{ path: at, message: error.message, position: error.position }];
      throw error;
    }
  });
}

function more(known: Known, roots: readonly string[]): Known {
  return { ...known, roots: new Set([...known.roots, ...roots]) };
}

function checkWith(kind: LeafKind, given: object, path: KeyPath, known: Known): NameFault[] {
  return Object.entries(given).flatMap(([field, value]): NameFault[] => {
    const at = [...path, field];
    if (!isRaw(kind, field)) return checkTemplates(value, at, known, takesSecrets(kind));
    if (kind === 'script') {
      const hole = String(value).search(/\{\{\s*(?:inputs|secrets|steps|incident|run|panel)\b/);
      return hole === -1 ? [] : [{ path: at, message: 'nothing is filled in within a script; use scope.inputs.name', position: hole }];
    }
    return checkExpression(String(value), at, kind === 'http' ? more(known, ['status', 'body', 'headers']) : known, 'bool');
  });
}

function withStep(known: Known, ids: readonly string[]): Known {
  return { ...known, steps: new Set([...known.steps, ...ids]) };
}

function checkInner(step: Step, path: KeyPath, known: Known): { readonly faults: NameFault[]; /** Steps that those after it may name. */ readonly ids: string[] } {
  switch (step.kind) {
    case 'branch': {
      const cases = step.cases.map((way, index) => {
        const inner = checkSteps(way.steps, [...path, 'cases', index, 'steps'], known);
        return { ids: inner.ids, faults: [...checkExpression(way.if, [...path, 'cases', index, 'if'], known, 'bool'), ...inner.faults] };
      });
      const other = checkSteps(step.otherwise, [...path, 'otherwise'], known);
      return { faults: [...cases.flatMap(({ faults }) => faults), ...other.faults], ids: [...cases.flatMap(({ ids }) => ids), ...other.ids] };
    }
    case 'parallel': {
      const lanes = step.lanes.map((lane, index) => checkSteps(lane.steps, [...path, 'lanes', index, 'steps'], known));
      return { faults: lanes.flatMap(({ faults }) => faults), ids: lanes.flatMap(({ ids }) => ids) };
    }
    case 'forEach': {
      const shadowed = known.roots.has(step.as) ? [{ path: [...path, 'as'], message: `"${step.as}" is known already; name the item otherwise`, position: null }] : [];
      const inner = checkSteps(step.steps, [...path, 'steps'], more(known, [step.as]));
      // What its steps gave is one for each item; the list of it is the output of the loop.
      return { faults: [...shadowed, ...checkExpression(step.items, [...path, 'items'], known, 'list'), ...inner.faults], ids: [] };
    }
    default:
      return { faults: checkWith(step.kind, step.with, [...path, 'with'], known), ids: [] };
  }
}

function checkSteps(steps: readonly Step[], path: KeyPath, before: Known): { faults: NameFault[]; ids: string[] } {
  let known = before;
  const faults: NameFault[] = [];
  const ids: string[] = [];
  steps.forEach((step, index) => {
    const at = [...path, index];
    const inner = checkInner(step, at, known);
    const after = withStep(known, [step.id, ...inner.ids]);
    faults.push(
      ...checkTemplates(step.name, [...at, 'name'], known, false),
      ...checkExpression(step.when, [...at, 'when'], known, 'bool'),
      ...(typeof step.targets === 'string' ? checkExpression(step.targets, [...at, 'targets'], known) : []),
      ...checkExpression(step.retry?.on, [...at, 'retry', 'on'], more(known, ['error', 'attempt']), 'bool'),
      ...inner.faults,
      ...(step.undo === undefined ? [] : checkWith(step.undo.kind, step.undo.with, [...at, 'undo', 'with'], after)),
    );
    ids.push(step.id, ...inner.ids);
    known = after;
  });
  return { faults, ids };
}

/** Every fault of names and expressions. `every`: ids of all steps. */
export function nameFaults(document: RunbookDocument, every: ReadonlySet<string>): NameFault[] {
  const inputs = new Set(document.inputs.map(({ name }) => name));
  const nothing = { steps: new Set<string>(), inputs, every };
  const ofIncident: Known = { ...nothing, roots: new Set(INCIDENT_ROOTS) };
  const ofTrigger = ({ on }: RunbookTrigger): Known => ({ ...more(ofIncident, ['event']), ...(isWithoutIncident(on) ? { event: on } : {}) });
  const ofStep: Known = { ...nothing, roots: new Set(STEP_ROOTS) };
  return [
    ...checkExpression(document.metadata.match, ['metadata', 'match'], ofIncident, 'bool'),
    ...document.inputs.flatMap((input, index) => checkExpression(input.from, ['inputs', index, 'from'], more(ofIncident, ['panel']))),
    ...document.triggers.flatMap((trigger, index) => [
      ...checkExpression(trigger.when, ['triggers', index, 'when'], ofTrigger(trigger), 'bool'), ...checkTemplates(trigger.inputs, ['triggers', index, 'inputs'], ofTrigger(trigger), false),
      ...Object.keys(trigger.inputs).filter((name) => !inputs.has(name)).map((name) => ({ path: ['triggers', index, 'inputs', name], message: `there is no input "${name}"; ${listed(inputs)}`, position: null })),
    ]),
    ...checkTemplates(document.policy.lock, ['policy', 'lock'], { ...ofIncident, roots: new Set(['inputs', 'run', ...INCIDENT_ROOTS]) }, false),
    ...checkSteps(document.steps, ['steps'], ofStep).faults,
  ];
}
