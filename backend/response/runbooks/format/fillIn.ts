/** Fills in templates wherever they stand in a value, and evaluates conditions. */
import type { RunbookDocument, Step } from '#contract';
import { dynamicExpression } from '../../../platform/expressions/dynamicExpression.ts';
import { ExpressionError } from '../../../platform/expressions/celParts.ts';
import type { Scope } from '../kinds/kind.ts';
import { fillText, holesOf, TemplateError, textsOf } from './template.ts';
import { undoStep, everyStep } from './walk.ts';

/** Fields of a step that are no templates: expressions in CEL, and JavaScript. */
const NO_TEMPLATES = new Set(['http.expect', 'waitUntil.condition', 'script.code']);

/** Whether a field of `with` of a kind is written as it stands. */
export function isRaw(kind: string, field: string | number | undefined): boolean {
  return NO_TEMPLATES.has(`${kind}.${String(field)}`);
}

function filled(value: unknown, scope: Scope, secrets: (name: string) => string): unknown {
  if (typeof value === 'string') return fillText(value, scope, secrets);
  if (Array.isArray(value)) return value.map((item) => filled(item, scope, secrets));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, scope, secrets)]));
  return value;
}

/** Guards that what was filled in has the shape of what was given: only texts differ. */
function sameShape<T>(given: T, made: unknown): made is T {
  return typeof given === typeof made && Array.isArray(given) === Array.isArray(made);
}

/** The value with every template in it filled in. Throws `TemplateError`, which names what is unknown. */
export function fillIn<T>(value: T, scope: Scope, secrets: (name: string) => string): T {
  const made = filled(value, scope, secrets);
  if (!sameShape(value, made)) throw new TemplateError('cannot be filled in', 0);
  return made;
}

/** `with` of a step or an undo, filled in; expressions and scripts in it are left as they are written. */
export function fillStep<S extends { readonly kind: string; readonly with: object }>(step: S, scope: Scope, secrets: (name: string) => string): S['with'] {
  const made = Object.fromEntries(Object.entries(step.with).map(([field, value]) => [field, isRaw(step.kind, field) ? value : filled(value, scope, secrets)]));
  if (!sameShape<S['with']>(step.with, made)) throw new TemplateError('cannot be filled in', 0);
  return made;
}

/** The value of an expression in CEL, as JSON. Throws `ExpressionError`, also for what is unknown. */
export function evaluate(expression: string, scope: Scope): unknown {
  return dynamicExpression(expression).evaluate(scope);
}

/** Whether a condition holds. Throws `ExpressionError`, also when it gives neither true nor false. */
export function holds(condition: string, scope: Scope): boolean {
  const value = evaluate(condition, scope);
  if (typeof value !== 'boolean') throw new ExpressionError(`the condition gives ${JSON.stringify(value)}, and true or false is needed`, null);
  return value;
}

function secretsIn(value: unknown): string[] {
  return textsOf(value).flatMap(({ text }) => {
    if (!text.includes('secrets')) return [];
    try {
      return holesOf(text).flatMap(({ path: [root, name] }) => (root === 'secrets' && typeof name === 'string' ? [name] : []));
    } catch (error) {
      // What is no template names no secret; filling it in says what is wrong.
      if (error instanceof TemplateError) return [];
      throw error;
    }
  });
}

function secretsOfStep(step: Step): string[] {
  const own = 'with' in step ? secretsIn(step.with) : [];
  return [...own, ...secretsIn(undoStep(step)?.with)];
}

/** Names of the secrets that a runbook uses, sorted. */
export function secretsUsed(document: RunbookDocument): string[] {
  return [...new Set(everyStep(document.steps).flatMap(({ step }) => secretsOfStep(step)))].sort();
}
