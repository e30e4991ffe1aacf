/** The fields that steps of every kind have, and those of the kinds that hold other steps. */
import type { StepKind } from '#contract';
import { STEP_KIND_SPECS } from '#contract';
import { isLeafKind } from './runbookOutline.ts';
import { fieldsOf, type FieldSpec, type NamedField } from './schemaFields.ts';

function field(name: string, kind: 'text' | 'longText' | 'number' | 'boolean' | 'scalar', description: string, fallback = '', required = false): NamedField {
  return { name, spec: { kind, description, fallback, required } };
}

const RETRY: FieldSpec = {
  kind: 'object', description: 'What to do when it fails.', required: false, fallback: '',
  fields: [
    field('times', 'number', 'How often to try again.', '', true),
    { name: 'backoff', spec: { kind: 'choice', choices: ['exponential', 'fixed'], description: 'How the pauses grow.', fallback: 'exponential', required: false } },
    field('delay', 'text', 'The first pause.', '2s'),
    field('maxDelay', 'text', 'The longest pause.', '5m'),
    field('jitter', 'boolean', 'Vary the pauses, so that many do not come back at once.', 'true'),
    field('on', 'longText', 'Try again only when it holds; error (text) and attempt are known.'),
  ],
};

/** Who the step is. */
export const STEP_NAME_FIELDS: readonly NamedField[] = [field('name', 'text', 'What people read.'), field('id', 'text', 'Others say steps.<id>.output.', '', true)];

/** When it runs, how often, and what a failure does. */
export const STEP_COMMON_FIELDS: readonly NamedField[] = [
  field('when', 'longText', 'Skipped unless it holds, in CEL.'),
  field('timeout', 'text', 'Fails when it takes longer, for example 5m.'),
  { name: 'retry', spec: RETRY },
  field('continueOnError', 'boolean', 'Go on although it failed.', 'false'),
  field('targets', 'scalar', 'How many targets it touches, for the limit of the organisation: a number, or CEL.'),
];

export const CASE_FIELDS: readonly NamedField[] = [field('if', 'longText', 'The first case whose condition holds is taken.', '', true)];
export const LANE_FIELDS: readonly NamedField[] = [field('name', 'text', 'What the lane is called.', '', true)];
const FOR_EACH_FIELDS: readonly NamedField[] = [
  field('items', 'longText', 'A list, in CEL.', '', true),
  field('as', 'text', 'Name of the item in the steps.', 'item'),
  field('atOnce', 'number', 'How many at the same time.', '1'),
];

const known = new Map<StepKind, readonly NamedField[]>();

/** What a step of a kind takes, and where it stands in the step. */
export function kindFields(kind: StepKind): { readonly inside: readonly string[]; readonly fields: readonly NamedField[] } {
  if (!isLeafKind(kind)) return { inside: [], fields: kind === 'forEach' ? FOR_EACH_FIELDS : [] };
  const fields = known.get(kind) ?? fieldsOf(STEP_KIND_SPECS[kind].with);
  known.set(kind, fields);
  return { inside: ['with'], fields };
}
