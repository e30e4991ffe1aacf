/** Editors of panel options. Grafana's own are not in its npm packages; these are plain ones for the same kinds. */
import type { ComponentType } from 'react';
import {
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  type SelectableValue,
  type StandardEditorProps,
  type StandardEditorsRegistryItem,
} from '@grafana/data';
import { Combobox, Input, MultiCombobox, RadioButtonGroup, Switch, TagsInput } from '@grafana/ui';

interface NumberSettings {
  min?: number;
  max?: number;
  step?: number;
  integer?: boolean;
  placeholder?: string;
}

function NumberEditor({ id, value, onChange, item }: StandardEditorProps<number | undefined, NumberSettings>) {
  const { min, max, step, placeholder } = item.settings ?? {};
  return (
    <Input
      id={id}
      type="number"
      value={value ?? ''}
      {...(min !== undefined && { min })}
      {...(max !== undefined && { max })}
      {...(step !== undefined && { step })}
      {...(placeholder !== undefined && { placeholder })}
      onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.valueAsNumber)}
    />
  );
}

function TextEditor({ id, value, onChange, item }: StandardEditorProps<string | undefined, { placeholder?: string }>) {
  const placeholder = item.settings?.placeholder;
  return (
    <Input
      id={id}
      value={value ?? ''}
      {...(placeholder !== undefined && { placeholder })}
      onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.value)}
    />
  );
}

function SwitchEditor({ id, value, onChange }: StandardEditorProps<boolean | undefined>) {
  return <Switch id={id} value={value ?? false} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />;
}

function TextListEditor({ id, value, onChange }: StandardEditorProps<string[] | undefined>) {
  return <TagsInput id={id} tags={value ?? []} onChange={onChange} />;
}

interface SelectSettings {
  options?: Array<SelectableValue<string>>;
  allowCustomValue?: boolean;
}

const comboboxOptions = (settings: SelectSettings | undefined) =>
  (settings?.options ?? []).map(({ value = '', label = String(value) }) => ({ value, label }));

function SelectEditor({ id, value, onChange, item }: StandardEditorProps<string | undefined, SelectSettings>) {
  return (
    <Combobox
      {...(id !== undefined && { id })}
      value={value ?? null}
      options={comboboxOptions(item.settings)}
      onChange={(option) => onChange(option.value)}
    />
  );
}

function MultiSelectEditor({ id, value, onChange, item }: StandardEditorProps<string[] | undefined, SelectSettings>) {
  return (
    <MultiCombobox
      {...(id !== undefined && { id })}
      value={value ?? []}
      options={comboboxOptions(item.settings)}
      onChange={(options) => onChange(options.map((option) => option.value))}
    />
  );
}

function RadioEditor({ value, onChange, item }: StandardEditorProps<string | undefined, SelectSettings>) {
  return <RadioButtonGroup fullWidth value={value} options={item.settings?.options ?? []} onChange={onChange} />;
}

function item<TValue, TSettings>(
  id: string,
  editor: ComponentType<StandardEditorProps<TValue, TSettings>>
): StandardEditorsRegistryItem<TValue, TSettings> {
  return { id, name: id, editor };
}

export function registerStandardEditors(): void {
  standardEditorsRegistry.setInit(() => [
    item('number', NumberEditor),
    item('slider', NumberEditor),
    item('text', TextEditor),
    item('boolean', SwitchEditor),
    item('strings', TextListEditor),
    item('select', SelectEditor),
    item('multi-select', MultiSelectEditor),
    item('radio', RadioEditor),
    item('unit', TextEditor),
    item('color', TextEditor),
    item('timezone', TextEditor),
    item('dashboard-uid', TextEditor),
  ]);
  // no data, so no field configuration to edit
  standardFieldConfigEditorRegistry.setInit(() => []);
}
