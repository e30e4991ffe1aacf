import { Combobox, Field, Input, Switch } from '@grafana/ui';
import type { SettingField } from '../../model/channels.ts';

interface Props {
  field: SettingField;
  text: string;
  disabled: boolean;
  onChange: (text: string) => void;
}

/** One setting of a channel, as its schema describes it. */
export function SettingInput({ field, text, disabled, onChange }: Props) {
  const id = `muster-channel-setting-${field.name}`;
  return (
    <Field noMargin required={field.required} label={field.label} {...(field.type === 'list' ? { description: 'With commas between.' } : {})}>
      {field.type === 'boolean' ? (
        <Switch id={id} value={text === 'true'} disabled={disabled} onChange={(event) => onChange(String(event.currentTarget.checked))} />
      ) : field.type === 'choice' ? (
        <Combobox id={id} disabled={disabled} options={field.choices.map((value) => ({ value, label: value }))} value={text === '' ? null : text} onChange={({ value }) => onChange(value)} />
      ) : (
        <Input id={id} type={field.type === 'number' ? 'number' : 'text'} autoComplete="off" disabled={disabled} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
      )}
    </Field>
  );
}
