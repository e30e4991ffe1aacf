import { Field, Input } from '@grafana/ui';

interface Props {
  id: string;
  label: string;
  description?: string;
  /** Undefined: empty. */
  value: number | undefined;
  /** Undefined when it was emptied. */
  onChange: (value: number | undefined) => void;
  disabled?: boolean;
  step?: number;
  min?: number;
  max?: number;
  placeholder?: string;
  width?: number;
}

/** A number that may be left empty. */
export function NumberField({ id, label, description, value, onChange, disabled = false, step = 1, min = 0, max, placeholder, width = 14 }: Props) {
  return (
    <Field noMargin label={label} {...(description === undefined ? {} : { description })}>
      <Input
        id={id}
        type="number"
        width={width}
        min={min}
        {...(max === undefined ? {} : { max })}
        step={step}
        disabled={disabled}
        {...(placeholder === undefined ? {} : { placeholder })}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))}
      />
    </Field>
  );
}
