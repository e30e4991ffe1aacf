/** The reference of step kinds in docs/runbooks.md, made of the schema. */
import { z } from 'zod';
import { FLOW_KIND_SPECS, FLOW_KINDS, LEAF_KINDS, STEP_KIND_SPECS, type StepEffect } from '../backend/contract/index.ts';

export const BEGIN = '<!-- reference: written by scripts/writeRunbookDocs.ts -->';
export const END = '<!-- end of reference -->';

const EFFECTS: Readonly<Record<StepEffect, string>> = {
  none: 'only reads or decides; done again after a crash',
  own: 'changes Muster; exactly once',
  keyed: 'calls out with an idempotency key; done again with the same key after a crash',
  once: 'handed over once; when its end is not known, the step fails and a person decides',
};

const property = z.looseObject({
  type: z.string().optional(), description: z.string().optional(), default: z.unknown().optional(), enum: z.array(z.unknown()).optional(), const: z.unknown().optional(),
  pattern: z.string().optional(), minimum: z.number().optional(), maximum: z.number().optional(), anyOf: z.array(z.unknown()).optional(), items: z.unknown().optional(), $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
type Property = z.infer<typeof property>;
const objectSchema = z.looseObject({ properties: z.record(z.string(), property), required: z.array(z.string()).default([]) });

/** Bounds that are only those of any number in JavaScript say nothing. */
function bound(value: number | undefined, words: string): string {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? '' : ` ${words} ${value}`;
}

function typeOf(given: unknown): string {
  const shape: Property = property.parse(given);
  if (shape.$ref !== undefined) return 'severity';
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const).replaceAll('"', '')}\``;
  if (shape.anyOf !== undefined) return shape.anyOf.map(typeOf).join(' or ');
  switch (shape.type) {
    case 'array':
      return `list of ${typeOf(shape.items)}`;
    case 'object':
      return shape.properties === undefined ? 'names with values' : `object: ${Object.entries(shape.properties).map(([name, inner]) => `\`${name}\` (${typeOf(inner)})`).join(', ')}`;
    case 'string':
      return shape.pattern?.includes('ms|s|m|h|d') === true ? 'duration' : 'text';
    case 'integer':
    case 'number':
      return `${shape.type === 'integer' ? 'whole number' : 'number'}${bound(shape.minimum, 'from')}${bound(shape.maximum, 'to')}`;
    case 'boolean':
      return '`true`, `false`';
    default:
      return shape.type ?? 'anything';
  }
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function defaultOf(shape: Property, isRequired: boolean): string {
  if (isRequired) return '**needed**';
  return shape.default === undefined ? '' : `\`${JSON.stringify(shape.default)}\``;
}

function rows(schema: z.ZodType): string[] {
  const { properties, required } = objectSchema.parse(z.toJSONSchema(schema, { io: 'input' }));
  return Object.entries(properties).map(([name, shape]) => `| \`${name}\` | ${cell(typeOf(shape))} | ${cell(defaultOf(shape, required.includes(name)))} | ${cell(shape.description ?? '')} |`);
}

const HEAD = ['| field | what | default | |', '|--|--|--|--|'];

/** The whole reference, as Markdown. */
export function runbookReference(): string {
  const leaves = LEAF_KINDS.flatMap((kind) => {
    const spec = STEP_KIND_SPECS[kind];
    return [`### \`${kind}\`: ${spec.title}`, '', `${spec.summary} Effect: \`${spec.effect}\` (${EFFECTS[spec.effect]}).`, '', ...HEAD, ...rows(spec.with), ''];
  });
  const flows = FLOW_KINDS.flatMap((kind) => [`### \`${kind}\`: ${FLOW_KIND_SPECS[kind].title}`, '', `${FLOW_KIND_SPECS[kind].summary} Its fields stand beside \`kind\`, not in \`with\`.`, '']);
  return [BEGIN, '', ...leaves, ...flows, END].join('\n');
}

/** The document with its reference written anew. */
export function withReference(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error('the document has no place for the reference');
  return `${document.slice(0, begin)}${runbookReference()}${document.slice(end + END.length)}`;
}
