/** Forms made of schemas: each kind of step has one, without a field that only the YAML can change. */
import { declareIncidentBody, LEAF_KINDS, runbookInput, runbookPolicy, runbookTrigger, STEP_KIND_SPECS } from '#contract';
import { ALL_KINDS, blankStep } from './runbookOutline.ts';
import { blankOf, fieldsOf, scalarOf, specOfZod, type FieldSpec } from './schemaFields.ts';

function within(spec: FieldSpec): readonly FieldSpec[] {
  switch (spec.kind) {
    case 'object':
      return [spec, ...spec.fields.flatMap((field) => within(field.spec))];
    case 'list':
    case 'record':
      return [spec, ...within(spec.item)];
    case 'either':
      return [spec, ...spec.options.flatMap((option) => within(option.spec))];
    default:
      return [spec];
  }
}

test.each(LEAF_KINDS)('%s has a form with a name and words for each field', (kind) => {
  const fields = fieldsOf(STEP_KIND_SPECS[kind].with);
  expect(fields.map(({ name }) => name)).toEqual(Object.keys(STEP_KIND_SPECS[kind].with.shape));
  for (const { spec } of fields) {
    expect(spec.description).not.toBe('');
    expect(spec.description).not.toContain('`');
    expect(within(spec).filter((one) => one.kind === 'any')).toEqual([]);
  }
});

test('inputs, triggers and policy have forms, too', () => {
  for (const schema of [runbookInput, runbookTrigger, runbookPolicy]) expect(within(specOfZod(schema)).filter((one) => one.kind === 'any')).toEqual([]);
  expect(specOfZod(runbookInput)).toMatchObject({ kind: 'either', by: 'type', options: [{ name: 'string' }, { name: 'number' }, { name: 'boolean' }, { name: 'choice' }, { name: 'list' }] });
});

test('a choice by name is followed to what it means; what has a default is not needed', () => {
  const severity = fieldsOf(STEP_KIND_SPECS.declare.with).find(({ name }) => name === 'severity')?.spec;
  expect(severity).toMatchObject({ kind: 'choice', required: false, fallback: 'sev3' });
  expect(specOfZod(declareIncidentBody).kind).toBe('object');
});

test('a new step holds what it needs and no more, under a name that is free', () => {
  expect(blankStep('http', ['http'])).toEqual({ id: 'http2', kind: 'http', with: { url: '' } });
  expect(blankStep('wait', [])).toEqual({ id: 'wait', kind: 'wait', with: { for: '' } });
  for (const kind of ALL_KINDS) expect(blankStep(kind, []).kind).toBe(kind);
  expect(blankOf(specOfZod(runbookInput))).toMatchObject({ type: 'string', name: '' });
});

test('what may be text, a number or yes/no is taken for what it looks like', () => {
  expect(['true', '-4.5', '{{ inputs.n }}', '4x'].map(scalarOf)).toEqual([true, -4.5, '{{ inputs.n }}', '4x']);
});
