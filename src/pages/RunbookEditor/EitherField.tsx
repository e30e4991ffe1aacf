import type { ComponentType } from 'react';
import { Button, Combobox, Field } from '@grafana/ui';
import type { JsonValue } from '#contract';
import { valueAt, type Path } from '../../model/jsonEdit.ts';
import { pathText, textAt } from '../../model/runbookOutline.ts';
import { blankOf, labelOf, scalarOf, type FieldSpec } from '../../model/schemaFields.ts';
import type { Editing } from './editing.ts';
import { FieldGroup } from './FieldGroup.tsx';

interface Props {
  editing: Editing;
  path: Path;
  spec: Extract<FieldSpec, { kind: 'either' }>;
  label: string;
  Item: ComponentType<{ editing: Editing; path: Path; spec: FieldSpec; label: string }>;
}

/** One of several shapes: which one, and its fields. */
export function EitherField({ editing, path, spec, label, Item }: Props) {
  const { document, readOnly, set, faultAt } = editing;
  const { by, options } = spec;
  const value = valueAt(document, path);
  const chosen = value === undefined ? undefined : options.find((option) => fits(document, path, by, option));
  const id = `muster-which-${pathText(path).replace(/[^\w]+/g, '-')}`;
  const fault = faultAt(path);

  function choose(name: string): void {
    const next = options.find((option) => option.name === name);
    if (next === undefined) return;
    const blank = blankOf(next.spec);
    if (next.spec.kind !== 'object' || typeof blank !== 'object' || blank === null || Array.isArray(blank)) {
      set(path, blank);
      return;
    }
    // what both shapes have stays
    const kept: Record<string, JsonValue> = {};
    for (const { name: field } of next.spec.fields) {
      const text = textAt(document, [...path, field]);
      if (field !== by && text !== '') kept[field] = scalarOf(text);
    }
    set(path, { ...blank, ...kept });
  }

  return (
    <FieldGroup label={label} description={spec.description} {...(fault === undefined ? {} : { fault })}>
      <Field noMargin label={by === null ? 'Which' : labelOf(by)} htmlFor={id}>
        <Combobox id={id} disabled={readOnly} placeholder="Choose" options={options.map((option) => ({ value: option.name, label: option.name }))} value={chosen?.name ?? null} onChange={(option) => choose(option.value)} />
      </Field>
      {chosen !== undefined &&
        (chosen.spec.kind === 'object'
          ? chosen.spec.fields.filter(({ name }) => name !== by).map((field) => <Item key={field.name} editing={editing} path={[...path, field.name]} spec={field.spec} label={labelOf(field.name)} />)
          : !(chosen.spec.kind === 'choice' && chosen.spec.choices.length === 1) && <Item editing={editing} path={path} spec={chosen.spec} label={label} />)}
      {value !== undefined && !spec.required && !readOnly && (
        <div>
          <Button size="sm" variant="secondary" fill="text" icon="times" aria-label={`Remove ${label}`} onClick={() => set(path, undefined)}>
            Remove
          </Button>
        </div>
      )}
    </FieldGroup>
  );
}

function fits(document: unknown, path: Path, by: string | null, option: { readonly name: string; readonly spec: FieldSpec }): boolean {
  if (by !== null) return textAt(document, [...path, by]) === option.name;
  const value = valueAt(document, path);
  if (option.spec.kind === 'choice') return option.spec.choices.some((choice) => choice === value);
  return option.spec.kind === 'object' || option.spec.kind === 'record' ? typeof value === 'object' : typeof value !== 'object';
}
