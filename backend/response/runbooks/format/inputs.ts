/** Values of the inputs of a run: given, taken from where the input says, or its default. */
import type { FieldFault, JsonValue, RunbookDocument, RunbookInput } from '#contract';
import { jsonValue } from '#contract';
import { ExpressionError, patternOf } from '../../../platform/expressions/celParts.ts';
import { inputError } from '../../../platform/errors.ts';
import type { Scope } from '../kinds/kind.ts';
import { evaluate } from './fillIn.ts';

class InputFault extends Error {}

function fail(message: string): never {
  throw new InputFault(message);
}

function asNumber(value: JsonValue, input: Extract<RunbookInput, { type: 'number' }>): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return fail('must be a number');
  if (input.min !== undefined && number < input.min) return fail(`must be ${input.min} or more`);
  if (input.max !== undefined && number > input.max) return fail(`must be ${input.max} or less`);
  return number;
}

function asText(value: JsonValue, pattern: string | undefined): string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return fail('must be a text');
  if (text.length > 4_000) return fail('is longer than 4000 characters');
  if (pattern !== undefined && !patternOf(`^(?:${pattern})$`).matcher(text).find()) return fail(`must look like ${pattern}`);
  return text;
}

/** A list as a template writes it: with commas, or as JSON. */
function listIn(text: string): JsonValue {
  if (text.trim().startsWith('[')) {
    try {
      return jsonValue.parse(JSON.parse(text));
    } catch {
      return fail('is not a list in JSON');
    }
  }
  return text.split(',').map((item) => item.trim()).filter((item) => item !== '');
}

/** The value as the type of the input has it. Throws with a sentence. */
function typed(input: RunbookInput, value: JsonValue): JsonValue {
  switch (input.type) {
    case 'string':
      return asText(value, input.pattern);
    case 'number':
      return asNumber(value, input);
    case 'boolean':
      return typeof value === 'boolean' ? value : value === 'true' || value === 'false' ? value === 'true' : fail('must be true or false');
    case 'choice':
      return typeof value === 'string' && input.choices.includes(value) ? value : fail(`must be one of ${input.choices.join(', ')}`);
    case 'list': {
      const list = typeof value === 'string' ? listIn(value) : value;
      return Array.isArray(list) && list.length <= 1_000 && list.every((item) => typeof item !== 'object') ? list.map(String) : fail('must be a list of texts');
    }
  }
}

/** What is wrong with a value for an input; null when nothing is. */
export function faultOfValue(input: RunbookInput, value: JsonValue): string | null {
  try {
    typed(input, value);
    return null;
  } catch (error) {
    if (error instanceof InputFault) return error.message;
    throw error;
  }
}

/** What `from` gives; undefined when it cannot be told, for example since there is no incident. */
function taken(input: RunbookInput, scope: Scope): JsonValue | undefined {
  if (input.from === undefined) return undefined;
  try {
    const value = jsonValue.safeParse(evaluate(input.from, scope));
    return value.success && value.data !== null && value.data !== '' ? value.data : undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Values of every input; one that is not required and has no value is null. Throws an input error that names `body.inputs.<name>`. */
export function resolveInputs(document: Pick<RunbookDocument, 'inputs'>, given: Readonly<Record<string, JsonValue>>, scope: Scope): Record<string, JsonValue> {
  const faults: FieldFault[] = [];
  const add = (name: string, message: string): void => void faults.push({ field: `body.inputs.${name}`, message });
  for (const name of Object.keys(given)) if (!document.inputs.some((input) => input.name === name)) add(name, 'is not an input of this runbook');
  const values = document.inputs.map((input): [string, JsonValue] => {
    const own = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    const value = own === undefined || own === null || (own === '' && input.type !== 'string') ? taken(input, scope) ?? input.default : own;
    if (value === undefined || (value === '' && input.required)) {
      if (input.required) add(input.name, 'is needed');
      return [input.name, null];
    }
    const fault = faultOfValue(input, value);
    if (fault !== null) {
      add(input.name, fault);
      return [input.name, null];
    }
    return [input.name, typed(input, value)];
  });
  if (faults.length > 0) throw inputError(faults.map(({ field, message }) => `${field.replace('body.inputs.', 'input ')} ${message}`).join('; '), faults);
  return Object.fromEntries(values);
}
