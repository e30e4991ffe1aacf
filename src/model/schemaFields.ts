/** What a form shows for a shape of the contract: made from its schema, so that a new kind of step has its form at once. */
import { z } from 'zod';
import type { JsonValue } from '#contract';

interface Base {
  readonly description: string;
  readonly required: boolean;
  /** What holds when it is left out, as text for the empty field. */
  readonly fallback: string;
}
export type FieldSpec =
  | (Base & { readonly kind: 'text' | 'longText' | 'number' | 'boolean' | 'scalar' | 'any' })
  | (Base & { readonly kind: 'choice'; readonly choices: readonly (string | number)[] })
  | (Base & { readonly kind: 'object'; readonly fields: readonly NamedField[] })
  | (Base & { readonly kind: 'list'; readonly item: FieldSpec })
  | (Base & { readonly kind: 'record'; readonly item: FieldSpec; readonly keys: readonly string[] | null })
  | (Base & { readonly kind: 'either'; readonly options: readonly Option[]; readonly by: string | null });

export interface NamedField {
  readonly name: string;
  readonly spec: FieldSpec;
}
interface Option {
  readonly name: string;
  readonly spec: FieldSpec;
}

type Schema = z.core.JSONSchema.BaseSchema;

/** Fields that people write more than a line in. */
const LONG = new Set(['message', 'instruction', 'question', 'code', 'body', 'description', 'expr', 'text', 'condition', 'expect', 'query']);

/** The fields of an object schema; none for what is no object. */
export function fieldsOf(schema: z.ZodType): readonly NamedField[] {
  const spec = specOfZod(schema);
  return spec.kind === 'object' ? spec.fields : [];
}

/** What a form shows for a schema. */
export function specOfZod(schema: z.ZodType): FieldSpec {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  return specOf(whole, '', true, whole.$defs ?? {});
}

/** Shapes that have a name of their own, such as severities. */
type Named = Readonly<Record<string, unknown>>;

function specOf(given: Schema, name: string, required: boolean, named: Named): FieldSpec {
  const meant = given.$ref === undefined ? undefined : named[given.$ref.replace('#/$defs/', '')];
  const schema: Schema = isSchema(meant) ? { ...meant, ...given } : given;
  // the reference writes names as code; a form says them plainly
  const base: Base = { description: (schema.description ?? '').replaceAll('`', ''), required: required && schema.default === undefined, fallback: fallbackOf(schema.default) };
  const choices = schema.enum?.filter((value) => typeof value === 'string' || typeof value === 'number');
  if (choices !== undefined) return { ...base, kind: 'choice', choices };
  if (typeof schema.const === 'string' || typeof schema.const === 'number') return { ...base, kind: 'choice', choices: [schema.const] };
  const either = (schema.anyOf ?? schema.oneOf)?.filter(isSchema);
  if (either !== undefined) return eitherOf(either, name, base, named);
  switch (schema.type) {
    case 'string':
      return { ...base, kind: LONG.has(name) ? 'longText' : 'text' };
    case 'number':
    case 'integer':
      return { ...base, kind: 'number' };
    case 'boolean':
      return { ...base, kind: 'boolean' };
    case 'array':
      return { ...base, kind: 'list', item: isSchema(schema.items) ? specOf(schema.items, '', true, named) : anything() };
    case 'object':
      return objectOf(schema, base, named);
    default:
      return { ...base, kind: 'any' };
  }
}

function objectOf(schema: Schema, base: Base, named: Named): FieldSpec {
  if (schema.properties !== undefined) {
    const needed = schema.required ?? [];
    const fields = Object.entries(schema.properties).flatMap(([name, property]) => (isSchema(property) ? [{ name, spec: specOf(property, name, needed.includes(name), named) }] : []));
    return { ...base, kind: 'object', fields };
  }
  const keys = isSchema(schema.propertyNames) ? (schema.propertyNames.enum?.map(String) ?? null) : null;
  return { ...base, kind: 'record', keys, item: isSchema(schema.additionalProperties) ? specOf(schema.additionalProperties, '', true, named) : anything() };
}

function eitherOf(schemas: readonly Schema[], name: string, base: Base, named: Named): FieldSpec {
  const consts = schemas.flatMap(({ const: only }) => (typeof only === 'string' || typeof only === 'number' ? [only] : []));
  if (consts.length === schemas.length) return { ...base, kind: 'choice', choices: consts };
  if (schemas.every(({ type }) => type === 'string')) return { ...base, kind: LONG.has(name) ? 'longText' : 'text' };
  if (schemas.every(({ type }) => type === 'string' || type === 'number' || type === 'integer' || type === 'boolean') && consts.length === 0) return { ...base, kind: 'scalar' };
  const options = schemas.map((schema) => specOf(schema, name, true, named));
  const by = discriminator(options);
  return { ...base, kind: 'either', by, options: options.map((spec) => ({ spec, name: optionName(spec, by) })) };
}

/** The field whose one value tells the options apart. */
function discriminator(options: readonly FieldSpec[]): string | null {
  const [first] = options;
  if (first?.kind !== 'object') return null;
  const isOne = (spec: FieldSpec, name: string): boolean => spec.kind === 'object' && spec.fields.some((field) => field.name === name && field.spec.kind === 'choice' && field.spec.choices.length === 1);
  return first.fields.find(({ name }) => options.every((spec) => isOne(spec, name)))?.name ?? null;
}

function optionName(spec: FieldSpec, by: string | null): string {
  if (spec.kind === 'choice' && spec.choices.length === 1) return String(spec.choices[0]);
  if (spec.kind !== 'object') return spec.kind;
  const chosen = spec.fields.find(({ name }) => name === by)?.spec;
  return chosen?.kind === 'choice' ? String(chosen.choices[0]) : spec.fields.map(({ name }) => name).join(', ');
}

function isSchema(schema: unknown): schema is Schema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}

function anything(): FieldSpec {
  return { kind: 'any', description: '', required: true, fallback: '' };
}

function fallbackOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** What stands in a new value of this shape: only what is needed. */
export function blankOf(spec: FieldSpec): JsonValue {
  switch (spec.kind) {
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'choice':
      return spec.choices[0] ?? '';
    case 'list':
      return [];
    case 'record':
      return {};
    case 'object':
      return Object.fromEntries(spec.fields.filter((field) => field.spec.required).map((field) => [field.name, blankOf(field.spec)]));
    case 'either':
      return spec.options[0] === undefined ? '' : blankOf(spec.options[0].spec);
    case 'text':
    case 'longText':
    case 'scalar':
    case 'any':
      return '';
  }
}

/** `maxDelay` as `Max delay`. */
export function labelOf(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What was typed where text, a number or yes/no may stand. */
export function scalarOf(text: string): JsonValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
