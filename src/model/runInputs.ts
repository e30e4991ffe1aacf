/** Inputs of a run as people fill them in. */
import type { JsonValue, RunbookInput } from '#contract';

export type GivenInputs = Readonly<Record<string, JsonValue | undefined>>;

/** What stands in the form at first: what is known already, else the default. */
export function initialInputs(inputs: readonly RunbookInput[], known: Readonly<Record<string, JsonValue>>): GivenInputs {
  return Object.fromEntries(inputs.map(({ name, type, ...input }) => [name, known[name] ?? input.default ?? (type === 'boolean' && input.from === undefined ? false : undefined)]));
}

/** What is wrong with an input as it stands; null when nothing is. */
export function inputFault(input: RunbookInput, value: JsonValue | undefined): string | null {
  const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return input.required && input.default === undefined && input.from === undefined ? 'Is needed.' : null;
  if (input.type !== 'number') return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'Must be a number.';
  if (input.min !== undefined && value < input.min) return `Must be at least ${input.min}.`;
  if (input.max !== undefined && value > input.max) return `Must be at most ${input.max}.`;
  return null;
}

/** What is sent: only what was given, so that the service fills in the rest. */
export function inputsToSend(inputs: readonly RunbookInput[], given: GivenInputs): Record<string, JsonValue> {
  const sent: Record<string, JsonValue> = {};
  for (const { name } of inputs) {
    const value = given[name];
    if (value !== undefined && value !== '') sent[name] = value;
  }
  return sent;
}

/** Lines of a text as a list. */
export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}
